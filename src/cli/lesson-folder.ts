/** Lessons on this computer's disk: a course's folder, read and compiled. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { compileLesson, type Compiled, type LessonSource, type Surroundings } from "../course/authoring/compile.ts";
import { NO_GLOSSARY, readGlossary } from "../course/authoring/glossary.ts";
import { lintLesson } from "../course/authoring/lint.ts";
import type { Problem } from "../course/authoring/problem.ts";
import { readCourse, readTrack, type Course, type Settings, type Track } from "../course/authoring/settings.ts";
import { translateLesson } from "../course/authoring/translation.ts";
import type { Lesson } from "../course/lesson.ts";

export interface LessonFolder {
  /** The folder's name. */
  readonly name: string;
  /** The folder, from where `lab` was started. */
  readonly path: string;
  readonly source: LessonSource;
  readonly lesson: Lesson | undefined;
  /** By language; the lesson's own is not among them. */
  readonly translations: ReadonlyMap<string, Lesson>;
  /** Of its files, translations included. */
  readonly problems: readonly Problem[];
}

export interface TrackFolder {
  readonly name: string;
  readonly track: Track | undefined;
  readonly lessons: readonly LessonFolder[];
}

export interface CourseFolder {
  readonly course: Course | undefined;
  readonly tracks: readonly TrackFolder[];
  /** All that is wrong with any of the files. */
  readonly problems: readonly Problem[];
}

/** The folder of the course that `path` lies in: the nearest above with a `course.yaml`. */
export function courseAbove(path: string): string | undefined {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "course.yaml"))) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

/** Reads a whole course; `root` has the `course.yaml`. */
export function readCourseFolder(root: string): CourseFolder {
  const problems: Problem[] = [];
  const course = readCourse(shownPath(join(root, "course.yaml")), readText(join(root, "course.yaml")));
  problems.push(...course.problems);
  const glossary = existsSync(join(root, "glossary.md"))
    ? readGlossary(shownPath(join(root, "glossary.md")), readText(join(root, "glossary.md")))
    : NO_GLOSSARY;
  problems.push(...glossary.problems);
  const sources = (course.value?.tracks ?? []).map((name) => trackSource(root, name, problems));
  const ids = new Set(sources.flatMap(({ lessons }) => lessons.map((source) => idIn(source))));
  const seen = new Map<string, string>();
  const tracks = sources.map(({ name, track, lessons }): TrackFolder => {
    const around: Surroundings = { settings: merged(course.value, track), glossary, lessons: ids };
    const folders = lessons.map((source) => compileFolder(source, around));
    for (const { lesson, source } of folders) {
      const other = lesson && seen.get(lesson.id);
      if (lesson && other !== undefined)
        problems.push({
          severity: "error",
          file: source.file,
          line: 1,
          read: `the id \`${lesson.id}\`, which ${other} has`,
          expected: "an id of its own",
          remedy: "Write another `id:` into the front matter.",
        });
      if (lesson) seen.set(lesson.id, source.file);
    }
    return { name, track, lessons: folders };
  });
  problems.push(...tracks.flatMap(({ lessons }) => lessons.flatMap((folder) => folder.problems)));
  return { course: course.value, tracks, problems };
}

/** One lesson that lies in no course. `path`: its folder or its `lesson.md`. */
export function readLessonAlone(path: string, settings: Settings = { machine: { name: "silverblue" }, level: "beginner" }): LessonFolder {
  const folder = statSync(path).isDirectory() ? path : dirname(path);
  return compileFolder(lessonSource(folder, basename(folder === path ? "lesson.md" : path)), { settings, glossary: NO_GLOSSARY });
}

