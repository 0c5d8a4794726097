/**
 * Shell arithmetic: C's operators on 64-bit whole numbers, over text whose `$` expansions are already done.
 * Errors are worded as bash's expr.c words them, with the rest of the text as "error token".
 */

/** What an expression may read and change. */
export interface ArithmeticVariables {
  /** The value of a variable or array element as text; undefined when unset. */
  get(name: string, subscript: string | undefined): string | undefined;
  set(name: string, subscript: string | undefined, value: string): void;
}

/** An expression that cannot be evaluated. The message has no prefix. */
export class ArithmeticError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ArithmeticError";
  }
}

type Node =
  | { readonly kind: "number"; readonly value: bigint }
  | { readonly kind: "variable"; readonly name: string; readonly subscript: string | undefined }
  | { readonly kind: "unary"; readonly operator: string; readonly operand: Node }
  | { readonly kind: "step"; readonly operator: "++" | "--"; readonly prefix: boolean; readonly target: Target }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Node; readonly right: Node; readonly rest: string }
  | { readonly kind: "assign"; readonly operator: string; readonly target: Target; readonly value: Node; readonly rest: string }
  | { readonly kind: "ternary"; readonly test: Node; readonly yes: Node; readonly no: Node };

type Target = Extract<Node, { kind: "variable" }>;

/** A parsed expression; parse once, evaluate often. */
export interface Expression {
  readonly text: string;
  readonly root: Node | undefined;
}

/** How deep variables may name expressions that name variables. bash stops at 1024, the expression itself counted. */
const MAXIMUM_DEPTH = 1023;

const BINARY: ReadonlyMap<string, number> = new Map([
  ["||", 4],
  ["&&", 5],
  ["|", 6],
  ["^", 7],
  ["&", 8],
  ["==", 9],
  ["!=", 9],
  ["<", 10],
  [">", 10],
  ["<=", 10],
  [">=", 10],
  ["<<", 11],
  [">>", 11],
  ["+", 12],
  ["-", 12],
  ["*", 13],
  ["/", 13],
  ["%", 13],
]);
const ASSIGNMENTS = new Set(["=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>=", "&=", "^=", "|="]);
const OPERATORS = /^(<<=|>>=|\+\+|--|\*\*|&&|\|\||<<|>>|<=|>=|==|!=|\+=|-=|\*=|\/=|%=|&=|\^=|\|=|[-+*/%<>=!~&|^?:,()])/;

/** Parses `text`; throws ArithmeticError. An empty text is 0. */
export function parseArithmetic(text: string): Expression {
  return { text, root: new ArithmeticParser(text).parse() };
}

/** The value, wrapped to 64 bits. Throws ArithmeticError. */
export function evaluate(expression: Expression, variables: ArithmeticVariables): bigint {
  return expression.root === undefined ? 0n : new Evaluator(expression.text, variables, 0).run(expression.root);
}

/** Parse and evaluate at once. */
export function evaluateArithmetic(text: string, variables: ArithmeticVariables): bigint {
  return evaluate(parseArithmetic(text), variables);
}

interface Token {
  readonly kind: "number" | "name" | "operator" | "end";
  readonly text: string;
  readonly at: number;
}

class ArithmeticParser {
  readonly #text: string;
  #at = 0;
  #token: Token;
  #previous: Token;

  constructor(text: string) {
    this.#text = text;
    this.#token = this.#previous = { kind: "end", text: "", at: 0 };
  }

  parse(): Node | undefined {
    if (this.#text.trim() === "") return undefined;
    this.#advance();
    const root = this.#comma();
    if (this.#token.kind !== "end") this.#fail(this.#tailMessage(), this.#token.at);
    return root;
  }

  #tailMessage(): string {
    return this.#token.kind === "operator" && !ASSIGNMENTS.has(this.#token.text) && !"()!~".includes(this.#token.text)
      ? "syntax error in expression"
      : this.#token.text === "=" || ASSIGNMENTS.has(this.#token.text)
        ? "attempted assignment to non-variable"
        : "syntax error in expression";
  }

  #fail(message: string, at: number): never {
    const expression = this.#text.trimStart();
    throw new ArithmeticError(`${expression}: ${message} (error token is "${this.#text.slice(at).trimStart()}")`);
  }

  #advance(): void {
    this.#previous = this.#token;
    while (/\s/.test(this.#text[this.#at] ?? "")) this.#at++;
    const at = this.#at;
    const rest = this.#text.slice(at);
    const char = rest[0];
    if (char === undefined) {
      this.#token = { kind: "end", text: "", at };
      return;
    }
    const found = /^[0-9]/.test(char) ? /^[0-9A-Za-z_@#]+/.exec(rest) : (/^[A-Za-z_][A-Za-z0-9_]*/.exec(rest) ?? OPERATORS.exec(rest));
    if (found === null) return this.#fail(`syntax error: ${this.#wantsOperand() ? "operand expected" : "invalid arithmetic operator"}`, at);
    const text = found[0];
    this.#at += text.length;
    this.#token = { kind: /^[0-9]/.test(text) ? "number" : /^[A-Za-z_]/.test(text) ? "name" : "operator", text, at };
  }

  /** After an operator, and at the start. */
  #wantsOperand(): boolean {
    const { kind, text } = this.#previous;
    return kind === "end" || (kind === "operator" && text !== ")");
  }

  #is(operator: string): boolean {
    return this.#token.kind === "operator" && this.#token.text === operator;
  }

