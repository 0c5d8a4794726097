import { readAccounts } from "../../machine/users.ts";
import type { KernelProcess } from "../../machine/kernel-process.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { knowsAsciiOnly } from "../complain.ts";
import { stdout } from "../output.ts";

interface Lines {
  readonly first: string;
  readonly branch: string;
  readonly last: string;
  readonly only: string;
  readonly down: string;
}

const UNICODE: Lines = { first: "─┬─", branch: " ├─", last: " └─", only: "───", down: " │ " };
const ASCII: Lines = { first: "-+-", branch: " |-", last: " `-", only: "---", down: " | " };

/** pstree(1). */
export const pstree: Command = {
  name: "pstree",
  package: "psmisc",
  style: "gnu",
  usage: ["pstree [OPTION]... [ PID | USER ]"],
  about: "Display a tree of processes.",
  options: [
    { name: "arguments", short: "a", help: "show command line arguments" },
    { name: "ascii", short: "A", help: "use ASCII line drawing characters" },
    { name: "compact-not", short: "c", help: "don't compact identical subtrees" },
    { name: "long", short: "l", help: "don't truncate long lines" },
    { name: "numeric-sort", short: "n", help: "sort output by PID" },
    { name: "show-pids", short: "p", help: "show PIDs; implies -c" },
    { name: "show-parents", short: "s", help: "show parents of the selected process" },
    { name: "uid-changes", short: "u", help: "show uid transitions" },
    { name: "unicode", short: "U", help: "use UTF-8 (Unicode) line drawing characters" },
    { name: "version", short: "V", help: "display version information" },
  ],
  completes: "users",
  *run(proc, options) {
    const all = [...proc.kernel.visible()];
    const accounts = readAccounts(proc.sys);
    const [operand] = options.operands;
    let roots = all.filter(({ pid }) => pid === 1);
    if (operand !== undefined && /^[0-9]+$/.test(operand)) roots = all.filter(({ pid }) => String(pid) === operand);
    else if (operand !== undefined) {
      const user = accounts.userByName(operand);
      if (user === undefined) {
        yield* proc.printError(`No such user name: ${operand}\n`);
        return 1;
      }
      const own = all.filter((process) => process.owner.uid === user.uid);
      roots = own.filter(({ parent }) => !own.some(({ pid }) => pid === parent));
      if (roots.length === 0) {
        yield* stdout(proc).print("No processes found.\n");
        return 1;
      }
    }
    const tree = new Tree(
      all,
      options,
      options.has("ascii") || (knowsAsciiOnly(proc) && !options.has("unicode")) ? ASCII : UNICODE,
      (uid) => accounts.userById(uid)?.name ?? String(uid),
    );
    for (const root of roots) for (const line of tree.lines(root)) yield* stdout(proc).print(`${line.trimEnd()}\n`);
    return roots.length === 0 ? 1 : 0;
  },
};

class Tree {
  readonly #all: readonly KernelProcess[];
  readonly #options: ParsedOptions;
  readonly #lines: Lines;
  readonly #nameOf: (uid: number) => string;

  constructor(all: readonly KernelProcess[], options: ParsedOptions, lines: Lines, nameOf: (uid: number) => string) {
    this.#all = all;
    this.#options = options;
    this.#lines = lines;
    this.#nameOf = nameOf;
  }

  /** The process and what is below it, with what the parent's user is. */
  lines(process: KernelProcess, parentUid = 0): string[] {
    const { uid } = process.owner;
    const marks = [
      ...(this.#options.has("show-pids") ? [String(process.pid)] : []),
      ...(this.#options.has("uid-changes") && uid !== parentUid ? [this.#nameOf(uid)] : []),
    ];
    const label =
      process.name +
      (marks.length > 0 ? `(${marks.join(",")})` : "") +
      (this.#options.has("arguments")
        ? process.argv
            .slice(1)
            .map((word) => ` ${word}`)
            .join("")
        : "");
    const groups = this.#groups(process, uid);
    if (groups.length === 0) return [label];
    const { first, branch, last, only, down } = this.#lines;
    if (this.#options.has("arguments")) {
      return [
        label,
        ...groups.flatMap((group, index) =>
          (index === groups.length - 1
            ? group.map((line, at) => (at === 0 ? last : "   ").slice(1) + line)
            : group.map((line, at) => (at === 0 ? branch : down).slice(1) + line)
          ).map((line) => `  ${line}`),
        ),
      ];
    }
    const indent = " ".repeat(label.length);
    return groups.flatMap((group, index) => {
      const isFirst = index === 0;
      const isLast = index === groups.length - 1;
      return group.map((line, at) => {
        if (isFirst && at === 0) return label + (isLast ? only : first) + line;
        return indent + (at === 0 ? (isLast ? last : branch) : isLast ? "   " : down) + line;
      });
    });
  }

  /** The subtrees below, equal ones taken together as `2*[name]`. */
  #groups(process: KernelProcess, uid: number): string[][] {
    const children = this.#all.filter(({ parent }) => parent === process.pid);
    children.sort((left, right) =>
      this.#options.has("numeric-sort") || left.name === right.name ? left.pid - right.pid : left.name < right.name ? -1 : 1,
    );
    const groups: { readonly lines: string[]; count: number }[] = [];
    for (const child of children) {
      const lines = this.lines(child, uid);
      const same = groups.find((group) => group.lines.join("\n") === lines.join("\n"));
      if (same !== undefined && !this.#options.has("compact-not") && !this.#options.has("show-pids") && !this.#options.has("arguments"))
        same.count++;
      else groups.push({ lines, count: 1 });
    }
    return groups.map(({ lines, count }) => {
      if (count === 1) return lines;
      const prefix = `${String(count)}*[`;
      return lines.map(
        (line, index) => (index === 0 ? prefix : " ".repeat(prefix.length)) + line + (index === 0 && lines.length === 1 ? "]" : ""),
      );
    });
  }
}
