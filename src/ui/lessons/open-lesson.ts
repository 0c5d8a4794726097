/**
 * Opens a lesson with its machine: `?lesson=ID`, `?lesson` for the next one; with `&step=N` where that step begins, and with `&present`
 * for a room. What a class has agreed on stays in the address.
 */
import { mount } from "svelte";
import type { Lesson } from "../../course/lesson.ts";
import { offerOf } from "../../distros/offers.ts";
import type { FirstSight } from "../../lab/first-sight.ts";
import type { LabSetup } from "../hosted-lab.ts";
import type { LabClient, LabPlaces } from "../lab-client.ts";
import { NOWHERE } from "../nowhere.ts";
import { openPage, type Opening } from "../open-page.ts";
import type { Page } from "../page.ts";
import LessonColumn from "./LessonColumn.svelte";
import { Study } from "./study.ts";
import { addressOf, readTerms } from "./address.ts";
import { LessonStore } from "./lesson-store.ts";
import { entryAfter, entryOf, loadLesson, onRewritten } from "./lessons.ts";
import { loadMarks } from "./marks.ts";

export interface LessonOpening extends Pick<Opening, "preferences" | "takesFocus"> {
  readonly places: LabPlaces;
  /** What a fresh machine of the first offer shows at first. */
  readonly sight: string;
  readonly fidelity: string;
}

export async function openLesson(opening: LessonOpening): Promise<void> {
  const query = new URLSearchParams(location.search);
  const marks = loadMarks();
  const wanted = query.get("lesson") ?? "";
  if (wanted === "draft") {
    const { writeLesson } = await import("./write-lesson.ts");
    return writeLesson(async (lesson) => (await openWith(opening, lesson, true)).study);
  }
  const entry = entryOf(wanted, readTerms(query), (id) => marks[id]?.isDone === true);
  if (entry === undefined) throw new Error("this site has no lessons");
  const { study, client } = await openWith(opening, await loadLesson(entry.id), false);
  if (wanted !== "" && wanted !== entry.id) study.page.state.notice = `There is no lesson “${wanted}”. This is another one.`;
  const step = Number(query.get("step") ?? 0);
  const terms = readTerms(query);
  const isPresented = query.has("present");
  history.replaceState(null, "", addressOf(entry.id, terms, { isPresented }));
  if (step >= 1 && step <= study.state.lesson.steps.length) study.beginAt(step - 1);
  if (isPresented) (await import("../presenter/open-presenter.ts")).openPresenter(study, client, addressOf(entry.id, terms));
  onRewritten(entry.id, (lesson, errors) => study.rewrite(lesson, errors));
}

interface OpenLesson {
  readonly study: Study;
  readonly client: LabClient;
}

/** `isDraft`: nothing of it is kept. */
export function openWith({ sight, ...rest }: LessonOpening, lesson: Lesson, isDraft: boolean): Promise<OpenLesson> {
  document.title = `${lesson.title} – Immutable Lab`;
  const offer = offerOf(lesson.machine.name);
  const setup: LabSetup = {
    machine: offer.name,
    flavour: lesson.machine.flavour ?? offer.flavours[0].id,
    ...(lesson.machine.seed !== undefined && { seed: lesson.machine.seed }),
    lesson,
  };
  const isPlain =
    offer.name === "silverblue" && setup.flavour === offer.flavours[0].id && setup.seed === undefined && lesson.setup.length === 0;
  const store = isDraft ? new LessonStore(lesson, NOWHERE) : new LessonStore(lesson);
  return new Promise((opened, failed) => {
    const load = async () => {
      const { showPage } = await import("../show-page.ts");
      return {
        showPage: (target: HTMLElement, parts: Parameters<typeof showPage>[1]) => {
          const page = showPage(target, parts);
          opened({ study: showColumn(target, page, parts.client, store, lesson), client: parts.client });
          return page;
        },
      };
    };
    openPage({ ...rest, setup, sight: isPlain ? (JSON.parse(sight) as FirstSight) : undefined, store, load }).catch(failed);
  });
}

/** Puts the lesson before the terminal, where readers and the Tab key come to it first. */
function showColumn(target: HTMLElement, page: Page, client: LabClient, store: LessonStore, lesson: Lesson): Study {
  const study = new Study(page, client, store, lesson);
  page.state.isTaught = true;
  page.state.tab = "read";
  const main = target.querySelector("main");
  const first = main?.firstElementChild;
  if (!main || !first) throw new Error("internal error: a page without a main part");
  main.classList.add("taught");
  mount(LessonColumn, {
    target: main,
    anchor: first,
    props: {
      state: study.state,
      page: page.state,
      deeds: study,
      next: entryAfter(lesson.id, readTerms(new URLSearchParams(location.search))),
    },
  });
  return study;
}
