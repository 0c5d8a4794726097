import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Command } from "../command.ts";
import { Failure, orUndefined, reason, warn } from "../complain.ts";
import { octal, parseMode, permissionLetters, type ModeChange } from "../modes.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { join } from "../paths.ts";
import { curly, quote } from "../quote.ts";
import { currentUmask } from "./mkdir.ts";
import { below, recursive } from "../recursion.ts";

/** chmod(1). */
export const chmod: Command = {
  name: "chmod",
  package: "coreutils",
  style: "gnu",
  usage: [
    "chmod [OPTION]... MODE[,MODE]... FILE...",
    "chmod [OPTION]... OCTAL-MODE FILE...",
    "chmod [OPTION]... --reference=RFILE FILE...",
  ],
  about: "Change the mode of each FILE to MODE. With --reference, change the mode of each FILE to that of RFILE.",
  options: [
    { name: "changes", short: "c", help: "like verbose but report only when a change is made" },
    { name: "quiet", short: "f", alsoLong: ["silent"], help: "suppress most error messages" },
    { name: "verbose", short: "v", help: "output a diagnostic for every file processed" },
    { name: "dereference", help: "affect the referent of each symbolic link, rather than the symbolic link itself" },
    { name: "no-dereference", short: "h", help: "affect each symbolic link, rather than the referent" },
    { name: "no-preserve-root", help: "do not treat '/' specially (the default)" },
    { name: "preserve-root", help: "fail to operate recursively on '/'" },
    { name: "reference", argument: "RFILE", help: "use RFILE's mode instead of specifying MODE values" },
    { name: "recursive", short: "R", help: "change files and directories recursively" },
  ],
  completes: "files",
  *run(proc, options) {
    const reference = options.value("reference");
    // A mode that begins with "-" looks like an option.
    const dashed = options.operands.findIndex((operand) => operand.startsWith(DASH));
    const operands = [...options.operands];
    let text: string | undefined;
    if (reference === undefined) {
      text = (dashed >= 0 ? operands.splice(dashed, 1)[0] : operands.shift())?.replace(DASH, "");
      if (text === undefined) throw new UsageError("missing operand");
      if (operands.length === 0) throw new UsageError(`missing operand after ${curly(text)}`);
    } else if (operands.length === 0) throw new UsageError("missing operand");
    let change: ModeChange | undefined;
    if (reference !== undefined) {
      try {
        const { mode } = proc.sys.stat(reference);
        change = () => mode;
      } catch (error) {
        throw new Failure(`failed to get attributes of ${quote(reference)}: ${reason(error)}`);
      }
    } else {
      change = parseMode(text ?? "", currentUmask(proc));
      if (change === undefined) throw new UsageError(`invalid mode: ${curly(text ?? "")}`);
    }
    const changer = new ModeChanger(proc, change, {
      tell: options.has("verbose") ? "all" : options.has("changes") ? "changes" : "none",
      quiet: options.has("quiet"),
      recursive: options.has("recursive"),
    });
    let status = 0;
    for (const file of operands) {
      if (options.has("recursive") && options.has("preserve-root") && orUndefined(() => proc.sys.realpath(file)) === "/") {
        yield* warn(proc, `it is dangerous to operate recursively on ${quote(file)}${file === "/" ? "" : " (same as '/')"}`);
        yield* warn(proc, "use --no-preserve-root to override this failsafe");
        status = 1;
      } else if (!(yield* recursive(changer.change(file, true)))) status = 1;
    }
    return status;
  },
  rewrite: (args) => {
    const end = args.indexOf("--");
    return args.map((arg, index) => ((end < 0 || index < end) && /^-[rwxXstugoa,+=0-7-]+$/.test(arg) && arg !== "--" ? DASH + arg : arg));
  },
};

/** Hides a mode's leading dash from the option parser. No real operand can begin with it. */
const DASH = "\0";

class ModeChanger {
  readonly #proc: Process;
  readonly #change: ModeChange;
  readonly #how: { readonly tell: "all" | "changes" | "none"; readonly quiet: boolean; readonly recursive: boolean };

  constructor(
    proc: Process,
    change: ModeChange,
    how: { readonly tell: "all" | "changes" | "none"; readonly quiet: boolean; readonly recursive: boolean },
  ) {
    this.#proc = proc;
    this.#change = change;
    this.#how = how;
  }

  *change(path: string, isOperand: boolean): Run<boolean> {
    const { sys } = this.#proc;
    yield* this.#proc.tick();
    let stat;
    try {
      stat = sys.lstat(path);
      if (stat.type === "symlink") {
        // Links met on the way are left alone; an operand's target is changed.
        if (!isOperand) {
          if (this.#how.tell === "all")
            yield* stdout(this.#proc).print(`neither symbolic link ${quote(path)} nor referent has been changed\n`);
          return true;
        }
        stat = sys.stat(path);
      }
    } catch (error) {
      const dangling = isSysError(error, "ENOENT") && orUndefined(() => sys.lstat(path)) !== undefined;
      return yield* this.#fail(
        dangling ? `cannot operate on dangling symlink ${quote(path)}` : `cannot access ${quote(path)}: ${reason(error)}`,
      );
    }
    const before = stat.mode;
    const after = this.#change(before, stat.type === "dir");
    let ok = true;
    const names = `${quote(path)} from ${octal(before)} (${permissionLetters(before)}) to ${octal(after)} (${permissionLetters(after)})`;
    try {
      sys.chmod(path, after);
      if (this.#how.tell === "all" || (this.#how.tell === "changes" && before !== after)) {
        const told =
          before === after
            ? `mode of ${quote(path)} retained as ${octal(after)} (${permissionLetters(after)})`
            : `mode of ${names.replace(" from", " changed from")}`;
        yield* stdout(this.#proc).print(told + "\n");
      }
    } catch (error) {
      ok = yield* this.#fail(`changing permissions of ${quote(path)}: ${reason(error)}`);
      if (this.#how.tell === "all") yield* stdout(this.#proc).print(`failed to change mode of ${names}\n`);
    }
    if (!this.#how.recursive || stat.type !== "dir") return ok;
    let children: readonly string[];
    try {
      children = sys.readdir(path).map((entry) => entry.name);
    } catch (error) {
      return yield* this.#fail(`cannot read directory ${quote(path)}: ${reason(error)}`);
    }
    for (const child of children) if (!(yield* below(this.change(join(path, child), false)))) ok = false;
    return ok;
  }

  *#fail(message: string): Run<false> {
    if (!this.#how.quiet) yield* warn(this.#proc, message);
    return false;
  }
}
