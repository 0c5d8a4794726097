/** Verbs that make a new deployment: upgrade, switch, deploy. */
import { carriedKernelArgs, type Deployment } from "../../engines/ostree/deployment.ts";
import { mergeDeployment, type WriteFlags } from "../../engines/ostree/deployment-list.ts";
import { deployNow, stage, type DeployRequest } from "../../engines/ostree/deploy.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import { sealedTreeOf, type OstreeHost } from "../../engines/ostree/host.ts";
import {
  appendKernelArg,
  deleteKernelArg,
  kernelArg,
  parseKernelArgs,
  replaceKernelArg,
  withoutKernelArg,
} from "../../engines/ostree/kernel-args.ts";
import { carriedOrigin, newOrigin, originRefspec, parseRefspec } from "../../engines/ostree/origin.ts";
import { bootId, startFinalizer } from "../../engines/ostree/process.ts";
import { awaitRefs, pull } from "../../engines/ostree/pull.ts";
import { localeTime } from "../../engines/ostree/render.ts";
import type { Sysroot, SysrootState } from "../../engines/ostree/sysroot.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { KeyFile } from "../../engines/ostree/keyfile.ts";
import { readText, readTextIfThere } from "../../machine/read-text.ts";
import type { Option, ParsedOptions } from "../command.ts";
import { rebootSystem } from "../rpm-ostree/reboot.ts";
import { STATEROOT, spoken, SYSROOT, tidy, withSysroot } from "./admin-call.ts";
import { Misuse, VERBOSE, VERSION, type Verb } from "./goption.ts";
import { pulled } from "./pull.ts";

/** @simplified The machine goes through its firmware all the same. */
const KEXEC: Option = { name: "kexec", short: "k", help: "Stage new kernel in kexec", fidelity: "simplified" };

function wantsReboot(options: ParsedOptions): boolean {
  return options.has("reboot") || options.has("kexec");
}

export function upgrade(host: OstreeHost): Verb {
  return {
    name: "upgrade",
    about: "Construct new tree from current origin and deploy it, if it changed",
    options: [
      SYSROOT,
      STATEROOT,
      { name: "reboot", short: "r", help: "Reboot after a successful upgrade" },
      KEXEC,
      { name: "allow-downgrade", help: "Permit deployment of chronologically older trees" },
      { name: "override-commit", argument: "CHECKSUM", help: "Deploy CHECKSUM instead of the latest tree" },
      { name: "pull-only", help: "Do not create a deployment, just download" },
      { name: "deploy-only", help: "Do not pull, only deploy" },
      { name: "stage", help: "Enable staging (finalization at reboot time)" },
      VERBOSE,
      VERSION,
    ],
    *run(call) {
      const { options } = call;
      const isChanged = yield* withSysroot(call, function* (child, sysroot) {
        if (options.has("pull-only") && options.has("deploy-only"))
          throw new OstreeError("Cannot simultaneously specify --pull-only and --deploy-only");
        if (options.has("pull-only") && wantsReboot(options))
          throw new OstreeError("Cannot simultaneously specify --pull-only and --reboot or --kexec");
        const state = sysroot.load();
        const merge = requireMerge(state, options);
        const refspec = originRefspec(merge.origin);
        if (refspec === undefined) throw new OstreeError("No origin/refspec in current deployment origin; cannot upgrade via ostree");
        const override = options.value("override-commit");
        if (override !== undefined && !/^[0-9a-f]{64}$/.test(override)) throw new OstreeError(`Invalid rev ${override}`);
        if (!options.has("deploy-only")) yield* fetchRef(child, host, sysroot, state, refspec, override);
        const checksum = override ?? sysroot.openRepository().resolve(refspec);
        if (checksum === merge.checksum) {
          yield* child.print("No update available.\n");
          return false;
        }
        requireNewer(child, sysroot, merge, checksum, options);
        if (options.has("pull-only")) return false;
        const origin = carriedOrigin(merge.origin ?? newOrigin(refspec));
        if (override !== undefined) origin.set("origin", "override-commit", override);
        const request = { stateroot: merge.stateroot, checksum, origin };
        if (options.has("stage")) {
          yield* spoken(child, stage(sysroot, commitsOf(host), request));
          startFinalizer(child);
        } else yield* spoken(child, deployNow(sysroot, commitsOf(host), request));
        yield* tidy(child, host, sysroot);
        return true;
      });
      if (isChanged && wantsReboot(options)) yield* rebootSystem(call.proc);
      return 0;
    },
  };
}

