/** How diff(1) writes an edit script. Pure text. */
import type { Change } from "./edit-script.ts";

export interface DiffText {
  readonly name: string;
  /** The line after `---` or `***`: name and date, or a label. */
  readonly header: string;
  readonly lines: readonly string[];
  readonly missingNewline: boolean;
}

export interface FormatOptions {
  readonly context: number;
  readonly color: boolean;
  readonly width: number;
  readonly leftColumn: boolean;
  readonly suppressCommon: boolean;
  readonly initialTab: boolean;
  readonly expandTabs: boolean;
  /** -p and -F: the last line before a hunk for which this holds goes into its head. */
  readonly showFunction: ((line: string) => boolean) | undefined;
}

const RED = "31";
const GREEN = "32";
const CYAN = "36";
const BOLD = "1";

function paint(options: FormatOptions, code: string, text: string): string {
  return options.color ? `\x1b[${code}m${text}\x1b[0m` : text;
}

/** One line with its mark; the last line may lack its newline, which is told. */
function marked(text: DiffText, index: number, mark: string, options: FormatOptions, code: string | undefined): string {
  const line = mark + (options.initialTab && mark !== "" ? "\t" : "") + (text.lines[index] ?? "");
  const shown = code === undefined ? line : paint(options, code, line);
  return shown + (text.missingNewline && index === text.lines.length - 1 ? "\n\\ No newline at end of file\n" : "\n");
}

function lines(text: DiffText, from: number, to: number, mark: string, options: FormatOptions, code?: string): string {
  let out = "";
  for (let index = from; index < to; index++) out += marked(text, index, mark, options, code);
  return out;
}

/** `3`, `3,5`; an empty range is the line before it. */
function range(start: number, end: number): string {
  return end - start > 1 ? `${String(start + 1)},${String(end)}` : String(end === start ? start : start + 1);
}

/** `2c2`, `5a6`, `3d2`. */
export function normalFormat(left: DiffText, right: DiffText, changes: readonly Change[], options: FormatOptions): string {
  return changes
    .map((change) => {
      const kind = change.oldStart === change.oldEnd ? "a" : change.newStart === change.newEnd ? "d" : "c";
      const mark = options.initialTab ? "" : " ";
      return (
        paint(options, CYAN, `${range(change.oldStart, change.oldEnd)}${kind}${range(change.newStart, change.newEnd)}`) +
        "\n" +
        lines(left, change.oldStart, change.oldEnd, `<${mark}`, options, RED) +
        (kind === "c" ? "---\n" : "") +
        lines(right, change.newStart, change.newEnd, `>${mark}`, options, GREEN)
      );
    })
    .join("");
}

interface Hunk {
  readonly oldStart: number;
  readonly oldEnd: number;
  readonly newStart: number;
  readonly newEnd: number;
  readonly changes: readonly Change[];
}

/** Changes whose context would touch belong together. */
function hunks(left: DiffText, right: DiffText, changes: readonly Change[], context: number): readonly Hunk[] {
  const groups: Change[][] = [];
  for (const change of changes) {
    const last = groups.at(-1);
    const before = last?.at(-1);
    if (last !== undefined && before !== undefined && change.oldStart - before.oldEnd <= 2 * context) last.push(change);
    else groups.push([change]);
  }
  return groups.map((group) => {
    const first = group[0] as Change;
    const last = group.at(-1) as Change;
    return {
      oldStart: Math.max(0, first.oldStart - context),
      oldEnd: Math.min(left.lines.length, last.oldEnd + context),
      newStart: Math.max(0, first.newStart - context),
      newEnd: Math.min(right.lines.length, last.newEnd + context),
      changes: group,
    };
  });
}

/** What -p puts behind a hunk's head. */
function functionLine(left: DiffText, hunk: Hunk, options: FormatOptions): string {
  if (options.showFunction === undefined) return "";
  for (let index = hunk.oldStart - 1; index >= 0; index--) {
    const line = left.lines[index] ?? "";
    if (options.showFunction(line)) return ` ${line.trimStart().slice(0, 40).trimEnd()}`;
  }
  return "";
}

export function unifiedFormat(left: DiffText, right: DiffText, changes: readonly Change[], options: FormatOptions): string {
  const span = (start: number, end: number): string =>
    end - start === 1 ? String(start + 1) : `${String(end === start ? start : start + 1)},${String(end - start)}`;
  let out = `${paint(options, BOLD, `--- ${left.header}`)}\n${paint(options, BOLD, `+++ ${right.header}`)}\n`;
  for (const hunk of hunks(left, right, changes, options.context)) {
    out +=
      paint(options, CYAN, `@@ -${span(hunk.oldStart, hunk.oldEnd)} +${span(hunk.newStart, hunk.newEnd)} @@`) +
      functionLine(left, hunk, options) +
      "\n";
    let at = hunk.oldStart;
    for (const change of hunk.changes) {
      out += lines(left, at, change.oldStart, " ", options);
      out += lines(left, change.oldStart, change.oldEnd, "-", options, RED);
      out += lines(right, change.newStart, change.newEnd, "+", options, GREEN);
      at = change.oldEnd;
    }
    out += lines(left, at, hunk.oldEnd, " ", options);
  }
  return out;
}

