/** Programs about numbers and chance: factor, numfmt, shuf. */
import { isSysError } from "../../vfs/errno.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { Failure, reason, warn } from "../complain.ts";
import { argumentIn } from "../operands.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { curly, quoteFile } from "../quote.ts";
import { LineReader, readWhole, splitLines } from "../text-io.ts";
import { decodeUtf8 } from "../../base/utf8.ts";
import { O } from "../../vfs/types.ts";

/** factor(1). */
export const factor: Command = {
  name: "factor",
  package: "coreutils",
  style: "gnu",
  usage: ["factor [OPTION] [NUMBER]..."],
  about:
    "Print the prime factors of each specified integer NUMBER. If none are specified on the command line, read them from standard input.",
  options: [{ name: "exponents", short: "h", help: "print repeated factors in form p^e unless e is 1" }],
  completes: "none",
  *run(proc, options) {
    let status = 0;
    const show = function* (text: string): Run<void> {
      if (!/^\+?[0-9]+$/.test(text)) {
        yield* warn(proc, `${curly(text)} is not a valid positive integer`);
        status = 1;
        return;
      }
      const value = BigInt(text.replace("+", ""));
      const factors = yield* primeFactors(proc, value);
      const counts = new Map<bigint, number>();
      for (const prime of factors) counts.set(prime, (counts.get(prime) ?? 0) + 1);
      const words = options.has("exponents")
        ? [...counts].map(([prime, count]) => (count === 1 ? String(prime) : `${String(prime)}^${String(count)}`))
        : factors.map(String);
      yield* stdout(proc).print(`${[`${String(value)}:`, ...words].join(" ")}\n`);
    };
    if (options.operands.length > 0) for (const operand of options.operands) yield* show(operand);
    else {
      const reader = new LineReader(proc, 0);
      for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next()) {
        for (const word of line.split(/\s+/)) if (word !== "") yield* show(word);
      }
    }
    return status;
  },
};

/** By trial division: slow for large primes, and it can be interrupted. */
function* primeFactors(proc: Process, value: bigint): Run<readonly bigint[]> {
  const factors: bigint[] = [];
  let rest = value;
  let steps = 0;
  for (let divisor = 2n; divisor * divisor <= rest; divisor += divisor === 2n ? 1n : 2n) {
    while (rest > 1n && rest % divisor === 0n) {
      factors.push(divisor);
      rest /= divisor;
    }
    if (++steps % 2000 === 0) yield* proc.tick();
  }
  if (rest > 1n) factors.push(rest);
  return factors;
}

const UNITS = ["", "K", "M", "G", "T", "P", "E", "Z", "Y", "R", "Q"];

