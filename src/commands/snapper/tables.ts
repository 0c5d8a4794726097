/** How snapper lays out what it lists: tables in twelve styles, CSV and JSON. Source: openSUSE/snapper:client/utils/Table.cc. */
import { padEnd, padStart, textWidth } from "../table.ts";

interface Style {
  readonly vertical: string;
  readonly horizontal: string;
  readonly cross: string;
}

const style = (vertical: string, horizontal: string, cross: string): Style => ({ vertical, horizontal, cross });

/** In the order of `--table-style`. */
export const STYLES: readonly Style[] = [
  style("|", "-", "+"),
  style("│", "─", "┼"),
  style("┃", "━", "╋"),
  style("║", "═", "╬"),
  style("┆", "┄", "┼"),
  style("┇", "┅", "┋"),
  style("│", "━", "┿"),
  style("│", "═", "╪"),
  style("┃", "─", "╂"),
  style("║", "─", "╫"),
  style(":", "-", "+"),
  style("", " ", " "),
];

export interface TableColumn {
  readonly title: string;
  readonly align?: "right";
}

/** Each cell as wide as the widest of its column, the last one, too. */
export function tableText(columns: readonly TableColumn[], rows: readonly (readonly string[])[], look: Style): string {
  const widths = columns.map(({ title }, index) => Math.max(textWidth(title), ...rows.map((row) => textWidth(row[index] ?? ""))));
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, index) => (align === "right" ? padStart : padEnd)(cells[index] ?? "", widths[index] ?? 0))
      .join(` ${look.vertical} `);
  const rule = widths
    .map((width, index) => look.horizontal.repeat(width + [index === 0, index === widths.length - 1].filter((isEdge) => !isEdge).length))
    .join(look.cross);
  const all = [
    line(columns.map(({ title }) => title)),
    columns.length === 1 ? look.horizontal.repeat(widths[0] ?? 0) : rule,
    ...rows.map(line),
  ];
  return all.map((text) => `${text}\n`).join("");
}

/** RFC 4180 with line feeds. */
export function csvText(rows: readonly (readonly string[])[], separator: string): string {
  const cell = (text: string): string => (text.includes(separator) || /["\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => `${row.map(cell).join(separator)}\n`).join("");
}

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export function jsonText(value: Json): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
