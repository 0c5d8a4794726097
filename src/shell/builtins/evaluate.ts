/** eval, source, exec, command, builtin. */
import { endIfSpecial, fail, parseOptions, usageError, type OrdinaryBuiltin } from "../builtin.ts";
import { decodeUtf8 } from "../../base/utf8.ts";
import { ExitShell, ReturnJump, ShellError } from "../errors.ts";
import { isSysError, strerror, type SysError } from "../../vfs/errno.ts";
import { cannotRun, isBinary, lowerLevel } from "../external.ts";
import { findAll, findCommand } from "../lookup.ts";
import type { Run } from "../../machine/program.ts";
import type { Shell } from "../shell.ts";
import { runReturnTrap } from "../traps.ts";
import { logicalPath } from "./directory.ts";
import { describeCommand } from "./type.ts";

const evalBuiltin: OrdinaryBuiltin = {
  name: "eval",
  usage: "eval [arg ...]",
  summary: "Execute arguments as a shell command.",
  special: true,
  *run(shell, args) {
    const options = parseOptions(args, "");
    if (typeof options === "string") return yield* usageError(shell, evalBuiltin, options);
    const words = options.operands;
    return yield* shell.interpreter.runText(shell, words.join(" "), { firstLine: shell.source.lineAt(shell.commandEnd), label: "eval" });
  },
};

function makeSource(name: "source" | "."): OrdinaryBuiltin {
  const builtin: OrdinaryBuiltin = {
    name,
    usage: `${name} filename [arguments]`,
    summary: "Execute commands from a file in the current shell.",
    special: true,
    *run(shell, args) {
      const options = parseOptions(args, "");
      if (typeof options === "string") return yield* usageError(shell, builtin, options);
      const [file, ...rest] = options.operands;
      if (file === undefined) return yield* usageError(shell, builtin, "filename argument required");
      const inPath = file.includes("/") || !shell.options.shopt("sourcepath") ? file : findSourced(shell, file);
      // POSIX mode does not look in the current directory, and ends a script for it.
      if (inPath === undefined && shell.options.has("posix")) {
        yield* shell.complain(`${name}: ${file}: file not found`);
        endIfSpecial(shell, builtin, 1);
        return 1;
      }
      const path = inPath ?? file;
      return yield* sourceFile(shell, name, path, rest);
    },
  };
  return builtin;
}

function findSourced(shell: Shell, name: string): string | undefined {
  const path = shell.variables.scalar("PATH");
  return findAll(shell.proc.sys, name, path)[0] ?? findCommand(shell, name, path);
}

/** Runs a file in this shell, with `args` as positional parameters when there are any. */
export function* sourceFile(shell: Shell, name: string, path: string, args: readonly string[]): Run<number> {
  let text: string;
  try {
    if (shell.proc.sys.stat(path).type === "dir") return yield* fail(shell, name, `${path}: is a directory`);
    text = decodeUtf8(yield* shell.proc.readFile(path));
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* shell.complain(name === "." || name === "source" ? `${path}: ${error.text}` : `${name}: ${path}: ${error.text}`);
    return 1;
  }
  if (text.slice(0, 80).includes("\0")) return yield* fail(shell, name, `${path}: cannot execute binary file`, 126);
  const { frames, state, loopDepth, line } = shell;
  const { positional } = state;
  if (args.length > 0) state.positional = args;
  shell.frames = [...frames, { kind: "source", name: "source", file: path, callLine: line }];
  shell.loopDepth = 0;
  let ends = false;
  try {
    yield* shell.interpreter.runText(shell, text);
    yield* runReturnTrap(shell);
    return state.status;
  } catch (error) {
    if (error instanceof ShellError) error.prefix ??= shell.errorPrefix();
    ends = error instanceof ExitShell;
    if (!(error instanceof ReturnJump)) throw error;
    state.status = error.status;
    yield* runReturnTrap(shell);
    return state.status;
  } finally {
    if (!ends) {
      shell.frames = frames;
      shell.loopDepth = loopDepth;
      shell.line = line;
      if (args.length > 0) state.positional = positional;
    }
  }
}

