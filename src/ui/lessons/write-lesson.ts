/** `?lesson=draft`: a lesson that is not on this site, from a file or from pasted text, on a machine of its own of which nothing is kept. */
import { mount, unmount } from "svelte";
import "../tokens.css";
import "../base.css";
import { compileLesson } from "../../course/authoring/compile.ts";
import { NO_GLOSSARY } from "../../course/authoring/glossary.ts";
import type { Lesson } from "../../course/lesson.ts";
import { applyTheme, loadPreferences } from "../preferences.ts";
import type { Problem } from "./lesson-state.svelte.ts";
import type { Study } from "./study.ts";
import WriteLesson from "./WriteLesson.svelte";

/** What a draft need not say, since no track says it. */
const SETTINGS = { machine: { name: "silverblue" }, level: "beginner", licence: "CC-BY-4.0", language: "en" } as const;

interface Draft {
  readonly lesson: Lesson | undefined;
  readonly problems: readonly Problem[];
}

function compile(text: string): Draft {
  const { lesson, problems } = compileLesson({ file: "lesson.md", text, folder: "draft" }, { settings: SETTINGS, glossary: NO_GLOSSARY });
  return {
    lesson,
    problems: problems.map(({ line, read, expected, nearest, remedy }) => ({
      line,
      message: `read ${read}, expected ${expected}. ${nearest === undefined ? "" : `Did you mean ${nearest}? `}${remedy}`,
    })),
  };
}

export function writeLesson(open: (lesson: Lesson) => Promise<Study>): void {
  applyTheme(loadPreferences().theme);
  const page = document.getElementById("page");
  if (page === null) throw new Error("internal error: no #page");
  page.hidden = true;
  const editor = document.createElement("div");
  page.before(editor);
  const view = mount(WriteLesson, {
    target: editor,
    props: {
      compile,
      open: async (lesson: Lesson) => {
        await unmount(view);
        editor.remove();
        page.hidden = false;
        await open(lesson);
      },
    },
  });
}
