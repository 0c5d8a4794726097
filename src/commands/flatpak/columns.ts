/** Tables of flatpak(1): tabs between the cells off a terminal, aligned columns under a bold line on one. */
import { textWidth } from "../../base/character-width.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";

export interface Column<Row> {
  readonly name: string;
  readonly title: string;
  cell(row: Row): string;
  /** Shown when nobody says which; "varying": only where not all rows have the same; or as the rows say. */
  readonly isDefault: boolean | "varying" | ((rows: readonly Row[]) => boolean);
  /** Grows with the terminal. */
  readonly grows?: true;
}

/** The columns that `--columns` names; those of `otherwise` without it. Throws `OstreeError`. */
export function chosenColumns<Row>(
  columns: readonly Column<Row>[],
  given: readonly string[],
  otherwise: "default" | "all",
  rows: readonly Row[],
): readonly Column<Row>[] {
  if (given.length === 0) {
    if (otherwise === "all") return columns;
    return columns.filter(({ isDefault, cell }) => {
      if (typeof isDefault === "function") return isDefault(rows);
      return isDefault === "varying" ? new Set(rows.map((row) => cell(row))).size > 1 : isDefault;
    });
  }
  const words = given.flatMap((list) => list.split(","));
  return words.flatMap((word) => {
    const name = word.replace(/:[smef]\w*$/, "");
    if (name === "all") return columns;
    const fits = columns.filter((column) => column.name.startsWith(name));
    const [first] = fits;
    const exact = fits.find((column) => column.name === name);
    if (first === undefined) throw new OstreeError(`Unknown column: ${name}`);
    if (exact === undefined && fits.length > 1) throw new OstreeError(`Ambiguous column: ${name}`);
    return [exact ?? first];
  });
}

/** @simplified On a terminal too narrow for the table nothing is shortened with "…". */
export function* printTable<Row>(proc: Process, columns: readonly Column<Row>[], rows: readonly Row[]): Run<void> {
  const cells = rows.map((row) => columns.map((column) => column.cell(row)));
  if (!proc.sys.isatty(1)) {
    yield* proc.print(cells.map((line) => `${line.join("\t").replace(/\t+$/, "")}\n`).join(""));
    return;
  }
  if (rows.length === 0) return;
  const titles = columns.map((column) => column.title);
  const widths = titles.map((title, i) => Math.max(textWidth(title), ...cells.map((line) => textWidth(line[i] ?? ""))));
  const spare = (proc.tty?.columns ?? 80) - widths.reduce((sum, width) => sum + width + 1, -1);
  const growing = columns.filter((column) => column.grows).length;
  const more = spare > 0 && growing > 0 ? Math.floor(spare / growing) : 0;
  const line = (parts: readonly string[]): string =>
    parts
      .map((part, i) => part + " ".repeat(Math.max(0, (widths[i] ?? 0) + (columns[i]?.grows ? more : 0) - textWidth(part))))
      .join(" ")
      .trimEnd();
  yield* proc.print(`\x1b[1m${line(titles)}\x1b[22m\n${cells.map((parts) => `${line(parts)}\n`).join("")}`);
}
