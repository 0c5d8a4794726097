/** Goes through a lesson as a learner does, by its own solutions: with the pointer, or with nothing but keys. */
import { expect, type Page } from "@playwright/test";
import { readCourseFolder } from "../../src/cli/lesson-folder.ts";
import { LESSONS } from "../../src/cli/lesson-texts.ts";
import type { Act, Lesson, Piece } from "../../src/course/lesson.ts";
import { atPrompt, chooseAtBoot } from "../terminal.ts";

/** Looking at goals means forks of the machine, some of which boot, on a computer that is busy with other tests. */
const PATIENCE = { timeout: 45_000 };

export function lessonOf(id: string): Lesson {
  const lesson = readCourseFolder(LESSONS)
    .tracks.flatMap(({ lessons }) => lessons)
    .find((folder) => folder.lesson?.id === id)?.lesson;
  if (lesson === undefined) throw new Error(`no lesson ${id}`);
  return lesson;
}

/** How somebody works a page. */
export interface Hand {
  /** Presses what is the only visible one of these. */
  press(page: Page, selector: string): Promise<void>;
  /** Puts the keyboard into the terminal. */
  toTerminal(page: Page): Promise<void>;
}

export const pointer: Hand = {
  press: (page, selector) => page.locator(selector).filter({ visible: true }).click(),
  toTerminal: (page) => page.locator('[data-tty="0"] .xterm-screen').click(),
};

/** So many parts at most are passed by on the way. */
const MOST_STOPS = 150;

/** Tab until what has the focus matches. Out of a terminal Shift and Tab goes back to the lesson. */
async function tabTo(page: Page, selector: string): Promise<void> {
  const isThere = (): Promise<boolean> => page.evaluate((wanted) => document.activeElement?.matches(wanted) === true, selector);
  const inTerminal = (): Promise<boolean> =>
    page.evaluate(() => document.activeElement?.classList.contains("xterm-helper-textarea") === true);
  // Tab stops once at a group of options; arrows go on in it.
  const isBeside = (): Promise<boolean> =>
    page.evaluate((wanted) => {
      const { activeElement } = document;
      const group = activeElement?.matches("input[type=radio]") === true ? activeElement.closest("form") : null;
      return group?.querySelector(wanted)?.matches("input[type=radio]") === true;
    }, selector);
  for (let stops = 0; stops < MOST_STOPS; stops++) {
    if (await isThere()) return;
    if (await inTerminal()) await page.keyboard.press("Escape");
    await page.keyboard.press((await isBeside()) ? "ArrowDown" : "Tab");
  }
  throw new Error(`Tab does not reach ${selector}`);
}

export const keyboard: Hand = {
  async press(page, selector) {
    await tabTo(page, selector);
    await page.keyboard.press((await page.evaluate(() => document.activeElement instanceof HTMLInputElement)) ? "Space" : "Enter");
  },
  toTerminal: (page) => tabTo(page, '[data-tty="0"] .xterm-helper-textarea'),
};

/** From the lesson's first step to its end. */
export async function walk(page: Page, lesson: Lesson, hand: Hand): Promise<void> {
  for (const [at, step] of lesson.steps.entries()) {
    await expect(page.getByRole("heading", { name: `Step ${at + 1}. ${step.title}` })).toBeVisible();
    for (const piece of step.body) await answer(page, piece, hand);
    const [solution] = step.solutions;
    if (solution !== undefined) {
      await hand.toTerminal(page);
      for (const act of solution.acts) await perform(page, act, hand);
    }
    for (const piece of step.body)
      if (piece.kind === "check" && piece.check.when === "button") await hand.press(page, ".lesson article:not(.away) .goal button");
    await expect(page.locator(".move"), `step ${at + 1} of ${lesson.id}`).toContainText("Step done.", PATIENCE);
    await hand.press(page, ".lesson .move .on");
  }
  await expect(page.getByRole("heading", { name: "That was it" })).toBeVisible();
}

/** Answers a question of the step that is shown; the right one, or of a prediction any. */
export async function answer(page: Page, piece: Piece, hand: Hand): Promise<void> {
  if (piece.kind !== "predict" && piece.kind !== "quiz") return;
  const { id } = piece.kind === "predict" ? piece.predict : piece.quiz;
  const form = `form[aria-labelledby="${id}-question"]`;
  const options = piece.kind === "quiz" ? piece.quiz.options.flatMap(({ isRight }, at) => (isRight ? [at] : [])) : [0];
  for (const option of options) await hand.press(page, `${form} input[value="${option}"]`);
  await hand.press(page, `${form} button[type="submit"]`);
  await expect(page.locator(`${form} .verdict`)).toHaveText(piece.kind === "quiz" ? "Yes." : /As you said|It turned out/, PATIENCE);
}

async function perform(page: Page, act: Act, hand: Hand): Promise<void> {
  switch (act.kind) {
    case "type":
      await page.keyboard.type(act.line.replaceAll("\n", "\r"));
      await page.keyboard.press("Enter");
      break;
    case "keys":
      await page.keyboard.insertText(act.text);
      break;
    case "reboot":
      if (act.entry === undefined) await hand.press(page, "header .reboot");
      else {
        await page.keyboard.type("systemctl reboot --boot-loader-menu=60\n");
        await chooseAtBoot(page, Number(act.entry));
      }
      break;
    case "power-cut":
      if (act.afterWrites !== undefined) throw new Error("walks pull the plug at once");
      await hand.press(page, "header .plug");
      await hand.press(page, "header .on");
      break;
    case "fault":
      throw new Error("walks make no trouble");
  }
  await atPrompt(page);
  if (act.kind !== "type") await hand.toTerminal(page);
}
