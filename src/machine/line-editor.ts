/** The boot menu's editor as a value: lines and a cursor, and what each key makes of them. */
import type { BootKey } from "./boot-keys.ts";

export interface EditedText {
  readonly lines: readonly string[];
  /** Where the cursor is; `column` counts characters and may be one past the last. */
  readonly row: number;
  readonly column: number;
}

/** The text after `key`; the same text for a key that edits nothing. Keys are those of GRUB's editor: arrows and Emacs's. */
export function editText(text: EditedText, key: BootKey): EditedText {
  const { lines, row, column } = text;
  const line = lines[row] ?? "";
  switch (key.kind) {
    case "text":
      return replaceLines(text, row, 1, [line.slice(0, column) + key.text + line.slice(column)], row, column + key.text.length);
    case "enter":
      return replaceLines(text, row, 1, [line.slice(0, column), line.slice(column)], row + 1, 0);
    case "left":
      if (column > 0) return { ...text, column: column - 1 };
      return row > 0 ? { ...text, row: row - 1, column: (lines[row - 1] ?? "").length } : text;
    case "right":
      if (column < line.length) return { ...text, column: column + 1 };
      return row < lines.length - 1 ? { ...text, row: row + 1, column: 0 } : text;
    case "up":
      return row > 0 ? { ...text, row: row - 1, column: Math.min(column, (lines[row - 1] ?? "").length) } : text;
    case "down":
      return row < lines.length - 1 ? { ...text, row: row + 1, column: Math.min(column, (lines[row + 1] ?? "").length) } : text;
    case "home":
      return { ...text, column: 0 };
    case "end":
      return { ...text, column: line.length };
    case "backspace":
      if (column > 0) return replaceLines(text, row, 1, [line.slice(0, column - 1) + line.slice(column)], row, column - 1);
      if (row === 0) return text;
      return replaceLines(text, row - 1, 2, [(lines[row - 1] ?? "") + line], row - 1, (lines[row - 1] ?? "").length);
    case "delete":
      if (column < line.length) return replaceLines(text, row, 1, [line.slice(0, column) + line.slice(column + 1)], row, column);
      return row < lines.length - 1 ? replaceLines(text, row, 2, [line + (lines[row + 1] ?? "")], row, column) : text;
    case "control":
      return controlKey(text, key.letter);
    default:
      return text;
  }
}

function controlKey(text: EditedText, letter: string): EditedText {
  const line = text.lines[text.row] ?? "";
  switch (letter) {
    case "a":
      return editText(text, { kind: "home" });
    case "e":
      return editText(text, { kind: "end" });
    case "b":
      return editText(text, { kind: "left" });
    case "f":
      return editText(text, { kind: "right" });
    case "p":
      return editText(text, { kind: "up" });
    case "n":
      return editText(text, { kind: "down" });
    case "d":
      return editText(text, { kind: "delete" });
    case "k":
      return replaceLines(text, text.row, 1, [line.slice(0, text.column)], text.row, text.column);
    case "u":
      return replaceLines(text, text.row, 1, [line.slice(text.column)], text.row, 0);
    default:
      return text;
  }
}

function replaceLines(text: EditedText, from: number, count: number, by: readonly string[], row: number, column: number): EditedText {
  return { lines: text.lines.toSpliced(from, count, ...by), row, column };
}
