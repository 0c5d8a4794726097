/**
 * Tries a lesson: each step's goals are open when it begins, every solution meets them, no command of a solution can be left out, wrong
 * tries are answered, and each prediction has one answer, the same whatever the dice say.
 */
import { perform, type Act } from "../lab/acts.ts";
import type { Lab, LabOptions } from "../lab/lab.ts";
import { Budget, type Paced } from "../lab/settle.ts";
import { preparedActs } from "./beats.ts";
import { machineAtStart } from "./course-run.ts";
import { textOf } from "./html-text.ts";
import type { Answer } from "./lesson-view.ts";
import type { Check, Lesson, Predict, Solution, Step, WrongTry } from "./lesson.ts";
import { answerOf, holds, outcomeOf } from "./look.ts";
import { markOf, type Mark } from "./marks.ts";
import { checksOf, predictionsOf } from "./pieces.ts";
import { evaluate } from "./predicates/index.ts";
import { Scene, type Marks } from "./scene.ts";

export interface Finding {
  /** What was tried, e.g. "step look, solution main". */
  readonly what: string;
  /** What was not as it should be. */
  readonly problem?: string;
  /** A solution without one of its commands; `problem` says that it met the goals all the same. */
  readonly isMutant?: true;
}

/** Ticks that acts may take. */
const PATIENCE = 20_000_000;

/** A lab after some acts. */
interface Played {
  /** How many. */
  readonly done: number;
  readonly lab: Lab;
  /** Ids of checks that were met at some time on the way. */
  readonly met: ReadonlySet<string>;
}

export function* tryLesson(options: LabOptions, lesson: Lesson, seed: number): Paced<readonly Finding[]> {
  const findings: Finding[] = [];
  const outcomes: Outcome[] = [];
  let lab = yield* machineAtStart(options, lesson);
  const start = markOf(lab, options);
  for (const step of lesson.steps) {
    const trial = new StepTrial(options, lesson, step, forkOf(lab, `when step ${step.id} begins`), start);
    findings.push(...(yield* trial.all()));
    outcomes.push(...(yield* outcomesOf(options, step, lab, start)));
    lab = trial.end;
  }
  findings.push(...(yield* steadyPredictions({ ...options, seed }, lesson, outcomes)));
  return findings;
}

function forkOf(lab: Lab, when = "any more"): Lab {
  const fork = lab.fork();
  if (!fork) throw new Error(`the machine is not at rest at a prompt ${when}`);
  return fork;
}

class StepTrial {
  readonly #options: LabOptions;
  readonly #lesson: Lesson;
  readonly #step: Step;
  readonly #lab: Lab;
  readonly #marks: Marks;
  readonly #checks: readonly Check[];
  readonly #required: readonly Check[];
  #end: Lab;

  constructor(options: LabOptions, lesson: Lesson, step: Step, lab: Lab, start: Mark) {
    this.#options = options;
    this.#lesson = lesson;
    this.#step = step;
    this.#lab = this.#end = lab;
    this.#marks = { start, step: markOf(lab, options) };
    this.#checks = checksOf(step);
    this.#required = this.#checks.filter(({ isOptional }) => !isOptional);
  }

  /** The machine as the first solution leaves it, once all was tried: the next step begins there. */
  get end(): Lab {
    return this.#end;
  }

