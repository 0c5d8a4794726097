/**
 * From the start of the navigation to a machine that has run a command, against a bare page in which xterm writes a prompt.
 *
 * The bare page's clock stops when its prompt is painted. Ours goes on: the moment the prompt is painted `cat /etc/os-release` is
 * typed, and the clock stops when its output is there; the time to the prompt alone is printed as well.
 */
import { chromium, type Browser, type BrowserContext } from "@playwright/test";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { report } from "./ratio.ts";

const PAIRS = 15;
const WINDOW_MILLISECONDS = 1500;
const here = fileURLToPath(new URL(".", import.meta.url));

interface Marks {
  prompt?: number;
  answer?: number;
}

async function visit(context: BrowserContext, url: string, wanted: keyof Marks): Promise<Required<Marks>> {
  const page = await context.newPage();
  await page.addInitScript({ path: join(here, "stopwatch.js") });
  // A new window of Chromium loads parts of the browser's own interface for about a second, on the same cores.
  await page.waitForTimeout(WINDOW_MILLISECONDS);
  const painted = page.waitForEvent("console", { predicate: (message) => message.text() === `painted: ${wanted}`, timeout: 60_000 });
  await page.goto(url, { waitUntil: "commit" });
  await painted;
  const marks = await page.evaluate(() => (window as unknown as { marks: Marks }).marks);
  // The next visit of this browser is to find the files, not the run: the database goes when the page that has it open does.
  await page.evaluate(() => {
    indexedDB.deleteDatabase("immutable-lab");
    localStorage.clear();
  });
  await page.close();
  return { prompt: marks.prompt ?? NaN, answer: marks.answer ?? NaN };
}

interface Series {
  readonly unit: number[];
  readonly prompt: number[];
  readonly answer: number[];
}

async function measure(browser: Browser, bare: string, site: string): Promise<{ readonly cold: Series; readonly warm: Series }> {
  const series = (): Series => ({ unit: [], prompt: [], answer: [] });
  const result = { cold: series(), warm: series() };
  for (let pair = 0; pair <= PAIRS; pair++) {
    const contexts = { bare: await browser.newContext(), site: await browser.newContext() };
    for (const { unit, prompt, answer } of [result.cold, result.warm]) {
      const theirs = await visit(contexts.bare, bare, "prompt");
      const ours = await visit(contexts.site, site, "answer");
      if (pair === 0) continue; // the browser itself warms up
      unit.push(theirs.prompt);
      prompt.push(ours.prompt);
      answer.push(ours.answer);
    }
    await contexts.bare.close();
    await contexts.site.close();
  }
  return result;
}

/** The directory on a server in a process of its own. */
async function serve(directory: string): Promise<{ readonly url: string; close(): void }> {
  const server = spawn(process.execPath, ["--import", "tsx", join(here, "serve.ts"), directory], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(server.stdout, "data")) as [Buffer];
  return { url: line.toString().trim(), close: () => server.kill() };
}

export async function pageToPrompt(): Promise<void> {
  const bareDist = mkdtempSync(join(tmpdir(), "bare-xterm-"));
  await build({
    configFile: false,
    root: join(here, "bare-xterm"),
    base: "./",
    logLevel: "error",
    build: { outDir: bareDist, emptyOutDir: true },
  });
  const servers = [await serve(bareDist), await serve(join(here, "../../dist"))];
  const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ ...(executablePath === "" ? {} : { executablePath }), args: ["--no-sandbox"] });
  try {
    const { cold, warm } = await measure(browser, servers[0]?.url ?? "", servers[1]?.url ?? "");
    for (const [name, { unit, prompt, answer }] of Object.entries({ cold, warm })) {
      report(`page to prompt, ${name}`, prompt, unit, { unit: "ms", goal: "1.3" });
      report(`page to a command's answer, ${name}`, answer, unit, { unit: "ms", goal: "1.3" });
    }
  } finally {
    await browser.close();
    for (const server of servers) server.close();
    rmSync(bareDist, { recursive: true, force: true });
  }
}
