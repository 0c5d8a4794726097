/** What GRUB makes of the two menus: a row for each root, and below it that root's own. */
import type { BootMenu, MenuRow } from "../../machine/boot-menu.ts";
import { exists, readTextIfThere } from "../../machine/read-text.ts";
import type { Sys } from "../../vfs/sys.ts";

const ENTRY = /^menuentry\s+(["'])(.*?)\1[^{]*\{\n([\s\S]*?)^\}/gm;

interface Parsed {
  readonly title: string;
  readonly commands: readonly string[];
}

export function parseMenu(text: string): {
  readonly entries: readonly Parsed[];
  readonly selected: number;
  readonly timeout: number | undefined;
} {
  const entries = [...text.matchAll(ENTRY)].map(([, , title = "", body = ""]) => ({
    title,
    commands: body.split("\n").flatMap((line) => line.trim() || []),
  }));
  const variable = (name: string): number | undefined => {
    const found = new RegExp(`^\\s*set ${name}=["']?(-?\\d+)`, "m").exec(text)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const preset = variable("default") ?? 0;
  return { entries, selected: preset < entries.length ? preset : 0, timeout: variable("timeout") };
}

/** `directories`: where each file system is shown to the boot loader, by its UUID; vos-boot is at /boot. */
export function abrootMenu(directories: ReadonlyMap<string, string>): BootMenu {
  const below = (sys: Sys, { title, commands }: Parsed): MenuRow => {
    const uuid =
      commands
        .find((line) => line.startsWith("search "))
        ?.split(/\s+/)
        .at(-1) ?? "";
    const directory = directories.get(uuid);
    const file = commands.find((line) => line.startsWith("configfile "))?.replace(/^configfile\s+["']?(.*?)["']?$/, "$1");
    const text = directory === undefined || file === undefined ? undefined : readTextIfThere(sys, directory + file);
    if (directory === undefined || text === undefined) return { title, commands, directory: directory ?? "/boot" };
    const { entries, timeout } = parseMenu(text);
    const rows = entries.map((entry): MenuRow => ({ ...entry, directory }));
    return { title, commands, directory, rows, ...(timeout === undefined ? {} : { timeout }) };
  };
  return {
    device: "",
    read(sys) {
      const { entries, selected, timeout } = parseMenu(readTextIfThere(sys, "/boot/grub/grub.cfg") ?? "");
      return { rows: entries.map((entry) => below(sys, entry)), selected, isHidden: false, timeout };
    },
    emptyReason: (sys) => (exists(sys, "/boot/grub/grub.cfg") ? "no entry in /grub/grub.cfg." : "file `/grub/grub.cfg' not found."),
  };
}
