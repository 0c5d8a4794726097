/**
 * What an image says to whoever wants to change it, and the overlay that a bootc system has for it.
 * Source: rpm-software-management/dnf5:dnf5/main.cpp, dnf5/context.cpp (cmd_requires_privileges), libdnf5/utils/bootc.cpp.
 */
import { failureText } from "../../engines/ostree/errors.ts";
import { BOOTED_MARK, Sysroot } from "../../engines/ostree/sysroot.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { exists } from "../../machine/read-text.ts";
import { isSysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import type { ParsedOptions } from "../command.ts";
import { Failure } from "../complain.ts";

/** Whether a transaction needs an overlay that is still to be made writable. */
export type Writability = "writable" | "by an overlay";

/** Whoever may not change the system is told before anything is looked for. */
export function requireWritableSystem(proc: Process, options: ParsedOptions): Writability {
  const isWritable = mayWrite(proc);
  if (!proc.sys.credentials.privileged) {
    throw new Failure(
      'The requested operation requires superuser privileges. Please log in as a user with elevated rights, or use the "--assumeno" or "--downloadonly" options to run the command without modifying the system state.',
    );
  }
  const isBootc = isBootcSystem(proc);
  if (!isWritable && !isBootc) {
    throw new Failure(
      "Error: /usr is configured to be read-only. You may be running an image-based or immutable operating system. For more information, refer to your distribution's documentation.",
    );
  }
  const persistence = persistenceOf(options);
  if (!isBootc) {
    if (persistence === "transient") throw new Failure("Error: transient transactions are only supported on bootc systems.");
    return "writable";
  }
  if (persistence === "persist") {
    throw new Failure(
      "Error: persistent transactions aren't supported on bootc systems. Pass --transient to perform this operation in a transient overlay which will reset when the system reboots.",
    );
  }
  if (isWritable) return "writable";
  if (persistence === "auto") {
    throw new Failure(
      "Error: this bootc system is configured to be read-only. Pass --transient to perform this operation in a transient overlay which will reset when the system reboots.",
    );
  }
  return "by an overlay";
}

/** `persistence` as `--transient` and `--setopt` have it. */
function persistenceOf(options: ParsedOptions): string {
  const set = options.values("setopt").flatMap((text) => /^persistence=(.*)$/.exec(text)?.[1] ?? []);
  return options.has("transient") ? "transient" : (set.at(-1) ?? "auto");
}

/** What is said before anybody is asked, unless the overlay is there already. */
export function* announceOverlay(proc: Process): Run<void> {
  if (hasOverlay(proc)) return;
  yield* proc.printError(
    "A transient overlay will be created on /usr that will be discarded on reboot. Keep in mind that changes to /etc and /var will still persist, and packages commonly modify these directories.\n",
  );
}

/** From now on /usr is writable for this process, and for it alone. */
export function* makeUsrWritable(proc: Process): Run<void> {
  if (!hasOverlay(proc)) {
    const nowhere = proc.sys.open("/dev/null", O.RDWR);
    const child = proc.spawn({
      argv: ["bootc", "usr-overlay", "--read-only"],
      program: { path: "/usr/bin/bootc" },
      fds: new Map([0, 1, 2].map((fd) => [fd, nowhere])),
    });
    proc.sys.close(nowhere);
    const ended = yield* proc.wait(child.pid);
    if (ended?.ending.kind !== "exited" || ended.ending.status !== 0)
      throw new Failure("Error running `bootc usr-overlay --read-only`: bootc command failed with exit code 1");
  }
  proc.sys.unshareMounts();
  proc.sys.mount({ source: "none", target: "/usr", flags: ["remount", "rw"] });
}

function hasOverlay(proc: Process): boolean {
  return new Sysroot(proc.sys).load().booted?.unlocked === "transient";
}

function mayWrite(proc: Process): boolean {
  try {
    return !proc.sys.statfs("/usr").readOnly;
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
}

/** Whether the booted deployment comes from a container image. */
function isBootcSystem(proc: Process): boolean {
  if (!exists(proc.sys, BOOTED_MARK)) return false;
  try {
    return new Sysroot(proc.sys).load().booted?.origin?.get("origin", "container-image-reference") !== undefined;
  } catch (error) {
    if (failureText(error) !== undefined) return false;
    throw error;
  }
}
