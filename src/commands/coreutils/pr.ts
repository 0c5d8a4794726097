/** pr(1): pages with headers, and columns. */
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { textWidth as columnsOf } from "../../base/character-width.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { Failure, reason, warn } from "../complain.ts";
import { stdout } from "../output.ts";
import { curly } from "../quote.ts";
import { closeInput, LineReader, openInput } from "../text-io.ts";
import { formatTime } from "../time-format.ts";
import type { Timestamp } from "../../base/timestamp.ts";

const TAB = 8;
const HEADER_LINES = 5;
const FOOTER_LINES = 5;
/** With `-F` a page begins with its title. */
const SHORT_HEADER_LINES = 3;

/** What the options come to (init_parameters of pr.c). */
interface Layout {
  readonly columns: number;
  /** Files side by side. */
  readonly merges: boolean;
  readonly across: boolean;
  readonly separator: string;
  /** Columns are not aligned, and lines not cut. */
  readonly joins: boolean;
  readonly truncates: boolean;
  readonly pageLines: number;
  readonly bodyLines: number;
  readonly pageWidth: number;
  readonly columnWidth: number;
  readonly margin: number;
  readonly hasHeaders: boolean;
  readonly keepsFormFeeds: boolean;
  readonly endsInFormFeed: boolean;
  readonly doubles: boolean;
  readonly first: number;
  readonly last: number;
  readonly title: string | undefined;
  readonly dateFormat: string;
  readonly number: { readonly separator: string; readonly digits: number; readonly from: number | undefined } | undefined;
  readonly expand: { readonly character: string; readonly width: number } | undefined;
  readonly compress: { readonly character: string; readonly width: number } | undefined;
  readonly controls: "octal" | "hat" | undefined;
}

export const pr: Command = {
  name: "pr",
  package: "coreutils",
  closesInput: "standard input",
  style: "gnu",
  usage: ["pr [OPTION]... [FILE]..."],
  about: "Paginate or columnate FILE(s) for printing.",
  options: [
    {
      name: "pages",
      argument: "FIRST_PAGE[:LAST_PAGE]",
      help: "begin [stop] printing with page FIRST_[LAST_]PAGE; also +FIRST_PAGE[:LAST_PAGE]",
    },
    { name: "columns", argument: "COLUMN", help: "output COLUMN columns and print columns down, unless -a is used; also -COLUMN" },
    { name: "across", short: "a", help: "print columns across rather than down, used together with -COLUMN" },
    { name: "show-control-chars", short: "c", help: "use hat notation (^G) and octal backslash notation" },
    { name: "double-space", short: "d", help: "double space the output" },
    { name: "date-format", short: "D", argument: "FORMAT", help: "use FORMAT for the header date" },
    { name: "expand-tabs", short: "e", argument: "CHAR[WIDTH]", optional: true, help: "expand input CHARs (TABs) to tab WIDTH (8)" },
    { name: "form-feed", short: "F", alsoShort: ["f"], help: "use form feeds instead of newlines to separate pages" },
    { name: "header", short: "h", argument: "HEADER", help: "use a centered HEADER instead of filename in page header" },
    { name: "output-tabs", short: "i", argument: "CHAR[WIDTH]", optional: true, help: "replace spaces with CHARs (TABs) to tab WIDTH (8)" },
    { name: "join-lines", short: "J", help: "merge full lines, turns off -W line truncation, no column alignment" },
    {
      name: "length",
      short: "l",
      argument: "PAGE_LENGTH",
      help: "set the page length to PAGE_LENGTH (66) lines; implies -t if PAGE_LENGTH <= 10",
    },
    { name: "merge", short: "m", help: "print all files in parallel, one in each column" },
    {
      name: "number-lines",
      short: "n",
      argument: "SEP[DIGITS]",
      optional: true,
      help: "number lines, use DIGITS (5) digits, then SEP (TAB)",
    },
    { name: "first-line-number", short: "N", argument: "NUMBER", help: "start counting with NUMBER at 1st line of first page printed" },
    { name: "indent", short: "o", argument: "MARGIN", help: "offset each line with MARGIN (zero) spaces" },
    { name: "no-file-warnings", short: "r", help: "omit warning when a file cannot be opened" },
    { name: "separator", short: "s", argument: "CHAR", optional: true, help: "separate columns by a single character" },
    { name: "sep-string", short: "S", argument: "STRING", optional: true, help: "separate columns by STRING" },
    { name: "omit-header", short: "t", help: "omit page headers and trailers; implied if PAGE_LENGTH <= 10" },
    {
      name: "omit-pagination",
      short: "T",
      help: "omit page headers and trailers, eliminate any pagination by form feeds set in input files",
    },
    { name: "show-nonprinting", short: "v", help: "use octal backslash notation" },
    {
      name: "width",
      short: "w",
      argument: "PAGE_WIDTH",
      help: "set page width to PAGE_WIDTH (72) characters for multiple text-column output only",
    },
    { name: "page-width", short: "W", argument: "PAGE_WIDTH", help: "set page width to PAGE_WIDTH (72) characters always, truncate lines" },
  ],
  completes: "files",
  rewrite: (args) => args.map((arg) => arg.replace(/^-([0-9]+)$/, "--columns=$1").replace(/^\+([0-9]+(?::[0-9]+)?)$/, "--pages=$1")),
  *run(proc, options) {
    const names = options.operands.length === 0 ? ["-"] : options.operands;
    const layout = layoutOf(options, names.length);
    const printer = new Printer(proc, layout);
    const sources: Source[] = [];
    let status = 0;
    for (const name of names) {
      try {
        const source = new Source(proc, name, layout);
        // A directory can be opened, but not read.
        yield* source.start();
        sources.push(source);
      } catch (error) {
        if (!options.has("no-file-warnings")) yield* warn(proc, `${name}: ${reason(error)}`);
        status = 1;
      }
    }
    if (layout.merges && sources.length > 0) {
      const narrowed = layoutOf(options, sources.length);
      yield* new Printer(proc, narrowed).print(sources, "", undefined);
    } else {
      for (const source of sources) {
        const changed = source.name === "-" ? undefined : proc.sys.stat(source.name).mtime;
        yield* printer.print([source], source.name === "-" ? "" : source.name, changed);
      }
    }
    for (const source of sources) source.close();
    return status;
  },
};

