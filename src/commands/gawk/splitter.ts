/** How text is cut into pieces: FS, FPAT, FIELDWIDTHS, and split's third argument. */
import type { Pattern } from "../../base/posix-pattern.ts";
import { characters } from "./values.ts";

/** The pieces, and what stood between them: one less, where the pieces touch it "". */
export interface Pieces {
  readonly pieces: string[];
  readonly between: readonly string[];
}

export type Splitter = (text: string) => Pieces;

/** FS or a separator given to split; `compile` makes the pattern of a longer one. In paragraph mode newlines separate, too. */
export function separatorSplitter(separator: string, compile: (source: string) => Pattern, paragraphs = false): Splitter {
  if (separator === " ") return splitAtBlanks;
  if (separator === "") return (text) => apart([...characters(text)]);
  if (separator.length === 1 && separator !== "\\") {
    const literal = paragraphs && separator !== "\n" ? undefined : separator;
    if (literal !== undefined)
      return (text) => {
        const pieces = text === "" ? [] : text.split(literal);
        return { pieces, between: pieces.slice(1).map(() => literal) };
      };
    return patternSplitter(compile(`[${separator === "^" || separator === "]" ? `\\${separator}` : separator}\n]`));
  }
  return patternSplitter(compile(paragraphs ? `(${separator})|\n` : separator === "\\" ? "\\\\" : separator));
}

function apart(pieces: string[]): Pieces {
  return { pieces, between: pieces.slice(1).map(() => "") };
}

/** Runs of blanks and newlines separate; those at both ends count for nothing. */
function splitAtBlanks(text: string): Pieces {
  const trimmed = text.replace(/^[ \t\n]+|[ \t\n]+$/g, "");
  if (trimmed === "") return { pieces: [], between: [] };
  return { pieces: trimmed.split(/[ \t\n]+/), between: trimmed.match(/[ \t\n]+/g) ?? [] };
}

/** What matches separates; an empty match does not. */
export function patternSplitter(pattern: Pattern): Splitter {
  return (text) => {
    const pieces: string[] = [];
    const between: string[] = [];
    if (text === "") return { pieces, between };
    let start = 0;
    for (let from = 0; from < text.length;) {
      const match = pattern.find(text, from);
      if (match === undefined) break;
      if (match.end === match.start) {
        from = match.end + 1;
        continue;
      }
      pieces.push(text.slice(start, match.start));
      between.push(text.slice(match.start, match.end));
      start = from = match.end;
    }
    pieces.push(text.slice(start));
    return { pieces, between };
  };
}

/** FPAT: what matches is a field. */
export function contentSplitter(pattern: Pattern): Splitter {
  return (text) => {
    const pieces: string[] = [];
    const between: string[] = [];
    let last = 0;
    for (let from = 0; from <= text.length;) {
      const match = pattern.find(text, from);
      if (match === undefined) break;
      // An empty match directly behind a field is none.
      if (match.end === match.start && pieces.length > 0 && match.start === last) {
        from = match.end + 1;
        continue;
      }
      if (pieces.length > 0) between.push(text.slice(last, match.start));
      pieces.push(text.slice(match.start, match.end));
      last = match.end;
      from = match.end > match.start ? match.end : match.end + 1;
    }
    return { pieces, between };
  };
}

/** FIELDWIDTHS: "2 3:4 *". */
export function widthSplitter(widths: string): Splitter {
  const parts = widths
    .trim()
    .split(/\s+/)
    .map((part) => {
      const [first = "", second] = part.split(":");
      const width = second ?? first;
      return { skip: second === undefined ? 0 : Number(first), width: width === "*" ? Infinity : Number(width) };
    });
  return (text) => {
    const all = characters(text);
    const pieces: string[] = [];
    let at = 0;
    for (const { skip, width } of parts) {
      at += skip;
      if (at >= all.length) break;
      const piece = all.slice(at, at + width);
      pieces.push(typeof piece === "string" ? piece : piece.join(""));
      at += width;
    }
    return apart(pieces);
  };
}
