import { OstreeError } from "../../engines/ostree/errors.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { mountUnlocked, prepareUnlock, requireUnlockable, unlockMessage } from "../../engines/ostree/unlock.ts";
import { spoken, SYSROOT, tidy, withSysroot } from "./admin-call.ts";
import { Misuse, VERBOSE, VERSION, type Verb } from "./goption.ts";

export function unlock(host: OstreeHost): Verb {
  return {
    name: "unlock",
    about: "Make the current deployment mutable (as a hotfix or development)",
    options: [
      SYSROOT,
      { name: "hotfix", help: "Retain changes across reboots" },
      { name: "transient", help: "Mount overlayfs read-only by default" },
      VERBOSE,
      VERSION,
    ],
    *run(call) {
      const { proc, options } = call;
      if (options.operands.length > 0) throw new Misuse("This command takes no extra arguments");
      if (options.has("hotfix") && options.has("transient")) throw new OstreeError("Cannot specify both --hotfix and --transient");
      const mode = options.has("hotfix") ? "hotfix" : options.has("transient") ? "transient" : "development";
      const booted = yield* withSysroot(call, function* (child, sysroot) {
        const deployment = requireUnlockable(sysroot);
        yield* spoken(child, prepareUnlock(host, sysroot, mode));
        if (mode === "hotfix") yield* tidy(child, host, sysroot);
        return deployment;
      });
      mountUnlocked(proc.sys, booted, mode);
      yield* proc.print(unlockMessage(mode));
      return 0;
    },
  };
}
