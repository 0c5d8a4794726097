/** lsattr(1) and chattr(1) of e2fsprogs: inode flags as letters. */
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError, SysError } from "../../vfs/errno.ts";
import type { Command } from "../command.ts";
import { complain, reason } from "../complain.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { join } from "../paths.ts";
import { below, recursive } from "../recursion.ts";

/** The letters in the order in which lsattr shows them, each in a place of its own. */
const LETTERS = "suSDiadAcEjItTeCxFNPVm";
/** Letters that chattr can set. */
const SETTABLE = "aAcCdDeijPsStTuFxm";
const LONG: Readonly<Record<string, string>> = {
  s: "Secure_Deletion",
  u: "Undelete",
  S: "Synchronous_Updates",
  D: "Synchronous_Directory_Updates",
  i: "Immutable",
  a: "Append_Only",
  d: "No_Dump",
  A: "No_Atime",
  c: "Compression_Requested",
  E: "Encrypted",
  j: "Journaled_Data",
  I: "Indexed_directory",
  t: "No_Tailmerging",
  T: "Top_of_Directory_Hierarchies",
  e: "Extents",
  C: "No_COW",
  x: "DAX",
  F: "Casefold",
  N: "Inline_Data",
  P: "Project_Hierarchy",
  V: "Verity",
  m: "Dont_Compress",
};

function flagText(flags: string): string {
  return [...LETTERS].map((letter) => (flags.includes(letter) ? letter : "-")).join("");
}

/** lsattr(1). */
export const lsattr: Command = {
  name: "lsattr",
  package: "e2fsprogs",
  style: "gnu",
  usage: ["lsattr [-RVadlpv] [files...]"],
  about: "List file attributes on a Linux second extended file system.",
  options: [
    { name: "R", short: "R", long: false, help: "recursively list attributes of directories and their contents" },
    { name: "V", short: "V", long: false, help: "display the program version" },
    { name: "a", short: "a", long: false, help: "list all files in directories, including files that start with '.'" },
    { name: "d", short: "d", long: false, help: "list directories like other files, rather than listing their contents" },
    { name: "l", short: "l", long: false, help: "print the options using long names instead of single character abbreviations" },
    { name: "p", short: "p", long: false, help: "list the file's project number" },
    { name: "v", short: "v", long: false, help: "list the file's version/generation number" },
  ],
  usageHint: "usage",
  completes: "files",
  *run(proc, options) {
    if (options.has("V")) yield* proc.printError(`${HEADER.replace("chattr", "lsattr")}\n`);
    const how = {
      recursive: options.has("R"),
      all: options.has("a"),
      long: options.has("l"),
      project: options.has("p"),
      version: options.has("v"),
    };
    let status = 0;
    for (const operand of options.operands.length === 0 ? ["."] : options.operands) {
      let stat;
      try {
        stat = proc.sys.lstat(operand);
      } catch (error) {
        yield* complain(proc, `${reason(error)} while trying to stat ${operand}`);
        status = 1;
        continue;
      }
      const ok =
        stat.type === "dir" && !options.has("d") ? yield* recursive(listDirectory(proc, operand, how)) : yield* listOne(proc, operand, how);
      if (!ok) status = 1;
    }
    return status;
  },
};

interface ListHow {
  readonly recursive: boolean;
  readonly all: boolean;
  readonly long: boolean;
  readonly project: boolean;
  readonly version: boolean;
}

function* listOne(proc: Process, path: string, how: ListHow): Run<boolean> {
  yield* proc.tick();
  let flags: string;
  try {
    flags = readFlags(proc, path);
  } catch (error) {
    yield* complain(proc, `${reason(error)} While reading flags on ${path}`);
    return false;
  }
  const before = (how.project ? "    0 " : "") + (how.version ? "         0 " : "");
  if (how.long) {
    const names = [...LETTERS].filter((letter) => flags.includes(letter)).map((letter) => LONG[letter] ?? letter);
    yield* stdout(proc).print(`${before}${path.padEnd(28)} ${names.length === 0 ? "---" : names.join(", ")}\n`);
  } else yield* stdout(proc).print(`${before}${flagText(flags)} ${path}\n`);
  return true;
}

/** File systems without inode flags. */
const FLAGLESS = new Set(["proc", "sysfs", "devpts", "vfat"]);

/** The ioctl knows files and directories only, and not everywhere. */
function readFlags(proc: Process, path: string): string {
  const { type } = proc.sys.lstat(path);
  if (type !== "file" && type !== "dir") throw new SysError("EOPNOTSUPP", "ioctl", path);
  const filesystem = proc.sys.statfs(path).type;
  if (FLAGLESS.has(filesystem)) throw new SysError("EOPNOTSUPP", "ioctl", path);
  return proc.sys.getFlags(path);
}

function* listDirectory(proc: Process, path: string, how: ListHow): Run<boolean> {
  let ok = true;
  let entries;
  try {
    entries = proc.sys.readdir(path);
  } catch (error) {
    yield* complain(proc, `${reason(error)} while reading directory ${path}`);
    return false;
  }
  const names = [
    ...(how.all
      ? [
          { name: ".", type: "dir" as const },
          { name: "..", type: "dir" as const },
        ]
      : []),
    ...entries,
  ];
  for (const entry of names) {
    if (entry.name.startsWith(".") && !how.all) continue;
    const child = join(path, entry.name);
    if (!(yield* listOne(proc, child, how))) ok = false;
    if (how.recursive && entry.type === "dir" && entry.name !== "." && entry.name !== "..") {
      yield* stdout(proc).print(`\n${child}:\n`);
      if (!(yield* below(listDirectory(proc, child, how)))) ok = false;
      yield* stdout(proc).print("\n");
    }
  }
  return ok;
}

