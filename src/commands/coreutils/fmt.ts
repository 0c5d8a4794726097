/** fmt(1): paragraphs filled to lines of about equal length, by the least total cost as GNU fmt counts it. */
import { decodeUtf8 } from "../../base/utf8.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Command } from "../command.ts";
import { Failure, reason, warn } from "../complain.ts";
import { stdout } from "../output.ts";
import { curly, quote } from "../quote.ts";
import { readWhole, splitLines } from "../text-io.ts";

const WIDTH = 75;
/** Per cent by which lines are wished shorter than the longest allowed. */
const LEEWAY = 7;

/** Costs are squares: a deviation of n columns weighs n². */
function square(value: number): number {
  return value * value;
}

const LINE_COST = square(70);
const SENTENCE_BONUS = square(50);
const NOBREAK_COST = square(600);
const PAREN_BONUS = square(40);
const PUNCTUATION_BONUS = square(40);

interface Word {
  readonly text: string;
  readonly width: number;
  /** Blanks behind it, where the line goes on. */
  space: number;
  readonly opens: boolean;
  readonly isPeriod: boolean;
  readonly isPunctuation: boolean;
  /** It ends a sentence. */
  isFinal: boolean;
  best: number;
  next: number;
  length: number;
}

interface Style {
  readonly width: number;
  readonly goal: number;
  readonly isUniform: boolean;
}

/** fmt(1). */
export const fmt: Command = {
  name: "fmt",
  package: "coreutils",
  closesInput: "closing standard input",
  style: "gnu",
  usage: ["fmt [-WIDTH] [OPTION]... [FILE]..."],
  about: "Reformat each paragraph in the FILE(s), writing to standard output.",
  options: [
    { name: "crown-margin", short: "c", help: "preserve indentation of first two lines" },
    {
      name: "prefix",
      short: "p",
      argument: "STRING",
      help: "reformat only lines beginning with STRING, reattaching the prefix to reformatted lines",
    },
    { name: "split-only", short: "s", help: "split long lines, but do not refill" },
    { name: "tagged-paragraph", short: "t", help: "indentation of first line different from second" },
    { name: "uniform-spacing", short: "u", help: "one space between words, two after sentences" },
    { name: "width", short: "w", argument: "WIDTH", help: "maximum line width (default of 75 columns)" },
    { name: "goal", short: "g", argument: "WIDTH", help: "goal width (default of 93% of width)" },
  ],
  completes: "files",
  // `fmt -60` is `fmt -w 60`.
  rewrite: (args) => (/^-[0-9]/.test(args[0] ?? "") ? ["-w", (args[0] ?? "").slice(1), ...args.slice(1)] : args),
  *run(proc, options) {
    const number = (name: string): number | undefined => {
      const text = options.value(name);
      if (text === undefined) return undefined;
      if (!/^[0-9]+$/.test(text) || Number(text) > 2500) throw new Failure(`invalid width: ${curly(text)}`);
      return Number(text);
    };
    const goal = number("goal");
    const width = number("width") ?? (goal === undefined ? WIDTH : goal + 10);
    const style: Style = {
      width,
      goal: goal ?? Math.floor((width * (2 * (100 - LEEWAY) + 1)) / 200),
      isUniform: options.has("uniform-spacing"),
    };
    const given = options.value("prefix") ?? "";
    const prefix: Prefix = { text: given.trim(), blanks: /^ */.exec(given)?.[0].length ?? 0 };
    const kind = options.order.findLast(({ name }) => ["crown-margin", "tagged-paragraph", "split-only"].includes(name))?.name ?? "";
    let status = 0;
    for (const name of options.operands.length === 0 ? ["-"] : options.operands) {
      let lines: readonly string[];
      try {
        ({ lines } = splitLines(decodeUtf8(yield* readWhole(proc, name))));
      } catch (error) {
        yield* warn(
          proc,
          isSysError(error) && error.syscall === "read" ? "read error" : `cannot open ${quote(name)} for reading: ${reason(error)}`,
        );
        status = 1;
        continue;
      }
      for (const paragraph of paragraphs(lines, prefix, kind)) {
        const text = typeof paragraph === "string" ? `${paragraph}\n` : formatted(paragraph, style);
        yield* stdout(proc).print(text);
      }
      yield* proc.tick();
    }
    return status;
  },
};

interface Paragraph {
  readonly lines: readonly string[];
  /** What stands before the first line and before the others. */
  readonly first: string;
  readonly other: string;
}

/** Lines that belong together, and those that stay as they are. */
/** What lines must begin with to be changed, after at least so many blanks. */
interface Prefix {
  readonly text: string;
  readonly blanks: number;
}

