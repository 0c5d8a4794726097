import { compareTimestamps } from "../../base/timestamp.ts";
import { bytewise } from "../../base/utf8.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { readAccounts, type Accounts } from "../../machine/users.ts";
import type { FileType, Stat } from "../../vfs/types.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { Failure, knowsAsciiOnly, orUndefined, reason, warn } from "../complain.ts";
import { globToPattern } from "../glob.ts";
import { modeString, typeLetter } from "../modes.ts";
import { argumentIn, invalidArgument } from "../operands.ts";
import { stdout } from "../output.ts";
import { join } from "../paths.ts";
import { cEscaped, cQuoted, curly, isPrintable, needsQuotes, quote, quoteFile, quoteIfNeeded } from "../quote.ts";
import { humanSize, parseSize } from "../sizes.ts";
import { textWidth } from "../table.ts";
import { Colors, colorsKnown } from "./ls-colors.ts";
import { columns, commas, fileTime, longLines, type Label, type LongRow } from "./ls-format.ts";
import { compareVersions } from "./version-order.ts";
import { LS_OPTIONS } from "./ls-options.ts";
import { below, recursive } from "../recursion.ts";

/** ls(1). @simplified Names sort by code point whatever the locale; there are no security contexts. */
export const ls: Command = {
  name: "ls",
  package: "coreutils",
  style: "gnu",
  usage: ["ls [OPTION]... [FILE]..."],
  about:
    "List information about the FILEs (the current directory by default). Sort entries alphabetically if none of -cftuvSUX nor --sort is specified.",
  options: LS_OPTIONS,
  usageStatus: 2,
  completes: "files",
  simplified: "sorts by code point; shows no security contexts",
  *run(proc, options) {
    const listing = new Listing(proc, settingsOf(proc, options));
    return yield* listing.list(options.operands.length === 0 ? ["."] : options.operands, options.operands.length > 0);
  },
};

interface Settings {
  readonly format: "long" | "single" | "columns" | "across" | "commas";
  readonly hidden: "none" | "almost" | "all";
  readonly ignore: readonly RegExp[];
  readonly hide: readonly RegExp[];
  readonly recursive: boolean;
  readonly asDirectories: boolean;
  readonly follow: "all" | "operands" | "directories" | "none";
  readonly sort: "name" | "time" | "size" | "extension" | "version" | "width" | "none";
  readonly reverse: boolean;
  readonly directoriesFirst: boolean;
  readonly time: "mtime" | "atime" | "ctime";
  readonly timeStyle: string;
  readonly quoting: "literal" | "shell" | "shell always" | "shell escape" | "shell escape always" | "escape" | "c" | "c maybe" | "locale";
  readonly hideControl: boolean;
  /** The locale knows ASCII only. */
  readonly ascii: boolean;
  readonly indicator: "none" | "slash" | "file-type" | "classify";
  readonly colors: Colors | undefined;
  readonly lineLength: number;
  readonly inode: boolean;
  readonly blocks: boolean;
  readonly numeric: boolean;
  readonly owner: boolean;
  readonly group: boolean;
  readonly author: boolean;
  readonly context: boolean;
  readonly size: "bytes" | "human" | "si" | number;
  /** What follows sizes in units that --block-size names without a number, e.g. "K". */
  readonly suffix: string;
  readonly end: string;
}

