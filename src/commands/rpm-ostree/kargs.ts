import { carriedKernelArgs } from "../../engines/ostree/deployment.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { appendKernelArg, deleteKernelArg, formatKernelArgs, replaceKernelArgValue } from "../../engines/ostree/kernel-args.ts";
import { carriedOrigin, newOrigin } from "../../engines/ostree/origin.ts";
import { Sysroot } from "../../engines/ostree/sysroot.ts";
import type { ParsedOptions } from "../command.ts";
import type { Verb } from "../ostree/goption.ts";
import { GLOBAL_OPTIONS, LOCK_FINALIZATION, STATEROOT, UNCHANGED, UNCHANGED_77 } from "./options.ts";
import { originDeployment, QUEUED_HINT, stageDeployment } from "./outcome.ts";
import { rebootSystem } from "./reboot.ts";
import { requireBootedSystem, transact } from "./transaction.ts";

const CHANGES = ["append", "append-if-missing", "replace", "delete", "delete-if-present"];

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
        fidelity: "unbuilt",
      },
      { name: "editor", help: "Use an editor to modify the kernel arguments", fidelity: "unbuilt" },
      LOCK_FINALIZATION,
      UNCHANGED_77,
      ...GLOBAL_OPTIONS,
    ],
    *run(call) {
      const { proc, options } = call;
      requireBootedSystem(proc);
      if (options.has("delete") && options.has("replace")) throw new OstreeError("Cannot specify both --delete and --replace");
      const isChange = CHANGES.some((name) => options.has(name));
      if (!isChange) {
        const state = new Sysroot(proc.sys).load();
        const index = options.value("deploy-index");
        const deployment = index === undefined ? originDeployment(state) : state.deployments[Number(index)];
        if (!deployment) throw new OstreeError(`Out of range deployment index ${index}, expected < ${state.deployments.length}`);
        yield* proc.print(`${formatKernelArgs(carriedKernelArgs(deployment))}\n`);
        return 0;
      }
      const isStaged = yield* transact(proc, { method: "KernelArgs", title: "kargs" }, function* (transaction) {
        const state = transaction.sysroot.load();
        const from = originDeployment(state);
        const before = carriedKernelArgs(from);
        const after = changed(before, options);
        if (formatKernelArgs(before) === formatKernelArgs(after)) return false;
        yield* stageDeployment(transaction, host, {
          stateroot: from.stateroot,
          checksum: from.checksum,
          origin: carriedOrigin(from.origin ?? newOrigin("")),
          kernelArgs: after,
        });
        return true;
      });
      if (!isStaged) {
        if (options.has("reboot")) throw new OstreeError("Cannot reboot when kernel arguments not changed");
        yield* proc.print("No changes.\n");
        return options.has("unchanged-exit-77") ? UNCHANGED : 0;
      }
      if (options.has("reboot")) yield* rebootSystem(proc);
      else yield* proc.print(QUEUED_HINT);
      return 0;
    },
  };
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
