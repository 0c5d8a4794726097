/** A lesson given to a room: by a clicker alone, left and taken up again, and the link that the class is given. */
import type { Locator, Page } from "@playwright/test";
import decodeQR from "qr/decode.js";
import { beatsOf } from "../../src/course/beats.ts";
import type { Piece } from "../../src/course/lesson.ts";
import { answer, lessonOf, pointer } from "../lessons/walk.ts";
import { unreadable } from "../readable.ts";
import { expect, test } from "../site.ts";
import { atPrompt, rows, screen, typeLine } from "../terminal.ts";

/** A machine that boots, on a computer that is busy with other tests. */
const PATIENCE = { timeout: 45_000 };

/** The presenter's line, with the machine at its prompt. */
async function presented(page: Page, address: string): Promise<Locator> {
  await page.goto(address);
  const bar = page.getByRole("region", { name: "Presenter" });
  await expect(bar).toBeVisible(PATIENCE);
  await atPrompt(page);
  return bar;
}

test.use({ viewport: { width: 1920, height: 1080 } });

for (const scheme of ["light", "dark"] as const)
  test(`a whole lesson by Page Down alone, ${scheme}`, async ({ page, site, watched }, info) => {
    test.setTimeout(300_000);
    const lesson = lessonOf(scheme === "light" ? "update-then-reboot" : "try-to-break-it");
    const beats = beatsOf(lesson);
    await page.emulateMedia({ colorScheme: scheme });
    const bar = await presented(page, `${site}?lesson=${lesson.id}&present`);
    for (const beat of beats.slice(1)) {
      // Whoever talks sees that the step is done before going on.
      if (beat.kind === "step") {
        await atPrompt(page);
        await expect(bar.locator(".passed")).toHaveCount(beat.step, PATIENCE);
      }
      await page.keyboard.press("PageDown");
      if (beat.kind === "type") {
        await expect(page.locator(".keystrokes")).toContainText(beat.line.slice(-10).trim(), PATIENCE);
        await expect(bar.getByRole("button", { name: "Enter" })).toBeEnabled();
        if (beat.step === 0) {
          expect(await unreadable(page, 24), "text that the back of the room cannot read").toEqual([]);
          await page.screenshot({ path: info.outputPath(`typed-${scheme}.png`) });
        }
      } else if (beat.kind === "ask") {
        await expect(page.locator(".lesson article:not(.away) form").first()).toBeVisible();
        await page.screenshot({ path: info.outputPath(`asked-${scheme}.png`) });
        const asked = lesson.steps[beat.step]?.body.find((piece) => questionOf(piece) === beat.question);
        if (asked !== undefined) await answer(page, asked, pointer);
      } else if (beat.kind === "step" && beat.step < lesson.steps.length)
        await expect(bar.locator(".where")).toHaveText(lesson.steps[beat.step]?.title ?? "");
      else if (beat.kind === "enter") await expect(page.locator(".keystrokes")).toContainText("Enter");
    }
    await expect(bar.locator(".passed")).toHaveCount(lesson.steps.length, PATIENCE);
    await expect(bar).toContainText("That was it.");
    expect(watched.complaints).toEqual([]);
    expect(watched.foreign).toEqual([]);
  });

