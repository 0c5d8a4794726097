/** Verbs that change the order of deployments, drop one or mark one: undeploy, pin, set-default, cleanup. */
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { deploymentName, isPinnedDeployment, isSameDeployment } from "../../engines/ostree/deployment.ts";
import { queryDeployments, withDefault } from "../../engines/ostree/deployment-list.ts";
import { writeOrigin } from "../../engines/ostree/deploy.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import { newOrigin, withPin } from "../../engines/ostree/origin.ts";
import type { SysrootState } from "../../engines/ostree/sysroot.ts";
import { writeDeployments } from "../../engines/ostree/write-deployments.ts";
import { deploymentAt, spoken, SYSROOT, tidy, withSysroot } from "./admin-call.ts";
import { Misuse, VERBOSE, VERSION, type Verb } from "./goption.ts";

export function undeploy(host: OstreeHost): Verb {
  return {
    name: "undeploy",
    operands: "INDEX",
    about: "Delete deployment INDEX",
    options: [SYSROOT, VERBOSE, VERSION],
    *run(call) {
      return yield* withSysroot(call, function* (child, sysroot) {
        const text = call.options.operands[0];
        if (text === undefined) throw new Misuse("INDEX must be specified");
        const state = sysroot.load();
        const { index, deployment } = deploymentAt(state, text);
        if (state.booted && isSameDeployment(deployment, state.booted))
          throw new OstreeError(`Cannot undeploy currently booted deployment ${index}`);
        yield* spoken(
          child,
          writeDeployments(
            sysroot,
            state,
            state.deployments.filter((d) => d !== deployment),
          ),
        );
        yield* tidy(child, host, sysroot);
        yield* child.print(`Deleted deployment ${deploymentName(deployment)}\n`);
        return 0;
      });
    },
  };
}

export const pin: Verb = {
  name: "pin",
  operands: "INDEX",
  about: 'Change the "pinning" state of a deployment, INDEX can be >= 0 or one of booted, pending or rollback strings',
  options: [SYSROOT, { name: "unpin", short: "u", help: "Unset pin" }, VERBOSE, VERSION],
  *run(call) {
    return yield* withSysroot(call, function* (child, sysroot) {
      if (call.options.operands.length === 0) throw new Misuse("INDEX must be specified");
      const pinned = !call.options.has("unpin");
      for (const text of call.options.operands) {
        const state = sysroot.load();
        const { index, deployment } = deploymentAt(state, String(indexOfWord(state, text)));
        if (deployment.isStaged) throw new OstreeError("Cannot pin staged deployment");
        if (isPinnedDeployment(deployment) === pinned) {
          yield* child.print(`Deployment ${index} is already ${pinned ? "pinned" : "unpinned"}\n`);
          continue;
        }
        writeOrigin(sysroot, { ...deployment, origin: withPin(deployment.origin ?? newOrigin(""), pinned) }, true);
        yield* child.print(`Deployment ${index} is now ${pinned ? "pinned" : "unpinned"}\n`);
      }
      return 0;
    });
  },
};

function indexOfWord(state: SysrootState, text: string): number | string {
  if (text !== "booted" && text !== "pending" && text !== "rollback") return text;
  const { pending, rollback } = queryDeployments(state.deployments, state.booted);
  const found = { booted: state.booted, pending, rollback }[text];
  if (!found) throw new OstreeError(`Deployment type not found: ${text}`);
  return state.deployments.findIndex((d) => isSameDeployment(d, found));
}

export function setDefault(host: OstreeHost): Verb {
  return {
    name: "set-default",
    operands: "INDEX",
    about: "Make deployment INDEX the default",
    options: [SYSROOT, VERBOSE, VERSION],
    *run(call) {
      return yield* withSysroot(call, function* (child, sysroot) {
        const text = call.options.operands[0];
        if (text === undefined) throw new Misuse("INDEX must be specified");
        const state = sysroot.load();
        const { index } = deploymentAt(state, text, false);
        if (index === 0) return 0;
        yield* spoken(child, writeDeployments(sysroot, state, withDefault(state.deployments, index)));
        yield* tidy(child, host, sysroot);
        return 0;
      });
    },
  };
}

export function cleanup(host: OstreeHost): Verb {
  return {
    name: "cleanup",
    about: "Delete untagged deployments and repository objects",
    options: [SYSROOT, VERBOSE, VERSION],
    *run(call) {
      return yield* withSysroot(call, function* (child, sysroot) {
        yield* tidy(child, host, sysroot);
        return 0;
      });
    },
  };
}
