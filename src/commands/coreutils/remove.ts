/** Removing trees as rm(1) does, for rm itself and for mv across file systems. */
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError, SysError } from "../../vfs/errno.ts";
import type { Stat } from "../../vfs/types.ts";
import type { Answers } from "../answers.ts";
import { reason, warn } from "../complain.ts";
import { stdout } from "../output.ts";
import { endsInDots, join } from "../paths.ts";
import { quote } from "../quote.ts";
import { typeName } from "../modes.ts";

export interface RemoveOptions {
  readonly recursive: boolean;
  /** Empty directories, too, though not recursive (-d). */
  readonly emptyDirectories: boolean;
  readonly force: boolean;
  /** "always": every name; "protected": what may not be written, if a terminal answers; "never". */
  readonly ask: "always" | "protected" | "never";
  readonly verbose: boolean;
  readonly preserveRoot: boolean;
  readonly oneFileSystem: boolean;
}

export class Remover {
  readonly #proc: Process;
  readonly #options: RemoveOptions;
  readonly #answers: Answers;

  constructor(proc: Process, options: RemoveOptions, answers: Answers) {
    this.#proc = proc;
    this.#options = options;
    this.#answers = answers;
  }

  /** Removes what an operand names; false after a complaint. */
  *remove(operand: string): Run<boolean> {
    let stat: Stat;
    try {
      stat = this.#proc.sys.lstat(operand);
    } catch (error) {
      if (this.#options.force && isSysError(error, "ENOENT", "ENOTDIR")) return true;
      yield* this.#cannot(operand, error);
      return false;
    }
    if (stat.type !== "dir") return (yield* this.#file(operand, stat)) !== "failed";
    if (!this.#options.recursive && !(this.#options.emptyDirectories && this.#isEmpty(operand))) {
      yield* warn(
        this.#proc,
        `cannot remove ${quote(operand)}: ${this.#options.emptyDirectories ? "Directory not empty" : "Is a directory"}`,
      );
      return false;
    }
    if (endsInDots(operand)) {
      yield* warn(this.#proc, `refusing to remove '.' or '..' directory: skipping ${quote(operand)}`);
      return false;
    }
    if (this.#options.preserveRoot && this.#isRoot(stat)) {
      yield* warn(this.#proc, `it is dangerous to operate recursively on ${quote(operand)}${operand === "/" ? "" : " (same as '/')"}`);
      yield* warn(this.#proc, "use --no-preserve-root to override this failsafe");
      return false;
    }
    return (yield* this.#directory(operand, stat, stat.dev)) !== "failed";
  }

  #isRoot(stat: Stat): boolean {
    const root = this.#proc.sys.stat("/");
    return root.dev === stat.dev && root.ino === stat.ino;
  }

  #isEmpty(path: string): boolean {
    try {
      return this.#proc.sys.readdir(path).length === 0;
    } catch {
      return false;
    }
  }

  *#cannot(path: string, error: unknown): Run<void> {
    yield* warn(this.#proc, `cannot remove ${quote(path)}: ${reason(error)}`);
  }

  *#file(path: string, stat: Stat): Run<"removed" | "kept" | "failed"> {
    const asked = yield* this.#mayRemove(path, stat, "remove");
    if (asked !== "removed") return asked;
    return yield* this.#unlink(path, "file");
  }

  *#directory(path: string, stat: Stat, device: number): Run<"removed" | "kept" | "failed"> {
    yield* this.#proc.tick();
    if (this.#options.oneFileSystem && stat.dev !== device) {
      yield* warn(this.#proc, `skipping ${quote(path)}, since it's on a different device`);
      return "failed";
    }
    let names: readonly string[] | undefined;
    try {
      names = this.#proc.sys.readdir(path).map((entry) => entry.name);
    } catch (error) {
      // It may be empty all the same, and then it goes without having been read.
      if (!isSysError(error, "EACCES")) {
        yield* this.#cannot(path, error);
        return "failed";
      }
    }
    if (names === undefined || names.length === 0) {
      const asked = yield* this.#mayRemove(path, stat, names === undefined ? "attempt" : "remove");
      return asked === "removed" ? yield* this.#unlink(path, names === undefined ? "unreadable" : "dir") : asked;
    }
    const descend = yield* this.#mayRemove(path, stat, "descend");
    if (descend !== "removed") return descend;
    let result: "removed" | "kept" | "failed" = "removed";
    for (const name of names) {
      const child = join(path, name);
      let outcome: "removed" | "kept" | "failed";
      try {
        const childStat = this.#proc.sys.lstat(child);
        outcome = childStat.type === "dir" ? yield* this.#directory(child, childStat, device) : yield* this.#file(child, childStat);
      } catch (error) {
        if (!isSysError(error)) throw error;
        yield* this.#cannot(child, error);
        outcome = "failed";
      }
      if (outcome === "failed" || (outcome === "kept" && result === "removed")) result = outcome;
    }
    // A directory that kept something is passed over in silence: its leaves have been told of.
    if (result !== "removed") return result;
    if (this.#options.ask === "always" || (this.#options.ask === "protected" && this.#protection(path) === "protected")) {
      const asked = yield* this.#mayRemove(path, stat, "remove");
      if (asked !== "removed") return asked;
    }
    return yield* this.#unlink(path, "dir");
  }

  *#unlink(path: string, kind: "file" | "dir" | "unreadable"): Run<"removed" | "failed"> {
    try {
      if (kind === "file") this.#proc.sys.unlink(path);
      else this.#proc.sys.rmdir(path);
    } catch (error) {
      if (this.#options.force && isSysError(error, "ENOENT")) return "removed";
      // rmdir of a directory that could not be read says why it could not.
      const told = kind === "unreadable" && isSysError(error, "ENOTEMPTY", "EEXIST") ? new SysError("EACCES", "open", path) : error;
      yield* this.#cannot(path, told);
      return "failed";
    }
    if (this.#options.verbose) yield* stdout(this.#proc).print(`removed ${kind === "file" ? "" : "directory "}${quote(path)}\n`);
    return "removed";
  }

  /** access(2) for writing, which who may write anything does not ask: EACCES is worth a question, anything else is the answer already. */
  #protection(path: string): "writable" | "protected" | SysError {
    if (this.#proc.sys.credentials.privileged) return "writable";
    try {
      this.#proc.sys.access(path, "W");
      return "writable";
    } catch (error) {
      if (isSysError(error, "EACCES")) return "protected";
      if (isSysError(error)) return error;
      throw error;
    }
  }

  *#mayRemove(path: string, stat: Stat, what: "remove" | "descend" | "attempt"): Run<"removed" | "kept" | "failed"> {
    if (this.#options.ask === "never") return "removed";
    const protection = stat.type === "symlink" ? "writable" : this.#protection(path);
    if (protection instanceof SysError) {
      yield* this.#cannot(path, protection);
      return "failed";
    }
    if (protection === "writable" && this.#options.ask !== "always") return "removed";
    const write = protection === "protected" ? "write-protected " : "";
    const question =
      what === "descend"
        ? `descend into ${write}directory ${quote(path)}`
        : what === "attempt"
          ? `attempt removal of inaccessible directory ${quote(path)}`
          : `remove ${write}${typeName(stat.type, stat.size)} ${quote(path)}`;
    return (yield* this.#answers.yes(question)) ? "removed" : "kept";
  }
}
