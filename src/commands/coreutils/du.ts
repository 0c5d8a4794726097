import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Stat } from "../../vfs/types.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { Failure, reason, warn } from "../complain.ts";
import { globToPattern } from "../glob.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { baseName, join } from "../paths.ts";
import { curly, quote } from "../quote.ts";
import { humanSize, parseSize } from "../sizes.ts";
import { below, recursive } from "../recursion.ts";

/** du(1). */
export const du: Command = {
  name: "du",
  package: "coreutils",
  style: "gnu",
  usage: ["du [OPTION]... [FILE]...", "du [OPTION]... --files0-from=F"],
  about: "Summarize device usage of the set of FILEs, recursively for directories.",
  options: [
    { name: "null", short: "0", help: "end each output line with NUL, not newline" },
    { name: "all", short: "a", help: "write counts for all files, not just directories" },
    { name: "apparent-size", help: "print apparent sizes rather than device usage" },
    { name: "block-size", short: "B", argument: "SIZE", help: "scale sizes by SIZE before printing them" },
    { name: "bytes", short: "b", help: "equivalent to '--apparent-size --block-size=1'" },
    { name: "total", short: "c", help: "produce a grand total" },
    { name: "dereference-args", short: "D", alsoShort: ["H"], help: "dereference only symlinks that are listed on the command line" },
    {
      name: "max-depth",
      short: "d",
      argument: "N",
      help: "print the total for a directory only if it is N or fewer levels below the command line argument",
    },
    {
      name: "files0-from",
      argument: "F",
      help: "summarize device usage of the NUL-terminated file names specified in file F",
      fidelity: "unbuilt",
    },
    { name: "human-readable", short: "h", help: "print sizes in human readable format (e.g., 1K 234M 2G)" },
    { name: "inodes", help: "list inode usage information instead of block usage" },
    { name: "k", short: "k", long: false, help: "like --block-size=1K" },
    { name: "dereference", short: "L", help: "dereference all symbolic links" },
    { name: "count-links", short: "l", help: "count sizes many times if hard linked" },
    { name: "m", short: "m", long: false, help: "like --block-size=1M" },
    { name: "no-dereference", short: "P", help: "don't follow any symbolic links (this is the default)" },
    { name: "separate-dirs", short: "S", help: "for directories do not include size of subdirectories" },
    { name: "si", help: "like -h, but use powers of 1000 not 1024" },
    { name: "summarize", short: "s", help: "display only a total for each argument" },
    {
      name: "threshold",
      short: "t",
      argument: "SIZE",
      help: "exclude entries smaller than SIZE if positive, or entries greater than SIZE if negative",
    },
    {
      name: "time",
      argument: "WORD",
      optional: true,
      help: "show time of the last modification of any file in the directory",
      fidelity: "unbuilt",
    },
    { name: "exclude-from", short: "X", argument: "FILE", help: "exclude files that match any pattern in FILE", fidelity: "unbuilt" },
    { name: "exclude", argument: "PATTERN", help: "exclude files that match PATTERN" },
    { name: "one-file-system", short: "x", help: "skip directories on different file systems" },
  ],
  completes: "files",
  *run(proc, options) {
    if (options.has("summarize") && options.has("all")) throw new UsageError("cannot both summarize and show all entries");
    const depth = options.value("max-depth");
    if (depth !== undefined && !/^[0-9]+$/.test(depth)) throw new UsageError(`invalid maximum depth ${curly(depth)}`);
    if (options.has("summarize") && depth !== undefined && depth !== "0")
      throw new UsageError(`warning: summarizing conflicts with --max-depth=${depth}`);
    const counter = new Counter(proc, options);
    let total = 0;
    for (const operand of options.operands.length === 0 ? ["."] : options.operands) total += yield* counter.operand(operand);
    if (options.has("total")) yield* counter.print(total, "total");
    return counter.status;
  },
};

class Counter {
  readonly #proc: Process;
  readonly #options: ParsedOptions;
  readonly #excluded: readonly RegExp[];
  readonly #maxDepth: number;
  readonly #show: (size: number) => string;
  readonly #threshold: number | undefined;
  /** Files with several names count once. */
  readonly #seen = new Set<string>();
  status = 0;

