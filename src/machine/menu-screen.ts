/** What the boot menu looks like, as GRUB draws it on a text terminal. Pure: a state in, bytes for the terminal out. */
import type { EditedText } from "./line-editor.ts";

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

export interface MenuState {
  readonly titles: readonly string[];
  readonly selected: number;
  /** Seconds until the highlighted entry starts by itself; undefined once a key was pressed. */
  readonly countdown: number | undefined;
  /** A line below the box in place of the countdown. */
  readonly notice?: string;
}

const TITLE = "GNU GRUB  version 2.12";
const MENU_HELP = [
  "Use the ↑ and ↓ keys to select which entry is highlighted.",
  "Press enter to boot the selected OS, `e' to edit the commands before booting or `c' for a command-line.",
];
const EDITOR_HELP = [
  "Minimum Emacs-like screen editing is supported. Press Ctrl-x or F10 to boot, or ESC to discard edits and return to the GRUB menu.",
];

const CLEAR_SCREEN = "\u001b[0m\u001b[2J\u001b[H";
const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";

/** Paints the menu. Where entries do not fit, the box scrolls to the highlighted one and arrows at its edge say so. */
export function paintMenu(size: ScreenSize, menu: MenuState): string {
  const help = wrapHelp(MENU_HELP, size.columns);
  const notice = menuNotice(size, menu);
  const { innerRows, innerColumns, left, top } = box(size, help.length + reservedRows(size));
  const first = Math.max(0, menu.selected - innerRows + 1);
  const lines: string[] = [];
  for (let row = 0; row < innerRows; row++) {
    const index = first + row;
    const title = menu.titles[index];
    const isSelected = index === menu.selected && title !== undefined;
    const text = fit(`${isSelected ? "*" : " "}${title ?? ""}`, innerColumns);
    const edge = row === 0 && first > 0 ? "↑" : row === innerRows - 1 && first + innerRows < menu.titles.length ? "↓" : "│";
    lines.push(`│${isSelected ? `\u001b[7m${text}\u001b[0m` : text}${edge}`);
  }
  return (
    CLEAR_SCREEN +
    HIDE_CURSOR +
    heading(size) +
    drawBox(top, left, innerColumns, lines) +
    paragraph(top + innerRows + 2, [...help, ...notice])
  );
}

/** Repaints only the line that counts down. */
export function paintCountdown(size: ScreenSize, menu: MenuState): string {
  const help = wrapHelp(MENU_HELP, size.columns);
  const notice = menuNotice(size, menu);
  const { innerRows, top } = box(size, help.length + reservedRows(size));
  const blank = Array.from({ length: reservedRows(size) - notice.length }, () => "");
  return paragraph(top + innerRows + 2 + help.length, [...notice, ...blank]);
}

/** Paints the editor of one entry's commands, with the cursor in it. */
export function paintEditor(size: ScreenSize, text: EditedText): string {
  const help = wrapHelp(EDITOR_HELP, size.columns);
  const { innerRows, innerColumns, left, top } = box(size, help.length + 1);
  const { screenLines, cursorRow, cursorColumn } = wrapText(text, innerColumns - 1);
  const first = Math.max(0, cursorRow - innerRows + 1);
  const lines: string[] = [];
  for (let row = 0; row < innerRows; row++) {
    const edge = row === 0 && first > 0 ? "↑" : row === innerRows - 1 && first + innerRows < screenLines.length ? "↓" : "│";
    lines.push(`│${fit(screenLines[first + row] ?? "", innerColumns)}${edge}`);
  }
  return (
    CLEAR_SCREEN +
    heading(size) +
    drawBox(top, left, innerColumns, lines) +
    paragraph(top + innerRows + 2, help) +
    at(top + 1 + cursorRow - first, left + 1 + cursorColumn) +
    SHOW_CURSOR
  );
}

/** Leaves the screen to what comes next. */
export function leaveScreen(): string {
  return CLEAR_SCREEN + SHOW_CURSOR;
}

function menuNotice(size: ScreenSize, menu: MenuState): string[] {
  const text = menu.notice ?? (menu.countdown === undefined ? undefined : countdownText(menu.countdown));
  return text === undefined ? [] : wrap(text, size.columns - 4).map((line) => `   ${line}`);
}

function countdownText(seconds: number): string {
  return `The highlighted entry will be executed automatically in ${seconds}s.`;
}

/** Room below the help, so that the box keeps its size when the countdown ends. */
function reservedRows(size: ScreenSize): number {
  return wrap(countdownText(10), size.columns - 4).length;
}

/** Row 1 is blank, row 2 the title, row 3 blank, then the box, then `below` lines. Narrow screens have no margin. */
function box(size: ScreenSize, below: number): { innerRows: number; innerColumns: number; left: number; top: number } {
  const margin = size.columns >= 60 ? 1 : 0;
  const top = size.rows >= 16 ? 4 : 2;
  return {
    innerRows: Math.max(1, size.rows - top - below - 1),
    innerColumns: Math.max(4, size.columns - 2 * margin - 2),
    left: 1 + margin,
    top,
  };
}

function heading(size: ScreenSize): string {
  const column = Math.max(1, Math.floor((size.columns - TITLE.length) / 2) + 1);
  return at(size.rows >= 16 ? 2 : 1, column) + TITLE.slice(0, size.columns);
}

function drawBox(top: number, left: number, innerColumns: number, lines: readonly string[]): string {
  const rule = "─".repeat(innerColumns);
  let out = `${at(top, left)}┌${rule}┐`;
  lines.forEach((line, row) => (out += at(top + 1 + row, left) + line));
  return `${out}${at(top + 1 + lines.length, left)}└${rule}┘`;
}

function paragraph(row: number, lines: readonly string[]): string {
  return lines.map((line, index) => `${at(row + index, 1)}\u001b[K${line}`).join("");
}

function wrapHelp(sentences: readonly string[], columns: number): string[] {
  const margin = columns >= 60 ? "      " : " ";
  return sentences.flatMap((sentence) => wrap(sentence, columns - 2 * margin.length).map((line) => margin + line));
}

/** Breaks at spaces so that no line is longer than `width`, if words allow. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines;
}

/** Exactly `width` columns: padded, or cut with three dots at its end. */
function fit(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text + " ".repeat(width - characters.length);
  return `${characters.slice(0, width - 3).join("")}...`;
}

/** Long lines go on below, marked by a backslash in the last column as GRUB does it. */
function wrapText(text: EditedText, width: number): { screenLines: string[]; cursorRow: number; cursorColumn: number } {
  const screenLines: string[] = [];
  let cursorRow = 0;
  let cursorColumn = 0;
  text.lines.forEach((line, index) => {
    const parts = Math.max(1, Math.ceil(line.length / width));
    for (let part = 0; part < parts; part++) {
      const isLast = part === parts - 1;
      if (text.row === index && text.column >= part * width && (isLast || text.column < (part + 1) * width)) {
        cursorRow = screenLines.length;
        cursorColumn = text.column - part * width;
      }
      screenLines.push(line.slice(part * width, (part + 1) * width) + (isLast ? "" : "\\"));
    }
  });
  return { screenLines, cursorRow, cursorColumn };
}

function at(row: number, column: number): string {
  return `\u001b[${row};${column}H`;
}
