import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError, SysError } from "../../vfs/errno.ts";
import type { Command } from "../command.ts";
import { Failure, orUndefined, ownName, reason, warn } from "../complain.ts";
import { parseMode } from "../modes.ts";
import { someOperands } from "../operands.ts";
import { stdout } from "../output.ts";
import { curly, quote } from "../quote.ts";
import { dirName } from "../paths.ts";

/** mkdir(1). */
export const mkdir: Command = {
  name: "mkdir",
  package: "coreutils",
  style: "gnu",
  usage: ["mkdir [OPTION]... DIRECTORY..."],
  about: "Create the DIRECTORY(ies), if they do not already exist.",
  options: [
    { name: "mode", short: "m", argument: "MODE", help: "set file mode (as in chmod), not a=rwx - umask" },
    { name: "parents", short: "p", help: "no error if existing, make parent directories as needed" },
    { name: "verbose", short: "v", help: "print a message for each created directory" },
    { name: "Z", short: "Z", long: false, help: "set SELinux security context to the default type", fidelity: "ignored" },
    { name: "context", argument: "CTX", optional: true, help: "like -Z", fidelity: "ignored" },
  ],
  completes: "directories",
  *run(proc, options) {
    const umask = currentUmask(proc);
    const modeText = options.value("mode");
    const change = modeText === undefined ? undefined : parseMode(modeText, umask);
    if (modeText !== undefined && change === undefined) throw new Failure(`invalid mode ${curly(modeText)}`);
    const mode = change?.(0o777, true);
    let status = 0;
    for (const directory of someOperands(options.operands)) {
      yield* proc.tick();
      const made = function* (path: string): Run<void> {
        if (options.has("verbose")) yield* stdout(proc).print(`${ownName(proc)}: created directory ${quote(path)}\n`);
      };
      try {
        if (options.has("parents")) yield* makeParents(proc, directory, mode, made);
        else {
          makeOne(proc, directory, mode);
          yield* made(directory);
        }
      } catch (error) {
        const path = error instanceof AncestorError ? error.ancestor : directory;
        yield* warn(proc, `cannot create directory ${curly(path)}: ${reason(error instanceof AncestorError ? error.cause : error)}`);
        status = 1;
      }
    }
    return status;
  },
};

/** The process's file mode creation mask. */
export function currentUmask(proc: Process): number {
  const mask = proc.sys.umask(0);
  proc.sys.umask(mask);
  return mask;
}

/** mkdir(2), and the exact mode if one is asked for. */
function makeOne(proc: Process, path: string, mode: number | undefined): void {
  proc.sys.mkdir(path, mode ?? 0o777);
  if (mode !== undefined) proc.sys.chmod(path, mode);
}

/** The directory whose making failed, which may be a parent of the one that was wanted. */
export class AncestorError extends Error {
  readonly ancestor: string;
  override readonly cause: SysError;

  constructor(ancestor: string, cause: SysError) {
    super(cause.message);
    this.name = "AncestorError";
    this.ancestor = ancestor;
    this.cause = cause;
  }
}

/** Makes `path` and what is missing above it. `made` is told of each. Throws `AncestorError`. */
export function* makeParents(proc: Process, path: string, mode: number | undefined, made: (path: string) => Run<void>): Run<void> {
  const parts = [...path.matchAll(/\/*[^/]+/g)];
  for (const part of parts) {
    const last = part === parts.at(-1);
    const ancestor = last ? path : path.slice(0, part.index + part[0].length);
    if (/(?:^|\/)\.{1,2}$/.test(ancestor) && orUndefined(() => proc.sys.stat(ancestor))?.type === "dir") continue;
    try {
      if (last) makeOne(proc, ancestor, mode);
      else proc.sys.mkdir(ancestor, 0o777);
    } catch (error) {
      if (!isSysError(error)) throw error;
      const there = orUndefined(() => proc.sys.stat(ancestor));
      if (there?.type === "dir") continue;
      // A file in the middle is no directory; at the end it exists.
      throw new AncestorError(ancestor, there !== undefined && !last ? new SysError("ENOTDIR", "mkdir", ancestor) : error);
    }
    yield* made(ancestor);
    yield* proc.tick();
  }
}

/** The directory that holds `path`, with what is missing above it. */
export function* makeLeading(proc: Process, path: string, made: (path: string) => Run<void>): Run<void> {
  yield* makeParents(proc, dirName(path), undefined, made);
}

/** rmdir(1). */
export const rmdir: Command = {
  name: "rmdir",
  package: "coreutils",
  style: "gnu",
  usage: ["rmdir [OPTION]... DIRECTORY..."],
  about: "Remove the DIRECTORY(ies), if they are empty.",
  options: [
    { name: "ignore-fail-on-non-empty", help: "ignore each failure to remove a non-empty directory" },
    { name: "parents", short: "p", help: "remove DIRECTORY and its ancestors" },
    { name: "verbose", short: "v", help: "output a diagnostic for every directory processed" },
  ],
  completes: "directories",
  *run(proc, options) {
    let status = 0;
    for (const directory of someOperands(options.operands)) {
      let path = directory;
      for (;;) {
        yield* proc.tick();
        if (options.has("verbose")) yield* stdout(proc).print(`${ownName(proc)}: removing directory, ${quote(path)}\n`);
        try {
          proc.sys.rmdir(path);
        } catch (error) {
          if (!isSysError(error, "ENOTEMPTY", "EEXIST") || !options.has("ignore-fail-on-non-empty")) {
            const linked =
              isSysError(error, "ENOTDIR") &&
              path.endsWith("/") &&
              orUndefined(() => proc.sys.lstat(path.replace(/\/+$/, "")))?.type === "symlink";
            yield* warn(
              proc,
              `failed to remove ${path === directory ? "" : "directory "}${quote(path)}: ${linked ? "Symbolic link not followed" : reason(error)}`,
            );
            status = 1;
          }
          break;
        }
        const parent = dirName(path);
        if (!options.has("parents") || parent === "." || parent === "/" || parent === path) break;
        path = parent;
      }
    }
    return status;
  },
};