const exec: OrdinaryBuiltin = {
  name: "exec",
  usage: "exec [-cl] [-a name] [command [argument ...]] [redirection ...]",
  summary: "Replace the shell with the given command.",
  special: true,
  *run(shell, args) {
    const options = parseOptions(args, "cla:");
    if (typeof options === "string") return yield* usageError(shell, exec, options);
    const [command, ...rest] = options.operands;
    if (command === undefined) return 0;
    const path = findCommand(shell, command);
    if (path === undefined) {
      yield* shell.complain(`exec: ${command}: not found`);
      return unlessInteractive(shell, 127);
    }
    const name = options.argument("a") ?? command;
    const env = options.has("c") ? new Map<string, string>() : shell.variables.environment();
    if (!options.has("c")) env.set("_", path);
    lowerLevel(env);
    try {
      const argv = [options.has("l") ? `-${name}` : name, ...rest];
      throw new ExitShell(yield* replaceBy(shell, path, argv, env));
    } catch (error) {
      if (!isSysError(error)) throw error;
      const full = path.startsWith("/") ? path : logicalPath(shell.state.directory, path);
      const status = yield* cannotRun(shell, full, error);
      if (status === 126 && error.errno !== "ENOEXEC")
        yield* shell.complain(`exec: ${full}: cannot execute: ${reason(shell, full, error)}`);
      return unlessInteractive(shell, status);
    }
  },
};

function* replaceBy(shell: Shell, path: string, argv: readonly string[], env: ReadonlyMap<string, string>): Run<number> {
  const wasTrapped = new Map(shell.state.traps);
  try {
    shell.state.traps.clear();
    shell.isReplaced = true;
    return yield* shell.proc.exec(path, argv, env);
  } catch (error) {
    shell.isReplaced = false;
    shell.state.traps = wasTrapped;
    if (!isSysError(error, "ENOEXEC") || isBinary(shell, path)) throw error;
    // A file without `#!`: the shell itself becomes the one that runs it.
    shell.isReplaced = true;
    return yield* shell.proc.exec("/usr/bin/bash", ["bash", path, ...argv.slice(1)], env);
  }
}

function reason(shell: Shell, path: string, error: SysError): string {
  return isDirectory(shell, path) ? strerror("EISDIR") : error.text;
}

function isDirectory(shell: Shell, path: string): boolean {
  try {
    return shell.proc.sys.stat(path).type === "dir";
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
}

/** A failed `exec` ends a shell that is not interactive. */
function unlessInteractive(shell: Shell, status: number): number {
  if (shell.interactive || shell.options.shopt("execfail")) return status;
  throw new ExitShell(status);
}

/** What `command -p` searches: a path that finds the standard utilities. */
const STANDARD_PATH = "/bin:/usr/bin";

const command: OrdinaryBuiltin = {
  name: "command",
  usage: "command [-pVv] command [arg ...]",
  summary: "Execute a simple command or display information about commands.",
  *run(shell, args) {
    const options = parseOptions(args, "pVv");
    if (typeof options === "string") return yield* usageError(shell, command, options);
    if (options.operands.length === 0) return 0;
    if (options.has("v") || options.has("V")) {
      let status = 1;
      for (const name of options.operands) {
        const found = describeCommand(shell, name, options.has("V") ? "long" : "short", options.has("p") ? STANDARD_PATH : undefined);
        if (found !== undefined) {
          yield* shell.proc.print(found + "\n");
          status = 0;
        } else if (options.has("V")) yield* shell.complain(`command: ${name}: not found`);
      }
      return status;
    }
    return yield* shell.interpreter.runWords(shell, options.operands, {
      functions: false,
      builtins: true,
      external: true,
      ...(options.has("p") ? { path: STANDARD_PATH } : {}),
    });
  },
};

const builtin: OrdinaryBuiltin = {
  name: "builtin",
  usage: "builtin [shell-builtin [arg ...]]",
  summary: "Execute shell builtins.",
  *run(shell, args) {
    const words = args[0] === "--" ? args.slice(1) : args;
    if (words.length === 0) return 0;
    return yield* shell.interpreter.runWords(shell, words, { functions: false, builtins: true, external: false });
  },
};

export const evaluateBuiltins = [evalBuiltin, makeSource("source"), makeSource("."), exec, command, builtin];
