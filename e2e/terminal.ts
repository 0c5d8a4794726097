/** What a learner sees and types in the page's terminal. */
import { expect, type FrameLocator, type Locator, type Page } from "@playwright/test";

/** The rows that are painted now, as text. */
export function screen(page: Page | FrameLocator, tty = 0): Locator {
  return page.locator(`[data-tty="${tty}"] .xterm-rows`);
}

/** The painted rows, without the empty ones at the end. */
export async function rows(page: Page | FrameLocator, tty = 0): Promise<string[]> {
  const all = await screen(page, tty)
    .locator("> div")
    .evaluateAll((elements) => elements.map((element) => (element.textContent ?? "").replaceAll("\u00a0", " ").trimEnd()));
  while (all.at(-1) === "") all.pop();
  return all;
}

const PROMPT = /^\[\S+@\S+ [^\]]+\][$#]$|^\S*[$#>]$|^\S+:\S+ #$/;

/** Waits until the terminal's last line is a shell's prompt with nothing typed. */
export async function atPrompt(page: Page | FrameLocator, tty = 0): Promise<void> {
  await expect
    .poll(async () => PROMPT.test((await rows(page, tty)).at(-1) ?? ""), {
      timeout: 30_000,
      intervals: [50],
      message: "the shell's prompt",
    })
    .toBe(true);
}

/** Types a line as a learner does: into the terminal, with Return. */
export async function typeLine(page: Page, line: string, tty = 0): Promise<void> {
  await page.locator(`[data-tty="${tty}"] .xterm-helper-textarea`).focus();
  await page.keyboard.type(line);
  await page.keyboard.press("Enter");
}

/**
 * Types a line and waits until it is answered. The line is looked for before Return, since the prompt that it is typed at would else be
 * taken for the next one; so it must be one that is echoed, and has no more rows than the screen.
 */
export async function answerTo(page: Page, line: string, tty = 0): Promise<void> {
  await page.locator(`[data-tty="${tty}"] .xterm-helper-textarea`).focus();
  await page.keyboard.type(line);
  await expect.poll(async () => squeezed((await rows(page, tty)).join("")), { message: `the echo of ${line}` }).toContain(squeezed(line));
  await page.keyboard.press("Enter");
  await atPrompt(page, tty);
}

/** Text without what a narrow terminal's line breaks do to it. */
export function squeezed(text: string): string {
  return text.replace(/\s+/g, "");
}

/** Clears the screen, runs one command and returns the rows that it printed. */
export async function run(page: Page, line: string, tty = 0): Promise<string> {
  await page.locator(`[data-tty="${tty}"] .xterm-helper-textarea`).focus();
  await page.keyboard.press("Control+l");
  await expect.poll(async () => (await rows(page, tty)).length, { message: "a clear screen" }).toBe(1);
  await typeLine(page, line, tty);
  await expect.poll(async () => (await rows(page, tty)).length, { message: `an answer to ${line}` }).toBeGreaterThan(1);
  await atPrompt(page, tty);
  return (await rows(page, tty)).slice(1, -1).join("\n");
}

/** Waits for the boot menu, moves down `down` entries and starts the one that is reached. */
export async function chooseAtBoot(page: Page, down: number): Promise<void> {
  await expect(screen(page)).toContainText("GNU GRUB");
  await page.locator('[data-tty="0"] .xterm-helper-textarea').focus();
  for (let at = 0; at < down; at++) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(screen(page)).not.toContainText("GNU GRUB");
}