function settingsOf(proc: Process, options: ParsedOptions): Settings {
  const terminal = proc.sys.isatty(1);
  const last = (...names: readonly string[]): { readonly name: string; readonly value: string | undefined } | undefined =>
    options.order.findLast((given) => names.includes(given.name));
  const oneOf = <T extends string>(
    option: string,
    words: Readonly<Record<string, T>>,
    groups: readonly (readonly string[])[],
  ): T | undefined => {
    const value = options.value(option);
    return value === undefined ? undefined : words[argumentIn(value, `--${option}`, groups, 1)];
  };
  const formatOf: Readonly<Record<string, Settings["format"]>> = {
    C: "columns",
    l: "long",
    "1": "single",
    m: "commas",
    x: "across",
    g: "long",
    o: "long",
    "numeric-uid-gid": "long",
    "full-time": "long",
  };
  let format: Settings["format"] = terminal ? "columns" : "single";
  for (const { name, value } of options.order) {
    if (name === "1" && format === "long") continue;
    format = formatOf[name] ?? (name === "format" ? FORMATS[value ?? ""] : undefined) ?? format;
    if (name === "zero" && format !== "long") format = "single";
  }
  oneOf("format", FORMATS, [["verbose", "long"], ["commas"], ["horizontal", "across"], ["vertical"], ["single-column"]]);
  const timeWord = oneOf("time", TIMES, [
    ["atime", "access", "use"],
    ["ctime", "status"],
    ["mtime", "modification"],
    ["birth", "creation"],
  ]);
  const time = options.has("c") ? "ctime" : options.has("u") ? "atime" : (timeWord ?? "mtime");
  const sortGiven = last("t", "S", "X", "v", "U", "f", "sort");
  const sortOf: Readonly<Record<string, Settings["sort"]>> = { t: "time", S: "size", X: "extension", v: "version", U: "none", f: "none" };
  const sortWord = oneOf("sort", SORTS, [["none"], ["size"], ["time"], ["version"], ["extension"], ["name"], ["width"]]);
  const timeSorts = (options.has("c") || options.has("u") || timeWord !== undefined) && format !== "long";
  const color = options.has("color") ? (oneOf("color", WHENS, WHEN_WORDS) ?? "always") : "never";
  const classify = options.has("classify") ? (oneOf("classify", WHENS, WHEN_WORDS) ?? "always") : "never";
  const on = (when: "always" | "never" | "auto"): boolean => when === "always" || (when === "auto" && terminal);
  const style = last("literal", "quote-name", "escape", "quoting-style");
  const styleWord = oneOf(
    "quoting-style",
    QUOTINGS,
    Object.keys(QUOTINGS).map((word) => [word]),
  );
  const quoting =
    style?.name === "literal"
      ? "literal"
      : style?.name === "quote-name"
        ? "c"
        : style?.name === "escape"
          ? "escape"
          : (styleWord ?? (terminal ? "shell escape" : "literal"));
  const indicatorWord = oneOf("indicator-style", INDICATORS, [["none"], ["slash"], ["file-type"], ["classify"]]);
  const indicator = on(classify)
    ? "classify"
    : options.has("file-type")
      ? "file-type"
      : options.has("p")
        ? "slash"
        : (indicatorWord ?? "none");
  const hidden = last("all", "almost-all", "f");
  const width = options.value("width") ?? proc.env.get("COLUMNS");
  const human = last("human-readable", "si", "block-size", "kibibytes");
  const unit = human?.name === "block-size" ? (human.value ?? "").replace(/^'/, "") : undefined;
  const block =
    unit === undefined ? undefined : unit === "human-readable" ? 1 : unit === "si" ? 1 : parseSize(/^[0-9]/.test(unit) ? unit : `1${unit}`);
  if (unit !== undefined && (block === undefined || block === 0))
    throw new Failure(`invalid --block-size argument ${quote(human?.value ?? "")}`, 2);
  for (const [option, what] of [
    ["width", "line width"],
    ["tabsize", "tab size"],
  ] as const) {
    const value = options.value(option);
    if (value !== undefined && !/^[0-9]+$/.test(value)) throw new Failure(`invalid ${what}: ${curly(value)}`, 2);
  }
  const timeStyle = options.has("full-time") ? "full-iso" : (options.value("time-style") ?? proc.env.get("TIME_STYLE") ?? "locale");
  if (format === "long" && !timeStyle.startsWith("+") && !/^(?:posix-)?(?:full-iso|long-iso|iso|locale)$/.test(timeStyle))
    throw invalidArgument(
      timeStyle,
      "time style",
      ["[posix-]full-iso", "[posix-]long-iso", "[posix-]iso", "[posix-]locale", "+FORMAT (e.g., +%H:%M) for a 'date'-style format"],
      2,
    );
  const dereference = last("dereference", "dereference-command-line", "dereference-command-line-symlink-to-dir");
  return {
    format,
    hidden: hidden === undefined ? "none" : hidden.name === "almost-all" ? "almost" : "all",
    ignore: [...options.values("ignore").map((glob) => globToPattern(glob)), ...(options.has("ignore-backups") ? [/~$/] : [])],
    hide: options.values("hide").map((glob) => globToPattern(glob)),
    recursive: options.has("recursive") && !options.has("directory"),
    asDirectories: options.has("directory"),
    follow:
      dereference?.name === "dereference"
        ? "all"
        : dereference?.name === "dereference-command-line"
          ? "operands"
          : dereference !== undefined || !(options.has("directory") || format === "long" || indicator === "classify")
            ? "directories"
            : "none",
    sort: sortGiven === undefined ? (timeSorts ? "time" : "name") : (sortOf[sortGiven.name] ?? sortWord ?? "name"),
    reverse: options.has("reverse"),
    directoriesFirst: options.has("group-directories-first"),
    time,
    timeStyle,
    quoting,
    ascii: knowsAsciiOnly(proc),
    hideControl: options.has("hide-control-chars") || (terminal && quoting === "literal" && !options.has("show-control-chars")),
    indicator,
    colors: on(color) && colorsKnown(proc.env) ? new Colors(proc.env.get("LS_COLORS")) : undefined,
    lineLength: width !== undefined && /^[0-9]+$/.test(width) && width !== "0" ? Number(width) : terminal ? (proc.tty?.columns ?? 80) : 80,
    inode: options.has("inode"),
    blocks: options.has("size"),
    numeric: options.has("numeric-uid-gid"),
    owner: !options.has("g"),
    group: !options.has("no-group") && !options.has("o"),
    author: options.has("author"),
    context: options.has("context"),
    size:
      human?.name === "human-readable" || unit === "human-readable"
        ? "human"
        : human?.name === "si" || unit === "si"
          ? "si"
          : (block ?? "bytes"),
    suffix: unit !== undefined && /^[A-Z]/i.test(unit) ? unit : "",
    end: options.has("zero") ? "\0" : "\n",
  };
}

const FORMATS: Readonly<Record<string, Settings["format"]>> = {
  verbose: "long",
  long: "long",
  commas: "commas",
  horizontal: "across",
  across: "across",
  vertical: "columns",
  "single-column": "single",
};
const TIMES: Readonly<Record<string, Settings["time"]>> = {
  atime: "atime",
  access: "atime",
  use: "atime",
  ctime: "ctime",
  status: "ctime",
  mtime: "mtime",
  modification: "mtime",
  birth: "mtime",
  creation: "mtime",
};
const SORTS: Readonly<Record<string, Settings["sort"]>> = {
  none: "none",
  time: "time",
  size: "size",
  extension: "extension",
  version: "version",
  width: "width",
  name: "name",
};
const WHENS: Readonly<Record<string, "always" | "never" | "auto">> = {
  always: "always",
  yes: "always",
  force: "always",
  never: "never",
  no: "never",
  none: "never",
  auto: "auto",
  tty: "auto",
  "if-tty": "auto",
};
const WHEN_WORDS = [
  ["always", "yes", "force"],
  ["never", "no", "none"],
  ["auto", "tty", "if-tty"],
] as const;
const QUOTINGS: Readonly<Record<string, Settings["quoting"]>> = {
  literal: "literal",
  shell: "shell",
  "shell-always": "shell always",
  "shell-escape": "shell escape",
  "shell-escape-always": "shell escape always",
  c: "c",
  "c-maybe": "c maybe",
  escape: "escape",
  locale: "locale",
  clocale: "locale",
};
const INDICATORS: Readonly<Record<string, Settings["indicator"]>> = {
  none: "none",
  slash: "slash",
  "file-type": "file-type",
  classify: "classify",
};

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly type: FileType | undefined;
  readonly stat: Stat | undefined;
  readonly linkText: string | undefined;
  readonly target: Stat | undefined;
}

