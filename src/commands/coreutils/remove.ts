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
import { below, recursive } from "../recursion.ts";
import { TreePosition } from "../tree-position.ts";

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

/** What is to go: as it is told of, and as it is called from where the program is. */
interface Found {
  readonly path: string;
  readonly name: string;
  readonly stat: Stat;
}

export class Remover {
  readonly #proc: Process;
  readonly #options: RemoveOptions;
  readonly #answers: Answers;
  readonly #position: TreePosition;

  constructor(proc: Process, options: RemoveOptions, answers: Answers) {
    this.#proc = proc;
    this.#options = options;
    this.#answers = answers;
    this.#position = new TreePosition(proc);
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
    if (stat.type !== "dir") return (yield* this.#file({ path: operand, name: operand, stat })) !== "failed";
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
    return (yield* recursive(this.#directory({ path: operand, name: operand, stat }, stat.dev))) !== "failed";
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

  *#file(file: Found): Run<"removed" | "kept" | "failed"> {
    const asked = yield* this.#mayRemove(file, "remove");
    if (asked !== "removed") return asked;
    return yield* this.#unlink(file, "file");
  }

  *#directory(directory: Found, device: number): Run<"removed" | "kept" | "failed"> {
    const { path, name: ownName, stat } = directory;
    yield* this.#proc.tick();
    if (this.#options.oneFileSystem && stat.dev !== device) {
      yield* warn(this.#proc, `skipping ${quote(path)}, since it's on a different device`);
      return "failed";
    }
    let names: readonly string[] | undefined;
    try {
      names = this.#position.at(() => this.#proc.sys.readdir(ownName)).map((entry) => entry.name);
    } catch (error) {
      // It may be empty all the same, and then it goes without having been read.
      if (!isSysError(error, "EACCES")) {
        yield* this.#cannot(path, error);
        return "failed";
      }
    }
    if (names === undefined || names.length === 0) {
      const asked = yield* this.#mayRemove(directory, names === undefined ? "attempt" : "remove");
      return asked === "removed" ? yield* this.#unlink(directory, names === undefined ? "unreadable" : "dir") : asked;
    }
    const descend = yield* this.#mayRemove(directory, "descend");
    if (descend !== "removed") return descend;
    try {
      this.#position.enter(ownName);
    } catch (error) {
      yield* this.#cannot(path, error);
      return "failed";
    }
    let result: "removed" | "kept" | "failed" = "removed";
    for (const name of names) {
      const outcome = yield* this.#entry(join(path, name), name, device);
      if (outcome === "failed" || (outcome === "kept" && result === "removed")) result = outcome;
    }
    this.#position.leave();
    // A directory that kept something is passed over in silence: its leaves have been told of.
    if (result !== "removed") return result;
    if (this.#options.ask === "always" || (this.#options.ask === "protected" && this.#protection(ownName) === "protected")) {
      const asked = yield* this.#mayRemove(directory, "remove");
      if (asked !== "removed") return asked;
    }
    return yield* this.#unlink(directory, "dir");
  }

  *#entry(path: string, name: string, device: number): Run<"removed" | "kept" | "failed"> {
    try {
      const stat = this.#position.at(() => this.#proc.sys.lstat(name));
      return stat.type === "dir" ? yield* below(this.#directory({ path, name, stat }, device)) : yield* this.#file({ path, name, stat });
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* this.#cannot(path, error);
      return "failed";
    }
  }

  *#unlink({ path, name }: Found, kind: "file" | "dir" | "unreadable"): Run<"removed" | "failed"> {
    yield* this.#proc.tick();
    const { sys } = this.#proc;
    try {
      this.#position.at(() => (kind === "file" ? sys.unlink(name) : sys.rmdir(name)));
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
  #protection(name: string): "writable" | "protected" | SysError {
    if (this.#proc.sys.credentials.privileged) return "writable";
    try {
      this.#position.at(() => this.#proc.sys.access(name, "W"));
      return "writable";
    } catch (error) {
      if (isSysError(error, "EACCES")) return "protected";
      if (isSysError(error)) return error;
      throw error;
    }
  }

  *#mayRemove({ path, name, stat }: Found, what: "remove" | "descend" | "attempt"): Run<"removed" | "kept" | "failed"> {
    if (this.#options.ask === "never") return "removed";
    const protection = stat.type === "symlink" ? "writable" : this.#protection(name);
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