test("the script is left and taken up again, and gone back in", async ({ page, site }) => {
  test.setTimeout(120_000);
  const bar = await presented(page, `${site}?lesson=try-to-break-it&present`);
  await page.keyboard.press("PageDown");
  await expect(bar.getByRole("button", { name: "Enter" })).toBeEnabled();
  // The presenter changes the line, so it is typed afresh before it is entered.
  await page.locator('[data-tty="0"] .xterm-helper-textarea').focus();
  await page.keyboard.type("-not-this");
  await page.keyboard.press("PageDown");
  await expect(bar.getByRole("button", { name: "Enter" })).toBeEnabled();
  await expect.poll(async () => (await rows(page)).at(-1)).toMatch(/touch \/usr\/bin\/hello$/);
  await page.keyboard.press("PageDown");
  await expect(screen(page)).toContainText("Read-only file system");
  await atPrompt(page);
  // An answer to somebody's question, then on with the script.
  await typeLine(page, "date +%Y | tr 0-9 a-j");
  await expect.poll(async () => (await rows(page)).some((row) => /^[a-j]{4}$/.test(row))).toBe(true);
  await atPrompt(page);
  await bar.getByRole("button", { name: "Script" }).click();
  await page.locator(".script").getByRole("button", { name: "touch ~/hello" }).click();
  await expect(bar.locator(".where")).toHaveText("Where it says yes");
  await page.keyboard.press("PageDown");
  await expect(bar.getByRole("button", { name: "Enter" })).toBeEnabled();
  await page.keyboard.press("PageDown");
  await atPrompt(page);
  // Back to the line that was entered: it is typed again, not an empty one entered.
  await page.keyboard.press("PageUp");
  await expect(bar.locator(".coming")).toHaveText("touch ~/hello");
  await page.keyboard.press("PageDown");
  await expect.poll(async () => (await rows(page)).at(-1)).toMatch(/touch ~\/hello$/);
  await expect(bar.getByRole("button", { name: "Enter" })).toBeEnabled();
  await page.keyboard.press("PageDown");
  await atPrompt(page);
  // While it rests its keys are the terminal's, and it stays where it is.
  await expect(bar.locator(".coming")).toHaveText("touch /tmp/hello");
  await bar.getByRole("button", { name: "Rest", exact: true }).click();
  await typeLine(page, "clear; seq 200 | less");
  await expect.poll(async () => (await rows(page)).at(-1), { message: "the pager's prompt" }).toBe(":");
  await page.keyboard.press("PageDown");
  await expect.poll(async () => Number((await rows(page))[0])).toBeGreaterThan(2);
  await page.keyboard.type("q");
  await atPrompt(page);
  await bar.getByRole("button", { name: "Back to the script" }).click();
  await expect(bar.locator(".coming")).toHaveText("touch /tmp/hello");
});

test("a press brings a fresh machine to a step", async ({ page, site }) => {
  test.setTimeout(120_000);
  const lesson = lessonOf("try-to-break-it");
  const bar = await presented(page, `${site}?lesson=${lesson.id}&present`);
  const last = 3;
  await bar.getByRole("button", { name: `Bring a fresh machine to step ${last}:` }).click();
  await expect(bar.locator(".where")).toHaveText(lesson.steps[last - 1]?.title ?? "", PATIENCE);
  await atPrompt(page);
  await expect(bar.locator(".passed")).toHaveCount(last - 1);
});

test("a link for a class: its lessons, its locks, and its code", async ({ page, site, watched }) => {
  test.setTimeout(120_000);
  await page.goto(`${site}?lesson=try-to-break-it`);
  await page.getByRole("button", { name: "This lesson" }).click();
  await page.getByRole("button", { name: "A link for a class" }).click();
  const next = lessonOf("the-old-cousin-chattr");
  await page.getByRole("checkbox", { name: next.title }).check();
  await page.getByRole("checkbox", { name: "No hints" }).check();
  await page.getByRole("checkbox", { name: "No ways shown" }).check();
  const link = await page.getByRole("textbox", { name: "Link for the class" }).inputValue();
  await page.getByRole("button", { name: "Show the code" }).click();
  await expect(page.getByRole("img", { name: "The link for the class as a code" })).toBeVisible();
  const image = await page.locator(".big svg").evaluate(async (svg) => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 600;
    const picture = new Image();
    const text = new XMLSerializer().serializeToString(svg);
    picture.src = `data:image/svg+xml,${encodeURIComponent(text)}`;
    await picture.decode();
    const context = canvas.getContext("2d");
    context?.drawImage(picture, 0, 0, 600, 600);
    return [...(context?.getImageData(0, 0, 600, 600).data ?? [])];
  });
  expect(decodeQR({ width: 600, height: 600, data: Uint8Array.from(image) })).toBe(link);

  await page.goto(link);
  await expect(page.getByRole("heading", { level: 2, name: "Try to break it" })).toBeVisible();
  await expect(page.getByRole("button", { name: /hint/i })).toHaveCount(0);
  await expect(page.getByRole("button", { name: /leads? there/ })).toHaveCount(0);
  await page.getByRole("button", { name: "Lessons" }).click();
  await expect(page.locator(".lessons li")).toHaveCount(2);
  await page.locator(".lessons").getByRole("link", { name: next.title }).click();
  await expect(page.getByRole("heading", { level: 2, name: next.title })).toBeVisible();
  await expect(page.getByRole("button", { name: /hint/i })).toHaveCount(0);
  expect(watched.complaints).toEqual([]);
});

function questionOf(piece: Piece): string | undefined {
  return piece.kind === "predict" ? piece.predict.question : piece.kind === "quiz" ? piece.quiz.question : undefined;
}
