import type { OstreeHost } from "../../engines/ostree/host.ts";
import { isSameDeployment } from "../../engines/ostree/deployment.ts";
import { withoutPendingOrRollback } from "../../engines/ostree/deployment-list.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import { writeDeployments } from "../../engines/ostree/write-deployments.ts";
import { exists } from "../../machine/read-text.ts";
import type { Verb } from "../ostree/goption.ts";
import { GLOBAL_OPTIONS, STATEROOT } from "./options.ts";
import { commandLine, tidy } from "./outcome.ts";
import { transact } from "./transaction.ts";

const METADATA = "/var/cache/rpm-ostree/repomd";

export function cleanup(host: OstreeHost): Verb {
  return {
    name: "cleanup",
    about: "Clear cached/pending data",
    options: [
      STATEROOT,
      { name: "base", short: "b", help: "Clear temporary files; will leave deployments unchanged" },
      { name: "pending", short: "p", help: "Remove pending deployment" },
      { name: "rollback", short: "r", help: "Remove rollback deployment" },
      { name: "repomd", short: "m", help: "Delete cached rpm repo metadata" },
      ...GLOBAL_OPTIONS,
    ],
    *run(call) {
      const { proc, options } = call;
      const what = { pending: options.has("pending"), rollback: options.has("rollback") };
      if (!what.pending && !what.rollback && !options.has("base") && !options.has("repomd")) {
        throw new OstreeError("cleanup: At least one cleanup option must be specified");
      }
      yield* transact(proc, { method: "Cleanup", action: "cleanup", title: commandLine(call) }, function* (transaction) {
        if (what.pending || what.rollback) {
          const state = transaction.sysroot.load();
          const kept = withoutPendingOrRollback(state.deployments, state.booted, what);
          if (kept.length === state.deployments.length) transaction.say("Deployments unchanged.");
          else {
            const isRemoved = state.deployments.some((d) => !kept.some((other) => isSameDeployment(d, other)));
            if (isRemoved) yield* transaction.run(writeDeployments(transaction.sysroot, state, kept));
          }
        }
        if (options.has("repomd") && exists(transaction.proc.sys, METADATA)) transaction.proc.sys.dropTree(METADATA);
        yield* tidy(transaction, host);
      });
      return 0;
    },
  };
}
