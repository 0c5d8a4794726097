/** flatpak run, enter, ps, kill. */
import { OstreeError } from "../../engines/ostree/errors.ts";
import { Installation, needsOf, type Deployed } from "../../engines/flatpak/installation.ts";
import { ARCH, nameProblem, parseRef, refText, type Ref } from "../../engines/flatpak/ref.ts";
import type { Process } from "../../machine/process.ts";
import { exists } from "../../machine/read-text.ts";
import { chosenColumns, printTable, type Column } from "./columns.ts";
import { effectiveContext } from "./list.ts";
import { VERBS } from "./option-tables.ts";
import { runInSandbox, runningApps, type Running } from "./sandbox.ts";
import { contextOf } from "./settings.ts";
import { columnsHelp, openInstallations, Misuse, type Call, type Verb } from "./verb.ts";

export const run: Verb = {
  name: "run",
  stopsAtOperand: true,
  ignored: [
    "log-session-bus",
    "log-system-bus",
    "log-a11y-bus",
    "no-a11y-bus",
    "a11y-bus",
    "no-session-bus",
    "session-bus",
    "no-documents-portal",
    "die-with-parent",
    "file-forwarding",
  ],
  unbuilt: [
    "devel",
    "runtime",
    "runtime-version",
    "parent-pid",
    "parent-expose-pids",
    "parent-share-pids",
    "instance-id-fd",
    "app-path",
    "app-fd",
    "usr-path",
    "usr-fd",
    "bind-fd",
    "ro-bind-fd",
    "env-fd",
    "runtime-commit",
  ],
  *run(call) {
    const { proc, options } = call;
    const [app, ...args] = options.operands;
    openInstallations(call); // the system's must be there
    const given = contextOf(options);
    if (app === undefined) throw new Misuse("APP must be specified");
    const entry = findApp(call, app);
    const metadata = entry.installation.metadataOf(entry);
    const needs = needsOf(metadata, entry.ref.kind, entry.ref.branch);
    const runtime = entry.ref.kind === "app" ? findRuntime(proc, needs.runtime ?? "") : entry;
    const context = effectiveContext(proc, entry);
    if (options.has("sandbox")) {
      context.filesystems.clear();
      for (const flags of Object.values(context.flags)) flags.clear();
    }
    context.merge(given);
    const command = options.value("command") ?? needs.command ?? "/bin/sh";
    return yield* runInSandbox(proc, {
      entry,
      runtime,
      context,
      argv: [command, ...args.filter((arg) => arg !== "@@" && arg !== "@@u")],
      cwd: options.value("cwd"),
    });
  },
};

/** The app that `flatpak run NAME` starts. Throws `OstreeError`. */
function findApp(call: Call, name: string): Deployed {
  const { options } = call;
  const places = openInstallations(call).toReversed();
  const parts = name.split("/");
  const kind = parts[0] === "app" || parts[0] === "runtime" ? parts.shift() : "app";
  const [id = "", arch = "", branch = ""] = parts;
  const wrong = nameProblem(id);
  if (wrong !== undefined) throw new OstreeError(`Invalid id ${id}: ${wrong}`);
  const wantedBranch = options.value("branch") ?? (branch === "" ? undefined : branch);
  const wantedArch = options.value("arch") ?? (arch === "" ? undefined : arch);
  const commit = options.value("commit");
  let branchOfCurrent: string | undefined;
  for (const at of places) {
    const current = wantedBranch === undefined && wantedArch === undefined ? at.currentOf(id) : undefined;
    const ref: Ref = current ?? {
      kind: kind === "runtime" ? "runtime" : "app",
      id,
      arch: wantedArch ?? ARCH,
      branch: wantedBranch ?? "master",
    };
    branchOfCurrent ??= current?.branch;
    const found = commit === undefined ? at.deployedAt(ref) : at.deployedCommit(ref, commit);
    if (found) return found;
  }
  const wanted = refText({ kind: "app", id, arch: wantedArch ?? ARCH, branch: wantedBranch ?? branchOfCurrent ?? "master" });
  throw new OstreeError(`${wanted}${commit === undefined ? "" : ` (commit ${commit})`} not installed`);
}

