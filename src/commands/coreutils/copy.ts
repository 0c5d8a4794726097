/** Copying and moving as cp(1), mv(1) and install(1) share it. */
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError, SysError } from "../../vfs/errno.ts";
import { compareTimestamps } from "../../base/timestamp.ts";
import { O, type Stat } from "../../vfs/types.ts";
import type { Answers } from "../answers.ts";
import { orUndefined, reason, warn } from "../complain.ts";
import { octal, permissionLetters } from "../modes.ts";
import { stdout } from "../output.ts";
import { baseName, join } from "../paths.ts";
import { quote, quoteFile } from "../quote.ts";
import { BLOCK } from "../text-io.ts";
import { backupName, type BackupStyle } from "./backup.ts";
import { Remover } from "./remove.ts";
import { below, recursive } from "../recursion.ts";

/** File systems whose files can share blocks. */
const CLONING: ReadonlySet<string> = new Set(["btrfs", "xfs"]);

export interface CopyOptions {
  readonly recursive: boolean;
  /** Which links are followed: all, those among the operands, none. */
  readonly follow: "all" | "operands" | "none";
  readonly preserveMode: boolean;
  /** --no-preserve=mode: as new files are. */
  readonly dropMode?: boolean;
  readonly preserveOwner: boolean;
  readonly preserveTimes: boolean;
  readonly preserveLinks: boolean;
  readonly preserveXattrs: boolean;
  /** Complain when an owner or attribute cannot be kept (--preserve names it). */
  readonly force: boolean;
  readonly removeDestination: boolean;
  readonly overwrite: "ask" | "never" | "fail" | "always";
  readonly update: boolean;
  readonly makes: "copies" | "hard links" | "symbolic links";
  readonly attributesOnly: boolean;
  /** --reflink=always: shared with the source, or not at all. */
  readonly cloneOnly?: boolean;
  readonly verbose: boolean;
  readonly oneFileSystem: boolean;
  readonly backup: BackupStyle | undefined;
  /** mv: rename first, and remove the source after a copy. */
  readonly move: boolean;
  /** mv --no-copy. */
  readonly noCopy: boolean;
  readonly umask: number;
}

interface Top {
  readonly source: string;
  readonly destination: string;
  readonly device: number;
}

export class Copier {
  readonly #proc: Process;
  readonly #options: CopyOptions;
  readonly #answers: Answers;
  /** Where a file with several names went first. */
  readonly #copied = new Map<string, string>();
  /** Directories that this run made, so that none is copied into itself. */
  readonly #madeDirectories = new Set<string>();
  /** Files that this run made from operands, so that none is overwritten by the next. */
  readonly #madeFiles = new Set<string>();

  constructor(proc: Process, options: CopyOptions, answers: Answers) {
    this.#proc = proc;
    this.#options = options;
    this.#answers = answers;
  }

