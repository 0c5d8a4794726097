/**
 * A lesson as a talk: what happens at each press of the presenter's key. A line is typed at one press and entered at the next, so that
 * there is time to say what it will do.
 */
import type { Act, Lesson, Step } from "./lesson.ts";
import { commandsIn } from "./html-text.ts";
import { predictionsOf, quizzesOf } from "./pieces.ts";

export type Beat =
  /** Goes on to the step. */
  | { readonly kind: "step"; readonly step: number }
  /** The room is asked: a prediction or a question of the step. */
  | { readonly kind: "ask"; readonly step: number; readonly question: string }
  /** Types a line and leaves it there. */
  | { readonly kind: "type"; readonly step: number; readonly line: string }
  /** Enters what stands at the prompt. */
  | { readonly kind: "enter"; readonly step: number; readonly line: string }
  | { readonly kind: "act"; readonly step: number; readonly act: Exclude<Act, { readonly kind: "type" }> };

/** From the first step to the end of the lesson; a step's own beats come after the one that goes on to it. */
export function beatsOf({ steps }: Lesson): readonly Beat[] {
  const beats: Beat[] = [];
  for (const [step, each] of steps.entries()) {
    beats.push({ kind: "step", step });
    for (const { question } of [...predictionsOf(each), ...quizzesOf(each)]) beats.push({ kind: "ask", step, question });
    for (const act of preparedActs(each)) {
      if (act.kind === "type") beats.push({ kind: "type", step, line: act.line }, { kind: "enter", step, line: act.line });
      else beats.push({ kind: "act", step, act });
    }
  }
  return [...beats, { kind: "step", step: steps.length }];
}

/**
 * What a step has to be shown: its first solution, and the commands of its text that are no part of that, each where a reader meets
 * it between the others.
 */
export function preparedActs(step: Step): readonly Act[] {
  let told = step.body.flatMap((piece) => (piece.kind === "prose" ? commandsIn(piece.html) : []));
  const acts: Act[] = [];
  const solution = step.solutions[0]?.acts ?? [];
  const isSolution = (line: string): boolean => solution.some((act) => act.kind === "type" && act.line === line);
  if (!told.some(isSolution)) {
    acts.push(...told.map(typed));
    told = [];
  }
  for (const act of solution) {
    const at = act.kind === "type" ? told.indexOf(act.line) : -1;
    if (at >= 0)
      acts.push(
        ...told
          .splice(0, at + 1)
          .slice(0, at)
          .filter((line) => !isSolution(line))
          .map(typed),
      );
    acts.push(act);
  }
  return [...acts, ...told.filter((line) => !isSolution(line)).map(typed)];
}

function typed(line: string): Act {
  return { kind: "type", line };
}
