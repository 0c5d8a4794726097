import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { allocate, Failure, ownName, reason, warn } from "../complain.ts";
import { argumentIn } from "../operands.ts";
import { Output } from "../output.ts";
import { baseName } from "../paths.ts";
import { O } from "../../vfs/types.ts";
import { curly, quote, quoteFile } from "../quote.ts";
import { closeInput, LineReader, openInput } from "../text-io.ts";
import { compareValues, KeyError, keyText, orderingOf, parseKey, sortValue, type Key, type Ordering } from "./sort-keys.ts";

const PLAIN: Ordering = { ignoreBlanks: false, dictionary: false, fold: false, kind: "text", printable: false, reverse: false };
/** What a line takes beside its text. */
const LINE_BYTES = 32;
/** What stdio gathers before it writes. */
const STDIO_BUFFER = 4096;
/** Comparisons between two looks at the clock. */
const COMPARISONS = 4096;

/** sort(1). @simplified Text compares by code point whatever the locale. */
export const sort: Command = {
  name: "sort",
  package: "coreutils",
  style: "gnu",
  usage: ["sort [OPTION]... [FILE]...", "sort [OPTION]... --files0-from=F"],
  about: "Write sorted concatenation of all FILE(s) to standard output.",
  options: [
    { name: "ignore-leading-blanks", short: "b", help: "ignore leading blanks" },
    { name: "dictionary-order", short: "d", help: "consider only blanks and alphanumeric characters" },
    { name: "ignore-case", short: "f", help: "fold lower case to upper case characters" },
    { name: "general-numeric-sort", short: "g", help: "compare according to general numerical value" },
    { name: "ignore-nonprinting", short: "i", help: "consider only printable characters" },
    { name: "month-sort", short: "M", help: "compare (unknown) < 'JAN' < ... < 'DEC'" },
    { name: "human-numeric-sort", short: "h", help: "compare human readable numbers (e.g., 2K 1G)" },
    { name: "numeric-sort", short: "n", help: "compare according to string numerical value" },
    { name: "random-sort", short: "R", help: "shuffle, but group identical keys" },
    { name: "reverse", short: "r", help: "reverse the result of comparisons" },
    {
      name: "sort",
      argument: "WORD",
      help: "sort according to WORD: general-numeric -g, human-numeric -h, month -M, numeric -n, random -R, version -V",
    },
    { name: "version-sort", short: "V", help: "natural sort of (version) numbers within text" },
    { name: "batch-size", argument: "NMERGE", help: "merge at most NMERGE inputs at once", fidelity: "ignored" },
    { name: "check", short: "c", argument: "WHEN", optional: true, help: "check for sorted input; do not sort" },
    { name: "C", short: "C", long: false, help: "like -c, but do not report first bad line" },
    { name: "compress-program", argument: "PROG", help: "compress temporaries with PROG", fidelity: "ignored" },
    { name: "debug", help: "annotate the part of the line used to sort", fidelity: "unbuilt" },
    {
      name: "files0-from",
      argument: "F",
      help: "read input from the files specified by NUL-terminated names in file F",
      fidelity: "unbuilt",
    },
    { name: "key", short: "k", argument: "KEYDEF", help: "sort via a key; KEYDEF gives location and type" },
    { name: "merge", short: "m", help: "merge already sorted files; do not sort" },
    { name: "output", short: "o", argument: "FILE", help: "write result to FILE instead of standard output" },
    { name: "stable", short: "s", help: "stabilize sort by disabling last-resort comparison" },
    { name: "buffer-size", short: "S", argument: "SIZE", help: "use SIZE for main memory buffer", fidelity: "ignored" },
    { name: "field-separator", short: "t", argument: "SEP", help: "use SEP instead of non-blank to blank transition" },
    { name: "temporary-directory", short: "T", argument: "DIR", help: "use DIR for temporaries, not $TMPDIR or /tmp", fidelity: "ignored" },
    { name: "parallel", argument: "N", help: "change the number of sorts run concurrently to N", fidelity: "ignored" },
    { name: "unique", short: "u", help: "with -c, check for strict ordering; without -c, output only the first of an equal run" },
    { name: "zero-terminated", short: "z", help: "line delimiter is NUL, not newline" },
  ],
  usageStatus: 2,
  completes: "files",
  *run(proc, options) {
    const delimiter = options.has("zero-terminated") ? "\0" : "\n";
    const comparer = comparerOf(options);
    const names = options.operands.length === 0 ? ["-"] : options.operands;
    const check = options.has("check") || options.has("C");
    const letter = options.has("C") ? "C" : "c";
    if (check && names.length > 1) throw new Failure(`extra operand ${quote(names[1] ?? "")} not allowed with -${letter}`, 2);
    if (check && options.has("output")) throw new Failure(`options '-${letter}o' are incompatible`, 2);
    const lines: string[] = [];
    const runs: number[] = [];
    for (const name of names) {
      runs.push(lines.length);
      yield* readLines(proc, name, delimiter, lines);
    }
    if (check) return yield* checkOrder(proc, names[0] ?? "-", lines, comparer, options);
    const prepared = lines.map((text, index) => comparer.prepare(text, index));
    let sorted = options.has("merge") ? merged(prepared, runs, comparer.compare) : yield* mergeSort(proc, prepared, comparer.compare);
    if (options.has("unique"))
      sorted = sorted.filter((line, index) => index === 0 || comparer.compareKeys(sorted[index - 1] as Line, line) !== 0);
    const target = options.value("output");
    let fd = 1;
    if (target !== undefined) {
      try {
        // Opened first and emptied later: it may be among what is read.
        fd = proc.sys.open(target, O.WRONLY | O.CREAT, 0o666);
        if (proc.sys.fstat(fd).type === "file") proc.sys.ftruncate(fd, 0);
      } catch (error) {
        throw new Failure(`open failed: ${quoteFile(target)}: ${reason(error)}`, 2);
      }
    }
    const out = new Output(proc, fd);
    try {
      for (const line of sorted) yield* out.print(line.text + delimiter);
      yield* out.flush();
    } catch (error) {
      if (!isSysError(error)) throw error;
      // What fits into the buffer is only written at the end, and stdio's own end tells of it again.
      const atEnd = sorted.reduce((bytes, line) => bytes + line.text.length + 1, 0) < STDIO_BUFFER;
      const again = `\n${baseName(ownName(proc))}: write error`;
      const call = atEnd ? "fflush" : "write";
      throw new Failure(`${call} failed: ${target === undefined ? "'standard output'" : quoteFile(target)}: ${error.text}${again}`, 2);
    } finally {
      if (fd !== 1) proc.sys.close(fd);
    }
    return 0;
  },
};

