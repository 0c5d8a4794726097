/** sub, gsub and gensub. */
import type { Match, Pattern } from "../../base/posix-pattern.ts";

/** Which matches are replaced: all, or the one with this number. */
type Which = "all" | number;

/** What replaces a match. */
type Replacement = (match: Match) => string;

/** `text` with matches replaced, and how many were. */
export function substituted(
  text: string,
  pattern: Pattern,
  which: Which,
  replacement: Replacement,
): { readonly text: string; readonly count: number } {
  let out = "";
  let count = 0;
  let number = 0;
  let copied = 0;
  let lastEnd = -1;
  for (let from = 0; from <= text.length;) {
    const match = pattern.find(text, from);
    if (match === undefined) break;
    const isEmpty = match.end === match.start;
    // Nothing matches directly behind a match.
    if (!isEmpty || match.start !== lastEnd) {
      number++;
      if (which === "all" || number === which) {
        out += text.slice(copied, match.start) + replacement(match);
        copied = match.end;
        count++;
        if (which !== "all") break;
      }
    }
    lastEnd = match.end;
    from = isEmpty ? match.end + 1 : match.end;
  }
  return { text: out + text.slice(copied), count };
}

/** The replacement of sub and gsub: `&` is what matched, `\&` is an ampersand, `\\&` a backslash and what matched. */
export function plainReplacement(source: string, text: string): Replacement {
  if (!source.includes("&") && !source.includes("\\")) return () => source;
  return (match) =>
    source.replace(/\\\\\\&|\\\\&|\\&|&/g, (part) => {
      const matched = text.slice(match.start, match.end);
      return part === "&" ? matched : part === "\\&" ? "&" : part === "\\\\&" ? `\\${matched}` : "\\&";
    });
}

/** The replacement of gensub, which has `\0` to `\9`, too. */
export function groupReplacement(source: string, text: string): Replacement {
  return (match) =>
    source.replace(/\\([^])|&/g, (part, letter: string | undefined) => {
      if (part === "&") return text.slice(match.start, match.end);
      if (letter === "&") return "&";
      if (letter === undefined || !/[0-9]/.test(letter)) return letter === "\\" ? "\\" : part;
      const group = match.groups[Number(letter)];
      return group === undefined ? "" : text.slice(group.start, group.end);
    });
}
