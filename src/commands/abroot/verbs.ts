/** The verbs of abroot(1). Source: Vanilla-OS/ABRoot:cmd. */
import { formatConfig, CONFIG_ADMIN } from "../../engines/abroot/config.ts";
import { AbrootError, NoUpdate } from "../../engines/abroot/error.ts";
import { readKargs, KARGS_DRAFT, writeKargs } from "../../engines/abroot/kargs.ts";
import { findUpdate, requestStop, withdrawStop } from "../../engines/abroot/operation.ts";
import { PackageLists } from "../../engines/abroot/packages.ts";
import { readAbImage } from "../../engines/abroot/image.ts";
import { rollback as rollBack } from "../../engines/abroot/rollback.ts";
import { decodeUtf8 } from "../../base/utf8.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import { isSysError } from "../../vfs/errno.ts";
import { DELETE_OLD, DRY_RUN, operate, type Call, type Verb } from "./call.ts";
import { bold, bullets, say } from "./pterm.ts";
import { status } from "./status.ts";

const AGREEMENT =
  "To utilize ABRoot's abroot pkg command, explicit user agreement is required. This command facilitates package installations but introduces non-deterministic elements, impacting system trustworthiness. By consenting, you acknowledge and accept these implications, confirming your awareness of the command's potential impact on system behavior. [y/N]: ";

export const ROOT_REQUIRED = "You must be root to run this command.";

export const VERBS: readonly Verb[] = [
  {
    name: "config-editor",
    about: "Edit ABRoot configuration",
    options: [],
    needsRoot: true,
    run: editConfig,
  },
  {
    name: "kargs",
    about: "Manage kernel parameters",
    operands: "edit|show",
    options: [],
    example: "abroot kargs edit",
    operandCount: { exactly: 1 },
    needsRoot: true,
    run: kargs,
  },
  {
    name: "pkg",
    about: "Manage packages",
    operands: "add|remove|list|apply",
    options: [
      DRY_RUN,
      { name: "force-enable-user-agreement", short: "f", help: "force enable user agreement, for embedded systems" },
      { name: "force-apply", help: "force apply changes even if they've already been applied" },
      DELETE_OLD,
    ],
    example: "abroot pkg add <pkg>",
    operandCount: { atLeast: 1 },
    needsRoot: true,
    run: pkg,
  },
  {
    name: "rebase",
    about: "Rebase to new image",
    operands: "<image:tag>",
    options: [
      DRY_RUN,
      { name: "remove-packages", short: "r", help: "Remove all layered packages while rebasing" },
      { name: "keep-packages", short: "k", help: "Keep layered packages while rebasing the system" },
      { name: "rebase-only", short: "n", help: "Do not update the system after changing the configured image" },
    ],
    example: "abroot rebase ghcr.io/vanilla-os/desktop:main",
    operandCount: { exactly: 1 },
    needsRoot: true,
    run: rebase,
  },
  {
    name: "rollback",
    about: "Return the system to a previous state",
    options: [{ name: "check-only", short: "c", help: "check if rollback to previous root is possible" }],
    example: "abroot rollback",
    needsRoot: true,
    run: rollback,
  },
  {
    name: "status",
    about: "Display status",
    options: [
      { name: "json", short: "j", help: "show output in JSON format" },
      { name: "dump", short: "d", help: "dump the ABRoot status to an archive", fidelity: "simplified" },
    ],
    example: "abroot status",
    needsRoot: true,
    run: status,
  },
  {
    name: "update-initramfs",
    about: "Update the initramfs",
    options: [DRY_RUN, DELETE_OLD],
    example: "abroot update-initramfs",
    needsRoot: true,
    run: updateInitramfs,
  },
  {
    name: "upgrade",
    about: "Upgrade the system",
    options: [
      { name: "check-only", short: "c", help: "check for updates but do not apply them" },
      DRY_RUN,
      { name: "force", short: "f", help: "force update even if the system is up to date" },
      DELETE_OLD,
      { name: "cancel", help: "Temporarily block or cancel any abroot operation." },
      { name: "unblock", help: "Remove temporary user block." },
    ],
    example: "abroot upgrade",
    needsRoot: false,
    run: upgrade,
  },
];

