/** Expressions made ready to run. */
import type { Pattern } from "../../base/posix-pattern.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import { MOST_HELD } from "../text-io.ts";
import { compileBuiltin } from "./builtins.ts";
import { arrayOf, scalarOf, type Cell } from "./cell.ts";
import type { MainInput } from "./main-input.ts";
import { Unwind, type Runtime } from "./runtime.ts";
import { all, choose, immediate, map, map2, waiting, type Step } from "./step.ts";
import type { Signal } from "./statements.ts";
import type { ArrayPlace, AssignOperator, BinaryOperator, Expression, FunctionDefinition, Place } from "./syntax.ts";
import { AwkArray, compare, Fatal, Input, isTrue, toNumber, type Item, type Scalar } from "./values.ts";

/** Functions that may be open in each other. @simplified gawk has room for many more. */
const DEEPEST = 1000;
/** Calls between two ticks. */
const CALLS = 256;

/** Something to assign to, its subscripts known. */
export interface Reference {
  get(): Scalar;
  set(value: Scalar): void;
}

/** A function of the program. */
export interface AwkFunction {
  readonly definition: FunctionDefinition;
  readonly body: Step<Signal>;
  /** Makes the body ready, once all functions are known by name, as they may call each other. */
  prepare(): void;
}

/** Makes steps of the expressions of one rule or function. */
export class ExpressionCompiler {
  readonly runtime: Runtime;
  readonly #input: MainInput;
  readonly #parameters: readonly string[];
  readonly #functions: ReadonlyMap<string, AwkFunction>;

  /** `parameters` are the names that stand for the function's own variables. */
  constructor(runtime: Runtime, input: MainInput, functions: ReadonlyMap<string, AwkFunction>, parameters: readonly string[]) {
    this.runtime = runtime;
    this.#input = input;
    this.#functions = functions;
    this.#parameters = parameters;
  }

  // Variables and places

