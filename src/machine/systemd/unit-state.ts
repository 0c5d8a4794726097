/** What a unit is doing, as `systemctl` shows it. */
import type { Timestamp } from "../../base/timestamp.ts";
import type { Signal } from "../signals.ts";

export type ActiveState = "inactive" | "activating" | "active" | "deactivating" | "failed";

export type UnitResult = "success" | "exit-code" | "signal" | "timeout" | "dependency" | "resources" | "start-limit-hit" | "mount";

/** Plain data, fit for JSON. */
export interface UnitState {
  readonly active: ActiveState;
  /** The finer state of the kind of unit, e.g. "running", "exited", "mounted". */
  readonly sub: string;
  readonly since: Timestamp;
  readonly result: UnitResult;
  /** 0 when there is none. */
  readonly mainPid: number;
  /** How the main process ended. */
  readonly exit: { readonly kind: "exited"; readonly status: number } | { readonly kind: "killed"; readonly signal: Signal } | undefined;
  /** The condition that kept it from starting. */
  readonly unmet: string | undefined;
  /** When an active unit became active. */
  readonly activeSince: Timestamp | undefined;
}

export const INACTIVE: UnitState = {
  active: "inactive",
  sub: "dead",
  since: { sec: 0, nsec: 0 },
  result: "success",
  mainPid: 0,
  exit: undefined,
  unmet: undefined,
  activeSince: undefined,
};

export type JobVerb = "start" | "stop" | "restart" | "reload" | "isolate";

export type JobResult = "done" | "failed" | "dependency" | "timeout" | "canceled";

/** Something that a client asked for; it waits until `result` is there. */
export interface Job {
  readonly verb: JobVerb;
  readonly unit: string;
  result: JobResult | undefined;
}

export type PowerVerb = "reboot" | "poweroff" | "halt" | "kexec";

export interface PowerRequest {
  /** A soft reboot begins userspace anew under the same kernel. */
  readonly verb: PowerVerb | "soft-reboot";
  /** 0: stop everything in order. 1: kill, sync, unmount, but stop no unit (`--force`). 2: at once, nothing is synced (`--force --force`). */
  readonly force: 0 | 1 | 2;
  /** Seconds for which the boot menu shall wait once; undefined leaves it. */
  readonly menuTimeout?: number;
}
