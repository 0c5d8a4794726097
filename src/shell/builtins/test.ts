/** test and [. */
import { fail, type OrdinaryBuiltin } from "../builtin.ts";
import type { Run } from "../../machine/program.ts";
import type { Shell } from "../shell.ts";
import { FILE_BINARY, NUMBER_BINARY, testFiles, testNumbers, testUnary, UNARY } from "../test-operators.ts";

/** A complaint of `test`; its status is 2. */
class TestError extends Error {}

function* evaluate(shell: Shell, name: string, args: readonly string[]): Run<number> {
  try {
    return new TestParser(shell, args).result() ? 0 : 1;
  } catch (error) {
    if (!(error instanceof TestError)) throw error;
    return yield* fail(shell, name, error.message, 2);
  }
}

const test: OrdinaryBuiltin = {
  name: "test",
  usage: "test [expr]",
  summary: "Evaluate conditional expression.",
  takesAnyWord: true,
  *run(shell, args) {
    return yield* evaluate(shell, "test", args);
  },
};

const bracket: OrdinaryBuiltin = {
  name: "[",
  usage: "[ arg... ]",
  summary: "Evaluate conditional expression.",
  takesAnyWord: true,
  *run(shell, args) {
    if (args.at(-1) !== "]") return yield* fail(shell, "[", "missing `]'", 2);
    return yield* evaluate(shell, "[", args.slice(0, -1));
  },
};

const BINARY = new Set(["=", "==", "!=", "<", ">", ...FILE_BINARY, ...NUMBER_BINARY]);

/** POSIX's rules by the number of arguments, and the grammar with -a, -o and parentheses beyond. */
class TestParser {
  readonly #shell: Shell;
  readonly #args: readonly string[];
  #at = 0;

  constructor(shell: Shell, args: readonly string[]) {
    this.#shell = shell;
    this.#args = args;
  }

  result(): boolean {
    return this.#byCount(this.#args);
  }

  #byCount(args: readonly string[]): boolean {
    const [a = "", b = "", c = "", d = ""] = args;
    switch (args.length) {
      case 0:
        return false;
      case 1:
        return a !== "";
      case 2:
        if (a === "!") return b === "";
        if (UNARY.has(a)) return this.#unary(a, b);
        throw new TestError(`${a}: unary operator expected`);
      case 3:
        if (BINARY.has(b)) return this.#binary(a, b, c);
        if (b === "-a") return a !== "" && c !== "";
        if (b === "-o") return a !== "" || c !== "";
        if (a === "!") return !this.#byCount([b, c]);
        if (a === "(" && c === ")") return b !== "";
        throw new TestError(`${b}: binary operator expected`);
      case 4:
        if (a === "!") return !this.#byCount([b, c, d]);
        if (a === "(" && d === ")") return this.#byCount([b, c]);
    }
    this.#at = 0;
    const value = this.#or();
    if (this.#at < this.#args.length) throw new TestError("too many arguments");
    return value;
  }

  #or(): boolean {
    let value = this.#and();
    while (this.#args[this.#at] === "-o") {
      this.#at++;
      const right = this.#and();
      value = value || right;
    }
    return value;
  }

  #and(): boolean {
    let value = this.#term();
    while (this.#args[this.#at] === "-a") {
      this.#at++;
      const right = this.#term();
      value = value && right;
    }
    return value;
  }

  #term(): boolean {
    const first = this.#args[this.#at];
    if (first === undefined) throw new TestError("argument expected");
    if (first === "!") {
      this.#at++;
      return !this.#term();
    }
    if (first === "(") {
      this.#at++;
      const value = this.#or();
      if (this.#args[this.#at++] !== ")") throw new TestError("`)' expected");
      return value;
    }
    const second = this.#args[this.#at + 1];
    const third = this.#args[this.#at + 2];
    if (second !== undefined && third !== undefined && BINARY.has(second)) {
      this.#at += 3;
      return this.#binary(first, second, third);
    }
    if (UNARY.has(first) && second !== undefined) {
      this.#at += 2;
      return this.#unary(first, second);
    }
    this.#at++;
    return first !== "";
  }

  #unary(operator: string, operand: string): boolean {
    return testUnary(this.#shell, operator, operand);
  }

  #binary(left: string, operator: string, right: string): boolean {
    if (FILE_BINARY.has(operator)) return testFiles(this.#shell, operator, left, right);
    if (NUMBER_BINARY.has(operator)) return testNumbers(operator, number(left), number(right));
    switch (operator) {
      case "!=":
        return left !== right;
      case "<":
        return left < right;
      case ">":
        return left > right;
      default:
        return left === right;
    }
  }
}

function number(text: string): bigint {
  if (!/^\s*[+-]?\d+\s*$/.test(text)) throw new TestError(`${text}: integer expression expected`);
  const value = BigInt(text.trim().replace(/^\+/, ""));
  if (value !== BigInt.asIntN(64, value)) throw new TestError(`${text}: integer expression expected`);
  return value;
}

export const testBuiltins = [test, bracket];
