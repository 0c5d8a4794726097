/** Where the operands of cp, mv and install go: to one name, or each into a directory. */
import type { Process } from "../../machine/process.ts";
import type { ParsedOptions } from "../command.ts";
import { Failure, orUndefined, reason } from "../complain.ts";
import { UsageError } from "../options.ts";
import { baseName, join } from "../paths.ts";
import { quote } from "../quote.ts";
import { isSysError } from "../../vfs/errno.ts";

export interface Destination {
  readonly sources: readonly string[];
  /** The directory that each goes into; undefined when the only source gets the name `name`. */
  readonly directory: string | undefined;
  readonly name: string;
}

/** Reads `SOURCE… DESTINATION` with -t and -T. Throws `UsageError` and `Failure` in the words of coreutils 9.7. */
export function destinationOf(proc: Process, options: ParsedOptions): Destination {
  const operands = options.operands;
  const into = options.value("target-directory");
  if (operands.length === 0) throw new UsageError("missing file operand");
  const last = operands.at(-1) ?? "";
  if (into !== undefined) {
    if (options.has("no-target-directory")) throw new Failure("cannot combine --target-directory (-t) and --no-target-directory (-T)");
    let type;
    try {
      type = proc.sys.stat(into).type;
    } catch (error) {
      throw new Failure(`target directory ${quote(into)}: ${reason(error)}`);
    }
    if (type !== "dir") throw new Failure(`target directory ${quote(into)}: Not a directory`);
    return { sources: operands, directory: into, name: "" };
  }
  if (operands.length === 1) throw new UsageError(`missing destination file operand after ${quote(last)}`);
  const sources = operands.slice(0, -1);
  if (options.has("no-target-directory")) {
    if (operands.length > 2) throw new UsageError(`extra operand ${quote(operands[2] ?? "")}`);
    return { sources, directory: undefined, name: last };
  }
  const target = orUndefined(() => proc.sys.stat(last));
  if (target?.type === "dir") return { sources, directory: last, name: "" };
  if (operands.length > 2) {
    let why = "Not a directory";
    try {
      proc.sys.stat(last);
    } catch (error) {
      why = isSysError(error) ? error.text : why;
    }
    throw new Failure(`target ${quote(last)}: ${why}`);
  }
  return { sources, directory: undefined, name: last };
}

/** The name that `source` gets. */
export function nameFor(destination: Destination, source: string): string {
  if (destination.directory === undefined) return destination.name;
  const name = baseName(source);
  return name === ".." ? destination.directory : join(destination.directory, name);
}
