import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { readAccounts } from "../../machine/users.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { Answers } from "../answers.ts";
import { Failure, orUndefined, ownName, reason, warn } from "../complain.ts";
import { parseMode } from "../modes.ts";
import { someOperands } from "../operands.ts";
import { stdout } from "../output.ts";
import { curly, quote } from "../quote.ts";
import { BACKUP_OPTIONS, backupStyle } from "./backup.ts";
import { Copier } from "./copy.ts";
import { TARGET_OPTIONS } from "./cp.ts";
import { destinationOf, nameFor, type Destination } from "./destination.ts";
import { AncestorError, makeLeading, makeParents } from "./mkdir.ts";

/** install(1). */
export const install: Command = {
  name: "install",
  package: "coreutils",
  style: "gnu",
  usage: [
    "install [OPTION]... [-T] SOURCE DEST",
    "install [OPTION]... SOURCE... DIRECTORY",
    "install [OPTION]... -t DIRECTORY SOURCE...",
    "install [OPTION]... -d DIRECTORY...",
  ],
  about: "Copy files while setting attributes, or create directories.",
  options: [
    ...BACKUP_OPTIONS,
    { name: "c", short: "c", long: false, help: "(ignored)", fidelity: "ignored" },
    {
      name: "compare",
      short: "C",
      help: "compare content of source and destination files, and if no change to content, ownership, and permissions, do not modify the destination at all",
    },
    { name: "directory", short: "d", help: "treat all arguments as directory names; create all components of the specified directories" },
    { name: "D", short: "D", long: false, help: "create all leading components of DEST except the last, then copy SOURCE to DEST" },
    { name: "debug", help: "explain how a file is copied. Implies -v" },
    { name: "group", short: "g", argument: "GROUP", help: "set group ownership, instead of process' current group" },
    { name: "mode", short: "m", argument: "MODE", help: "set permission mode (as in chmod), instead of rwxr-xr-x" },
    { name: "owner", short: "o", argument: "OWNER", help: "set ownership (super-user only)" },
    { name: "preserve-timestamps", short: "p", help: "apply access/modification times of SOURCE files to corresponding destination files" },
    { name: "strip", short: "s", help: "strip symbol tables", fidelity: "ignored" },
    { name: "strip-program", argument: "PROGRAM", help: "program used to strip binaries", fidelity: "ignored" },
    ...TARGET_OPTIONS,
    { name: "verbose", short: "v", help: "print the name of each created file or directory" },
    { name: "preserve-context", help: "preserve SELinux security context", fidelity: "ignored" },
    {
      name: "context",
      short: "Z",
      help: "set SELinux security context of destination file and each created directory to default type",
      fidelity: "ignored",
    },
  ],
  completes: "files",
  *run(proc, options) {
    const text = options.value("mode") ?? "0755";
    const change = parseMode(text, 0);
    if (change === undefined) throw new Failure(`invalid mode ${curly(text)}`);
    const owner = ownerOf(proc, options);
    const told = function* (path: string): Run<void> {
      if (options.has("verbose")) yield* stdout(proc).print(`${ownName(proc)}: creating directory ${quote(path)}\n`);
    };
    if (options.has("directory"))
      return yield* directories(proc, someOperands(options.operands, "file operand"), change(0, true), owner, told);
    let destination: Destination;
    if (options.has("D") && options.operands.length === 2 && !options.has("target-directory")) {
      const [source = "", name = ""] = options.operands;
      const status = yield* leading(proc, name, told);
      if (status !== 0) return status;
      const isDirectory = !options.has("no-target-directory") && orUndefined(() => proc.sys.stat(name))?.type === "dir";
      destination = { sources: [source], directory: isDirectory ? name : undefined, name };
    } else {
      const into = options.value("target-directory");
      if (options.has("D") && into !== undefined) {
        const status = yield* leading(proc, `${into}/x`, told);
        if (status !== 0) return status;
      }
      destination = destinationOf(proc, options);
    }
    const copier = new Copier(
      proc,
      {
        recursive: false,
        follow: "all",
        preserveMode: false,
        preserveOwner: false,
        preserveTimes: options.has("preserve-timestamps"),
        preserveLinks: false,
        preserveXattrs: false,
        force: false,
        removeDestination: true,
        overwrite: "always",
        update: false,
        makes: "copies",
        attributesOnly: false,
        verbose: options.has("verbose"),
        oneFileSystem: false,
        backup: backupStyle(options, proc.env),
        move: false,
        noCopy: false,
        umask: 0,
      },
      new Answers(proc),
    );
    let status = 0;
    for (const source of destination.sources) {
      const name = nameFor(destination, source);
      if (orUndefined(() => proc.sys.stat(source))?.type === "dir") {
        yield* warn(proc, `omitting directory ${quote(source)}`);
        status = 1;
        continue;
      }
      if (!(yield* copier.copy(source, name)) || !(yield* finish(proc, name, change(0, false), owner))) status = 1;
    }
    return status;
  },
};

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