const HEADER = "chattr 1.47.2 (1-Jan-2025)";

/** chattr(1). */
export const chattr: Command = {
  name: "chattr",
  package: "e2fsprogs",
  style: "raw",
  usage: ["chattr [-RVf] [-+=aAcCdDeijPsStTuFx] [-p project] [-v version] files..."],
  about: "Change file attributes on a Linux file system.",
  options: [
    { name: "R", short: "R", long: false, help: "recursively change attributes of directories and their contents" },
    { name: "V", short: "V", long: false, help: "be verbose with chattr's output and print the program version" },
    { name: "f", short: "f", long: false, help: "suppress most error messages" },
    { name: "v", short: "v", long: false, argument: "version", help: "set the file's version/generation number" },
    { name: "p", short: "p", long: false, argument: "project", help: "set the file's project number" },
  ],
  usageHint: "usage",
  completes: "files",
  *run(proc, { operands }) {
    const request = {
      add: "",
      remove: "",
      set: undefined as string | undefined,
      numbers: new Map<"version" | "project", number>(),
      recursive: false,
      verbose: false,
      force: false,
    };
    let at = 0;
    for (; at < operands.length; at++) {
      const word = operands[at] ?? "";
      if (!/^[-+=]/.test(word)) break;
      const kind = word[0];
      const letters = word.slice(1);
      if (word === "--") {
        at++;
        break;
      }
      for (let k = 0; k < letters.length; k++) {
        const letter = letters[k] ?? "";
        if (kind === "-" && letter === "R") request.recursive = true;
        else if (kind === "-" && letter === "V") request.verbose = true;
        else if (kind === "-" && letter === "f") request.force = true;
        else if (kind === "-" && (letter === "v" || letter === "p")) {
          const number = letters.slice(k + 1) || (operands[++at] ?? "");
          const what = letter === "v" ? "version" : "project";
          if (!/^(?:0x[0-9a-f]+|\d+)$/i.test(number)) {
            yield* proc.printError(`chattr: bad ${what} - ${number}\n\n`);
            throw new UsageError("");
          }
          request.numbers.set(what, Number(number));
          break;
        } else if (!SETTABLE.includes(letter)) throw new UsageError("");
        else if (kind === "-") request.remove += letter;
        else if (kind === "+") request.add += letter;
        else request.set = (request.set ?? "") + letter;
      }
      if (kind === "=" && letters === "") request.set ??= "";
    }
    const files = operands.slice(at);
    if (files.length === 0) throw new UsageError("");
    if (request.verbose) yield* proc.printError(`${HEADER}\n`);
    if (request.set !== undefined && (request.add !== "" || request.remove !== ""))
      return yield* told(proc, "= is incompatible with - and +");
    if ([...request.add].some((letter) => request.remove.includes(letter))) return yield* told(proc, "Can't both set and unset same flag.");
    if (request.set === undefined && request.add === "" && request.remove === "" && request.numbers.size === 0)
      return yield* told(proc, "Must use '-v', =, - or +");
    let status = 0;
    for (const file of files) if (!(yield* recursive(change(proc, file, request)))) status = 1;
    return status;
  },
};

function* told(proc: Process, message: string): Run<1> {
  yield* proc.printError(`${message}\n`);
  return 1;
}

interface Change {
  readonly add: string;
  readonly remove: string;
  readonly set: string | undefined;
  readonly numbers: ReadonlyMap<"version" | "project", number>;
  readonly recursive: boolean;
  readonly verbose: boolean;
  readonly force: boolean;
}

function* change(proc: Process, path: string, request: Change): Run<boolean> {
  const { sys } = proc;
  yield* proc.tick();
  const failed = function* (error: unknown, doing: string): Run<false> {
    const why = reason(error);
    if (!request.force) yield* complain(proc, `${why} while ${doing} ${path}`);
    return false;
  };
  let stat;
  try {
    stat = sys.lstat(path);
  } catch (error) {
    return yield* failed(error, "trying to stat");
  }
  let flags: string;
  try {
    flags = readFlags(proc, path);
  } catch (error) {
    return yield* failed(error, "reading flags on");
  }
  const wanted = request.set ?? [...new Set([...flags, ...request.add])].filter((letter) => !request.remove.includes(letter)).join("");
  // What the file system sets by itself stays.
  const kept = request.set === undefined ? "" : [...flags].filter((letter) => !SETTABLE.includes(letter)).join("");
  const after = wanted + kept;
  let ok = true;
  try {
    sys.setFlags(path, [...LETTERS].filter((letter) => after.includes(letter)).join(""));
    if (request.verbose) yield* stdout(proc).print(`Flags of ${path} set as ${flagText(after)}\n`);
  } catch (error) {
    ok = yield* failed(error, "setting flags on");
  }
  // Neither ext4 with checksums nor Btrfs lets them be set.
  for (const [what, number] of ok ? request.numbers : []) {
    const word = what === "version" ? "Version" : "Project";
    if (request.verbose) yield* stdout(proc).print(`${word} of ${path} set as ${number}\n`);
    ok = yield* failed(new SysError(what === "version" ? "ENOTTY" : "EOPNOTSUPP", "ioctl", path), `setting ${what} on`);
    break;
  }
  if (!request.recursive || stat.type !== "dir") return ok;
  try {
    for (const entry of sys.readdir(path)) if (!(yield* below(change(proc, join(path, entry.name), request)))) ok = false;
  } catch (error) {
    if (!isSysError(error)) throw error;
    ok = yield* failed(error, "reading directory");
  }
  return ok;
}
