/** History expansion, bash(1) HISTORY EXPANSION: `!!`, `!n`, `!-n`, `!str`, `!?str?`, `^a^b`, word designators and modifiers. */
import type { History } from "./history.ts";

export type Expansion =
  | { readonly kind: "unchanged" }
  /** The line to run instead; it is shown first. */
  | { readonly kind: "changed"; readonly text: string }
  /** `:p` was given: the line is shown and remembered, and not run. */
  | { readonly kind: "print"; readonly text: string }
  /** What bash says after its own name. */
  | { readonly kind: "error"; readonly message: string };

class ExpansionError extends Error {}

/** What `!?str?`, `:s` and `:&` remember from one line to the next. */
export interface ExpansionMemory {
  search?: string;
  substitution?: { readonly old: string; readonly new: string };
}

/**
 * Expands one line. `quote` is the quote that is still open from lines before.
 * @simplified `histverify` and `histreedit` are not known, and neither is the `histchars` variable.
 */
export function expandHistory(line: string, history: History, memory: ExpansionMemory, quote: "" | "'" | '"' = ""): Expansion {
  try {
    return new Expander(line, history, memory).run(quote);
  } catch (error) {
    if (error instanceof ExpansionError) return { kind: "error", message: error.message };
    throw error;
  }
}

class Expander {
  readonly #line: string;
  readonly #history: History;
  readonly #memory: ExpansionMemory;
  #isPrintOnly = false;

  constructor(line: string, history: History, memory: ExpansionMemory) {
    this.#line = line;
    this.#history = history;
    this.#memory = memory;
  }

  run(openQuote: "" | "'" | '"'): Expansion {
    let line = this.#line;
    if (line.startsWith("^") && openQuote === "") line = this.#quickSubstitution(line);
    let out = "";
    let quote = openQuote;
    let hasChanged = line !== this.#line;
    if (hasChanged) ({ out, line } = { out: line, line: "" });
    for (let at = 0; at < line.length;) {
      const character = line[at] ?? "";
      if (character === "\\" && quote !== "'") {
        out += line.slice(at, at + 2);
        at += 2;
        continue;
      }
      if (character === "'" && quote !== '"') quote = quote === "'" ? "" : "'";
      else if (character === '"' && quote !== "'") quote = quote === '"' ? "" : '"';
      if (character !== "!" || quote === "'" || !this.#startsEvent(line, at, quote)) {
        out += character;
        at++;
        continue;
      }
      const { text, end } = this.#expandAt(line, at, out, quote === '"');
      out += text;
      at = end;
      hasChanged = true;
    }
    if (!hasChanged) return { kind: "unchanged" };
    return { kind: this.#isPrintOnly ? "print" : "changed", text: out };
  }

  /** `!` before a blank, the end, `=`, or the closing double quote is itself; so is the one of `$!`. */
  #startsEvent(line: string, at: number, quote: string): boolean {
    const next = line[at + 1];
    if (next === undefined || " \t\n\r=".includes(next)) return false;
    if (quote === '"' && next === '"') return false;
    if (line[at - 1] === "$") return false;
    // extglob's !(pattern), [!set] and ${!name}
    if (next === "(" || (line[at - 1] === "[" && line.indexOf("]", at) > 0)) return false;
    return !(line[at - 1] === "{" && line[at - 2] === "$");
  }

