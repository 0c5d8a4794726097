/** What every verb of bootc needs before its own work: root's rights, a booted ostree system, a sysroot that can be written. */
import { OstreeError, prefixed } from "../../engines/ostree/errors.ts";
import { withWritableSysroot } from "../../engines/ostree/process.ts";
import { lockSysroot, unlockSysroot } from "../../engines/ostree/sysroot-lock.ts";
import { BOOTED_MARK, Sysroot } from "../../engines/ostree/sysroot.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { exists } from "../../machine/read-text.ts";
import { rootCredentials } from "../../vfs/types.ts";
import { readHost, type Host } from "./host.ts";

/** The sysroot while nobody else changes it. */
export interface Storage {
  /** A process that sees it writable. */
  readonly proc: Process;
  readonly sysroot: Sysroot;
}

/** Throws `OstreeError` for whoever is not root, with the contexts around the question. */
export function requireRoot(proc: Process): void {
  if (proc.sys.credentials.privileged) return;
  throw new OstreeError("Preparing for write: Querying root privilege: This command must be executed as the root user");
}

/** Runs `body` with the sysroot locked and writable. Throws `OstreeError` (`Initializing storage: …`) where that cannot be. */
export function* withStorage<T>(proc: Process, body: (storage: Storage) => Run<T>): Run<T> {
  try {
    requireRoot(proc);
  } catch (error) {
    throw prefixed("Initializing storage", error);
  }
  if (!exists(proc.sys, BOOTED_MARK)) throw new OstreeError("Initializing storage: System not booted via bootc");
  return yield* withWritableSysroot(proc, { argv: proc.argv }, function* (child) {
    const sysroot = new Sysroot(child.sys);
    yield* lockSysroot(child, sysroot);
    try {
      return yield* body({ proc: child, sysroot });
    } finally {
      unlockSysroot(child, sysroot);
    }
  });
}

/** The sysroot's state and what `bootc status` makes of it, read anew. */
export function hostNow(sysroot: Sysroot): { readonly state: ReturnType<Sysroot["load"]>; readonly host: Host } {
  const state = sysroot.load();
  sysroot.requireBooted(state);
  return { state, host: readHost(sysroot, state) };
}

/** `--apply`: systemd is asked to restart the machine. */
export function* rebootSystem(proc: Process): Run<void> {
  const child = proc.spawn({ argv: ["systemctl", "reboot"], program: { path: "/usr/bin/systemctl" }, credentials: rootCredentials() });
  yield* proc.wait(child.pid);
}

/** Runs `work`; its failures come out with the verb's context before them. */
export function* inContext<T>(context: string, work: Run<T>): Run<T> {
  try {
    return yield* work;
  } catch (error) {
    throw prefixed(context, error);
  }
}
