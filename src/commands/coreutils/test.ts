import { compareTimestamps } from "../../base/timestamp.ts";
import type { Process } from "../../machine/process.ts";
import type { Stat } from "../../vfs/types.ts";
import type { Command } from "../command.ts";
import { Failure, orUndefined } from "../complain.ts";
import { stdout } from "../output.ts";
import { helpText } from "../help.ts";
import { curly } from "../quote.ts";

const USAGE = ["test EXPRESSION", "test", "[ EXPRESSION ]", "[ ]", "[ OPTION"];

/** test(1), the program; bash has its own. */
export const test: Command = {
  name: "test",
  package: "coreutils",
  style: "raw",
  usage: USAGE,
  about: "Exit with the status determined by EXPRESSION.",
  options: [],
  usageStatus: 2,
  completes: "files",
  *run(proc, { operands }) {
    yield* proc.tick();
    return evaluate(proc, operands) ? 0 : 1;
  },
};

/** [(1): test with a closing bracket. */
export const bracket: Command = {
  ...test,
  name: "[",
  *run(proc, { operands }) {
    yield* proc.tick();
    if (operands.length === 1 && operands[0] === "--help") {
      yield* stdout(proc).print(helpText(bracket));
      return 0;
    }
    if (operands.at(-1) !== "]") throw new Failure(`missing ${curly("]")}`, 2);
    return evaluate(proc, operands.slice(0, -1)) ? 0 : 1;
  },
};

/** Whether the expression holds. Throws `Failure` with status 2 for what is no expression. */
export function evaluate(proc: Process, args: readonly string[]): boolean {
  if (args.length === 0) return false;
  const parser = new Expression(proc, args);
  return parser.evaluate();
}

const BINARY = new Set(["=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef"]);
const UNARY = new Set([..."bcdefgGhkLnNOprsStuwxz"].map((letter) => `-${letter}`));

class Expression {
  readonly #proc: Process;
  readonly #args: readonly string[];
  #at = 0;

  constructor(proc: Process, args: readonly string[]) {
    this.#proc = proc;
    this.#args = args;
  }

  evaluate(): boolean {
    const result = this.#counted(this.#args.length);
    if (this.#at < this.#args.length) throw new Failure(`extra argument ${curly(this.#args[this.#at] ?? "")}`, 2);
    return result;
  }

  #peek(ahead = 0): string | undefined {
    return this.#args[this.#at + ahead];
  }

