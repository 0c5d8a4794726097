/** A full screen of text: what is shown is kept, and only rows that change are written. Shared by nano and less. */
import { characterWidth } from "../base/character-width.ts";

/** A stretch of text with one look. */
export interface Span {
  readonly text: string;
  readonly look?: "reverse" | "alert" | "bold";
}

export type ScreenRow = readonly Span[];

const LOOKS = { reverse: "\x1b[7m", alert: "\x1b[1;37;41m", bold: "\x1b[1m" } as const;

export class FullScreen {
  #shown: string[] = [];

  /** What makes the terminal show `rows`, with the cursor there. Rows must not be wider than the terminal. */
  paint(rows: readonly ScreenRow[], cursor: { readonly row: number; readonly column: number }): string {
    let out = "";
    for (const [index, row] of rows.entries()) {
      const text = row.map(({ text, look }) => (look ? `${LOOKS[look]}${text}\x1b[m` : text)).join("");
      if (this.#shown[index] === text) continue;
      out += `\x1b[${index + 1};1H\x1b[2K${text}`;
      this.#shown[index] = text;
    }
    if (out !== "") out = `\x1b[?25l${out}\x1b[?25h`;
    return `${out}\x1b[${cursor.row + 1};${cursor.column + 1}H`;
  }

  /** The terminal shows something else: everything is written next time. */
  forget(): string {
    this.#shown = [];
    return "\x1b[m\x1b[H\x1b[2J";
  }
}

/** As much of `text` as fits into `columns`. */
export function fitted(text: string, columns: number): string {
  let width = 0;
  let out = "";
  for (const character of text) {
    width += characterWidth(character.codePointAt(0) ?? 0);
    if (width > columns) break;
    out += character;
  }
  return out;
}