  /** How to find a variable when the program runs. */
  #cell(name: string): () => Cell {
    const index = this.#parameters.indexOf(name);
    const { runtime } = this;
    if (index < 0) {
      const cell = runtime.global(name);
      return () => cell;
    }
    return () => runtime.frame[index] as Cell;
  }

  array(place: ArrayPlace): Step<AwkArray> {
    const { name } = place;
    const cell = this.#cell(name);
    const isParameter = this.#parameters.includes(name);
    let step = immediate(() => arrayOf(cell(), name, isParameter));
    for (const key of place.path) {
      step = map2(step, this.key(key), (array, at) => {
        const item = array.get(at);
        if (item instanceof AwkArray) return item;
        if (item !== undefined) throw new Fatal(`attempt to use scalar \`${name}["${at}"]' as an array`);
        const made = new AwkArray();
        array.items.set(at, made);
        return made;
      });
    }
    return step;
  }

  key(expressions: readonly Expression[]): Step<string> {
    const { runtime } = this;
    const [only] = expressions;
    if (expressions.length === 1 && only !== undefined) return map(this.value(only), runtime.text);
    return map(all(expressions.map((expression) => this.value(expression))), (values) => runtime.key(values));
  }

  reference(place: Place): Step<Reference> {
    const { runtime } = this;
    switch (place.kind) {
      case "name": {
        const { name } = place;
        const cell = this.#cell(name);
        const reference: Reference = {
          get: () => scalarOf(cell(), name),
          set: (value) => {
            const target = cell();
            if (target.value instanceof AwkArray) scalarOf(target, name);
            target.value = value;
          },
        };
        return immediate(() => reference);
      }
      case "field":
        return map(this.number(place.index), (number) => {
          const index = Math.trunc(number);
          return { get: () => runtime.fields.get(index), set: (value) => runtime.fields.set(index, value) };
        });
      case "element":
        return map2(this.array(place.array), this.key(place.key), (array, key) => ({
          get: () => element(array, key, place.array.name),
          set: (value) => {
            if (array.items.get(key) instanceof AwkArray) element(array, key, place.array.name);
            array.set(key, value);
          },
        }));
    }
  }

  /** What may be an array: the argument of length and its like. */
  item(expression: Expression): Step<Item> {
    if (expression.kind === "name") {
      const cell = this.#cell(expression.name);
      return immediate(() => cell().value);
    }
    if (expression.kind === "element") return map2(this.array(expression.array), this.key(expression.key), (array, key) => array.get(key));
    return this.value(expression);
  }

  // Values

  value(expression: Expression): Step<Scalar> {
    const { runtime } = this;
    switch (expression.kind) {
      case "number":
      case "string": {
        const { value } = expression;
        return immediate(() => value);
      }
      case "regex":
        return map(this.pattern(expression), (pattern) => Number(pattern.test(runtime.text(runtime.fields.record))));
      case "name": {
        const { name } = expression;
        const cell = this.#cell(name);
        return immediate(() => scalarOf(cell(), name));
      }
      case "field":
        return map(this.number(expression.index), (index) => runtime.fields.get(Math.trunc(index)));
      case "element": {
        const { name } = expression.array;
        return map2(this.array(expression.array), this.key(expression.key), (array, key) => element(array, key, name));
      }
      case "assign":
        return this.#assignment(expression.operator, expression.to, expression.value);
      case "step": {
        const { by, after } = expression;
        return map(this.reference(expression.place), (place) => {
          const before = toNumber(place.get());
          place.set(before + by);
          return after ? before : before + by;
        });
      }
      case "unary":
        if (expression.operator === "!") return map(this.truth(expression.operand), (value) => Number(!value));
        return map(this.number(expression.operand), expression.operator === "-" ? (value) => -value : (value) => value);
      case "binary":
        return this.#binary(expression.operator, this.value(expression.left), this.value(expression.right));
      case "logical":
      case "match":
      case "in":
        return map(this.truth(expression), Number);
      case "conditional":
        return choose(this.truth(expression.test), this.value(expression.yes), this.value(expression.no));
      case "list":
        // The parser lets a list stand only where it is taken apart.
        return immediate(() => undefined);
      case "call":
        return this.#call(expression.name, expression.args);
      case "builtin":
        return compileBuiltin(this, expression.name, expression.args);
      case "getline":
        return this.#getline(expression);
    }
  }

  number(expression: Expression): Step<number> {
    return map(this.value(expression), toNumber);
  }

  text(expression: Expression): Step<string> {
    return map(this.value(expression), this.runtime.text);
  }

  truth(expression: Expression): Step<boolean> {
    switch (expression.kind) {
      case "logical": {
        const left = this.truth(expression.left);
        const right = this.truth(expression.right);
        const constant = immediate(() => expression.operator === "||");
        return expression.operator === "&&" ? choose(left, right, constant) : choose(left, constant, right);
      }
      case "match": {
        const { negated } = expression;
        return map2(this.text(expression.left), this.pattern(expression.right), (text, pattern) => pattern.test(text) !== negated);
      }
      case "in":
        return map2(this.key(expression.key), this.array(expression.array), (key, array) => array.items.has(key));
      default:
        return map(this.value(expression), isTrue);
    }
  }

  /** A regular expression: between slashes as it stands, anything else as text. */
  pattern(expression: Expression): Step<Pattern> {
    const { patterns } = this.runtime;
    if (expression.kind === "regex") return immediate(() => patterns.get(expression.source));
    return map(this.text(expression), (source) => patterns.get(source));
  }

  #assignment(operator: AssignOperator, to: Place, value: Expression): Step<Scalar> {
    // The right side comes first, as in gawk.
    if (operator === "=") {
      return map2(this.value(value), this.reference(to), (given, place) => {
        place.set(given);
        return given;
      });
    }
    const calculate = arithmetic(operator.slice(0, -1));
    return map2(this.number(value), this.reference(to), (right, place) => {
      const result = calculate(toNumber(place.get()), right);
      place.set(result);
      return result;
    });
  }

  #binary(operator: BinaryOperator, left: Step<Scalar>, right: Step<Scalar>): Step<Scalar> {
    const { text, collated } = this.runtime;
    if (operator === "concat")
      return map2(left, right, (a, b) => {
        const joined = text(a) + text(b);
        if (joined.length > MOST_HELD) throw new Fatal("memory exhausted: Cannot allocate memory");
        return joined;
      });
    const holds = COMPARISONS[operator];
    if (holds !== undefined) return map2(left, right, (a, b) => Number(holds(compare(a, b, collated))));
    const calculate = arithmetic(operator);
    return map2(left, right, (a, b) => calculate(toNumber(a), toNumber(b)));
  }

  #call(name: string, args: readonly Expression[]): Step<Scalar> {
    const { runtime } = this;
    const functions = this.#functions;
    if (!functions.has(name)) throw new Fatal(`function \`${name}' not defined`);
    const cells = all(args.map((arg) => this.#argument(arg)));
    return waiting(function* () {
      const called = functions.get(name) as AwkFunction;
      const given = cells.now === undefined ? yield* cells.run() : cells.now();
      const { parameters } = called.definition;
      const frame = parameters.map((_, index): Cell => given[index] ?? { value: undefined });
      const { frame: before, where } = runtime;
      if (++runtime.depth > DEEPEST) throw new Fatal(`function call nesting too deep (${String(DEEPEST)})`);
      if (++runtime.calls % CALLS === 0) yield* runtime.breathe();
      runtime.frame = frame;
      runtime.returned = undefined;
      const { now, run } = called.body;
      const signal = now === undefined ? yield* run() : now();
      runtime.frame = before;
      runtime.where = where;
      runtime.depth--;
      if (signal === "next" || signal === "nextfile" || signal === "exit") throw new Unwind(signal);
      const { returned } = runtime;
      runtime.returned = undefined;
      return returned;
    });
  }

  /** Arrays go by reference; so does a variable that nothing was put into, which may become one. */
  #argument(expression: Expression): Step<Cell> {
    if (expression.kind === "name") {
      const cell = this.#cell(expression.name);
      return immediate((): Cell => {
        const origin = cell();
        const { value } = origin;
        return value === undefined ? { value, origin } : { value };
      });
    }
    if (expression.kind === "element") {
      return map(this.item(expression), (value): Cell => ({ value }));
    }
    return map(this.value(expression), (value): Cell => ({ value }));
  }

  #getline(expression: Extract<Expression, { readonly kind: "getline" }>): Step<Scalar> {
    const { runtime } = this;
    const input = this.#input;
    const source = expression.source === undefined ? undefined : this.text(expression.source);
    const to = expression.to === undefined ? undefined : this.reference(expression.to);
    const { from } = expression;
    return waiting(function* (): Run<Scalar> {
      const name = source === undefined ? "" : yield* source.run();
      yield* runtime.flushFull();
      try {
        const reader =
          from === "file" ? runtime.streams.fileReader(name) : from === "command" ? yield* runtime.streams.commandReader(name) : undefined;
        const record = reader === undefined ? yield* input.next() : yield* reader.next(runtime.separator);
        if (record === undefined) return 0;
        if (from === "input") input.count();
        runtime.global("RT").value = record.terminator;
        const text = new Input(record.text);
        if (to === undefined) runtime.fields.record = text;
        else (yield* to.run()).set(text);
        return 1;
      } catch (error) {
        if (!isSysError(error)) throw error;
        runtime.global("ERRNO").value = error.text;
        return -1;
      }
    });
  }
}

function element(array: AwkArray, key: string, name: string): Scalar {
  const item = array.get(key);
  if (item instanceof AwkArray) throw new Fatal(`attempt to use array \`${name}["${key}"]' in a scalar context`);
  return item;
}

const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  "==": (order) => order === 0,
  "!=": (order) => order !== 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

function arithmetic(operator: string): (left: number, right: number) => number {
  switch (operator) {
    case "+":
      return (left, right) => left + right;
    case "-":
      return (left, right) => left - right;
    case "*":
      return (left, right) => left * right;
    case "/":
      return (left, right) => {
        if (right === 0) throw new Fatal("division by zero attempted");
        return left / right;
      };
    case "%":
      return (left, right) => {
        if (right === 0) throw new Fatal("division by zero attempted in `%'");
        return left % right;
      };
    default:
      return (left, right) => left ** right;
  }
}
