/** What people do to see whether it breaks: the page answers meanwhile, Ctrl-C ends it, memory stays bounded, nothing is lost. */
import type { Page } from "@playwright/test";
import { expect, test } from "../site.ts";
import { atPrompt, screen, typeLine } from "../terminal.ts";

/**
 * The longest that the page's own thread works at a stretch, in milliseconds of processor time. What it waits for a core that other
 * tests have is not the page's: measured with twice as many busy threads as cores, 70 ms of work took 550.
 */
const LONGEST_WORK = 200;
/** From Ctrl-C to the prompt, on a computer that is busy with other tests. */
const LONGEST_INTERRUPT = 2000;
/** JavaScript's heap of the page; the machine's own memory is in its worker, and bounded by the machine's. */
const LARGEST_HEAP = 200 * 1024 * 1024;

/** The longest task of the page's own thread while `during` runs, in milliseconds of processor time. */
async function longestWork(page: Page, during: () => Promise<void>): Promise<number> {
  const browser = page.context().browser();
  if (!browser) throw new Error("no browser to trace");
  await browser.startTracing(page, { categories: ["toplevel"] });
  let trace: Buffer;
  try {
    await during();
  } finally {
    trace = await browser.stopTracing();
  }
  const { traceEvents } = JSON.parse(trace.toString()) as { readonly traceEvents: readonly TraceEvent[] };
  const thread = ({ pid, tid }: TraceEvent): string => `${pid}:${tid}`;
  const main = new Set(traceEvents.filter(({ name, args }) => name === "thread_name" && args?.name === "CrRendererMain").map(thread));
  const tasks = traceEvents.filter((event) => event.name.endsWith("RunTask") && event.tdur !== undefined && main.has(thread(event)));
  expect(tasks.length, "tasks of the page's own thread").toBeGreaterThan(0);
  return Math.max(...tasks.map(({ tdur }) => tdur ?? 0)) / 1000;
}

/** Chromium's; `tdur` is in microseconds of the thread's own time. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

test("floods, bombs and loops", async ({ page, site }) => {
  test.setTimeout(120_000);
  await page.goto(site);
  await atPrompt(page);
  await typeLine(page, "echo precious > kept; echo ready");
  await expect(screen(page)).toContainText("ready");
  await atPrompt(page);
  for (const [line, milliseconds] of [
    ["yes", 1500],
    ["cat /dev/urandom | od", 1500],
    ["while :; do :; done", 1000],
    ["cat /dev/zero", 1000],
    ["x=$(yes)", 1000],
    ["cat /dev/urandom > /tmp/x", 1500],
    ["find / ; ls -lR /usr", 1000],
  ] as const) {
    await test.step(line, async () => {
      const work = await longestWork(page, async () => {
        await typeLine(page, line);
        await page.waitForTimeout(milliseconds);
      });
      expect(work, `the page's work during ${line}`).toBeLessThan(LONGEST_WORK);
      const pressed = Date.now();
      await page.keyboard.press("Control+c");
      await page.keyboard.press("Control+l");
      await atPrompt(page);
      expect(Date.now() - pressed, `Ctrl-C of ${line}`).toBeLessThan(LONGEST_INTERRUPT);
    });
  }
  await test.step("ceilings are real errors", async () => {
    const work = await longestWork(page, async () => {
      await typeLine(page, "rm -f /tmp/x; clear; yes > /tmp/x; rm /tmp/x; sort < /dev/zero; (x=xx; while :; do x=$x$x; done)");
      await expect(screen(page)).toContainText("yes: write error: No space left on device", { timeout: 40_000 });
      await expect(screen(page)).toContainText("sort: memory exhausted");
      await expect(screen(page)).toContainText("xmalloc: cannot allocate");
      await atPrompt(page);
    });
    expect(work).toBeLessThan(LONGEST_WORK);
  });
  await test.step("a fork bomb", async () => {
    const work = await longestWork(page, async () => {
      await typeLine(page, "clear; :(){ :|:& };:");
      await expect(screen(page)).toContainText("bash: fork: retry: Resource temporarily unavailable");
    });
    expect(work).toBeLessThan(LONGEST_WORK);
    await page.keyboard.press("Control+l");
    await page.keyboard.type("kill -9 -1 #");
    await page.keyboard.press("Enter");
  });
  const session = await page.context().newCDPSession(page);
  const { usedSize } = (await session.send("Runtime.getHeapUsage")) as { readonly usedSize: number };
  expect(usedSize).toBeLessThan(LARGEST_HEAP);
  await test.step("nothing is lost", async () => {
    await typeLine(page, "clear; cat kept; echo still $((40 + 2))");
    await expect(screen(page)).toContainText("precious");
    await expect(screen(page)).toContainText("still 42");
    await atPrompt(page);
  });
});

/** A replay takes as long as the machine was busy; this run was for three seconds. */
const LONGEST_REPLAY = 20_000;

test("a reload after a flood that Ctrl-C ended", async ({ page, site }) => {
  test.setTimeout(90_000);
  await page.goto(site);
  await atPrompt(page);
  await typeLine(page, "echo precious > kept; yes");
  await page.waitForTimeout(3000);
  await page.keyboard.press("Control+c");
  await page.keyboard.press("Control+l");
  await atPrompt(page);
  await typeLine(page, "clear; echo before the reload");
  await expect(screen(page)).toContainText("before the reload");
  await atPrompt(page);
  const reloaded = Date.now();
  await page.reload();
  await atPrompt(page);
  expect(Date.now() - reloaded, "the prompt after the reload").toBeLessThan(LONGEST_REPLAY);
  await expect(screen(page)).toContainText("before the reload");
  await typeLine(page, "clear; cat kept; echo still $((40 + 2))");
  await expect(screen(page)).toContainText("precious");
  await expect(screen(page)).toContainText("still 42");
});
