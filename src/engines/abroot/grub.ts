/**
 * The two menus: vos-boot has grub.cfg, which chooses a root, and grub.cfg.future, the same with the roles exchanged; each root has
 * an abroot.cfg of its own. Source: Vanilla-OS/ABRoot:core/grub.go, samples/grub.
 */
import { readTextIfThere } from "../../machine/read-text.ts";
import type { Sys } from "../../vfs/sys.ts";
import { AbrootError } from "./error.ts";
import { makeDirectories, writeFile } from "./files.ts";
import type { Slot, SlotLabel } from "./roots.ts";

/** What stands in a generated grub.cfg where the root's own lines go. */
export const MARKER = "REPLACED_BY_ABROOT";

export interface GrubRoles {
  /** What GRUB calls the current state. */
  readonly current: SlotLabel;
  readonly previous: SlotLabel;
}

/** Reads the roles from a grub.cfg. */
export function grubRoles(text: string): GrubRoles {
  let current: SlotLabel | undefined;
  let previous: SlotLabel | undefined;
  for (const line of text.split("\n")) {
    const slot = line.includes("abroot-a") ? "vos-a" : line.includes("abroot-b") ? "vos-b" : undefined;
    if (slot === undefined) continue;
    if (line.includes("Current State")) current = slot;
    else if (line.includes("Previous State")) previous = slot;
  }
  if (current === undefined || previous === undefined) throw new AbrootError("could not find root partitions");
  return { current, previous };
}

/** The menu of vos-boot as an installer writes it. */
export function masterMenu(slots: readonly Pick<Slot, "label" | "uuid">[], current: SlotLabel): string {
  const entries = slots.map(({ label, uuid }) => {
    const letter = label.slice(-1);
    const title = `${label === current ? "Current" : "Previous"} State (${letter.toUpperCase()})`;
    return `menuentry "${title}" --class abroot-${letter} {\n    search --no-floppy --fs-uuid --set=root ${uuid}\n    configfile "/.system/boot/grub/abroot.cfg"\n}\n`;
  });
  return `set default=${slots.findIndex(({ label }) => label === current)}\nset timeout=5\n\n${entries.join("\n")}`;
}

/** The same menu with the roles exchanged: the text alone is changed, each entry stays where it is. */
export function exchangedMenu(text: string, { previous }: GrubRoles): string {
  const [from, to] = previous === "vos-a" ? ["1", "0"] : ["0", "1"];
  const [rising, falling] = previous === "vos-a" ? ["A", "B"] : ["B", "A"];
  return text
    .replaceAll(`default=${from}`, `default=${to}`)
    .replaceAll(`Previous State (${rising})`, `Current State (${rising})`)
    .replaceAll(`Current State (${falling})`, `Previous State (${falling})`);
}

/**
 * The commit point: `directory` is where vos-boot is mounted. Afterwards the other root is the default; the menu as it was is in
 * grub.cfg.future.
 */
export function exchangeMenus(sys: Sys, directory: string, roles: GrubRoles): void {
  const current = `${directory}/grub/grub.cfg`;
  const future = `${directory}/grub/grub.cfg.future`;
  if (readTextIfThere(sys, future) === undefined) writeFile(sys, future, exchangedMenu(readTextIfThere(sys, current) ?? "", roles));
  sys.renameat2(current, future, "EXCHANGE");
}

/** What grub-mkconfig writes in a root: everything but how to start. */
export function generatedMenu(title: string): string {
  return `set timeout=5\n\nmenuentry '${title}' --class gnu-linux --class gnu --class os {\n${MARKER}\n}\n`;
}

/** Writes `root`'s abroot.cfg from its generated grub.cfg. Throws AbrootError where the marker is missing. */
export function writeRootMenu(sys: Sys, root: string, uuid: string, kernel: string, kargs: string): void {
  const generated = readTextIfThere(sys, `${root}/boot/grub/grub.cfg`) ?? "";
  if (!generated.includes(MARKER)) throw new AbrootError(`could not find replacement string "${MARKER}", check /etc/grub.d configuration`);
  const lines = [
    `  search --no-floppy --fs-uuid --set=root ${uuid}`,
    `  linux   /.system/boot/vmlinuz-${kernel} root=UUID=${uuid} ${kargs}`,
    `  initrd  /.system/boot/initrd.img-${kernel}`,
  ];
  makeDirectories(sys, `${root}/boot/grub`);
  writeFile(sys, `${root}/boot/grub/abroot.cfg`, generated.replace(MARKER, `${lines.join("\n")}\n`));
}

/** The newest kernel in a root's /boot; undefined when there is none. */
export function newestKernel(sys: Sys, root: string): string | undefined {
  const parts = (version: string): number[] => (version.match(/\d+/g) ?? []).map(Number);
  return sys
    .readdir(`${root}/boot`)
    .flatMap(({ name }) => (name.startsWith("vmlinuz-") ? [name.slice(8)] : []))
    .sort((left, right) => {
      const [one, other] = [parts(left), parts(right)];
      const at = one.findIndex((part, index) => part !== other[index]);
      return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0);
    })
    .at(-1);
}
