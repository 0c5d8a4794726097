/** Commands that are files. */
import type { Process, SpawnRequest } from "../machine/process.ts";
import { decodeUtf8 } from "../base/utf8.ts";
import type { Run } from "../machine/program.ts";
import { isSysError, type SysError } from "../vfs/errno.ts";
import { O } from "../vfs/types.ts";
import { ansiQuote, hasControls } from "./escapes.ts";
import { waitInForeground } from "./foreground.ts";
import { fork } from "./fork.ts";
import { callFunction } from "./function.ts";
import { findCommand } from "./lookup.ts";
import type { RunWordsOptions, Shell } from "./shell.ts";

/** Finds and runs `words`; with `last` in place of this process. Returns the status: 126 and 127 for what cannot run. */
export function* runExternal(shell: Shell, words: readonly string[], options: RunWordsOptions): Run<number> {
  const [name = ""] = words;
  const path = locate(shell, name, options.path);
  if (path === undefined) return yield* notFound(shell, words);
  const env = new Map(shell.variables.environment());
  for (const [functionName, text] of exportedFunctions(shell)) env.set(functionName, text);
  env.set("_", path);
  try {
    // In place only where nobody needs this shell any more, and no trap is due.
    if (options.last === true && shell.subshellLevel + Number(shell.commandsFrom === "string") > 0 && shell.state.traps.size === 0)
      return yield* replace(shell, path, words, env);
    const child = yield* start(shell, path, words, env);
    return yield* waitInForeground(
      shell,
      shell.jobs.add({
        group: shell.options.has("monitor") ? child.pid : 0,
        pids: [child.pid],
        text: shell.command,
        directory: shell.state.directory,
        isBackground: false,
      }),
    );
  } catch (error) {
    if (!isSysError(error) || !error.syscall.startsWith("exec")) {
      if (!isSysError(error, "ENOENT", "EACCES", "ENOEXEC", "ELOOP", "ENOTDIR")) throw error;
    }
    return yield* cannotRun(shell, path, error);
  }
}

/** As bash shows names in errors: control characters in `$'…'`. */
function printable(name: string): string {
  return hasControls(name) ? ansiQuote(name) : name;
}

function locate(shell: Shell, name: string, path: string | undefined): string | undefined {
  if (name.includes("/")) return name;
  if (name === "") return undefined;
  if (path !== undefined) return findCommand(shell, name, path);
  // Where one command alone has another PATH, nothing is remembered.
  if (shell.variables.isOfCommand("PATH")) return findCommand(shell, name);
  const hashed = shell.state.hash.get(name);
  if (hashed !== undefined) {
    hashed.hits++;
    return hashed.path;
  }
  const search = shell.variables.scalar("PATH");
  const found = findCommand(shell, name);
  // Without a PATH the current directory is searched, and what is missing is missed there.
  if (search === undefined || search === "") return found ?? name;
  if (found !== undefined && shell.options.has("hashall")) shell.state.hash.set(name, { path: found, hits: 1 });
  return found;
}

function* start(shell: Shell, path: string, words: readonly string[], env: ReadonlyMap<string, string>): Run<Process> {
  const group: Partial<SpawnRequest> = shell.options.has("monitor") ? { processGroup: 0 } : {};
  try {
    return yield* fork(shell, { argv: words, program: { path }, env, ...group });
  } catch (error) {
    if (!isSysError(error, "ENOEXEC") || isBinary(shell, path)) throw error;
    return yield* fork(shell, { argv: ["bash", path, ...words.slice(1)], program: shell.interpreter.program, env, ...group });
  }
}

/** A program in the shell's place counts no shell more. */
export function lowerLevel(env: Map<string, string>): void {
  const level = env.get("SHLVL");
  if (level !== undefined) env.set("SHLVL", String(Math.max(0, Number(level) - 1)));
}

function* replace(shell: Shell, path: string, words: readonly string[], env: Map<string, string>): Run<number> {
  try {
    shell.isReplaced = true;
    if (!shell.isStage) lowerLevel(env);
    return yield* shell.proc.exec(path, words, env);
  } catch (error) {
    shell.isReplaced = false;
    if (!isSysError(error, "ENOEXEC") || isBinary(shell, path)) throw error;
    const child = yield* fork(shell, { argv: ["bash", path, ...words.slice(1)], program: shell.interpreter.program, env });
    return yield* waitInForeground(
      shell,
      shell.jobs.add({ group: 0, pids: [child.pid], text: shell.command, directory: "", isBackground: false }),
    );
  }
}

/** What bash looks at of a file that the kernel does not run. */
function beginningOf(shell: Shell, path: string): string {
  const fd = shell.proc.sys.open(path, O.RDONLY | O.CLOEXEC);
  const head = shell.proc.sys.pread(fd, 80, 0);
  shell.proc.sys.close(fd);
  return decodeUtf8(head);
}

/** As bash guesses: a NUL in what it reads of the first line. */
export function isBinary(shell: Shell, path: string): boolean {
  try {
    const head = beginningOf(shell, path);
    return (head.split("\n", 1)[0] ?? "").includes("\0") || head.startsWith("\u007fELF");
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
}

function* notFound(shell: Shell, words: readonly string[]): Run<number> {
  const handler = shell.state.functions.get("command_not_found_handle");
  if (handler !== undefined) return yield* callFunction(shell, handler, words);
  yield* shell.complain(`${printable(words[0] ?? "")}: command not found`);
  return 127;
}

/** Words and status for an execve(2) that failed. */
export function* cannotRun(shell: Shell, path: string, error: SysError): Run<number> {
  const [text, status] = describeFailure(shell, path, error);
  yield* shell.complain(`${path}: ${text}`);
  return status;
}

function describeFailure(shell: Shell, path: string, error: SysError): readonly [text: string, status: number] {
  const type = typeOf(shell, path);
  if (error.errno === "ENOENT")
    return type === undefined ? ["No such file or directory", 127] : ["cannot execute: required file not found", 127];
  if (error.errno === "ENOEXEC") return ["cannot execute binary file: Exec format error", 126];
  if (type === "dir") return ["Is a directory", 126];
  const interpreter = interpreterOf(shell, path);
  return [interpreter === undefined ? error.text : `${interpreter}: bad interpreter: ${error.text}`, 126];
}

/** The word behind `#!` of a file that may be run; undefined where there is none. */
function interpreterOf(shell: Shell, path: string): string | undefined {
  try {
    shell.proc.sys.access(path, "X");
    return /^#![ \t]*([^ \t\n]*)[^]/.exec(beginningOf(shell, path))?.[1];
  } catch (error) {
    if (isSysError(error)) return undefined;
    throw error;
  }
}

function typeOf(shell: Shell, path: string): string | undefined {
  try {
    return shell.proc.sys.stat(path).type;
  } catch (error) {
    if (isSysError(error)) return undefined;
    throw error;
  }
}

/** `export -f`: functions travel as variables with names that no script can make. */
function exportedFunctions(shell: Shell): (readonly [string, string])[] {
  return [...shell.state.functions.values()]
    .filter((each) => each.exported)
    .map((each) => [`BASH_FUNC_${each.name}%%`, `() ${each.source.slice(each.node.body)}`] as const);
}
