/**
 * Paints a prompt and a line on a terminal, however often they change: lays them out in rows as the terminal wraps
 * them, compares with what is on the screen, and writes the difference.
 *
 * It gives text and writes nothing itself; it relies on the terminal's output processing to begin a new row after "\n".
 */
import { characterWidth } from "../../base/character-width.ts";

/** What one character looks like, with the escape sequences before it and the marks that combine with it. */
interface Cell {
  readonly text: string;
  readonly width: number;
}

interface Row {
  readonly cells: readonly Cell[];
  /** Columns taken. */
  readonly width: number;
  /** What comes after: the terminal wraps by itself, or the text holds a newline, or nothing. */
  readonly end: "wrap" | "newline" | "last";
}

export interface Layout {
  readonly rows: readonly Row[];
  readonly cursor: { readonly row: number; readonly column: number };
}

/** Where `prompt` and `text` come to stand on a terminal of `columns`, with the cursor before `text[point]`. */
export function layOut(prompt: string, text: string, point: number, columns: number): Layout {
  const rows: Row[] = [];
  let cells: Cell[] = [];
  let width = 0;
  const endRow = (end: Row["end"]): void => {
    rows.push({ cells, width, end });
    cells = [];
    width = 0;
  };
  const place = (cell: Cell): void => {
    if (width + cell.width > columns && cells.length > 0) endRow("wrap");
    cells.push(cell);
    width += cell.width;
  };
  const combine = (mark: string): void => {
    let target = cells;
    if (cells.length === 0 && rows.length > 0 && rows.at(-1)?.end === "wrap") target = rows.at(-1)?.cells as Cell[];
    const last = target.at(-1);
    if (last) target[target.length - 1] = { text: last.text + mark, width: last.width };
    else cells.push({ text: mark, width: 0 });
  };

  for (const cell of promptCells(prompt)) place(cell);
  let cursor: { row: number; column: number } | undefined;
  let at = 0;
  for (const character of text) {
    const isPoint = at === point;
    at += character.length;
    if (character === "\n") {
      if (width >= columns) endRow("wrap");
      if (isPoint) cursor = { row: rows.length, column: width };
      endRow("newline");
      continue;
    }
    const shown = appearance(character, width);
    if (shown.length === 0) {
      combine(character);
      continue;
    }
    for (const [index, cell] of shown.entries()) {
      place(cell);
      if (isPoint && index === 0) cursor = { row: rows.length, column: width - cell.width };
    }
  }
  if (width >= columns) endRow("wrap");
  cursor ??= { row: rows.length, column: width };
  endRow("last");
  return { rows, cursor };
}

/** How a character of the line is shown: control characters as ^X, a tab as blanks, a byte that is not UTF-8 as \ooo; none for one that combines. */
function appearance(character: string, column: number): Cell[] {
  const point = character.codePointAt(0) ?? 0;
  if (point === 0x09) return Array.from({ length: 8 - (column % 8) }, () => ({ text: " ", width: 1 }));
  if (point < 0x20 || point === 0x7f) return plainCells(`^${String.fromCharCode(point ^ 0x40)}`);
  if (point >= 0xdc80 && point <= 0xdcff) return plainCells(`\\${(point - 0xdc00).toString(8)}`);
  if (point >= 0x80 && point < 0xa0) return plainCells(`\\${point.toString(8)}`);
  const width = characterWidth(point);
  return width === 0 ? [] : [{ text: character, width }];
}

function plainCells(text: string): Cell[] {
  return [...text].map((character) => ({ text: character, width: 1 }));
}

/** The cells of a prompt without newlines. What is between U+0001 and U+0002, and any CSI or OSC sequence, takes no room. */
function promptCells(prompt: string): Cell[] {
  const cells: Cell[] = [];
  let invisible = "";
  const pattern = /\x01([^\x02]*)\x02?|(\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\))|(.)/gsu;
  for (const [, marked, sequence, character] of prompt.matchAll(pattern)) {
    if (character === undefined) {
      invisible += marked ?? sequence ?? "";
      continue;
    }
    const shown = appearance(character, 0);
    const last = cells.at(-1);
    if (shown.length === 0 && last) cells[cells.length - 1] = { text: last.text + character, width: last.width };
    for (const cell of shown) {
      cells.push({ text: invisible + cell.text, width: cell.width });
      invisible = "";
    }
  }
  const last = cells.at(-1);
  if (invisible !== "") {
    if (last) cells[cells.length - 1] = { text: last.text + invisible, width: last.width };
    else cells.push({ text: invisible, width: 0 });
  }
  return cells;
}

/** A prompt's bytes as they go to the screen. */
export function plainPrompt(prompt: string): string {
  return prompt.replace(/[\x01\x02]/g, "");
}

const NOTHING: readonly Row[] = [];

export class Painter {
  #rows: readonly Row[] = NOTHING;
  /** The first row that is shown, when there are more than the screen has. */
  #top = 0;
  /** Where the terminal's cursor is, from the first row that is shown. */
  #cursor = { row: 0, column: 0 };
  #columns = 0;

