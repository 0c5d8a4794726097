/** What every verb of `ostree admin` does before its own work: find the sysroot, become able to write it, take its lock. */
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { cleanup } from "../../engines/ostree/cleanup.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import { bootId, drive, withWritableSysroot } from "../../engines/ostree/process.ts";
import type { Deployment } from "../../engines/ostree/deployment.ts";
import { lockSysroot, unlockSysroot } from "../../engines/ostree/sysroot-lock.ts";
import { Sysroot, type SysrootState } from "../../engines/ostree/sysroot.ts";
import type { Update, UpdateStep } from "../../engines/update-step.ts";
import type { Process } from "../../machine/process.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Run } from "../../machine/program.ts";
import type { Option } from "../command.ts";
import type { Call } from "./goption.ts";

export const SYSROOT: Option = { name: "sysroot", argument: "PATH", help: "Create a new OSTree sysroot at PATH" };
export const STATEROOT: Option = { name: "os", argument: "OSNAME", help: "Use a different operating system root than the current one" };

/** Throws `OstreeError` when `--sysroot` leads nowhere. */
export function sysrootOf(call: Call, proc: Process): Sysroot {
  const path = call.options.value("sysroot") ?? "/";
  try {
    proc.sys.readdir(path);
  } catch (error) {
    if (isSysError(error)) throw new OstreeError(`Initializing sysroot: opendir(${path}): ${error.text}`);
    throw error;
  }
  return new Sysroot(proc.sys, path);
}

/** Throws `OstreeError` to everybody but root where the sysroot is the booted one. */
export function requireRoot(call: Call): void {
  if (!call.proc.sys.credentials.privileged) throw new OstreeError("You must be root to perform this command");
}

/** Runs `body` with the lock held in a process that can write the sysroot. Who is not root learns what open(2) said of the lock file. */
export function* withSysroot<T>(call: Call, body: (child: Process, sysroot: Sysroot) => Run<T>): Run<T> {
  return yield* withWritableSysroot(call.proc, { argv: call.proc.argv }, function* (child) {
    const sysroot = sysrootOf(call, child);
    sysroot.openRepository();
    try {
      yield* lockSysroot(child, sysroot);
    } catch (error) {
      throw withoutCall(error);
    }
    try {
      return yield* body(child, sysroot);
    } finally {
      unlockSysroot(child, sysroot);
    }
  });
}

/** libglnx's lock function gives the errno's text alone. */
function withoutCall(error: unknown): unknown {
  return error instanceof Error && "text" in error && typeof error.text === "string" ? new OstreeError(error.text) : error;
}

/** Runs an update and prints what it says. */
export function* spoken<T>(proc: Process, update: Update<T>, alsoWatch: (step: UpdateStep) => Run<void> = watchNothing): Run<T> {
  return yield* drive(proc, update, function* (step) {
    yield* alsoWatch(step);
    if (step.name === "checked-out") yield* proc.sleep(CHECKOUT_SECONDS);
    if (step.message !== undefined && step.isForJournal !== true) yield* proc.print(`${step.message}\n`);
  });
}

/** How long a disk takes to lay a tree down. */
const CHECKOUT_SECONDS = 0.2;

function* watchNothing(): Run<void> {}

/** Removes what no deployment needs any more. */
export function* tidy(proc: Process, host: OstreeHost, sysroot: Sysroot, prune = true): Run<void> {
  yield* spoken(proc, cleanup(sysroot, { bootId: bootId(proc.sys), catalogue: host.catalogue, prune }));
}

/** The deployment at the index that `text` gives. Throws `OstreeError`. */
export function deploymentAt(
  state: SysrootState,
  text: string,
  strict = true,
): { readonly index: number; readonly deployment: Deployment } {
  if (strict && !/^\d+$/.test(text)) throw new OstreeError(`Invalid index: ${text}`);
  const index = Number.parseInt(text, 10) || 0;
  const deployment = state.deployments[index];
  if (!deployment) throw new OstreeError(`Out of range deployment index ${index}, expected < ${state.deployments.length}`);
  return { index, deployment };
}