/** numfmt(1). */
export const numfmt: Command = {
  name: "numfmt",
  package: "coreutils",
  style: "gnu",
  usage: ["numfmt [OPTION]... [NUMBER]..."],
  about: "Reformat NUMBER(s), or the numbers from standard input if none are specified.",
  options: [
    { name: "delimiter", short: "d", argument: "X", help: "use X instead of whitespace for field delimiter" },
    { name: "field", argument: "FIELDS", help: "replace the numbers in these input fields (default=1)" },
    { name: "format", argument: "FORMAT", help: "use printf style floating-point FORMAT" },
    {
      name: "from",
      argument: "UNIT",
      help: "auto-scale input numbers to UNITs; default is 'none'",
      values: ["none", "auto", "si", "iec", "iec-i"],
    },
    { name: "from-unit", argument: "N", help: "specify the input unit size (instead of the default 1)" },
    { name: "grouping", help: "use locale-defined grouping of digits", fidelity: "ignored" },
    { name: "header", argument: "N", optional: true, help: "print (without converting) the first N header lines" },
    { name: "invalid", argument: "MODE", help: "failure mode for invalid numbers", values: ["abort", "fail", "warn", "ignore"] },
    { name: "padding", argument: "N", help: "pad the output to N characters" },
    {
      name: "round",
      argument: "METHOD",
      help: "use METHOD for rounding when scaling",
      values: ["up", "down", "from-zero", "towards-zero", "nearest"],
    },
    { name: "suffix", argument: "SUFFIX", help: "add SUFFIX to output numbers, and accept optional SUFFIX in input numbers" },
    { name: "to", argument: "UNIT", help: "auto-scale output numbers to UNITs", values: ["none", "si", "iec", "iec-i"] },
    { name: "to-unit", argument: "N", help: "the output unit size (instead of the default 1)" },
    { name: "zero-terminated", short: "z", help: "line delimiter is NUL, not newline" },
  ],
  usageStatus: 1,
  completes: "none",
  *run(proc, options) {
    checkWords(options);
    const invalid = options.value("invalid") ?? "abort";
    const reformat = converter(options);
    const problems: string[] = [];
    const convert = (text: string): string => {
      try {
        return reformat(text);
      } catch (error) {
        if (!(error instanceof Failure) || invalid === "abort") throw error;
        problems.push(error.message);
        return text;
      }
    };
    const isField = fieldsOf(options.value("field") ?? "1");
    const delimiter = options.value("delimiter");
    const end = options.has("zero-terminated") ? "\0" : "\n";
    const onLine = (line: string): string => {
      if (delimiter !== undefined)
        return line
          .split(delimiter)
          .map((text, index) => (isField(index + 1) ? convert(text) : text))
          .join(delimiter);
      const parts = line.trim() === "" ? [["", "", line] as const] : [...line.matchAll(/(\s*)(\S+)/g)];
      return parts
        .map(([, gap = "", word = ""], index) =>
          isField(index + 1)
            ? padded(convert(word), options.value("padding") === undefined && gap.length > 1 ? gap.length + word.length : 0, gap)
            : gap + word,
        )
        .join("");
    };
    /** Tells of what could not be converted; whether it counts. */
    const tell = function* (): Run<boolean> {
      const found = problems.splice(0);
      if (invalid !== "ignore") for (const problem of found) yield* warn(proc, problem);
      return found.length > 0 && invalid === "fail";
    };
    let status = 0;
    if (options.operands.length > 0) {
      for (const operand of options.operands) {
        yield* stdout(proc).print(onLine(operand) + end);
        if (yield* tell()) status = 2;
      }
      return status;
    }
    let header = options.has("header") ? Number(options.value("header") ?? 1) : 0;
    const reader = new LineReader(proc, 0, end);
    for (let line = yield* reader.next(); line !== undefined; line = yield* reader.next()) {
      yield* stdout(proc).print((header-- > 0 ? line : onLine(line)) + end);
      if (yield* tell()) status = 2;
    }
    return status;
  },
};

