/** Statements made ready to run. */
import type { Run } from "../../machine/program.ts";
import { listed } from "./array-order.ts";
import type { ExpressionCompiler } from "./expressions.ts";
import { formatted } from "./format.ts";
import { sortedKeys } from "./sorting.ts";
import { all, choose, immediate, map, map2, waiting, type Step } from "./step.ts";
import type { Expression, Redirection, Statement } from "./syntax.ts";
import { AwkArray, compare, type Scalar } from "./values.ts";

/** How a statement left, where it did not end in the usual way. */
export type Signal = "break" | "continue" | "next" | "nextfile" | "exit" | "return" | undefined;

/** Turns of loops between two looks at what else goes on. */
const TURNS = 64;

export function compileStatement(make: ExpressionCompiler, statement: Statement): Step<Signal> {
  const step = compileBare(make, statement);
  if (statement.kind === "block") return step;
  const { runtime } = make;
  const { where } = statement;
  const { now, run } = step;
  if (now !== undefined)
    return immediate(() => {
      runtime.where = where;
      return now();
    });
  return waiting(() => {
    runtime.where = where;
    return run();
  });
}

function compileBare(make: ExpressionCompiler, statement: Statement): Step<Signal> {
  const { runtime } = make;
  switch (statement.kind) {
    case "expression":
      return map(make.value(statement.value), () => undefined);
    case "print":
      return compilePrint(make, statement.args, statement.formatted, statement.to);
    case "block":
      return sequence(statement.body.map((part) => compileStatement(make, part)));
    case "if": {
      const no = statement.no === undefined ? immediate((): Signal => undefined) : compileStatement(make, statement.no);
      return choose(make.truth(statement.test), compileStatement(make, statement.yes), no);
    }
    case "while":
      return loop(make, make.truth(statement.test), compileStatement(make, statement.body), undefined, false);
    case "do":
      return loop(make, make.truth(statement.test), compileStatement(make, statement.body), undefined, true);
    case "for": {
      const first = statement.first === undefined ? undefined : compileStatement(make, statement.first);
      const next = statement.next === undefined ? undefined : compileStatement(make, statement.next);
      const test = statement.test === undefined ? immediate(() => true) : make.truth(statement.test);
      const turns = loop(make, test, compileStatement(make, statement.body), next, false);
      return first === undefined ? turns : sequence([first, turns]);
    }
    case "for in":
      return compileForIn(make, statement);
    case "switch":
      return compileSwitch(make, statement);
    case "delete": {
      const array = make.array(statement.array);
      if (statement.key === undefined)
        return map(array, ({ items }) => {
          items.clear();
          return undefined;
        });
      return map2(array, make.key(statement.key), ({ items }, key) => {
        items.delete(key);
        return undefined;
      });
    }
    case "break":
    case "continue":
    case "next":
    case "nextfile": {
      const { kind } = statement;
      return immediate(() => kind);
    }
    case "return": {
      const value = statement.value === undefined ? immediate((): Scalar => undefined) : make.value(statement.value);
      return map(value, (given) => {
        runtime.returned = given;
        return "return";
      });
    }
    case "exit": {
      if (statement.value === undefined) return immediate(() => "exit");
      return map(make.number(statement.value), (status) => {
        runtime.exitStatus = Math.trunc(status) & 255;
        return "exit";
      });
    }
  }
}

function sequence(steps: readonly Step<Signal>[]): Step<Signal> {
  const [only] = steps;
  if (steps.length === 1 && only !== undefined) return only;
  const nows = steps.map(({ now }) => now);
  if (nows.every((now) => now !== undefined)) {
    return immediate(() => {
      for (const now of nows) {
        const signal = now();
        if (signal !== undefined) return signal;
      }
      return undefined;
    });
  }
  return waiting(function* () {
    for (const { now, run } of steps) {
      const signal = now === undefined ? yield* run() : now();
      if (signal !== undefined) return signal;
    }
    return undefined;
  });
}

