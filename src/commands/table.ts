/** Columns of text, by their width on a terminal. */

/** Cells that a character takes: 0 for combining marks and the like, 2 for East Asian wide characters and emoji. */
export function characterWidth(character: string): number {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x300) return 1;
  if (/\p{Mn}|\p{Me}|\p{Cf}/u.test(character)) return 0;
  const wide =
    (point >= 0x1100 && point <= 0x115f) ||
    (point >= 0x2e80 && point <= 0xa4cf) ||
    (point >= 0xac00 && point <= 0xd7a3) ||
    (point >= 0xf900 && point <= 0xfaff) ||
    (point >= 0xfe30 && point <= 0xfe6f) ||
    (point >= 0xff00 && point <= 0xff60) ||
    (point >= 0xffe0 && point <= 0xffe6) ||
    (point >= 0x1f300 && point <= 0x1f64f) ||
    (point >= 0x1f900 && point <= 0x1f9ff) ||
    (point >= 0x20000 && point <= 0x3fffd);
  return wide ? 2 : 1;
}

/** Cells that `text` takes. */
export function textWidth(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

export function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - textWidth(text)));
}

export function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - textWidth(text))) + text;
}

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

/**
 * Rows under their titles, each column as wide as its widest cell, a blank between; the last column is not padded.
 * Without `titles` the titles count for nothing.
 */
export function tableLines(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: { readonly titles?: boolean; readonly gap?: string } = {},
): string[] {
  const titles = options.titles ?? true;
  const all = titles ? [columns.map((column) => column.title), ...rows] : rows;
  const widths = columns.map((_, index) => Math.max(0, ...all.map((row) => textWidth(row[index] ?? ""))));
  return all.map((row) =>
    columns
      .map((column, index) => {
        const cell = row[index] ?? "";
        if (column.align === "right") return padStart(cell, widths[index] ?? 0);
        return index === columns.length - 1 ? cell : padEnd(cell, widths[index] ?? 0);
      })
      .join(options.gap ?? " ")
      .trimEnd(),
  );
}
