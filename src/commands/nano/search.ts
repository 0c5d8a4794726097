/** Finds text in a buffer, forwards or backwards, around its ends. */
import { Pattern } from "../../base/posix-pattern.ts";
import { isBefore, isSame, type Position, type TextBuffer } from "./buffer.ts";

export interface SearchOptions {
  readonly isCaseSensitive: boolean;
  readonly isRegexp: boolean;
  readonly isBackwards: boolean;
}

export interface Found {
  readonly start: Position;
  readonly end: Position;
  /** The search went around the end of the text. */
  readonly hasWrapped: boolean;
}

/** Where `wanted` is in a line. */
export interface Needle {
  /** The first match that starts at `from` or later. */
  first(line: string, from: number): { readonly start: number; readonly end: number } | undefined;
  /** The last match that starts before `before`. */
  last(line: string, before: number): { readonly start: number; readonly end: number } | undefined;
}

/** Throws `PatternError` for a regular expression that is none. */
export function needleOf(wanted: string, options: SearchOptions): Needle {
  if (options.isRegexp) {
    const pattern = Pattern.compile(wanted, { syntax: "extended", ignoreCase: !options.isCaseSensitive });
    const first: Needle["first"] = (line, from) => (from > line.length ? undefined : pattern.find(line, from));
    return { first, last: (line, before) => lastOf(first, line, before) };
  }
  const fold = (text: string): string => (options.isCaseSensitive ? text : foldCase(text));
  const folded = fold(wanted);
  const first: Needle["first"] = (line, from) => {
    const start = fold(line).indexOf(folded, from);
    return start < 0 ? undefined : { start, end: start + wanted.length };
  };
  return { first, last: (line, before) => lastOf(first, line, before) };
}

/** Lower case that keeps every index where it is. */
function foldCase(text: string): string {
  const lower = text.toLowerCase();
  if (lower.length === text.length) return lower;
  return [...text].map((character) => (character.toLowerCase().length === character.length ? character.toLowerCase() : character)).join("");
}

function lastOf(first: Needle["first"], line: string, before: number): { readonly start: number; readonly end: number } | undefined {
  let found: { readonly start: number; readonly end: number } | undefined;
  for (let from = 0; from < before;) {
    const next = first(line, from);
    if (!next || next.start >= before) break;
    found = next;
    from = next.start + 1;
  }
  return found;
}

/** The next occurrence beyond the cursor, which may be the one at the cursor when there is no other. */
export function search(buffer: TextBuffer, needle: Needle, isBackwards: boolean): Found | undefined {
  const { cursor, lines } = buffer;
  const count = lines.length;
  for (let step = 0; step <= count; step++) {
    const line = (((isBackwards ? cursor.line - step : cursor.line + step) % count) + count) % count;
    const text = lines[line] ?? "";
    let match: ReturnType<Needle["first"]>;
    if (isBackwards) match = needle.last(text, step === 0 ? cursor.at : text.length + 1);
    else match = needle.first(text, step === 0 ? cursor.at + 1 : 0);
    if (!match) continue;
    const start = { line, at: match.start };
    const hasWrapped = isBackwards ? isBefore(cursor, start) : isBefore(start, cursor);
    return { start, end: { line, at: match.end }, hasWrapped: hasWrapped || (step > 0 && isSame(start, cursor)) };
  }
  return undefined;
}