  #take(): string {
    const arg = this.#args[this.#at++];
    if (arg === undefined) throw new Failure(`missing argument after ${curly(this.#args.at(-1) ?? "")}`, 2);
    return arg;
  }

  /** POSIX decides by the number of arguments, up to four. */
  #counted(count: number): boolean {
    const first = this.#peek();
    switch (count) {
      case 1:
        return this.#take() !== "";
      case 2:
        if (first === "!") {
          this.#take();
          return !this.#counted(1);
        }
        if (first !== undefined && UNARY.has(first)) return this.#unary();
        throw new Failure(
          first?.startsWith("-") === true
            ? `${curly(first)}: unary operator expected`
            : `missing argument after ${curly(this.#peek(1) ?? "")}`,
          2,
        );
      case 3: {
        const second = this.#peek(1) ?? "";
        if (BINARY.has(second)) return this.#binary();
        if (second === "-a" || second === "-o") {
          const left = this.#take() !== "";
          this.#take();
          const right = this.#take() !== "";
          return second === "-a" ? left && right : left || right;
        }
        if (first === "!") {
          this.#take();
          return !this.#counted(2);
        }
        if (first === "(" && this.#peek(2) === ")") {
          this.#take();
          const result = this.#counted(1);
          this.#take();
          return result;
        }
        throw new Failure(`${curly(second)}: binary operator expected`, 2);
      }
      case 4:
        if (first === "!") {
          this.#take();
          return !this.#counted(3);
        }
        if (first === "(" && this.#peek(3) === ")") {
          this.#take();
          const result = this.#counted(2);
          this.#take();
          return result;
        }
    }
    return this.#or();
  }

  #or(): boolean {
    let result = this.#and();
    while (this.#peek() === "-o") {
      this.#take();
      result = this.#and() || result;
    }
    return result;
  }

  #and(): boolean {
    let result = this.#term();
    while (this.#peek() === "-a") {
      this.#take();
      result = this.#term() && result;
    }
    return result;
  }

  #term(): boolean {
    const first = this.#peek();
    if (first === "!") {
      this.#take();
      return !this.#term();
    }
    if (first === "(") {
      this.#take();
      const result = this.#or();
      const close = this.#peek();
      if (close !== ")") throw new Failure(close === undefined ? `${curly(")")} expected` : `${curly(")")} expected, found ${close}`, 2);
      this.#take();
      return result;
    }
    if (BINARY.has(this.#peek(1) ?? "")) return this.#binary();
    if (first !== undefined && UNARY.has(first) && this.#peek(1) !== undefined) return this.#unary();
    return this.#take() !== "";
  }

  #binary(): boolean {
    const left = this.#take();
    const operator = this.#take();
    const right = this.#take();
    const { sys } = this.#proc;
    const statOf = (path: string): Stat | undefined => orUndefined(() => sys.stat(path));
    switch (operator) {
      case "=":
      case "==":
        return left === right;
      case "!=":
        return left !== right;
      case "<":
        return left < right;
      case ">":
        return left > right;
      case "-nt":
      case "-ot": {
        const [a, b] = [statOf(left), statOf(right)];
        if (a === undefined || b === undefined) return operator === "-nt" ? a !== undefined : b !== undefined;
        const order = compareTimestamps(a.mtime, b.mtime);
        return operator === "-nt" ? order > 0 : order < 0;
      }
      case "-ef": {
        const [a, b] = [statOf(left), statOf(right)];
        return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino;
      }
      default: {
        const [a, b] = [integer(left), integer(right)];
        switch (operator) {
          case "-eq":
            return a === b;
          case "-ne":
            return a !== b;
          case "-lt":
            return a < b;
          case "-le":
            return a <= b;
          case "-gt":
            return a > b;
          default:
            return a >= b;
        }
      }
    }
  }

  #unary(): boolean {
    const operator = this.#take();
    const operand = this.#take();
    const { sys } = this.#proc;
    if (operator === "-n") return operand !== "";
    if (operator === "-z") return operand === "";
    if (operator === "-t") return /^[0-9]+$/.test(operand) && (orUndefined(() => sys.isatty(Number(operand))) ?? false);
    if (operator === "-r" || operator === "-w" || operator === "-x") {
      return orUndefined(() => (sys.access(operand, operator.slice(1).toUpperCase()), true)) ?? false;
    }
    const link = operator === "-h" || operator === "-L";
    const stat = orUndefined(() => (link ? sys.lstat(operand) : sys.stat(operand)));
    if (stat === undefined) return false;
    switch (operator) {
      case "-b":
        return stat.type === "block";
      case "-c":
        return stat.type === "char";
      case "-d":
        return stat.type === "dir";
      case "-f":
        return stat.type === "file";
      case "-g":
        return (stat.mode & 0o2000) !== 0;
      case "-G":
        return stat.gid === sys.credentials.gid;
      case "-h":
      case "-L":
        return stat.type === "symlink";
      case "-k":
        return (stat.mode & 0o1000) !== 0;
      case "-N":
        return compareTimestamps(stat.mtime, stat.atime) > 0;
      case "-O":
        return stat.uid === sys.credentials.uid;
      case "-p":
        return stat.type === "fifo";
      case "-s":
        return stat.size > 0;
      case "-S":
        return stat.type === "socket";
      case "-u":
        return (stat.mode & 0o4000) !== 0;
      default:
        return true;
    }
  }
}

function integer(text: string): bigint {
  const trimmed = text.trim();
  if (!/^[-+]?[0-9]+$/.test(trimmed)) throw new Failure(`invalid integer ${curly(text)}`, 2);
  return BigInt(trimmed.replace(/^\+/, ""));
}
