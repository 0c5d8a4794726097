/**
 * `lab lesson test`: tries every lesson on its machine (course/trial.ts). Prints what failed, then for each lesson how long it took,
 * then how many solutions with a command removed met the goals all the same; last line `N passed, N failed`.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import type { Lesson, LessonMachine } from "../course/lesson.ts";
import { tryLesson, type Finding } from "../course/trial.ts";
import type { LabOptions } from "../lab/lab.ts";
import { atOnce } from "../lab/settle.ts";
import { labOptions } from "./labs.ts";
import { courseAbove, readCourseFolder, readLessonAlone } from "./lesson-folder.ts";
import { readWords, UsageError, type Output } from "./usage.ts";

/** The dice of the second run of predictions. */
const OTHER_SEED = 7;
/** Share of the solutions with a command removed that may meet the goals, with a reason. */
const MOST_WAIVED = 0.05;

interface TestedLesson {
  /** As it is named in what is printed and in waivers: "ideas/try-to-break-it". */
  readonly name: string;
  /** Undefined when it does not compile. */
  readonly lesson: Lesson | undefined;
}

/** Tries the lessons below a folder of a course, a track or a lesson; `lessons` unless said. */
export function lessonTest(args: readonly string[], output: Output): boolean {
  const [path = "lessons", extra] = readWords(args, { flags: [], values: [] }).operands;
  if (extra !== undefined) throw new UsageError("lesson test: give one folder");
  if (!existsSync(path)) throw new UsageError(`lesson test: there is no ${path}`);
  const root = courseAbove(path);
  return root === undefined
    ? testLessons([readLessonAlone(path)], new Map(), output)
    : testLessons(lessonsBelow(root, path), readWaivers(root), output);
}

function lessonsBelow(root: string, path: string): TestedLesson[] {
  const lessons = readCourseFolder(root).tracks.flatMap((track) =>
    track.lessons.map(({ name, lesson, source }) => ({ name: `${track.name}/${name}`, lesson, folder: dirname(resolve(source.file)) })),
  );
  return lessons.filter(({ folder }) => !relative(resolve(path), folder).startsWith(".."));
}

/** `waivers`: as `readWaivers` reads them. */
function testLessons(lessons: readonly TestedLesson[], waivers: ReadonlyMap<string, string>, output: Output): boolean {
  const count = { passed: 0, failed: 0, mutants: 0, survived: 0 };
  const used = new Set<string>();
  const machines = new Map<string, LabOptions>();
  for (const { name, lesson } of lessons) {
    if (lesson === undefined) {
      count.failed++;
      output.line(`${name}: it does not compile, see lab lesson lint`);
      continue;
    }
    const began = process.hrtime.bigint();
    for (const { what, problem, isMutant } of findings(optionsFor(lesson.machine, machines), lesson)) {
      const key = `${name}: ${what}`;
      if (isMutant) {
        count.mutants++;
        if (problem !== undefined) count.survived++;
      }
      const isWaived = isMutant && problem !== undefined && waivers.has(key);
      if (isWaived) used.add(key);
      if (problem === undefined || isWaived) count.passed++;
      else {
        count.failed++;
        output.line(`${key}: ${problem}`);
      }
    }
    output.line(`${name} (${(Number(process.hrtime.bigint() - began) / 1e9).toFixed(1)} s)`);
  }
  const names = new Set(lessons.map(({ name }) => name));
  for (const key of waivers.keys()) {
    if (used.has(key) || !names.has(key.split(": ", 1)[0] ?? "")) continue;
    count.failed++;
    output.line(`waived without need: ${key}`);
  }
  output.line(
    `solutions without one of their commands: ${count.mutants}, of which ${count.survived} met the goals, ${used.size} with a reason`,
  );
  if (used.size > count.mutants * MOST_WAIVED) {
    count.failed++;
    output.line(`more than ${MOST_WAIVED * 100} % are waived`);
  }
  output.line(`${count.passed} passed, ${count.failed} failed`);
  return count.failed === 0;
}

function findings(options: LabOptions, lesson: Lesson): readonly Finding[] {
  try {
    return atOnce(tryLesson(options, lesson, OTHER_SEED));
  } catch (error) {
    return [{ what: "the whole", problem: error instanceof Error ? error.message : String(error) }];
  }
}

/** The machine that a lesson asks for; of equal ones what can be shared is. */
function optionsFor({ name, flavour, seed }: LessonMachine, known: Map<string, LabOptions>): LabOptions {
  const key = `${name} ${flavour ?? ""} ${seed ?? ""}`;
  let options = known.get(key);
  if (!options) {
    const values = new Map([["machine", name]]);
    if (flavour !== undefined) values.set("flavour", flavour);
    if (seed !== undefined) values.set("seed", String(seed));
    known.set(key, (options = labOptions({ flags: new Set(), values, operands: [] })));
  }
  return options;
}

/**
 * `waivers.txt` of a course's folder: a line for each solution that meets its goals without one of its commands, as `lab lesson test` prints
 * it, then " — " and the reason. Lines that begin with # are remarks.
 */
function readWaivers(root: string): ReadonlyMap<string, string> {
  let text: string;
  try {
    text = readFileSync(join(root, "waivers.txt"), "utf8");
  } catch {
    return new Map();
  }
  const lines = text.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
  return new Map(
    lines.map((line) => {
      const [, key = line, reason = ""] = /^(.*?) — (.*)$/.exec(line) ?? [];
      return [key, reason];
    }),
  );
}
