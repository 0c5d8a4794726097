/** `transactional-update cleanup`: marks what nobody needs for snapper to remove, and takes away overlays of /etc that no snapshot knows. */
import { removeTree } from "../../engines/snapper/etc-state.ts";
import { lstat } from "../../engines/snapper/files.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import { captured, runChild } from "./children.ts";
import type { Log } from "./log.ts";
import type { State } from "./state.ts";

interface Used {
  readonly booted: string;
  readonly current: string;
  readonly next: string;
  readonly isReadOnly: boolean;
}

export function* cleanSnapshots(proc: Process, log: Log, state: State, { booted, current, next, isReadOnly }: Used): Run<void> {
  const modify = (...args: readonly string[]): Run<ExitStatus> =>
    runChild(proc, ["snapper", "modify", ...args], { onOutput: (bytes) => log.pass(bytes) });
  if (state.working.length > 0) {
    const kept: string[] = [];
    for (const id of state.working) {
      if (id === current || id === booted) {
        kept.unshift(id);
        continue;
      }
      yield* log.info(`Adding cleanup algorithm to snapshot #${id}`);
      if ((yield* modify("-c", "number", id)) !== 0) yield* log.error(`ERROR: cannot set cleanup algorithm for snapshot #${id}`);
      if (!isReadOnly) continue;
      yield* log.info(`Adding "important=yes" to snapshot #${id}`);
      if ((yield* modify("-u", "important=yes", id)) !== 0) yield* log.error(`ERROR: cannot set "important=yes for snapshot" #${id}`);
    }
    state.working = kept;
    state.save(booted);
  }
  const { output } = yield* captured(proc, ["snapper", "--csvout", "list", "--columns", "number,userdata"]);
  const aborted = output.split("\n").filter((line) => line.includes("transactional-update-in-progress=yes"));
  const unused = [...state.unused, ...aborted.map((line) => line.split(",")[0] ?? "")];
  if (unused.length === 0) return;
  const left: string[] = [];
  for (const id of unused) {
    if (id === current || id === booted) continue;
    if (id === next) {
      left.unshift(id);
      continue;
    }
    yield* log.info(`Mark unused snapshot #${id} for deletion`);
    if ((yield* modify("-c", "number", id)) === 0) continue;
    yield* log.error(`ERROR: cannot set cleanup algorithm for snapshot #${id}`);
    if (lstat(proc.sys, `/.snapshots/${id}`) !== undefined) left.unshift(id);
  }
  state.unused = left;
  state.save(booted);
}

const OVERLAYS = "/var/lib/overlay";

export function* cleanOverlays({ sys }: Process, log: Log): Run<void> {
  if (lstat(sys, OVERLAYS) === undefined) return;
  const tables = sys
    .readdir("/.snapshots")
    .map(({ name }) => readTextIfThere(sys, `/.snapshots/${name}/snapshot/etc/fstab`))
    .filter((text) => text !== undefined);
  if (tables.length === 0) return;
  for (const { name } of sys.readdir(OVERLAYS)) {
    const overlay = `${OVERLAYS}/${name}`;
    if (tables.some((text) => text.includes(overlay))) continue;
    yield* log.info(`Deleting unused overlay ${overlay}`);
    removeTree(sys, overlay);
  }
}
