import { Pattern, PatternError } from "../../base/posix-pattern.ts";
import type { Command } from "../command.ts";
import { bytewise } from "../../base/utf8.ts";
import { Failure, knowsAsciiOnly } from "../complain.ts";
import { helpText } from "../help.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { curly } from "../quote.ts";
import { printVersion } from "../version.ts";

type Value = bigint | string;

/** expr(1). */
export const expr: Command = {
  name: "expr",
  package: "coreutils",
  style: "raw",
  usage: ["expr EXPRESSION", "expr OPTION"],
  about: "Print the value of EXPRESSION to standard output.",
  options: [],
  usageStatus: 2,
  completes: "none",
  *run(proc, { operands }) {
    if (operands.length === 1 && (operands[0] === "--help" || operands[0] === "--version")) {
      if (operands[0] === "--help") yield* stdout(proc).print(helpText(expr));
      else yield* printVersion(proc, expr);
      return 0;
    }
    const bytes = knowsAsciiOnly(proc);
    const given = operands[0] === "--" ? operands.slice(1) : operands;
    const args = bytes ? given.map(bytewise) : given;
    if (args.length === 0) throw new UsageError("missing operand");
    const parser = new Parser(args, bytes);
    const value = parser.or(true);
    if (parser.next !== undefined) throw new Failure(`syntax error: unexpected argument ${curly(parser.next)}`, 2);
    yield* stdout(proc).print(`${String(value)}\n`);
    return isNull(value) ? 1 : 0;
  },
};

function isNull(value: Value): boolean {
  return typeof value === "bigint" ? value === 0n : value === "" || /^-?0+$/.test(value);
}

function number(value: Value): bigint | undefined {
  if (typeof value === "bigint") return value;
  return /^-?[0-9]+$/.test(value) ? BigInt(value) : undefined;
}

/** Grammar by falling precedence: `|`, `&`, comparisons, `+ -`, `* / %`, `:`, words. */
class Parser {
  readonly #args: readonly string[];
  readonly #bytes: boolean;
  #at = 0;

  /** With `bytes` every byte of `args` is a character. */
  constructor(args: readonly string[], bytes: boolean) {
    this.#args = args;
    this.#bytes = bytes;
  }

  get next(): string | undefined {
    return this.#args[this.#at];
  }

  #accept(...words: readonly string[]): string | undefined {
    const word = this.next;
    if (word === undefined || !words.includes(word)) return undefined;
    this.#at++;
    return word;
  }

  or(live: boolean): Value {
    let left = this.#and(live);
    while (this.#accept("|") !== undefined) {
      const right = this.#and(live && isNull(left));
      if (isNull(left)) left = isNull(right) ? 0n : right;
    }
    return left;
  }

  #and(live: boolean): Value {
    let left = this.#comparison(live);
    while (this.#accept("&") !== undefined) {
      const right = this.#comparison(live && !isNull(left));
      if (isNull(left) || isNull(right)) left = 0n;
    }
    return left;
  }

  #comparison(live: boolean): Value {
    let left = this.#sum(live);
    for (
      let operator = this.#accept("<", "<=", "=", "==", "!=", ">=", ">");
      operator !== undefined;
      operator = this.#accept("<", "<=", "=", "==", "!=", ">=", ">")
    ) {
      const right = this.#sum(live);
      const [a, b] = [number(left), number(right)];
      const [textA, textB] = [String(left), String(right)];
      const order = a !== undefined && b !== undefined ? (a < b ? -1 : a > b ? 1 : 0) : textA < textB ? -1 : textA > textB ? 1 : 0;
      const holds = {
        "<": order < 0,
        "<=": order <= 0,
        "=": order === 0,
        "==": order === 0,
        "!=": order !== 0,
        ">=": order >= 0,
        ">": order > 0,
      }[operator];
      left = holds === true ? 1n : 0n;
    }
    return left;
  }

  #sum(live: boolean): Value {
    let left = this.#product(live);
    for (let operator = this.#accept("+", "-"); operator !== undefined; operator = this.#accept("+", "-")) {
      const right = this.#product(live);
      if (live) {
        const [a, b] = this.#numbers(left, right);
        left = operator === "+" ? a + b : a - b;
      }
    }
    return left;
  }

  #product(live: boolean): Value {
    let left = this.#match(live);
    for (let operator = this.#accept("*", "/", "%"); operator !== undefined; operator = this.#accept("*", "/", "%")) {
      const right = this.#match(live);
      if (live) {
        const [a, b] = this.#numbers(left, right);
        if (operator !== "*" && b === 0n) throw new Failure("division by zero", 2);
        left = operator === "*" ? a * b : operator === "/" ? a / b : a % b;
      }
    }
    return left;
  }

  #numbers(left: Value, right: Value): readonly [bigint, bigint] {
    const [a, b] = [number(left), number(right)];
    if (a === undefined || b === undefined) throw new Failure("non-integer argument", 2);
    return [a, b];
  }

  #match(live: boolean): Value {
    let left = this.#keyword(live);
    while (this.#accept(":") !== undefined) {
      const right = this.#keyword(live);
      if (live) left = matched(String(left), String(right), this.#bytes);
    }
    return left;
  }

  #keyword(live: boolean): Value {
    if (this.next === undefined) throw new Failure(`syntax error: missing argument after ${curly(this.#args[this.#at - 1] ?? "")}`, 2);
    if (this.#accept("+") !== undefined) return this.#word();
    switch (this.#accept("length", "match", "index", "substr")) {
      case "length":
        return BigInt([...String(this.#keyword(live))].length);
      case "match": {
        const text = String(this.#keyword(live));
        return matched(text, String(this.#keyword(live)), this.#bytes);
      }
      case "index": {
        const text = [...String(this.#keyword(live))];
        const wanted = [...String(this.#keyword(live))];
        return BigInt(text.findIndex((character) => wanted.includes(character)) + 1);
      }
      case "substr": {
        const text = [...String(this.#keyword(live))];
        const [from, length] = [number(this.#keyword(live)), number(this.#keyword(live))];
        if (from === undefined || length === undefined || from <= 0n || length <= 0n) return "";
        return text.slice(Number(from) - 1, Number(from) - 1 + Number(length)).join("");
      }
    }
    if (this.#accept("(") !== undefined) {
      const value = this.or(live);
      const close = this.next;
      if (this.#accept(")") === undefined) {
        throw new Failure(
          close === undefined
            ? `syntax error: expecting ')' after ${curly(this.#args[this.#at - 1] ?? "")}`
            : `syntax error: expecting ')' instead of ${curly(close)}`,
          2,
        );
      }
      return value;
    }
    if (this.next === ")") throw new Failure("syntax error: unexpected ')'", 2);
    return this.#word();
  }

  #word(): string {
    const word = this.next;
    if (word === undefined) throw new Failure(`syntax error: missing argument after ${curly(this.#args[this.#at - 1] ?? "")}`, 2);
    this.#at++;
    return word;
  }
}

/** `text : pattern`: what the first group matched, or how many characters did. */
function matched(text: string, source: string, bytes: boolean): Value {
  let pattern: Pattern;
  try {
    pattern = Pattern.compile(source, { syntax: "basic", cover: "start", bytes });
  } catch (error) {
    if (error instanceof PatternError) throw new Failure(error.message, 2);
    throw error;
  }
  const match = pattern.find(text);
  if (pattern.groupCount > 0) {
    const group = match?.groups[1];
    return group === undefined ? "" : text.slice(group.start, group.end);
  }
  return match === undefined ? 0n : BigInt([...text.slice(0, match.end)].length);
}