  /** Copies or moves one operand to the name `destination`; false after a complaint. */
  *copy(source: string, destination: string): Run<boolean> {
    const { sys } = this.#proc;
    const options = this.#options;
    const device = orUndefined(() => sys.stat(source))?.dev ?? 0;
    const result = yield* recursive(this.#one(source, destination, { source, destination, device }, true));
    if (result !== "copied") return result !== "failed";
    if (!options.move) return true;
    const remover = new Remover(
      this.#proc,
      {
        recursive: true,
        emptyDirectories: false,
        force: false,
        ask: "never",
        verbose: options.verbose,
        preserveRoot: true,
        oneFileSystem: false,
      },
      this.#answers,
    );
    return yield* remover.remove(source);
  }

  /** "moved" and "skipped" leave nothing to remove; "copied" does. */
  *#one(source: string, destination: string, top: Top, isOperand: boolean): Run<"copied" | "moved" | "skipped" | "failed"> {
    const { sys } = this.#proc;
    const options = this.#options;
    yield* this.#proc.tick();
    const follow = options.follow === "all" || (isOperand && options.follow === "operands");
    let stat: Stat;
    try {
      stat = follow ? sys.stat(source) : sys.lstat(source);
    } catch (error) {
      return yield* this.#fail(`cannot stat ${quote(source)}: ${reason(error)}`);
    }
    if (stat.type === "dir" && !options.recursive) return yield* this.#fail(`-r not specified; omitting directory ${quote(source)}`);
    let there: Stat | undefined;
    try {
      there = options.move || (!follow && stat.type !== "file" && stat.type !== "dir") ? sys.lstat(destination) : sys.stat(destination);
    } catch (error) {
      if (!isSysError(error, "ENOENT") && !(isSysError(error, "ELOOP") && options.force))
        return yield* this.#fail(`cannot stat ${quote(destination)}: ${reason(error)}`);
    }
    let backup: string | undefined;
    if (there !== undefined) {
      const verdict = yield* this.#mayReplace(source, stat, destination, there);
      if (verdict !== "go on") return verdict;
      if (options.backup !== undefined && there.type !== "dir") {
        backup = backupName(this.#proc, destination, options.backup);
        try {
          sys.rename(destination, backup);
        } catch (error) {
          return yield* this.#fail(`cannot backup ${quote(destination)}: ${reason(error)}`);
        }
        there = undefined;
      } else if (there.type !== "dir" && !options.move && (options.removeDestination || (stat.type !== "file" && !follow))) {
        try {
          sys.unlink(destination);
        } catch (error) {
          if (!isSysError(error, "ENOENT")) return yield* this.#fail(`cannot remove ${quote(destination)}: ${reason(error)}`);
        }
        if (options.verbose && options.removeDestination) yield* stdout(this.#proc).print(`removed ${quote(destination)}\n`);
        there = undefined;
      }
    }
    if (options.verbose && !options.move && stat.type !== "dir") yield* this.#tell("", source, destination, backup);
    if (options.move && isOperand) {
      const moved = yield* this.#rename(source, stat, destination, backup);
      if (moved !== "across") return moved;
      there = undefined;
    }
    if (options.verbose && options.move && stat.type !== "dir") yield* this.#tell("copied ", source, destination, backup);
    if (stat.type !== "dir" && stat.nlink > 1 && (options.preserveLinks || options.move)) {
      const key = `${String(stat.dev)}:${String(stat.ino)}`;
      const first = this.#copied.get(key);
      if (first !== undefined) {
        try {
          if (there !== undefined) sys.unlink(destination);
          sys.link(first, destination);
        } catch (error) {
          return yield* this.#fail(`cannot create hard link ${quote(destination)} to ${quote(first)}: ${reason(error)}`);
        }
        return "copied";
      }
      this.#copied.set(key, destination);
    }
    const done = yield* this.#make(source, stat, destination, there, top, follow);
    if (!done) return "failed";
    if (isOperand && stat.type !== "dir") {
      const made = orUndefined(() => sys.lstat(destination));
      if (made !== undefined) this.#madeFiles.add(`${String(made.dev)}:${String(made.ino)}`);
    }
    return "copied";
  }

  *#fail(message: string): Run<"failed"> {
    yield* warn(this.#proc, message);
    return "failed";
  }

  *#tell(what: string, source: string, destination: string, backup: string | undefined): Run<void> {
    yield* stdout(this.#proc).print(
      `${what}${quote(source)} -> ${quote(destination)}${backup === undefined ? "" : ` (backup: ${quote(backup)})`}\n`,
    );
  }

  /** What stands in the way of putting `source` in the place of what is there. */
  *#mayReplace(source: string, stat: Stat, destination: string, there: Stat): Run<"go on" | "moved" | "skipped" | "failed"> {
    const { sys } = this.#proc;
    const options = this.#options;
    if (options.overwrite === "never" && (stat.type !== "dir" || options.move)) return "skipped";
    if (options.overwrite === "fail" && (stat.type !== "dir" || options.move))
      return yield* this.#fail(`not replacing ${quote(destination)}`);
    if (stat.dev === there.dev && stat.ino === there.ino && options.backup === undefined) {
      const sameName = canonicalName(this.#proc, source) === canonicalName(this.#proc, destination);
      const linked = orUndefined(() => sys.lstat(destination))?.type === "symlink";
      if (options.move && !sameName && stat.nlink > 1 && !options.update) {
        // Two names of one file: rename(2) would do nothing.
        try {
          sys.unlink(source);
        } catch (error) {
          return yield* this.#fail(`cannot remove ${quote(source)}: ${reason(error)}`);
        }
        return "moved";
      }
      if (options.makes === "hard links" && !linked) return "skipped";
      if (!(stat.type !== "dir" && !sameName && (options.removeDestination || (options.force && linked)))) {
        return yield* this.#fail(`${quote(source)} and ${quote(destination)} are the same file`);
      }
    }
    if (options.update && stat.type !== "dir" && compareTimestamps(stat.mtime, there.mtime) <= 0) return "skipped";
    if (stat.type !== "dir" || options.move) {
      if (
        options.overwrite === "ask" ||
        (options.move && !options.force && there.type !== "symlink" && sys.isatty(0) && !this.#writable(destination))
      ) {
        if (there.type !== "dir" || options.move) {
          const question = this.#writable(destination)
            ? `overwrite ${quote(destination)}`
            : options.move || options.removeDestination || options.force
              ? `replace ${quote(destination)}, overriding mode ${octal(there.mode)} (${permissionLetters(there.mode)})`
              : `unwritable ${quote(destination)} (mode ${octal(there.mode)}, ${permissionLetters(there.mode)}); try anyway`;
          // Declining counts as a failure, unlike with rm.
          if (!(yield* this.#answers.yes(question))) return "failed";
        }
      }
    }
    if (there.type === "dir" && stat.type !== "dir")
      return yield* this.#fail(`cannot overwrite directory ${quote(destination)} with non-directory ${quote(source)}`);
    if (stat.type === "dir" && there.type !== "dir")
      return yield* this.#fail(`cannot overwrite non-directory ${quote(destination)} with directory ${quote(source)}`);
    if (there.type !== "dir" && this.#madeFiles.has(`${String(there.dev)}:${String(there.ino)}`)) {
      return yield* this.#fail(`will not overwrite just-created ${quote(destination)} with ${quote(source)}`);
    }
    return "go on";
  }

  #writable(path: string): boolean {
    try {
      this.#proc.sys.access(path, "W");
      return true;
    } catch {
      return false;
    }
  }

  *#rename(source: string, stat: Stat, destination: string, backup: string | undefined): Run<"moved" | "failed" | "across"> {
    const { sys } = this.#proc;
    try {
      sys.rename(source, destination);
    } catch (error) {
      if (!isSysError(error)) throw error;
      if (error.errno === "EINVAL") {
        return yield* this.#fail(`cannot move ${quote(source)} to a subdirectory of itself, ${quote(destination)}`);
      }
      if (error.errno !== "EXDEV" || this.#options.noCopy) {
        const destinationsFault = ["EEXIST", "EISDIR", "ENOSPC", "ENOTEMPTY", "ETXTBSY", "EMLINK"].includes(error.errno);
        return yield* this.#fail(
          destinationsFault
            ? `cannot overwrite ${quote(destination)}: ${error.text}`
            : `cannot move ${quote(source)} to ${quote(destination)}: ${error.text}`,
        );
      }
      // The copy must not write into what is there: a rename would have replaced it.
      try {
        if (stat.type === "dir") sys.rmdir(destination);
        else sys.unlink(destination);
      } catch (failure) {
        if (!isSysError(failure, "ENOENT")) {
          return yield* this.#fail(
            `inter-device move failed: ${quote(source)} to ${quote(destination)}; unable to remove target: ${reason(failure)}`,
          );
        }
      }
      return "across";
    }
    if (this.#options.verbose) yield* this.#tell("renamed ", source, destination, backup);
    return "moved";
  }

  *#make(source: string, stat: Stat, destination: string, there: Stat | undefined, top: Top, follow: boolean): Run<boolean> {
    const { sys } = this.#proc;
    const options = this.#options;
    if (stat.type === "dir") return yield* this.#directory(source, stat, destination, there, top);
    if (options.makes !== "copies") return yield* this.#linked(source, destination, follow);
    const { preserveMode } = options;
    const mode = preserveMode ? stat.mode : options.dropMode ? 0o666 & ~options.umask : stat.mode & 0o777 & ~options.umask;
    switch (stat.type) {
      case "symlink":
        try {
          sys.symlink(sys.readlink(source), destination);
        } catch (error) {
          yield* warn(this.#proc, `cannot create symbolic link ${quote(destination)}: ${reason(error)}`);
          return false;
        }
        break;
      case "file":
        if (!(yield* this.#file(source, stat, destination, there))) return false;
        break;
      default:
        if (!options.recursive) {
          if (!(yield* this.#file(source, stat, destination, there))) return false;
          break;
        }
        try {
          sys.mknod(destination, stat.type, mode, stat.rdev);
        } catch (error) {
          yield* warn(
            this.#proc,
            `cannot create ${stat.type === "fifo" ? "fifo" : "special file"} ${quote(destination)}: ${reason(error)}`,
          );
          return false;
        }
    }
    return yield* this.#attributes(source, stat, destination);
  }

  *#linked(source: string, destination: string, follow: boolean): Run<boolean> {
    const { sys } = this.#proc;
    const replace = (make: () => void): void => {
      try {
        make();
      } catch (error) {
        if (!isSysError(error, "EEXIST") || !(this.#options.force || this.#options.overwrite === "ask")) throw error;
        sys.unlink(destination);
        make();
      }
    };
    try {
      if (this.#options.makes === "hard links") replace(() => sys.link(follow ? sys.realpath(source) : source, destination));
      else {
        if (!source.startsWith("/") && destination.replace(/^\.\//, "").includes("/")) {
          yield* warn(this.#proc, `${quoteFile(destination)}: can make relative symbolic links only in current directory`);
          return false;
        }
        replace(() => sys.symlink(source, destination));
      }
      return true;
    } catch (error) {
      const what = this.#options.makes === "hard links" ? "hard link" : "symbolic link";
      yield* warn(this.#proc, `cannot create ${what} ${quote(destination)} to ${quote(source)}: ${reason(error)}`);
      return false;
    }
  }

  *#directory(source: string, stat: Stat, destination: string, there: Stat | undefined, top: Top): Run<boolean> {
    const { sys } = this.#proc;
    const options = this.#options;
    if (this.#madeDirectories.has(`${String(stat.dev)}:${String(stat.ino)}`)) {
      yield* warn(this.#proc, `cannot copy a directory, ${quote(top.source)}, into itself, ${quote(top.destination)}`);
      return false;
    }
    const mode = options.preserveMode ? stat.mode : (options.dropMode ? 0o777 : stat.mode & 0o777) & ~options.umask;
    if (there === undefined) {
      try {
        sys.mkdir(destination, (mode & 0o777) | 0o700);
      } catch (error) {
        yield* warn(this.#proc, `cannot create directory ${quote(destination)}: ${reason(error)}`);
        return false;
      }
      const made = sys.stat(destination);
      this.#madeDirectories.add(`${String(made.dev)}:${String(made.ino)}`);
      if (options.verbose)
        yield* options.move
          ? stdout(this.#proc).print(`created directory ${quote(destination)}\n`)
          : this.#tell("", source, destination, undefined);
    }
    let ok = true;
    if (!(options.oneFileSystem && stat.dev !== top.device)) {
      let names: readonly string[];
      try {
        names = sys.readdir(source).map((entry) => entry.name);
      } catch (error) {
        yield* warn(this.#proc, `cannot access ${quote(source)}: ${reason(error)}`);
        names = [];
        ok = false;
      }
      for (const name of names) {
        if ((yield* below(this.#one(join(source, name), join(destination, name), top, false))) === "failed") ok = false;
      }
    }
    if (there === undefined && (mode & 0o777 & ~options.umask) !== (((mode & 0o777) | 0o700) & ~options.umask))
      orUndefined(() => sys.chmod(destination, mode));
    if (!(yield* this.#attributes(source, stat, destination))) ok = false;
    return ok;
  }

  *#file(source: string, stat: Stat, destination: string, there: Stat | undefined): Run<boolean> {
    const { sys } = this.#proc;
    const options = this.#options;
    let input: number;
    try {
      input = sys.open(source, O.RDONLY);
    } catch (error) {
      yield* warn(this.#proc, `cannot open ${quote(source)} for reading: ${reason(error)}`);
      return false;
    }
    try {
      const output = yield* this.#openDestination(stat, destination, there);
      if (output === undefined) return false;
      try {
        if (options.attributesOnly) return true;
        if (options.cloneOnly === true && !(yield* this.#mayClone(source, destination, there))) return false;
        return yield* this.#data(input, source, output, destination);
      } finally {
        sys.close(output);
      }
    } finally {
      sys.close(input);
    }
  }

  /** Whether the kernel would let the two share their blocks (FICLONE). What was made for it goes again. */
  *#mayClone(source: string, destination: string, there: Stat | undefined): Run<boolean> {
    const { sys } = this.#proc;
    const [from, to] = [source, destination].map((path) => sys.statfs(path).type);
    if (from === to && CLONING.has(from ?? "")) return true;
    if (there === undefined) sys.unlink(destination);
    const why = new SysError(from === to ? "EOPNOTSUPP" : "EXDEV", "ioctl", destination).text;
    yield* warn(this.#proc, `failed to clone ${quote(destination)} from ${quote(source)}: ${why}`);
    return false;
  }

  *#openDestination(stat: Stat, destination: string, there: Stat | undefined): Run<number | undefined> {
    const { sys } = this.#proc;
    const mode = stat.mode & 0o777 & (this.#options.preserveOwner ? 0o700 : 0o777);
    try {
      if (there !== undefined) {
        try {
          return sys.open(destination, O.WRONLY | O.TRUNC);
        } catch (error) {
          if (!this.#options.force || !isSysError(error)) throw error;
          try {
            sys.unlink(destination);
          } catch (failure) {
            yield* warn(this.#proc, `cannot remove ${quote(destination)}: ${reason(failure)}`);
            return undefined;
          }
          if (this.#options.verbose) yield* stdout(this.#proc).print(`removed ${quote(destination)}\n`);
        }
      }
      return sys.open(destination, O.WRONLY | O.CREAT | O.EXCL, mode);
    } catch (error) {
      if (isSysError(error, "EEXIST") && orUndefined(() => sys.lstat(destination))?.type === "symlink") {
        yield* warn(this.#proc, `not writing through dangling symlink ${quote(destination)}`);
      } else {
        const why = isSysError(error, "EISDIR") && destination.endsWith("/") ? "Not a directory" : reason(error);
        yield* warn(this.#proc, `cannot create regular file ${quote(destination)}: ${why}`);
      }
      return undefined;
    }
  }

  *#data(input: number, source: string, output: number, destination: string): Run<boolean> {
    for (;;) {
      let block: Uint8Array;
      try {
        block = yield* this.#proc.read(input, BLOCK);
      } catch (error) {
        yield* warn(this.#proc, `error reading ${quote(source)}: ${reason(error)}`);
        return false;
      }
      if (block.length === 0) return true;
      try {
        yield* this.#proc.write(output, block);
      } catch (error) {
        yield* warn(this.#proc, `error writing ${quote(destination)}: ${reason(error)}`);
        return false;
      }
      yield* this.#proc.tick();
    }
  }

  /** Times, owner and mode, as far as they are to be kept. An owner that only root could give is given up in silence. */
  *#attributes(source: string, stat: Stat, destination: string): Run<boolean> {
    const { sys } = this.#proc;
    const options = this.#options;
    let ok = true;
    const link = stat.type === "symlink";
    if (options.preserveTimes) {
      try {
        sys.utimens(destination, stat.atime, stat.mtime, { follow: !link });
      } catch (error) {
        yield* warn(this.#proc, `preserving times for ${quote(destination)}: ${reason(error)}`);
        ok = false;
      }
    }
    let mode = stat.mode;
    if (options.preserveOwner) {
      const now = sys.lstat(destination);
      if (now.uid !== stat.uid || now.gid !== stat.gid) {
        try {
          sys.lchown(destination, stat.uid, stat.gid);
        } catch (error) {
          if (!isSysError(error, "EPERM", "EINVAL")) {
            yield* warn(this.#proc, `failed to preserve ownership for ${quote(destination)}: ${reason(error)}`);
            ok = false;
          }
          mode &= ~0o6000;
          orUndefined(() => sys.lchown(destination, now.uid, stat.gid));
        }
      }
    }
    if (options.preserveXattrs && !link) yield* this.#xattrs(source, destination);
    if (options.preserveMode && !link) {
      try {
        sys.chmod(destination, mode);
      } catch (error) {
        yield* warn(this.#proc, `preserving permissions for ${quote(destination)}: ${reason(error)}`);
        ok = false;
      }
    } else if (options.preserveOwner && !link) orUndefined(() => sys.chmod(destination, stat.mode & 0o777 & ~options.umask));
    return ok;
  }

  *#xattrs(source: string, destination: string): Run<void> {
    const { sys } = this.#proc;
    const names = orUndefined(() => sys.listxattr(source)) ?? [];
    for (const name of names) {
      if (name.startsWith("trusted.overlay.")) continue;
      const value = orUndefined(() => sys.getxattr(source, name));
      if (value !== undefined) orUndefined(() => sys.setxattr(destination, name, value));
    }
    yield* this.#proc.tick(0);
  }
}

/** The directory's own name and the last part: the same for two spellings of one name. */
function canonicalName(proc: Process, path: string): string {
  const name = baseName(path);
  const directory = path.replace(/\/+$/, "").slice(0, -name.length) || ".";
  return join(orUndefined(() => proc.sys.realpath(directory)) ?? directory, name);
}