function trackSource(root: string, name: string, problems: Problem[]): { name: string; track: Track | undefined; lessons: LessonSource[] } {
  const file = join(root, name, "track.yaml");
  const place = { severity: "error", line: 1 } as const;
  if (!existsSync(file)) {
    problems.push({
      ...place,
      file: shownPath(join(root, "course.yaml")),
      read: `the track \`${name}\` without ${name}/track.yaml`,
      expected: "a folder with track.yaml",
      remedy: `Make ${shownPath(file)}, or take \`${name}\` out of \`tracks\`.`,
    });
    return { name, track: undefined, lessons: [] };
  }
  const read = readTrack(shownPath(file), readText(file));
  problems.push(...read.problems);
  const folders = readdirSync(join(root, name)).filter((each) => existsSync(join(root, name, each, "lesson.md")));
  const wanted = read.value?.lessons ?? [];
  for (const each of wanted)
    if (!folders.includes(each))
      problems.push({
        ...place,
        file: shownPath(file),
        read: `the lesson \`${each}\` without ${each}/lesson.md`,
        expected: `one of ${folders.join(", ")}`,
        remedy: "Take it out of `lessons`, or write it.",
      });
  const rank = (each: string): number => (wanted.includes(each) ? wanted.indexOf(each) : wanted.length);
  const ordered = folders.sort().sort((left, right) => rank(left) - rank(right));
  return { name, track: read.value, lessons: ordered.map((each) => lessonSource(join(root, name, each), "lesson.md")) };
}

function lessonSource(folder: string, name: string): LessonSource {
  const inFolder = (part: string): [string, string][] => {
    const top = join(folder, part);
    if (!existsSync(top)) return [];
    return readdirSync(top, { recursive: true, encoding: "utf8" })
      .filter((path) => statSync(join(top, path)).isFile())
      .sort()
      .map((path) => [path.split(sep).join("/"), join(top, path)]);
  };
  return {
    file: shownPath(join(folder, name)),
    text: readText(join(folder, name)),
    folder: basename(resolve(folder)),
    scripts: new Map(inFolder("checks").map(([path, at]) => [`checks/${path}`, readText(at)])),
    files: new Map(inFolder("files").map(([path, at]) => [`/${path}`, readText(at)])),
    assets: new Set(inFolder("assets").map(([path]) => `assets/${path}`)),
  };
}

function compileFolder(source: LessonSource, around: Surroundings): LessonFolder {
  const compiled: Compiled = compileLesson(source, around);
  const { lesson } = compiled;
  const path = dirname(source.file);
  const problems = [...compiled.problems, ...lintLesson(compiled)];
  const translations = new Map<string, Lesson>();
  const stem = basename(source.file, ".md");
  for (const name of readdirSync(path)) {
    const language = name.startsWith(`${stem}.`) && name.endsWith(".md") ? name.slice(stem.length + 1, -3) : "";
    if (language === "" || lesson === undefined) continue;
    const translated = translateLesson(lesson, { ...source, file: join(path, name), language, text: readText(join(path, name)) }, around);
    problems.push(...translated.problems);
    if (translated.lesson !== undefined) translations.set(language, translated.lesson);
  }
  return { name: source.folder, path, source, lesson, translations, problems };
}

function merged(course: Settings | undefined, track: Settings | undefined): Settings {
  const pick = ({ machine, level, licence, language }: Settings): Settings =>
    Object.fromEntries(Object.entries({ machine, level, licence, language }).filter(([, value]) => value !== undefined));
  return { ...pick(course ?? {}), ...pick(track ?? {}) };
}

/** The id that a lesson's text says, without reading it whole. */
function idIn({ text, folder }: LessonSource): string {
  return /^---\n(?:.*\n)*?id:\s*["']?([\w-]+)/.exec(text.replaceAll("\r", ""))?.[1] ?? folder;
}

function readText(path: string): string {
  return readFileSync(path, "utf8");
}

/** As the author knows it: from where they are, where that is not longer. */
function shownPath(path: string): string {
  const near = relative("", path);
  return near.startsWith("..") ? path : near.split(sep).join("/");
}
