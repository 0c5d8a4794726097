/** matchpathcon(8): the context that the policy wants. Source: SELinuxProject/selinux:libselinux/utils/matchpathcon.c. */
import type { FileType } from "../../vfs/types.ts";
import type { Command } from "../command.ts";
import { orUndefined, reason } from "../complain.ts";
import { stdout } from "../output.ts";
import { canonical } from "./contexts.ts";
import { selinuxOf } from "./enforce.ts";
import { NONE, Policy, readConfig, typeOf } from "./policy.ts";

const KINDS: Readonly<Record<string, FileType>> = { b: "block", c: "char", d: "dir", p: "fifo", l: "symlink", s: "socket", f: "file" };
const USAGE = "[-V] [-q] [-N] [-n] [-m type] [-f file_contexts_file] [-p prefix] [-P policy_root_path] filepath...";

export const matchpathcon: Command = {
  name: "matchpathcon",
  package: "libselinux-utils",
  style: "gnu",
  usage: [`matchpathcon ${USAGE}`],
  about: "Tell which security context the policy gives a file of that name.",
  options: [
    { name: "V", short: "V", long: false, help: "verify the file's own context" },
    { name: "q", short: "q", long: false, help: "verify and say nothing" },
    { name: "N", short: "N", long: false, help: "do not use translations", fidelity: "ignored" },
    { name: "n", short: "n", long: false, help: "do not display path" },
    { name: "m", short: "m", long: false, argument: "type", help: "force file type for the lookup" },
    { name: "f", short: "f", long: false, argument: "file_contexts_file", help: "use alternate file_context file" },
    { name: "p", short: "p", long: false, argument: "prefix", help: "deprecated", fidelity: "ignored" },
    { name: "P", short: "P", long: false, argument: "policy_root_path", help: "use alternate policy root path", fidelity: "unbuilt" },
  ],
  usageHint: (name) => `usage:  ${name} ${USAGE}\n`,
  completes: "files",
  *run(proc, options) {
    const { sys } = proc;
    const out = stdout(proc);
    if (proc.argv.length < 2) {
      yield* proc.printError(`usage:  ${proc.argv[0] ?? ""} ${USAGE}\n`);
      return 1;
    }
    const kind = options.value("m");
    const forced = kind === undefined ? undefined : KINDS[kind.charAt(0)];
    if (kind !== undefined && forced === undefined) {
      yield* proc.printError(`${proc.argv[0] ?? ""}: mode ${kind} is invalid\n`);
      return 1;
    }
    const policy = new Policy(sys, readConfig(sys)?.type ?? "targeted", options.value("f"));
    if (!policy.isThere) {
      yield* proc.printError("Error while opening file contexts database: No such file or directory\n");
      return 255;
    }
    let status = 0;
    for (const operand of options.operands) {
      const path = operand.length > 1 ? operand.replace(/\/$/, "") : operand;
      const type = forced ?? orUndefined(() => sys.lstat(path).type);
      const wanted = policy.lookup(orUndefined(() => canonical(sys, path)) ?? path, type) ?? NONE;
      if (!options.has("V")) {
        yield* out.print(options.has("n") ? `${wanted}\n` : `${path}\t${wanted}\n`);
        continue;
      }
      try {
        const context = selinuxOf(proc)?.contextOf(canonical(sys, path)) ?? "";
        if (typeOf(context) === typeOf(wanted)) {
          if (!options.has("q")) yield* out.print(`${path} verified.\n`);
          continue;
        }
        if (options.has("q")) return 1;
        status = 1;
        yield* out.print(`${path} has context ${context}, should be ${wanted}\n`);
      } catch (error) {
        if (!options.has("q")) yield* out.print(`${path} error: ${reason(error)}\n`);
        return 1;
      }
    }
    return status;
  },
};
