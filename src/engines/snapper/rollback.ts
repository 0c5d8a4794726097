/** `snapper rollback`: what is to boot next. Source: openSUSE/snapper:client/snapper/cmd-rollback.cc. */
import { SnapperError } from "./errors.ts";
import type { SnapshotData, Snapshots } from "./snapshots.ts";

/** How a system is rolled back: with a writable copy, or, where the root is never written, to the snapshot itself. */
export type Ambit = "classic" | "transactional";

export const UNKNOWN_AMBIT = [
  "Cannot detect ambit since default subvolume is unknown.",
  "This can happen if the system was not set up for rollback.",
  "The ambit can be specified manually using the --ambit option.",
];

/** Transactional where what boots next is read-only; undefined where that is no snapshot. */
export function detectAmbit(snapshots: Snapshots): Ambit | undefined {
  const next = snapshots.default;
  return next === undefined ? undefined : snapshots.isReadOnly(next) ? "transactional" : "classic";
}

/** A thing that is done, in two halves of its message. */
export interface RollbackStep {
  /** Before it is done, without a line end where `after` follows. */
  readonly before: string;
  /** Does it; what stands behind in the same line. */
  run(): string;
}

export interface Rollback {
  readonly steps: readonly RollbackStep[];
  /** What boots next, once all steps are done. */
  readonly number: () => number;
}

/** To `wanted`, or without one to what is mounted. Throws SnapperError. */
export function rollback(snapshots: Snapshots, ambit: Ambit, wanted: number | undefined, data: SnapshotData): Rollback {
  return ambit === "classic" ? classic(snapshots, wanted, data) : transactional(snapshots, wanted);
}

function transactional(snapshots: Snapshots, wanted: number | undefined): Rollback {
  const next = snapshots.default;
  const num = wanted === undefined ? snapshots.active : snapshots.find(wanted).num;
  if (next === undefined) throw new SnapperError("Cannot do rollback since default subvolume is unknown.");
  if (num === undefined) throw new SnapperError("Cannot do rollback since active snapshot is unknown.");
  if (num === 0) throw new SnapperError("Illegal snapshot.");
  if (num === next) throw new SnapperError("Active snapshot is already default snapshot.");
  return { steps: [settingDefault(snapshots, () => num)], number: () => num };
}

function classic(snapshots: Snapshots, wanted: number | undefined, data: SnapshotData): Rollback {
  const previous = snapshots.default;
  const source = wanted === undefined ? undefined : snapshots.find(wanted).num;
  const copied = source ?? snapshots.active;
  const userdata = data.userdata ?? new Map<string, string>();
  const backup = {
    description: data.description ?? (previous === undefined ? "rollback backup" : `rollback backup of #${previous}`),
    cleanup: data.cleanup ?? "number",
    userdata: new Map([["important", "yes"], ...userdata]),
    // Without a number the default subvolume is kept, else what runs.
    from: wanted === undefined ? (previous ?? 0) : 0,
  };
  const copy = {
    description: data.description ?? (copied === undefined ? "writable copy" : `writable copy of #${copied}`),
    cleanup: data.cleanup ?? "",
    userdata,
    access: "rw" as const,
    from: source ?? 0,
  };
  let num = 0;
  const saying = (wish: typeof backup | typeof copy) => (): string => {
    num = snapshots.create(wish).num;
    return ` (Snapshot ${num}.)`;
  };
  return {
    number: () => num,
    steps: [
      { before: `Creating read-only snapshot of ${wanted === undefined ? "default subvolume" : "current system"}.`, run: saying(backup) },
      {
        before: `Creating read-write snapshot of ${source === undefined ? "current subvolume" : `snapshot ${source}`}.`,
        run: saying(copy),
      },
      settingDefault(
        snapshots,
        () => num,
        () => {
          if (previous !== undefined && snapshots.find(previous).cleanup === "") snapshots.modify(previous, { cleanup: "number" });
        },
      ),
    ],
  };
}

function settingDefault(snapshots: Snapshots, number: () => number, then: () => void = () => {}): RollbackStep {
  return {
    get before() {
      return `Setting default subvolume to snapshot ${number()}.`;
    },
    run() {
      snapshots.setDefault(number());
      then();
      return "";
    },
  };
}
