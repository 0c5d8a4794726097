import { Pattern, PatternError } from "../../base/posix-pattern.ts";
import type { Timestamp } from "../../base/timestamp.ts";
import { decodeUtf8 } from "../../base/utf8.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Stat } from "../../vfs/types.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { complain, Failure, reason } from "../complain.ts";
import { globToPattern } from "../glob.ts";
import { invalidArgument } from "../operands.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { baseName, join } from "../paths.ts";
import { cQuoted, needsQuotes, quote } from "../quote.ts";
import { readWhole, splitLines } from "../text-io.ts";
import { fullTime } from "../time-format.ts";
import { DIFF_OPTIONS } from "./diff-options.ts";
import { editScript, type Change } from "./edit-script.ts";
import {
  contextFormat,
  edFormat,
  normalFormat,
  rcsFormat,
  sideBySideFormat,
  unifiedFormat,
  type DiffText,
  type FormatOptions,
} from "./formats.ts";

type Format = (left: DiffText, right: DiffText, changes: readonly Change[], options: FormatOptions) => string;

/** diff(1). */
export const diff: Command = {
  name: "diff",
  package: "diffutils",
  unwritten: (why) => `standard output: ${why}`,
  style: "gnu",
  usage: ["diff [OPTION]... FILES"],
  about: "Compare FILES line by line.",
  options: DIFF_OPTIONS,
  usageStatus: 2,
  usageHint: "named try",
  completes: "files",
  // -NUM, and NUM behind -u or -c, are lines of context.
  rewrite: (args) =>
    args.map((arg) =>
      arg
        .replace(/^-([0-9]+)$/, "-C$1")
        .replace(
          /^-([a-zA-Z]*)([uc])([0-9]+)$/,
          (_, before: string, letter: string, digits: string) => `-${before}${letter.toUpperCase()}${digits}`,
        ),
    ),
  *run(proc, options) {
    const [left, right, extra] = options.operands;
    if (left === undefined || right === undefined)
      throw new UsageError(`missing operand after ${quote(left ?? proc.argv.at(-1) ?? "diff")}`);
    if (extra !== undefined) throw new UsageError(`extra operand ${quote(extra)}`);
    const comparer = new Comparer(proc, options);
    return yield* comparer.operands(left, right);
  },
};

function formatOf(options: ParsedOptions): { readonly format: Format; readonly context: number } {
  const number = (name: string, fallback: number): number => {
    const text = options.value(name);
    if (text === undefined) return fallback;
    if (!/^[0-9]+$/.test(text)) throw new UsageError(`invalid context length ${quote(text)}`);
    return Number(text);
  };
  const formats = new Set<string>();
  let context = 3;
  for (const { name } of options.order) {
    if (name === "u" || name === "unified") formats.add("unified");
    if (name === "c" || name === "context") formats.add("context");
    if (name === "normal" || name === "ed" || name === "rcs" || name === "side-by-side") formats.add(name);
    if (name === "unified" || name === "context") context = number(name, context);
    if (name === "U") {
      formats.add("unified");
      context = number("U", context);
    }
    if (name === "C") {
      formats.add("context");
      context = number("C", context);
    }
  }
  if (formats.size > 1) throw new UsageError("conflicting output style options");
  const [only = "normal"] = formats;
  const table: Readonly<Record<string, Format>> = {
    unified: unifiedFormat,
    context: contextFormat,
    ed: edFormat,
    rcs: rcsFormat,
    "side-by-side": sideBySideFormat,
    normal: normalFormat,
  };
  return { format: table[only] ?? normalFormat, context };
}

class Comparer {
  readonly #proc: Process;
  readonly #options: ParsedOptions;
  readonly #format: Format;
  readonly #formatOptions: FormatOptions;
  readonly #keyOf: (line: string) => string;
  readonly #ignored: ((line: string) => boolean) | undefined;
  readonly #excluded: readonly RegExp[];
  /** `diff` and its options as they were given, for the heads of files in directories. */
  readonly #commandLine: string;

