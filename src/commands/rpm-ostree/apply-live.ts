/** `rpm-ostree apply-live`: what is pending comes into the /usr that runs. Source: coreos/rpm-ostree:rust/src/builtins/apply_live.rs. */
import { queryDeployments } from "../../engines/ostree/deployment-list.ts";
import type { Deployment } from "../../engines/ostree/deployment.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import {
  applyEtc,
  applyUsr,
  diffFiles,
  diffText,
  keepLiveCommit,
  liveCommit,
  noteLiveCommit,
  type FileDiff,
} from "../../engines/ostree/live.ts";
import { drive, watchNothing } from "../../engines/ostree/process.ts";
import { renderPackageDiff } from "../../engines/ostree/render.ts";
import { packageDiff } from "../../engines/ostree/status.ts";
import { Sysroot } from "../../engines/ostree/sysroot.ts";
import { makeTmpfiles } from "../../engines/ostree/tmpfiles.ts";
import { mountUnlocked } from "../../engines/ostree/unlock.ts";
import type { Checksum } from "../../image/ostree-objects.ts";
import type { PackageDiff } from "../../image/package.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { PowerLoss } from "../../vfs/disk-types.ts";
import { rootCredentials } from "../../vfs/types.ts";
import type { Call, Verb } from "../ostree/goption.ts";
import { GLOBAL_OPTIONS } from "./options.ts";
import { commandLine } from "./outcome.ts";
import { Progress } from "./progress.ts";
import { requireBootedSystem, transact } from "./transaction.ts";

export interface LiveOptions {
  /** A commit of the repository; what is pending unless given. */
  readonly target?: string | undefined;
  /** Back to what was booted. */
  readonly reset?: boolean;
  /** Packages may go and change, too. */
  readonly allowReplacement?: boolean;
}

export function applyLive(host: OstreeHost): Verb {
  return {
    name: "apply-live",
    about: "Apply pending deployment changes to booted deployment",
    options: [
      { name: "target", argument: "CHECKSUM", help: "Target provided commit instead of pending deployment" },
      { name: "reset", help: "Reset back to booted commit" },
      { name: "allow-replacement", help: "Allow replacement of packages/files (default is pure additive)" },
      ...GLOBAL_OPTIONS,
    ],
    *run(call) {
      const { options } = call;
      requireBootedSystem(call.proc);
      const live = { target: options.value("target"), reset: options.has("reset"), allowReplacement: options.has("allow-replacement") };
      return yield* applyLiveNow(call, host, live);
    },
  };
}

interface LivePlan {
  readonly booted: Deployment;
  readonly from: Checksum;
  readonly to: Checksum;
  readonly usr: FileDiff;
  readonly etc: FileDiff;
  readonly packages: PackageDiff | undefined;
}

export function* applyLiveNow(call: Call, host: OstreeHost, live: LiveOptions): Run<ExitStatus> {
  const { proc } = call;
  const request = { method: "LiveFs", action: "deploy", title: commandLine(call) };
  const plan = yield* transact(proc, request, function* (transaction) {
    const found = planOf(transaction.sysroot, host, live);
    const { usr, etc, packages } = found;
    keepLiveCommit(transaction.sysroot.openRepository(), found.to === found.booted.checksum ? undefined : found.to);
    transaction.say(`Computed /usr diff: ${diffText(usr)}`);
    const changed = (packages?.upgraded.length ?? 0) + (packages?.downgraded.length ?? 0);
    const [added, removed] = [packages?.added.length ?? 0, packages?.removed.length ?? 0];
    transaction.say(`Computed pkg diff: ${added} added, ${changed} changed, ${removed} removed`);
    if (live.allowReplacement !== true && live.reset !== true) refuseReplacement(changed, removed);
    transaction.begin("Computing /etc diff to preserve");
    yield* transaction.proc.sleep(0.2);
    transaction.end();
    transaction.say(`Computed /etc diff: ${diffText(etc)}`);
    return found;
  });
  const progress = new Progress(proc);
  if (plan.booted.unlocked === "none") yield* asRoot(proc, (child) => unlock(child, plan.booted));
  const parts: readonly (readonly [string, (child: Process) => Run<void>])[] = [
    ["Updating /usr", (child) => updateUsr(child, plan)],
    [
      "Updating /etc",
      (child) => drive(child, applyEtc(new Sysroot(child.sys).openRepository(), plan.from, plan.to, plan.etc), watchNothing),
    ],
    ["Running systemd-tmpfiles for /run and /var", (child) => tmpfiles(child)],
  ];
  for (const [title, work] of parts) {
    yield* progress.begin(title);
    yield* asRoot(proc, work);
    yield* progress.end();
  }
  yield* asRoot(proc, (child) => note(child, plan));
  if (plan.packages) yield* proc.print(renderPackageDiff(plan.packages));
  const units = changedServices(plan.usr);
  yield* proc.print(
    units.length === 0
      ? "Successfully updated running filesystem tree.\n"
      : `Successfully updated running filesystem tree; Following services may need to be restarted:\n${units.map((unit) => `  ${unit}\n`).join("")}`,
  );
  return 0;
}