interface Line {
  readonly text: string;
  readonly values: readonly (string | number)[];
  readonly index: number;
}

interface Comparer {
  prepare(text: string, index: number): Line;
  /** By the keys alone. */
  compareKeys(left: Line, right: Line): number;
  /** By the keys, then by the whole line unless the sort is stable. */
  compare(left: Line, right: Line): number;
}

const LETTERS: Readonly<Record<string, string>> = {
  "ignore-leading-blanks": "b",
  "dictionary-order": "d",
  "ignore-case": "f",
  "general-numeric-sort": "g",
  "ignore-nonprinting": "i",
  "month-sort": "M",
  "human-numeric-sort": "h",
  "numeric-sort": "n",
  "random-sort": "R",
  reverse: "r",
  "version-sort": "V",
};
const WORDS: Readonly<Record<string, string>> = {
  "general-numeric": "g",
  "human-numeric": "h",
  month: "M",
  numeric: "n",
  random: "R",
  version: "V",
};

function comparerOf(options: ParsedOptions): Comparer {
  const word = options.value("sort");
  if (word !== undefined)
    argumentIn(
      word,
      "--sort",
      Object.keys(WORDS).map((name) => [name]),
      1,
    );
  const letters = options.order.map(({ name, value }) => LETTERS[name] ?? (name === "sort" ? (WORDS[value ?? ""] ?? "") : "")).join("");
  const kinds = [...new Set(letters)].filter((letter) => "gMhnRV".includes(letter));
  const texts = [...new Set(letters)].filter((letter) => "di".includes(letter));
  const incompatible = [...kinds, ...(kinds.some((letter) => "gMhn".includes(letter)) ? texts : [])];
  if (incompatible.length > 1) throw new Failure(`options '-${incompatible.sort().join("")}' are incompatible`, 2);
  const global = orderingOf(letters) ?? PLAIN;
  let separator = options.value("field-separator");
  if (separator === "") throw new Failure("empty tab", 2);
  if (separator === "\\0") separator = "\0";
  if (separator !== undefined && [...separator].length > 1) throw new Failure(`multi-character tab ${curly(separator)}`, 2);
  let keys: readonly Key[];
  try {
    keys = options.values("key").map((text) => parseKey(text, curly));
  } catch (error) {
    if (error instanceof KeyError) throw new Failure(error.message, 2);
    throw error;
  }
  const orderings = keys.length === 0 ? [global] : keys.map((key) => key.ordering ?? global);
  const stable = options.has("stable") || options.has("unique");
  const compareKeys = (left: Line, right: Line): number => {
    for (let i = 0; i < orderings.length; i++) {
      const ordering = orderings[i] ?? global;
      const result = compareValues(left.values[i] ?? "", right.values[i] ?? "", ordering);
      if (result !== 0) return ordering.reverse ? -result : result;
    }
    return 0;
  };
  return {
    prepare(text, index) {
      const values =
        keys.length === 0
          ? [sortValue(text, global)]
          : keys.map((key, i) => sortValue(keyText(text, key, separator, (orderings[i] ?? global).ignoreBlanks), orderings[i] ?? global));
      return { text, values, index };
    },
    compareKeys,
    compare(left, right) {
      const result = compareKeys(left, right);
      if (result !== 0) return result;
      if (!stable && left.text !== right.text) return (left.text < right.text ? -1 : 1) * (global.reverse ? -1 : 1);
      return left.index - right.index;
    },
  };
}

