/** One shell process: its state, its process, and where it is in the text that it runs. */
import type { CompoundList, Script, Statement } from "unbash";
import type { Process } from "../machine/process.ts";
import type { Program, Run } from "../machine/program.ts";
import type { Resource } from "../machine/resource.ts";
import type { SignalDisposition } from "../machine/process.ts";
import type { Signal } from "../machine/signals.ts";
import { isSysError } from "../vfs/errno.ts";
import type { Expression } from "./arithmetic.ts";
import { BoundedCache } from "./bounded-cache.ts";
import type { Builtin } from "./builtin.ts";
import { stateOf, type JobTable } from "./jobs.ts";
import type { ShellError } from "./errors.ts";
import { SET_LETTERS, type Options } from "./options.ts";
import { commandText } from "./print.ts";
import type { SourceText } from "./source.ts";
import type { ParsedFragment } from "./syntax.ts";
import type { ShellState } from "./state.ts";

/** One level of FUNCNAME, BASH_SOURCE and `caller`. */
export interface Frame {
  readonly kind: "main" | "function" | "source";
  /** FUNCNAME: "main", "source" or the function's. */
  readonly name: string;
  /** BASH_SOURCE. */
  readonly file: string;
  /** The line of the call, in the caller's numbering. */
  readonly callLine: number;
}

/** The parts of the interpreter that reach each other through the shell, so that no two files import each other. */
export interface Interpreter {
  readonly builtins: ReadonlyMap<string, Builtin>;
  /** Runs a parsed script whose positions point into `source`. Returns its status. */
  runScript(shell: Shell, script: Script, source: SourceText, options?: RunOptions): Run<number>;
  /** Runs one node of the tree that `shell.source` belongs to. */
  runNode(shell: Shell, node: Statement["command"] | CompoundList, options?: RunOptions): Run<number>;
  /** Parses and runs text line by line, as a file of its own: `eval`, `source`, traps. */
  runText(shell: Shell, text: string, options?: RunTextOptions): Run<number>;
  /** Runs words that are already expanded: `command`, `builtin`. */
  runWords(shell: Shell, words: readonly string[], options: RunWordsOptions): Run<number>;
  /** The shell as a program: what runs a script that has no `#!`. */
  readonly program: Program;
  readonly patterns: Resource<CompilePattern>;
}

/**
 * Makes the extended regular expression of a `=~`; throws `PatternError`. It is a resource, since the engine is large and a shell at its
 * first prompt needs none.
 */
export type CompilePattern = (
  source: string,
  ignoreCase: boolean,
  /** Every byte is a character. */
  bytes: boolean,
) => { find(text: string): { readonly groups: readonly ({ readonly start: number; readonly end: number } | undefined)[] } | undefined };

export interface RunOptions {
  /** Nothing of this shell is needed afterwards: a last external command may replace it (execve without fork). */
  readonly last?: boolean;
}

export interface RunTextOptions extends RunOptions {
  readonly firstLine?: number;
  /** What syntax errors name before the line: "eval", "-c" … */
  readonly label?: string;
}

export interface RunWordsOptions extends RunOptions {
  readonly functions: boolean;
  readonly builtins: boolean;
  readonly external: boolean;
  /** Search this instead of $PATH (`command -p`). */
  readonly path?: string;
}

/** Signals that do not end or stop an interactive shell. */
const SPARED: ReadonlySet<Signal> = new Set<Signal>(["QUIT", "TERM", "TSTP", "TTIN", "TTOU"]);

export class Shell {
  readonly proc: Process;
  readonly state: ShellState;
  readonly interpreter: Interpreter;
  readonly jobs: JobTable;
  /** Prompts, job control, and errors without line numbers. A subshell of an interactive shell reports errors as it does. */
  interactive = false;
  isLogin = false;
  /** Whether commands come from standard input (`s` in `$-`) or a string (`c`). */
  commandsFrom: "string" | "input" | "file" = "input";
  /** 0 in the first shell; one more in each subshell. */
  subshellLevel = 0;
  /** Of the command that runs now: `$LINENO`. */
  line = 1;
  source: SourceText;
  /** Where in `source` the running simple command ends: the text that `eval` reads is numbered from there. */
  commandEnd = 0;
  frames: readonly Frame[] = [{ kind: "main", name: "main", file: "", callLine: 0 }];
  /** `$PIPESTATUS`. */
  pipeStatus: readonly number[] = [0];
  /** `$_`. */
  lastArgument = "";
  /** How many loops enclose the running command within the current function. */
  loopDepth = 0;
  /** Above 0 while a status is being tested, where `set -e` and ERR do not apply. */
  testing = 0;
  /** Signals that were caught and wait for their trap, or for an interactive shell to give up its line. */
  readonly pendingSignals: Signal[] = [];
  /** Descriptors that belong to the shell itself and are not passed to children. */
  readonly privateDescriptors = new Set<number>();
  /** Status of the last command substitution since it was reset; what `x=$(false)` ends with. */
  substitutionStatus: number | undefined;
  /** How many times the first character of PS4 is shown: one more for `eval`, `source`, traps and command substitutions. */
  traceDepth = 1;
  /** The options to go back to when the running function returns (`local -`). */
  optionsBefore: Options | undefined;
  /** True while a trap's commands run. */
  inTrap = false;
  inExitTrap = false;
  /** `$$`: the pid of the first shell. */
  mainPid: number;
  /** Where `$BASH_COMMAND` comes from; its text is made when it is asked for. */
  #command: { readonly node: Statement["command"]; readonly source: SourceText } | string = "";
  /** Counts commands for `\#` in prompts. */
  commandNumber = 1;
  /** The next line is a here-document's, in which `!` is plain. */
  readsHereDoc = false;
  /** "There are stopped jobs." was said; the next exit goes through. */
  warnedOfJobs = false;
  /** Open ends of process substitutions, closed after the command that they belong to. */
  readonly substitutions: number[] = [];
  /** Texts that were parsed while running: arithmetic, and what is expanded as a here-document is. */
  readonly expressions = new BoundedCache<Expression>(500);
  readonly fragments = new BoundedCache<ParsedFragment>(500);
  /** Memory that the process holds for the variables. */
  heldForVariables = 0;
  /** How deep functions call each other. */
  callDepth = 0;
  /** It runs one command of a pipeline. */
  isStage = false;
  /** What `coproc` started last: its variables go when it ends. */
  coprocess: { readonly pid: number; readonly name: string; readonly descriptors: readonly number[] } | undefined;
  /** execve(2) has put another program in this one's place: there is nothing left to tidy up. */
  isReplaced = false;

