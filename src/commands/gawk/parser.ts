/** awk source into its syntax tree, by recursive descent; the order of precedence is gawk's grammar. */
import { BUILTINS } from "./builtin-table.ts";
import { AwkSyntaxError, Lexer, type Source, type Token } from "./lexer.ts";
import type {
  ArrayPlace,
  AssignOperator,
  AwkProgram,
  BinaryOperator,
  Expression,
  FunctionDefinition,
  Place,
  Redirection,
  Rule,
  Statement,
} from "./syntax.ts";

/** What an expression may not hold where it stands: `>` behind print, `in` at the head of a for. */
interface Limits {
  readonly noGreater?: boolean;
  readonly noIn?: boolean;
}

const ASSIGNMENTS: readonly string[] = ["=", "+=", "-=", "*=", "/=", "%=", "^="];
const COMPARISONS: readonly string[] = ["<", "<=", "==", "!=", ">", ">="];
const RULE_WORDS = { BEGIN: "begin", END: "end", BEGINFILE: "begin file", ENDFILE: "end file" } as const;

/** Throws `AwkSyntaxError`. */
export function parseProgram(sources: readonly Source[]): AwkProgram {
  const rules: Rule[] = [];
  const functions = new Map<string, FunctionDefinition>();
  const warnings: string[] = [];
  const calls: Call[] = [];
  for (const source of sources) new Parser(source, { rules, functions, warnings, calls }).program();
  for (const { name, count, where } of calls) {
    const definition = functions.get(name);
    if (definition === undefined) continue;
    if (count > definition.parameters.length)
      warnings.push(`${where}: warning: function \`${name}' called with more arguments than declared`);
  }
  return { rules, functions, warnings };
}

interface Call {
  readonly name: string;
  readonly count: number;
  readonly where: string;
}

interface Made {
  readonly rules: Rule[];
  readonly functions: Map<string, FunctionDefinition>;
  readonly warnings: string[];
  readonly calls: Call[];
}

class Parser {
  readonly #lexer: Lexer;
  readonly #made: Made;
  #next: Token;
  #loops = 0;
  #inFunction = false;
  /** The words of a rule that is no pattern, e.g. "BEGIN", where `next` has no place. */
  #special: string | undefined;

  constructor(source: Source, made: Made) {
    this.#lexer = new Lexer(source, made.warnings);
    this.#made = made;
    this.#next = this.#lexer.token(0);
  }

  program(): void {
    for (;;) {
      this.#skipNewlines();
      if (this.#next.kind === "end") return;
      if (this.#is(";")) throw new AwkSyntaxError(`${this.#lexer.where(this.#next.at)}: each rule must have a pattern or an action part`);
      if (this.#is("function")) this.#function();
      else this.#made.rules.push(this.#rule());
      this.#skipNewlines();
      this.#accept(";");
    }
  }

  // Words

  #advance(): Token {
    const token = this.#next;
    this.#next = this.#lexer.token(token.end);
    return token;
  }

  #is(text: string): boolean {
    return (this.#next.kind === "operator" || this.#next.kind === "word") && this.#next.text === text;
  }

  #accept(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#advance();
    return true;
  }

  #expect(text: string): void {
    if (!this.#accept(text)) throw this.#unexpected();
  }

  #unexpected(token = this.#next): AwkSyntaxError {
    const ends = token.kind === "newline" || token.kind === "end";
    return this.#lexer.error(token.at, ends ? "unexpected newline or end of string" : "syntax error");
  }

