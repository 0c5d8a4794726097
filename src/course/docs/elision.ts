/**
 * Printed text as documentation shows it, held against what was really printed.
 *
 * `…` in a line stands for any text, `…` alone on a line (also `...`, `[…]`, `[...]`) for any lines, none included.
 * Blanks at the ends of lines and empty lines at the end count nowhere; a tab is as wide as a terminal makes it.
 */
import { diffArrays } from "diff";

/** Whether a line stands for any lines. */
const isElision = (line: string): boolean => /^\s*(…|\.\.\.|\[(…|\.\.\.)\])\s*$/.test(line);

/** Whether the lines agree. */
export function agrees(shown: readonly string[], printed: readonly string[]): boolean {
  return globs(tidy(shown), tidy(printed), isElision, lineAgrees);
}

/** A line of a comparison. */
export interface Difference {
  /** "elided": printed, and an elision beside it may stand for it. */
  readonly kind: "same" | "shown" | "printed" | "elided";
  /** For "same" what the documentation shows, with its elisions. */
  readonly line: string;
}

/** What the documentation shows and what was printed, aligned. An elision is no difference, nor what it can stand for. */
export function compare(shown: readonly string[], printed: readonly string[]): readonly Difference[] {
  const comparator = (line: string, pattern: string): boolean => !isElision(pattern) && lineAgrees(pattern, line);
  const out: Difference[] = [];
  let hunk: Difference[] = [];
  const close = (): void => {
    const isElided = hunk.some(({ kind }) => kind === "same");
    const differs = hunk.some(({ kind }) => kind === "shown");
    out.push(...hunk.filter(({ kind }) => kind !== "printed"));
    const rest = hunk.filter(({ kind }) => kind === "printed");
    if (!isElided) out.push(...rest);
    else if (differs) out.push(...rest.map(({ line }): Difference => ({ kind: "elided", line })));
    hunk = [];
  };
  for (const { value, added, removed } of diffArrays([...tidy(printed)], [...tidy(shown)], { comparator })) {
    if (!added && !removed) close();
    for (const line of value)
      if (removed) hunk.push({ kind: "printed", line });
      else if (added) hunk.push({ kind: isElision(line) ? "same" : "shown", line });
      else out.push({ kind: "same", line });
  }
  close();
  return out;
}

/** What the documentation should show: its own lines where they hold, elisions included, the printed ones elsewhere. */
export function corrected(shown: readonly string[], printed: readonly string[]): readonly string[] {
  if (agrees(shown, printed)) return shown;
  const lines = compare(shown, printed).flatMap(({ kind, line }) => (kind === "same" || kind === "printed" ? [line] : []));
  return agrees(lines, printed) ? lines : tidy(printed);
}

function tidy(lines: readonly string[]): readonly string[] {
  const all = lines.map((line) => expandTabs(line).trimEnd());
  return all.slice(0, all.findLastIndex((line) => line !== "") + 1);
}

const TAB = 8;

function expandTabs(line: string): string {
  const [first = "", ...rest] = line.split("\t");
  return rest.reduce((text, part) => text + " ".repeat(TAB - (text.length % TAB)) + part, first);
}

function lineAgrees(pattern: string, line: string): boolean {
  return pattern === line || (pattern.includes("…") && globs([...pattern], [...line], (letter) => letter === "…", Object.is));
}

/** Whether `text` is `pattern`, where each star stands for any run. Takes pattern times text steps at most. */
function globs<T, U>(
  pattern: readonly T[],
  text: readonly U[],
  isStar: (part: T) => boolean,
  equal: (part: T, item: U) => boolean,
): boolean {
  let at = 0;
  let star: { readonly after: number; upTo: number } | undefined;
  for (let item = 0; item < text.length || at < pattern.length;) {
    const part = pattern[at];
    if (at < pattern.length && isStar(part as T)) star = { after: ++at, upTo: item };
    else if (at < pattern.length && item < text.length && equal(part as T, text[item] as U)) {
      at++;
      item++;
    } else if (star && star.upTo < text.length) {
      at = star.after;
      item = ++star.upTo;
    } else return false;
  }
  return true;
}
