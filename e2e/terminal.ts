/** What a learner sees and types in the page's terminal. */
import { expect, type FrameLocator, type Locator, type Page } from "@playwright/test";

/** The rows that are painted now, as text. */
export function screen(page: Page | FrameLocator, tty = 0): Locator {
  return page.locator(`[data-tty="${tty}"] .xterm-rows`);
}

/** Waits until the terminal waits for a command. */
export async function atPrompt(page: Page): Promise<void> {
  await expect(page.getByRole("button", { name: "rpm-ostree status" })).toBeEnabled();
  await expect(screen(page)).toContainText(/\$\s*$/);
}

/** Types a line as a learner does: into the terminal, with Return. */
export async function typeLine(page: Page, line: string): Promise<void> {
  await page.locator(".xterm-helper-textarea").first().focus();
  await page.keyboard.type(`${line}\n`);
}
