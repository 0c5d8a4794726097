/** tree(1). Recorded from 2.1. */
import { isSysError } from "../../vfs/errno.ts";
import type { DirEntry } from "../../vfs/types.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { stdout } from "../output.ts";

export const tree: Command = {
  name: "tree",
  package: "tree",
  style: "gnu",
  usage: ["tree [-adfiF] [-L level] [--noreport] [--dirsfirst] [<directory> ...]"],
  about: "List contents of directories in a tree-like format.",
  options: [
    { name: "a", short: "a", long: false, help: "All files are listed." },
    { name: "d", short: "d", long: false, help: "List directories only." },
    { name: "f", short: "f", long: false, help: "Print the full path prefix for each file." },
    { name: "i", short: "i", long: false, help: "Don't print indentation lines." },
    { name: "F", short: "F", long: false, help: "Appends '/', '=', '*', '@', '|' or '>' as per ls -F.", fidelity: "simplified" },
    { name: "L", short: "L", long: false, argument: "level", help: "Descend only level directories deep." },
    { name: "dirsfirst", help: "List directories before files." },
    { name: "noreport", help: "Turn off file/directory count at end of tree listing." },
  ],
  completes: "directories",
  simplified: "a few of its many options; names are not coloured",
  *run(proc, options) {
    const listing = new Listing(proc, options);
    let status = 0;
    for (const root of options.operands.length === 0 ? ["."] : options.operands) status = Math.max(status, yield* listing.root(root));
    if (!options.has("noreport")) yield* listing.report();
    return status;
  },
};

class Listing {
  readonly #proc: Process;
  readonly #options: ParsedOptions;
  readonly #lines: { readonly branch: string; readonly last: string; readonly bar: string };
  readonly #depth: number;
  #directories = 0;
  #files = 0;

  constructor(proc: Process, options: ParsedOptions) {
    this.#proc = proc;
    this.#options = options;
    this.#depth = Number(options.value("L") ?? Infinity);
    const isUtf8 = /utf-?8/i.test(proc.env.get("LC_ALL") ?? proc.env.get("LC_CTYPE") ?? proc.env.get("LANG") ?? "");
    this.#lines = isUtf8 ? { branch: "├── ", last: "└── ", bar: "│\u00a0\u00a0 " } : { branch: "|-- ", last: "`-- ", bar: "|   " };
  }

  *root(path: string): Run<ExitStatus> {
    const entries = this.#entries(path);
    if (entries === undefined) {
      if (this.#isFile(path)) this.#files++;
      yield* stdout(this.#proc).print(`${path}  [error opening dir]\n`);
      return 2;
    }
    this.#directories++;
    yield* stdout(this.#proc).print(`${path}\n`);
    yield* this.#list(path, entries, "", 1);
    return 0;
  }

  *report(): Run<void> {
    const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;
    const files = this.#options.has("d") ? "" : `, ${count(this.#files, "file", "files")}`;
    yield* stdout(this.#proc).print(`\n${count(this.#directories, "directory", "directories")}${files}\n`);
  }

  *#list(path: string, entries: readonly DirEntry[], indent: string, depth: number): Run<void> {
    if (depth > this.#depth) return;
    const { branch, last, bar } = this.#lines;
    const isFlat = this.#options.has("i");
    for (const [i, { name, type }] of entries.entries()) {
      yield* this.#proc.tick();
      const isLast = i === entries.length - 1;
      const at = path.endsWith("/") ? path + name : `${path}/${name}`;
      const link = type === "symlink" ? ` -> ${this.#proc.sys.readlink(at)}` : "";
      if (this.#isDirectory(at, type)) this.#directories++;
      else this.#files++;
      const shown = this.#options.has("f") ? at : name;
      const mark = this.#options.has("F") && type === "dir" ? "/" : "";
      yield* stdout(this.#proc).print(`${isFlat ? "" : indent + (isLast ? last : branch)}${shown}${mark}${link}\n`);
      const below = type === "dir" ? this.#entries(at) : undefined;
      if (below) yield* this.#list(at, below, indent + (isLast ? "    " : bar), depth + 1);
    }
  }

  /** In the order in which they are shown; undefined when the directory cannot be read. */
  #entries(path: string): readonly DirEntry[] | undefined {
    try {
      const found = this.#proc.sys.readdir(path).filter(({ name }) => this.#options.has("a") || !name.startsWith("."));
      const shown = this.#options.has("d") ? found.filter(({ name, type }) => this.#isDirectory(`${path}/${name}`, type)) : found;
      const rank = ({ type }: DirEntry): number => (this.#options.has("dirsfirst") && type !== "dir" ? 1 : 0);
      return shown.sort((left, right) => rank(left) - rank(right) || (left.name < right.name ? -1 : 1));
    } catch (error) {
      if (isSysError(error)) return undefined;
      throw error;
    }
  }

  /** A link to a directory counts as one. */
  #isDirectory(path: string, type: DirEntry["type"]): boolean {
    if (type !== "symlink") return type === "dir";
    try {
      return this.#proc.sys.stat(path).type === "dir";
    } catch (error) {
      if (isSysError(error)) return false;
      throw error;
    }
  }

  #isFile(path: string): boolean {
    try {
      return this.#proc.sys.stat(path).type !== "dir";
    } catch (error) {
      if (isSysError(error)) return false;
      throw error;
    }
  }
}
