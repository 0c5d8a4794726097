/** Runs a parsed program: BEGIN, the records, END. */
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { ExpressionCompiler, type AwkFunction } from "./expressions.ts";
import { MainInput } from "./main-input.ts";
import { Runtime, Unwind } from "./runtime.ts";
import { compileStatement, type Signal } from "./statements.ts";
import { immediate, waiting, type Step } from "./step.ts";
import type { AwkProgram, FunctionDefinition, Rule } from "./syntax.ts";
import { AwkArray, Fatal, Input } from "./values.ts";

/** What the command line adds to the program. */
export interface Invocation {
  /** What awk calls itself in messages. */
  readonly name: string;
  /** ARGV, its own name first. */
  readonly argv: readonly string[];
  /** Variables set before BEGIN: -v and -F. */
  readonly assignments: readonly (readonly [name: string, value: string])[];
}

/** Records between two ticks. */
const RECORDS = 32;

export class Interpreter {
  readonly #program: AwkProgram;
  readonly #runtime: Runtime;
  readonly #input: MainInput;
  readonly #functions = new Map<string, AwkFunction>();

  constructor(proc: Process, program: AwkProgram, { name, argv, assignments }: Invocation) {
    this.#program = program;
    const runtime = (this.#runtime = new Runtime(proc, name));
    this.#input = new MainInput(runtime);
    const array = new AwkArray();
    for (const [index, value] of argv.entries()) array.items.set(String(index), new Input(value));
    runtime.global("ARGV").value = array;
    runtime.global("ARGC").value = argv.length;
    for (const [variable, value] of assignments) runtime.assign(variable, value);
  }

  /** Says on stderr what is fatal, and gives the status. */
  *run(): Run<ExitStatus> {
    const runtime = this.#runtime;
    try {
      try {
        yield* this.#rules();
      } catch (error) {
        if (!(error instanceof Unwind)) throw error;
      }
      yield* runtime.flushFull();
      yield* runtime.streams.closeAll();
      return runtime.exitStatus;
    } catch (error) {
      if (!(error instanceof Fatal)) throw error;
      yield* runtime.flushFull();
      yield* runtime.streams.flush();
      yield* runtime.proc.printError(`${runtime.prefix}fatal: ${error.message}\n`);
      return 2;
    }
  }

  *#rules(): Run<void> {
    // What is wrong with the whole is said to be where it ends.
    this.#runtime.where = this.#program.rules.at(-1)?.where ?? "cmd. line:1";
    for (const definition of this.#program.functions.values()) this.#functions.set(definition.name, this.#compiled(definition));
    for (const called of this.#functions.values()) called.prepare();
    const [begin, end, beginFile, endFile] = (["begin", "end", "begin file", "end file"] as const).map((kind) => this.#blocks(kind));
    const records = this.#program.rules
      .filter(({ when }) => when.kind === "always" || when.kind === "pattern" || when.kind === "range")
      .map((rule) => this.#rule(rule));
    const runtime = this.#runtime;
    runtime.where = "";
    if ((beginFile?.length ?? 0) > 0 || (endFile?.length ?? 0) > 0) {
      this.#input.fileRules = function* (when) {
        yield* runAll((when === "begin file" ? beginFile : endFile) ?? []);
      };
    }
    const signal = yield* this.#leaving(begin ?? []);
    if (signal !== "exit" && (records.length > 0 || (end?.length ?? 0) > 0 || this.#input.fileRules !== undefined))
      yield* this.#records(records);
    // `exit` goes to END as the last record does.
    yield* this.#leaving(end ?? []);
  }

  *#leaving(blocks: readonly Step<Signal>[]): Run<Signal> {
    try {
      const signal = yield* runAll(blocks);
      yield* this.#runtime.flushFull();
      return signal;
    } catch (error) {
      if (error instanceof Unwind) return error.signal;
      throw error;
    }
  }

  #compiled(definition: FunctionDefinition): AwkFunction {
    const make = new ExpressionCompiler(this.#runtime, this.#input, this.#functions, definition.parameters);
    let body = immediate((): Signal => undefined);
    return {
      definition,
      prepare() {
        body = compileStatement(make, definition.body);
      },
      get body() {
        return body;
      },
    };
  }

  get #make(): ExpressionCompiler {
    return new ExpressionCompiler(this.#runtime, this.#input, this.#functions, []);
  }

  #blocks(kind: Rule["when"]["kind"]): Step<Signal>[] {
    return this.#program.rules.flatMap(({ when, action }) =>
      when.kind === kind && action !== undefined ? [compileStatement(this.#make, action)] : [],
    );
  }

  /** A rule for records: its pattern, then its action. */
  #rule({ when, action, where }: Rule): Step<Signal> {
    const runtime = this.#runtime;
    const make = this.#make;
    const act = compileStatement(make, action ?? { kind: "print", args: [], formatted: false, to: undefined, where });
    if (when.kind === "pattern") return guarded(runtime, where, make.truth(when.test), act);
    if (when.kind !== "range") return act;
    const from = make.truth(when.from);
    const to = make.truth(when.to);
    let isInside = false;
    const inside = waiting(function* () {
      if (!isInside && !(yield* from.run())) return false;
      isInside = !(yield* to.run());
      return true;
    });
    return guarded(runtime, where, inside, act);
  }

  *#records(rules: readonly Step<Signal>[]): Run<void> {
    const runtime = this.#runtime;
    for (let count = 1; ; count++) {
      const record = yield* this.#input.next();
      if (record === undefined) return;
      this.#input.count();
      runtime.global("RT").value = record.terminator;
      runtime.fields.record = new Input(record.text);
      const signal = yield* this.#leaving(rules);
      if (signal === "nextfile") yield* this.#input.close();
      if (signal === "exit") return;
      if (count % RECORDS === 0) yield* runtime.breathe();
    }
  }
}

function guarded(runtime: Runtime, where: string, test: Step<boolean>, act: Step<Signal>): Step<Signal> {
  const { now } = test;
  if (now !== undefined && act.now !== undefined) {
    const then = act.now;
    return immediate(() => {
      runtime.where = where;
      return now() ? then() : undefined;
    });
  }
  return waiting(function* () {
    runtime.where = where;
    if (!(yield* test.run())) return undefined;
    return yield* act.run();
  });
}

function* runAll(steps: readonly Step<Signal>[]): Run<Signal> {
  for (const { now, run } of steps) {
    const signal = now === undefined ? yield* run() : now();
    if (signal !== undefined && signal !== "break" && signal !== "continue" && signal !== "return") return signal;
  }
  return undefined;
}