// ——— options

function layoutOf(options: ParsedOptions, files: number): Layout {
  const number = (name: string, complaint: string, least: number): number | undefined => {
    const text = options.value(name);
    if (text === undefined) return undefined;
    if (!/^[-+]?[0-9]+$/.test(text)) throw new Failure(`${complaint}: ${curly(text)}`);
    if (Number(text) < least || Number(text) >= 2 ** 31) throw new Failure(`${complaint}: ${curly(text)}: Numerical result out of range`);
    return Number(text);
  };
  const merges = options.has("merge");
  const columnsGiven = number("columns", "invalid number of columns", 1);
  const width = number("width", "'-w PAGE_WIDTH' invalid number of characters", 1);
  const fullWidth = number("page-width", "'-W PAGE_WIDTH' invalid number of characters", 1);
  if (merges && columnsGiven !== undefined) throw new Failure("cannot specify number of columns when printing in parallel");
  if (merges && options.has("across")) throw new Failure("cannot specify both printing across and printing in parallel");
  const columns = merges ? files : (columnsGiven ?? 1);
  const isColumnar = merges || columnsGiven !== undefined;

  // The old -s and -w are told in terms of -S, -J and -W.
  let separator = options.has("sep-string") ? (options.value("sep-string") ?? "") : undefined;
  let joins = options.has("join-lines");
  let truncates = fullWidth !== undefined;
  const oldSeparator = options.has("separator") ? (options.value("separator") ?? "") : undefined;
  if (width !== undefined) {
    if (isColumnar) {
      truncates = true;
      if (oldSeparator !== undefined) separator ??= oldSeparator;
    } else joins = true;
  } else if (separator === undefined && oldSeparator !== undefined && isColumnar) {
    if (truncates) separator = oldSeparator;
    else {
      joins = true;
      if (oldSeparator !== "") separator = oldSeparator;
    }
  }
  if (columns > 1) {
    separator ??= joins ? "\t" : " ";
    if (!joins && separator === "\t") separator = " ";
    truncates = true;
  }
  if (joins) truncates = false;

  const pageLines = number("length", "'-l PAGE_LENGTH' invalid number of lines", 1) ?? 66;
  const formFeed = options.has("form-feed");
  const edge = formFeed ? SHORT_HEADER_LINES : HEADER_LINES + FOOTER_LINES;
  const hasHeaders = !options.has("omit-header") && !options.has("omit-pagination") && pageLines > edge;
  const body = hasHeaders ? pageLines - edge : pageLines;
  const numbering = numberingOf(options);
  const from = number("first-line-number", "'-N NUMBER' invalid starting line number", -(2 ** 31));
  const pageWidth = fullWidth ?? width ?? 72;
  const numberWidth = numbering === undefined || !merges ? 0 : widthOfNumber(numbering);
  const columnWidth = Math.floor((pageWidth - numberWidth - (columns - 1) * (separator ?? "").length) / columns);
  if (columnWidth < 1) throw new Failure("page width too narrow");
  const [first, last] = pagesOf(options.value("pages"));
  const doubles = options.has("double-space");
  return {
    columns,
    merges,
    across: options.has("across"),
    separator: separator ?? "",
    joins,
    truncates,
    pageLines,
    bodyLines: doubles ? Math.max(1, Math.floor(body / 2)) : body,
    pageWidth,
    columnWidth,
    margin: number("indent", "'-o MARGIN' invalid line offset", 0) ?? 0,
    hasHeaders,
    keepsFormFeeds: !options.has("omit-pagination"),
    endsInFormFeed: formFeed,
    doubles,
    first,
    last,
    title: options.value("header"),
    dateFormat: options.value("date-format") ?? "%Y-%m-%d %H:%M",
    number: numbering && { ...numbering, from },
    expand: tabsOf(options, "expand-tabs", "-e") ?? (columns > 1 && separator !== "\t" ? { character: "\t", width: TAB } : undefined),
    compress: tabsOf(options, "output-tabs", "-i") ?? (columns > 1 ? { character: "\t", width: TAB } : undefined),
    controls: options.has("show-nonprinting") ? "octal" : options.has("show-control-chars") ? "hat" : undefined,
  };
}

