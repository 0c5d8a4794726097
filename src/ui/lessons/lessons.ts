/** The lessons of this site: a list that comes with the menu, and each lesson as a file of its own. */
import index from "virtual:lessons";
import loaders from "virtual:lessons/load";
import type { LessonSummary, Rewritten, TrackSummary } from "../../course/lesson-index.ts";
import type { Lesson } from "../../course/lesson.ts";
import type { ClassTerms } from "./address.ts";

const ALL = index.tracks.flatMap(({ lessons }) => lessons);

/** All tracks with the lessons of a class. */
export function tracksOf(terms: ClassTerms): readonly TrackSummary[] {
  if (terms.lessons.length === 0) return index.tracks;
  return [{ id: "class", title: "This class", summary: "", lessons: lessonsOf(terms) }];
}

function lessonsOf({ lessons }: ClassTerms): readonly LessonSummary[] {
  return lessons.length === 0 ? ALL : lessons.flatMap((id) => ALL.find((entry) => entry.id === id) ?? []);
}

/** The lesson of that id; else the class's first of which `isDone` is not true. Undefined where there is none. */
export function entryOf(id: string, terms: ClassTerms, isDone: (id: string) => boolean): LessonSummary | undefined {
  const lessons = lessonsOf(terms);
  return ALL.find((entry) => entry.id === id) ?? lessons.find((entry) => !isDone(entry.id)) ?? lessons[0] ?? ALL[0];
}

export function entryAfter(id: string, terms: ClassTerms): LessonSummary | undefined {
  const lessons = lessonsOf(terms);
  const at = lessons.findIndex((entry) => entry.id === id);
  return at < 0 ? undefined : lessons[at + 1];
}

/** Where its text can be read and printed, relative to the page; undefined for one that is not on this site. */
export function handoutOf(id: string): string | undefined {
  return ALL.find((entry) => entry.id === id)?.handout;
}

/** Rejects when it cannot be fetched. */
export async function loadLesson(id: string): Promise<Lesson> {
  const load = loaders[id];
  if (load === undefined) throw new Error(`there is no lesson ${id}`);
  return (await load()).default;
}

/** While its author writes it, under a server of `npm start` or `npm run dev`: called with each new version, or what is wrong with it. */
export function onRewritten(id: string, take: (lesson: Lesson | undefined, errors: readonly string[]) => void): void {
  const hear = ({ lessons, errors }: Rewritten): void => take(lessons[id], errors);
  import.meta.hot?.on("lesson:changed", hear);
  const stream = document.querySelector<HTMLMetaElement>('meta[name="lessons-live"]')?.content;
  if (stream === undefined) return;
  new EventSource(stream).addEventListener("message", ({ data }: MessageEvent<string>) => hear(JSON.parse(data) as Rewritten));
}
