import { carriedKernelArgs, type Deployment } from "../../engines/ostree/deployment.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import {
  appendKernelArg,
  deleteKernelArg,
  formatKernelArgs,
  parseKernelArgs,
  replaceKernelArgValue,
  withoutKernelArg,
} from "../../engines/ostree/kernel-args.ts";
import { carriedOrigin, newOrigin } from "../../engines/ostree/origin.ts";
import { Sysroot, type SysrootState } from "../../engines/ostree/sysroot.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { readText } from "../../machine/read-text.ts";
import type { ParsedOptions } from "../command.ts";
import { edited } from "./editor.ts";
import { stageCommit } from "./change.ts";
import type { Verb } from "../ostree/goption.ts";
import { GLOBAL_OPTIONS, LOCK_FINALIZATION, STATEROOT, UNCHANGED_77 } from "./options.ts";
import { commandLine, finish, originDeployment, QUEUED_HINT, watchDefault } from "./outcome.ts";
import { requireBootedSystem, transact } from "./transaction.ts";

const EDITS = ["append", "append-if-missing", "replace", "delete", "delete-if-present"];

export function kargs(host: OstreeHost): Verb {
  return {
    name: "kargs",
    about: "Query or modify kernel arguments",
    options: [
      STATEROOT,
      {
        name: "deploy-index",
        argument: "INDEX",
        help: "Modify the kernel args from a specific deployment based on index. Index is in the form of a number (e.g. 0 means the first deployment in the list)",
      },
      { name: "reboot", help: "Initiate a reboot after operation is complete" },
      {
        name: "append",
        argument: "KEY=VALUE",
        help: "Append kernel argument; useful with e.g. console= that can be used multiple times. empty value for an argument is allowed",
      },
      {
        name: "replace",
        argument: "KEY=VALUE=NEWVALUE",
        help: "Replace existing kernel argument, the user is also able to replace an argument with KEY=VALUE if only one value exist for that argument",
      },
      {
        name: "delete",
        argument: "KEY=VALUE",
        help: "Delete a specific kernel argument key/val pair or an entire argument with a single key/value pair",
      },
      { name: "append-if-missing", argument: "KEY=VALUE", help: "Like --append, but does nothing if the key is already present" },
      { name: "delete-if-present", argument: "KEY=VALUE", help: "Like --delete, but does nothing if the key is already missing" },
      {
        name: "import-proc-cmdline",
        help: "Instead of modifying old kernel arguments, we modify args from current /proc/cmdline (the booted deployment)",
      },
      { name: "editor", help: "Use an editor to modify the kernel arguments" },
      LOCK_FINALIZATION,
      UNCHANGED_77,
      ...GLOBAL_OPTIONS,
    ],
    *run(call) {
      const { proc, options } = call;
      requireBootedSystem(proc);
      requirePossible(options);
      const state = new Sysroot(proc.sys).load();
      const before = kernelArgsNow(proc, state, options);
      if (!options.has("editor") && !EDITS.some((name) => options.has(name))) {
        if (options.has("reboot")) throw new OstreeError("Cannot reboot when kernel arguments not changed");
        yield* proc.print(`${formatKernelArgs(before)}\n`);
        return 0;
      }
      const typed = options.has("editor") ? yield* askEditor(proc, before) : undefined;
      const first = watchDefault(proc);
      const request = { method: "KernelArgs", action: "bootconfig", title: commandLine(call) };
      const isStaged = yield* transact(proc, request, function* (transaction) {
        const from = originDeployment(transaction.sysroot.load());
        const after = typed ?? changed(before, options);
        if (formatKernelArgs(before) === formatKernelArgs(after)) {
          transaction.say("No changes.");
          return false;
        }
        const origin = carriedOrigin(from.origin ?? newOrigin(""));
        yield* stageCommit(
          transaction,
          host,
          { from, origin, kernelArgs: after, isLocked: options.has("lock-finalization") },
          from.checksum,
        );
        return true;
      });
      return yield* finish(call, host, { before: first, hint: QUEUED_HINT, reboots: isStaged && options.has("reboot") });
    },
  };
}

/** Options that say different things. */
function requirePossible(options: ParsedOptions): void {
  if (options.has("editor") && EDITS.some((name) => options.has(name))) {
    throw new OstreeError("Cannot specify --editor with --replace, --delete, --append, --delete-if-present or --append-if-missing");
  }
  if (options.has("delete") && options.has("replace")) throw new OstreeError("Cannot specify both --delete and --replace");
  if (!options.has("import-proc-cmdline")) return;
  if (options.has("deploy-index")) throw new OstreeError("Cannot specify both --import-from-proc-cmdline and --deploy-index");
  if (options.has("os")) throw new OstreeError("Cannot specify both osname and --import-from-proc-cmdline");
}

/** The arguments that a change starts from. */
function kernelArgsNow(proc: Process, state: SysrootState, options: ParsedOptions): string[] {
  if (options.has("import-proc-cmdline")) {
    return withoutKernelArg(withoutKernelArg(parseKernelArgs(readText(proc.sys, "/proc/cmdline")), "BOOT_IMAGE"), "initrd");
  }
  return carriedKernelArgs(deploymentAt(state, options.value("deploy-index")));
}

function deploymentAt(state: SysrootState, index: string | undefined): Deployment {
  if (index === undefined) return originDeployment(state);
  if (!/^\d+$/.test(index)) throw new OstreeError(`Invalid index: ${index}`);
  const found = state.deployments[Number(index)];
  if (!found) throw new OstreeError(`Out of range deployment index ${index}, expected < ${state.deployments.length}`);
  return found;
}

const INSTRUCTIONS = `
# Write the kernel arguments below, parted by blanks; key=value may come
# more than once. Lines that begin with '#' do not count. The argument
# 'ostree' is made anew for each boot entry and cannot be set here.
`;

/** What somebody makes of the arguments in an editor. Throws `OstreeError` when that is nothing, or nothing new. */
function* askEditor(proc: Process, before: readonly string[]): Run<string[]> {
  const shown = formatKernelArgs(withoutKernelArg(before, "ostree"));
  const lines = (yield* edited(proc, `${INSTRUCTIONS}${shown}`)).split("\n").map((line) => line.trim());
  const text = lines.filter((line) => line !== "" && !line.startsWith("#")).join(" ");
  const typed = parseKernelArgs(text);
  if (typed.some((arg) => arg === "ostree" || arg.startsWith("ostree="))) {
    throw new OstreeError("You have an 'ostree' argument in your input, that is not going to be handled");
  }
  if (text === "") throw new OstreeError("The kernel arguments can not be empty");
  if (text === shown) throw new OstreeError("The kernel arguments remained the same");
  return typed;
}

/** Deletions, replacements and additions, in the order in which rpm-ostree makes them. */
function changed(before: readonly string[], options: ParsedOptions): string[] {
  let args = [...before];
  const key = (arg: string): string => arg.split("=")[0] ?? "";
  try {
    for (const arg of options.values("delete")) args = deleteKernelArg(args, arg);
    for (const arg of options.values("delete-if-present")) {
      if (arg.includes("=") ? args.includes(arg) : args.some((other) => key(other) === arg)) args = deleteKernelArg(args, arg);
    }
    for (const arg of options.values("replace")) args = replaceKernelArgValue(args, arg);
  } catch (error) {
    throw error instanceof Error ? new OstreeError(error.message) : error;
  }
  for (const arg of options.values("append")) args = appendKernelArg(args, arg);
  for (const arg of options.values("append-if-missing")) if (!args.includes(arg)) args = appendKernelArg(args, arg);
  return args;
}