function loop(
  make: ExpressionCompiler,
  test: Step<boolean>,
  body: Step<Signal>,
  next: Step<Signal> | undefined,
  bodyFirst: boolean,
): Step<Signal> {
  const { runtime } = make;
  return waiting(function* () {
    for (let turn = 1; ; turn++) {
      if (turn > 1 || !bodyFirst) {
        if (!(test.now === undefined ? yield* test.run() : test.now())) return undefined;
      }
      const signal = body.now === undefined ? yield* body.run() : body.now();
      if (signal === "break") return undefined;
      if (signal !== undefined && signal !== "continue") return signal;
      if (next !== undefined) {
        if (next.now === undefined) yield* next.run();
        else next.now();
      }
      if (turn % TURNS === 0) yield* runtime.breathe();
    }
  });
}

function compileForIn(make: ExpressionCompiler, statement: Extract<Statement, { readonly kind: "for in" }>): Step<Signal> {
  const { runtime } = make;
  const array = make.array(statement.array);
  const variable = make.reference({ kind: "name", name: statement.name });
  const body = compileStatement(make, statement.body);
  return waiting(function* () {
    const found = yield* array.run();
    const information = runtime.global("PROCINFO").value;
    const order = information instanceof AwkArray ? information.items.get("sorted_in") : undefined;
    const how = order instanceof AwkArray ? "" : runtime.text(order);
    const keys = listed([...found.items.keys()]);
    let turn = 0;
    for (const key of how === "" ? keys : sortedKeys(found, keys, how, runtime.text)) {
      (yield* variable.run()).set(key);
      const signal = body.now === undefined ? yield* body.run() : body.now();
      if (signal === "break") return undefined;
      if (signal !== undefined && signal !== "continue") return signal;
      if (++turn % TURNS === 0) yield* runtime.breathe();
    }
    return undefined;
  });
}

function compileSwitch(make: ExpressionCompiler, statement: Extract<Statement, { readonly kind: "switch" }>): Step<Signal> {
  const { runtime } = make;
  const value = make.value(statement.value);
  const cases = statement.cases.map(({ test, body }) => ({
    matches: test === undefined ? undefined : caseTest(make, test),
    body: sequence(body.map((part) => compileStatement(make, part))),
  }));
  return waiting(function* () {
    const given = yield* value.run();
    let start = cases.findIndex(({ matches }) => matches?.(given, runtime.text) === true);
    if (start < 0) start = cases.findIndex(({ matches }) => matches === undefined);
    if (start < 0) return undefined;
    for (const { body } of cases.slice(start)) {
      const signal = yield* body.run();
      if (signal === "break") return undefined;
      if (signal !== undefined) return signal;
    }
    return undefined;
  });
}

function caseTest(make: ExpressionCompiler, test: Expression): (value: Scalar, text: (value: Scalar) => string) => boolean {
  if (test.kind === "regex") {
    const pattern = make.pattern(test);
    return (value, text) => pattern.now?.().test(text(value)) ?? false;
  }
  const constant = make.value(test);
  return (value, text) => compare(value, constant.now?.(), text) === 0;
}

function compilePrint(
  make: ExpressionCompiler,
  args: readonly Expression[],
  isFormatted: boolean,
  to: Redirection | undefined,
): Step<Signal> {
  const { runtime } = make;
  const values = all(args.map((arg) => make.value(arg)));
  const line = map(values, (given) => {
    if (isFormatted) return formatted(runtime.text(given[0]), given.slice(1), runtime.text);
    if (given.length === 0) return runtime.text(runtime.fields.record) + runtime.ors;
    return given.map(runtime.printed).join(runtime.ofs) + runtime.ors;
  });
  if (to === undefined)
    return map(line, (text) => {
      runtime.stdout.add(text);
      return undefined;
    });
  const target = make.text(to.to);
  return waiting(function* (): Run<Signal> {
    const text = yield* line.run();
    const name = yield* target.run();
    yield* runtime.flushFull();
    const output = yield* runtime.streams.output(to.kind, name);
    output.add(text);
    if (output.full || output.toTerminal || name === "/dev/stderr") yield* output.flush();
    return undefined;
  });
}
