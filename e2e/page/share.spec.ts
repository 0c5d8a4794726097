/** A run in a link: made here or in Node, opened on a fresh page, damaged on its way. */
import { readFileSync } from "node:fs";
import { someRun } from "../harness/random-runs.ts";
import { Screen } from "../harness/screen.ts";
import { Random } from "../../src/base/random.ts";
import { packRun, proofOf } from "../../src/lab/packed-run.ts";
import { writeRun } from "../../src/ui/run-link.ts";
import { expect, test } from "../site.ts";
import { answerTo, atPrompt, rows, screen, typeLine } from "../terminal.ts";
import { share } from "../share.ts";

const NOTE = "This run was opened from a link";
const DIFFERS = "Another version of the lab made this run";

test("what was done here is there for whoever opens the link, who goes on from it", async ({ page, site, browser, watched }) => {
  await page.goto(site);
  await atPrompt(page);
  await answerTo(page, "echo $RANDOM > note; cat note");
  await typeLine(page, "sudo touch /usr/bin/hello");
  await expect(screen(page)).toContainText("Read-only file system");
  await atPrompt(page);
  const link = await share(page, "Link");
  expect(link).toMatch(/^http:\S+\/#run=[\w-]+$/);
  expect(watched.complaints).toEqual([]);

  const other = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  await other.goto(link);
  await atPrompt(other);
  await expect(other.getByText(NOTE)).toBeVisible();
  await expect(other.getByText(DIFFERS)).toHaveCount(0);
  const seen = (await rows(page)).join("\n");
  await expect.poll(async () => (await rows(other)).join("\n")).toBe(seen);
  await typeLine(other, "echo more; cat note");
  await expect(screen(other)).toContainText("more");
  await atPrompt(other);
  const further = await rows(other);
  await other.reload();
  await atPrompt(other);
  expect(await rows(other), "a reload goes on").toEqual(further);
  await other.getByRole("button", { name: "Start afresh" }).click();
  await expect(other.getByText(NOTE)).toHaveCount(0);
  await expect(screen(other)).not.toContainText("hello");
  expect(other.url()).not.toContain("#");
  await other.context().close();
});

test("the learner's own run stays as it was", async ({ page, site }) => {
  await page.goto(site);
  await atPrompt(page);
  await typeLine(page, "echo mine");
  await expect(screen(page)).toContainText("mine");
  await atPrompt(page);
  const { lab } = someRun(4);
  await page.goto(`${site}#run=${await writeRun(packRun(lab.log(), proofOf(lab)))}`);
  await expect(page.getByText(NOTE)).toBeVisible();
  await page.getByRole("link", { name: "Back to your own" }).click();
  await page.goto(site);
  await atPrompt(page);
  await expect(screen(page)).toContainText("mine");
});

test("too much for a link is a file, which is opened again; a recording and what was printed, too", async ({ page, site }) => {
  test.setTimeout(120_000);
  await page.goto(site);
  await atPrompt(page);
  const random = new Random(1);
  const noise = Array.from({ length: 2400 }, () => random.below(36).toString(36)).join("");
  await page.locator('[data-tty="0"] .xterm-helper-textarea').focus();
  await page.keyboard.insertText(`echo ${noise} | wc -c`);
  await page.keyboard.press("Enter");
  await expect(screen(page)).toContainText("2401");
  await atPrompt(page);
  await page.getByRole("button", { name: "Share" }).click();
  await expect(page.getByText("Too much was done for a link")).toBeVisible();
  const [saved] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save as a file" }).click()]);
  expect(saved.suggestedFilename()).toBe("silverblue.run");
  const file = await saved.path();
  await page.getByRole("radio", { name: "Recording" }).check();
  const cast = await page.getByRole("textbox", { name: "Recording" }).inputValue();
  const [header = "", ...lines] = cast.trimEnd().split("\n");
  expect(JSON.parse(header)).toMatchObject({ version: 3 });
  const played = new Screen(200, 50);
  for (const line of lines) {
    const [, code, data] = JSON.parse(line) as [number, string, string];
    if (code === "o") await played.write(data);
  }
  expect(played.rows.join("\n")).toContain("2401");
  await page.getByRole("radio", { name: "What was printed" }).check();
  expect(await page.getByRole("textbox", { name: "What was printed" }).inputValue()).toMatch(/wc -c\n2401\n$/);
  await page.locator('input[type="file"]').setInputFiles({ name: "silverblue.run", mimeType: "text/plain", buffer: readFileSync(file) });
  await expect(page.getByText(NOTE)).toBeVisible();
  await expect(screen(page)).toContainText("2401");
  await page.getByRole("button", { name: "Share" }).click();
  await page.locator('input[type="file"]').setInputFiles({ name: "x.run", mimeType: "text/plain", buffer: Buffer.from("[3]") });
  await expect(page.getByText("This is not a run that was saved here.")).toBeVisible();
});
