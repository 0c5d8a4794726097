/**
 * Somebody who knows nothing and reads only what is on the screen: reads the sentence above the terminal, then does what the page
 * offers first. How long reading and typing take is a person's, not a computer's.
 */
import type { Page } from "@playwright/test";
import { expect, test } from "../site.ts";
import { rows } from "../terminal.ts";

/** A slow reader's pace, and that of somebody who looks for the keys. */
const MILLISECONDS_PER_WORD = 250;
const MILLISECONDS_PER_KEY = 180;
/** From seeing something to doing it. */
const MILLISECONDS_TO_ACT = 500;

const MOST_STEPS = 15;

const HANDS = {
  "types it": {
    viewport: { width: 1280, height: 800 },
    follow: async (page: Page, command: string) => {
      await page.keyboard.type(command, { delay: MILLISECONDS_PER_KEY });
      await page.keyboard.press("Enter");
    },
  },
  "taps it on a phone": {
    viewport: { width: 390, height: 844 },
    follow: async (page: Page, command: string) => page.getByRole("button", { name: command, exact: true }).click(),
  },
} as const;

/** What is offered first, once the machine waits for a command; undefined where nothing is. */
async function offered(page: Page): Promise<string | undefined> {
  const first = page.locator(".chips li").first().locator("button");
  await expect(first).toBeEnabled({ timeout: 60_000 });
  const next = page.locator(".chips .next button");
  await next.waitFor({ timeout: 2000 }).catch(() => undefined);
  return (await next.count()) === 0 ? undefined : ((await next.textContent()) ?? "");
}

/** The sentence, what is offered first, and how the terminal ends; nobody reads the same text twice. */
async function read(page: Page, known: Set<string>): Promise<void> {
  const texts = [...(await page.locator(".sentence, .chips .next").allInnerTexts()), ...(await rows(page)).slice(-2)];
  const words = texts.filter((text) => !known.has(text)).flatMap((text) => text.split(/\s+/));
  for (const text of texts) known.add(text);
  await page.waitForTimeout(words.length * MILLISECONDS_PER_WORD + MILLISECONDS_TO_ACT);
}

/** The version that runs, as the picture has it. */
async function booted(page: Page): Promise<string> {
  return (await page.locator(".picture li.booted .version").textContent()) ?? "";
}

for (const [hand, { viewport, follow }] of Object.entries(HANDS))
  test.describe(hand, () => {
    test.use({ viewport });

    test("first refusal, first edit, first reboot, first rollback in two minutes", async ({ page, site }) => {
      test.setTimeout(240_000);
      const began = Date.now();
      const done: string[] = [];
      const known = new Set<string>();
      const seconds = (): number => (Date.now() - began) / 1000;
      await page.goto(site);
      await expect(page.getByRole("dialog")).toHaveCount(0);
      let running = "";
      const versions: string[] = [];
      for (let step = 0; step < MOST_STEPS; step++) {
        const command = await offered(page);
        const now = await booted(page);
        if (now !== running) versions.push(now);
        running = now;
        if (command === undefined) break;
        await read(page, known);
        // While somebody reads, the machine may have gone on.
        if ((await offered(page)) !== command) continue;
        await follow(page, command);
        done.push(command);
        if (done.length > 1) continue;
        await expect(page.locator(".sentence")).toContainText("Read-only file system");
        if (hand === "types it") await expect(page.locator(".picture .core .refusal")).toBeInViewport();
        else await expect(page.locator(".sentence")).toContainText("(Sealed core)");
        expect(seconds(), "to the first refusal").toBeLessThan(30);
      }
      test.info().annotations.push({ type: "time", description: `${seconds().toFixed(1)} s: ${done.join(", ")}` });
      expect(seconds(), `to the end of ${done.join(", ")}`).toBeLessThan(120);
      expect(versions).toHaveLength(3);
      expect(versions[2], "back where it began").toBe(versions[0]);
      await page.keyboard.type("cat /etc/motd\n");
      await expect(page.locator(".xterm-rows")).toContainText("cat /etc/motd");
    });
  });