  constructor(proc: Process, options: ParsedOptions) {
    this.#proc = proc;
    this.#options = options;
    this.#excluded = options.values("exclude").map((glob) => globToPattern(glob));
    this.#maxDepth = options.has("summarize") ? 0 : Number(options.value("max-depth") ?? Infinity);
    const given = options.order.findLast((option) => ["human-readable", "si", "k", "m", "block-size", "bytes"].includes(option.name));
    if (options.has("inodes")) this.#show = String;
    else if (given?.name === "human-readable") this.#show = (size) => humanSize(size);
    else if (given?.name === "si") this.#show = (size) => humanSize(size, 1000);
    else {
      const text = given?.name === "block-size" ? (given.value ?? "") : given?.name === "m" ? "1M" : given?.name === "bytes" ? "1" : "1K";
      const unit = parseSize(/^[0-9]/.test(text) ? text : `1${text}`);
      if (unit === undefined || unit === 0) throw new Failure(`invalid --block-size argument ${quote(text)}`);
      this.#show = (size) => String(Math.ceil(size / unit));
    }
    const threshold = options.value("threshold");
    const least = threshold === undefined ? undefined : parseSize(threshold.replace(/^-/, ""));
    if (threshold !== undefined && least === undefined) throw new Failure(`invalid --threshold argument ${quote(threshold)}`);
    this.#threshold = least === undefined ? undefined : threshold?.startsWith("-") === true ? -least : least;
  }

  *operand(path: string): Run<number> {
    try {
      const follow = this.#options.has("dereference") || this.#options.has("dereference-args");
      const stat = follow ? this.#proc.sys.stat(path) : this.#proc.sys.lstat(path);
      return yield* recursive(this.#visit(path, stat, 0, stat.dev));
    } catch (error) {
      if (isSysError(error) && error.syscall === "write") throw error;
      yield* warn(this.#proc, `cannot access ${quote(path)}: ${reason(error)}`);
      this.status = 1;
      return 0;
    }
  }

  *print(size: number, path: string): Run<void> {
    if (this.#threshold !== undefined && path !== "total" && (this.#threshold < 0 ? size > -this.#threshold : size < this.#threshold))
      return;
    yield* stdout(this.#proc).print(`${this.#show(size)}\t${path}${this.#options.has("null") ? "\0" : "\n"}`);
  }

  #own(stat: Stat): number {
    if (this.#options.has("inodes")) return 1;
    if (this.#options.has("apparent-size") || this.#options.has("bytes"))
      return stat.type === "file" || stat.type === "symlink" || stat.type === "dir" ? stat.size : 0;
    return stat.blocks * 512;
  }

  *#visit(path: string, stat: Stat, depth: number, device: number): Run<number> {
    yield* this.#proc.tick();
    if (stat.type !== "dir") {
      const key = `${String(stat.dev)}:${String(stat.ino)}`;
      if (stat.nlink > 1 && !this.#options.has("count-links")) {
        if (this.#seen.has(key)) return 0;
        this.#seen.add(key);
      } else if (depth === 0) {
        if (this.#seen.has(key)) return 0;
        this.#seen.add(key);
      }
      const size = this.#own(stat);
      if (depth === 0 || (this.#options.has("all") && depth <= this.#maxDepth)) yield* this.print(size, path);
      return size;
    }
    const key = `${String(stat.dev)}:${String(stat.ino)}`;
    if (this.#seen.has(key)) return 0;
    this.#seen.add(key);
    let size = this.#own(stat);
    let inDirectories = 0;
    let names: readonly string[] = [];
    try {
      names = this.#proc.sys.readdir(path).map((entry) => entry.name);
    } catch (error) {
      yield* warn(this.#proc, `cannot read directory ${quote(path)}: ${reason(error)}`);
      this.status = 1;
    }
    for (const name of names) {
      const child = join(path, name);
      if (this.#excluded.some((pattern) => pattern.test(name) || pattern.test(child) || pattern.test(baseName(child)))) continue;
      try {
        const childStat = this.#options.has("dereference") ? this.#proc.sys.stat(child) : this.#proc.sys.lstat(child);
        if (this.#options.has("one-file-system") && childStat.dev !== device) continue;
        const childSize = yield* below(this.#visit(child, childStat, depth + 1, device));
        if (childStat.type === "dir") inDirectories += childSize;
        else size += childSize;
      } catch (error) {
        if (isSysError(error) && error.syscall === "write") throw error;
        yield* warn(this.#proc, `cannot access ${quote(child)}: ${reason(error)}`);
        this.status = 1;
      }
    }
    if (depth <= this.#maxDepth) yield* this.print(this.#options.has("separate-dirs") ? size : size + inDirectories, path);
    return size + inDirectories;
  }
}
