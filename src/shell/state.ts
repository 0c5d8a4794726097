/** Everything a shell knows that is plain data: what a subshell gets a copy of, and what a checkpoint keeps. */
import type { Function as FunctionNode } from "unbash";
import type { ShellCheckpoint } from "../machine/ports.ts";
import { parseScript } from "./syntax.ts";
import { Options } from "./options.ts";
import { Random } from "../base/random.ts";
import { History } from "./readline/history.ts";
import { SourceText } from "./source.ts";
import { Variables, type SavedVariable } from "./variables.ts";

/** A defined function: its tree and the text that the tree points into. */
export interface ShellFunction {
  readonly name: string;
  readonly node: FunctionNode;
  readonly source: SourceText;
  /** BASH_SOURCE while it runs. */
  readonly file: string;
  exported: boolean;
  /** `declare -ft`: it inherits the DEBUG and RETURN traps. */
  traced: boolean;
}

/** What `hash` remembers of a command. */
export interface HashedCommand {
  readonly path: string;
  hits: number;
}

export class ShellState {
  variables = new Variables();
  functions = new Map<string, ShellFunction>();
  options = new Options();
  /** By name without SIG ("EXIT", "INT", "ERR", …); an empty command means: ignore. */
  traps = new Map<string, string>();
  /** What `trap` lists in a subshell that has set none: those of the shell around it, which do not act here. */
  outerTraps: ReadonlyMap<string, string> | undefined;
  aliases = new Map<string, string>();
  /** `$1` … */
  positional: readonly string[] = [];
  /** `$0`. */
  name = "bash";
  /** `$?`. */
  status = 0;
  /** `$!`. */
  lastBackground: number | undefined;
  /** `$PWD` as the shell keeps it: with the links by which it came. */
  directory = "/";
  /** Of `pushd`, without the current directory. */
  directoryStack: readonly string[] = [];
  hash = new Map<string, HashedCommand>();
  disabledBuiltins = new Set<string>();
  /** Command lines. The line reader and `history` share it. */
  readonly history = new History((name) => this.variables.scalar(name));
  /** Options of `complete`, by command: accepted and listed, not acted on. */
  completions = new Map<string, string>();
  /** Behind RANDOM; made on first use, and anew in each subshell. */
  random: Random | undefined;
  /** Seconds since 1970 from which SECONDS is counted. */
  secondsBase = 0;
  /** Where `getopts` stands within a word of grouped letters. */
  getoptsOffset = 0;
  /** OPTIND as `getopts` left it; another value means that a script set it. */
  getoptsIndex = 1;

  /** For a subshell. */
  clone(): ShellState {
    const copy = new ShellState();
    copy.variables = this.variables.clone();
    copy.functions = new Map(this.functions);
    copy.options = this.options.clone();
    copy.traps = new Map(this.traps);
    copy.outerTraps = this.outerTraps;
    copy.aliases = new Map(this.aliases);
    copy.positional = this.positional;
    copy.name = this.name;
    copy.status = this.status;
    copy.lastBackground = this.lastBackground;
    copy.directory = this.directory;
    copy.directoryStack = this.directoryStack;
    copy.hash = new Map([...this.hash].map(([name, found]) => [name, { ...found }]));
    copy.disabledBuiltins = new Set(this.disabledBuiltins);
    copy.history.restore(this.history.save());
    copy.completions = new Map(this.completions);
    copy.secondsBase = this.secondsBase;
    copy.getoptsOffset = this.getoptsOffset;
    copy.getoptsIndex = this.getoptsIndex;
    return copy;
  }
}

/** As JSON: functions as their source text. */
export function saveState(state: ShellState): ShellCheckpoint {
  const { lines, ...historyNumbers } = state.history.save();
  return {
    variables: state.variables.save(),
    functions: [...state.functions.values()].map((f) => ({
      name: f.name,
      text: f.source.slice(f.node),
      line: f.source.lineAt(f.node.pos),
      file: f.file,
      exported: f.exported,
      traced: f.traced,
    })),
    options: state.options.save(),
    traps: [...state.traps],
    aliases: [...state.aliases],
    positional: state.positional,
    name: state.name,
    status: state.status,
    lastBackground: state.lastBackground ?? null,
    directory: state.directory,
    directoryStack: state.directoryStack,
    hash: [...state.hash].map(([name, { path, hits }]) => [name, path, hits]),
    disabledBuiltins: [...state.disabledBuiltins],
    history: lines,
    historyNumbers,
    random: state.random?.state ?? null,
    secondsBase: state.secondsBase,
    getopts: [state.getoptsIndex, state.getoptsOffset],
    completions: [...state.completions],
  };
}

interface SavedState {
  readonly variables: Record<string, SavedVariable>;
  readonly functions: readonly {
    readonly name: string;
    readonly text: string;
    readonly line: number;
    readonly file: string;
    readonly exported: boolean;
    readonly traced: boolean;
  }[];
  readonly options: readonly string[];
  readonly traps: readonly (readonly [string, string])[];
  readonly aliases: readonly (readonly [string, string])[];
  readonly positional: readonly string[];
  readonly name: string;
  readonly status: number;
  readonly lastBackground: number | null;
  readonly directory: string;
  readonly directoryStack: readonly string[];
  readonly hash: readonly (readonly [string, string, number])[];
  readonly disabledBuiltins: readonly string[];
  readonly history: readonly string[];
  readonly historyNumbers: { readonly base: number; readonly added: number };
  readonly random: number | null;
  readonly secondsBase: number;
  readonly getopts: readonly [index: number, offset: number];
  readonly completions: readonly (readonly [string, string])[];
}

/** The state that `saveState` gave. */
export function loadState(checkpoint: ShellCheckpoint): ShellState {
  const saved = checkpoint as unknown as SavedState;
  const state = new ShellState();
  state.variables.load(saved.variables);
  for (const { name, text, line, file, exported, traced } of saved.functions) {
    const made = defineFunction(text, line, file);
    if (made !== undefined) state.functions.set(name, { ...made, exported, traced });
  }
  state.options = new Options(saved.options);
  state.traps = new Map(saved.traps);
  state.aliases = new Map(saved.aliases);
  state.positional = saved.positional;
  state.name = saved.name;
  state.status = saved.status;
  state.lastBackground = saved.lastBackground ?? undefined;
  state.directory = saved.directory;
  state.directoryStack = saved.directoryStack;
  state.hash = new Map(saved.hash.map(([name, path, hits]) => [name, { path, hits }]));
  state.disabledBuiltins = new Set(saved.disabledBuiltins);
  state.history.restore({ lines: saved.history, ...saved.historyNumbers });
  state.random = saved.random === null ? undefined : new Random(saved.random);
  state.secondsBase = saved.secondsBase;
  [state.getoptsIndex, state.getoptsOffset] = saved.getopts;
  state.completions = new Map(saved.completions);
  return state;
}

/** The function that `text` defines, e.g. `f() { echo hi; }`; undefined when it defines none. */
export function defineFunction(text: string, line: number, file: string): ShellFunction | undefined {
  const command = parseScript(text).commands[0]?.command;
  if (command?.type !== "Function") return undefined;
  return { name: command.name.value, node: command, source: new SourceText(text, line), file, exported: false, traced: false };
}
