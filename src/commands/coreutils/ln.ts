import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import { Answers } from "../answers.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { Failure, orUndefined, reason, warn } from "../complain.ts";
import { oneOperand } from "../operands.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { baseName, dirName, join, withoutTrailingSlashes } from "../paths.ts";
import { curly, quote } from "../quote.ts";
import { backupName, type BackupStyle, backupStyle, BACKUP_OPTIONS } from "./backup.ts";
import { relativePath } from "./realpath.ts";
import { temporaryName } from "./mktemp.ts";

/** ln(1). */
export const ln: Command = {
  name: "ln",
  package: "coreutils",
  style: "gnu",
  usage: [
    "ln [OPTION]... [-T] TARGET LINK_NAME",
    "ln [OPTION]... TARGET",
    "ln [OPTION]... TARGET... DIRECTORY",
    "ln [OPTION]... -t DIRECTORY TARGET...",
  ],
  about: "Make links between files: hard links by default, symbolic links with --symbolic.",
  options: [
    ...BACKUP_OPTIONS,
    { name: "directory", short: "d", alsoShort: ["F"], help: "allow the superuser to attempt to hard link directories" },
    { name: "force", short: "f", help: "remove existing destination files" },
    { name: "interactive", short: "i", help: "prompt whether to remove destinations" },
    { name: "logical", short: "L", help: "dereference TARGETs that are symbolic links" },
    { name: "no-dereference", short: "n", help: "treat LINK_NAME as a normal file if it is a symbolic link to a directory" },
    { name: "physical", short: "P", help: "make hard links directly to symbolic links" },
    { name: "relative", short: "r", help: "with -s, create links relative to link location" },
    { name: "symbolic", short: "s", help: "make symbolic links instead of hard links" },
    { name: "target-directory", short: "t", argument: "DIRECTORY", help: "specify the DIRECTORY in which to create the links" },
    { name: "no-target-directory", short: "T", help: "treat LINK_NAME as a normal file always" },
    { name: "verbose", short: "v", help: "print name of each linked file" },
  ],
  completes: "files",
  *run(proc, options) {
    const operands = options.operands;
    if (operands.length === 0) throw new UsageError("missing file operand");
    const last = operands.at(-1) ?? "";
    const into = options.value("target-directory");
    if (options.has("relative") && !options.has("symbolic")) throw new Failure("cannot do --relative without --symbolic");
    const linker = new Linker(proc, options);
    let directory: string | undefined = into;
    let targets = operands;
    if (options.has("no-target-directory")) {
      if (operands.length < 2) throw new UsageError(`missing destination file operand after ${quote(last)}`);
      if (operands.length > 2) throw new UsageError(`extra operand ${quote(operands[2] ?? "")}`);
      return (yield* linker.link(operands[0] ?? "", last)) ? 0 : 1;
    }
    if (into !== undefined) {
      const stat = orUndefined(() => proc.sys.stat(into));
      if (stat?.type !== "dir")
        throw new Failure(`target directory ${quote(into)}: ${stat === undefined ? "No such file or directory" : "Not a directory"}`);
    } else if (operands.length === 1) directory = ".";
    else if (isDirectory(proc, last, options.has("no-dereference"))) {
      directory = last;
      targets = operands.slice(0, -1);
    } else if (operands.length > 2)
      throw new Failure(
        `target ${quote(last)}: ${orUndefined(() => proc.sys.stat(last)) === undefined ? "No such file or directory" : "Not a directory"}`,
      );
    if (directory === undefined) return (yield* linker.link(operands[0] ?? "", last)) ? 0 : 1;
    let status = 0;
    for (const target of targets) {
      const name = join(directory, baseName(target));
      if (!(yield* linker.link(target, directory === "." && operands.length === 1 ? `./${baseName(target)}` : name))) status = 1;
    }
    return status;
  },
};

function isDirectory(proc: Process, path: string, noFollow: boolean): boolean {
  return orUndefined(() => (noFollow ? proc.sys.lstat(path) : proc.sys.stat(path)))?.type === "dir";
}

class Linker {
  readonly #proc: Process;
  readonly #options: ParsedOptions;
  readonly #answers: Answers;
  readonly #backup: BackupStyle | undefined;

  constructor(proc: Process, options: ParsedOptions) {
    this.#proc = proc;
    this.#options = options;
    this.#answers = new Answers(proc);
    this.#backup = backupStyle(options, proc.env);
  }

