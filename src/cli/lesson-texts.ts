/** A course as the page's build needs it: an index, each lesson as JSON, pages to read. Run by `lessons-plugin.ts`. */
import { fileURLToPath } from "node:url";
import { handoutIndex, handoutPage } from "../course/authoring/handout.ts";
import { problemText } from "../course/authoring/problem.ts";
import type { LessonIndex } from "../course/lesson-index.ts";
import type { Lesson } from "../course/lesson.ts";
import { readCourseFolder, type LessonFolder } from "./lesson-folder.ts";

export const LESSONS = fileURLToPath(new URL("../../lessons", import.meta.url));

export interface LessonTexts {
  readonly index: LessonIndex;
  /** By id, a translation by `id.language`. */
  readonly lessons: Readonly<Record<string, Lesson>>;
  /** HTML by its path below the site. */
  readonly pages: Readonly<Record<string, string>>;
  /** Files on disk by their path below the site. */
  readonly assets: Readonly<Record<string, string>>;
  /** Errors, each with file, line and remedy; whatever they are in is left out of the rest. */
  readonly errors: readonly string[];
}

/** Reads and compiles the course in `root`. */
export function lessonTexts(root = LESSONS): LessonTexts {
  const { course, tracks, problems } = readCourseFolder(root);
  const lessons: Record<string, Lesson> = {};
  const pages: Record<string, string> = {};
  const assets: Record<string, string> = {};
  const handouts = new Map(
    tracks.flatMap(({ name, lessons }) => lessons.flatMap((folder) => (folder.lesson ? [[folder.lesson.id, pathOf(name, folder)]] : []))),
  );
  const index: LessonIndex = {
    title: course?.title ?? "",
    tracks: tracks.map(({ name, track, lessons: folders }) => ({
      id: name,
      title: track?.title ?? name,
      summary: track?.summary ?? "",
      lessons: folders.flatMap((folder) => {
        const { lesson, translations } = folder;
        if (lesson === undefined) return [];
        const path = pathOf(name, folder);
        for (const asset of folder.source.assets ?? []) assets[`${path}${asset}`] = `${folder.path}/${asset}`;
        const inLanguage = new Map([[lesson.language, lesson], ...translations]);
        for (const [language, each] of inLanguage) {
          const isFirst = language === lesson.language;
          const page = (other: string): string => (other === lesson.language ? "index.html" : `${other}.html`);
          lessons[isFirst ? lesson.id : `${lesson.id}.${language}`] = each;
          const languages = Object.fromEntries(
            [...inLanguage.keys()].filter((other) => other !== language).map((other) => [other, page(other)]),
          );
          const to = (id: string): string | undefined => (handouts.has(id) ? `../../../${handouts.get(id)}` : undefined);
          pages[`${path}${page(language)}`] = handoutPage(each, { home: "../../../", lesson: to, languages });
        }
        const { id, title, summary, minutes, level, machine, requires } = lesson;
        return [
          {
            id,
            title,
            summary,
            minutes,
            level,
            machine,
            requires,
            languages: [lesson.language, ...translations.keys()] as const,
            handout: path,
          },
        ];
      }),
    })),
  };
  pages["lessons/index.html"] = handoutIndex(index);
  return { index, lessons, pages, assets, errors: problems.filter(({ severity }) => severity === "error").map(problemText) };
}

/** Where the page of a lesson is below the site. */
function pathOf(track: string, { name }: LessonFolder): string {
  return `lessons/${track}/${name}/`;
}