  constructor(proc: Process, options: ParsedOptions) {
    const { format, context } = formatOf(options);
    this.#proc = proc;
    this.#options = options;
    this.#format = format;
    const when = options.has("color") ? (options.value("color") ?? "auto") : "never";
    if (!["always", "never", "auto"].includes(when)) throw invalidArgument(when, "--color", ["‘never’", "‘always’", "‘auto’"]);
    const width = options.value("width") ?? "130";
    if (!/^[1-9][0-9]*$/.test(width)) throw new UsageError(`invalid width ${quote(width)}`);
    const functionPattern = options.value("show-function-line");
    const shows = functionPattern === undefined ? undefined : compiled(functionPattern);
    this.#formatOptions = {
      context,
      color: when === "always" || (when === "auto" && proc.sys.isatty(1) && proc.env.get("TERM") !== "dumb"),
      width: Number(width),
      leftColumn: options.has("left-column"),
      suppressCommon: options.has("suppress-common-lines"),
      initialTab: options.has("initial-tab"),
      expandTabs: options.has("expand-tabs"),
      showFunction:
        shows !== undefined ? (line) => shows.test(line) : options.has("show-c-function") ? (line) => /^[A-Za-z$_]/.test(line) : undefined,
    };
    this.#keyOf = keyFunction(options);
    const patterns = options.values("ignore-matching-lines").map(compiled);
    const blank = options.has("ignore-blank-lines");
    this.#ignored =
      patterns.length > 0 || blank ? (line) => (blank && /^\s*$/.test(line)) || patterns.some((pattern) => pattern.test(line)) : undefined;
    this.#excluded = options.values("exclude").map((glob) => globToPattern(glob));
    this.#commandLine = ["diff", ...optionWords(proc.argv.slice(1), options.operands)]
      .map((word) => (/[^\w./+:@%,-]/.test(word) ? quote(word) : word))
      .join(" ");
  }

  *#trouble(message: string): Run<2> {
    yield* complain(this.#proc, message);
    return 2;
  }

  #stat(name: string): Stat {
    return name === "-" ? this.#proc.sys.fstat(0) : this.#proc.sys.stat(name);
  }

  /** A file beside a directory is compared with the file of its name in there. */
  *operands(left: string, right: string): Run<number> {
    const names = [left, right];
    const stats: (Stat | undefined)[] = [];
    let status = 0;
    for (const [index, name] of names.entries()) {
      try {
        stats[index] = this.#stat(name);
      } catch (error) {
        const mayBeNew =
          isSysError(error, "ENOENT") && (this.#options.has("new-file") || (index === 0 && this.#options.has("unidirectional-new-file")));
        if (!mayBeNew) {
          yield* complain(this.#proc, `${name}: ${reason(error)}`);
          status = 2;
        }
      }
    }
    if (status !== 0) return status;
    const [leftStat, rightStat] = stats;
    if (leftStat === undefined && rightStat === undefined) return yield* this.#trouble(`${left}: No such file or directory`);
    if (leftStat !== undefined && rightStat !== undefined && (leftStat.type === "dir") !== (rightStat.type === "dir")) {
      if (left === "-" || right === "-") return yield* this.#trouble("cannot compare '-' to a directory");
      const path = leftStat.type === "dir" ? join(left, baseName(right)) : join(right, baseName(left));
      try {
        const stat = this.#stat(path);
        return leftStat.type === "dir"
          ? yield* this.#files(path, stat, right, rightStat, false)
          : yield* this.#files(left, leftStat, path, stat, false);
      } catch (error) {
        return yield* this.#trouble(`${path}: ${reason(error)}`);
      }
    }
    if (leftStat?.type === "dir" || rightStat?.type === "dir") return yield* this.#directories(left, leftStat, right, rightStat);
    return yield* this.#files(left, leftStat, right, rightStat, false);
  }

  *#directories(left: string, leftStat: Stat | undefined, right: string, rightStat: Stat | undefined): Run<number> {
    yield* this.#proc.tick();
    const { sys } = this.#proc;
    const list = function* (this: Comparer, path: string, stat: Stat | undefined): Run<readonly string[] | undefined> {
      if (stat === undefined) return [];
      try {
        return sys
          .readdir(path)
          .map((entry) => entry.name)
          .filter((name) => !this.#excluded.some((pattern) => pattern.test(name)));
      } catch (error) {
        yield* complain(this.#proc, `${path}: ${reason(error)}`);
        return undefined;
      }
    }.bind(this);
    const leftNames = yield* list(left, leftStat);
    const rightNames = yield* list(right, rightStat);
    if (leftNames === undefined || rightNames === undefined) return 2;
    let status = 0;
    const out = stdout(this.#proc);
    const newFiles = this.#options.has("new-file");
    for (const name of [...new Set([...leftNames, ...rightNames])].sort((a, b) => (a < b ? -1 : 1))) {
      const paths = [join(left, name), join(right, name)] as const;
      const inLeft = leftNames.includes(name);
      const inRight = rightNames.includes(name);
      if ((!inLeft || !inRight) && !newFiles && !(inRight && this.#options.has("unidirectional-new-file"))) {
        yield* out.print(`Only in ${inLeft ? left : right}: ${name}\n`);
        status = Math.max(status, 1);
        continue;
      }
      const stats: (Stat | undefined)[] = [];
      let failed = false;
      for (const [index, path] of paths.entries()) {
        if (!(index === 0 ? inLeft : inRight)) continue;
        try {
          stats[index] = sys.stat(path);
        } catch (error) {
          yield* complain(this.#proc, `${path}: ${reason(error)}`);
          failed = true;
        }
      }
      if (failed) {
        status = 2;
        continue;
      }
      const [a, b] = stats;
      const types = [a?.type ?? b?.type, b?.type ?? a?.type];
      if (types[0] === "dir" && types[1] === "dir") {
        if (this.#options.has("recursive")) status = Math.max(status, yield* this.#directories(paths[0], a, paths[1], b));
        else yield* out.print(`Common subdirectories: ${paths[0]} and ${paths[1]}\n`);
      } else if (types[0] !== types[1] && (types[0] === "dir" || types[1] === "dir" || types[0] !== "file" || types[1] !== "file")) {
        yield* out.print(`File ${paths[0]} is a ${typeWords(types[0], a)} while file ${paths[1]} is a ${typeWords(types[1], b)}\n`);
        status = Math.max(status, 1);
      } else status = Math.max(status, yield* this.#files(paths[0], a, paths[1], b, true));
    }
    return status;
  }

  *#files(left: string, leftStat: Stat | undefined, right: string, rightStat: Stat | undefined, inDirectory: boolean): Run<number> {
    const out = stdout(this.#proc);
    const same = leftStat !== undefined && rightStat !== undefined && leftStat.ino === rightStat.ino && leftStat.dev === rightStat.dev;
    const contents: string[] = [];
    if (!same || this.#format === sideBySideFormat) {
      for (const [name, stat] of [
        [left, leftStat],
        [right, rightStat],
      ] as const) {
        try {
          contents.push(stat === undefined ? "" : decodeUtf8(yield* readWhole(this.#proc, name)));
        } catch (error) {
          return yield* this.#trouble(`${name}: ${reason(error)}`);
        }
      }
    }
    const [leftText = "", rightText = ""] = contents;
    const names = `${left} and ${right}`;
    const identical = function* (this: Comparer): Run<number> {
      if (this.#options.has("report-identical-files")) yield* out.print(`Files ${names} are identical\n`);
      return 0;
    }.bind(this);
    if ((same || leftText === rightText) && this.#format !== sideBySideFormat) return yield* identical();
    const binary = [leftText, rightText].some((text) => text.slice(0, 65536).includes("\0"));
    if (binary && !this.#options.has("text")) {
      if (leftText === rightText) return yield* identical();
      yield* out.print(this.#options.has("brief") ? `Files ${names} differ\n` : `Binary files ${names} differ\n`);
      return 1;
    }
    const texts = [this.#text(left, leftStat, leftText, 0), this.#text(right, rightStat, rightText, 1)] as const;
    const [oldKeys, newKeys] = texts.map((text) =>
      text.lines.map(
        (line, index) => this.#keyOf(line) + (text.missingNewline && index === text.lines.length - 1 && this.#exact ? "\0" : ""),
      ),
    ) as [string[], string[]];
    let changes = editScript(oldKeys, newKeys);
    const ignored = this.#ignored;
    if (ignored !== undefined) {
      changes = changes.filter(
        (change) =>
          !texts[0].lines.slice(change.oldStart, change.oldEnd).every(ignored) ||
          !texts[1].lines.slice(change.newStart, change.newEnd).every(ignored),
      );
    }
    yield* this.#proc.tick();
    if (changes.length === 0 && this.#format !== sideBySideFormat) return yield* identical();
    if (this.#options.has("brief") && changes.length > 0) {
      yield* out.print(`Files ${names} differ\n`);
      return 1;
    }
    if (inDirectory) yield* out.print(`${this.#commandLine} ${shown(left)} ${shown(right)}\n`);
    yield* out.print(this.#format(texts[0], texts[1], changes, this.#formatOptions));
    if (changes.length === 0) return yield* identical();
    return 1;
  }

  /** Whether a missing newline at the end counts: not when white space is ignored. */
  get #exact(): boolean {
    return (
      !this.#options.has("ignore-all-space") && !this.#options.has("ignore-space-change") && !this.#options.has("ignore-trailing-space")
    );
  }

  #text(name: string, stat: Stat | undefined, text: string, index: number): DiffText {
    const epoch: Timestamp = { sec: 0, nsec: 0 };
    const label = this.#options.values("label")[index];
    const time = stat === undefined ? epoch : name === "-" && stat.type !== "file" ? this.#proc.now() : stat.mtime;
    const shown = /["\\\n\t]| $/.test(name) ? `"${name.replace(/["\\]/g, "\\$&").replace(/\n/g, "\\n").replace(/\t/g, "\\t")}"` : name;
    return { name, header: label ?? `${shown}\t${fullTime(time)}`, ...splitLines(text) };
  }
}

function typeWords(type: string | undefined, stat: Stat | undefined): string {
  switch (type) {
    case "dir":
      return "directory";
    case "file":
      return stat?.size === 0 ? "regular empty file" : "regular file";
    case "char":
      return "character special file";
    case "block":
      return "block special file";
    default:
      return type ?? "";
  }
}

function compiled(source: string): Pattern {
  try {
    return Pattern.compile(source, { syntax: "basic" });
  } catch (error) {
    if (error instanceof PatternError) throw new Failure(`${source}: ${error.message}`, 2);
    throw error;
  }
}

function keyFunction(options: ParsedOptions): (line: string) => string {
  const steps: ((line: string) => string)[] = [];
  if (options.has("strip-trailing-cr")) steps.push((line) => line.replace(/\r$/, ""));
  if (options.has("ignore-all-space")) steps.push((line) => line.replace(/\s+/g, ""));
  else if (options.has("ignore-space-change")) steps.push((line) => line.replace(/\s+$/, "").replace(/\s+/g, " "));
  else {
    if (options.has("ignore-trailing-space")) steps.push((line) => line.replace(/\s+$/, ""));
    if (options.has("ignore-tab-expansion")) {
      steps.push((line) => {
        let out = "";
        for (const character of line) out += character === "\t" ? " ".repeat(8 - (out.length % 8)) : character;
        return out;
      });
    }
  }
  if (options.has("ignore-case")) steps.push((line) => line.toLowerCase());
  return (line) => steps.reduce((text, step) => step(text), line);
}

/** The words of a command line without its operands. */
function optionWords(args: readonly string[], operands: readonly string[]): readonly string[] {
  const words = [...args];
  for (const operand of operands.toReversed()) {
    const at = words.lastIndexOf(operand);
    if (at >= 0) words.splice(at, 1);
  }
  return words;
}

/** A name at the head of a comparison. */
function shown(name: string): string {
  return needsQuotes(name) ? cQuoted(name) : name;
}