export function switchTo(host: OstreeHost): Verb {
  return {
    name: "switch",
    operands: "REFSPEC",
    about: "Construct new tree from REFSPEC and deploy it",
    options: [SYSROOT, { name: "reboot", short: "r", help: "Reboot after switching trees" }, KEXEC, STATEROOT, VERBOSE, VERSION],
    *run(call) {
      const status = yield* withSysroot(call, function* (child, sysroot): Run<ExitStatus> {
        const wanted = call.options.operands[0];
        if (wanted === undefined) throw new Misuse("REFSPEC must be specified");
        const state = sysroot.load();
        const merge = requireMerge(state, call.options);
        const old = originRefspec(merge.origin);
        if (old === undefined) throw new OstreeError("No origin/refspec in current deployment origin; cannot upgrade via ostree");
        const refspec = switchedRefspec(old, wanted);
        if (refspec === old) throw new OstreeError(`Old and new refs are equal: ${refspec}`);
        yield* fetchRef(child, host, sysroot, state, refspec, undefined);
        const repo = sysroot.openRepository();
        const origin = carriedOrigin(merge.origin ?? newOrigin(refspec));
        origin.set("origin", "refspec", refspec);
        yield* spoken(child, deployNow(sysroot, commitsOf(host), { stateroot: merge.stateroot, checksum: repo.resolve(refspec), origin }));
        yield* child.print(`Deleting ref '${old}'\n`);
        repo.deleteRef(old);
        yield* tidy(child, host, sysroot);
        return 0;
      });
      if (wantsReboot(call.options)) yield* rebootSystem(call.proc);
      return status;
    },
  };
}

/** `remote:` keeps the ref, a bare ref keeps the remote. */
function switchedRefspec(old: string, wanted: string): string {
  const before = parseRefspec(old);
  const after = parseRefspec(wanted);
  const remote = after.remote ?? before.remote;
  const ref = after.ref === "" ? before.ref : after.ref;
  return remote === undefined ? ref : `${remote}:${ref}`;
}

export function deploy(host: OstreeHost): Verb {
  return {
    name: "deploy",
    operands: "REFSPEC",
    about: "Checkout revision REFSPEC as the new default deployment",
    options: [
      SYSROOT,
      STATEROOT,
      { name: "stateroot", argument: "STATEROOT", help: "Target the provided stateroot" },
      { name: "origin-file", argument: "FILENAME", help: "Specify origin file" },
      { name: "no-prune", help: "Don't prune the repo when done" },
      { name: "no-merge", help: "Do not apply configuration (/etc and kernel arguments) from booted deployment" },
      { name: "retain", help: "Do not delete previous deployments" },
      { name: "stage", help: "Complete deployment at OS shutdown" },
      { name: "lock-finalization", help: "Prevent automatic deployment finalization on shutdown" },
      { name: "retain-pending", help: "Do not delete pending deployments" },
      { name: "retain-rollback", help: "Do not delete rollback deployments" },
      { name: "not-as-default", help: "Append rather than prepend new deployment" },
      { name: "karg-proc-cmdline", help: "Import current /proc/cmdline" },
      {
        name: "karg",
        argument: "NAME=VALUE",
        help: "Set kernel argument, like root=/dev/sda1; this overrides any earlier argument with the same name",
      },
      {
        name: "karg-append",
        argument: "NAME=VALUE",
        help: "Append kernel argument; useful with e.g. console= that can be used multiple times",
      },
      { name: "karg-none", help: "Do not import kernel arguments" },
      { name: "karg-delete", argument: "NAME=VALUE", help: "Delete kernel argument if exists, can be used multiple times" },
      { name: "overlay-initrd", argument: "FILE", help: "Overlay iniramfs file", fidelity: "unbuilt" },
      VERBOSE,
      VERSION,
    ],
    *run(call) {
      const { options } = call;
      return yield* withSysroot(call, function* (child, sysroot): Run<ExitStatus> {
        const wanted = options.operands[0];
        if (wanted === undefined) throw new Misuse("REF/REV must be specified");
        const flags = flagsOf(options);
        if (options.has("stage") && (flags.retainPending || flags.retainRollback))
          throw new OstreeError("--stage cannot currently be combined with --retain arguments");
        // What is locked is staged.
        const isStaged = options.has("stage") || options.has("lock-finalization");
        if (isStaged && flags.notDefault) throw new OstreeError("--stage cannot currently be combined with --not-as-default");
        // What earlier attempts have left behind goes first (ostree_sysroot_prepare_cleanup).
        yield* tidy(child, host, sysroot, false);
        const state = sysroot.load();
        const stateroot = options.value("os") ?? options.value("stateroot") ?? state.booted?.stateroot;
        if (stateroot === undefined) {
          throw new OstreeError("Looking for booted deployment: Not currently booted into an OSTree system and no --os= argument given");
        }
        const originFile = options.value("origin-file");
        const merge = options.has("no-merge") ? undefined : mergeDeployment(state.deployments, state.booted, stateroot);
        const checksum = sysroot.openRepository().resolve(wanted);
        const request: DeployRequest = {
          stateroot,
          checksum,
          origin: originFile === undefined ? newOrigin(wanted) : readOrigin(child, originFile),
          ...(changesKernelArgs(options) ? { kernelArgs: kernelArgsOf(options, merge, child) } : {}),
          noMerge: options.has("no-merge"),
          flags,
          isLocked: options.has("lock-finalization"),
        };
        if (isStaged) {
          yield* spoken(child, stage(sysroot, commitsOf(host), request));
          startFinalizer(child);
        } else yield* spoken(child, deployNow(sysroot, commitsOf(host), request));
        yield* tidy(child, host, sysroot, !options.has("no-prune"));
        return 0;
      });
    },
  };
}

