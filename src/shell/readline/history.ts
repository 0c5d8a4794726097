/** The command history, history(3): the list, and ~/.bash_history. */
import { isSysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import { decodeUtf8, encodeUtf8 } from "../../base/utf8.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";

/** Looks up a shell variable: HISTSIZE, HISTFILESIZE, HISTCONTROL, HISTIGNORE, HISTFILE. */
export type VariableLookup = (name: string) => string | undefined;

/** Plain data, fit for JSON. */
export interface HistoryState {
  readonly lines: readonly string[];
  readonly base: number;
  readonly added: number;
}

export class History {
  readonly #variable: VariableLookup;
  #lines: string[] = [];
  /** The number of the first line that is still kept. */
  #base = 1;
  /** How many lines at the end are not in the file yet. */
  #added = 0;
  /** The newest is what was typed, not what `history -s` added. */
  #isTyped = false;

  constructor(variable: VariableLookup) {
    this.#variable = variable;
  }

  get length(): number {
    return this.#lines.length;
  }

  /** The number that `history` shows before the first line. */
  get base(): number {
    return this.#base;
  }

  /** The lines, oldest first; a line may hold newlines. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** The line that `history` numbers `number`. */
  at(number: number): string | undefined {
    return this.#lines[number - this.#base];
  }

  /**
   * Adds what was typed, as HISTCONTROL (ignorespace, ignoredups, ignoreboth, erasedups), HISTIGNORE and HISTSIZE say.
   * Returns whether it was kept.
   */
  add(line: string): boolean {
    if (line === "") return false;
    const control = new Set((this.#variable("HISTCONTROL") ?? "").split(":"));
    const both = control.has("ignoreboth");
    if ((both || control.has("ignorespace")) && line.startsWith(" ")) return false;
    if ((both || control.has("ignoredups")) && this.#lines.at(-1) === line) return false;
    if (this.#isIgnored(line)) return false;
    if (control.has("erasedups")) this.#lines = this.#lines.filter((old) => old !== line);
    this.push(line);
    this.#isTyped = true;
    return true;
  }

  /** `history -s`: takes the place of the line that asked for it. */
  store(line: string): void {
    if (this.#isTyped && this.#lines.length > 0) {
      this.#lines.pop();
      this.#added = Math.max(0, this.#added - 1);
    }
    this.push(line);
  }

  /** Adds a line whatever it is. */
  push(line: string): void {
    this.#isTyped = false;
    this.#lines.push(line);
    this.#added++;
    this.#trim();
  }

  /** Puts `line` in the place of the newest. */
  replaceLast(line: string): void {
    if (this.#lines.length > 0) this.#lines[this.#lines.length - 1] = line;
  }

  /** `history -d NUMBER`; whether there was such a line. */
  delete(number: number): boolean {
    const at = number - this.#base;
    if (at < 0 || at >= this.#lines.length) return false;
    this.#lines.splice(at, 1);
    return true;
  }

  /** `history -c`. */
  clear(): void {
    this.#lines = [];
    this.#base = 1;
    this.#added = 0;
  }

  /** Reads HISTFILE at the start of a shell, or `path` (`history -r`). A file that cannot be read counts as empty. */
  *load(proc: Process, path = this.#file()): Run<void> {
    if (path === undefined) return;
    let text: string;
    try {
      text = decodeUtf8(yield* proc.readFile(path));
    } catch (error) {
      if (isSysError(error)) return;
      throw error;
    }
    for (const line of text.split("\n")) if (line !== "") this.#lines.push(line);
    this.#trim();
  }

  /** Appends this session's lines to HISTFILE, as bash does at exit and `history -a` at once. Failures are silent. */
  *append(proc: Process, path = this.#file()): Run<void> {
    if (path === undefined || this.#added === 0) return;
    const fresh = this.#lines.slice(-Math.min(this.#added, this.#lines.length));
    this.#added = 0;
    try {
      const fd = proc.sys.open(path, O.WRONLY | O.CREAT | O.APPEND, 0o600);
      yield* proc.write(fd, encodeUtf8(fresh.map((line) => line + "\n").join("")));
      proc.sys.close(fd);
      yield* this.#truncateFile(proc, path);
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
  }

  /** `history -w`: the file holds the list, and nothing else. */
  *write(proc: Process, path = this.#file()): Run<void> {
    if (path === undefined) return;
    this.#added = 0;
    yield* proc.writeFile(path, this.#lines.map((line) => line + "\n").join(""), 0o600);
  }

  save(): HistoryState {
    return { lines: [...this.#lines], base: this.#base, added: this.#added };
  }

  restore(state: HistoryState): void {
    this.#lines = [...state.lines];
    this.#base = state.base;
    this.#added = state.added;
  }

  #file(): string | undefined {
    return this.#variable("HISTFILE") || undefined;
  }

  #trim(): void {
    const size = count(this.#variable("HISTSIZE"));
    const excess = this.#lines.length - (size ?? Infinity);
    if (excess <= 0) return;
    this.#lines.splice(0, excess);
    this.#base += excess;
  }

  /** HISTFILESIZE, or HISTSIZE where it is not set. */
  *#truncateFile(proc: Process, path: string): Run<void> {
    const size = count(this.#variable("HISTFILESIZE") ?? this.#variable("HISTSIZE"));
    if (size === undefined) return;
    const lines = decodeUtf8(yield* proc.readFile(path))
      .split("\n")
      .slice(0, -1);
    if (lines.length > size)
      yield* proc.writeFile(
        path,
        lines
          .slice(lines.length - size)
          .map((line) => line + "\n")
          .join(""),
        0o600,
      );
  }

  /** @simplified HISTIGNORE patterns know `*` and `?` and no brackets. */
  #isIgnored(line: string): boolean {
    const patterns = this.#variable("HISTIGNORE");
    if (!patterns) return false;
    return patterns.split(":").some((pattern) => {
      if (pattern === "&") return line === this.#lines.at(-1);
      return globMatches(pattern, line);
    });
  }
}

/** A number of lines; undefined (no limit) for a negative one or none. */
function count(value: string | undefined): number | undefined {
  if (value === undefined || !/^\s*\d+\s*$/.test(value)) return undefined;
  return Number(value);
}

/** Whether a pattern of `*`, `?` and plain text is all of `text`; linear in memory, no backtracking beyond the last star. */
function globMatches(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let mark = 0;
  while (t < text.length) {
    if (pattern[p] === "*") {
      star = p++;
      mark = t;
    } else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++mark;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}
