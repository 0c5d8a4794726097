/** `lab lesson lint`: everything that can be said of lessons without running them. */
import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import { problemText, type Problem } from "../course/authoring/problem.ts";
import { courseAbove, readCourseFolder, readLessonAlone } from "./lesson-folder.ts";
import { readWords, UsageError, type Output } from "./usage.ts";

/** Prints all problems below a folder (of a course, a track or a lesson; `lessons` unless said). Fails when there is an error. */
export function lessonLint(args: readonly string[], { line }: Output): boolean {
  const words = readWords(args, { flags: ["strict"], values: [] });
  const [path = "lessons", extra] = words.operands;
  if (extra !== undefined) throw new UsageError("lesson lint: give one folder");
  if (!existsSync(path)) throw new UsageError(`lesson lint: there is no ${path}`);
  const problems = problemsBelow(path);
  for (const problem of problems) line(problemText(problem));
  const errors = problems.filter(({ severity }) => severity === "error").length;
  line(`${errors} errors, ${problems.length - errors} warnings`);
  return errors === 0 && (problems.length === 0 || !words.flags.has("strict"));
}

function problemsBelow(path: string): readonly Problem[] {
  const root = courseAbove(path);
  if (root === undefined) return readLessonAlone(path).problems;
  const { problems } = readCourseFolder(root);
  return resolve(path) === root ? problems : problems.filter(({ file }) => !relative(path, file).startsWith(".."));
}