function* upgrade(call: Call): Run<ExitStatus> {
  const { proc, options } = call;
  const dryRun = options.has("dry-run");
  if (options.has("cancel")) {
    if (dryRun) yield* say(proc, "info", "skipped blocking due to dry run");
    else requestStop(proc.sys);
    return 0;
  }
  if (options.has("unblock")) {
    if (dryRun) {
      yield* say(proc, "info", "can't use unblock and dryrun together");
      return 0;
    }
    try {
      withdrawStop(proc.sys);
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* say(proc, "warning", `could not unblock operations: remove /run/abroot/userStop: ${error.text.toLowerCase()}`);
    }
  }
  if (options.has("check-only")) return yield* check(call);
  if (!proc.sys.credentials.privileged) {
    yield* say(proc, "error", ROOT_REQUIRED);
    return 0;
  }
  yield* say(proc, "info", "Checking for system updates...");
  try {
    yield* operate(call, options.has("force") ? "force-upgrade" : "upgrade");
  } catch (error) {
    if (!(error instanceof NoUpdate)) throw error;
    yield* say(proc, "info", "No update available.");
    return 1;
  }
  if (dryRun) yield* say(proc, "info", "Dry run completed successfully.");
  yield* say(proc, "info", "Upgrade completed successfully.");
  return 0;
}

/** Whether there is anything newer; for anybody. */
function* check({ proc, servers, config }: Call): Run<ExitStatus> {
  const { sys } = proc;
  yield* say(proc, "info", "Checking for system updates...");
  const update = findUpdate({ sys, servers, config });
  if (update !== undefined) {
    yield* say(proc, "info", "There is an update for your system.");
    const before = servers.byDigest(config, readAbImage(sys).digest).packages;
    yield* proc.print(renderChanges(proc, before, update.packages));
  } else yield* say(proc, "info", "No update available.");
  yield* say(proc, "info", "Checking for package updates...");
  yield* say(proc, "info", "No update available.");
  return update === undefined ? 1 : 0;
}