function* readLines(proc: Process, name: string, delimiter: "\n" | "\0", into: string[]): Run<void> {
  let fd: number;
  try {
    fd = openInput(proc, name);
  } catch (error) {
    throw new Failure(`cannot read: ${quoteFile(name)}: ${reason(error)}`, 2);
  }
  try {
    const reader = new LineReader(proc, fd, delimiter);
    for (;;) {
      const batch = yield* reader.batch();
      if (batch === undefined) return;
      let bytes = 0;
      for (const line of batch) {
        into.push(line);
        bytes += line.length + LINE_BYTES;
      }
      allocate(proc, bytes);
    }
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new Failure(`${error.errno === "EBADF" ? "stat" : "read"} failed: ${quoteFile(name)}: ${error.text}`, 2);
  } finally {
    closeInput(proc, fd);
  }
}

/** What -m makes of files that are taken to be sorted; `runs` are the places where each begins. */
function merged(lines: readonly Line[], runs: readonly number[], compare: (left: Line, right: Line) => number): readonly Line[] {
  const heads = [...runs];
  const out: Line[] = [];
  for (;;) {
    let best: number | undefined;
    for (const [run, head] of heads.entries()) {
      if (head >= (runs[run + 1] ?? lines.length)) continue;
      if (best === undefined || compare(lines[head] as Line, lines[heads[best] ?? 0] as Line) < 0) best = run;
    }
    if (best === undefined) return out;
    const at = heads[best] ?? 0;
    out.push(lines[at] as Line);
    heads[best] = at + 1;
  }
}

/** Bottom-up, so that a long sort can be interrupted. */
function* mergeSort(proc: Process, lines: readonly Line[], compare: (left: Line, right: Line) => number): Run<readonly Line[]> {
  let from = [...lines];
  let to = new Array<Line>(lines.length);
  let count = 0;
  for (let width = 1; width < from.length; width *= 2) {
    for (let start = 0; start < from.length; start += 2 * width) {
      const middle = Math.min(start + width, from.length);
      const end = Math.min(start + 2 * width, from.length);
      let left = start;
      let right = middle;
      for (let at = start; at < end; at++) {
        if (++count % COMPARISONS === 0) yield* proc.tick();
        const takeLeft = left < middle && (right >= end || compare(from[left] as Line, from[right] as Line) <= 0);
        to[at] = (takeLeft ? from[left++] : from[right++]) as Line;
      }
    }
    [from, to] = [to, from];
  }
  return from;
}

function* checkOrder(proc: Process, name: string, lines: readonly string[], comparer: Comparer, options: ParsedOptions): Run<number> {
  let before: Line | undefined;
  for (const [index, text] of lines.entries()) {
    const line = comparer.prepare(text, index);
    if (before !== undefined) {
      const order = options.has("unique") ? comparer.compareKeys(before, line) : comparer.compare(before, { ...line, index: before.index });
      if (order > 0 || (options.has("unique") && order === 0)) {
        const silent = options.has("C") || options.value("check") === "quiet" || options.value("check") === "silent";
        if (!silent) yield* warn(proc, `${name}:${String(index + 1)}: disorder: ${text}`);
        return 1;
      }
    }
    before = line;
  }
  return 0;
}