  /** `error: …` without the line's text. */
  #refuse(what: string, at: number): AwkSyntaxError {
    return new AwkSyntaxError(`${this.#lexer.where(at)}: error: ${what}`);
  }

  #skipNewlines(): void {
    while (this.#next.kind === "newline") this.#advance();
  }

  #skipTerminators(): void {
    while (this.#next.kind === "newline" || this.#is(";")) this.#advance();
  }

  /** The end of a simple statement. */
  #terminator(): void {
    if (this.#next.kind === "newline" || this.#is(";")) {
      this.#advance();
      this.#skipNewlines();
    } else if (!this.#is("}") && this.#next.kind !== "end") throw this.#unexpected();
  }

  // Rules and functions

  #rule(): Rule {
    const where = this.#lexer.where(this.#next.at);
    const word = this.#next.kind === "word" && this.#next.text in RULE_WORDS ? (this.#next.text as keyof typeof RULE_WORDS) : undefined;
    if (word !== undefined) {
      this.#advance();
      if (!this.#is("{")) throw this.#lexer.error(this.#next.at, `${word} blocks must have an action part`);
      this.#special = word;
      const action = this.#block();
      this.#special = undefined;
      return { when: { kind: RULE_WORDS[word] }, action, where };
    }
    if (this.#is("{")) return { when: { kind: "always" }, action: this.#block(), where };
    const test = this.#expression({});
    let when: Rule["when"] = { kind: "pattern", test };
    if (this.#accept(",")) {
      this.#skipNewlines();
      when = { kind: "range", from: test, to: this.#expression({}) };
    }
    if (this.#is("{")) return { when, action: this.#block(), where };
    if (this.#next.kind !== "newline" && this.#next.kind !== "end" && !this.#is(";")) throw this.#unexpected();
    return { when, action: undefined, where };
  }

  #function(): void {
    this.#advance();
    const name = this.#advance();
    if (name.kind !== "name" && name.kind !== "function name") throw this.#unexpected(name);
    if (BUILTINS.has(name.text)) throw this.#lexer.error(name.at, `\`${name.text}' is a built-in function, it cannot be redefined`);
    if (this.#made.functions.has(name.text)) throw this.#refuse(`function name \`${name.text}' previously defined`, name.at);
    this.#expect("(");
    const parameters: string[] = [];
    this.#skipNewlines();
    while (!this.#is(")")) {
      if (parameters.length > 0) {
        this.#expect(",");
        this.#skipNewlines();
      }
      const parameter = this.#advance();
      if (parameter.kind !== "name") throw this.#unexpected(parameter);
      if (parameter.text === name.text)
        throw this.#refuse(`function \`${name.text}': cannot use function name as parameter name`, parameter.at);
      if (parameters.includes(parameter.text))
        throw this.#refuse(
          `function \`${name.text}': parameter #${String(parameters.length + 1)}, \`${parameter.text}', duplicates parameter #${String(parameters.indexOf(parameter.text) + 1)}`,
          parameter.at,
        );
      parameters.push(parameter.text);
    }
    this.#advance();
    this.#skipNewlines();
    this.#inFunction = true;
    const body = this.#block();
    this.#inFunction = false;
    this.#made.functions.set(name.text, { name: name.text, parameters, body });
  }

  // Statements

  #block(): Statement {
    const where = this.#lexer.where(this.#next.at);
    this.#expect("{");
    const body: Statement[] = [];
    this.#skipTerminators();
    while (!this.#is("}")) {
      if (this.#next.kind === "end") throw this.#unexpected();
      body.push(this.#statement());
      this.#skipTerminators();
    }
    this.#advance();
    return { kind: "block", body, where };
  }

  /** A statement that another one governs: newlines may stand before it, and a `;` alone is one. */
  #governed(): Statement {
    this.#skipNewlines();
    if (this.#is(";")) {
      const where = this.#lexer.where(this.#advance().at);
      return { kind: "block", body: [], where };
    }
    return this.#statement();
  }

  #inLoop(): Statement {
    this.#loops++;
    const body = this.#governed();
    this.#loops--;
    return body;
  }

  #statement(): Statement {
    const { at } = this.#next;
    const where = this.#lexer.where(at);
    if (this.#is("{")) return this.#block();
    if (this.#next.kind !== "word") return this.#simple(where);
    switch (this.#next.text) {
      case "if": {
        this.#advance();
        const test = this.#parenthesised();
        const yes = this.#governed();
        const before = this.#next;
        this.#skipTerminators();
        if (this.#accept("else")) return { kind: "if", test, yes, no: this.#governed(), where };
        this.#next = before;
        return { kind: "if", test, yes, no: undefined, where };
      }
      case "while": {
        this.#advance();
        const test = this.#parenthesised();
        return { kind: "while", test, body: this.#inLoop(), where };
      }
      case "do": {
        this.#advance();
        const body = this.#inLoop();
        this.#skipTerminators();
        this.#expect("while");
        const test = this.#parenthesised();
        this.#terminator();
        return { kind: "do", test, body, where };
      }
      case "for":
        return this.#for(where);
      case "switch":
        return this.#switch(where);
      case "break":
      case "continue": {
        const word = this.#advance().text as "break" | "continue";
        if (this.#loops === 0) throw this.#refuse(`\`${word}' is not allowed outside a loop${word === "break" ? " or switch" : ""}`, at);
        this.#terminator();
        return { kind: word, where };
      }
      case "next":
      case "nextfile": {
        const word = this.#advance().text as "next" | "nextfile";
        if (this.#special !== undefined) throw this.#refuse(`\`${word}' used in ${this.#special} action`, at);
        this.#terminator();
        return { kind: word, where };
      }
      case "exit":
      case "return": {
        const word = this.#advance().text as "exit" | "return";
        if (word === "return" && !this.#inFunction) throw this.#lexer.error(at, "`return' used outside function context");
        const value = this.#atEnd() ? undefined : this.#expression({});
        this.#terminator();
        return { kind: word, value, where };
      }
      default:
        return this.#simple(where);
    }
  }

  #atEnd(): boolean {
    return this.#next.kind === "newline" || this.#next.kind === "end" || this.#is(";") || this.#is("}");
  }

  #simple(where: string): Statement {
    const statement = this.#bare(where);
    this.#terminator();
    return statement;
  }

  /** A statement that may stand in the head of a for. */
  #bare(where: string): Statement {
    if (this.#is("print") || this.#is("printf")) return this.#print(where);
    if (this.#accept("delete")) {
      const opened = this.#accept("(");
      const name = this.#advance();
      if (name.kind !== "name") throw this.#unexpected(name);
      const keys = this.#subscripts();
      if (opened) this.#expect(")");
      const key = keys.at(-1);
      return { kind: "delete", array: { name: name.text, path: keys.slice(0, -1) }, key, where };
    }
    return { kind: "expression", value: this.#expression({}), where };
  }

  #print(where: string): Statement {
    const formatted = this.#advance().text === "printf";
    const args: Expression[] = [];
    if (!this.#atEnd() && !this.#is(">") && !this.#is(">>") && !this.#is("|")) {
      const first = this.#expression({ noGreater: true }, true);
      if (first.kind === "list") args.push(...first.items);
      else {
        args.push(first);
        while (this.#accept(",")) {
          this.#skipNewlines();
          args.push(this.#expression({ noGreater: true }));
        }
      }
    } else if (formatted) throw this.#unexpected();
    let to: Redirection | undefined;
    if (this.#is(">") || this.#is(">>") || this.#is("|")) {
      const kind = this.#advance().text as Redirection["kind"];
      to = { kind, to: this.#concatenation({ noGreater: true }) };
    }
    return { kind: "print", args, formatted, to, where };
  }

  #parenthesised(): Expression {
    this.#expect("(");
    this.#skipNewlines();
    const value = this.#expression({});
    this.#skipNewlines();
    this.#expect(")");
    return value;
  }

  #for(where: string): Statement {
    this.#advance();
    this.#expect("(");
    const start = this.#next;
    if (this.#next.kind === "name") {
      const name = this.#advance().text;
      if (this.#accept("in") && this.#next.kind === "name") {
        const array: ArrayPlace = { name: this.#advance().text, path: this.#subscripts() };
        if (this.#accept(")")) return { kind: "for in", name, array, body: this.#inLoop(), where };
      }
      this.#next = start;
    }
    const first = this.#is(";") ? undefined : this.#bare(where);
    this.#expect(";");
    this.#skipNewlines();
    const test = this.#is(";") ? undefined : this.#expression({});
    this.#expect(";");
    this.#skipNewlines();
    const next = this.#is(")") ? undefined : this.#bare(where);
    this.#expect(")");
    return { kind: "for", first, test, next, body: this.#inLoop(), where };
  }

  #switch(where: string): Statement {
    this.#advance();
    const value = this.#parenthesised();
    this.#skipNewlines();
    this.#expect("{");
    this.#skipTerminators();
    const cases: { test: Expression | undefined; body: Statement[] }[] = [];
    this.#loops++;
    while (!this.#accept("}")) {
      let test: Expression | undefined;
      if (this.#accept("case")) test = this.#unary({});
      else this.#expect("default");
      this.#expect(":");
      this.#skipTerminators();
      const body: Statement[] = [];
      while (!this.#is("case") && !this.#is("default") && !this.#is("}")) {
        body.push(this.#statement());
        this.#skipTerminators();
      }
      cases.push({ test, body });
    }
    this.#loops--;
    return { kind: "switch", value, cases, where };
  }

  // Expressions, from the loosest to the tightest

  /** With `mayBeList`, `(a, b)` alone is an answer. */
  #expression(limits: Limits, mayBeList = false): Expression {
    const left = this.#conditional(limits);
    if (left.kind === "list" && !mayBeList) throw this.#unexpected();
    return this.#assigned(left, limits);
  }

  /** `value`, or the assignment to it that goes on here. */
  #assigned(value: Expression, limits: Limits): Expression {
    const operator = this.#next.text;
    if (!isPlace(value) || this.#next.kind !== "operator" || !ASSIGNMENTS.includes(operator)) return value;
    this.#advance();
    this.#skipNewlines();
    return { kind: "assign", operator: operator as AssignOperator, to: value, value: this.#expression(limits) };
  }

  #conditional(limits: Limits): Expression {
    const test = this.#or(limits);
    if (!this.#is("?")) return test;
    this.#advance();
    this.#skipNewlines();
    const yes = this.#expression(limits);
    this.#skipNewlines();
    this.#expect(":");
    this.#skipNewlines();
    return { kind: "conditional", test, yes, no: this.#expression(limits) };
  }

  #or(limits: Limits): Expression {
    let left = this.#and(limits);
    while (this.#accept("||")) {
      this.#skipNewlines();
      // In `a || b = c` the assignment is the right side.
      left = { kind: "logical", operator: "||", left, right: this.#assigned(this.#and(limits), limits) };
    }
    return left;
  }

  #and(limits: Limits): Expression {
    let left = this.#membership(limits);
    while (this.#accept("&&")) {
      this.#skipNewlines();
      left = { kind: "logical", operator: "&&", left, right: this.#assigned(this.#membership(limits), limits) };
    }
    return left;
  }

  #membership(limits: Limits): Expression {
    let left = this.#matching(limits);
    while (limits.noIn !== true && this.#is("in")) {
      this.#advance();
      const name = this.#advance();
      if (name.kind !== "name") throw this.#unexpected(name);
      left = {
        kind: "in",
        key: left.kind === "list" ? left.items : [left],
        array: { name: name.text, path: this.#subscripts() },
      };
    }
    return left;
  }

  #matching(limits: Limits): Expression {
    let left = this.#comparison(limits);
    while (this.#is("~") || this.#is("!~")) {
      const negated = this.#advance().text === "!~";
      left = { kind: "match", negated, left, right: this.#comparison(limits) };
    }
    return left;
  }

  #comparison(limits: Limits): Expression {
    const left = this.#concatenation(limits);
    const operator = this.#next.text;
    if (this.#next.kind !== "operator" || !COMPARISONS.includes(operator)) return left;
    if (operator === ">" && limits.noGreater === true) return left;
    this.#advance();
    return { kind: "binary", operator: operator as BinaryOperator, left, right: this.#concatenation(limits) };
  }

  #concatenation(limits: Limits): Expression {
    let left = this.#additive(limits);
    for (;;) {
      if (this.#is("|")) {
        const pipe = this.#advance();
        if (!this.#accept("getline")) {
          this.#next = pipe;
          return left;
        }
        left = { kind: "getline", from: "command", source: left, to: this.#optionalPlace() };
      } else if (left.kind !== "list" && this.#beginsOperand())
        left = { kind: "binary", operator: "concat", left, right: this.#additive(limits) };
      else return left;
    }
  }

  #beginsOperand(): boolean {
    const { kind, text } = this.#next;
    if (kind === "number" || kind === "string" || kind === "name" || kind === "function name") return true;
    return kind === "operator" && ["$", "!", "(", "++", "--"].includes(text);
  }

  #additive(limits: Limits): Expression {
    let left = this.#multiplicative(limits);
    while (this.#is("+") || this.#is("-")) {
      const operator = this.#advance().text as BinaryOperator;
      left = { kind: "binary", operator, left, right: this.#multiplicative(limits) };
    }
    return left;
  }

  #multiplicative(limits: Limits): Expression {
    let left = this.#unary(limits);
    while (this.#is("*") || this.#is("/") || this.#is("%")) {
      const { text, at } = this.#advance();
      const right = this.#unary(limits);
      if (text !== "*" && left.kind === "number" && right.kind === "number" && right.value === 0)
        throw this.#refuse(`division by zero attempted${text === "%" ? " in `%'" : ""}`, at);
      left = { kind: "binary", operator: text as BinaryOperator, left, right };
    }
    return left;
  }

  #unary(limits: Limits): Expression {
    for (const operator of ["!", "-", "+"] as const) {
      if (this.#accept(operator)) return { kind: "unary", operator, operand: this.#unary(limits) };
    }
    return this.#power(limits);
  }

  #power(limits: Limits): Expression {
    const left = this.#postfix(limits);
    if (!this.#accept("^")) return left;
    // The right side may be negative, and groups to the right.
    return { kind: "binary", operator: "^", left, right: this.#powerOperand(limits) };
  }

  #powerOperand(limits: Limits): Expression {
    for (const operator of ["!", "-", "+"] as const) {
      if (this.#accept(operator)) return { kind: "unary", operator, operand: this.#powerOperand(limits) };
    }
    return this.#power(limits);
  }

  #postfix(limits: Limits): Expression {
    const value = this.#primary(limits);
    if (isPlace(value) && (this.#is("++") || this.#is("--")))
      return { kind: "step", by: this.#advance().text === "++" ? 1 : -1, after: true, place: value };
    return value;
  }

  #primary(limits: Limits): Expression {
    const token = this.#next;
    switch (token.kind) {
      case "number":
        this.#advance();
        // In a program, though not in its input, a zero in front makes a number octal.
        return { kind: "number", value: /^0[0-7]+$/.test(token.text) ? parseInt(token.text, 8) : Number(token.text) };
      case "string":
        this.#advance();
        return { kind: "string", value: token.text };
      case "name":
        this.#advance();
        if (BUILTINS.has(token.text)) return this.#builtin(token);
        return this.#nameOrElement(token.text);
      case "function name":
        this.#advance();
        if (BUILTINS.has(token.text)) return this.#builtin(token);
        return this.#call(token);
      case "word":
        if (token.text === "getline") {
          this.#advance();
          return this.#getline(limits);
        }
        break;
      case "operator":
        switch (token.text) {
          case "/":
          case "/=": {
            const regex = this.#lexer.regex(token.at);
            this.#next = this.#lexer.token(regex.end);
            return { kind: "regex", source: regex.text };
          }
          case "$":
            this.#advance();
            return { kind: "field", index: this.#fieldIndex(limits) };
          case "++":
          case "--": {
            this.#advance();
            const place = this.#primary(limits);
            if (!isPlace(place)) throw this.#unexpected();
            return { kind: "step", by: token.text === "++" ? 1 : -1, after: false, place };
          }
          case "!":
          case "-":
          case "+":
            return this.#unary(limits);
          case "(":
            return this.#group();
        }
    }
    throw this.#unexpected();
  }

  #fieldIndex(limits: Limits): Expression {
    for (const operator of ["-", "+", "!"] as const) {
      if (this.#accept(operator)) return { kind: "unary", operator, operand: this.#fieldIndex(limits) };
    }
    return this.#primary(limits);
  }

  #group(): Expression {
    this.#advance();
    this.#skipNewlines();
    const first = this.#expression({});
    const items = [first];
    this.#skipNewlines();
    while (this.#accept(",")) {
      this.#skipNewlines();
      items.push(this.#expression({}));
      this.#skipNewlines();
    }
    this.#expect(")");
    return items.length > 1 ? { kind: "list", items } : first;
  }

  #nameOrElement(name: string): Place {
    const keys = this.#subscripts();
    const key = keys.at(-1);
    return key === undefined ? { kind: "name", name } : { kind: "element", array: { name, path: keys.slice(0, -1) }, key };
  }

  #subscripts(): (readonly Expression[])[] {
    const keys: (readonly Expression[])[] = [];
    while (this.#accept("[")) {
      const key = [this.#expression({})];
      while (this.#accept(",")) {
        this.#skipNewlines();
        key.push(this.#expression({}));
      }
      this.#expect("]");
      keys.push(key);
    }
    return keys;
  }

  #arguments(): Expression[] {
    this.#expect("(");
    const args: Expression[] = [];
    this.#skipNewlines();
    while (!this.#is(")")) {
      if (args.length > 0) {
        this.#expect(",");
        this.#skipNewlines();
      }
      args.push(this.#expression({}));
      this.#skipNewlines();
    }
    return args;
  }

  #call(token: Token): Expression {
    const args = this.#arguments();
    this.#advance();
    this.#made.calls.push({ name: token.text, count: args.length, where: this.#lexer.where(token.at) });
    return { kind: "call", name: token.text, args };
  }

  #builtin(token: Token): Expression {
    const { text: name } = token;
    const [least, most] = BUILTINS.get(name) ?? [0, 0];
    if (!this.#is("(")) {
      if (name === "length") return { kind: "builtin", name, args: [] };
      throw this.#unexpected();
    }
    const args = this.#arguments();
    if (args.length < least || args.length > most)
      throw this.#lexer.error(this.#next.at, `${String(args.length)} is invalid as number of arguments for ${name}`);
    const third = args[2];
    if ((name === "sub" || name === "gsub") && third !== undefined && !isPlace(third))
      this.#made.warnings.push(`${this.#lexer.where(token.at)}: warning: ${name}: third argument is not a changeable object`);
    this.#advance();
    return { kind: "builtin", name, args };
  }

  #optionalPlace(): Place | undefined {
    const { kind, text } = this.#next;
    if (kind === "name" && !BUILTINS.has(text)) return this.#nameOrElement(this.#advance().text);
    if (!this.#is("$")) return undefined;
    this.#advance();
    return { kind: "field", index: this.#fieldIndex({}) };
  }

  #getline(limits: Limits): Expression {
    const to = this.#optionalPlace();
    if (!this.#accept("<")) return { kind: "getline", from: "input", source: undefined, to };
    return { kind: "getline", from: "file", source: this.#postfix(limits), to };
  }
}

function isPlace(value: Expression): value is Place {
  return value.kind === "name" || value.kind === "field" || value.kind === "element";
}
