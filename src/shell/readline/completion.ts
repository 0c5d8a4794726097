/** Candidates for bash's language: commands, files, variables, users, and what a command's own table of options knows. */
import { isSysError } from "../../vfs/errno.ts";
import type { Run } from "../../machine/program.ts";
import type { Sys } from "../../vfs/sys.ts";
import {
  optionThatTakesNextWord,
  optionWords,
  longNames,
  subcommandNames,
  takesNextWord,
  type CommandInfo,
  type OperandKind,
  type OptionInfo,
} from "./command-info.ts";
import { KEYWORDS } from "../keywords.ts";
import { commandWords, placeOfCursor, type CursorPlace, type Word } from "./command-words.ts";
import type { Candidate, Completer, Completion } from "./completer.ts";

export type { CommandInfo };

/** The shell's state as completion sees it. */
export interface CompletionSources {
  /** For the files; its working directory is the shell's. */
  readonly sys: Sys;
  builtins(): Iterable<string>;
  functions(): Iterable<string>;
  aliases(): Iterable<string>;
  /** The text of an alias. */
  alias(name: string): string | undefined;
  variables(): Iterable<string>;
  variable(name: string): string | undefined;
  users(): Iterable<{ readonly name: string; readonly home: string }>;
  /** Undefined when nothing is known of it. */
  command(name: string): Run<CommandInfo | undefined>;
}

/** Commands that run the command after their own options; the number is how many operands of their own come first. */
const PREFIX_COMMANDS: Readonly<Record<string, number>> = {
  sudo: 0,
  doas: 0,
  pkexec: 0,
  run0: 0,
  env: 0,
  nice: 0,
  ionice: 0,
  nohup: 0,
  setsid: 0,
  stdbuf: 0,
  command: 0,
  builtin: 0,
  exec: 0,
  xargs: 0,
  watch: 0,
  strace: 0,
  timeout: 1,
  chroot: 1,
  unshare: 0,
  "systemd-run": 0,
  "systemd-inhibit": 0,
  eval: 0,
};

/** What builtins take, where it is not files. */
const BUILTIN_OPERANDS: Readonly<Record<string, OperandKind | "variables" | "aliases" | "functions" | "builtins" | "signals">> = {
  cd: "directories",
  pushd: "directories",
  export: "variables",
  unset: "variables",
  readonly: "variables",
  declare: "variables",
  typeset: "variables",
  local: "variables",
  read: "variables",
  alias: "aliases",
  unalias: "aliases",
  type: "commands",
  hash: "commands",
  help: "builtins",
  trap: "signals",
  which: "commands",
  man: "commands",
  whatis: "commands",
  su: "users",
  id: "users",
  groups: "users",
};

