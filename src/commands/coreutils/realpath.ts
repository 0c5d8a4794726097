import type { Process } from "../../machine/process.ts";
import { isSysError, SysError } from "../../vfs/errno.ts";
import type { Command } from "../command.ts";
import { reason, warn } from "../complain.ts";
import { someOperands } from "../operands.ts";
import { stdout } from "../output.ts";
import { quoteIfNeeded as maybeQuoted } from "../quote.ts";

/** How much of a path must exist: all of it, all but the last part, nothing. */
export type Existing = "all" | "all but last" | "none";

/** How often links may lead on. */
const MOST_LINKS = 40;

/** The absolute name without links, dots and double slashes. Throws SysError. */
export function canonicalPath(proc: Process, path: string, existing: Existing, options: { readonly followLinks?: boolean } = {}): string {
  const { sys } = proc;
  if (path === "") throw new SysError("ENOENT", "realpath", path);
  const resolved: string[] = path.startsWith("/") ? [] : sys.getcwd().split("/").filter(Boolean);
  let pending = path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .reverse();
  const mustBeDirectory = /\/\.?$/.test(path);
  let links = 0;
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    if (part === "..") {
      resolved.pop();
      continue;
    }
    const here = "/" + [...resolved, part].join("/");
    try {
      const stat = sys.lstat(here);
      if (stat.type === "symlink" && options.followLinks !== false) {
        if (++links > MOST_LINKS) throw new SysError("ELOOP", "realpath", path);
        const target = sys.readlink(here);
        if (target.startsWith("/")) resolved.length = 0;
        pending = [
          ...pending,
          ...target
            .split("/")
            .filter((piece) => piece !== "" && piece !== ".")
            .reverse(),
        ];
        continue;
      }
      if (stat.type !== "dir" && stat.type !== "symlink" && (pending.length > 0 || mustBeDirectory) && existing !== "none")
        throw new SysError("ENOTDIR", "realpath", path);
    } catch (error) {
      const mayMiss = existing === "none" || (existing === "all but last" && (pending.length === 0 || options.followLinks === false));
      const missing = isSysError(error, "ENOENT") && mayMiss;
      if (!missing && !(existing === "none" && isSysError(error, "ENOTDIR", "EACCES", "ELOOP"))) throw error;
    }
    resolved.push(part);
  }
  return "/" + resolved.join("/");
}

/** The way from directory `from` to `to`, both taken physically: `ln -r`, `realpath --relative-to`. */
export function relativePath(proc: Process, to: string, from: string): string {
  return relativeBetween(canonicalPath(proc, to, "none"), canonicalPath(proc, from, "none"));
}

function relativeBetween(to: string, from: string): string {
  const target = to.split("/").filter(Boolean);
  const start = from.split("/").filter(Boolean);
  let common = 0;
  while (common < target.length && common < start.length && target[common] === start[common]) common++;
  const path = [...start.slice(common).map(() => ".."), ...target.slice(common)].join("/");
  return path === "" ? "." : path;
}

/** realpath(1). */
export const realpath: Command = {
  name: "realpath",
  package: "coreutils",
  style: "gnu",
  usage: ["realpath [OPTION]... FILE..."],
  about: "Print the resolved absolute file name; all but the last component must exist",
  options: [
    { name: "canonicalize", short: "E", help: "all but the last component must exist (default)" },
    { name: "canonicalize-existing", short: "e", help: "all components of the path must exist" },
    { name: "canonicalize-missing", short: "m", help: "no path components need exist or be a directory" },
    { name: "logical", short: "L", help: "resolve '..' components before symlinks" },
    { name: "physical", short: "P", help: "resolve symlinks as encountered (default)" },
    { name: "quiet", short: "q", help: "suppress most error messages" },
    { name: "relative-to", argument: "DIR", help: "print the resolved path relative to DIR" },
    { name: "relative-base", argument: "DIR", help: "print absolute paths unless paths below DIR" },
    { name: "strip", short: "s", alsoLong: ["no-symlinks"], help: "don't expand symlinks" },
    { name: "zero", short: "z", help: "end each output line with NUL, not newline" },
  ],
  completes: "files",
  *run(proc, options) {
    const existing: Existing = options.has("canonicalize-existing") ? "all" : options.has("canonicalize-missing") ? "none" : "all but last";
    const followLinks = !options.has("strip");
    const resolve = (path: string): string => {
      const text = options.has("logical") ? withoutDots(proc.sys.getcwd(), path) : path;
      return canonicalPath(proc, text, existing, { followLinks });
    };
    let status = 0;
    const end = options.has("zero") ? "\0" : "\n";
    for (const path of someOperands(options.operands)) {
      yield* proc.tick();
      try {
        let result = resolve(path);
        const base = options.value("relative-base");
        const to = options.value("relative-to") ?? base;
        if (to !== undefined) {
          const below = base === undefined || `${result}/`.startsWith(`${resolve(base)}/`);
          if (below) result = relativeBetween(result, resolve(to));
        }
        yield* stdout(proc).print(result + end);
      } catch (error) {
        const why = reason(error);
        if (!options.has("quiet")) yield* warn(proc, `${maybeQuoted(path)}: ${why}`);
        status = 1;
      }
    }
    return status;
  },
};

/** `..` taken away by text alone. */
function withoutDots(cwd: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${cwd}/${path}`).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return "/" + parts.join("/");
}

/** readlink(1). */
export const readlink: Command = {
  name: "readlink",
  package: "coreutils",
  style: "gnu",
  usage: ["readlink [OPTION]... FILE..."],
  about: "Print value of a symbolic link or canonical file name",
  options: [
    {
      name: "canonicalize",
      short: "f",
      help: "canonicalize by following every symlink in every component of the given name recursively; all but the last component must exist",
    },
    { name: "canonicalize-existing", short: "e", help: "canonicalize, all components must exist" },
    { name: "canonicalize-missing", short: "m", help: "canonicalize, without requirements on components existence" },
    { name: "no-newline", short: "n", help: "do not output the trailing delimiter" },
    { name: "quiet", short: "q", alsoShort: ["s"], alsoLong: ["silent"], help: "suppress most error messages (on by default)" },
    { name: "verbose", short: "v", help: "report error messages" },
    { name: "zero", short: "z", help: "end each output line with NUL, not newline" },
  ],
  completes: "files",
  *run(proc, options) {
    const mode = options.order.findLast((given) => given.name.startsWith("canonicalize"))?.name;
    let status = 0;
    const files = someOperands(options.operands);
    let noNewline = options.has("no-newline");
    if (noNewline && files.length > 1) {
      yield* warn(proc, "ignoring --no-newline with multiple arguments");
      noNewline = false;
    }
    for (const file of files) {
      yield* proc.tick();
      try {
        const existing: Existing = mode === "canonicalize-existing" ? "all" : mode === "canonicalize-missing" ? "none" : "all but last";
        const text = mode === undefined ? proc.sys.readlink(file) : canonicalPath(proc, file, existing);
        yield* stdout(proc).print(text + (noNewline ? "" : options.has("zero") ? "\0" : "\n"));
      } catch (error) {
        const why = reason(error);
        if (options.has("verbose")) yield* warn(proc, `${maybeQuoted(file)}: ${why}`);
        status = 1;
      }
    }
    return status;
  },
};
