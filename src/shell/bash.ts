/** bash(1): the program. */
import type { Process } from "../machine/process.ts";
import type { Program, Run } from "../machine/program.ts";
import type { Resource } from "../machine/resource.ts";
import { readAccounts } from "../machine/users.ts";
import { decodeUtf8 } from "../base/utf8.ts";
import { isSysError } from "../vfs/errno.ts";
import { tilde } from "./expand/tilde.ts";
import { isBinary } from "./external.ts";
import { CommandLoop, plainReader } from "./interactive.ts";
import { makeInterpreter } from "./interpreter.ts";
import { LONG_OPTIONS, parseInvocation, type Invocation } from "./invocation.ts";
import { JobTable } from "./jobs.ts";
import { createCompleter, type CompletionSources } from "./readline/completion.ts";
import { createLineReader, type LineReader } from "./readline/line-reader.ts";
import { runWholeText } from "./run.ts";
import { SET_NAMES, SHOPT_NAMES } from "./options.ts";
import { baseName, Shell, type CompilePattern } from "./shell.ts";
import { SourceText } from "./source.ts";
import { initializeVariables, installSpecialVariables, TOO_DEEP, VERSION, VERSION_TEXT } from "./special-variables.ts";
import { defineFunction, ShellState } from "./state.ts";
import { readLogoutFile, readStartupFiles } from "./startup-files.ts";
import { runToEnd } from "./subshell.ts";
import { armTrap } from "./traps.ts";

export interface BashOptions {
  /** What completion knows of a program. */
  readonly command?: CompletionSources["command"];
  readonly patterns: Resource<CompilePattern>;
}

/** bash and, by its name, sh. */
export function makeBash(options: BashOptions): Program {
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
    const shell = makeShell(proc, program, invocation, options);
    return yield* runToEnd(shell, runInvocation(shell, invocation, options));
  };
  return program;
}

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
function makeShell(proc: Process, program: Program, invocation: Invocation, { patterns }: BashOptions): Shell {
  const state = new ShellState();
  const shell = new Shell(proc, state, makeInterpreter(program, patterns), new JobTable(), new SourceText(""));
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
  for (const option of (proc.env.get("SHELLOPTS") ?? "").split(":")) if (SET_NAMES.includes(option)) state.options.set(option, true);
  for (const option of (proc.env.get("BASHOPTS") ?? "").split(":")) if (SHOPT_NAMES.includes(option)) state.options.setShopt(option, true);
  for (const { kind, name: option, on } of invocation.settings) {
    if (kind === "set") state.options.set(option, on);
    else state.options.setShopt(option, on);
  }
  if (invocation.isLogin) state.options.setShopt("login_shell", true);
  initializeVariables(shell, proc.env);
  installSpecialVariables(shell);
  shell.variables.assign("PWD", state.directory);
  shell.variables.declare("PWD", "global").exported = true;
  const old = shell.variables.declare("OLDPWD", "global");
  old.exported = true;
  if (typeof old.value === "string" && !isDirectory(proc, old.value)) old.value = undefined;
  if (shell.variables.scalar("HOME") === undefined && invocation.isLogin) shell.variables.assign("HOME", tilde(shell, ""));
  importFunctions(shell, proc.env);
  if (invocation.command !== undefined) shell.variables.assign("BASH_EXECUTION_STRING", invocation.command);
  return shell;
}

/** `$PWD` when it still names where we are; for a login shell that starts at home, home; else the kernel's own name. */
function workingDirectory(proc: Process, isLogin: boolean): string {
  const inherited = proc.env.get("PWD");
  if (inherited?.startsWith("/") === true && isHere(proc, inherited)) return inherited;
  try {
    return (isLogin ? homeLink(proc) : undefined) ?? proc.sys.getcwd();
  } catch (error) {
    if (!isSysError(error)) throw error;
    return inherited ?? "/";
  }
}

/** $HOME, when that is where we are. */
function homeLink(proc: Process): string | undefined {
  const home = proc.env.get("HOME") ?? readAccounts(proc.sys).userById(proc.sys.credentials.uid)?.home;
  return home !== undefined && isHere(proc, home) ? home : undefined;
}

/** Whether `path` is the working directory. */
function isHere(proc: Process, path: string): boolean {
  try {
    const there = proc.sys.stat(path);
    const here = proc.sys.stat(".");
    return there.dev === here.dev && there.ino === here.ino;
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
}

function isDirectory(proc: Process, path: string): boolean {
  try {
    return proc.sys.stat(path).type === "dir";
  } catch (error) {
    if (isSysError(error)) return false;
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
  const level = Number(shell.proc.env.get("SHLVL") ?? 0) + 1;
  if (level >= TOO_DEEP)
    yield* shell.writeError(`${baseName(shell.state.name)}: warning: shell level (${level}) too high, resetting to 1\n`);
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
export function makeLoginShell(proc: Process, program: Program, options: BashOptions): Shell {
  const shell = makeShell(proc, program, loginInvocation(proc), options);
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
  yield* readLogoutFile(shell);
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
      *command(name) {
        return options.command === undefined ? undefined : yield* options.command(name);
      },
    }),
  });
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