/** Characters of a file's name that get a backslash. */
const SPECIAL = /[ \t\n\\"'@<>=;|&()#$`?*[!{~:]/g;

/** A completer for what `sources` tells. */
export function createCompleter(sources: CompletionSources): Completer {
  return function* (line, point) {
    const place = placeOfCursor(line, point);
    if (!place) return { start: point, candidates: [] };
    try {
      return yield* new Completing(sources, place, line).complete();
    } catch (error) {
      if (isSysError(error)) return { start: point, candidates: [] };
      throw error;
    }
  };
}

class Completing {
  readonly #sources: CompletionSources;
  readonly #place: CursorPlace;
  readonly #line: string;

  constructor(sources: CompletionSources, place: CursorPlace, line: string) {
    this.#sources = sources;
    this.#place = place;
    this.#line = line;
  }

  *complete(): Run<Completion> {
    const { current, isRedirection, words } = this.#place;
    if (current.variable) return this.#variables(current.variable);
    const partText = current.text.slice(current.part.textAt);
    if (partText.startsWith("~") && !partText.includes("/") && current.isPlain) return this.#tildes(partText);
    if (isRedirection) return this.#files("files");
    return yield* this.#argument(commandWords(words), 0);
  }

  /** A word of the command that `words` begins. */
  *#argument(words: readonly Word[], depth: number): Run<Completion> {
    const [first, ...rest] = words;
    const { current } = this.#place;
    if (!first) {
      if (/^[A-Za-z_]\w*\+?=/.test(current.text)) return this.#files("files");
      return this.#commands();
    }
    const own = PREFIX_COMMANDS[first.text];
    if (own !== undefined) {
      const inner = yield* this.#innerCommand(first.text, rest, own);
      if (inner) return yield* this.#argument(inner, depth + 1);
    }
    const alias = depth === 0 ? this.#sources.alias(first.text) : undefined;
    if (alias !== undefined) {
      const expansion = alias
        .trim()
        .split(/\s+/)
        .map((text) => ({ start: first.start, text }));
      if (expansion[0] && expansion[0].text !== first.text) return yield* this.#argument([...expansion, ...rest], depth + 1);
    }
    const name = first.text.slice(first.text.lastIndexOf("/") + 1);
    const info = yield* this.#sources.command(name);
    if (info)
      return this.#ofCommand(
        info,
        rest.map((word) => word.text),
        name,
      );
    return this.#operand(BUILTIN_OPERANDS[name] ?? "files");
  }

  /** The words of the command that a prefix command runs; undefined while the cursor is still among the prefix's own. */
  *#innerCommand(name: string, words: readonly Word[], ownOperands: number): Run<readonly Word[] | undefined> {
    const options = (yield* this.#sources.command(name))?.options ?? [];
    let at = 0;
    for (; at < words.length; at++) {
      const text = words[at]?.text ?? "";
      if (text === "--") {
        at++;
        break;
      }
      if (/^[A-Za-z_]\w*=/.test(text)) continue;
      if (!text.startsWith("-") || text === "-") break;
      if (takesNextWord(text, options)) at++;
    }
    if (at > words.length) return undefined;
    if (at === words.length && this.#place.current.text.startsWith("-")) return undefined;
    const inner = words.slice(at);
    if (inner.length < ownOperands) return undefined;
    return inner.slice(ownOperands);
  }

  #ofCommand(info: CommandInfo, words: readonly string[], name: string): Completion {
    const { current } = this.#place;
    const { options, completes, operands, subcommand } = this.#resolve(info, words);
    const text = current.text;
    if (!words.includes("--")) {
      const valued = /^--([\w-]+)=/.exec(text);
      if (valued)
        return this.#optionValue(
          options.find((option) => longNames(option).includes(valued[1] ?? "")),
          completes,
        );
      const last = words.at(-1);
      if (last?.startsWith("-")) {
        const option = optionThatTakesNextWord(last, options);
        if (option) return this.#optionValue(option, completes);
      }
      if (text.startsWith("-")) return this.#words(optionWords(options, text), this.#place.current.start, text);
    }
    if (info.subcommands && info.subcommands.length > 0) {
      const next = subcommandNames(info, operands);
      if (next.length > 0)
        return this.#words(
          next.map((word) => ({ text: word, suffix: " " })),
          current.start,
          text,
        );
    }
    const further = info.operandsFor?.(this.#sources.sys, words);
    if (further)
      return this.#words(
        further.map((word) => ({ text: word, suffix: " " })),
        current.start,
        text,
      );
    if (subcommand?.completes !== undefined) return this.#operand(subcommand.completes);
    if (completes === undefined && info.subcommands) return this.#operand("none");
    return this.#operand(completes ?? BUILTIN_OPERANDS[name] ?? "files");
  }

  /** The options that hold after the subcommand given, and the operands. */
  #resolve(info: CommandInfo, words: readonly string[]) {
    let { options } = info;
    const operands: string[] = [];
    for (let at = 0; at < words.length; at++) {
      const text = words[at] ?? "";
      if (text.startsWith("-") && text !== "-") {
        if (takesNextWord(text, options)) at++;
      } else {
        operands.push(text);
        const found = info.subcommands?.find((sub) => sub.name === operands.join(" "));
        if (found?.options) options = [...found.options, ...info.options];
      }
    }
    const subcommand = info.subcommands?.filter((sub) => `${operands.join(" ")} `.startsWith(`${sub.name} `)).at(-1);
    return { options, completes: info.completes, operands, subcommand };
  }

  #optionValue(option: OptionInfo | undefined, completes: OperandKind | undefined): Completion {
    const { current } = this.#place;
    if (option?.values) {
      return this.#words(
        option.values.map((text) => ({ text, suffix: " " })),
        current.part.at,
        current.text.slice(current.part.textAt),
      );
    }
    return completes === "none" && !/FILE|DIR|PATH|ROOT/i.test(option?.argument ?? "") ? this.#operand("none") : this.#files("files");
  }

  #operand(kind: OperandKind | "variables" | "aliases" | "functions" | "builtins" | "signals"): Completion {
    const { current } = this.#place;
    const plain = (names: Iterable<string>): Completion =>
      this.#words(
        [...names].map((text) => ({ text, suffix: " " })),
        current.start,
        current.text,
      );
    switch (kind) {
      case "files":
        return this.#files("files");
      case "directories":
        return this.#files("directories");
      case "commands":
        return this.#commands();
      case "users":
        return plain([...this.#sources.users()].map((user) => user.name));
      case "pids":
        return plain(
          this.#list("/proc")
            .filter((entry) => /^\d+$/.test(entry.name))
            .map((entry) => entry.name),
        );
      case "variables":
        return plain(this.#sources.variables());
      case "aliases":
        return plain(this.#sources.aliases());
      case "functions":
        return plain(this.#sources.functions());
      case "builtins":
        return plain(this.#sources.builtins());
      case "signals":
        return plain([
          "EXIT",
          "ERR",
          "DEBUG",
          "RETURN",
          "SIGHUP",
          "SIGINT",
          "SIGQUIT",
          "SIGTERM",
          "SIGTSTP",
          "SIGUSR1",
          "SIGUSR2",
          "SIGWINCH",
        ]);
      case "none":
        return plain([]);
    }
  }

  #commands(): Completion {
    const { current } = this.#place;
    if (current.text.includes("/") || current.quote !== "") return this.#files("executables");
    const names = new Set<string>([...KEYWORDS, ...this.#sources.builtins(), ...this.#sources.functions(), ...this.#sources.aliases()]);
    for (const directory of (this.#sources.variable("PATH") ?? "").split(":")) {
      for (const entry of this.#list(directory || ".")) {
        if (entry.name.startsWith(current.text) && this.#isExecutable(`${directory || "."}/${entry.name}`)) names.add(entry.name);
      }
    }
    return this.#words(
      [...names].map((text) => ({ text, suffix: " " })),
      current.start,
      current.text,
    );
  }

  #variables(variable: { readonly at: number; readonly name: string; readonly isBraced: boolean }): Completion {
    const { quote } = this.#place.current;
    const candidates: Candidate[] = [];
    for (const name of this.#sources.variables()) {
      if (!name.startsWith(variable.name)) continue;
      const text = variable.isBraced ? `\${${name}}` : `$${name}`;
      candidates.push({ text, display: text, suffix: `${quote} ` });
    }
    return { start: variable.at, candidates: sorted(candidates) };
  }

  #tildes(word: string): Completion {
    const candidates: Candidate[] = [];
    for (const user of this.#sources.users()) {
      const text = `~${user.name}`;
      if (text.startsWith(word)) candidates.push({ text, display: text, suffix: "/" });
    }
    return { start: this.#place.current.part.at, candidates: sorted(candidates) };
  }

  #words(words: Iterable<{ readonly text: string; readonly suffix: string }>, start: number, begun: string): Completion {
    const { quote } = this.#place.current;
    const seen = new Set<string>();
    const candidates: Candidate[] = [];
    for (const { text, suffix } of words) {
      if (!text.startsWith(begun) || seen.has(text)) continue;
      seen.add(text);
      candidates.push({ text, display: text, suffix: suffix === "" ? "" : quote + suffix });
    }
    const at = quote !== "" && this.#line[start] === quote ? start + 1 : start;
    return { start: at, candidates: sorted(candidates) };
  }

  #files(kind: "files" | "directories" | "executables"): Completion {
    const { current } = this.#place;
    const { sys } = this.#sources;
    const directory = this.#expand(current.text.slice(current.part.textAt, current.name.textAt));
    const begun = current.text.slice(current.name.textAt);
    const candidates: Candidate[] = [];
    for (const entry of this.#list(directory || ".")) {
      if (!entry.name.startsWith(begun)) continue;
      const path = directory + entry.name;
      const isDirectory = entry.type === "dir" || (entry.type === "symlink" && statType(sys, path) === "dir");
      if (kind === "directories" && !isDirectory) continue;
      if (kind === "executables" && !isDirectory && !this.#isExecutable(path)) continue;
      // A link to a directory gets its slash only when its name is already complete.
      const isMarked = isDirectory && (entry.type === "dir" || entry.name === begun);
      const end = isMarked ? "/" : isDirectory ? "" : " ";
      candidates.push({
        text: quoted(entry.name, current.quote),
        display: entry.name + (isDirectory ? "/" : ""),
        suffix: end === "" ? "" : current.quote + end,
      });
    }
    return { start: current.name.at, candidates: sorted(candidates) };
  }

  /** `~` and variables at the front of a path. */
  #expand(path: string): string {
    const sources = this.#sources;
    let out = path.replace(
      /\$(?:(\w+)|\{(\w+)\})/g,
      (_all, plain: string | undefined, braced: string | undefined) => sources.variable(plain ?? braced ?? "") ?? "",
    );
    const tilde = /^~([^/]*)\//.exec(out);
    if (tilde) {
      const name = tilde[1] ?? "";
      const home = name === "" ? sources.variable("HOME") : [...sources.users()].find((user) => user.name === name)?.home;
      if (home !== undefined) out = home + out.slice(name.length + 1);
    }
    return out;
  }

  #list(directory: string): readonly { readonly name: string; readonly type: string }[] {
    try {
      return this.#sources.sys.readdir(directory);
    } catch (error) {
      if (isSysError(error)) return [];
      throw error;
    }
  }

  #isExecutable(path: string): boolean {
    try {
      if (this.#sources.sys.stat(path).type !== "file") return false;
      this.#sources.sys.access(path, "X");
      return true;
    } catch (error) {
      if (isSysError(error)) return false;
      throw error;
    }
  }
}

function statType(sys: Sys, path: string): string | undefined {
  try {
    return sys.stat(path).type;
  } catch (error) {
    if (isSysError(error)) return undefined;
    throw error;
  }
}

/** A file's name as it has to be written inside `quote`. */
function quoted(name: string, quote: "" | "'" | '"'): string {
  if (quote === "'") return name.replaceAll("'", "'\\''");
  if (quote === '"') return name.replace(/["\\$`]/g, "\\$&");
  return name.replace(SPECIAL, "\\$&");
}

/** By code points, as C.UTF-8 collates. */
function sorted(candidates: readonly Candidate[]): Candidate[] {
  return candidates.toSorted((a, b) => (a.display < b.display ? -1 : a.display > b.display ? 1 : 0));
}