function paragraphs(lines: readonly string[], prefix: Prefix, kind: string): (string | Paragraph)[] {
  const out: (string | Paragraph)[] = [];
  for (let at = 0; at < lines.length;) {
    const line = expanded(lines[at] ?? "");
    const own = partsOf(line, prefix);
    if (own === undefined || own.text === "") {
      out.push(own === undefined ? line : line.trimEnd());
      at++;
      continue;
    }
    const members = [own];
    for (let next = at + 1; next < lines.length && kind !== "split-only"; next++) {
      const other = partsOf(expanded(lines[next] ?? ""), prefix);
      if (other === undefined || other.text === "" || other.lead !== own.lead) break;
      // A change of indentation begins another paragraph, but where the second line may have its own.
      const model = members.length === 1 ? own : members[1];
      if (kind === "tagged-paragraph" && members.length === 1) {
        if (other.indent === own.indent) break;
      } else if (!(kind === "crown-margin" && members.length === 1) && other.indent !== model?.indent) break;
      members.push(other);
    }
    const second = members[1] ?? (kind === "tagged-paragraph" ? { ...own, indent: `${own.indent}   ` } : own);
    out.push({ lines: members.map(({ text }) => text), first: own.lead + own.indent, other: second.lead + second.indent });
    at += members.length;
  }
  return out;
}

function partsOf(line: string, prefix: Prefix): { readonly lead: string; readonly indent: string; readonly text: string } | undefined {
  const blank = /^ */.exec(line)?.[0] ?? "";
  if (blank.length < prefix.blanks || !line.slice(blank.length).startsWith(prefix.text)) return undefined;
  const rest = line.slice(blank.length + prefix.text.length);
  const indent = /^ */.exec(rest)?.[0] ?? "";
  return prefix.text === ""
    ? { lead: "", indent: blank, text: rest.trimEnd() }
    : { lead: blank + prefix.text, indent, text: rest.slice(indent.length).trimEnd() };
}

function expanded(line: string): string {
  let out = "";
  for (const character of line) out += character === "\t" ? " ".repeat(8 - (out.length % 8)) : character;
  return out;
}

function wordsOf(lines: readonly string[], isUniform: boolean): Word[] {
  const words: Word[] = [];
  for (const line of lines) {
    const found = [...line.matchAll(/([^ ]+)( *)/g)];
    for (const [index, [, text = "", blanks = ""]] of found.entries()) {
      const bare = text.replace(/["')\]]+$/, "");
      const isPeriod = /[.?!]$/.test(bare);
      const endsLine = index === found.length - 1;
      const isFinal = isPeriod && (endsLine || blanks.length > 1);
      words.push({
        text,
        width: [...text].length,
        space: endsLine || isUniform ? (isFinal ? 2 : 1) : blanks.length,
        opens: /^[('`["]/.test(text),
        isPeriod,
        isPunctuation: /\p{P}$|[^\w\s]$/u.test(bare) && /[!-/:-@[-`{-~]$/.test(bare),
        isFinal,
        best: 0,
        next: 0,
        length: 0,
      });
    }
  }
  const last = words.at(-1);
  if (last !== undefined) last.isFinal = true;
  return words;
}

function formatted(paragraph: Paragraph, style: Style): string {
  const words = wordsOf(paragraph.lines, style.isUniform);
  // From the last word to the first: the best line to begin with each.
  for (let start = words.length - 1; start >= 0; start--) {
    const word = words[start] as Word;
    let length = start === 0 ? paragraph.first.length : paragraph.other.length;
    let best = Infinity;
    length += word.width;
    for (let end = start + 1; ; end++) {
      const cost = lineCost(words, end, length, style.goal) + (words[end]?.best ?? 0);
      if (cost < best) {
        best = cost;
        word.next = end;
        word.length = length;
      }
      const following = words[end];
      if (following === undefined) break;
      length += (words[end - 1]?.space ?? 1) + following.width;
      if (length >= style.width) break;
    }
    word.best = best + baseCost(words, start);
  }
  let out = "";
  for (let start = 0; start < words.length;) {
    const end = words[start]?.next ?? words.length;
    let line = start === 0 ? paragraph.first : paragraph.other;
    for (let at = start; at < end; at++) line += (words[at]?.text ?? "") + (at + 1 < end ? " ".repeat(words[at]?.space ?? 1) : "");
    out += `${line}\n`;
    start = end;
  }
  return out;
}

/** What it costs to begin a line with that word. */
function baseCost(words: readonly Word[], start: number): number {
  const word = words[start] as Word;
  let cost = LINE_COST;
  const before = words[start - 1];
  if (before !== undefined) {
    if (before.isPeriod) cost += before.isFinal ? -SENTENCE_BONUS : NOBREAK_COST;
    else if (before.isPunctuation) cost -= PUNCTUATION_BONUS;
    else if (words[start - 2]?.isFinal === true) cost += square(200) / (before.width + 2);
  }
  if (word.opens) cost -= PAREN_BONUS;
  else if (word.isFinal) cost += square(150) / (word.width + 2);
  return cost;
}

/** What a line of that length costs that ends before the word `next`. */
function lineCost(words: readonly Word[], next: number, length: number, goal: number): number {
  const following = words[next];
  if (following === undefined) return 0;
  let cost = square((goal - length) * 10);
  if (following.next !== words.length) cost += square((length - following.length) * 10) / 2;
  return cost;
}
