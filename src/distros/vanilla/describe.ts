/** What is on the two roots, and which of them the menu has first. */
import { parseMenu } from "../../engines/abroot/menu.ts";
import { packagesOnTop } from "../../engines/abroot/packages.ts";
import type { DeploymentView } from "../../engines/system-view.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import type { Sys } from "../../vfs/sys.ts";
import type { SystemState } from "../distro.ts";
import { SLOT_A, SLOT_B } from "./layout.ts";

interface Facts {
  readonly digest?: string;
  readonly image?: string;
}

/** `sys` sees a machine that runs or one that is off, `disk` all partitions. */
export function describe(sys: Sys, disk: () => Sys): SystemState {
  const booted = sys.mounts().findLast(({ target }) => target === "/")?.source;
  const partitions = disk();
  const menu = parseMenu(readTextIfThere(partitions, "/boot/grub/grub.cfg") ?? "");
  const rows = menu.entries.flatMap((entry, at) => {
    const slot = [SLOT_A, SLOT_B].find(({ uuid }) => entry.commands.some((line) => line.includes(uuid)));
    return slot === undefined ? [] : [{ slot, title: entry.title, isDefault: at === menu.selected, isBooted: slot.device === booted }];
  });
  const sorted = [...rows].sort((left, right) => Number(right.isDefault) - Number(left.isDefault));
  const isDefaultBooted = rows.some(({ isBooted, isDefault }) => isBooted && isDefault);
  return {
    deployments: sorted.map(({ slot, isBooted, isDefault }, index): DeploymentView => {
      const root = `/${slot.label}`;
      const { digest = "", image = "" } = factsOf(partitions, root);
      const { added, removed } = packagesOnTop(partitions, root);
      return {
        index,
        checksum: digest.replace(/^sha256:/, ""),
        name: slot.label,
        serial: 0,
        version: versionOf(partitions, root),
        origin: image,
        layers: added,
        leftOut: removed,
        isBooted,
        isDefault,
        isStaged: false,
        isRollback: !isDefault && !isBooted && isDefaultBooted,
        isPending: isDefault && !isBooted,
        isPinned: false,
        unlocked: "none",
      };
    }),
    bootEntries: rows.map(({ slot, title, isDefault, isBooted }) => ({
      file: "grub.cfg",
      title,
      version: versionOf(partitions, `/${slot.label}`),
      isDefault,
      isBooted,
    })),
    etcDefaults: "/sysconf",
  };
}

function versionOf(sys: Sys, root: string): string {
  return /^BUILD_ID="?([^"\n]*)/m.exec(readTextIfThere(sys, `${root}/usr/lib/os-release`) ?? "")?.[1] ?? "";
}

function factsOf(sys: Sys, root: string): Facts {
  try {
    return JSON.parse(readTextIfThere(sys, `${root}/abimage.abr`) ?? "{}") as Facts;
  } catch {
    return {};
  }
}
