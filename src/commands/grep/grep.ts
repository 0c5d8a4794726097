import { bytewise, decodeUtf8, utf8Length } from "../../base/utf8.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { complain, Failure, knowsAsciiOnly, ownName, reason, warn } from "../complain.ts";
import { findProgram } from "../find-program.ts";
import { globToPattern } from "../glob.ts";
import { invalidArgument } from "../operands.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { baseName, join } from "../paths.ts";
import { closeInput, LineReader, openInput, readWhole, splitLines } from "../text-io.ts";
import { GREP_OPTIONS } from "./grep-options.ts";
import { matcherOf, type Matcher } from "./matcher.ts";
import { below, recursive } from "../recursion.ts";

/** grep(1). */
export const grep: Command = {
  name: "grep",
  package: "grep",
  style: "gnu",
  usage: ["grep [OPTION]... PATTERNS [FILE]..."],
  about: "Search for PATTERNS in each FILE.",
  options: GREP_OPTIONS,
  usageStatus: 2,
  usageHint: "usage and try",
  completes: "files",
  rewrite: (args) => args.map((arg) => (/^-[0-9]+$/.test(arg) ? `-C${arg.slice(1)}` : arg)),
  *run(proc, options) {
    return yield* search(proc, options);
  },
};

/** egrep and fgrep, which are scripts that end in `exec grep`: what follows the warning is grep's own. */
function obsolescent(name: string, flag: string): Command {
  return {
    ...grep,
    name,
    style: "raw",
    about: `Obsolescent; the same as grep ${flag}.`,
    *run(proc) {
      yield* warn(proc, `warning: ${baseName(ownName(proc))} is obsolescent; using grep ${flag}`);
      const path = findProgram(proc, "grep");
      if (path === undefined) {
        yield* proc.printError(`${ownName(proc)}: line 4: exec: grep: not found\n`);
        return 127;
      }
      return yield* proc.exec(path, ["grep", flag, ...proc.argv.slice(1)]);
    },
  };
}

export const egrep = obsolescent("egrep", "-E");
export const fgrep = obsolescent("fgrep", "-F");

function* search(proc: Process, options: ParsedOptions): Run<number> {
  let operands = options.operands;
  let patterns: string[] = [];
  if (options.has("regexp") || options.has("file")) {
    for (const given of options.order) {
      if (given.name === "regexp") patterns.push(...(given.value ?? "").split("\n"));
      else if (given.name === "file") {
        try {
          patterns.push(...splitLines(decodeUtf8(yield* readWhole(proc, given.value ?? ""))).lines);
        } catch (error) {
          throw new Failure(`${given.value ?? ""}: ${reason(error)}`, 2);
        }
      }
    }
  } else {
    const [first, ...rest] = operands;
    if (first === undefined) {
      const name = baseName(ownName(proc));
      yield* proc.printError(`Usage: ${name} [OPTION]... PATTERNS [FILE]...\nTry '${name} --help' for more information.\n`);
      return 2;
    }
    patterns = first.split("\n");
    operands = rest;
  }
  const bytes = knowsAsciiOnly(proc);
  const matcher = matcherOf(bytes ? patterns.map(bytewise) : patterns, options, bytes);
  for (const warning of matcher.warnings) yield* complain(proc, `warning: ${warning}`);
  const settings = settingsOf(proc, options, operands);
  const searcher = new Searcher(proc, matcher, settings);
  const files = operands.length > 0 ? operands : settings.directories === "recurse" ? [undefined] : ["-"];
  for (const file of files) {
    yield* searcher.operand(file);
    if (searcher.isDone) break;
  }
  if (settings.quiet && searcher.selected) return 0;
  return searcher.failed ? 2 : searcher.selected ? 0 : 1;
}

interface Settings {
  readonly invert: boolean;
  readonly show: "lines" | "count" | "matching files" | "other files" | "matches";
  readonly quiet: boolean;
  readonly noMessages: boolean;
  readonly names: boolean;
  readonly numbers: boolean;
  readonly offsets: boolean;
  readonly initialTab: boolean;
  readonly nullAfterName: boolean;
  /** Whether lines around matches were asked for, be it none. */
  readonly context: boolean;
  readonly before: number;
  readonly after: number;
  readonly groupSeparator: string | undefined;
  readonly most: number;
  readonly color: boolean;
  readonly binary: "binary" | "text" | "without-match";
  readonly directories: "read" | "recurse" | "skip";
  readonly skipDevices: boolean;
  readonly followLinks: boolean;
  readonly delimiter: "\n" | "\0";
  readonly label: string;
  readonly lineBuffered: boolean;
  includes(name: string): boolean;
  includesDirectory(name: string): boolean;
}

