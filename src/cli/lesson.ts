/** `lab lesson`: what authors of lessons need. Each verb is a file of its own. */
import { lessonHandout } from "./lesson-handout.ts";
import { lessonImport } from "./lesson-import.ts";
import { lessonLint } from "./lesson-lint.ts";
import { lessonNew } from "./lesson-new.ts";
import { lessonRecord } from "./lesson-record.ts";
import { lessonTest } from "./lesson-test.ts";
import { UsageError, type Output } from "./usage.ts";

type LessonVerb = (words: readonly string[], output: Output) => boolean | Promise<boolean>;

const verbs: Readonly<Record<string, LessonVerb>> = {
  lint: lessonLint,
  new: lessonNew,
  handout: lessonHandout,
  import: lessonImport,
  record: lessonRecord,
  test: lessonTest,
};

/** The lines of `lab`'s usage about lessons. */
export const LESSON_USAGE = `  lesson lint [--strict] [DIR]
                        what is wrong with lessons, with the line and what to do; with --strict a warning is an error
  lesson new TRACK/NAME a draft in lessons/
  lesson test [DIR]     try lessons on their machines: goals, solutions with and without each command, wrong tries, predictions
  lesson handout FILE   a lesson as a plain page, on standard output
  lesson import DIR --to FOLDER [--machine NAME]
                        a scenario in Killercoda's format as a lesson, with remarks where something does not map
  lesson record RUN --to FOLDER [--title TEXT]
                        a run that was played (a link, a saved run, what run --json printed) as a draft, with goals of what it changed
`;

/** Finds the verb; throws `UsageError` when there is none of that name. */
export function lessonCommand([name = "", ...words]: readonly string[], output: Output): boolean | Promise<boolean> {
  const verb = verbs[name];
  if (verb === undefined) throw new UsageError(`lesson: no verb ${JSON.stringify(name)}; there are: ${Object.keys(verbs).join(" ")}`);
  return verb(words, output);
}
