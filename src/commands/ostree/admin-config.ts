/** What a deployment says of itself: config-diff, set-origin. */
import { mergeDeployment } from "../../engines/ostree/deployment-list.ts";
import { writeOrigin } from "../../engines/ostree/deploy.ts";
import { diffConfig } from "../../engines/ostree/etc-merge.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import { newOrigin, originRefspec, parseRefspec } from "../../engines/ostree/origin.ts";
import { deploymentAt, requireRoot, STATEROOT, SYSROOT, sysrootOf, withSysroot } from "./admin-call.ts";
import { Misuse, VERBOSE, VERSION, type Verb } from "./goption.ts";

export const configDiff: Verb = {
  name: "config-diff",
  about: "Diff current /etc configuration versus default",
  options: [SYSROOT, STATEROOT, VERBOSE, VERSION],
  *run(call) {
    const { proc, options } = call;
    const sysroot = sysrootOf(call, proc);
    const state = sysroot.load();
    if (state.booted) requireRoot(call);
    const stateroot = options.value("os") ?? state.booted?.stateroot;
    if (stateroot === undefined) throw new OstreeError("Not currently booted into an OSTree system and no --os= argument given");
    const deployment = mergeDeployment(state.deployments, state.booted, stateroot);
    if (!deployment) throw new OstreeError(`No deployment for OS '${stateroot}'`);
    const path = sysroot.deploymentPath(deployment);
    const { modified, removed, added } = diffConfig(proc.sys, `${path}/usr/etc`, `${path}/etc`);
    const lines = [
      ...modified.map((name) => `M    ${name}\n`),
      ...removed.map((name) => `D    ${name}\n`),
      ...added.map((name) => `A    ${name}\n`),
    ];
    yield* proc.print(lines.join(""));
    return 0;
  },
};

export const setOrigin: Verb = {
  name: "set-origin",
  operands: "REMOTENAME URL [BRANCH]",
  about: "Set Origin and create a new origin file",
  options: [
    SYSROOT,
    { name: "set", short: "s", argument: "KEY=VALUE", help: "Set config option KEY=VALUE for remote" },
    { name: "index", argument: "INDEX", help: "Operate on the deployment INDEX, starting from zero" },
    VERBOSE,
    VERSION,
  ],
  *run(call) {
    const { options } = call;
    return yield* withSysroot(call, function* (_, sysroot) {
      const [remote, url, branch] = options.operands;
      if (remote === undefined || url === undefined) throw new Misuse("REMOTENAME and URL must be specified");
      const state = sysroot.load();
      const index = options.value("index");
      const deployment = index === undefined ? sysroot.requireBooted(state) : deploymentAt(state, index).deployment;
      const settings = new Map([["url", url]]);
      for (const text of options.values("set")) {
        const at = text.indexOf("=");
        if (at < 0) throw new OstreeError("Missing '=' in KEY=VALUE for --set");
        settings.set(text.slice(0, at), text.slice(at + 1));
      }
      const repo = sysroot.openRepository();
      // A remote that is there stays as it is.
      if (repo.placeOfRemote(remote) === undefined) repo.addRemote(remote, settings);
      const old = originRefspec(deployment.origin);
      const ref = branch ?? (old === undefined ? undefined : parseRefspec(old).ref);
      if (ref === undefined) throw new OstreeError("No origin/refspec in current deployment origin");
      const origin = deployment.origin?.copy() ?? newOrigin("");
      origin.set("origin", "refspec", `${remote}:${ref}`);
      writeOrigin(sysroot, { ...deployment, origin }, true);
      return 0;
    });
  },
};
