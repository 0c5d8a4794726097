/** usroverlay, cancel, reload. */
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import { runningTransaction } from "../../engines/ostree/running-transaction.ts";
import { rootCredentials } from "../../vfs/types.ts";
import { runVerb, type Verb } from "../ostree/goption.ts";
import { unlock } from "../ostree/admin-unlock.ts";
import { ostreeVersion } from "../ostree/version.ts";
import { GLOBAL_OPTIONS } from "./options.ts";
import { requireBootedSystem } from "./transaction.ts";

/** Runs `ostree admin unlock`, as the real one executes it. */
export function usroverlay(host: OstreeHost): Verb {
  const verb = unlock(host);
  return {
    name: "usroverlay",
    about: "Apply a transient overlayfs to /usr",
    options: [{ name: "hotfix", help: "Retain changes across reboots" }, ...GLOBAL_OPTIONS],
    *run(call) {
      const { proc, options } = call;
      requireBootedSystem(proc);
      if (!proc.sys.credentials.privileged) throw new OstreeError("This command requires root privileges");
      const args = [...(options.has("hotfix") ? ["--hotfix"] : []), ...options.operands];
      return yield* runVerb(proc, "ostree admin unlock", verb, args, () => ostreeVersion(host, proc));
    },
  };
}

export const cancel: Verb = {
  name: "cancel",
  about: "Cancel an active transaction",
  options: [...GLOBAL_OPTIONS],
  *run(call) {
    const { proc } = call;
    requireBootedSystem(proc);
    const running = runningTransaction(proc);
    if (!running) {
      yield* proc.print("No active transaction.\n");
      return 0;
    }
    yield* proc.print(`Cancelling transaction: ${running.title}\n`);
    // The daemon is asked on the bus; here somebody with its rights has to do it.
    const helper = proc.spawn({
      argv: ["rpm-ostree", "cancel"],
      credentials: rootCredentials(),

      *program(self) {
        self.kill(running.pid, "TERM");
        return 0;
      },
    });
    yield* proc.wait(helper.pid);
    while (runningTransaction(proc)?.pid === running.pid) yield* proc.sleep(0.1);
    yield* proc.print("Cancelled.\n");
    return 0;
  },
};

export const reload: Verb = {
  name: "reload",
  about: "Reload configuration",
  options: [...GLOBAL_OPTIONS],

  *run(call) {
    requireBootedSystem(call.proc);
    return 0;
  },
};
