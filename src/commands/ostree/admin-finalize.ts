/** Verbs of the shutdown and the boot after it: finalize-staged, lock-finalization, boot-complete. */
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import { writeNewFile } from "../../engines/ostree/files.ts";
import { FINALIZE_FAILURE, finalizeStaged } from "../../engines/ostree/finalize.ts";
import { bootId } from "../../engines/ostree/process.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import { STAGED_LOCK, unlockStaged } from "../../engines/ostree/sysroot.ts";
import { spoken, SYSROOT, withSysroot } from "./admin-call.ts";
import { VERBOSE, VERSION, type Verb } from "./goption.ts";

export function finalize(host: OstreeHost): Verb {
  return {
    name: "finalize-staged",
    about: "Internal command to run at shutdown time",
    hidden: true,
    options: [SYSROOT, { name: "hold", help: "Hold /boot open during finalization", fidelity: "ignored" }, VERBOSE, VERSION],
    *run(call) {
      return yield* withSysroot(call, function* (child, sysroot) {
        sysroot.requireBooted();
        yield* spoken(child, finalizeStaged(sysroot, host.catalogue, bootId(child.sys)));
        return 0;
      });
    },
  };
}

export const lockFinalization: Verb = {
  name: "lock-finalization",
  about: "Change the finalization locking state of the staged deployment",
  options: [SYSROOT, { name: "unlock", short: "u", help: "Unlock finalization" }, VERBOSE, VERSION],
  *run(call) {
    return yield* withSysroot(call, function* (child, sysroot) {
      const { staged } = sysroot.load();
      if (!staged) throw new OstreeError("No staged deployment");
      const isLocked = staged.deployment.isFinalizationLocked;
      if (call.options.has("unlock")) {
        if (isLocked) unlockStaged(child.sys);
        yield* child.print(
          isLocked ? "Staged deployment is now queued to apply on shutdown\n" : "Staged deployment is already prepared for finalization\n",
        );
      } else {
        if (!isLocked) writeNewFile(child.sys, STAGED_LOCK, new Uint8Array());
        yield* child.print(`Staged deployment is ${isLocked ? "already" : "now"} finalization locked\n`);
      }
      return 0;
    });
  },
};

export const bootComplete: Verb = {
  name: "boot-complete",
  about: "Internal command to run at boot after an update was applied",
  hidden: true,
  options: [SYSROOT, VERBOSE, VERSION],
  *run(call) {
    return yield* withSysroot(call, function* (child, sysroot) {
      const stamp = `${sysroot.boot}/${FINALIZE_FAILURE}`;
      const text = readTextIfThere(child.sys, stamp)?.trim();
      if (text === undefined) return 0;
      child.sys.unlink(stamp);
      throw new OstreeError(`ostree-finalize-staged.service failed on previous boot: ${text}`);
    });
  },
};
