import { deploymentName, isSameDeployment } from "../../engines/ostree/deployment.ts";
import { rollbackTarget, withDefault } from "../../engines/ostree/deployment-list.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { writeDeployments } from "../../engines/ostree/write-deployments.ts";
import type { Verb } from "../ostree/goption.ts";
import { GLOBAL_OPTIONS, LOCK_FINALIZATION, REBOOT } from "./options.ts";
import { commandLine, watchDefault, QUEUED_HINT, showOutcome, tidy } from "./outcome.ts";
import { rebootSystem } from "./reboot.ts";
import { requireBootedSystem, transact } from "./transaction.ts";

export function rollback(host: OstreeHost): Verb {
  return {
    name: "rollback",
    about: "Revert to the previously booted tree",
    options: [REBOOT, LOCK_FINALIZATION, ...GLOBAL_OPTIONS],
    *run(call) {
      const { proc, options } = call;
      requireBootedSystem(proc);
      const before = watchDefault(proc);
      yield* transact(proc, { method: "Rollback", action: "rollback", title: commandLine(call) }, function* (transaction) {
        const state = transaction.sysroot.load();
        if (state.staged) throw new OstreeError("Staged deployment (remove with cleanup -p)");
        const target = rollbackTarget(state.deployments, state.booted);
        if (!target) throw new OstreeError("No rollback deployment found");
        const index = state.deployments.findIndex((d) => isSameDeployment(d, target));
        transaction.say(`Moving '${deploymentName(target)}' to be first deployment`);
        yield* transaction.run(writeDeployments(transaction.sysroot, state, withDefault(state.deployments, index)));
        yield* tidy(transaction, host);
      });
      if (options.has("reboot")) yield* rebootSystem(proc);
      else yield* showOutcome(proc, host, before, QUEUED_HINT);
      return 0;
    },
  };
}