function ownerOf(proc: Process, options: ParsedOptions): Owner {
  const accounts = readAccounts(proc.sys);
  const user = options.value("owner");
  const group = options.value("group");
  const uid = user === undefined ? -1 : (accounts.userByName(user)?.uid ?? numeric(user));
  const gid = group === undefined ? -1 : (accounts.groupByName(group)?.gid ?? numeric(group));
  if (uid === undefined) throw new Failure(`invalid user ${quote(user ?? "")}`);
  if (gid === undefined) throw new Failure(`invalid group ${quote(group ?? "")}`);
  return { uid, gid };
}

function numeric(text: string): number | undefined {
  return /^[0-9]+$/.test(text) ? Number(text) : undefined;
}

/** Owner first, then mode, as chown(2) takes set-id bits away. */
function* finish(proc: Process, path: string, mode: number, owner: Owner): Run<boolean> {
  try {
    if (owner.uid >= 0 || owner.gid >= 0) proc.sys.lchown(path, owner.uid, owner.gid);
  } catch (error) {
    yield* warn(proc, `cannot change ownership of ${quote(path)}: ${reason(error)}`);
    return false;
  }
  try {
    proc.sys.chmod(path, mode);
  } catch (error) {
    yield* warn(proc, `cannot change permissions of ${quote(path)}: ${reason(error)}`);
    return false;
  }
  return true;
}

function* leading(proc: Process, path: string, told: (path: string) => Run<void>): Run<number> {
  try {
    yield* makeLeading(proc, path, told);
    return 0;
  } catch (error) {
    if (!(error instanceof AncestorError)) throw error;
    yield* warn(proc, `cannot create directory ${quote(error.ancestor)}: ${reason(error.cause)}`);
    return 1;
  }
}

function* directories(proc: Process, paths: readonly string[], mode: number, owner: Owner, told: (path: string) => Run<void>): Run<number> {
  let status = 0;
  for (const path of paths) {
    try {
      if (orUndefined(() => proc.sys.stat(path))?.type === "dir") proc.sys.chmod(path, mode);
      else yield* makeParents(proc, path, mode, told);
      if (owner.uid >= 0 || owner.gid >= 0) proc.sys.chown(path, owner.uid, owner.gid);
    } catch (error) {
      if (error instanceof AncestorError) {
        // install goes on to the permissions of what it could not make, and complains of those.
        const silent = isSysError(error.cause, "EROFS") && error.ancestor === path;
        yield* warn(
          proc,
          silent
            ? `cannot change permissions of ${curly(path)}: No such file or directory`
            : `cannot create directory ${curly(error.ancestor)}: ${reason(error.cause)}`,
        );
      } else yield* warn(proc, `cannot change permissions of ${curly(path)}: ${reason(error)}`);
      status = 1;
    }
  }
  return status;
}
