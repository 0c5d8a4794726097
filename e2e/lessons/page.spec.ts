/** What a page with a lesson promises: nothing is lost, nothing is overwritten, nobody is shut out, first contact. */
import { violations } from "../axe.ts";
import type { Page } from "@playwright/test";
import { expect, test } from "../site.ts";
import { answerTo, atPrompt, screen, typeLine } from "../terminal.ts";

const LESSON = "?lesson=try-to-break-it";

async function open(page: Page, site: string): Promise<void> {
  await page.goto(`${site}${LESSON}`);
  await atPrompt(page);
}

/** The first step, by a press of the command in its text. */
async function firstStep(page: Page): Promise<void> {
  await page.getByRole("button", { name: "touch /usr/bin/hello", exact: true }).first().click();
  await expect(page.locator(".move")).toContainText("Step done.");
}

test("first contact: one press to the first lesson, one more to the refusal and the layer that it came from", async ({ page, site }) => {
  const began = Date.now();
  await page.goto(site);
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await page.getByRole("link", { name: "First lesson" }).click();
  await expect(page.getByRole("heading", { name: "Try to break it" })).toBeVisible();
  await page.getByRole("button", { name: "touch /usr/bin/hello", exact: true }).first().click();
  await expect(screen(page)).toContainText("Read-only file system");
  await expect(page.locator(".picture")).toContainText("Read-only file system");
  expect(Date.now() - began, "milliseconds to the first refusal").toBeLessThan(30_000);
});

test("the text is there before the machine", async ({ page, site }) => {
  let release = (): void => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(/worker-open-here/, async (route) => {
    await released;
    await route.continue();
  });
  await page.goto(`${site}${LESSON}`);
  await expect(page.getByRole("heading", { name: "Step 1. As yourself" })).toBeVisible();
  await expect(page.getByText("The programs of the system are in")).toBeVisible();
  release();
  await atPrompt(page);
});

test("a met goal stays on the page until the learner goes on, and takes no focus", async ({ page, site }) => {
  await open(page, site);
  await typeLine(page, "touch /usr/bin/hello");
  await expect(page.locator(".move")).toContainText("Step done.");
  await expect(page.locator(".goal.met").first()).toContainText("Read-only file system");
  await expect(page.locator('[data-tty="0"] .xterm-helper-textarea')).toBeFocused();
  await expect(page.getByRole("heading", { name: "Step 1." })).toBeVisible();
  await page.getByRole("button", { name: "Next" }).click();
  await expect(page.getByRole("heading", { name: "Step 2." })).toBeFocused();
});

for (const how of ["a reload", "a killed tab"] as const)
  test(`the lesson and its machine survive ${how}`, async ({ page, site, context }) => {
    await open(page, site);
    await firstStep(page);
    await page.getByRole("button", { name: "Next" }).click();
    await answerTo(page, "echo precious > kept");
    await page.getByRole("button", { name: "A hint" }).filter({ visible: true }).click();
    await expect(page.getByText("Hint 1 of")).toBeVisible();
    await page.waitForTimeout(500);
    const after = how === "a reload" ? page : await context.newPage();
    if (how === "a reload") await page.reload();
    else {
      // As a crash does: no handler of the page runs.
      const session = await context.newCDPSession(page);
      void session.send("Page.crash").catch(() => undefined);
      await after.goto(`${site}?lesson`);
    }
    await expect(after.getByRole("heading", { name: "Step 2." })).toBeVisible();
    await expect(after.getByText("Hint 1 of")).toBeVisible();
    await expect(after.getByRole("button", { name: "Step 1: As yourself, done" })).toBeVisible();
    await atPrompt(after);
    await typeLine(after, "clear; cat kept");
    await expect(screen(after)).toContainText("precious");
  });

test("with storage blocked a lesson works, and says once that nothing is kept", async ({ page, site }) => {
  await page.addInitScript(() => {
    const blocked = {
      get: () => {
        throw new DOMException("blocked", "SecurityError");
      },
    };
    Object.defineProperty(window, "localStorage", blocked);
    Object.defineProperty(window, "indexedDB", blocked);
  });
  await open(page, site);
  await expect(page.getByText("This browser keeps nothing here")).toHaveCount(1);
  await firstStep(page);
  await page.getByRole("button", { name: "Next" }).click();
  await expect(page.getByRole("heading", { name: "Step 2." })).toBeVisible();
});

test("a solution is typed before the learner's eyes, and one press takes it back", async ({ page, site }) => {
  await page.goto(`${site}${LESSON}&step=3`);
  await expect(page.getByRole("heading", { name: "Step 3." })).toBeVisible();
  await atPrompt(page);
  await answerTo(page, "echo mine > ~/mine");
  await page.getByRole("button", { name: "Show a way that leads there" }).filter({ visible: true }).click();
  await page.getByRole("button", { name: "Type it for me" }).filter({ visible: true }).first().click();
  await expect(page.locator(".move")).toContainText("Step done.", { timeout: 45_000 });
  await page.getByRole("button", { name: "Take it back" }).click();
  await atPrompt(page);
  await typeLine(page, "clear; ls ~ /tmp/hello");
  await expect(screen(page)).toContainText("mine");
  await expect(screen(page)).toContainText("cannot access '/tmp/hello'");
});