function renderChanges(proc: Process, before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string {
  const added = [...after].filter(([name]) => !before.has(name)).map(([name, version]) => [name, "", version] as const);
  const upgraded = [...after].flatMap(([name, version]) => {
    const old = before.get(name);
    return old !== undefined && old !== version ? [[name, old, version] as const] : [];
  });
  const removed = [...before].filter(([name]) => !after.has(name)).map(([name, version]) => [name, version, ""] as const);
  const width = Math.max(...[...added, ...upgraded, ...removed].map(([name]) => name.length));
  const group = (title: string, rows: readonly (readonly [string, string, string])[]): string =>
    `${bold(proc, `${title}:`)}\n${bullets(rows.map(([name, old, version]) => `${name.padEnd(width)}  '${old}' -> '${version}'`))}`;
  return group("Added", added) + group("Upgraded", upgraded) + group("Downgraded", []) + group("Removed", removed);
}

function* rollback({ proc, options }: Call): Run<ExitStatus> {
  try {
    const answer = rollBack(proc.sys, proc.pid, options.has("check-only"));
    switch (answer) {
      case "possible":
        yield* say(proc, "info", "It is possible to rollback to the previous root.");
        return 0;
      case "impossible":
        yield* say(proc, "info", "It is not possible to rollback to the previous root.");
        return 1;
      case "unnecessary":
        yield* say(proc, "info", "Rollback is not necessary, current root is already the present one.");
        return 0;
      case "done":
        yield* say(proc, "info", "Rollback completed successfully.");
        return 0;
    }
  } catch (error) {
    if (!(error instanceof AbrootError)) throw error;
    yield* say(proc, "error", error.message);
    return 2;
  }
}

function* pkg(call: Call): Run<ExitStatus> {
  const { proc, options, config, servers } = call;
  const lists = new PackageLists(proc.sys, config);
  if (lists.needsAgreement && !lists.isAgreed) {
    if (!options.has("force-enable-user-agreement")) {
      yield* say(proc, "info", AGREEMENT);
      const answer = (yield* readLine(proc)).trim();
      if (answer !== "y" && answer !== "Y") {
        yield* say(proc, "info", "You declined the agreement. The feature will stay disabled until you agree to it.");
        return 0;
      }
    }
    lists.agree(proc.now().sec);
  }
  const [verb = "", ...names] = options.operands;
  // The real one makes an error of it ("You must provide at least one package name") and shows it to nobody.
  if ((verb === "add" || verb === "remove") && names.length === 0) return 1;
  switch (verb) {
    case "add":
      for (const name of names) lists.add(name, (each) => servers.packageVersion(each) !== undefined);
      yield* say(proc, "info", `Package(s) ${names.join(", ")} added.`);
      return 0;
    case "remove":
      for (const name of names) lists.remove(name);
      yield* say(proc, "info", `Package(s) ${names.join(", ")} removed.`);
      return 0;
    case "list":
      yield* say(proc, "info", `Added packages:\n${lists.added.join("\n")}\nRemoved packages:\n${lists.removed.join("\n")}\n`);
      return 0;
    case "apply": {
      const { added, removed } = lists.unstaged();
      if (!options.has("force-apply") && added.length === 0 && removed.length === 0) {
        yield* say(proc, "info", "No changes to apply.");
        return 0;
      }
      yield* applied(call);
      yield* say(proc, "info", "Successfully applied packages.");
      return 0;
    }
    default:
      yield* say(proc, "error", `Unknown command '${verb}'. Run 'abroot pkg --help' for usage examples.`);
      return 0;
  }
}

function* applied(call: Call): Run<void> {
  try {
    yield* operate(call, "package-apply");
  } catch (error) {
    throw error instanceof AbrootError ? new AbrootError(`Apply command failed: ${error.message}`) : error;
  }
}

function* kargs(call: Call): Run<ExitStatus> {
  const { proc, options } = call;
  const { sys } = proc;
  const [verb = ""] = options.operands;
  if (verb === "show") {
    yield* say(proc, "info", readKargs(sys));
    return 0;
  }
  const before = readKargs(sys);
  yield* proc.writeFile(KARGS_DRAFT, before);
  yield* edited(proc, KARGS_DRAFT);
  const after = readTextIfThere(sys, KARGS_DRAFT) ?? "";
  sys.unlink(KARGS_DRAFT);
  if (after.trim() === before.trim()) {
    yield* say(proc, "info", "No changes were made to kernel parameters.");
    return 0;
  }
  writeKargs(sys, after);
  yield* operate(call, "package-apply");
  return 0;
}

function* updateInitramfs(call: Call): Run<ExitStatus> {
  try {
    yield* operate(call, "initramfs");
  } catch (error) {
    if (!(error instanceof AbrootError)) throw error;
    yield* say(call.proc, "error", "Failed to update initramfs of future root.");
    return 1;
  }
  yield* say(call.proc, "info", "Updated initramfs of future root.");
  return 0;
}

function* editConfig({ proc, config }: Call): Run<ExitStatus> {
  const { sys } = proc;
  const before = readTextIfThere(sys, CONFIG_ADMIN) ?? formatConfig(config);
  if (readTextIfThere(sys, CONFIG_ADMIN) === undefined) yield* proc.writeFile(CONFIG_ADMIN, before);
  yield* edited(proc, CONFIG_ADMIN);
  const isChanged = readTextIfThere(sys, CONFIG_ADMIN) !== before;
  yield* say(proc, "info", isChanged ? "Configuration changed." : "No changes were made to the configuration.");
  return 0;
}

function* rebase(call: Call): Run<ExitStatus> {
  const { proc, options, config, servers } = call;
  if (options.has("keep-packages") && options.has("remove-packages")) {
    yield* say(proc, "error", "'--keep-packages' and '--remove-packages' are conflicting flags and cannot be used together.");
    return 0;
  }
  const dryRun = options.has("dry-run");
  if (options.has("remove-packages") && !dryRun) {
    const lists = new PackageLists(proc.sys, config);
    for (const name of lists.added) lists.remove(name);
    yield* say(proc, "info", "All added packages have been removed successfully");
  }
  const [reference = ""] = options.operands;
  const [, registry = config.registry, path = ""] = /^(?:([^/]*\.[^/]*)\/)?(.*)$/.exec(reference) ?? [];
  const [name = "", tag = "latest"] = path.split(":");
  const chosen = { ...config, registry, name: name === "" ? config.name : name, tag };
  findUpdate({ sys: proc.sys, servers, config: chosen });
  if (!dryRun) yield* proc.writeFile(CONFIG_ADMIN, formatConfig(chosen));
  if (options.has("rebase-only")) {
    yield* say(proc, "info", "Rebase completed successfully. Your next update will use the new image.");
    return 0;
  }
  yield* say(proc, "info", "Rebase completed successfully. The system will update in a moment.");
  // As the real one, whose name for the operation is none that it knows: packages are taken along, and no update is an error.
  yield* operate({ ...call, config: chosen }, "upgrade");
  return 0;
}

/** $EDITOR, else nano. */
function* edited(proc: Process, path: string): Run<void> {
  const editor = proc.env.get("EDITOR") ?? "nano";
  const child = proc.spawn({ argv: ["/bin/sh", "-c", `${editor} '${path}'`], program: { path: "/bin/sh" } });
  const ended = yield* proc.wait(child.pid);
  if (ended?.ending.kind !== "exited" || ended.ending.status !== 0)
    throw new AbrootError(`exit status ${String(ended?.ending.kind === "exited" ? ended.ending.status : 1)}`);
}

function* readLine(proc: Process): Run<string> {
  let line = "";
  for (;;) {
    const bytes = yield* proc.read(0, 1);
    if (bytes.length === 0) return line;
    const character = decodeUtf8(bytes);
    if (character === "\n") return line;
    line += character;
  }
}