  constructor(proc: Process, state: ShellState, interpreter: Interpreter, jobs: JobTable, source: SourceText) {
    this.proc = proc;
    this.state = state;
    this.interpreter = interpreter;
    this.jobs = jobs;
    this.source = source;
    this.mainPid = proc.pid;
  }

  /** `$BASH_COMMAND`: the command that runs, as bash prints it. In a trap it is the one before the trap. */
  get command(): string {
    const running = this.#command;
    if (typeof running === "string") return running;
    return (this.#command = commandText(running.node, running.source));
  }

  set command(text: string) {
    if (!this.inTrap) this.#command = text;
  }

  /** Remembers `node` as the running command. */
  startCommand(node: Statement["command"]): void {
    if (!this.inTrap) this.#command = { node, source: this.source };
  }

  get options(): ShellState["options"] {
    return this.state.options;
  }

  get variables(): ShellState["variables"] {
    return this.state.variables;
  }

  hasStoppedJobs(): boolean {
    return this.jobs.listed.some((job) => stateOf(job) === "stopped");
  }

  /** `$-`. */
  optionLetters(): string {
    const on = new Set(SET_LETTERS.filter(([, name]) => this.options.has(name)).map(([letter]) => letter));
    if (this.interactive) on.add("i");
    const order = "abefhikmnptuvxBCEHPT";
    const source = this.commandsFrom === "string" ? "c" : this.commandsFrom === "input" ? "s" : "";
    return [...order].filter((letter) => on.has(letter)).join("") + source;
  }

  /** What a signal does that has no trap. Handlers, unlike "ignore", are not passed on to children. */
  defaultDisposition(signal: Signal): SignalDisposition {
    if (!this.interactive || this.subshellLevel > 0) {
      const isFatal = signal === "HUP" || signal === "INT" || signal === "TERM";
      return isFatal && this.state.traps.has("EXIT") ? (caught) => void this.pendingSignals.push(caught) : "default";
    }
    if (signal === "INT") return (caught) => void this.pendingSignals.push(caught);
    return SPARED.has(signal) ? () => undefined : "default";
  }

  /** Descriptors as a new child gets them, by number. */
  descriptorsForChild(): Map<number, number> {
    const map = new Map<number, number>();
    for (const fd of this.proc.sys.descriptors()) if (!this.privateDescriptors.has(fd)) map.set(fd, fd);
    return map;
  }

  /** Frames as FUNCNAME counts them, innermost first: the outermost is there only where a script file is. */
  visibleFrames(): readonly Frame[] {
    return this.frames.filter((frame) => frame.kind !== "main" || frame.file !== "").reverse();
  }

  /** `bash: ` or, in what is not interactive, `name: line N: `. */
  errorPrefix(): string {
    if (this.interactive) return `${baseName(this.state.name)}: `;
    return `${this.scriptName()}: line ${this.line}: `;
  }

  /** The file that the running text came from, or `$0`. */
  scriptName(): string {
    const file = this.frames.at(-1)?.file ?? "";
    return file === "" ? this.state.name : file;
  }

  /** One line on standard error, with the shell's prefix. */
  *complain(message: string): Run<void> {
    yield* this.writeError(`${this.errorPrefix()}${message}\n`);
  }

  /** Reports an error that was thrown, as from where it arose. */
  *complainOf(error: ShellError): Run<void> {
    yield* this.writeError(`${error.prefix ?? this.errorPrefix()}${error.message}\n`);
  }

  /** Writes to standard error; a descriptor that is closed or full loses the text, as in bash. */
  *writeError(text: string): Run<void> {
    try {
      yield* this.proc.write(2, text);
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
  }
}

/** The part after the last slash. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
