/** Tables as apx draws them, with tablewriter. Source: Vanilla-OS/apx:core/utils.go. */
import { textWidth } from "../../base/character-width.ts";

/** `header` is shown in capitals; without one there is none. @simplified Long cells are not broken into lines. */
export function drawTable(rows: readonly (readonly string[])[], header?: readonly string[]): string {
  const all = header === undefined ? rows : [header.map((cell) => cell.toUpperCase()), ...rows];
  const count = Math.max(0, ...all.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, at) => Math.max(0, ...all.map((row) => textWidth(row[at] ?? ""))));
  const rule = `┼${widths.map((width) => `${"┄".repeat(width + 2)}┼`).join("")}\n`;
  const line = (row: readonly string[]): string =>
    `┊${widths.map((width, at) => ` ${row[at] ?? ""}${" ".repeat(width - textWidth(row[at] ?? ""))} ┊`).join("")}\n`;
  return rule + all.map((row) => line(row) + rule).join("");
}