function settingsOf(proc: Process, options: ParsedOptions, operands: readonly string[]): Settings {
  const length = (name: string): number | undefined => {
    const text = options.value(name);
    if (text === undefined) return undefined;
    if (!/^[0-9]+$/.test(text)) throw new Failure(`${text}: invalid context length argument`, 2);
    return Number(text);
  };
  const both = length("context") ?? 0;
  const action = options.value("directories") ?? "read";
  if (action !== "read" && action !== "recurse" && action !== "skip")
    throw invalidArgument(action, "--directories", ["‘read’", "‘recurse’", "‘skip’"], 1);
  const recursive = options.has("recursive") || options.has("dereference-recursive") || action === "recurse";
  const binary = options.has("text") ? "text" : options.has("I") ? "without-match" : (options.value("binary-files") ?? "binary");
  if (binary !== "binary" && binary !== "text" && binary !== "without-match") throw new Failure("unknown binary-files type", 2);
  const most = options.value("max-count");
  if (most !== undefined && !/^-?[0-9]+$/.test(most)) throw new Failure("invalid max count", 2);
  const when = options.has("color") ? (options.value("color") ?? "auto") : "never";
  if (!["always", "yes", "force", "never", "no", "none", "auto", "tty", "if-tty"].includes(when)) throw new UsageError("");
  const named = options.order.findLast((given) => given.name === "with-filename" || given.name === "no-filename")?.name;
  const shown = options.order.findLast((given) => given.name === "files-with-matches" || given.name === "files-without-match")?.name;
  const include = options.values("include").map((glob) => globToPattern(glob));
  const exclude = options.values("exclude").map((glob) => globToPattern(glob));
  const excludeDirectories = options.values("exclude-dir").map((glob) => globToPattern(glob.replace(/\/+$/, "")));
  return {
    invert: options.has("invert-match"),
    show:
      shown === "files-with-matches"
        ? "matching files"
        : shown !== undefined
          ? "other files"
          : options.has("count")
            ? "count"
            : options.has("only-matching")
              ? "matches"
              : "lines",
    quiet: options.has("quiet"),
    noMessages: options.has("no-messages"),
    names:
      named === undefined
        ? operands.length > 1 || (recursive && (operands.length === 0 || operands.some((operand) => isDirectory(proc, operand))))
        : named === "with-filename",
    numbers: options.has("line-number"),
    offsets: options.has("byte-offset"),
    initialTab: options.has("initial-tab"),
    nullAfterName: options.has("null"),
    context: options.has("context") || options.has("before-context") || options.has("after-context"),
    before: length("before-context") ?? both,
    after: length("after-context") ?? both,
    groupSeparator: options.has("no-group-separator") ? undefined : (options.value("group-separator") ?? "--"),
    most: most === undefined || Number(most) < 0 ? Infinity : Number(most),
    color:
      when === "always" ||
      when === "yes" ||
      when === "force" ||
      ((when === "auto" || when === "tty" || when === "if-tty") && proc.sys.isatty(1) && proc.env.get("TERM") !== "dumb"),
    binary,
    directories: recursive ? "recurse" : action,
    skipDevices: options.value("devices") === "skip",
    followLinks: options.has("dereference-recursive"),
    delimiter: options.has("null-data") ? "\0" : "\n",
    label: options.value("label") ?? "(standard input)",
    lineBuffered: options.has("line-buffered"),
    includes: (name) =>
      (include.length === 0 || include.some((pattern) => pattern.test(name))) && !exclude.some((pattern) => pattern.test(name)),
    includesDirectory: (name) => !excludeDirectories.some((pattern) => pattern.test(name)),
  };
}

function isDirectory(proc: Process, path: string): boolean {
  try {
    return proc.sys.stat(path).type === "dir";
  } catch {
    return false;
  }
}

