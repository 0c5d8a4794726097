/** bash(1): the program. */
import type { Process } from "../machine/process.ts";
import type { Program, Run } from "../machine/program.ts";
import { readAccounts } from "../machine/users.ts";
import { decodeUtf8 } from "../base/utf8.ts";
import { isSysError } from "../vfs/errno.ts";
import { sourceFile } from "./builtins/evaluate.ts";
import { AbandonLine, ShellError } from "./errors.ts";
import { tilde } from "./expand/tilde.ts";
import { isBinary } from "./external.ts";
import { CommandLoop, plainReader } from "./interactive.ts";
import { makeInterpreter } from "./interpreter.ts";
import { LONG_OPTIONS, parseInvocation, type Invocation } from "./invocation.ts";
import { JobTable } from "./jobs.ts";
import { createCompleter, type CommandInfo } from "./readline/completion.ts";
import { createLineReader, type LineReader } from "./readline/line-reader.ts";
import { resetNesting, runWholeText } from "./run.ts";
import { baseName, Shell } from "./shell.ts";
import { SourceText } from "./source.ts";
import { initializeVariables, installSpecialVariables, VERSION, VERSION_TEXT } from "./special-variables.ts";
import { defineFunction, ShellState } from "./state.ts";
import { runToEnd, statusOfError } from "./subshell.ts";
import { armTrap } from "./traps.ts";

export interface BashOptions {
  /** What completion knows of a program. */
  readonly command?: (name: string) => CommandInfo | undefined;
}

/** bash and, by its name, sh. */
export function makeBash(options: BashOptions = {}): Program {
  const program: Program = function* (proc) {
    const invocation = parseInvocation(proc.argv);
    const name = proc.argv[0] ?? "bash";
    if (typeof invocation === "string") {
      yield* proc.printError(
        `${baseName(name)}: ${invocation}\n${invocation.endsWith("invalid option") ? usage(name) + optionList() : ""}`,
      );
      return 2;
    }
    if (invocation.shows !== undefined) {
      yield* proc.print(invocation.shows === "version" ? versionText() : usage(name));
      return 0;
    }
    const shell = makeShell(proc, program, invocation);
    return yield* runToEnd(shell, runInvocation(shell, invocation, options));
  };
  return program;
}

/** bash without knowledge of other programs' options. */
export const bash: Program = makeBash();

function usage(name: string): string {
  return `Usage:\t${name} [GNU long option] [option] ...\n\t${name} [GNU long option] [option] script-file ...\n`;
}

function optionList(): string {
  const long = LONG_OPTIONS.map((option) => `\t--${option}\n`).join("");
  const letters = "abefhkmnptuvxBCEHPT";
  return `GNU long options:\n${long}Shell options:\n\t-ilrsD or -c command or -O shopt_option\t\t(invocation only)\n\t-${letters} or -o option\n`;
}

function versionText(): string {
  return (
    `GNU bash, version ${VERSION_TEXT} (${VERSION.machine})\nCopyright (C) 2022 Free Software Foundation, Inc.\n` +
    "License GPLv3+: GNU GPL version 3 or later <http://gnu.org/licenses/gpl.html>\n\n" +
    "This is free software; you are free to change and redistribute it.\nThere is NO WARRANTY, to the extent permitted by law.\n"
  );
}

/** A shell on `proc` with what it takes from its environment and its command line. */
function makeShell(proc: Process, program: Program, invocation: Invocation): Shell {
  const state = new ShellState();
  const shell = new Shell(proc, state, makeInterpreter(program), new JobTable(), new SourceText(""));
  const name = proc.argv[0] ?? "bash";
  const [first, ...rest] = invocation.operands;
  const isScript = invocation.command === undefined && !invocation.readsInput && first !== undefined;
  state.name = (invocation.command !== undefined || isScript ? first : undefined) ?? name;
  state.positional = isScript || invocation.command !== undefined ? rest : invocation.operands;
  shell.commandsFrom = invocation.command !== undefined ? "string" : isScript ? "file" : "input";
  shell.isLogin = invocation.isLogin;
  shell.interactive = invocation.isInteractive || (shell.commandsFrom === "input" && isTerminal(proc, 0) && isTerminal(proc, 2));
  if (isScript) shell.frames = [{ kind: "main", name: "main", file: first, callLine: 0 }];
  state.directory = workingDirectory(proc, shell.isLogin && shell.interactive);
  state.secondsBase = proc.now().sec;
  if (shell.interactive) state.options.becomeInteractive(proc.tty !== undefined && isTerminal(proc, 2));
  if (!invocation.editsLines) state.options.set("emacs", false);
  if (baseName(name).replace(/^-/, "") === "sh") state.options.set("posix", true);
  for (const { kind, name: option, on } of invocation.settings) {
    if (kind === "set") state.options.set(option, on);
    else state.options.setShopt(option, on);
  }
  if (invocation.isLogin) state.options.setShopt("login_shell", true);
  initializeVariables(shell, proc.env);
  installSpecialVariables(shell);
  shell.variables.assign("PWD", state.directory);
  shell.variables.declare("PWD", "global").exported = true;
  shell.variables.declare("OLDPWD", "global").exported = true;
  if (shell.variables.scalar("HOME") === undefined && invocation.isLogin) shell.variables.assign("HOME", tilde(shell, ""));
  importFunctions(shell, proc.env);
  if (invocation.command !== undefined) shell.variables.assign("BASH_EXECUTION_STRING", invocation.command);
  return shell;
}

