import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Stat } from "../../vfs/types.ts";
import type { Command } from "../command.ts";
import { complain, Failure, reason } from "../complain.ts";
import { helpText } from "../help.ts";
import { stdout } from "../output.ts";
import { baseName, join } from "../paths.ts";
import { curly } from "../quote.ts";
import { parseExpression } from "./find-parse.ts";
import type { Expression, FoundFile, SearchSettings } from "./find-types.ts";
import { printVersion } from "../version.ts";
import { below, recursive } from "../recursion.ts";

/** find(1). */
export const find: Command = {
  name: "find",
  package: "findutils",
  unwritten: (why, name) => `‘standard output’: ${why}\n${name}: write error${why.startsWith("Bad") ? `: ${why}` : ""}`,
  style: "raw",
  usage: ["find [-H] [-L] [-P] [-Olevel] [-D debugopts] [path...] [expression]"],
  about: "Search for files in a directory hierarchy.",
  options: [
    { name: "name", long: false, argument: "PATTERN", help: "-name PATTERN: base of file name matches shell PATTERN" },
    { name: "type", long: false, argument: "T", help: "-type [bcdpflsD]: file is of type T" },
    { name: "maxdepth", long: false, argument: "LEVELS", help: "-maxdepth LEVELS: descend at most LEVELS levels" },
    { name: "exec", long: false, argument: "COMMAND", help: "-exec COMMAND {} ;: run COMMAND" },
    { name: "delete", long: false, help: "-delete: delete files" },
  ],
  completes: "directories",
  *run(proc, { operands }) {
    if (operands.includes("-help") || operands.includes("--help")) {
      yield* stdout(proc).print(helpText(find));
      return 0;
    }
    if (operands.includes("-version") || operands.includes("--version")) {
      yield* printVersion(proc, find);
      return 0;
    }
    let at = 0;
    let follow: SearchSettings["follow"] = "none";
    for (; /^-(?:[HLP]+|O[0-9]*|D)$/.test(operands[at] ?? ""); at++) {
      const option = operands[at] ?? "";
      if (option === "-D") at++;
      else if (option.includes("L")) follow = "all";
      else if (option.includes("H")) follow = "operands";
      else if (option.includes("P")) follow = "none";
    }
    if (operands[at] === "--") at++;
    const paths: string[] = [];
    while (at < operands.length && !/^(?:-.|[(),!])/.test(operands[at] ?? "")) paths.push(operands[at++] ?? "");
    const parsed = parseExpression(proc, operands.slice(at), follow);
    const walker = new Walker(proc, parsed.expression, parsed.settings);
    for (const path of paths.length === 0 ? ["."] : paths) {
      yield* walker.walk(path);
      if (walker.hasQuit) break;
    }
    for (const finish of parsed.finishers) if (!(yield* finish())) walker.status = 1;
    return walker.status;
  },
};

/** The directories on the way down to a file, from below. */
interface Ancestors {
  readonly stat: Stat;
  readonly above: Ancestors | undefined;
}

function isAmong(ancestors: Ancestors | undefined, { dev, ino }: Stat): boolean {
  for (let each = ancestors; each !== undefined; each = each.above) if (each.stat.dev === dev && each.stat.ino === ino) return true;
  return false;
}

class Walker {
  readonly #proc: Process;
  readonly #expression: Expression;
  readonly #settings: SearchSettings;
  status = 0;
  hasQuit = false;

  constructor(proc: Process, expression: Expression, settings: SearchSettings) {
    this.#proc = proc;
    this.#expression = expression;
    this.#settings = settings;
  }

  *#complain(path: string, error: unknown): Run<void> {
    yield* complain(this.#proc, `${curly(path)}: ${reason(error)}`);
    this.status = 1;
  }

  *walk(root: string): Run<void> {
    let stat: Stat;
    try {
      stat = this.#statOf(root, this.#settings.follow !== "none");
    } catch (error) {
      yield* this.#complain(root, error);
      return;
    }
    yield* recursive(this.#visit({ path: root, root, name: baseName(root), depth: 0, stat }, stat.dev, undefined));
  }

  /** A link that leads nowhere is taken for what it is. */
  #statOf(path: string, follow: boolean): Stat {
    if (!follow) return this.#proc.sys.lstat(path);
    try {
      return this.#proc.sys.stat(path);
    } catch (error) {
      if (isSysError(error, "ENOENT", "ELOOP")) return this.#proc.sys.lstat(path);
      throw error;
    }
  }

  *#visit(file: FoundFile, device: number, above: Ancestors | undefined): Run<void> {
    yield* this.#proc.tick();
    const settings = this.#settings;
    const state = { prune: false, quit: false, failed: false };
    const applies = file.depth >= settings.minDepth && file.depth <= settings.maxDepth;
    if (!settings.depthFirst && applies) yield* this.#evaluate(file, state);
    if (this.hasQuit) return;
    const descends =
      file.stat.type === "dir" && file.depth < settings.maxDepth && !state.prune && !(settings.oneFileSystem && file.stat.dev !== device);
    if (descends) {
      if (isAmong(above, file.stat)) {
        yield* complain(
          this.#proc,
          `File system loop detected; ${curly(file.path)} is part of the same file system loop as ${curly(file.root)}.`,
        );
        this.status = 1;
      } else yield* this.#contents(file, device, { stat: file.stat, above });
    }
    if (settings.depthFirst && applies && !this.hasQuit) yield* this.#evaluate(file, state);
  }

  *#evaluate(file: FoundFile, state: { prune: boolean; quit: boolean; failed: boolean }): Run<void> {
    yield* this.#expression(file, state);
    if (state.quit) this.hasQuit = true;
    if (state.failed) this.status = 1;
    if (stdout(this.#proc).full) yield* stdout(this.#proc).flush();
  }

  *#contents(directory: FoundFile, device: number, ancestors: Ancestors): Run<void> {
    let names: readonly string[];
    try {
      names = this.#proc.sys.readdir(directory.path).map((entry) => entry.name);
    } catch (error) {
      yield* this.#complain(directory.path, error);
      return;
    }
    for (const name of names) {
      const path = join(directory.path, name);
      try {
        const stat = this.#statOf(path, this.#settings.follow === "all");
        yield* below(this.#visit({ path, root: directory.root, name, depth: directory.depth + 1, stat }, device, ancestors));
      } catch (error) {
        if (error instanceof Failure || !isSysError(error) || error.syscall === "write") throw error;
        yield* this.#complain(path, error);
      }
      if (this.hasQuit) return;
    }
  }
}
