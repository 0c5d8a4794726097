/** What a running program has: its variables, its record and its files. */
import { Random } from "../../base/random.ts";
import { knowsAsciiOnly } from "../complain.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { stdout, type Output } from "../output.ts";
import { unescapeString } from "./lexer.ts";
import type { Cell } from "./cell.ts";
import { Fields } from "./fields.ts";
import { numberText } from "./format.ts";
import { Patterns } from "./pattern.ts";
import type { RecordSeparator } from "./record-reader.ts";
import { contentSplitter, separatorSplitter, widthSplitter, type Splitter } from "./splitter.ts";
import { Streams } from "./streams.ts";
import { AwkArray, Fatal, Input, isTrue, toNumber, type Item, type Scalar } from "./values.ts";

/** Leaves rules and functions at once: `next`, `nextfile` or `exit` in a function. */
export class Unwind {
  readonly signal: "next" | "nextfile" | "exit";

  constructor(signal: "next" | "nextfile" | "exit") {
    this.signal = signal;
  }
}

const SHELL_NAME = /^[A-Za-z_][A-Za-z_0-9]*$/;

export class Runtime {
  readonly proc: Process;
  readonly name: string;
  readonly streams: Streams;
  readonly patterns: Patterns;
  readonly fields: Fields;
  readonly stdout: Output;
  readonly #globals = new Map<string, Cell>();
  /** The variables of the function that runs. */
  frame: readonly Cell[] = [];
  depth = 0;
  calls = 0;
  /** What `return` gave. */
  returned: Scalar;
  exitStatus = 0;
  /** Where in the source the program is, e.g. "cmd. line:1". */
  where = "";
  ofs = " ";
  ors = "\n";
  subsep = "\x1c";
  ofmt = "%.6g";
  #convfmt = "%.6g";
  separator: RecordSeparator = { kind: "character", text: "\n" };
  #fs: Scalar = " ";
  /** Whether FS, FIELDWIDTHS or FPAT was set last. */
  #splitBy: "FS" | "FIELDWIDTHS" | "FPAT" = "FS";
  #widths = "";
  fpat = "[^[:space:]]+";
  #random = new Random(1);
  #seed = 1;
  #warnings: string[] = [];