function pagesOf(text: string | undefined): [number, number] {
  if (text === undefined) return [1, Infinity];
  const [, first = "", last] = /^([0-9]+)(?::([0-9]+))?$/.exec(text) ?? [];
  const pages: [number, number] = [Number(first), last === undefined ? Infinity : Number(last)];
  if (first === "" || pages[0] < 1 || pages[1] < pages[0]) throw new Failure(`invalid page range ${curly(text)}`);
  return pages;
}

/** A character, if the text does not begin with a digit, and a number. */
function characterAndNumber(text: string, flag: string, character: string, number: number): { character: string; number: number } {
  const [, given = "", digits = ""] = /^([^0-9])?(.*)$/su.exec(text) ?? [];
  if (digits !== "" && (!/^[0-9]+$/.test(digits) || Number(digits) < 1))
    throw new Failure(`'${flag}' extra characters or invalid number in the argument: ${curly(digits)}`);
  return { character: given === "" ? character : given, number: digits === "" ? number : Number(digits) };
}

function numberingOf(options: ParsedOptions): { readonly separator: string; readonly digits: number } | undefined {
  if (!options.has("number-lines")) return undefined;
  const { character, number } = characterAndNumber(options.value("number-lines") ?? "", "-n", "\t", 5);
  return { separator: character, digits: number };
}

function tabsOf(options: ParsedOptions, name: string, flag: string): { readonly character: string; readonly width: number } | undefined {
  if (!options.has(name)) return undefined;
  const { character, number } = characterAndNumber(options.value(name) ?? "", flag, "\t", TAB);
  return { character, width: number };
}

function widthOfNumber({ separator, digits }: { readonly separator: string; readonly digits: number }): number {
  return separator === "\t" ? nextStop(digits, TAB) : digits + 1;
}

function nextStop(column: number, width: number): number {
  return column + width - (column % width);
}

// ——— input

/** "page": a form feed was there. */
type Piece = { readonly text: string } | "page";

/** The lines of a file, with form feeds as ends of pages. */
class Source {
  readonly name: string;
  readonly #proc: Process;
  readonly #fd: number;
  readonly #reader: LineReader;
  readonly #layout: Layout;
  #pieces: Piece[] = [];

  /** Throws SysError. */
  constructor(proc: Process, name: string, layout: Layout) {
    this.name = name;
    this.#proc = proc;
    this.#layout = layout;
    this.#fd = openInput(proc, name);
    this.#reader = new LineReader(proc, this.#fd);
  }

  /** Reads the first line. Throws SysError. */
  *start(): Run<void> {
    yield* this.#fill();
  }

