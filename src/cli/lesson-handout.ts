/** `lab lesson handout`: a lesson as a plain page. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { handoutPage } from "../course/authoring/handout.ts";
import { problemText } from "../course/authoring/problem.ts";
import { courseAbove, readCourseFolder, readLessonAlone, type LessonFolder } from "./lesson-folder.ts";
import { readWords, UsageError, type Output } from "./usage.ts";

/** Prints the page of the lesson in FILE (its `lesson.md` or its folder). `--home` is the address of the page with the lab. */
export function lessonHandout(args: readonly string[], { line, error }: Output): boolean {
  const words = readWords(args, { flags: [], values: ["home"] });
  const [path = "", extra] = words.operands;
  if (extra !== undefined || !existsSync(path)) throw new UsageError("lesson handout: give the lesson.md or the folder of a lesson");
  const { lesson, problems } = folderAt(path);
  if (lesson === undefined) {
    for (const problem of problems) error(problemText(problem));
    return false;
  }
  line(handoutPage(lesson, { home: words.values.get("home") ?? "../../../", lesson: () => undefined }).trimEnd());
  return true;
}

function folderAt(path: string): LessonFolder {
  const root = courseAbove(path);
  const lessons = root === undefined ? [] : readCourseFolder(root).tracks.flatMap((track) => track.lessons);
  const wanted = resolve(path).replace(/\/[^/]*\.md$/, "");
  return lessons.find((folder) => resolve(folder.path) === wanted) ?? readLessonAlone(path);
}
