import type { Command, ParsedOptions } from "../command.ts";
import { Failure, reason, warnx } from "../complain.ts";
import { stdout } from "../output.ts";
import { padEnd, padStart, textWidth } from "../table.ts";
import { closeInput, LineReader, openInput } from "../text-io.ts";

const WIDTH = 80;
const TAB = 8;

/** column(1). */
export const column: Command = {
  name: "column",
  package: "util-linux",
  style: "gnu",
  usage: ["column [options] [<file>...]"],
  about: "Columnate lists.",
  options: [
    { name: "table", short: "t", help: "create a table" },
    { name: "table-name", short: "n", argument: "name", help: "table name for JSON output" },
    { name: "table-order", short: "O", argument: "columns", help: "specify order of output columns", fidelity: "unbuilt" },
    { name: "table-columns", short: "N", argument: "names", help: "comma separated columns names" },
    { name: "table-columns-limit", short: "l", argument: "num", help: "maximal number of input columns" },
    { name: "table-right", short: "R", argument: "columns", help: "right align text in these columns" },
    { name: "table-hide", short: "H", argument: "columns", help: "don't print the columns" },
    { name: "table-noheadings", short: "d", help: "don't print header" },
    { name: "table-empty-lines", short: "L", help: "don't ignore empty lines" },
    { name: "json", short: "J", help: "use JSON output format for table" },
    { name: "output-width", short: "c", argument: "width", help: "width of output in number of characters" },
    { name: "output-separator", short: "o", argument: "string", help: "columns separator for table output (default is two spaces)" },
    { name: "separator", short: "s", argument: "string", help: "possible table delimiters" },
    { name: "fillrows", short: "x", help: "fill rows before columns" },
    { name: "help", short: "h", help: "display this help" },
    { name: "version", short: "V", help: "display version" },
  ],
  completes: "files",
  *run(proc, options) {
    const lines: string[] = [];
    let status = 0;
    for (const name of options.operands.length === 0 ? ["-"] : options.operands) {
      try {
        const fd = openInput(proc, name);
        const reader = new LineReader(proc, fd);
        for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next()) lines.push(line);
        closeInput(proc, fd);
      } catch (error) {
        yield* warnx(proc, `${name}: ${reason(error)}`);
        status = 1;
      }
    }
    const kept = lines.filter((line) => options.has("table-empty-lines") || line.trim() !== "");
    if (options.has("json")) {
      if (!options.has("table-columns")) throw new Failure("option --table-columns or --table-column required for --json");
      yield* stdout(proc).print(jsonText(kept, options));
    } else if (options.has("table")) for (const line of tableText(kept, options)) yield* stdout(proc).print(line);
    else {
      const width = options.value("output-width");
      if (width !== undefined && !/^[0-9]+$|^unlimited$/.test(width)) throw new Failure(`invalid columns argument: '${width}'`);
      const columns =
        width === undefined
          ? proc.sys.isatty(1)
            ? (proc.tty?.columns ?? WIDTH)
            : Number(proc.env.get("COLUMNS") ?? WIDTH)
          : Number(width);
      for (const line of filled(kept, columns, options.has("fillrows"))) yield* stdout(proc).print(line);
    }
    return status;
  },
};

/** Entries beside each other, with tabs between them. */
function filled(entries: readonly string[], width: number, across: boolean): string[] {
  const cell = (Math.floor(Math.max(0, ...entries.map(textWidth)) / TAB) + 1) * TAB;
  const columns = Math.max(1, Math.floor(width / cell));
  if (columns === 1 || cell >= width) return entries.map((entry) => `${entry}\n`);
  const rows = Math.ceil(entries.length / columns);
  const out: string[] = [];
  for (let row = 0; row < rows; row++) {
    let line = "";
    for (let index = 0; index < columns; index++) {
      const at = across ? row * columns + index : index * rows + row;
      const entry = entries[at];
      if (entry === undefined) break;
      const isLast = across ? index === columns - 1 || at === entries.length - 1 : at + rows >= entries.length;
      line += entry + (isLast ? "" : "\t".repeat(Math.ceil((cell - textWidth(entry)) / TAB)));
    }
    out.push(`${line}\n`);
  }
  return out;
}

/** Lines as cells. Without -s runs of blanks separate; with it each of its characters does. */
function cellsOf(lines: readonly string[], options: ParsedOptions): string[][] {
  const separator = options.value("separator");
  const limit = Number(options.value("table-columns-limit") ?? Infinity);
  return lines.map((line) => {
    const cells = separator === undefined ? line.trim().split(/[ \t]+/) : splitAtAny(line, separator);
    return cells.length > limit ? [...cells.slice(0, limit - 1), cells.slice(limit - 1).join(separator?.[0] ?? " ")] : cells;
  });
}

function splitAtAny(line: string, separators: string): string[] {
  const out = [""];
  for (const character of line) {
    if (separators.includes(character)) out.push("");
    else out[out.length - 1] += character;
  }
  return out;
}

function names(options: ParsedOptions): string[] | undefined {
  return options.value("table-columns")?.split(",");
}

/** The numbers, from 0, of columns given by name or by number. */
function chosen(option: string, options: ParsedOptions, count: number): ReadonlySet<number> {
  const known = names(options) ?? [];
  const out = new Set<number>();
  for (const part of options.value(option)?.split(",") ?? []) {
    if (part === "0") for (let index = 0; index < count; index++) out.add(index);
    else if (part === "-1") out.add(count - 1);
    else if (/^[0-9]+$/.test(part)) out.add(Number(part) - 1);
    else if (known.includes(part)) out.add(known.indexOf(part));
    else throw new Failure(`undefined column name '${part}'`);
  }
  return out;
}

function tableText(lines: readonly string[], options: ParsedOptions): string[] {
  const titles = names(options);
  const rows = [...(titles === undefined || options.has("table-noheadings") ? [] : [titles]), ...cellsOf(lines, options)];
  const count = Math.max(0, ...rows.map((row) => row.length));
  const right = chosen("table-right", options, count);
  const hidden = chosen("table-hide", options, count);
  const gap = options.value("output-separator") ?? "  ";
  const shown = Array.from({ length: count }, (_, index) => index).filter((index) => !hidden.has(index));
  const widths = shown.map((index) => Math.max(...rows.map((row) => textWidth(row[index] ?? ""))));
  return rows.map((row) => {
    const cells = shown.map((index, place) => {
      const text = row[index] ?? "";
      if (right.has(index)) return padStart(text, widths[place] ?? 0);
      // The last column is only filled up where a row has nothing in it.
      return place === shown.length - 1 ? text : padEnd(text, widths[place] ?? 0);
    });
    return `${cells.join(gap)}\n`;
  });
}

function jsonText(lines: readonly string[], options: ParsedOptions): string {
  const titles = names(options) ?? [];
  const objects = cellsOf(lines, options).map(
    (cells) =>
      `      {\n${titles.map((title, index) => `         "${title.toLowerCase()}": ${cells[index] === undefined ? "null" : JSON.stringify(cells[index])}`).join(",\n")}\n      }`,
  );
  const joined = objects.map((object, index) => (index === 0 ? object : object.trimStart())).join(",");
  return `{\n   "${options.value("table-name") ?? "table"}": [\n${joined}\n   ]\n}\n`;
}
