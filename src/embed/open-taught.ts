/** What an embed fetches when it shows a lesson, two machines side by side, or a run of a link. */
import type { Page } from "../ui/page.ts";
import { loadLesson } from "../ui/lessons/lessons.ts";
import { openWith, type LessonOpening } from "../ui/lessons/open-lesson.ts";
import type { Study } from "../ui/lessons/study.ts";
import type { Pair } from "../ui/beside/pair.svelte.ts";
import { showBeside, type BesideOpening } from "../ui/beside/show-beside.ts";
import { NOWHERE } from "../ui/nowhere.ts";
import { openShared } from "../ui/share/open-shared.ts";

/** Rejects where there is no such lesson. `step`: its number or id. */
export async function openTaught(opening: LessonOpening, id: string, step: string | undefined): Promise<Study> {
  const { study } = await openWith(opening, await loadLesson(id), true);
  const { steps } = study.state.lesson;
  const at =
    step === undefined
      ? -1
      : Math.max(
          steps.findIndex((each) => each.id === step),
          Number(step) - 1 || -1,
        );
  if (at >= 0 && at < steps.length) study.beginAt(at);
  return study;
}

export function openLinked(opening: LessonOpening, text: string): Promise<Page> {
  return openShared({ ...opening, text, isFleeting: true });
}

export function openBeside(opening: BesideOpening): Promise<Pair> {
  return Promise.resolve(showBeside({ ...opening, store: NOWHERE }));
}