  /** `^old^new^rest` is `!!:s^old^new^` and rest. */
  #quickSubstitution(line: string): string {
    const last = this.#event(-1);
    if (last === undefined) throw new ExpansionError(`${line}: event not found`);
    const { text, end } = this.#substitute(last, line, 0, `:s${line}`, false);
    return text + line.slice(end);
  }

  #event(number: number): string | undefined {
    return number < 0 ? this.#history.lines.at(number) : this.#history.at(number);
  }

  #expandAt(line: string, start: number, before: string, inQuotes: boolean): { text: string; end: number } {
    let at = start + 1;
    let event: string | undefined;
    const first = line[at] ?? "";
    let found: string | undefined;
    if (first === "!") {
      event = this.#event(-1);
      at++;
    } else if (first === "#") {
      event = before;
      at++;
    } else if (/[:^$*%]/.test(first)) {
      event = this.#event(-1);
      if (first === "%") found = this.#memory.search;
    } else if (first === "?") {
      const close = line.indexOf("?", at + 1);
      const end = close < 0 ? line.length : close;
      const search = line.slice(at + 1, end) || (this.#memory.search ?? "");
      at = close < 0 ? end : close + 1;
      this.#memory.search = search;
      event = search === "" ? undefined : this.#history.lines.findLast((old) => old.includes(search));
      found = search;
    } else {
      const number = /^-?\d+/.exec(line.slice(at))?.[0];
      if (number !== undefined) {
        at += number.length;
        event = this.#event(Number(number));
      } else {
        const pattern = inQuotes ? /^[^\s:;&()|<>^$*"-]*-?[^\s:;&()|<>^$*"]*/ : /^[^\s:;&()|<>^$*-]*-?[^\s:;&()|<>^$*]*/;
        const prefix = pattern.exec(line.slice(at))?.[0] ?? "";
        at += prefix.length;
        event = prefix === "" ? undefined : this.#history.lines.findLast((old) => old.startsWith(prefix));
      }
    }
    if (event === undefined) throw new ExpansionError(`${line.slice(start, at)}: event not found`);
    const words = this.#designate(event, line, at, found);
    return this.#modify(words.text, line, words.end);
  }

  /** Word designators; without one, the whole event. */
  #designate(event: string, line: string, start: number, found: string | undefined): { text: string; end: number } {
    const match = /^(?::(?=[\d^$*%-])|(?=[\^$*%]|-(?![\d])))(\d+|[\^$%])?(?:(\*)|(-)(\d+|[$^])?)?/.exec(line.slice(start));
    if (!match || match[0] === "" || match[0] === ":") return { text: event, end: start };
    const [whole, from, star, dash, to] = match;
    const end = start + whole.length;
    const words = historyWords(event);
    const last = words.length - 1;
    const bad = (): never => {
      throw new ExpansionError(`${whole.startsWith(":") ? whole : `:${whole}`}: bad word specifier`);
    };
    if (from === "%") {
      const word = found === undefined ? undefined : words.find((w) => w.includes(found));
      return { text: word ?? bad(), end };
    }
    const index = (text: string): number => (text === "$" ? last : text === "^" ? 1 : Number(text));
    if (star && from === undefined) return { text: words.slice(1).join(" "), end };
    const first = from === undefined ? 0 : index(from);
    const final = star ? last : dash ? (to === undefined ? last - 1 : index(to)) : first;
    if (first > last + (star ? 1 : 0) || final > last || final < first - 1 || (final < first && !star && !dash)) bad();
    return { text: words.slice(first, final + 1).join(" "), end };
  }

  #modify(text: string, line: string, start: number): { text: string; end: number } {
    let at = start;
    while (line[at] === ":") {
      const spec = line.slice(at + 1);
      let isGlobal = false;
      let letter = spec[0] ?? "";
      let width = 2;
      if ((letter === "g" || letter === "a") && spec[1] !== undefined && "s&".includes(spec[1])) {
        isGlobal = true;
        letter = spec[1];
        width = 3;
      }
      if (letter === "h")
        text = text.includes("/")
          ? text.slice(0, Math.max(text.lastIndexOf("/"), text.startsWith("/") ? 1 : 0)).replace(/(.)\/$/, "$1")
          : text;
      else if (letter === "t") text = text.slice(text.lastIndexOf("/") + 1);
      else if (letter === "r") text = text.replace(/\.[^./]*$/, "");
      else if (letter === "e") text = /\.[^./]*$/.exec(text)?.[0] ?? text;
      else if (letter === "p") this.#isPrintOnly = true;
      else if (letter === "q") text = `'${text.replaceAll("'", "'\\''")}'`;
      else if (letter === "x")
        text = text
          .split(/[ \t\n]+/)
          .map((word) => `'${word.replaceAll("'", "'\\''")}'`)
          .join(" ");
      else if (letter === "s") {
        const result = this.#substitute(text, line, at + width, `:${isGlobal ? "gs" : "s"}${line.slice(at + width)}`, isGlobal);
        text = result.text;
        at = result.end;
        continue;
      } else if (letter === "&") {
        const last = this.#memory.substitution;
        if (!last) throw new ExpansionError(`${line.slice(at, at + width)}: no previous substitution`);
        if (!text.includes(last.old)) throw new ExpansionError(`${line.slice(at, at + width)}: substitution failed`);
        text = isGlobal ? text.replaceAll(last.old, () => last.new) : text.replace(last.old, () => last.new);
      } else throw new ExpansionError(`${letter === "" ? ":" : spec.split(/[\s]/)[0]}: unrecognized history modifier`);
      at += width;
    }
    return { text, end: at };
  }

  /** `/old/new/` from `start` on, with any delimiter; `&` in the new text is the old one. `spec` is for the complaint. */
  #substitute(text: string, line: string, start: number, spec: string, isGlobal: boolean): { text: string; end: number } {
    const delimiter = line[start] ?? "";
    let at = start + 1;
    const part = (): string => {
      let out = "";
      while (at < line.length && line[at] !== delimiter) {
        if (line[at] === "\\" && line[at + 1] === delimiter) at++;
        out += line[at++];
      }
      return out;
    };
    let old = part();
    at = Math.min(at + 1, line.length);
    let replacement = part();
    const isClosed = line[at] === delimiter;
    if (isClosed) at++;
    if (old === "") old = this.#memory.substitution?.old ?? this.#memory.search ?? "";
    replacement = replacement.replace(/\\&|&/g, (match) => (match === "&" ? old : "&"));
    this.#memory.substitution = { old, new: replacement };
    if (old === "" || !text.includes(old)) {
      throw new ExpansionError(`${spec.slice(0, spec.length - (line.length - at))}: substitution failed`);
    }
    return { text: isGlobal ? text.replaceAll(old, () => replacement) : text.replace(old, () => replacement), end: at };
  }
}