/** Throws `OstreeError`. */
function findRuntime(proc: Process, text: string): Deployed {
  const ref = parseRef(`runtime/${text}`);
  if (ref)
    for (const at of [Installation.user(proc.sys, proc.env), Installation.system(proc.sys)]) {
      const found = at.deployedAt(ref);
      if (found) return found;
    }
  throw new OstreeError(`runtime/${text} not installed`);
}

const PS_COLUMNS: readonly Column<Running>[] = [
  { name: "instance", title: "Instance", isDefault: true, grows: true, cell: ({ instance }) => instance },
  { name: "pid", title: "PID", isDefault: true, cell: ({ pid }) => String(pid) },
  { name: "child-pid", title: "Child PID", isDefault: false, cell: ({ childPid }) => String(childPid) },
  { name: "application", title: "Application", isDefault: true, grows: true, cell: ({ application }) => application },
  { name: "arch", title: "Architecture", isDefault: false, cell: () => ARCH },
  { name: "branch", title: "Branch", isDefault: false, cell: ({ branch }) => branch },
  { name: "commit", title: "Commit", isDefault: false, cell: ({ commit }) => commit.slice(0, 12) },
  { name: "runtime", title: "Runtime", isDefault: true, grows: true, cell: ({ runtime }) => runtime.split("/")[0] ?? "" },
  { name: "runtime-branch", title: "R.-Branch", isDefault: false, cell: ({ runtime }) => runtime.split("/")[2] ?? "" },
  { name: "runtime-commit", title: "Runtime Commit", isDefault: false, cell: ({ runtimeCommit }) => runtimeCommit.slice(0, 12) },
  { name: "active", title: "Active", isDefault: false, cell: () => "🗶" },
  { name: "background", title: "Background", isDefault: false, cell: () => "🗶" },
];

export const ps: Verb = {
  name: "ps",
  *run(call) {
    const { proc, options } = call;
    if (options.operands.length > 0) throw new Misuse("Extra arguments given");
    if (options.values("columns").includes("help")) {
      yield* proc.print(columnsHelp(VERBS.ps.columns));
      return 0;
    }
    const rows = runningApps(proc);
    yield* printTable(proc, chosenColumns(PS_COLUMNS, options.values("columns"), "default", rows), rows);
    return 0;
  },
};

export const kill: Verb = {
  name: "kill",
  *run(call) {
    const { proc, options } = call;
    const [name] = options.operands;
    if (name === undefined) throw new Misuse("Must specify the app to kill");
    if (options.operands.length > 1) throw new Misuse("Extra arguments given");
    const found = runningApps(proc).filter(({ application, instance }) => name === application || name === instance);
    if (found.length === 0) throw new OstreeError(`${name} is not running`);
    for (const { childPid } of found) proc.kill(childPid, "KILL");
    return 0;
  },
};

export const enter: Verb = {
  name: "enter",
  stopsAtOperand: true,
  *run({ proc, options }) {
    const [name, command] = options.operands;
    if (name === undefined || command === undefined) throw new Misuse("INSTANCE and COMMAND must be specified");
    const found = runningApps(proc).find(({ application, instance, pid, childPid }) =>
      [application, instance, String(pid), String(childPid)].includes(name),
    );
    if (found === undefined && !/^\d+$/.test(name)) throw new OstreeError(`${name} is neither a pid nor an application or instance ID`);
    if (found === undefined && !exists(proc.sys, `/proc/${name}`)) throw new OstreeError(`No such pid ${name}`);
    throw new OstreeError("entering not supported (need unprivileged user namespaces, or sudo -E)");
  },
};