  /** `name` is what gawk calls itself in messages. */
  constructor(proc: Process, name: string) {
    this.proc = proc;
    this.name = name;
    this.stdout = stdout(proc);
    this.streams = new Streams(proc);
    this.patterns = new Patterns((message) => this.warn(message), knowsAsciiOnly(proc));
    this.fields = new Fields(this.#splitter(), this.text);
    this.#watch(
      "NF",
      () => this.fields.count,
      (value) => (this.fields.count = Math.trunc(toNumber(value))),
    );
    this.#watched("FS", " ", (value) => {
      this.#fs = value;
      this.#resplit("FS");
    });
    this.#watched("FIELDWIDTHS", "", (value) => {
      this.#widths = this.text(value);
      this.#resplit("FIELDWIDTHS");
    });
    this.#watched("FPAT", this.fpat, (value) => {
      this.fpat = this.text(value);
      this.#resplit("FPAT");
    });
    this.#watched("RS", "\n", (value) => (this.separator = this.#separatorOf(this.text(value))));
    this.#watched("OFS", " ", (value) => (this.fields.outputSeparator = this.ofs = this.text(value)));
    this.#watched("ORS", "\n", (value) => (this.ors = this.text(value)));
    this.#watched("SUBSEP", "\x1c", (value) => (this.subsep = this.text(value)));
    this.#watched("OFMT", "%.6g", (value) => (this.ofmt = this.text(value)));
    this.#watched("CONVFMT", "%.6g", (value) => (this.#convfmt = this.text(value)));
    this.#watched("IGNORECASE", 0, (value) => {
      this.patterns.ignoreCase = isTrue(value);
      this.#resplit(this.#splitBy);
    });
    for (const counter of ["NR", "FNR", "RSTART"]) this.global(counter).value = 0;
    this.global("RLENGTH").value = -1;
    this.global("ARGIND").value = 0;
    for (const text of ["FILENAME", "RT", "ERRNO"]) this.global(text).value = "";
    const environ = new AwkArray();
    for (const [key, value] of proc.env) environ.items.set(key, new Input(value));
    this.global("ENVIRON").value = environ;
    this.global("PROCINFO").value = this.#processInformation();
  }

  #processInformation(): AwkArray {
    const { credentials } = this.proc.sys;
    const facts: readonly (readonly [string, Scalar])[] = [
      ["version", "5.3.2"],
      ["strftime", "%a %b %e %H:%M:%S %Z %Y"],
      ["FS", "FS"],
      ["platform", "posix"],
      ["uid", credentials.uid],
      ["euid", credentials.uid],
      ["gid", credentials.gid],
      ["egid", credentials.gid],
      ["pid", this.proc.pid],
      ["ppid", this.proc.parent],
      ["pgrpid", this.proc.processGroup],
    ];
    const array = new AwkArray();
    for (const [key, value] of facts) array.items.set(key, value);
    return array;
  }

  #watch(name: string, get: () => Scalar, set: (value: Scalar) => void): void {
    this.#globals.set(name, {
      get value(): Item {
        return get();
      },
      set value(value: Item) {
        if (value instanceof AwkArray) throw new Fatal(`attempt to use scalar \`${name}' as an array`);
        set(value);
      },
    });
  }

  #watched(name: string, initial: Scalar, changed: (value: Scalar) => void): void {
    let current = initial;
    this.#watch(
      name,
      () => current,
      (value) => {
        current = value;
        changed(value);
      },
    );
  }

  global(name: string): Cell {
    let cell = this.#globals.get(name);
    if (cell === undefined) this.#globals.set(name, (cell = { value: undefined }));
    return cell;
  }

  /** `name=value` of the command line. */
  assign(name: string, value: string): void {
    if (!SHELL_NAME.test(name)) throw new Fatal(`\`${name}' is not a legal variable name`);
    this.global(name).value = new Input(
      unescapeString(value, (letter) => this.warn(`escape sequence \`\\${letter}' treated as plain \`${letter}'`)),
    );
  }

  // Text

  /** A value where text is wanted. */
  readonly text = (value: Scalar): string => {
    if (typeof value === "string") return value;
    if (typeof value === "number") return numberText(value, this.#convfmt);
    return value === undefined ? "" : value.text;
  };

  /** Text as it is compared: without regard to case when IGNORECASE is set. */
  readonly collated = (value: Scalar): string => (this.patterns.ignoreCase ? this.text(value).toLowerCase() : this.text(value));

  /** A value as print writes it. */
  readonly printed = (value: Scalar): string => (typeof value === "number" ? numberText(value, this.ofmt) : this.text(value));

  key(values: readonly Scalar[]): string {
    const [only] = values;
    return values.length === 1 ? this.text(only) : values.map(this.text).join(this.subsep);
  }

  // Separators

  #resplit(by: "FS" | "FIELDWIDTHS" | "FPAT"): void {
    this.#splitBy = by;
    this.fields.splitter = this.#splitter();
  }

  #splitter(): Splitter {
    if (this.#splitBy === "FIELDWIDTHS") return widthSplitter(this.#widths);
    if (this.#splitBy === "FPAT") return contentSplitter(this.patterns.get(this.fpat));
    return this.fieldSplitter();
  }

  /** What FS does, which is what split does when it is not told. */
  fieldSplitter(): Splitter {
    return this.splitterOf(this.text(this.#fs), this.separator.kind === "paragraph");
  }

  splitterOf(separator: string, paragraphs = false): Splitter {
    return separatorSplitter(separator, (source) => this.patterns.get(source), paragraphs);
  }

  #separatorOf(text: string): RecordSeparator {
    const separator: RecordSeparator =
      text === ""
        ? { kind: "paragraph" }
        : [...text].length === 1
          ? { kind: "character", text }
          : { kind: "pattern", pattern: this.patterns.get(text) };
    // In paragraph mode newlines separate fields.
    const changes = (separator.kind === "paragraph") !== (this.separator.kind === "paragraph");
    this.separator = separator;
    if (changes) this.#resplit(this.#splitBy);
    return separator;
  }

  // Random numbers

  /** @simplified The numbers are others than gawk's for the same seed. */
  random(): number {
    return this.#random.next() / 2 ** 32;
  }

  /** The seed of before. */
  seed(value: number): number {
    const before = this.#seed;
    this.#seed = value;
    this.#random = new Random(Math.trunc(value));
    return before;
  }

  // Messages

  /** "awk: cmd. line:1: (FILENAME=x FNR=2) " */
  get prefix(): string {
    const number = toNumber(this.global("FNR").value as Scalar);
    const record = number > 0 ? `(FILENAME=${this.text(this.global("FILENAME").value as Scalar) || "-"} FNR=${String(number)}) ` : "";
    return `${this.name}: ${this.where === "" ? "" : `${this.where}: `}${record}`;
  }

  warn(message: string): void {
    this.#warnings.push(`${this.prefix}warning: ${message}\n`);
  }

  /** A warning that is not about a place in the program. */
  warnOutside(message: string): void {
    this.#warnings.push(`${this.name}: warning: ${message}\n`);
  }

  /** Lets others run. */
  *breathe(): Run<void> {
    yield* this.flushFull();
    yield* this.proc.tick();
  }

  /** Says what was warned of, and writes what was printed when there is enough of it; at once on a terminal. */
  *flushFull(): Run<void> {
    if (this.#warnings.length > 0) yield* this.proc.printError(this.#warnings.splice(0).join(""));
    if (this.stdout.full || this.stdout.toTerminal) yield* this.stdout.flush();
  }
}