/** The words of a line as history(3) counts them: quotes keep together, operators stand alone. */
export function historyWords(line: string): string[] {
  const words: string[] = [];
  let at = 0;
  while (at < line.length) {
    if (" \t\n".includes(line[at] ?? "")) {
      at++;
      continue;
    }
    const operator = /^(?:&&|\|\||;;&|;;|;&|<<<|<<-?|>>|<&|>&|&>>|&>|>\||<>|\|&|[<>]\((?=.*\))|[|&;()<>])/.exec(line.slice(at))?.[0];
    if (operator && operator.length < 3 && /^[<>]\(/.test(operator)) {
      const close = line.indexOf(")", at);
      words.push(line.slice(at, close + 1));
      at = close + 1;
      continue;
    }
    if (operator) {
      words.push(operator);
      at += operator.length;
      continue;
    }
    const start = at;
    let quote = "";
    for (; at < line.length; at++) {
      const character = line[at] ?? "";
      if (character === "\\" && quote !== "'") at++;
      else if (quote !== "") {
        if (character === quote) quote = "";
      } else if (`'"\``.includes(character)) quote = character;
      else if (" \t\n|&;()<>".includes(character)) break;
    }
    words.push(line.slice(start, at));
  }
  return words;
}

/**
 * The text of a command over several lines as one entry (bash's `cmdhist`): `before` and `line` joined with what keeps the meaning.
 * @simplified The reserved words after which no `;` may stand are recognised by spelling alone.
 */
export function joinLines(before: string, line: string): string {
  if (openQuote(before) !== "" || hasOpenHereDocument(before)) return `${before}\n${line}`;
  if (/(?:^|[^\\])(?:\\\\)*\\$/.test(before)) return before.slice(0, -1) + line;
  const trimmed = before.trimEnd();
  if (trimmed === "" || line.trim() === "") return `${before}${line}`;
  if (/(?:[;&|({]|(?:^|[\s;&|])(?:do|then|else|elif|if|while|until|in|!|time))$/.test(trimmed)) return `${trimmed} ${line}`;
  if (/(?:^|[\s;])case\s.*\sin\s[^()]*\)$/s.test(trimmed)) return `${trimmed} ${line}`;
  return `${trimmed}; ${line}`;
}

/** The quote in which `text` ends. */
export function openQuote(text: string): "" | "'" | '"' {
  let quote: "" | "'" | '"' = "";
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "\\" && quote !== "'") at++;
    else if (character === "'" && quote !== '"') quote = quote === "'" ? "" : "'";
    else if (character === '"' && quote !== "'") quote = quote === '"' ? "" : '"';
    else if (character === "#" && quote === "" && (at === 0 || /\s/.test(text[at - 1] ?? ""))) {
      const end = text.indexOf("\n", at);
      if (end < 0) break;
      at = end;
    }
  }
  return quote;
}

function hasOpenHereDocument(text: string): boolean {
  const lines = text.split("\n");
  const pending: { word: string; stripsTabs: boolean }[] = [];
  for (const line of lines) {
    const open = pending[0];
    if (open) {
      if ((open.stripsTabs ? line.replace(/^\t+/, "") : line) === open.word) pending.shift();
      continue;
    }
    for (const [, dash, word = ""] of line.matchAll(/(?<!<)<<(-?)\s*(\\?[\w.]+|'[^']*'|"[^"]*")/g)) {
      pending.push({ word: word.replace(/^['"\\]|['"]$/g, ""), stripsTabs: dash === "-" });
    }
  }
  return pending.length > 0;
}
