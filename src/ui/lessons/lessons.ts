/** The lessons of this site: a list that comes with the menu, and each lesson as a file of its own. */
import index from "virtual:lessons";
import loaders from "virtual:lessons/load";
import type { LessonSummary, Rewritten } from "../../course/lesson-index.ts";
import type { Lesson } from "../../course/lesson.ts";

export const TRACKS = index.tracks;

const ALL = TRACKS.flatMap(({ lessons }) => lessons);

/** The lesson of that id; else the first of which `isDone` is not true. Undefined where there is none. */
export function entryOf(id: string, isDone: (id: string) => boolean): LessonSummary | undefined {
  return ALL.find((entry) => entry.id === id) ?? ALL.find((entry) => !isDone(entry.id)) ?? ALL[0];
}

export function entryAfter(id: string): LessonSummary | undefined {
  const at = ALL.findIndex((entry) => entry.id === id);
  return at < 0 ? undefined : ALL[at + 1];
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