  /** What comes next, which stays there. */
  *peek(): Run<Piece | undefined> {
    if (this.#pieces.length === 0) yield* this.#fill();
    return this.#pieces[0];
  }

  take(): void {
    this.#pieces.shift();
  }

  close(): void {
    closeInput(this.#proc, this.#fd);
  }

  *#fill(): Run<void> {
    const line = yield* this.#reader.next();
    if (line === undefined) return;
    const parts = line.split("\f");
    parts.forEach((part, index) => {
      if (index > 0) this.#pieces.push("page");
      if (part !== "" || parts.length === 1) this.#pieces.push({ text: this.#shown(part) });
    });
    if (this.#pieces.length === 0) yield* this.#fill();
  }

  #shown(text: string): string {
    const { expand, controls } = this.#layout;
    if (expand === undefined && controls === undefined) return text;
    let column = 0;
    let out = "";
    for (const character of text) {
      let piece = character;
      if (character === expand?.character) piece = " ".repeat(nextStop(column, expand.width) - column);
      else if (controls !== undefined) piece = controlled(character, controls);
      out += piece;
      column += columnsOf(piece);
    }
    return out;
  }
}

function controlled(character: string, controls: "octal" | "hat"): string {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0x20 && code !== 0x7f) return character;
  if (controls === "hat" && code < 0x80) return code === 0x7f ? "^?" : `^${String.fromCharCode(code + 0x40)}`;
  return `\\${code.toString(8).padStart(3, "0")}`;
}

// ——— output

/** A row of a page: a cell for each column, undefined where there is none. */
type Row = readonly (string | undefined)[];

class Printer {
  readonly #proc: Process;
  readonly #layout: Layout;
  #page = 0;
  #line: number;

  constructor(proc: Process, layout: Layout) {
    this.#proc = proc;
    this.#layout = layout;
    this.#line = 1;
  }

  /** All pages of a file, or of files side by side. */
  *print(sources: readonly Source[], name: string, changed: Timestamp | undefined): Run<void> {
    const { first, last, hasHeaders, number } = this.#layout;
    this.#page = 0;
    this.#line = 1;
    for (;;) {
      const rows: Row[] = [];
      if (this.#page + 1 === first && number?.from !== undefined) this.#line = number.from;
      const ended = yield* this.#fillPage(sources, rows);
      if (rows.length === 0 && ended === "end") return;
      this.#page++;
      if (this.#page > last) return;
      if (this.#page >= first) {
        if (hasHeaders) yield* this.#header(this.#layout.title ?? name, changed ?? this.#proc.now());
        for (const row of rows) yield* this.#row(row);
        yield* this.#foot(rows.length, ended === "page");
      }
      yield* this.#proc.tick();
    }
  }

  /** Why the page is no longer: it is full, a form feed came, or there is nothing more. */
  *#fillPage(sources: readonly Source[], rows: Row[]): Run<"full" | "page" | "end"> {
    const { merges, columns, bodyLines, across } = this.#layout;
    if (merges) return yield* this.#fillMerged(sources, rows);
    const [source] = sources;
    const cells: string[] = [];
    let ended: "full" | "page" | "end" = "full";
    while (source !== undefined && cells.length < bodyLines * columns) {
      const piece = yield* source.peek();
      if (piece === undefined) ended = "end";
      else source.take();
      if (piece === "page") ended = "page";
      if (piece === undefined || piece === "page") break;
      cells.push(this.#numbered(piece.text));
    }
    if (across) for (let at = 0; at < cells.length; at += columns) rows.push(cells.slice(at, at + columns));
    else rows.push(...balanced(cells, columns));
    return ended;
  }

  *#fillMerged(sources: readonly Source[], rows: Row[]): Run<"full" | "page" | "end"> {
    const held = new Set<Source>();
    let ended: "full" | "end" | "page" = "full";
    while (rows.length < this.#layout.bodyLines) {
      const row: (string | undefined)[] = [];
      for (const source of sources) {
        const piece = held.has(source) ? undefined : yield* source.peek();
        if (piece === "page") held.add(source);
        if (piece === undefined || piece === "page") row.push(undefined);
        else {
          source.take();
          row.push(piece.text);
        }
      }
      if (row.every((cell) => cell === undefined)) {
        ended = held.size > 0 ? "page" : "end";
        break;
      }
      rows.push(row);
    }
    for (const source of held) source.take();
    return ended;
  }

  #numbered(text: string): string {
    return this.#layout.number === undefined ? text : this.#number() + text;
  }