class Listing {
  readonly #proc: Process;
  readonly #settings: Settings;
  readonly #needsStat: boolean;
  #accounts: Accounts | undefined;
  #status = 0;
  #printed = false;

  constructor(proc: Process, settings: Settings) {
    this.#proc = proc;
    this.#settings = settings;
    this.#needsStat =
      settings.format === "long" ||
      settings.colors !== undefined ||
      settings.inode ||
      settings.blocks ||
      settings.indicator === "classify" ||
      settings.sort === "time" ||
      settings.sort === "size" ||
      settings.follow === "all";
  }

  *list(operands: readonly string[], given: boolean): Run<number> {
    const files: Entry[] = [];
    const directories: Entry[] = [];
    for (const operand of operands) {
      const entry = yield* this.#operand(operand);
      if (entry === undefined) continue;
      if (!this.#settings.asDirectories && this.#leadsToDirectory(entry)) directories.push(entry);
      else files.push(entry);
    }
    if (files.length > 0) {
      yield* this.#print(this.#sorted(files));
      this.#printed = true;
    }
    const headings = this.#settings.recursive || operands.length > 1;
    for (const directory of this.#sorted(directories)) yield* recursive(this.#directory(directory.name, headings, given));
    return this.#status;
  }

  #leadsToDirectory(entry: Entry): boolean {
    if (entry.type === "dir") return true;
    return entry.type === "symlink" && this.#settings.follow === "directories" && entry.target?.type === "dir";
  }

  *#fail(message: string, isOperand: boolean): Run<void> {
    yield* warn(this.#proc, message);
    this.#status = Math.max(this.#status, isOperand ? 2 : 1);
  }

  *#operand(name: string): Run<Entry | undefined> {
    try {
      const { sys } = this.#proc;
      const follow = this.#settings.follow === "all" || this.#settings.follow === "operands";
      const stat = follow ? sys.stat(name) : sys.lstat(name);
      return this.#entry(name, name, stat);
    } catch (error) {
      yield* this.#fail(`cannot access ${quote(name)}: ${reason(error)}`, true);
      return undefined;
    }
  }