test("a press of a key stops what is typed", async ({ page, site }) => {
  await page.goto(`${site}${LESSON}&step=3`);
  await expect(page.getByRole("heading", { name: "Step 3." })).toBeVisible();
  await atPrompt(page);
  await page.getByRole("button", { name: "Show a way that leads there" }).filter({ visible: true }).click();
  await page.getByRole("button", { name: "Type it for me" }).filter({ visible: true }).first().click();
  await expect(page.getByText("Watch the terminal.").filter({ visible: true })).toBeVisible();
  await page.locator('[data-tty="0"] .xterm-helper-textarea').focus();
  await page.keyboard.press("Control+c");
  await expect(page.getByText("Watch the terminal.").filter({ visible: true })).toHaveCount(0);
});

test("begins at any step with the machine as it is there, and goes back to one's own", async ({ page, site }) => {
  await open(page, site);
  await answerTo(page, "echo precious > kept");
  await page.getByRole("button", { name: "Step 4: After a restart" }).click();
  await page.getByRole("button", { name: "Bring a fresh one here" }).click();
  await expect(page.getByRole("button", { name: "Bring a fresh one here" })).toHaveCount(0, { timeout: 30_000 });
  await atPrompt(page);
  await typeLine(page, "clear; ls ~ /var/hello /tmp/hello");
  await expect(screen(page)).toContainText("/var/hello");
  await expect(screen(page)).not.toContainText("kept");
  await page.getByRole("button", { name: "This lesson" }).click();
  await page.getByRole("button", { name: "Back to the run before" }).click();
  await atPrompt(page);
  await typeLine(page, "clear; cat kept");
  await expect(screen(page)).toContainText("precious");
});

test("a run can be taken along as a file", async ({ page, site, browser }) => {
  await open(page, site);
  await firstStep(page);
  await page.getByRole("button", { name: "This lesson" }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save the run as a file" }).click(),
  ]);
  const path = await download.path();
  const elsewhere = await (await browser.newContext()).newPage();
  await open(elsewhere, site);
  await elsewhere.getByRole("button", { name: "This lesson" }).click();
  const [chooser] = await Promise.all([
    elsewhere.waitForEvent("filechooser"),
    elsewhere.getByRole("button", { name: "Open a saved run" }).click(),
  ]);
  await chooser.setFiles(path);
  await expect(elsewhere.getByRole("button", { name: "Step 1: As yourself, done" })).toBeVisible();
  await expect(screen(elsewhere)).toContainText("touch /usr/bin/hello");
  await elsewhere.context().close();
});

test("on a phone the lesson is a tab, and a command of its text shows the terminal", async ({ page, site }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${site}${LESSON}`);
  await expect(page.getByRole("heading", { name: "Step 1." })).toBeVisible();
  await page.getByRole("button", { name: "touch /usr/bin/hello", exact: true }).first().click();
  await expect(screen(page)).toContainText("Read-only file system");
  await page.getByRole("button", { name: "Read", exact: true }).click();
  await expect(page.locator(".move")).toContainText("Step done.");
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
});

for (const colorScheme of ["light", "dark"] as const)
  for (const width of [1280, 900, 390])
    test(`axe finds nothing in a lesson, ${colorScheme}, ${width} px`, async ({ page, site }) => {
      test.setTimeout(180_000);
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 800 });
      await open(page, site);
      expect(await violations(page)).toEqual([]);
      await page.getByRole("button", { name: "touch /usr/bin/hello", exact: true }).first().click();
      if (width < 760) await page.getByRole("button", { name: "Read", exact: true }).click();
      await expect(page.locator(".move")).toContainText("Step done.");
      await page.getByRole("button", { name: "A hint" }).filter({ visible: true }).click();
      await page.getByRole("button", { name: "Show ways that lead there" }).filter({ visible: true }).click();
      await expect(page.getByText("Hint 1 of")).toBeVisible();
      expect(await violations(page)).toEqual([]);
      await page.getByRole("button", { name: "Next" }).click();
      await page.locator("article:not(.away) form input").first().check();
      expect(await violations(page)).toEqual([]);
      await page.getByRole("button", { name: "Lessons" }).click();
      await expect(page.getByRole("link", { name: "Try to break it" }).first()).toBeVisible();
      expect(await violations(page)).toEqual([]);
    });

test("a lesson of one's own: what is wrong with it, line by line, then the lesson", async ({ page, site }) => {
  await page.goto(`${site}?lesson=draft`);
  await page.getByLabel("Its text").fill("---\ntitle: Mine\nminuts: 3\n---\n\n## Look {#look}\n\nRun `date`{run}\n");
  await expect(page.getByRole("status")).toContainText("Line 3");
  await expect(page.getByRole("status")).toContainText("minutes");
  await page
    .getByLabel("Its text")
    .fill(
      '---\ntitle: Mine\nsummary: A look.\nminutes: 3\nmachine: silverblue\nmisconception: "None."\nobjectives: [look]\n---\n\n## Look {#look}\n\nRun `date`{run}\n\n```check id=looked title="I looked"\ncommand: { ran: "^date", exit: 0 }\n```\n',
    );
  await page.getByRole("button", { name: "Open it" }).click();
  await expect(page.getByRole("heading", { name: "Step 1. Look" })).toBeVisible();
  await atPrompt(page);
  await page.getByRole("button", { name: "date", exact: true }).click();
  await expect(page.locator(".move")).toContainText("Step done.");
});
