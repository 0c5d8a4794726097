/** The smaller verbs: config-diff, os-init, set-origin, finalize-staged, lock-finalization. */
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { mergeDeployment } from "../../engines/ostree/deployment-list.ts";
import { writeOrigin } from "../../engines/ostree/deploy.ts";
import { diffConfig } from "../../engines/ostree/etc-merge.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import { lstat, makeDirectories, parentOf, replaceFile, writeNewFile } from "../../engines/ostree/files.ts";
import { FINALIZE_FAILURE, finalizeStaged, LAST_FAILURE } from "../../engines/ostree/finalize.ts";
import { newOrigin, originRefspec, parseRefspec } from "../../engines/ostree/origin.ts";
import { bootId } from "../../engines/ostree/process.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import { STAGED_LOCK } from "../../engines/ostree/sysroot.ts";
import { deploymentAt, spoken, STATEROOT, SYSROOT, sysrootOf, withSysroot } from "./admin-call.ts";
import { Misuse, VERBOSE, VERSION, type Verb } from "./goption.ts";

export const configDiff: Verb = {
  name: "config-diff",
  about: "Diff current /etc configuration versus default",
  options: [SYSROOT, STATEROOT, VERBOSE, VERSION],
  *run(call) {
    const { proc, options } = call;
    const sysroot = sysrootOf(call, proc);
    const state = sysroot.load();
    if (state.booted && !proc.sys.credentials.privileged) throw new OstreeError("You must be root to perform this command");
    const stateroot = options.value("os") ?? state.booted?.stateroot ?? sysroot.requireBooted(state).stateroot;
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

function stateRootInit(name: string): Verb {
  return {
    name,
    operands: "OSNAME",
    about: "Initialize empty state for given operating system",
    options: [SYSROOT, VERBOSE, VERSION],
    *run(call) {
      return yield* withSysroot(call, function* (child, sysroot) {
        const stateroot = call.options.operands[0];
        if (stateroot === undefined) throw new Misuse("OSNAME must be specified");
        const path = `ostree/deploy/${stateroot}`;
        if (lstat(child.sys, sysroot.path(path))) throw new OstreeError(`Creating ${path}: File exists`);
        for (const directory of ["", "/var", "/var/lib", "/var/log", "/var/tmp"])
          makeDirectories(child.sys, sysroot.path(path + directory));
        child.sys.chmod(sysroot.path(`${path}/var/tmp`), 0o1777);
        child.sys.symlink("../run", sysroot.path(`${path}/var/run`));
        child.sys.symlink("../run/lock", sysroot.path(`${path}/var/lock`));
        yield* child.print(`${path} initialized as OSTree stateroot\n`);
        return 0;
      });
    },
  };
}

export const osInit = stateRootInit("os-init");
export const staterootInit = stateRootInit("stateroot-init");

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
      const deployment =
        index === undefined ? (state.booted ?? deploymentAt(state, "0").deployment) : deploymentAt(state, index).deployment;
      const repo = sysroot.openRepository();
      const config = repo.config;
      config.set(`remote "${remote}"`, "url", url);
      for (const text of options.values("set")) {
        const at = text.indexOf("=");
        if (at < 0) throw new OstreeError("Missing '=' in KEY=VALUE for --set");
        config.set(`remote "${remote}"`, text.slice(0, at), text.slice(at + 1));
      }
      repo.writeConfig(config);
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
        if (isLocked) child.sys.unlink(STAGED_LOCK);
        yield* child.print(`Staged deployment is ${isLocked ? "now" : "already"} queued to apply on shutdown\n`);
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
      makeDirectories(child.sys, parentOf(LAST_FAILURE));
      replaceFile(child.sys, LAST_FAILURE, `${text}\n`);
      child.sys.unlink(stamp);
      throw new OstreeError(`ostree-finalize-staged.service failed on previous boot: ${text}`);
    });
  },
};