/** `$PWD` when it still names where we are; for a login shell that starts at home, home; else the kernel's own name. */
function workingDirectory(proc: Process, isLogin: boolean): string {
  const inherited = proc.env.get("PWD");
  try {
    if (inherited?.startsWith("/") === true) {
      const there = proc.sys.stat(inherited);
      const here = proc.sys.stat(".");
      if (there.dev === here.dev && there.ino === here.ino) return inherited;
    }
    return (isLogin ? homeLink(proc) : undefined) ?? proc.sys.getcwd();
  } catch (error) {
    if (!isSysError(error)) throw error;
    return inherited ?? "/";
  }
}

/** $HOME, when that is where we are. */
function homeLink(proc: Process): string | undefined {
  const home = proc.env.get("HOME") ?? readAccounts(proc.sys).userById(proc.sys.credentials.uid)?.home;
  if (home === undefined) return undefined;
  try {
    const there = proc.sys.stat(home);
    const here = proc.sys.stat(".");
    return there.dev === here.dev && there.ino === here.ino ? home : undefined;
  } catch (error) {
    if (isSysError(error)) return undefined;
    throw error;
  }
}

function isTerminal(proc: Process, fd: number): boolean {
  try {
    return proc.sys.isatty(fd);
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
}

function importFunctions(shell: Shell, environment: ReadonlyMap<string, string>): void {
  for (const [key, value] of environment) {
    const name = /^BASH_FUNC_(.+)%%$/.exec(key)?.[1];
    if (name === undefined) continue;
    const found = defineFunction(`${name} ${value}`, 0, "environment");
    if (found !== undefined) shell.state.functions.set(name, { ...found, exported: true });
  }
}

function* runInvocation(shell: Shell, invocation: Invocation, options: BashOptions): Run<number> {
  if (shell.interactive) {
    yield* waitForTerminal(shell);
    becomeInteractive(shell);
    if (!shell.options.has("monitor")) {
      const words = `${shell.errorPrefix()}cannot set terminal process group (-1): Inappropriate ioctl for device\n${shell.errorPrefix()}no job control in this shell\n`;
      yield* shell.writeError(words);
    }
  }
  yield* readStartupFiles(shell, invocation);
  if (invocation.command !== undefined) return yield* runWholeText(shell, invocation.command, { label: "-c", last: true }, 127);
  if (shell.commandsFrom === "file") return yield* runScriptFile(shell, shell.state.name);
  if (!shell.interactive) return yield* new CommandLoop(shell, plainReader(shell.proc, 0)).run();
  yield* shell.state.history.load(shell.proc);
  return yield* runAtTerminal(shell, new CommandLoop(shell, makeReader(shell, options)));
}

/** A login shell on `proc` that has read nothing yet. */
export function makeLoginShell(proc: Process, program: Program): Shell {
  const shell = makeShell(proc, program, loginInvocation(proc));
  becomeInteractive(shell);
  return shell;
}

/** Reads what a login shell reads first. */
export function* startLogin(shell: Shell): Run<void> {
  yield* readStartupFiles(shell, loginInvocation(shell.proc));
  yield* shell.state.history.load(shell.proc);
}

function loginInvocation(proc: Process): Invocation {
  const invocation = parseInvocation(proc.argv);
  if (typeof invocation === "string") throw new Error(`internal error: login shell with ${invocation}`);
  return { ...invocation, isLogin: true, isInteractive: true };
}

/** A shell that was started in the background stops until it is brought to the front. */
function* waitForTerminal(shell: Shell): Run<void> {
  const { proc } = shell;
  while (shell.options.has("monitor") && proc.tty !== undefined && proc.tty.foregroundGroup !== proc.processGroup) {
    proc.onSignal("TTIN", "default");
    proc.kill(-proc.processGroup, "TTIN");
    yield* proc.tick();
  }
}

/** Listens to signals as an interactive shell does, and takes the terminal. */
export function becomeInteractive(shell: Shell): void {
  for (const signal of ["INT", "QUIT", "TERM", "TSTP", "TTIN", "TTOU"] as const) armTrap(shell, signal);
  if (shell.options.has("monitor")) {
    if (shell.proc.processGroup !== shell.proc.pid) shell.proc.setProcessGroup(0, 0);
    shell.proc.setForeground(shell.proc.processGroup);
  }
}

/** Runs `loop`; at its end the history is written and ~/.bash_logout is read. */
export function* runAtTerminal(shell: Shell, loop: CommandLoop): Run<number> {
  try {
    return yield* loop.run();
  } finally {
    if (!shell.isReplaced) yield* finish(shell);
  }
}

function* finish(shell: Shell): Run<void> {
  yield* shell.state.history.append(shell.proc);
  if (shell.isLogin) yield* sourceIfThere(shell, `${tilde(shell, "")}/.bash_logout`);
}

/** A reader for this shell's terminal, or for a standard input that is none. */
export function makeReader(shell: Shell, options: BashOptions): LineReader {
  const { state, proc } = shell;
  return createLineReader(proc, {
    history: state.history,
    editsLines: () => state.options.has("emacs") || state.options.has("vi"),
    expandsHistory: () => state.options.has("histexpand") && !shell.readsHereDoc,
    errorPrefix: () => shell.errorPrefix(),
    expandTilde: (word) => {
      const expanded = tilde(shell, word.replace(/^~/, ""));
      return expanded.startsWith("~") ? undefined : expanded;
    },
    complete: createCompleter({
      sys: proc.sys,
      builtins: () => shell.interpreter.builtins.keys(),
      functions: () => state.functions.keys(),
      aliases: () => state.aliases.keys(),
      alias: (name) => state.aliases.get(name),
      variables: () => state.variables.names(),
      variable: (name) => state.variables.scalar(name),
      users: () => readAccounts(proc.sys).users,
      command: (name) => options.command?.(name),
    }),
  });
}

function* readStartupFiles(shell: Shell, invocation: Invocation): Run<void> {
  if (invocation.isLogin) {
    if (!invocation.readsProfile) return;
    yield* sourceIfThere(shell, "/etc/profile");
    const home = tilde(shell, "");
    for (const name of [".bash_profile", ".bash_login", ".profile"]) if (yield* sourceIfThere(shell, `${home}/${name}`)) return;
    return;
  }
  if (shell.interactive) {
    if (invocation.readsRc) yield* sourceIfThere(shell, invocation.rcFile ?? `${tilde(shell, "")}/.bashrc`);
    return;
  }
  const file = shell.variables.scalar("BASH_ENV");
  if (file !== undefined && file !== "" && !shell.options.has("posix")) yield* sourceIfThere(shell, file);
}

/** Sources a file that may be missing. Whether it was there. */
function* sourceIfThere(shell: Shell, path: string): Run<boolean> {
  try {
    shell.proc.sys.access(path, "R");
    if (shell.proc.sys.stat(path).type === "dir") return false;
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
  try {
    yield* sourceFile(shell, "source", path, []);
  } catch (error) {
    if (!(error instanceof ShellError || error instanceof AbandonLine)) throw error;
    yield* statusOfError(shell, error);
    resetNesting(shell);
  }
  shell.state.status = 0;
  return true;
}

/** Runs the script `path`; 127 and 126 where it cannot be read. */
function* runScriptFile(shell: Shell, path: string): Run<number> {
  const { proc } = shell;
  const name = baseName(proc.argv[0] ?? "bash");
  let text: string;
  try {
    if (proc.sys.stat(path).type === "dir") {
      yield* proc.printError(`${path}: ${path}: Is a directory\n`);
      return 126;
    }
    text = decodeUtf8(yield* proc.readFile(path));
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* proc.printError(`${name}: ${path}: ${error.text}\n`);
    return error.errno === "ENOENT" ? 127 : 126;
  }
  if (isBinary(shell, path)) {
    yield* proc.printError(`${path}: ${path}: cannot execute binary file\n`);
    return 126;
  }
  return yield* runWholeText(shell, text, {}, 1);
}