  #comma(): Node {
    let left = this.#assignment();
    while (this.#is(",")) {
      this.#advance();
      left = { kind: "binary", operator: ",", left, right: this.#assignment(), rest: "" };
    }
    return left;
  }

  #assignment(): Node {
    const left = this.#ternary();
    if (this.#token.kind !== "operator" || !ASSIGNMENTS.has(this.#token.text)) return left;
    if (left.kind !== "variable") this.#fail("attempted assignment to non-variable", this.#token.at);
    const operator = this.#token.text;
    this.#advance();
    const at = this.#token.at;
    const value = this.#assignment();
    return { kind: "assign", operator, target: left, value, rest: this.#text.slice(at) };
  }

  #ternary(): Node {
    const test = this.#binary(4);
    if (!this.#is("?")) return test;
    this.#advance();
    if (this.#is(":") || this.#ended()) this.#fail("expression expected", this.#token.at);
    const yes = this.#comma();
    if (!this.#is(":")) this.#fail("`:' expected for conditional expression", this.#ended() ? this.#previous.at : this.#token.at);
    this.#advance();
    if (this.#ended()) this.#fail("expression expected", this.#previous.at);
    return { kind: "ternary", test, yes, no: this.#ternary() };
  }

  #ended(): boolean {
    return this.#token.kind === "end";
  }

  #binary(minimum: number): Node {
    let left = this.#power();
    for (;;) {
      const operator = this.#token.text;
      const level = this.#token.kind === "operator" ? BINARY.get(operator) : undefined;
      if (level === undefined || level < minimum) return left;
      this.#advance();
      const at = this.#token.at;
      const right = this.#binary(level + 1);
      left = { kind: "binary", operator, left, right, rest: this.#text.slice(at) };
    }
  }

  #power(): Node {
    const left = this.#unary();
    if (!this.#is("**")) return left;
    this.#advance();
    const right = this.#power();
    return { kind: "binary", operator: "**", left, right, rest: this.#text.slice(this.#previous.at) };
  }

  #unary(): Node {
    const { kind, text } = this.#token;
    if (kind === "operator" && (text === "++" || text === "--")) {
      this.#advance();
      if ((this.#token.kind as string) === "name") return { kind: "step", operator: text, prefix: true, target: this.#variable() };
      // `--5` is -(-5).
      const operand = this.#unary();
      const sign = text.charAt(0);
      return { kind: "unary", operator: sign, operand: { kind: "unary", operator: sign, operand } };
    }
    if (kind === "operator" && "!~-+".includes(text)) {
      this.#advance();
      return { kind: "unary", operator: text, operand: this.#unary() };
    }
    return this.#primary();
  }

  #primary(): Node {
    const { kind, text, at } = this.#token;
    if (kind === "number") {
      const value = this.#number(text, at);
      this.#advance();
      if (this.#is("++") || this.#is("--")) {
        const next = this.#token;
        if (!/^\s*[0-9A-Za-z_(]/.test(this.#text.slice(this.#at))) this.#fail("syntax error: operand expected", next.at + 1);
        // `1++2` is 1 + (+2).
        this.#at = next.at + 1;
        this.#token = { kind: "operator", text: next.text.charAt(0), at: next.at };
      }
      return { kind: "number", value };
    }
    if (kind === "name") {
      const target = this.#variable();
      if (this.#is("++") || this.#is("--")) {
        const operator = this.#token.text as "++" | "--";
        this.#advance();
        return { kind: "step", operator, prefix: false, target };
      }
      return target;
    }
    if (this.#is("(")) {
      this.#advance();
      const inner = this.#comma();
      if (!this.#is(")")) this.#fail("missing `)'", this.#token.kind === "end" ? this.#previous.at : this.#token.at);
      this.#advance();
      return inner;
    }
    return this.#fail("syntax error: operand expected", kind === "end" && this.#previous.kind === "operator" ? this.#previous.at : at);
  }

  #variable(): Target {
    const name = this.#token.text;
    if (this.#text[this.#at] === "[") {
      const begin = this.#at + 1;
      let depth = 1;
      let end = begin;
      for (; end < this.#text.length; end++) {
        if (this.#text[end] === "[") depth++;
        else if (this.#text[end] === "]" && --depth === 0) break;
      }
      if (depth > 0) this.#fail("bad array subscript", this.#token.at);
      const subscript = this.#text.slice(begin, end);
      this.#at = end + 1;
      this.#advance();
      return { kind: "variable", name, subscript };
    }
    this.#advance();
    return { kind: "variable", name, subscript: undefined };
  }

  #number(text: string, at: number): bigint {
    const based = /^([0-9]+)#(.*)$/.exec(text);
    if (based !== null) {
      const base = Number(based[1]);
      if (base < 2 || base > 64) this.#fail("invalid arithmetic base", at);
      if (based[2] === "") this.#fail("invalid integer constant", at);
      return this.#digits(based[2] ?? "", base, at);
    }
    if (/^0[xX]/.test(text)) return this.#digits(text.slice(2), 16, at);
    if (/^0./.test(text)) return this.#digits(text.slice(1), 8, at);
    return this.#digits(text, 10, at);
  }

  #digits(digits: string, base: number, at: number): bigint {
    let value = 0n;
    for (const digit of digits) {
      const worth = digitValue(digit, base);
      if (worth < 0 || worth >= base) this.#fail(worth < 0 ? "invalid number" : "value too great for base", at);
      value = value * BigInt(base) + BigInt(worth);
    }
    return BigInt.asIntN(64, value);
  }
}

function digitValue(digit: string, base: number): number {
  if (/[0-9]/.test(digit)) return Number(digit);
  if (/[a-z]/.test(digit)) return digit.charCodeAt(0) - 97 + 10;
  if (/[A-Z]/.test(digit)) return digit.charCodeAt(0) - 65 + (base <= 36 ? 10 : 36);
  return digit === "@" ? 62 : digit === "_" ? 63 : -1;
}

class Evaluator {
  readonly #text: string;
  readonly #variables: ArithmeticVariables;
  readonly #depth: number;

  constructor(text: string, variables: ArithmeticVariables, depth: number) {
    this.#text = text;
    this.#variables = variables;
    this.#depth = depth;
  }

  run(node: Node): bigint {
    switch (node.kind) {
      case "number":
        return node.value;
      case "variable":
        return this.#read(node);
      case "unary":
        return unary(node.operator, this.run(node.operand));
      case "step": {
        const old = this.#read(node.target);
        const changed = wrap(node.operator === "++" ? old + 1n : old - 1n);
        this.#variables.set(node.target.name, node.target.subscript, String(changed));
        return node.prefix ? changed : old;
      }
      case "binary":
        return this.#binary(node);
      case "assign": {
        const given = this.run(node.value);
        const operator = node.operator.slice(0, -1);
        const value = operator === "" ? given : this.#apply(operator, this.#read(node.target), given, node.rest);
        this.#variables.set(node.target.name, node.target.subscript, String(value));
        return value;
      }
      case "ternary":
        return this.run(node.test) !== 0n ? this.run(node.yes) : this.run(node.no);
    }
  }

  #binary(node: Extract<Node, { kind: "binary" }>): bigint {
    if (node.operator === "&&") return this.run(node.left) !== 0n && this.run(node.right) !== 0n ? 1n : 0n;
    if (node.operator === "||") return this.run(node.left) !== 0n || this.run(node.right) !== 0n ? 1n : 0n;
    const left = this.run(node.left);
    return this.#apply(node.operator, left, this.run(node.right), node.rest);
  }

  #apply(operator: string, left: bigint, right: bigint, rest: string): bigint {
    switch (operator) {
      case ",":
        return right;
      case "+":
        return wrap(left + right);
      case "-":
        return wrap(left - right);
      case "*":
        return wrap(left * right);
      case "/":
      case "%":
        if (right === 0n) this.#fail("division by 0", rest);
        return wrap(operator === "/" ? left / right : left % right);
      case "**":
        if (right < 0n) this.#fail("exponent less than 0", rest);
        return power(left, right);
      case "<<":
        return wrap(left << (right & 63n));
      case ">>":
        return left >> (right & 63n);
      case "<":
        return truth(left < right);
      case ">":
        return truth(left > right);
      case "<=":
        return truth(left <= right);
      case ">=":
        return truth(left >= right);
      case "==":
        return truth(left === right);
      case "!=":
        return truth(left !== right);
      case "&":
        return left & right;
      case "^":
        return left ^ right;
      default:
        return left | right;
    }
  }

  /** A variable's value is itself an expression. */
  #read(target: Target): bigint {
    const text = this.#variables.get(target.name, target.subscript);
    if (text === undefined || text === "") return 0n;
    if (/^-?(0|[1-9][0-9]{0,17})$/.test(text)) return BigInt(text);
    if (this.#depth >= MAXIMUM_DEPTH)
      throw new ArithmeticError(`${target.name}: expression recursion level exceeded (error token is "${target.name}")`);
    const expression = parseArithmetic(text);
    return expression.root === undefined ? 0n : new Evaluator(text, this.#variables, this.#depth + 1).run(expression.root);
  }

  #fail(message: string, rest: string): never {
    throw new ArithmeticError(`${this.#text.trimStart()}: ${message} (error token is "${rest.trimStart()}")`);
  }
}

function wrap(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

function truth(value: boolean): bigint {
  return value ? 1n : 0n;
}

function unary(operator: string, value: bigint): bigint {
  switch (operator) {
    case "!":
      return truth(value === 0n);
    case "~":
      return ~value;
    case "-":
      return wrap(-value);
    default:
      return value;
  }
}

/** By squaring, wrapped at each step: `2**64` is 0 and a huge exponent ends soon. */
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = wrap(result * square);
    square = wrap(square * square);
  }
  return result;
}
