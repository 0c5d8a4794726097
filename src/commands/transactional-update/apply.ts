/** `transactional-update apply`: the default snapshot's /usr, /etc and /boot over those of the running system. */
import { SYNC_POINT, syncEtc } from "../../engines/snapper/etc-state.ts";
import { freeName, lstat } from "../../engines/snapper/files.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { destroySubvolume } from "../../vfs/btrfs/calls.ts";
import { isSysError } from "../../vfs/errno.ts";
import { findProgram } from "../find-program.ts";
import { runChild } from "./children.ts";
import type { Log } from "./log.ts";
import { NEEDS_RESTARTING, neededLevel } from "./state.ts";
import { rootOf } from "./transaction.ts";

/** Directories that are replaced, one after the other: this is no atomic step. */
const REPLACED = ["usr", "etc", "boot"];

export function* apply(proc: Process, log: Log, next: string): Run<ExitStatus> {
  const { sys } = proc;
  const device =
    sys
      .mounts()
      .find(({ target }) => target === "/")
      ?.source.replace(/\[.*/, "") ?? "";
  const work = freeName(sys, "/tmp/transactional-update.apply.");
  const place = `${work}/mount`;
  sys.mkdir(work, 0o700);
  sys.mkdir(place, 0o755);
  const submounts = [...new Set(sys.mounts().map(({ target }) => target))].filter((target) => /^\/(usr|etc|boot)\//.test(target));
  try {
    // Without a subvolume's name: the default one.
    sys.mount({ source: device, target: place, fstype: "btrfs", flags: [], lifetime: "boot" });
    for (const target of submounts)
      if (lstat(sys, place + target) !== undefined) sys.mount({ source: target, target: place + target, flags: ["bind"] });
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* log.error(`ERROR during apply: Mounting ${device} to ${place} failed.`);
    return 2;
  }
  const etc = `${rootOf(next)}/etc`;
  if (lstat(sys, `${etc}/${SYNC_POINT}`) !== undefined) {
    yield* log.info("Syncing /etc state from old snapshot...");
    const lines = syncEtc(sys, { old: "/etc", now: etc, reference: `${etc}/${SYNC_POINT}` });
    for (const line of lines) yield* log.info(line);
    destroySubvolume(sys, `${etc}/${SYNC_POINT}`);
  }
  yield* log.info("");
  yield* log.info(`Using default snapshot ${next} to replace running system...`);
  for (const directory of REPLACED) {
    yield* log.info(`Applying /${directory}...`);
    sys.mount({ source: `${place}/${directory}`, target: `/${directory}`, flags: ["rbind"] });
  }
  for (const target of [...submounts].reverse()) if (lstat(sys, place + target) !== undefined) sys.umount(place + target, { lazy: true });
  sys.umount(place, { lazy: true });
  sys.rmdir(place);
  sys.rmdir(work);
  if (neededLevel(sys) === "soft-reboot") sys.unlink(NEEDS_RESTARTING);
  for (const command of ["systemctl daemon-reexec", "create_dirs_from_rpmdb", "systemd-tmpfiles --create"]) {
    yield* log.info(`Executing ${command}...`);
    const argv = command.split(" ");
    if (findProgram(proc, argv[0] ?? "") !== undefined) yield* runChild(proc, argv);
  }
  yield* log.info("=> Applied default snapshot as new base for running system!");
  yield* log.info("   Running processes will not be restarted automatically.");
  return 0;
}