  #entry(name: string, path: string, stat: Stat): Entry {
    const isLink = stat.type === "symlink";
    return {
      name,
      path,
      type: stat.type,
      stat,
      linkText: isLink && this.#settings.format === "long" ? orUndefined(() => this.#proc.sys.readlink(path)) : undefined,
      target: isLink ? orUndefined(() => this.#proc.sys.stat(path)) : undefined,
    };
  }

  *#directory(path: string, heading: boolean, isOperand: boolean): Run<void> {
    const { sys } = this.#proc;
    let raw;
    try {
      raw = sys.readdir(path);
    } catch (error) {
      yield* this.#fail(`cannot open directory ${quote(path)}: ${reason(error)}`, isOperand);
      return;
    }
    if (heading) yield* stdout(this.#proc).print(`${this.#printed ? "\n" : ""}${this.#quoted(path, true)}:\n`);
    this.#printed = true;
    const entries: Entry[] = [];
    const names = raw.map((entry) => ({ name: entry.name, type: entry.type }));
    if (this.#settings.hidden === "all") names.unshift({ name: ".", type: "dir" }, { name: "..", type: "dir" });
    for (const { name, type } of names) {
      if (!this.#isShown(name)) continue;
      const full = join(path, name);
      if (!this.#needsStat) {
        entries.push({ name, path: full, type, stat: undefined, linkText: undefined, target: undefined });
        continue;
      }
      yield* this.#proc.tick();
      try {
        entries.push(this.#entry(name, full, this.#settings.follow === "all" ? sys.stat(full) : sys.lstat(full)));
      } catch (error) {
        yield* this.#fail(`cannot access ${quote(full)}: ${reason(error)}`, false);
        entries.push({ name, path: full, type, stat: undefined, linkText: undefined, target: undefined });
      }
    }
    const sorted = this.#sorted(entries);
    if (this.#settings.format === "long" || this.#settings.blocks) {
      const blocks = sorted.reduce((sum, entry) => sum + (entry.stat?.blocks ?? 0), 0);
      yield* stdout(this.#proc).print(`total ${this.#blocks(blocks)}${this.#settings.end}`);
    }
    yield* this.#print(sorted);
    if (!this.#settings.recursive) return;
    for (const entry of sorted) {
      if (entry.type === "dir" && entry.name !== "." && entry.name !== "..") yield* below(this.#directory(entry.path, true, false));
    }
  }

  #isShown(name: string): boolean {
    const { hidden, ignore, hide } = this.#settings;
    if (hidden === "none" && (name.startsWith(".") || hide.some((pattern) => pattern.test(name)))) return false;
    return !ignore.some((pattern) => pattern.test(name));
  }

  #sorted(entries: readonly Entry[]): readonly Entry[] {
    const { sort, time, reverse, directoriesFirst } = this.#settings;
    if (sort === "none") return reverse ? [...entries].reverse() : entries;
    const byName = (a: Entry, b: Entry): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
    const compare = (a: Entry, b: Entry): number => {
      switch (sort) {
        case "time":
          return (a.stat && b.stat ? compareTimestamps(b.stat[time], a.stat[time]) : 0) || byName(a, b);
        case "size":
          return (b.stat?.size ?? 0) - (a.stat?.size ?? 0) || byName(a, b);
        case "extension": {
          const extension = (name: string): string => (name.includes(".") ? name.slice(name.lastIndexOf(".")) : "");
          const [left, right] = [extension(a.name), extension(b.name)];
          return left < right ? -1 : left > right ? 1 : byName(a, b);
        }
        case "version":
          return compareVersions(a.name, b.name) || byName(a, b);
        case "width":
          return textWidth(a.name) - textWidth(b.name) || byName(a, b);
        default:
          return byName(a, b);
      }
    };
    const sorted = [...entries].sort((a, b) => (reverse ? compare(b, a) : compare(a, b)));
    if (!directoriesFirst) return sorted;
    const first = (entry: Entry): boolean => entry.type === "dir" || entry.target?.type === "dir";
    return [...sorted.filter(first), ...sorted.filter((entry) => !first(entry))];
  }

  *#print(entries: readonly Entry[]): Run<void> {
    const { format, lineLength, end } = this.#settings;
    const out = stdout(this.#proc);
    if (format === "long") {
      // Names that need no quotes line up with the letters of those that do.
      const aligned = this.#alignsQuotes && entries.some((entry) => needsQuotes(entry.name));
      const rows = entries.map((entry) => this.#longRow(entry, aligned));
      for (const line of longLines(rows, { ...this.#settings, owner: this.#settings.owner, group: this.#settings.group }))
        yield* out.print(line + end);
      return;
    }
    const inodeWidth = Math.max(0, ...entries.map((entry) => String(entry.stat?.ino ?? "?").length));
    const blockWidth = Math.max(0, ...entries.map((entry) => this.#blocks(entry.stat?.blocks ?? 0).length));
    const aligned = this.#alignsQuotes && (format === "columns" || format === "across") && entries.some((entry) => needsQuotes(entry.name));
    const pad = format === "commas" ? 0 : 1;
    const labels = entries.map((entry): Label => {
      const prefix =
        (this.#settings.inode ? `${String(entry.stat?.ino ?? "?").padStart(pad * inodeWidth)} ` : "") +
        (this.#settings.blocks ? `${this.#blocks(entry.stat?.blocks ?? 0).padStart(pad * blockWidth)} ` : "") +
        (this.#settings.context ? "? " : "");
      const label = this.#label(entry, aligned);
      return { text: prefix + label.text, width: prefix.length + label.width };
    });
    const tabs = this.#settings.colors === undefined;
    switch (format) {
      case "columns":
        yield* out.print(columns(labels, lineLength, false, tabs));
        break;
      case "across":
        yield* out.print(columns(labels, lineLength, true, tabs));
        break;
      case "commas":
        yield* out.print(commas(labels, lineLength));
        break;
      case "single":
        for (const label of labels) yield* out.print(label.text + end);
    }
  }

  /** Whether some names may have quotes and others none. */
  get #alignsQuotes(): boolean {
    return this.#settings.quoting === "shell" || this.#settings.quoting === "shell escape";
  }

  #label(entry: Entry, aligned: boolean): Label {
    const quoted = this.#quoted(entry.name, false);
    const gap = aligned && quoted === entry.name ? " " : "";
    const indicator = this.#indicator(entry.stat, entry.type);
    const painted = this.#settings.colors?.paint(quoted, entry.name, entry.stat, entry.target) ?? quoted;
    return { text: gap + painted + indicator, width: gap.length + textWidth(quoted) + indicator.length };
  }

  #quoted(stored: string, heading: boolean): string {
    const name = this.#settings.ascii ? bytewise(stored) : stored;
    switch (this.#settings.quoting) {
      case "shell escape":
        return heading ? quoteFile(name) : quoteIfNeeded(name);
      case "shell escape always":
        return quote(name);
      case "shell":
        return needsQuotes(name) ? `'${this.#visible(name).replaceAll("'", "'\\''")}'` : name;
      case "shell always":
        return `'${this.#visible(name).replaceAll("'", "'\\''")}'`;
      case "escape":
        return cEscaped(name);
      case "c":
        return cQuoted(name);
      case "c maybe":
        return cQuoted(name) === `"${name}"` ? name : cQuoted(name);
      case "locale":
        return curly(name);
      default:
        return this.#visible(name);
    }
  }

  #visible(name: string): string {
    return this.#settings.hideControl ? [...name].map((character) => (isPrintable(character) ? character : "?")).join("") : name;
  }

  #indicator(stat: Stat | undefined, type: FileType | undefined): string {
    const style = this.#settings.indicator;
    if (style === "none") return "";
    if (type === "dir") return "/";
    if (style === "slash") return "";
    switch (type) {
      case "symlink":
        return this.#settings.format === "long" ? "" : "@";
      case "fifo":
        return "|";
      case "socket":
        return "=";
      case "file":
        return style === "classify" && stat !== undefined && (stat.mode & 0o111) !== 0 ? "*" : "";
      default:
        return "";
    }
  }

  /** `blocks` of 512 bytes, in the unit that is wanted. */
  #blocks(blocks: number): string {
    const { size } = this.#settings;
    if (size === "human") return humanSize(blocks * 512);
    if (size === "si") return humanSize(blocks * 512, 1000);
    return String(Math.ceil((blocks * 512) / (typeof size === "number" ? size : 1024))) + this.#settings.suffix;
  }

  #longRow(entry: Entry, aligned: boolean): LongRow {
    const { stat } = entry;
    const label = this.#label(entry, aligned);
    if (stat === undefined) {
      return {
        inode: "?",
        blocks: "?",
        mode: `${typeLetter(entry.type ?? "file")}?????????`,
        links: "?",
        owner: "?",
        group: "?",
        context: "?",
        size: "?",
        time: "?",
        name: label.text,
      };
    }
    this.#accounts ??= readAccounts(this.#proc.sys);
    const { numeric, size, time, timeStyle } = this.#settings;
    let name = label.text;
    if (entry.linkText !== undefined) {
      const target = this.#quoted(entry.linkText, false);
      const painted =
        this.#settings.colors === undefined || entry.target === undefined
          ? target
          : this.#settings.colors.paint(target, entry.linkText, entry.target, undefined);
      name += ` -> ${painted}${this.#indicator(entry.target, entry.target?.type)}`;
    }
    const isDevice = stat.type === "char" || stat.type === "block";
    return {
      inode: String(stat.ino),
      blocks: this.#blocks(stat.blocks),
      mode: modeString(stat.type, stat.mode),
      links: String(stat.nlink),
      owner: numeric ? String(stat.uid) : (this.#accounts.userById(stat.uid)?.name ?? String(stat.uid)),
      group: numeric ? String(stat.gid) : (this.#accounts.groupById(stat.gid)?.name ?? String(stat.gid)),
      context: "?",
      size: isDevice
        ? [String(stat.rdev.major), String(stat.rdev.minor)]
        : size === "human"
          ? humanSize(stat.size)
          : size === "si"
            ? humanSize(stat.size, 1000)
            : typeof size === "number"
              ? String(Math.ceil(stat.size / size)) + this.#settings.suffix
              : String(stat.size),
      time: fileTime(stat[time], this.#proc.now(), timeStyle),
      name,
    };
  }
}

/** dir(1): `ls -C -b`. */
export const dir: Command = { ...ls, name: "dir", rewrite: (args) => ["-C", "-b", ...args] };

/** vdir(1): `ls -l -b`. */
export const vdir: Command = { ...ls, name: "vdir", rewrite: (args) => ["-l", "-b", ...args] };
