/** A run in a link: made here or in Node, opened on a fresh page, damaged on its way. */
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { someRun } from "../harness/random-runs.ts";
import { Screen } from "../harness/screen.ts";
import { Random } from "../../src/base/random.ts";
import type { LabChunk } from "../../src/lab/events.ts";
import { packRun, proofOf, sightOf } from "../../src/lab/packed-run.ts";
import type { View } from "../../src/lab/view.ts";
import { writeRun } from "../../src/ui/run-link.ts";
import { expect, test } from "../site.ts";
import { atPrompt, rows, screen, typeLine } from "../terminal.ts";

const NOTE = "This run was opened from a link";
const DIFFERS = "Another version of the lab made this run";
/** How many random runs are opened in a browser; the unit tests do many more without one. */
const RUNS = Number(process.env["LAB_LINKED_RUNS"] ?? 4);

async function share(page: Page, format: string): Promise<string> {
  await page.getByRole("button", { name: "Share" }).click();
  await page.getByRole("radio", { name: format }).check();
  const text = page.getByRole("textbox", { name: format });
  await expect(text).toBeVisible();
  const value = await text.inputValue();
  await page.keyboard.press("Escape");
  return value;
}

test("what was done here is there for whoever opens the link, who goes on from it", async ({ page, site, browser, watched }) => {
  await page.goto(site);
  await atPrompt(page);
  await typeLine(page, "echo $RANDOM > note; cat note");
  await atPrompt(page);
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

/** What passes between a page and its lab: what the lab says, bytes as numbers, and each new size of the console. */
type Passed =
  | Exclude<LabChunk, { data: unknown }>
  | { readonly kind: "screen" | "output"; readonly tty: number; readonly data: readonly number[] }
  | { readonly kind: "resize"; readonly tty: number; readonly columns: number; readonly rows: number };

/** From before the page's first script on; read by `passedIn`. */
function overhear(): void {
  interface Call {
    readonly argumentList?: readonly { readonly value?: { readonly kind?: string; readonly chunks?: readonly LabChunk[] } }[];
  }
  const passed: unknown[] = [];
  Object.assign(window, { passed });
  const listen = MessagePort.prototype.addEventListener;
  MessagePort.prototype.addEventListener = function (this: MessagePort, ...words: Parameters<typeof listen>) {
    const hear = ({ data }: MessageEvent<Call>): void => {
      for (const { value } of data.argumentList ?? [])
        for (const chunk of value?.chunks ?? []) passed.push("data" in chunk ? { ...chunk, data: [...chunk.data] } : chunk);
    };
    listen.call(this, "message", hear as EventListener);
    listen.apply(this, words);
  };
  const post = Worker.prototype.postMessage as (this: Worker, ...words: unknown[]) => void;
  Worker.prototype.postMessage = function (this: Worker, ...words: unknown[]) {
    for (const { value } of (words[0] as Call).argumentList ?? []) if (value?.kind === "resize") passed.push(value);
    post.apply(this, words);
  };
}

function passedIn(page: Page): Promise<readonly Passed[]> {
  return page.evaluate(() => (window as unknown as { passed: readonly Passed[] }).passed);
}

/** What the page was told at first, before it told its own size. */
function firstSightOf(passed: readonly Passed[]): string | undefined {
  const screens = passed.flatMap((each) => (each.kind === "screen" ? [each] : []));
  const view = passed.find((each): each is { kind: "view"; view: View } => each.kind === "view")?.view;
  if (view === undefined) return undefined;
  return sightOf({ screen: (tty) => Uint8Array.from(screens.find((each) => each.tty === tty)?.data ?? []), glance: () => view });
}

/** What another terminal paints of what the page was told. */
async function paintedElsewhere(passed: readonly Passed[]): Promise<readonly string[]> {
  let size = { columns: 80, rows: 24 };
  let painted = new Screen(size.columns, size.rows);
  for (const each of passed) {
    if (!("tty" in each) || each.tty !== 0) continue;
    if (each.kind === "resize") {
      size = each;
      painted.resize(size.columns, size.rows);
      continue;
    }
    if (each.kind === "screen") painted = new Screen(size.columns, size.rows);
    await painted.write(Uint8Array.from(each.data));
  }
  return painted.rows;
}

test(`${RUNS} random runs made in Node come to the same in a browser, to the byte`, async ({ browser, site }) => {
  test.setTimeout(60_000 * RUNS);
  for (let seed = 101; seed < 101 + RUNS; seed++) {
    const { lab } = someRun(seed);
    const page = await (await browser.newContext()).newPage();
    await page.addInitScript(overhear);
    await page.goto(`${site}#run=${await writeRun(packRun(lab.log(), proofOf(lab)))}`);
    await expect(page.getByText(NOTE)).toBeVisible();
    await expect.poll(async () => firstSightOf(await passedIn(page)), { message: `seed ${seed}`, timeout: 60_000 }).toBe(sightOf(lab));
    await expect
      .poll(
        async () => {
          const shown = await rows(page);
          return { shown, same: shown.join("\n") === (await paintedElsewhere(await passedIn(page))).join("\n") };
        },
        { message: `seed ${seed}` },
      )
      .toEqual({ shown: expect.arrayContaining([expect.stringMatching(/\S/)]) as unknown, same: true });
    await expect(page.getByText(DIFFERS), `seed ${seed}`).toHaveCount(0);
    await expect(page.getByText("could not be replayed"), `seed ${seed}`).toHaveCount(0);
    await page.context().close();
  }
});

test("a link from another version says so, and a damaged one leads to a fresh machine", async ({ page, site }) => {
  const { lab } = someRun(4);
  const good = await writeRun(packRun(lab.log(), proofOf(lab)));
  await page.goto(`${site}#run=${await writeRun(packRun(lab.log(), "0123456789"))}`);
  await expect(page.getByText(DIFFERS)).toBeVisible();
  const bad: readonly (readonly [text: string, why: string])[] = [
    [good.slice(0, -3), "This link was cut short or changed on its way."],
    [`${good.slice(0, 20)}${good[20] === "A" ? "B" : "A"}${good.slice(21)}`, "This link was cut short or changed on its way."],
    ["", "This link has no run in it"],
    ["%3Cb%3E", "This link has no run in it"],
    [await writeRun('[1,"nosuch","",1,-1,"0123456789"]'), "a machine that this site does not have"],
    [await writeRun("[2]"), "This link has no run in it"],
  ];
  for (const [at, [text, why]] of bad.entries()) {
    await page.goto(`${site}?try=${at}#run=${text}`);
    await expect(page.getByRole("alert")).toContainText(why);
    await expect(page.getByRole("alert")).toContainText("This is a fresh machine.");
    await atPrompt(page);
  }
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