/** Units that are changed, not new. */
function changedServices(diff: FileDiff): string[] {
  return diff.changedFiles.flatMap((path) => /\/systemd\/system\/([^/]+\.service)$/.exec(path)?.[1] ?? []);
}

function planOf(sysroot: Sysroot, host: OstreeHost, live: LiveOptions): LivePlan {
  const state = sysroot.load();
  const booted = sysroot.requireBooted(state);
  if (booted.unlocked === "hotfix" || booted.unlocked === "development") {
    throw new OstreeError(`apply-live is incompatible with unlock state: ${booted.unlocked}`);
  }
  const repo = sysroot.openRepository();
  const pending = queryDeployments(state.deployments, booted).pending?.checksum;
  const to = live.reset === true ? booted.checksum : live.target === undefined ? pending : repo.resolve(live.target);
  if (to === undefined) throw new OstreeError("No target commit specified and no pending deployment");
  const from = liveCommit(sysroot.sys) ?? booted.checksum;
  return {
    ...{ booted, from, to },
    usr: diffFiles(repo, from, to, "/usr", "/usr/etc"),
    etc: diffFiles(repo, from, to, "/usr/etc"),
    packages: packageDiff(host, repo, from, to),
  };
}

function refuseReplacement(changed: number, removed: number): void {
  const problems = [
    ...(removed > 0 ? [`packages would be removed: ${removed}`] : []),
    ...(changed > 0 ? [`packages would be changed: ${changed}`] : []),
  ];
  if (problems.length > 0) throw new OstreeError(`${problems.join(", ")}, allow replacement to override`);
}

function* unlock(child: Process, booted: Deployment): Run<void> {
  mountUnlocked(child.sys, booted, "transient");
  yield* child.tick();
}

/** In a mount namespace of its own, where the overlay is writable. */
function* updateUsr(child: Process, plan: LivePlan): Run<void> {
  child.sys.unshareMounts();
  child.sys.mount({ source: "none", target: "/usr", flags: ["remount", "rw"] });
  yield* drive(child, applyUsr(new Sysroot(child.sys).openRepository(), plan.to, plan.usr), watchNothing);
}

function* tmpfiles(child: Process): Run<void> {
  makeTmpfiles(child.sys);
  yield* child.sleep(0.1);
}

function* note(child: Process, plan: LivePlan): Run<void> {
  noteLiveCommit(child.sys, plan.to === plan.booted.checksum ? undefined : plan.to);
  yield* child.tick();
}

/** What the daemon does in the system's own namespace: a child with its rights. Throws what `body` throws. */
function* asRoot(proc: Process, body: (child: Process) => Run<void>): Run<void> {
  let failure: { readonly error: unknown } | undefined;
  const child = proc.spawn({
    argv: ["rpm-ostree", "start-daemon"],
    credentials: rootCredentials(),
    *program(self) {
      try {
        yield* body(self);
        return 0;
      } catch (error) {
        if (error instanceof PowerLoss) throw error;
        failure = { error };
        return 1;
      }
    },
  });
  for (;;) {
    const ended = yield* proc.wait(child.pid);
    if (ended === undefined || ended.ending.kind === "stopped") continue;
    if (failure) throw failure.error;
    return;
  }
}