  *all(): Paced<readonly Finding[]> {
    const { solutions, tries, hints, id } = this.#step;
    const findings: Finding[] = [];
    if (this.#checks.length > 0 && hints.length === 0) findings.push({ what: `step ${id}, hints`, problem: "it has goals and no hint" });
    if (this.#required.length > 0 && solutions.length === 0)
      findings.push({ what: `step ${id}, solutions`, problem: "it has goals and no solution" });
    for (const check of this.#checks) findings.push(yield* this.#begin(check));
    for (const [index, solution] of solutions.entries()) {
      const stops: Played[] = [];
      const played = yield* this.#play(this.#beginning, solution.acts, stops);
      if (index === 0) this.#end = played.lab;
      findings.push(yield* this.#solve(solution, played));
      if (this.#required.length > 0 && solution.expect === undefined) findings.push(...(yield* this.#mutate(solution, stops)));
    }
    const prepared = preparedActs(this.#step);
    if (prepared.length > (solutions[0]?.acts.length ?? 0)) findings.push(yield* this.#present(prepared));
    for (const wrong of tries) findings.push(yield* this.#err(wrong));
    return findings;
  }

  *#begin(check: Check): Paced<Finding> {
    const what = `step ${this.#step.id}, at its beginning, check ${check.id}`;
    const answer = yield* answerOf(new Scene(this.#lab, this.#options), this.#marks, check);
    return answer.kind === "not yet" ? { what } : { what, problem: `it should not pass yet: ${inWords(answer)}` };
  }

  *#solve({ id, expect }: Solution, { lab, met }: Played): Paced<Finding> {
    const what = `step ${this.#step.id}, solution ${id}`;
    for (const check of this.#checks) {
      const shouldPass = expect ? expect.pass.includes(check.id) : !check.isOptional;
      const shouldFail = expect?.fail.includes(check.id) === true;
      if (met.has(check.id) ? shouldFail : shouldPass) {
        const answer = yield* answerOf(new Scene(lab, this.#options), this.#marks, check);
        return { what, problem: `check ${check.id} should ${shouldPass ? "" : "not "}pass: ${inWords(answer)}` };
      }
    }
    return { what };
  }

  /** With the commands of the text, too. */
  *#present(prepared: readonly Act[]): Paced<Finding> {
    const what = `step ${this.#step.id}, as it is presented`;
    const { met } = yield* this.#play(this.#beginning, prepared);
    const open = this.#required.find(({ id }) => !met.has(id));
    return open ? { what, problem: `check ${open.id} does not pass when the text's commands are run as well` } : { what };
  }

  /** Without each of its commands in turn; what comes before is done already. */
  *#mutate({ id, acts }: Solution, stops: readonly Played[]): Paced<readonly Finding[]> {
    const findings: Finding[] = [];
    for (const [index, act] of acts.entries()) {
      const what = `step ${this.#step.id}, solution ${id} without ${actInWords(act)}`;
      const from = stops.findLast(({ done }) => done <= index) ?? this.#beginning;
      const { met } = yield* this.#play(from, acts.toSpliced(index, 1).slice(from.done));
      const isMet = this.#required.every((check) => met.has(check.id));
      findings.push({ what, isMutant: true, ...(isMet ? { problem: "the goals are met all the same" } : {}) });
    }
    return findings;
  }

  *#err({ id, acts, says }: WrongTry): Paced<Finding> {
    const what = `step ${this.#step.id}, try ${id}`;
    const lab = forkOf(this.#lab);
    const marks = this.#marks;
    yield* perform(lab, acts, new Budget(PATIENCE));
    if ("output" in says) {
      const { ok } = yield* evaluate(new Scene(lab, this.#options), marks, { output: { matches: says.output } });
      return ok ? { what } : { what, problem: `the terminal does not show ${JSON.stringify(says.output)}` };
    }
    if ("coach" in says) {
      const rule = this.#lesson.coach.find((each) => each.id === says.coach);
      if (!rule) return { what, problem: `there is no coach rule ${says.coach}` };
      const speaks = yield* holds(new Scene(lab, this.#options), marks, rule.if);
      return speaks ? { what } : { what, problem: `the coach rule ${says.coach} does not speak` };
    }
    const check = this.#checks.find((each) => each.id === says.check);
    if (!check) return { what, problem: `there is no check ${says.check} in its step` };
    const answer = yield* answerOf(new Scene(lab, this.#options), marks, check);
    return textOf(inWords(answer)).includes(says.text)
      ? { what }
      : { what, problem: `check ${says.check} does not say ${JSON.stringify(says.text)}: ${inWords(answer)}` };
  }

  get #beginning(): Played {
    return { done: 0, lab: this.#lab, met: new Set() };
  }

  /** Goes on from there on a copy, looking at the goals after each act, as they need to be met only once. `stops` gets a copy after each. */
  *#play(from: Played, acts: readonly Act[], stops?: Played[]): Paced<Played> {
    const lab = forkOf(from.lab);
    const met = new Set(from.met);
    for (const [index, act] of acts.entries()) {
      yield* perform(lab, [act], new Budget(PATIENCE));
      if (index === acts.length - 1) break;
      if (this.#checks.length > 1) yield* this.#look(lab, met);
      const stop = stops && lab.fork();
      if (stop) stops.push({ done: from.done + index + 1, lab: stop, met: new Set(met) });
    }
    if (from.done + acts.length > 0) yield* this.#look(lab, met);
    return { done: from.done + acts.length, lab, met };
  }

  *#look(lab: Lab, met: Set<string>): Paced<void> {
    if (!lab.machine.atPrompt) return;
    const scene = new Scene(lab, this.#options, false);
    for (const { id, goal } of this.#checks) if (!met.has(id) && (yield* holds(scene, this.#marks, goal))) met.add(id);
  }
}

interface Outcome {
  readonly predict: Predict;
  /** Indices of the options that hold. */
  readonly held: readonly number[];
}

function* outcomesOf(options: LabOptions, step: Step, lab: Lab, start: Mark): Paced<readonly Outcome[]> {
  const found: Outcome[] = [];
  for (const predict of predictionsOf(step)) found.push({ predict, held: yield* outcomeOf(lab, options, start, predict) });
  return found;
}

/** Compares what predictions came to with a machine of another seed. */
function* steadyPredictions(otherSeed: LabOptions, lesson: Lesson, outcomes: readonly Outcome[]): Paced<readonly Finding[]> {
  if (outcomes.length === 0) return [];
  const others: Outcome[] = [];
  const lab = yield* machineAtStart(otherSeed, lesson);
  const start = markOf(lab, otherSeed);
  for (const step of lesson.steps) {
    others.push(...(yield* outcomesOf(otherSeed, step, lab, start)));
    if (others.length === outcomes.length) break;
    yield* perform(lab, step.solutions[0]?.acts ?? [], new Budget(PATIENCE));
  }
  return outcomes.map(({ predict, held }, index): Finding => {
    const what = `prediction ${predict.id}`;
    if (held.length !== 1) return { what, problem: `${held.length} of its options hold, not exactly one` };
    return others[index]?.held.join() === held.join() ? { what } : { what, problem: "another seed gives another answer" };
  });
}

function inWords(answer: Answer): string {
  switch (answer.kind) {
    case "open":
      return "it was not looked at";
    case "passed":
      return `it passes: ${answer.evidence}`;
    case "not yet":
      return `it does not pass: ${answer.evidence}${answer.say === undefined ? "" : ` ${answer.say}`}`;
    case "could not run":
      return `it could not run: ${answer.because}`;
  }
}

function actInWords(act: Act): string {
  switch (act.kind) {
    case "type":
      return `\`${act.line}\``;
    case "keys":
      return `keys ${JSON.stringify(act.text)}`;
    case "fault":
      return `fault ${act.name} ${act.on ? "on" : "off"}`;
    default:
      return act.kind;
  }
}