/** Arguments that name one of several things, and those that have a form. Throws `UsageError` and `Failure`. */
function checkWords(options: ParsedOptions): void {
  for (const [name, words] of [
    ["from", ["none", "auto", "si", "iec", "iec-i"]],
    ["to", ["none", "si", "iec", "iec-i"]],
    ["round", ["up", "down", "from-zero", "towards-zero", "nearest"]],
    ["invalid", ["abort", "fail", "warn", "ignore"]],
  ] as const) {
    const value = options.value(name);
    if (value !== undefined)
      argumentIn(
        value,
        `--${name}`,
        words.map((word) => [word]),
      );
  }
  const padding = options.value("padding");
  if (padding !== undefined && (!/^-?[0-9]+$/.test(padding) || Number(padding) === 0))
    throw new Failure(`invalid padding value ${curly(padding)}`);
  const format = options.value("format");
  if (format === undefined) return;
  const directives = format.replaceAll("%%", "");
  if (!directives.includes("%")) throw new Failure(`format ${curly(format)} has no % directive`);
  if (directives.endsWith("%")) throw new Failure(`format ${curly(format)} ends in %`);
  if (!/%[0'-]*[0-9]*(?:\.[0-9]+)?f/.test(directives))
    throw new Failure(`invalid format ${curly(format)}, directive must be %[0]['][-][N][.][N]f`);
  if (directives.indexOf("%") !== directives.lastIndexOf("%")) throw new Failure(`format ${curly(format)} has too many % directives`);
}

/** --field=FIELDS, as cut has lists. */
function fieldsOf(list: string): (field: number) => boolean {
  const ranges = list.split(",").map((part) => {
    const [, from = "", dash = "", to = ""] = /^([0-9]*)(-?)([0-9]*)$/.exec(part) ?? [];
    if (from === "" && dash === "") throw new UsageError(`invalid field value ${curly(part)}`);
    if (from === "0") throw new UsageError("fields are numbered from 1");
    const low = Number(from === "" ? 1 : from);
    const high = dash === "" ? low : to === "" ? Infinity : Number(to);
    if (high < low) throw new UsageError("invalid decreasing range");
    return [low, high] as const;
  });
  return (field) => ranges.some(([low, high]) => low <= field && field <= high);
}

function padded(text: string, width: number, gap: string): string {
  return width > 0 ? text.padStart(width) : gap + text;
}

/** A number as printf's %Lg. */
function general(value: number): string {
  return value.toExponential(5).replace(/\.?0+(?=e)/, "");
}

function converter(options: ParsedOptions): (text: string) => string {
  const from = options.value("from") ?? "none";
  const to = options.value("to") ?? "none";
  const suffix = options.value("suffix") ?? "";
  const round =
    {
      up: Math.ceil,
      down: Math.floor,
      "from-zero": (value: number) => Math.sign(value) * Math.ceil(Math.abs(value)),
      "towards-zero": Math.trunc,
      nearest: Math.round,
    }[options.value("round") ?? "from-zero"] ?? Math.ceil;
  const unit = (name: string): number => Number(options.value(name) ?? "1");
  const padding = Number(options.value("padding") ?? "0");
  return (given) => {
    const text = suffix !== "" && given.endsWith(suffix) ? given.slice(0, -suffix.length) : given;
    const found = /^(-?[0-9]+(?:\.[0-9]+)?)([KMGTPEZYRQ]?)(i?)$/i.exec(text);
    if (found === null) throw new Failure(`invalid number: ${curly(given)}`, 2);
    const [, number = "0", letter = "", i] = found;
    if (letter !== "" && from === "none") throw new Failure(`rejecting suffix in input: ${curly(given)} (consider using --from)`, 2);
    if (from === "iec-i" && letter !== "" && i === "") throw new Failure(`missing 'i' suffix in input: ${curly(given)} (e.g Ki/Mi/Gi)`, 2);
    const base = from === "si" || (from === "auto" && i === "") ? 1000 : 1024;
    const value = (Number(number) * Math.pow(base, UNITS.indexOf(letter.toUpperCase())) * unit("from-unit")) / unit("to-unit");
    let out: string;
    const digits = /\.([0-9]+)f/.exec(options.value("format") ?? "")?.[1];
    const rounded = (number: number, places: number): number => round(Number((number * 10 ** places).toPrecision(15))) / 10 ** places;
    if (to === "none") {
      // As many places as were given.
      const places = digits === undefined ? (number.split(".")[1]?.length ?? 0) : Number(digits);
      if (value >= 1e18) throw new Failure(`value too large to be printed: '${general(value)}' (consider using --to)`, 2);
      out = places === 0 ? BigInt(rounded(value, 0)).toString() : rounded(value, places).toFixed(places);
    } else {
      const scale = to === "si" ? 1000 : 1024;
      let scaled = value;
      let power = 0;
      while (Math.abs(scaled) >= scale) {
        scaled /= scale;
        power++;
      }
      const places = digits === undefined ? (power > 0 && Math.abs(scaled) < 10 ? 1 : 0) : Number(digits);
      let shown = rounded(scaled, places);
      if (Math.abs(shown) >= scale) {
        shown /= scale;
        power++;
      }
      out =
        (digits !== undefined ? shown.toFixed(places) : power > 0 && Math.abs(shown) < 10 ? shown.toFixed(1) : String(shown)) +
        (to === "si" && power === 1 ? "k" : (UNITS[power] ?? "")) +
        (to === "iec-i" && power > 0 ? "i" : "");
    }
    const format = /^([^%]*)%(['0-]*)([0-9]*)(?:\.([0-9]+))?f([^%]*)$/.exec(options.value("format") ?? "");
    if (format !== null) {
      const [, before = "", flags = "", width = "", , after = ""] = format;
      const body = out;
      const size = Number(width);
      return (
        before +
        (flags.includes("-") ? (body + suffix).padEnd(size) : (body + suffix).padStart(size, flags.includes("0") ? "0" : " ")) +
        after
      );
    }
    return padding < 0 ? (out + suffix).padEnd(-padding) : (out + suffix).padStart(padding);
  };
}

/** shuf(1). Chance is the machine's own, so that a run can be repeated. */
export const shuf: Command = {
  name: "shuf",
  package: "coreutils",
  style: "gnu",
  usage: ["shuf [OPTION]... [FILE]", "shuf -e [OPTION]... [ARG]...", "shuf -i LO-HI [OPTION]..."],
  about: "Write a random permutation of the input lines to standard output.",
  options: [
    { name: "echo", short: "e", help: "treat each ARG as an input line" },
    { name: "input-range", short: "i", argument: "LO-HI", help: "treat each number LO through HI as an input line" },
    { name: "head-count", short: "n", argument: "COUNT", help: "output at most COUNT lines" },
    { name: "output", short: "o", argument: "FILE", help: "write result to FILE instead of standard output" },
    { name: "random-source", argument: "FILE", help: "get random bytes from FILE", fidelity: "ignored" },
    { name: "repeat", short: "r", help: "output lines can be repeated" },
    { name: "zero-terminated", short: "z", help: "line delimiter is NUL, not newline" },
  ],
  completes: "files",
  *run(proc, options) {
    const end = options.has("zero-terminated") ? "\0" : "\n";
    const range = options.value("input-range");
    const countText = options.value("head-count");
    if (countText !== undefined && !/^[0-9]+$/.test(countText)) throw new Failure(`invalid line count: ${curly(countText)}`);
    if (range !== undefined && options.has("echo")) throw new Failure("cannot combine -e and -i options");
    let lines: string[];
    if (range !== undefined) {
      const found = /^([0-9]+)-([0-9]+)$/.exec(range);
      if (found === null || Number(found[2]) + 1 < Number(found[1])) throw new Failure(`invalid input range: ${curly(range)}`);
      if (options.operands.length > 0) throw new UsageError(`extra operand ${curly(options.operands[0] ?? "")}`);
      lines = Array.from({ length: Number(found[2]) - Number(found[1]) + 1 }, (_, index) => String(Number(found[1]) + index));
    } else if (options.has("echo")) lines = [...options.operands];
    else {
      const [name = "-", extra] = options.operands;
      if (extra !== undefined) throw new UsageError(`extra operand ${curly(extra)}`);
      try {
        lines = splitLines(decodeUtf8(yield* readWhole(proc, name)), end).lines;
      } catch (error) {
        throw new Failure(`${isSysError(error, "EBADF") ? "read error" : quoteFile(name)}: ${reason(error)}`);
      }
    }
    const { random } = proc.kernel;
    const most = countText === undefined ? (options.has("repeat") ? Infinity : lines.length) : Number(countText);
    if (options.has("repeat") && lines.length === 0 && most > 0) throw new Failure("no lines to repeat");
    const target = options.value("output");
    const chosen: string[] = [];
    for (let count = 0; count < most; count++) {
      if (options.has("repeat")) {
        yield* stdout(proc).print((lines[random.below(lines.length)] ?? "") + end);
        if (count % 1000 === 999) yield* proc.tick();
      } else {
        if (lines.length === 0) break;
        const at = random.below(lines.length);
        chosen.push(lines[at] ?? "");
        lines[at] = lines.at(-1) ?? "";
        lines.pop();
      }
    }
    const text = chosen.map((line) => line + end).join("");
    if (target === undefined) yield* stdout(proc).print(text);
    else {
      try {
        const fd = proc.sys.open(target, O.WRONLY | O.CREAT | O.TRUNC, 0o666);
        yield* proc.write(fd, text);
        proc.sys.close(fd);
      } catch (error) {
        throw new Failure(`${quoteFile(target)}: ${reason(error)}`);
      }
    }
    return 0;
  },
};