  *link(target: string, name: string): Run<boolean> {
    const { sys } = this.#proc;
    const symbolic = this.#options.has("symbolic");
    yield* this.#proc.tick();
    if (!symbolic) {
      try {
        const stat = this.#options.has("logical") ? sys.stat(target) : sys.lstat(target);
        if (stat.type === "dir" && !this.#options.has("directory")) {
          yield* warn(this.#proc, `${target}: hard link not allowed for directory`);
          return false;
        }
      } catch (error) {
        yield* warn(this.#proc, `failed to access ${quote(target)}: ${reason(error)}`);
        return false;
      }
    }
    const text = symbolic && this.#options.has("relative") ? relativePath(this.#proc, target, dirName(name)) : target;
    const there = orUndefined(() => sys.lstat(name));
    if (there !== undefined && (this.#options.has("force") || this.#options.has("interactive") || this.#backup !== undefined)) {
      if (there.type === "dir") {
        yield* warn(this.#proc, `${name}: cannot overwrite directory`);
        return false;
      }
      const same = orUndefined(() => sys.lstat(target));
      const sameName = withoutTrailingSlashes(target) === withoutTrailingSlashes(name);
      if (
        same !== undefined &&
        same.ino === there.ino &&
        same.dev === there.dev &&
        (symbolic ? sameName && this.#backup === undefined : sameName || !this.#options.has("interactive")) &&
        this.#backup === undefined
      ) {
        if (!sameName) return true;
        yield* warn(this.#proc, `${quote(target)} and ${quote(name)} are the same file`);
        return false;
      }
      if (this.#options.has("interactive") && !(yield* this.#answers.yes(`replace ${quote(name)}`))) return false;
    }
    let backup: string | undefined;
    try {
      if (there !== undefined && this.#backup !== undefined) {
        backup = backupName(this.#proc, name, this.#backup);
        sys.rename(name, backup);
      }
      this.#make(text, name, symbolic);
    } catch (error) {
      if (!isSysError(error)) throw error;
      const what = symbolic ? "symbolic" : "hard";
      const brief = symbolic
        ? error.errno !== "ENAMETOOLONG" && text !== ""
        : ["EDQUOT", "EEXIST", "ENOSPC", "EROFS"].includes(error.errno);
      const names = brief ? quote(name) : `${quote(name)} ${symbolic ? "->" : "=>"} ${quote(text)}`;
      yield* warn(this.#proc, `failed to create ${what} link ${names}: ${error.text}`);
      return false;
    }
    if (this.#options.has("verbose")) {
      yield* stdout(this.#proc).print(
        `${backup === undefined ? "" : `${quote(backup)} ~ `}${quote(name)} ${symbolic ? "->" : "=>"} ${quote(text)}\n`,
      );
    }
    return true;
  }

  /** With -f a new name is made beside the old one and renamed over it, so that there is no moment without either. */
  #make(target: string, name: string, symbolic: boolean): void {
    const { sys } = this.#proc;
    const make = (at: string): void => {
      if (symbolic) sys.symlink(target, at);
      else sys.link(this.#options.has("logical") ? sys.realpath(target) : target, at);
    };
    try {
      make(name);
    } catch (error) {
      const replace = this.#options.has("force") || this.#options.has("interactive");
      if (!replace || !isSysError(error, "EEXIST")) throw error;
      const temporary = temporaryName(this.#proc, join(dirName(name) === "." && !name.startsWith("./") ? "" : dirName(name), "CuXXXXXX"));
      make(temporary);
      try {
        sys.rename(temporary, name);
      } catch (failure) {
        orUndefined(() => sys.unlink(temporary));
        throw failure;
      }
    }
  }
}

/** link(1): one link(2). */
export const link: Command = {
  name: "link",
  package: "coreutils",
  style: "gnu",
  usage: ["link FILE1 FILE2", "link OPTION"],
  about: "Call the link function to create a link named FILE2 to an existing FILE1.",
  options: [],
  completes: "files",
  *run(proc, options) {
    const [from, to, extra] = options.operands;
    if (from === undefined) throw new UsageError("missing operand");
    if (to === undefined) throw new UsageError(`missing operand after ${curly(from)}`);
    if (extra !== undefined) throw new UsageError(`extra operand ${curly(oneOperand([extra]))}`);
    yield* proc.tick();
    try {
      proc.sys.link(from, to);
    } catch (error) {
      throw new Failure(`cannot create link ${quote(to)} to ${quote(from)}: ${reason(error)}`);
    }
    return 0;
  },
};
