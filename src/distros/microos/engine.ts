/**
 * From a Btrfs to a root: the initramfs has mounted the default subvolume, or the one of rootflags=; below it come the mounts of fstab that
 * it is to make, /etc writable among them, and what of /etc the snapshot before has changed.
 */
import type { BootEngine } from "../../machine/ports.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import { deviceOfSpec, parseFstab } from "../../machine/systemd/fstab-generator.ts";
import { isSysError } from "../../vfs/errno.ts";
import { COMPARE_WITH, SYNC_POINT, syncEtc } from "../../engines/snapper/etc-state.ts";
import { lstat } from "../../engines/snapper/files.ts";
import { destroySubvolume } from "../../vfs/btrfs/calls.ts";
import { ROOT_DEVICE, TOP } from "./layout.ts";

const ROOT = "/sysroot";
/** Where the initramfs sees all snapshots for a moment. */
const SNAPSHOTS = `${ROOT}/.snapshots`;

export const MICROOS_ENGINE: BootEngine = {
  unit: false,
  *prepareRoot(init) {
    const { sys } = init;
    // Only this mount is read-only, not what is beside it on the same file system (`ro=vfs`).
    sys.mount({ source: "none", target: ROOT, flags: ["remount", "rw"] });
    sys.mount({ source: "none", target: ROOT, flags: ["remount", "bind", "ro"] });
    for (const { spec, target, fstype, options } of parseFstab(readTextIfThere(sys, `${ROOT}/etc/fstab`) ?? "")) {
      if (!options.includes("x-initrd.mount")) continue;
      try {
        if (options.includes("bind"))
          sys.mount({ source: ROOT + spec, target: ROOT + target, flags: ["bind", "rw"], lifetime: "deployment" });
        else {
          const data = options.filter((option) => !option.startsWith("x-") && option !== "defaults").join(",");
          sys.mount({ source: sys.realpath(deviceOfSpec(spec)), target: ROOT + target, fstype, flags: [], data, lifetime: "machine" });
        }
      } catch (error) {
        if (!isSysError(error)) throw error;
        return { kind: "failed", message: `mount: ${ROOT}${target}: ${error.text}.` };
      }
    }
    return { kind: "ready", said: yield* syncFirstBoot(init) };
  },
  *afterSwitchRoot() {},
  *finalize() {
    return [];
  },
};

/** What transactional-update-sync-etc-state.service says where a new snapshot has its sync point; nothing otherwise. */
function* syncFirstBoot(init: Process): Run<readonly string[]> {
  const { sys } = init;
  const reference = `${ROOT}/etc/${SYNC_POINT}`;
  if (lstat(sys, reference) === undefined) return [];
  const from = /\d+/.exec(readTextIfThere(sys, `${reference}/${COMPARE_WITH}`) ?? "")?.[0] ?? "";
  sys.mount({ source: ROOT_DEVICE, target: SNAPSHOTS, fstype: "btrfs", flags: [], data: `subvol=/${TOP}/.snapshots`, lifetime: "machine" });
  const old = `${SNAPSHOTS}/${from}/snapshot/etc`;
  // The snapshot before may be gone: then there is nothing to bring along.
  const lines = lstat(sys, old) === undefined ? [] : syncEtc(sys, { old, now: `${ROOT}/etc`, reference });
  // From here on it is done; where the power goes before, all of it is done again.
  if (lines.length > 0) destroySubvolume(sys, reference);
  sys.umount(SNAPSHOTS);
  yield* init.sleep(0.05);
  return lines.map((line) => `sync-etc-state[${init.pid}]: ${line}`);
}
