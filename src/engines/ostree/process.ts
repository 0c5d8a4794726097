/** The engine's generators run as processes: a tick for each step, a mount namespace in which the sysroot can be written. */
import { readTextIfThere } from "../../machine/read-text.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { managerOf } from "../../machine/systemd/manager.ts";
import type { Sys } from "../../vfs/sys.ts";
import type { Credentials } from "../../vfs/types.ts";
import type { Update, UpdateStep } from "../update-step.ts";
import { PowerLoss } from "../../vfs/disk-types.ts";
import { OstreeError } from "./errors.ts";

/** Runs `update` in `proc`; `watch` is called for each step, before others get to run. */
export function* drive<T>(proc: Process, update: Update<T>, watch: (step: UpdateStep) => Run<void>): Run<T> {
  let isDone = false;
  try {
    for (;;) {
      const next = update.next();
      if (next.done === true) {
        isDone = true;
        return next.value;
      }
      yield* watch(next.value);
      yield* proc.tick();
    }
  } finally {
    // Stopped from outside (a signal, a cancelled transaction): the engine's own `finally` blocks tidy up.
    if (!isDone) update.return(undefined as T);
  }
}

export function* watchNothing(): Run<void> {}

export interface HelperRequest {
  readonly argv: readonly string[];
  readonly credentials?: Credentials;
  /** In a session of its own: no terminal signal reaches it. */
  readonly isDaemon?: boolean;
}

/**
 * Runs `body` in a child that sees /sysroot and /boot writable and nobody else does, as rpm-ostreed and `ostree admin` do for
 * themselves (ostree_sysroot_initialize_with_mount_namespace). What it returns or throws comes out here.
 */
export function* withWritableSysroot<T>(proc: Process, request: HelperRequest, body: (child: Process) => Run<T>): Run<T> {
  const child = startHelper(proc, request, body);
  for (;;) {
    const ended = yield* proc.wait(child.pid);
    if (ended === undefined || ended.ending.kind === "stopped") continue;
    return child.result();
  }
}

export interface Helper<T> {
  readonly pid: number;
  /** After it ended. Throws what `body` threw. */
  result(): T;
}

export function startHelper<T>(proc: Process, request: HelperRequest, body: (child: Process) => Run<T>): Helper<T> {
  let outcome: { readonly value: T } | { readonly error: unknown } | undefined;
  const child = proc.spawn({
    argv: request.argv,
    ...(request.credentials ? { credentials: request.credentials } : {}),
    ...(request.isDaemon === true ? { newSession: true, cwd: "/" } : {}),
    *program(self) {
      try {
        makeSysrootWritable(self.sys);
        outcome = { value: yield* body(self) };
        return 0;
      } catch (error) {
        if (error instanceof PowerLoss) throw error;
        outcome = { error };
        return 1;
      }
    },
  });
  return {
    pid: child.pid,
    result() {
      if (outcome === undefined)
        throw new OstreeError("Bus owner changed, aborting. This likely means the daemon crashed; check logs with `journalctl -xe`.");
      if ("error" in outcome) throw outcome.error;
      return outcome.value;
    },
  };
}

/** A private mount namespace with /sysroot and /boot remounted read-write; without the right to do so nothing happens. */
export function makeSysrootWritable(sys: Sys): void {
  if (!sys.credentials.privileged) return;
  sys.unshareMounts();
  for (const { target, options } of sys.mounts()) {
    if ((target === "/sysroot" || target === "/boot") && options.includes("ro")) {
      sys.mount({ source: "none", target, flags: ["remount", "bind", "rw"] });
    }
  }
}

/** libostree starts the unit whose stopping, at shutdown, finishes a staged deployment. @simplified Asked of pid 1 where the real one runs `systemctl start`. */
export function startFinalizer(proc: Process): void {
  managerOf(proc.kernel)?.request("start", "ostree-finalize-staged.service");
}

/** /proc/sys/kernel/random/boot_id; a fixed one where that is not mounted. */
export function bootId(sys: Sys): string {
  return readTextIfThere(sys, "/proc/sys/kernel/random/boot_id")?.trim() ?? "00000000-0000-0000-0000-000000000000";
}
