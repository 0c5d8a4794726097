/** execve(2)'s first half: what a file is, and which program runs for it. */
import { decodeUtf8, utf8Length } from "../base/utf8.ts";
import { SysError } from "../vfs/errno.ts";
import type { ProgramFile, Sys } from "../vfs/sys.ts";
import type { Credentials } from "../vfs/types.ts";
import { UNLIMITED, type Limits } from "./limits.ts";
import type { Program, Run } from "./program.ts";
import type { ProgramTable } from "./ports.ts";

export interface Executable {
  readonly program: Program;
  readonly argv: readonly string[];
  /** The binary that runs, which for a script is its interpreter. */
  readonly file: string;
  /** Of the process afterwards: a set-user-ID file changes them. */
  readonly credentials: Credentials;
  /** /proc/PID/comm: 15 bytes of the file's own name. */
  readonly name: string;
}

/** Linux follows at most this many `#!` lines (fs/exec.c). */
const MAX_INTERPRETERS = 5;
/** How much of a file the kernel looks at (BINPRM_BUF_SIZE), and more of ours, whose stand-ins say in words what they are. */
const HEAD_BYTES = 1024;

/** Finds what runs for `path`. Throws ENOENT, EACCES, ENOEXEC, ELOOP as execve(2) would. */
export function resolveExecutable(sys: Sys, programs: ProgramTable, path: string, argv: readonly string[]): Executable {
  let opened = sys.openProgram(path, HEAD_BYTES);
  const credentials = credentialsAfter(opened, sys.credentials);
  const name = path.slice(path.lastIndexOf("/") + 1).slice(0, 15);
  let file = path;
  let args = argv;
  for (let depth = 0; depth < MAX_INTERPRETERS; depth++) {
    if (depth > 0) opened = sys.openProgram(file, HEAD_BYTES);
    const head = decodeUtf8(opened.head);
    if (/^\u007fELF[^]*^program=/m.test(head)) return { program: programOf(head, programs), argv: args, file, credentials, name };
    if (!head.startsWith("#!")) throw new SysError("ENOEXEC", "execve", file);
    const line =
      head
        .slice(2)
        .split("\n", 1)[0]
        ?.replace(/^[ \t]+|[ \t]+$/g, "") ?? "";
    const [, interpreter = "", argument = ""] = /^([^ \t]*)[ \t]*(.*)$/s.exec(line) ?? [];
    // Where not even the line ends, the kernel opens the empty name, which is a directory.
    if (interpreter === "") throw new SysError(head.includes("\n") ? "ENOEXEC" : "EACCES", "execve", file);
    args = argument === "" ? [interpreter, file, ...args.slice(1)] : [interpreter, argument, file, ...args.slice(1)];
    file = interpreter;
  }
  throw new SysError("ELOOP", "execve", path);
}

/** Longest single string (MAX_ARG_STRLEN), with its NUL. */
const LONGEST_STRING = 131072;
const POINTER_BYTES = 8;
/** However large the stack may grow, no more than this counts (three quarters of _STK_LIM, times four). */
const MOST_STACK = 24 * 1024 * 1024;

/** Arguments and environment may take a quarter of the stack. E2BIG. */
export function checkArguments(path: string, argv: readonly string[], env: ReadonlyMap<string, string>, limits: Limits): void {
  let total = utf8Length(path) + 1;
  const count = (bytes: number): void => {
    if (bytes + 1 > LONGEST_STRING) throw new SysError("E2BIG", "execve", path);
    total += bytes + 1 + POINTER_BYTES;
  };
  for (const word of argv) count(utf8Length(word));
  for (const [name, value] of env) count(utf8Length(name) + 1 + utf8Length(value));
  if (total > Math.min(limits.get("STACK")?.soft ?? UNLIMITED, MOST_STACK) / 4) throw new SysError("E2BIG", "execve", path);
}

function programOf(head: string, programs: ProgramTable): Program {
  const name = /^program=(.*)$/m.exec(head)?.[1] ?? "";
  return programs.find(name) ?? unbuilt;
}

/** A binary that is in the image but not in the simulator. It says so rather than pretend. */
function* unbuilt(proc: { readonly argv: readonly string[]; printError(text: string): Run<void> }): Run<number> {
  yield* proc.printError(`${proc.argv[0] ?? "program"}: not part of the simulator yet\n`);
  return 126;
}

function credentialsAfter({ mode, uid, gid }: ProgramFile, own: Credentials): Credentials {
  const setUser = (mode & 0o4000) !== 0;
  const setGroup = (mode & 0o2010) === 0o2010;
  if (!setUser && !setGroup) return own;
  const after = setUser ? uid : own.uid;
  return { uid: after, gid: setGroup ? gid : own.gid, groups: own.groups, privileged: after === 0 };
}
