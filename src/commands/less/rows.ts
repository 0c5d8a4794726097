/** How a pager shows a line: control characters made visible, overstrikes and colours as looks, wrapped or chopped into rows. */
import { characterWidth } from "../../base/character-width.ts";

interface Cell {
  text: string;
  readonly width: number;
  /** Colours that were set before, as they came. */
  readonly colour: string;
  readonly look: "" | "bold" | "underline" | "visible";
  /** Where in the plain text the character is. */
  readonly at: number;
}

export interface ShownLine {
  /** The text without colours and overstrikes: what is searched. */
  readonly plain: string;
  readonly cells: readonly Cell[];
}

export interface RowOptions {
  readonly columns: number;
  /** Pass colours through (`-R`). */
  readonly isRaw: boolean;
  /** One row for each line (`-S`), from this column on. */
  readonly isChopped: boolean;
  readonly shift: number;
  /** What stands before the line, e.g. its number. */
  readonly margin: string;
}

const SEQUENCE = /^\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))/;
const LOOKS = { "": "", bold: "\x1b[1m", underline: "\x1b[4m", visible: "\x1b[7m" } as const;

/** Takes a line apart. */
export function shownLine(line: string, isRaw: boolean): ShownLine {
  const cells: Cell[] = [];
  let plain = "";
  let colour = "";
  let column = 0;
  const place = (text: string, look: Cell["look"], source: string): void => {
    for (const piece of text) {
      const width = characterWidth(piece.codePointAt(0) ?? 0);
      const last = cells.at(-1);
      if (width === 0 && last) last.text += piece;
      else cells.push({ text: piece, width, colour, look, at: plain.length });
      column += width;
    }
    plain += source;
  };
  for (let at = 0; at < line.length;) {
    if (isRaw) {
      const sequence = SEQUENCE.exec(line.slice(at, at + 256))?.[0];
      if (sequence) {
        if (/^\x1b\[[\d;:]*m$/.test(sequence))
          colour = /^\x1b\[0*m$/.test(sequence) ? "" : colour + sequence.replace(/\x1b\[0+;/, "\x1b[m\x1b[");
        at += sequence.length;
        continue;
      }
    }
    const point = line.codePointAt(at) ?? 0;
    const character = String.fromCodePoint(point);
    const next = at + character.length;
    const struck = line[next] === "\b" ? line.codePointAt(next + 1) : undefined;
    if (struck !== undefined && point >= 0x20) {
      const other = String.fromCodePoint(struck);
      const isUnderline = character === "_" || other === "_";
      place(
        character === "_" ? other : character,
        isUnderline && character !== other ? "underline" : "bold",
        character === "_" ? other : character,
      );
      at = next + 1 + other.length;
      continue;
    }
    if (point === 0x09) place(" ".repeat(8 - (column % 8)), "", character);
    else if (point === 0x1b) place("ESC", "visible", character);
    else if (point < 0x20 || point === 0x7f) place(`^${String.fromCharCode(point ^ 0x40)}`, "visible", character);
    else if (point >= 0xdc80 && point <= 0xdcff) place(`<${(point - 0xdc00).toString(16).toUpperCase()}>`, "visible", character);
    else if (point >= 0x80 && point < 0xa0) place(`<U+${point.toString(16).toUpperCase().padStart(4, "0")}>`, "visible", character);
    else place(character, "", character);
    at = next;
  }
  return { plain, cells };
}

/** The rows of a line; `marked` are the stretches of the plain text to stand out. */
export function rowsOf(
  line: ShownLine,
  options: RowOptions,
  marked: readonly { readonly start: number; readonly end: number }[] = [],
): string[] {
  const room = Math.max(1, options.columns - options.margin.length);
  const isMarked = (cell: Cell): boolean => marked.some(({ start, end }) => cell.at >= start && cell.at < end);
  if (options.isChopped) {
    const shown: Cell[] = [];
    let column = 0;
    let isCut = false;
    for (const cell of line.cells) {
      if (column >= options.shift && column + cell.width - options.shift > room) {
        isCut = true;
        break;
      }
      if (column >= options.shift) shown.push(cell);
      column += cell.width;
    }
    if (!isCut) return [options.margin + painted(shown, isMarked)];
    shown.pop();
    return [`${options.margin}${painted(shown, isMarked)}\x1b[7m>\x1b[m`];
  }
  const rows: string[] = [];
  let row: Cell[] = [];
  let width = 0;
  for (const cell of line.cells) {
    if (width + cell.width > room && row.length > 0) {
      rows.push(painted(row, isMarked));
      row = [];
      width = 0;
    }
    row.push(cell);
    width += cell.width;
  }
  rows.push(painted(row, isMarked));
  return rows.map((text, index) => (index === 0 ? options.margin : " ".repeat(options.margin.length)) + text);
}

function painted(cells: readonly Cell[], isMarked: (cell: Cell) => boolean): string {
  let out = "";
  let current = "";
  for (const cell of cells) {
    const style = cell.colour + LOOKS[cell.look] + (isMarked(cell) ? "\x1b[7m" : "");
    if (style !== current) {
      out += (current === "" ? "" : "\x1b[m") + style;
      current = style;
    }
    out += cell.text;
  }
  return current === "" ? out : out + "\x1b[m";
}