export function contextFormat(left: DiffText, right: DiffText, changes: readonly Change[], options: FormatOptions): string {
  const span = (start: number, end: number): string => (end - start > 1 ? `${String(start + 1)},${String(end)}` : String(end));
  let out = `${paint(options, BOLD, `*** ${left.header}`)}\n${paint(options, BOLD, `--- ${right.header}`)}\n`;
  for (const hunk of hunks(left, right, changes, options.context)) {
    out += `***************${functionLine(left, hunk, options)}\n${paint(options, CYAN, `*** ${span(hunk.oldStart, hunk.oldEnd)} ****`)}\n`;
    if (hunk.changes.some((change) => change.oldEnd > change.oldStart)) {
      let at = hunk.oldStart;
      for (const change of hunk.changes) {
        const both = change.newEnd > change.newStart;
        out +=
          lines(left, at, change.oldStart, "  ", options) + lines(left, change.oldStart, change.oldEnd, both ? "! " : "- ", options, RED);
        at = change.oldEnd;
      }
      out += lines(left, at, hunk.oldEnd, "  ", options);
    }
    out += `${paint(options, CYAN, `--- ${span(hunk.newStart, hunk.newEnd)} ----`)}\n`;
    if (hunk.changes.some((change) => change.newEnd > change.newStart)) {
      let at = hunk.newStart;
      for (const change of hunk.changes) {
        const both = change.oldEnd > change.oldStart;
        out +=
          lines(right, at, change.newStart, "  ", options) +
          lines(right, change.newStart, change.newEnd, both ? "! " : "+ ", options, GREEN);
        at = change.newEnd;
      }
      out += lines(right, at, hunk.newEnd, "  ", options);
    }
  }
  return out;
}

/** Commands for ed(1), last change first. */
export function edFormat(_left: DiffText, right: DiffText, changes: readonly Change[]): string {
  return changes
    .toReversed()
    .map((change) => {
      const kind = change.oldStart === change.oldEnd ? "a" : change.newStart === change.newEnd ? "d" : "c";
      const text = right.lines
        .slice(change.newStart, change.newEnd)
        .map((line) => (line === "." ? ".." : line) + "\n")
        .join("");
      return `${range(change.oldStart, change.oldEnd)}${kind}\n${kind === "d" ? "" : `${text}.\n`}`;
    })
    .join("");
}

/** The format of RCS: counts instead of ends. */
export function rcsFormat(_left: DiffText, right: DiffText, changes: readonly Change[]): string {
  return changes
    .map((change) => {
      const gone = change.oldEnd - change.oldStart;
      const come = change.newEnd - change.newStart;
      const text = right.lines
        .slice(change.newStart, change.newEnd)
        .map((line, index) => line + (right.missingNewline && change.newStart + index === right.lines.length - 1 ? "" : "\n"))
        .join("");
      return (
        (gone > 0 ? `d${String(change.oldStart + 1)} ${String(gone)}\n` : "") +
        (come > 0 ? `a${String(change.oldEnd)} ${String(come)}\n${text}` : "")
      );
    })
    .join("");
}

const TAB = 8;

/** Two columns with `|`, `<`, `>` between them. */
export function sideBySideFormat(left: DiffText, right: DiffText, changes: readonly Change[], options: FormatOptions): string {
  const tab = options.expandTabs ? 1 : TAB;
  const offset = Math.floor((options.width + tab + 3) / (2 * tab)) * tab;
  const half = Math.max(0, Math.min(offset - 3, options.width - offset));
  const second = half > 0 ? offset : options.width;
  const gap = (from: number, to: number): string => {
    let out = "";
    let at = from;
    if (!options.expandTabs)
      for (let next = at + TAB - (at % TAB); next <= to; next += TAB) {
        out += "\t";
        at = next;
      }
    return out + " ".repeat(Math.max(0, to - at));
  };
  const row = (leftLine: string | undefined, mark: string, rightLine: string | undefined): string => {
    const shown = leftLine === undefined ? { text: "", width: 0 } : cut(leftLine, half);
    let out = shown.text;
    let at = shown.width;
    if (mark !== " ") {
      const middle = Math.floor((half + second - 1) / 2);
      out += gap(at, middle) + mark;
      at = middle + 1;
    }
    if (rightLine !== undefined && rightLine !== "") out += gap(at, second) + cut(rightLine, half).text;
    return out + "\n";
  };
  let out = "";
  let oldAt = 0;
  let newAt = 0;
  const common = (to: number): void => {
    for (; oldAt < to; oldAt++, newAt++) {
      if (options.suppressCommon) continue;
      out += options.leftColumn ? row(left.lines[oldAt], "(", undefined) : row(left.lines[oldAt], " ", right.lines[newAt]);
    }
  };
  for (const change of changes) {
    common(change.oldStart);
    for (; oldAt < change.oldEnd && newAt < change.newEnd; oldAt++, newAt++) out += row(left.lines[oldAt], "|", right.lines[newAt]);
    for (; oldAt < change.oldEnd; oldAt++) out += row(left.lines[oldAt], "<", undefined);
    for (; newAt < change.newEnd; newAt++) out += row(undefined, ">", right.lines[newAt]);
  }
  common(left.lines.length);
  return out;
}

/** As much of a line as `width` cells hold; tabs go to the stops of the column. */
function cut(line: string, width: number): { readonly text: string; readonly width: number } {
  let text = "";
  let at = 0;
  for (const character of line) {
    if (character === "\t") {
      const next = at + TAB - (at % TAB);
      if (next > width) {
        text += " ".repeat(width - at);
        at = width;
        break;
      }
      text += "\t";
      at = next;
    } else {
      if (at + 1 > width) break;
      text += character;
      at++;
    }
  }
  return { text, width: at };
}
