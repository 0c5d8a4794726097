/** A real terminal emulator without a page, to see what programs paint. */
import headless from "@xterm/headless";
import { characterWidth } from "../../src/base/character-width.ts";

export class Screen {
  readonly #terminal: headless.Terminal;

  constructor(columns: number, rows: number) {
    this.#terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 500 });
    this.#terminal.unicode.register({
      version: "immutable-lab",
      wcwidth: characterWidth,
      charProperties(codepoint, preceding) {
        let width: number = characterWidth(codepoint);
        let joins = width === 0 && preceding !== 0;
        if (joins) {
          const before = (preceding >> 1) & 3;
          if (before === 0) joins = false;
          else width = Math.max(width, before);
        }
        return (width << 1) | (joins ? 1 : 0);
      },
    });
    this.#terminal.unicode.activeVersion = "immutable-lab";
  }

  write(data: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => this.#terminal.write(data, resolve));
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
  }

  /** The visible rows without blanks at their ends, and no empty rows at the end. */
  get rows(): string[] {
    const buffer = this.#terminal.buffer.active;
    const rows: string[] = [];
    for (let y = 0; y < this.#terminal.rows; y++)
      rows.push(
        buffer
          .getLine(buffer.baseY + y)
          ?.translateToString(true)
          .trimEnd() ?? "",
      );
    while (rows.at(-1) === "") rows.pop();
    return rows;
  }

  get cursor(): { row: number; column: number } {
    const buffer = this.#terminal.buffer.active;
    return { row: buffer.cursorY, column: Math.min(buffer.cursorX, this.#terminal.cols - 1) };
  }

  /** Rows with a mark where the cursor is. */
  get picture(): string[] {
    const { row, column } = this.cursor;
    const rows = this.rows;
    while (rows.length <= row) rows.push("");
    return [...rows, `cursor ${row},${column}`];
  }
}