class Searcher {
  /** The locale has no characters that a byte could fail to be. */
  readonly #bytes: boolean;
  readonly #proc: Process;
  readonly #matcher: Matcher;
  readonly #settings: Settings;
  selected = false;
  failed = false;
  /** Whether lines were printed before, so that a group separator is due. */
  #printedGroup = false;

  constructor(proc: Process, matcher: Matcher, settings: Settings) {
    this.#bytes = knowsAsciiOnly(proc);
    this.#proc = proc;
    this.#matcher = matcher;
    this.#settings = settings;
  }

  /** With -q the first match settles everything. */
  get isDone(): boolean {
    return this.#settings.quiet && this.selected;
  }

  *#complain(message: string): Run<void> {
    this.failed = true;
    if (!this.#settings.noMessages) yield* complain(this.#proc, message);
  }

  /** An operand; undefined is the working directory of a bare -r, whose name is not shown. */
  *operand(name: string | undefined): Run<void> {
    if (name !== undefined && name !== "-") {
      if (this.#settings.directories !== "read" && isDirectory(this.#proc, name)) {
        if (this.#settings.directories === "recurse" && this.#settings.includesDirectory(baseName(name)))
          yield* recursive(this.#tree(name));
        return;
      }
      if (!this.#settings.includes(baseName(name))) return;
    }
    if (name === undefined) yield* recursive(this.#tree(""));
    else yield* this.#file(name);
  }

  *#tree(directory: string): Run<void> {
    const { sys } = this.#proc;
    let entries;
    try {
      entries = sys.readdir(directory === "" ? "." : directory);
    } catch (error) {
      yield* this.#complain(`${directory === "" ? "." : directory}: ${reason(error)}`);
      return;
    }
    for (const entry of entries) {
      yield* this.#proc.tick();
      if (this.isDone) return;
      const path = join(directory, entry.name);
      let { type } = entry;
      if (type === "symlink") {
        if (!this.#settings.followLinks) continue;
        try {
          type = sys.stat(path).type;
        } catch (error) {
          yield* this.#complain(`${path}: ${reason(error)}`);
          continue;
        }
      }
      if (type === "dir") {
        if (this.#settings.includesDirectory(entry.name)) yield* below(this.#tree(path));
      } else if (type === "file" && this.#settings.includes(entry.name)) yield* this.#file(path);
    }
  }

  *#file(name: string): Run<void> {
    let fd: number;
    try {
      if (name !== "-" && this.#settings.skipDevices && ["char", "block", "fifo", "socket"].includes(this.#proc.sys.stat(name).type))
        return;
      fd = openInput(this.#proc, name);
    } catch (error) {
      yield* this.#complain(`${name}: ${reason(error)}`);
      return;
    }
    try {
      yield* this.#lines(name === "-" ? this.#settings.label : name, fd);
    } catch (error) {
      if (isSysError(error) && error.syscall === "write") throw error;
      yield* this.#complain(`${name === "-" ? this.#settings.label : name}: ${reason(error)}`);
    } finally {
      closeInput(this.#proc, fd);
    }
  }

  *#lines(name: string, fd: number): Run<void> {
    const settings = this.#settings;
    const out = stdout(this.#proc);
    const reader = new LineReader(this.#proc, fd, settings.delimiter, { bytes: true });
    const quietly = settings.quiet || settings.show === "matching files" || settings.show === "other files";
    const printer = new LinePrinter(settings, this.#matcher, name);
    let count = 0;
    let number = 0;
    let offset = 0;
    let lastPrinted = 0;
    let afterLeft = 0;
    let isBinary = false;
    let told = false;
    let before: { readonly line: string; readonly number: number; readonly offset: number }[] = [];
    if (settings.most > 0)
      scan: for (;;) {
        const batch = yield* reader.batch();
        if (batch === undefined) break;
        for (const line of batch) {
          number++;
          if (!isBinary && settings.binary !== "text" && isBinaryText(line, settings.delimiter, this.#bytes)) {
            if (settings.binary === "without-match") break scan;
            isBinary = true;
          }
          const chosen = count < settings.most && this.#matcher.test(line) !== settings.invert;
          if (chosen) {
            count++;
            this.selected = true;
            if (quietly) break scan;
            if (settings.show !== "count") {
              if (isBinary) {
                told = true;
                break scan;
              }
              const first = before[0]?.number ?? number;
              if (settings.context && this.#printedGroup && first > lastPrinted + 1 && settings.groupSeparator !== undefined)
                out.add(printer.separator());
              for (const context of before) out.add(printer.line(context.line, context.number, context.offset, false));
              before = [];
              out.add(printer.line(line, number, offset, true));
              this.#printedGroup = true;
              lastPrinted = number;
              afterLeft = settings.after;
            }
          } else if (settings.show === "lines" || settings.show === "matches") {
            if (afterLeft > 0) {
              afterLeft--;
              if (!isBinary) out.add(printer.line(line, number, offset, false));
              lastPrinted = number;
            } else if (settings.before > 0) {
              before.push({ line, number, offset });
              if (before.length > settings.before) before.shift();
            }
          }
          if (settings.offsets) offset += utf8Length(line) + 1;
          if (count >= settings.most && afterLeft === 0) break scan;
        }
        if (out.full || settings.lineBuffered) yield* out.flush();
      }
    if (told) {
      if (out.toTerminal) yield* out.flush();
      yield* complain(this.#proc, `${name}: binary file matches`);
    }
    if (settings.quiet) return;
    if (settings.show === "count") out.add(printer.count(count));
    if ((settings.show === "matching files" && count > 0) || (settings.show === "other files" && count === 0)) out.add(printer.name());
    if (out.full) yield* out.flush();
  }
}

/** A NUL, or bytes that are no UTF-8. */
function isBinaryText(line: string, delimiter: "\n" | "\0", bytes: boolean): boolean {
  if (bytes) return delimiter === "\n" && line.includes("\0");
  return delimiter === "\n" ? /[\0]|(?<![\ud800-\udbff])[\udc80-\udcff]/.test(line) : /(?<![\ud800-\udbff])[\udc80-\udcff]/.test(line);
}

class LinePrinter {
  readonly #settings: Settings;
  readonly #matcher: Matcher;
  readonly #name: string;

  constructor(settings: Settings, matcher: Matcher, name: string) {
    this.#settings = settings;
    this.#matcher = matcher;
    this.#name = name;
  }

  #paint(code: string, text: string): string {
    return this.#settings.color && text !== "" ? `\x1b[${code}m\x1b[K${text}\x1b[m\x1b[K` : text;
  }

  /** The line with everything before it, or with -o one line for each match. */
  line(line: string, number: number, offset: number, chosen: boolean): string {
    const { show, delimiter, invert, color } = this.#settings;
    if (show === "matches") {
      if (!chosen || invert) return "";
      return this.#matcher
        .spans(line)
        .map(
          (span) =>
            this.#head(number, offset + (this.#settings.offsets ? utf8Length(line.slice(0, span.start)) : 0), ":") +
            this.#paint("01;31", line.slice(span.start, span.end)) +
            "\n",
        )
        .join("");
    }
    let text = line;
    // Matches are shown in selected lines, or with -v in the lines around them.
    if (color && chosen !== invert) {
      text = "";
      let at = 0;
      for (const span of this.#matcher.spans(line)) {
        text += line.slice(at, span.start) + this.#paint("01;31", line.slice(span.start, span.end));
        at = span.end;
      }
      text += line.slice(at);
    }
    return this.#head(number, offset, chosen ? ":" : "-") + text + delimiter;
  }

  #head(number: number, offset: number, mark: string): string {
    const { names, numbers, offsets, initialTab, nullAfterName } = this.#settings;
    const separator = this.#paint("36", mark);
    let head = "";
    if (names) head += this.#paint("35", this.#name) + (nullAfterName ? "\0" : separator);
    if (numbers) head += this.#paint("32", String(number).padStart(initialTab ? 4 : 0)) + separator;
    if (offsets) head += this.#paint("32", String(offset).padStart(initialTab ? 6 : 0)) + separator;
    return initialTab && head !== "" ? head + "\t" : head;
  }

  separator(): string {
    return `${this.#paint("36", this.#settings.groupSeparator ?? "")}\n`;
  }

  count(count: number): string {
    const { names, nullAfterName } = this.#settings;
    return (names ? this.#paint("35", this.#name) + (nullAfterName ? "\0" : this.#paint("36", ":")) : "") + `${String(count)}\n`;
  }

  name(): string {
    return this.#paint("35", this.#name) + (this.#settings.nullAfterName ? "\0" : "\n");
  }
}