function flagsOf(options: ParsedOptions): WriteFlags {
  return {
    retain: options.has("retain"),
    retainPending: options.has("retain-pending"),
    retainRollback: options.has("retain-rollback"),
    notDefault: options.has("not-as-default"),
  };
}

/** Throws `OstreeError` when it cannot be read. */
function readOrigin(proc: Process, path: string): KeyFile {
  const text = readTextIfThere(proc.sys, path);
  if (text === undefined) throw new OstreeError("No such file or directory");
  const wrong = KeyFile.wrongLine(text);
  if (wrong !== undefined) throw new OstreeError(`Key file contains line “${wrong}” which is not a key-value pair, group, or comment`);
  return KeyFile.parse(text);
}

function changesKernelArgs(options: ParsedOptions): boolean {
  return ["karg-none", "karg-proc-cmdline", "karg", "karg-append", "karg-delete"].some((name) => options.has(name));
}

function kernelArgsOf(options: ParsedOptions, merge: Deployment | undefined, proc: Process): string[] {
  let args = options.has("karg-none") ? [] : carriedKernelArgs(merge);
  if (options.has("karg-proc-cmdline")) args = withoutKernelArg(parseKernelArgs(readText(proc.sys, "/proc/cmdline")), "BOOT_IMAGE");
  for (const arg of options.values("karg")) {
    const at = arg.indexOf("=");
    const key = at < 0 ? arg : arg.slice(0, at);
    args = at < 0 ? (kernelArg(args, key) === undefined ? [...args, arg] : args) : replaceKernelArg(args, key, arg.slice(at + 1));
  }
  for (const arg of options.values("karg-append")) args = appendKernelArg(args, arg);
  for (const arg of options.values("karg-delete")) {
    if (kernelArg(args, arg.replace(/=.*/s, "")) === undefined) continue;
    try {
      args = deleteKernelArg(args, arg);
    } catch (error) {
      throw error instanceof Error ? new OstreeError(error.message) : error;
    }
  }
  return args;
}

/** What the new deployment takes its origin and /etc from. */
function requireMerge(state: SysrootState, options: ParsedOptions): Deployment {
  const stateroot = options.value("os") ?? state.booted?.stateroot ?? state.deployments[0]?.stateroot;
  const merge = stateroot === undefined ? undefined : mergeDeployment(state.deployments, state.booted, stateroot);
  if (!merge) throw new OstreeError(`No previous deployment for OS '${stateroot ?? ""}'`);
  return merge;
}

function* fetchRef(
  child: Process,
  host: OstreeHost,
  sysroot: Sysroot,
  state: SysrootState,
  refspec: string,
  commit: string | undefined,
): Run<void> {
  const { remote, ref } = parseRefspec(refspec);
  if (remote === undefined) return;
  const repo = sysroot.openRepository();
  const request = {
    remote,
    refs: [ref],
    running: state.booted?.checksum,
    bootId: bootId(child.sys),
    ...(commit === undefined ? {} : { commit }),
  };
  yield* awaitRefs(host, repo, remote, [ref]);
  yield* pulled(child, pull(host, repo, request), "on a terminal");
}

/** Nobody is moved back in time unasked. */
function requireNewer(proc: Process, sysroot: Sysroot, merge: Deployment, checksum: string, options: ParsedOptions): void {
  if (options.has("allow-downgrade")) return;
  const repo = sysroot.openRepository();
  const current = repo.commit(merge.checksum);
  const next = repo.commit(checksum);
  if (next.timestamp >= current.timestamp) return;
  const timeText = (seconds: number): string => localeTime(seconds, proc.env);
  throw new OstreeError(
    `Upgrade target revision '${checksum}' with timestamp '${timeText(next.timestamp)}' is chronologically older than current revision ` +
      `'${merge.checksum}' with timestamp '${timeText(current.timestamp)}'; use --allow-downgrade to permit`,
  );
}

export function commitsOf(host: OstreeHost): { treeOf(commit: string): ReturnType<typeof sealedTreeOf> } {
  return { treeOf: (commit) => sealedTreeOf(host, commit) };
}
