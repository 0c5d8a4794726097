/** cd, pwd and the directory stack. */
import { fail, parseOptions, usageError, type OrdinaryBuiltin } from "../builtin.ts";
import { isSysError, strerror } from "../../vfs/errno.ts";
import type { Run } from "../../machine/program.ts";
import type { Shell } from "../shell.ts";

/** `path` from `base` with `.` and `..` resolved in the text, as `cd -L` does. */
export function logicalPath(base: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${base}/${path}`).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return "/" + parts.join("/");
}

/** Goes to `path` and keeps PWD and OLDPWD. Throws SysError. */
function change(shell: Shell, path: string, physical: boolean): void {
  const { sys } = shell.proc;
  const old = shell.state.directory;
  if (physical) {
    sys.chdir(path);
    shell.state.directory = sys.getcwd();
  } else {
    const logical = logicalPath(old, path);
    try {
      sys.chdir(logical);
      shell.state.directory = logical;
    } catch (error) {
      // The kernel may find by another way what the text cannot (a removed parent).
      if (!isSysError(error, "ENOENT")) throw error;
      sys.chdir(path);
      shell.state.directory = sys.getcwd();
    }
  }
  shell.variables.assign("OLDPWD", shell.variables.scalar("PWD") ?? old);
  shell.variables.assign("PWD", shell.state.directory);
  for (const name of ["PWD", "OLDPWD"]) shell.variables.declare(name, "global").exported = true;
}

const cd: OrdinaryBuiltin = {
  name: "cd",
  usage: "cd [-L|[-P [-e]] [-@]] [dir]",
  summary: "Change the shell working directory.",
  *run(shell, args) {
    const options = parseOptions(args, "LPe@");
    if (typeof options === "string") return yield* usageError(shell, cd, options);
    if (options.operands.length > 1) return yield* fail(shell, "cd", "too many arguments");
    const physical = options.given.reduce(
      (value, { letter }) => (letter === "P" ? true : letter === "L" ? false : value),
      shell.options.has("physical"),
    );
    let [target] = options.operands;
    let shows = false;
    if (target === undefined) {
      target = shell.variables.scalar("HOME");
      if (target === undefined) return yield* fail(shell, "cd", "HOME not set");
    } else if (target === "-") {
      target = shell.variables.scalar("OLDPWD");
      if (target === undefined) return yield* fail(shell, "cd", "OLDPWD not set");
      shows = true;
    } else if (!/^(?:\/|\.\.?(?:\/|$))/.test(target)) {
      const found = yield* searchCdPath(shell, target, physical);
      if (found) return 0;
    }
    if (target === "") {
      if (shows) yield* shell.proc.print("\n");
      return 0;
    }
    try {
      change(shell, target, physical);
    } catch (error) {
      if (!isSysError(error)) throw error;
      return yield* fail(shell, "cd", `${target}: ${error.text}`);
    }
    if (shows) yield* shell.proc.print(`${shell.state.directory}\n`);
    return 0;
  },
};

/** Tries the directories of CDPATH. */
function* searchCdPath(shell: Shell, target: string, physical: boolean): Run<boolean> {
  const path = shell.variables.scalar("CDPATH");
  if (path === undefined || path === "") return false;
  for (const directory of path.split(":")) {
    const candidate = directory === "" ? target : `${directory.replace(/\/$/, "")}/${target}`;
    try {
      change(shell, candidate, physical);
    } catch (error) {
      if (!isSysError(error)) throw error;
      continue;
    }
    if (directory !== "" && directory !== ".") yield* shell.proc.print(`${shell.state.directory}\n`);
    return true;
  }
  return false;
}

const pwd: OrdinaryBuiltin = {
  name: "pwd",
  usage: "pwd [-LP]",
  summary: "Print the name of the current working directory.",
  *run(shell, args) {
    const options = parseOptions(args, "LP");
    if (typeof options === "string") return yield* usageError(shell, pwd, options);
    const physical = options.given.reduce((value, { letter }) => letter === "P", shell.options.has("physical"));
    try {
      yield* shell.proc.print(`${physical ? shell.proc.sys.getcwd() : shell.state.directory}\n`);
      return 0;
    } catch (error) {
      if (!isSysError(error, "ENOENT")) throw error;
      yield* shell.complain(`pwd: error retrieving current directory: getcwd: cannot access parent directories: ${strerror("ENOENT")}`);
      return 1;
    }
  },
};

function withTilde(shell: Shell, directory: string): string {
  const home = shell.variables.scalar("HOME");
  return home !== undefined && home !== "/" && (directory === home || directory.startsWith(home + "/"))
    ? "~" + directory.slice(home.length)
    : directory;
}

function* showStack(shell: Shell, letters: { has(letter: string): boolean } = { has: () => false }): Run<number> {
  const stack = [shell.state.directory, ...shell.state.directoryStack].map((each) => (letters.has("l") ? each : withTilde(shell, each)));
  if (letters.has("v")) yield* shell.proc.print(stack.map((each, i) => `${String(i).padStart(2)}  ${each}\n`).join(""));
  else yield* shell.proc.print(stack.join(letters.has("p") ? "\n" : " ") + "\n");
  return 0;
}

/** The place in the stack that `+n` or `-n` names; undefined when out of range. */
function stackIndex(shell: Shell, text: string): number | undefined {
  const size = shell.state.directoryStack.length + 1;
  const index = text.startsWith("+") ? Number(text.slice(1)) : size - 1 - Number(text.slice(1));
  return index >= 0 && index < size ? index : undefined;
}

function* go(shell: Shell, name: string, directory: string): Run<boolean> {
  try {
    change(shell, directory, shell.options.has("physical"));
    return true;
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* shell.complain(`${name}: ${directory}: ${error.text}`);
    return false;
  }
}

const pushd: OrdinaryBuiltin = {
  name: "pushd",
  usage: "pushd [-n] [+N | -N | dir]",
  summary: "Add directories to stack.",
  *run(shell, args) {
    const stays = args[0] === "-n";
    const [target] = stays ? args.slice(1) : args;
    const stack = [shell.state.directory, ...shell.state.directoryStack];
    if (target === undefined || /^[-+]\d+$/.test(target)) {
      if (target === undefined && stack.length < 2) return yield* fail(shell, "pushd", "no other directory");
      const index = target === undefined ? 1 : stackIndex(shell, target);
      if (index === undefined)
        return yield* fail(
          shell,
          "pushd",
          stack.length < 2 ? "directory stack empty" : `${target ?? ""}: directory stack index out of range`,
        );
      const rotated =
        target === undefined ? [stack[1] ?? "/", stack[0] ?? "/", ...stack.slice(2)] : [...stack.slice(index), ...stack.slice(0, index)];
      if (!(yield* go(shell, "pushd", rotated[0] ?? "/"))) return 1;
      shell.state.directoryStack = rotated.slice(1);
      return yield* showStack(shell);
    }
    if (stays) shell.state.directoryStack = [target, ...shell.state.directoryStack];
    else {
      const from = shell.state.directory;
      if (!(yield* go(shell, "pushd", target === "-" ? (shell.variables.scalar("OLDPWD") ?? "") : target))) return 1;
      shell.state.directoryStack = [from, ...shell.state.directoryStack];
    }
    return yield* showStack(shell);
  },
};

const popd: OrdinaryBuiltin = {
  name: "popd",
  usage: "popd [-n] [+N | -N]",
  summary: "Remove directories from stack.",
  *run(shell, args) {
    const stays = args[0] === "-n";
    const [target = "+0"] = stays ? args.slice(1) : args;
    if (shell.state.directoryStack.length === 0) return yield* fail(shell, "popd", "directory stack empty");
    if (!/^[-+]\d+$/.test(target)) return yield* usageError(shell, popd, `${target}: invalid argument`);
    const index = stackIndex(shell, target);
    if (index === undefined) return yield* fail(shell, "popd", `${target}: directory stack index out of range`);
    const stack = [shell.state.directory, ...shell.state.directoryStack];
    const removed = stays && index === 0 ? 1 : index;
    stack.splice(removed, 1);
    if (removed === 0 && !(yield* go(shell, "popd", stack[0] ?? "/"))) return 1;
    shell.state.directoryStack = stack.slice(1);
    return yield* showStack(shell);
  },
};

const dirs: OrdinaryBuiltin = {
  name: "dirs",
  usage: "dirs [-clpv] [+N] [-N]",
  summary: "Display directory stack.",
  *run(shell, args) {
    const [first] = args;
    if (first !== undefined && /^[-+]\d+$/.test(first)) {
      const index = stackIndex(shell, first);
      if (index === undefined) return yield* fail(shell, "dirs", `${first.slice(1)}: directory stack index out of range`);
      yield* shell.proc.print(`${withTilde(shell, [shell.state.directory, ...shell.state.directoryStack][index] ?? "")}\n`);
      return 0;
    }
    const options = parseOptions(args, "clpv");
    if (typeof options === "string") return yield* usageError(shell, dirs, options.replace(": invalid option", ": invalid number"));
    if (options.has("c")) {
      shell.state.directoryStack = [];
      return 0;
    }
    return yield* showStack(shell, options);
  },
};

export const directoryBuiltins = [cd, pwd, pushd, popd, dirs];
