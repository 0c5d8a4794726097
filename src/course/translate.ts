/** One system's habits in another's words: what a typed line does, and how the other does that. Reads the table of counterparts. */
import { parse } from "unbash";
import type { Tools } from "../distros/offers.ts";
import { DEEDS, type Deed, type Way } from "./counterparts.ts";

/** A line that is in the table, and its counterpart. */
export interface Translation {
  readonly deed: string;
  /** What to type there, in this order; none where there is no way. */
  readonly lines: readonly string[];
  /** What is different there; "" where nothing needs saying. */
  readonly note: string;
  /** Options of the typed line that were left out, since each tool has its own. */
  readonly leftOut: readonly string[];
}

/** Words that stand for others, by the name between the angle brackets. */
type Filled = ReadonlyMap<string, readonly string[]>;

interface Match {
  readonly deed: Deed;
  readonly filled: Filled;
  readonly leftOut: readonly string[];
}

/** What `line`, typed on a system with the tools `from`, is on one with `to`; undefined for a line that is not about the core. */
export function translate(line: string, from: Tools, to: Tools): Translation | undefined {
  const words = wordsOf(line);
  const match = words && bestMatch(words, from);
  if (match === undefined) return undefined;
  const way = match.deed.ways[to];
  return {
    deed: match.deed.name,
    lines: isWay(way) ? way.lines.map((each) => filledIn(each, match.filled)) : [],
    note: way.note ?? "",
    leftOut: match.leftOut,
  };
}

export function isWay(way: Deed["ways"][Tools]): way is Way {
  return "lines" in way;
}

/** The words of one simple command, without `sudo`; undefined for anything else. */
function wordsOf(line: string): string[] | undefined {
  const [statement, ...more] = parse(line).commands;
  const command = statement?.command;
  if (command?.type !== "Command" || more.length > 0) return undefined;
  const words = [command.name, ...command.suffix].flatMap((word) => (word?.type === "Word" ? [word.value] : []));
  return words[0] === "sudo" ? words.slice(1) : words;
}

/** The line of the table that says most of what was typed: with the fewest options left out, then the one that comes first. */
function bestMatch(words: readonly string[], tools: Tools): Match | undefined {
  let best: Match | undefined;
  for (const deed of DEEDS) {
    const way = deed.ways[tools];
    if (!isWay(way)) continue;
    for (const line of [way.lines[0], ...(way.also ?? [])]) {
      const match = matched(shapeOf(line), words);
      if (match !== undefined && (best === undefined || match.leftOut.length < best.leftOut.length)) best = { deed, ...match };
    }
  }
  return best;
}

/** The words of a line of the table. */
function shapeOf(line: string): string[] {
  return line
    .replace(/^sudo /, "")
    .split(" ")
    .map((word) => (word === '""' ? "" : word));
}

/** Fits `words` to a line of the table; options that the line does not have are left out. */
function matched(shape: readonly string[], words: readonly string[]): Omit<Match, "deed"> | undefined {
  const leftOut = words.filter((word) => word.startsWith("-") && !shape.includes(word));
  const typed = words.filter((word) => !leftOut.includes(word));
  const filled = new Map<string, readonly string[]>();
  for (const [at, want] of shape.entries()) {
    const name = /^<(.*)>$/.exec(want)?.[1];
    const taken = typed.slice(at, name?.endsWith("…") === true ? undefined : at + 1);
    if (taken.length === 0 || (name === undefined && taken[0] !== want)) return undefined;
    if (name !== undefined) filled.set(name, taken);
  }
  const takesRest = shape.at(-1)?.endsWith("…>") === true;
  return takesRest || typed.length === shape.length ? { filled, leftOut } : undefined;
}

function filledIn(line: string, filled: Filled): string {
  return line.replace(/<([^>]+)>/g, (placeholder, name: string) => filled.get(name)?.join(" ") ?? placeholder);
}