  /** The next number. In columns its tab is spaces, which the row turns into tabs as it needs them. */
  #number(): string {
    const { number, columns } = this.#layout;
    if (number === undefined) return "";
    const digits = String(this.#line++).slice(-number.digits).padStart(number.digits);
    return columns > 1 && number.separator === "\t" ? digits.padEnd(widthOfNumber(number)) : digits + number.separator;
  }

  *#header(title: string, time: Timestamp): Run<void> {
    const { pageWidth, margin, dateFormat, endsInFormFeed } = this.#layout;
    const date = formatTime(dateFormat, time);
    const page = `Page ${String(this.#page)}`;
    const room = Math.max(0, pageWidth - columnsOf(date) - columnsOf(page) - columnsOf(title));
    const left = Math.floor(room / 2);
    const blank = (columns: number): string => " ".repeat(Math.max(1, columns));
    yield* stdout(this.#proc).print(
      `${endsInFormFeed ? "" : "\n\n"}${" ".repeat(margin)}${date}${blank(left)}${title}${blank(room - left)}${page}\n\n\n`,
    );
  }

  *#foot(rows: number, brokeOff: boolean): Run<void> {
    const { hasHeaders, endsInFormFeed, keepsFormFeeds, bodyLines, doubles } = this.#layout;
    if (!hasHeaders) {
      if (brokeOff && keepsFormFeeds) yield* stdout(this.#proc).print("\f");
    } else if (endsInFormFeed) yield* stdout(this.#proc).print("\f");
    else yield* stdout(this.#proc).print("\n".repeat((bodyLines - rows) * (doubles ? 2 : 1) + FOOTER_LINES));
  }

  *#row(row: Row): Run<void> {
    const { columns, columnWidth, separator, joins, truncates, merges, margin, doubles, number } = this.#layout;
    const line = new Line(this.#layout);
    line.padTo(margin);
    const lead = merges ? this.#number() : "";
    line.write(lead);
    const begin = margin + columnsOf(lead);
    const shown = merges ? columns : row.findLastIndex((cell) => cell !== undefined) + 1;
    for (let column = 0; column < shown; column++) {
      if (column > 0) {
        if (!joins) line.padTo(begin + column * (columnWidth + separator.length) - separator.length);
        // Files side by side keep their place even when they have ended.
        line.separate(separator, merges);
      }
      const text = row[column] ?? "";
      line.write(truncates ? cutTo(text, columnWidth) : text);
    }
    yield* stdout(this.#proc).print(`${line.text}\n${doubles ? "\n" : ""}`);
    if (number === undefined) yield* this.#proc.tick();
  }
}

/** As many lines in each column, the first ones have one more. */
function balanced(cells: readonly string[], columns: number): Row[] {
  const least = Math.floor(cells.length / columns);
  const more = cells.length % columns;
  const rows = least + (more > 0 ? 1 : 0);
  const start = (column: number): number => column * least + Math.min(column, more);
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (__, column) => (row < least + (column < more ? 1 : 0) ? cells[start(column) + row] : undefined)),
  );
}

function cutTo(text: string, width: number): string {
  let columns = 0;
  let out = "";
  for (const character of text) {
    columns += columnsOf(character);
    if (columns > width) return out;
    out += character;
  }
  return out;
}

/** A line in the making: blanks wait until something follows them, and become tabs where tabs reach as far. */
class Line {
  text = "";
  #column = 0;
  #goal = 0;
  readonly #tab: Layout["compress"];

  constructor({ compress }: Layout) {
    this.#tab = compress;
  }

  padTo(column: number): void {
    this.#goal = Math.max(this.#goal, column);
  }

  write(text: string): void {
    for (const character of text) {
      if (character === " " && this.#tab !== undefined) {
        this.#goal++;
        continue;
      }
      this.#settle();
      this.text += character;
      this.#column += character === "\t" ? nextStop(this.#column, TAB) - this.#column : columnsOf(character);
      this.#goal = this.#column;
    }
  }

  separate(separator: string, atOnce: boolean): void {
    this.write(separator);
    if (atOnce) this.#settle();
  }

  #settle(): void {
    const tab = this.#tab;
    while (tab !== undefined && this.#goal - this.#column > 1) {
      const next = nextStop(this.#column, tab.width);
      if (next > this.#goal) break;
      this.text += tab.character;
      this.#column = next;
    }
    this.text += " ".repeat(Math.max(0, this.#goal - this.#column));
    this.#column = Math.max(this.#column, this.#goal);
  }
}