  /** Begins anew on the row where the cursor is, at its first column. */
  start(): void {
    this.#rows = NOTHING;
    this.#top = 0;
    this.#cursor = { row: 0, column: 0 };
  }

  /** What to write so that the screen shows this. */
  paint(prompt: string, text: string, point: number, size: { readonly columns: number; readonly rows: number }): string {
    const columns = Math.max(2, size.columns);
    const height = Math.max(1, size.rows);
    const layout = layOut(prompt, text, point, columns);
    const top = topRow(this.#top, layout.cursor.row, layout.rows.length, height);
    const rows = layout.rows.slice(top, top + height);
    this.#columns = columns;
    let out = "";
    if (top !== this.#top || this.#rows.length === 0) {
      out += this.#moveTo(0, 0) + this.#writeFrom(rows, 0, 0);
    } else {
      const change = firstDifference(this.#rows, rows);
      if (change) {
        let cell = change.cell;
        // One cannot move to where the terminal is about to wrap, only write oneself there.
        if (cell > 0 && columnOf(rows[change.row], cell) >= columns) cell--;
        out += this.#moveTo(change.row, columnOf(rows[change.row], cell)) + this.#writeFrom(rows, change.row, cell);
      }
    }
    this.#rows = rows;
    this.#top = top;
    return out + this.#moveTo(layout.cursor.row - top, layout.cursor.column);
  }

  /** Goes below what is painted, to the start of an empty row. */
  finish(): string {
    const out = this.#moveTo(Math.max(0, this.#rows.length - 1), this.#cursor.column) + "\n";
    this.start();
    return out;
  }

  /** After the terminal changed its size: goes back to the first row and clears from there; `paint` must follow. */
  resize(): string {
    const out = (this.#cursor.row > 0 ? `\x1b[${this.#cursor.row}A` : "") + "\r\x1b[J";
    this.start();
    return out;
  }

  /** Goes to the last row, keeping the column: where ^C is echoed. */
  moveToLastRow(): string {
    return this.#moveTo(Math.max(0, this.#rows.length - 1), this.#cursor.column);
  }

  #moveTo(row: number, column: number): string {
    const down = row - this.#cursor.row;
    const right = column - this.#cursor.column;
    const isAtMargin = this.#cursor.column >= this.#columns;
    this.#cursor = { row, column };
    let out = "";
    if (down < 0) out += `\x1b[${-down}A`;
    else if (down > 0) out += `\x1b[${down}B`;
    if (right === 0) return out;
    if (column === 0) return out + "\r";
    if (right < 0 && right > -4 && !isAtMargin) return out + "\b".repeat(-right);
    return out + `\x1b[${column + 1}G`;
  }

  /** Writes `rows` from a cell on, and clears what was beyond. */
  #writeFrom(rows: readonly Row[], fromRow: number, fromCell: number): string {
    let out = "";
    let column = columnOf(rows[fromRow], fromCell);
    for (let r = fromRow; r < rows.length; r++) {
      const row = rows[r];
      if (!row) break;
      // An empty row that nothing but wrapping has made: the terminal wraps only when something is written.
      if (row.cells.length === 0 && rows[r - 1]?.end === "wrap") out += " \r";
      for (const cell of row.cells.slice(r === fromRow ? fromCell : 0)) out += cell.text;
      column = row.width;
      const isLast = r === rows.length - 1;
      if (column < this.#columns && (this.#rows[r]?.width ?? 0) > column && !isLast) out += "\x1b[K";
      if (isLast) {
        const wasLonger = this.#rows.length > rows.length || (this.#rows[r]?.width ?? 0) > column;
        if (column < this.#columns && (wasLonger || row.cells.length === 0)) out += "\x1b[J";
      } else if (row.end === "newline") out += "\n";
    }
    this.#cursor = { row: Math.max(0, rows.length - 1), column };
    return out;
  }
}

/** The first row to show so that the cursor's is among `height`; moves no more than it must. */
function topRow(current: number, cursor: number, total: number, height: number): number {
  if (total <= height) return 0;
  const lowest = Math.max(0, cursor - height + 1);
  const highest = Math.min(cursor, total - height);
  return Math.max(lowest, Math.min(current, highest));
}

function columnOf(row: Row | undefined, cell: number): number {
  return row?.cells.slice(0, cell).reduce((sum, c) => sum + c.width, 0) ?? 0;
}

function firstDifference(old: readonly Row[], next: readonly Row[]): { row: number; cell: number } | undefined {
  for (let r = 0; r < Math.max(old.length, next.length); r++) {
    const before = old[r];
    const after = next[r];
    if (!before || !after) return r < next.length ? { row: r, cell: 0 } : { row: next.length - 1, cell: next.at(-1)?.cells.length ?? 0 };
    for (let c = 0; c < Math.max(before.cells.length, after.cells.length); c++) {
      if (before.cells[c]?.text !== after.cells[c]?.text) return { row: r, cell: c };
    }
    if (before.end !== after.end) return { row: r, cell: after.cells.length };
  }
  return undefined;
}
