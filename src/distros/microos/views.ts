/** The picture's deployments are snapshots here: read from the disk each time, of a running machine and of one that is off. */
import type { DeploymentView } from "../../engines/system-view.ts";
import { exists, readTextIfThere } from "../../machine/read-text.ts";
import { subvolumeAt } from "../../vfs/btrfs/calls.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import type { SystemState } from "../distro.ts";
import { defaultNumber, fallbackNumber, readMenu } from "./boot-menu.ts";
import { ROOT_DEVICE, snapshotNumber, TOP } from "./layout.ts";
import { readSnapshots } from "./snapshots.ts";

/** Where @ of a machine that is off is put for whoever looks: that view is a copy. */
const OFF = "/top";
/** Of a snapshot that somebody still works at. */
const IN_PROGRESS = "transactional-update-in-progress";

export function stateOf(sys: Sys): SystemState {
  const isRunning = exists(sys, "/usr/lib/os-release");
  const top = isRunning ? "" : OFF;
  try {
    if (!isRunning && !exists(sys, OFF)) {
      sys.mkdir(OFF, 0o755);
      sys.mount({ source: ROOT_DEVICE, target: OFF, fstype: "btrfs", flags: ["ro"], data: `subvol=/${TOP}` });
    }
    const booted = isRunning ? snapshotNumber(subvolumeAt(sys, "/").path ?? "") : undefined;
    return { deployments: deployments(sys, top, booted), bootEntries: entries(sys, top, booted), etcDefaults: undefined };
  } catch (error) {
    // A disk in pieces: /.snapshots is not mounted, or is no Btrfs any more.
    if (!isSysError(error)) throw error;
    return { deployments: [], bootEntries: [], etcDefaults: undefined };
  }
}

/** What the menu has first, then the others from the newest on. */
function deployments(sys: Sys, top: string, booted: number | undefined): DeploymentView[] {
  const snapshots = `${top}/.snapshots`;
  const preset = fallbackNumber(sys, top) ?? defaultNumber(sys, snapshots);
  const found = readSnapshots(sys, snapshots).filter(({ number }) => exists(sys, `${snapshots}/${number}/snapshot/usr`));
  const sorted = found.toReversed().sort((left, right) => Number(right.number === preset) - Number(left.number === preset));
  return sorted.map(({ number, description, cleanup, userdata }, index) => {
    const release = readTextIfThere(sys, `${snapshots}/${number}/snapshot/usr/lib/os-release`) ?? "";
    const isBooted = number === booted;
    const isDefault = number === preset;
    return {
      index,
      checksum: "",
      serial: number,
      name: `snapshot ${number}`,
      version: /^VERSION_ID="?([^"\n]*)/m.exec(release)?.[1] ?? "",
      origin: description,
      layers: [],
      leftOut: [],
      isBooted,
      isDefault,
      isStaged: false,
      isRollback: booted !== undefined && !isBooted && !isDefault && userdata.get(IN_PROGRESS) !== "yes",
      isPending: booted !== undefined && isDefault && !isBooted,
      isPinned: cleanup === "",
      unlocked: "none",
    };
  });
}

/** Rows of the menu; those of the snapshots stand for the first row that each has below it. */
function entries(sys: Sys, top: string, booted: number | undefined): SystemState["bootEntries"] {
  const [first, ...rest] = readMenu(sys, top);
  if (first === undefined) return [];
  const rows = [first, ...(rest.at(-1)?.rows ?? [])];
  return rows.map(({ title, directory, rows: below }, index) => {
    const at = below?.[0]?.directory ?? directory;
    const number = Number(/(\d+)\/snapshot$/.exec(at)?.[1]);
    return { file: "grub.cfg", title, version: `snapshot ${number}`, isDefault: index === 0, isBooted: index > 0 && number === booted };
  });
}
