/** Links with a run in them, in browsers that know nothing of it: random runs come to the same to the byte, damaged links to a fresh machine. */
import type { Page } from "@playwright/test";
import { someRun } from "../harness/random-runs.ts";
import { Screen } from "../harness/screen.ts";
import { Random } from "../../src/base/random.ts";
import type { LabChunk } from "../../src/lab/events.ts";
import type { Lab } from "../../src/lab/lab.ts";
import { packRun, proofOf, sightOf } from "../../src/lab/packed-run.ts";
import type { View } from "../../src/lab/view.ts";
import { writeRun } from "../../src/ui/run-link.ts";
import { expect, test } from "../site.ts";
import { atPrompt, rows, run } from "../terminal.ts";

const NOTE = "This run was opened from a link";
const DIFFERS = "Another version of the lab made this run";
/** How many random runs are opened, from which seed on; the unit tests do many more without a browser. */
const RUNS = Number(process.env["LAB_LINKED_RUNS"] ?? 4);
const FIRST_RUN = Number(process.env["LAB_LINKED_FROM"] ?? 101);
/** How many links are damaged. */
const DAMAGED = Number(process.env["LAB_DAMAGED_LINKS"] ?? 12);
/** Most answers are there within a few of these. */
const OFTEN = { intervals: [20, 50], timeout: 60_000 };

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
  // What a page shows says no more which blank was a no-break space (as before "kB"): xterm paints them all as such.
  return painted.rows.map((row) => row.replaceAll("\u00a0", " "));
}

function linkOf(lab: Lab, proof = proofOf(lab)): Promise<string> {
  return writeRun(packRun(lab.log(), proof));
}

/** Throws unless the link opens as the run that it was made of: what the page is told, and what it paints. */
async function opensAs(page: Page, address: string, lab: Lab): Promise<void> {
  await page.addInitScript(overhear);
  await page.goto(address);
  await expect.poll(async () => firstSightOf(await passedIn(page)), OFTEN).toBe(sightOf(lab));
  await expect
    .poll(async () => {
      const shown = await rows(page);
      return { shown, same: shown.join("\n") === (await paintedElsewhere(await passedIn(page))).join("\n") };
    }, OFTEN)
    .toEqual({ shown: expect.arrayContaining([expect.stringMatching(/\S/)]) as unknown, same: true });
  await expect(page.getByText(NOTE)).toBeVisible();
  await expect(page.getByText(DIFFERS)).toHaveCount(0);
  await expect(page.getByText("could not be replayed")).toHaveCount(0);
}

test(`${RUNS} random runs made in Node come to the same in a browser, to the byte`, async ({ browser, site }) => {
  test.setTimeout(60_000 * RUNS);
  const failures: string[] = [];
  for (let seed = FIRST_RUN; seed < FIRST_RUN + RUNS; seed++) {
    const { lab } = someRun(seed);
    const context = await browser.newContext();
    await opensAs(await context.newPage(), `${site}#run=${await linkOf(lab)}`, lab).catch((error: unknown) => {
      failures.push(`seed ${seed}: ${String(error)}`);
    });
    await context.close();
    if (RUNS > 100 && seed % 10 === 0) console.log(`${seed - FIRST_RUN + 1} opened, ${failures.length} failed`);
  }
  expect(failures).toEqual([]);
});

/** What happens to a link on its way, each in many places. */
const DAMAGES: Readonly<Record<string, (link: string, random: Random) => string>> = {
  "a letter is another": (link, random) => {
    // The last letter has bits that no byte needs.
    const at = random.below(link.length - 1);
    return link.slice(0, at) + random.pick([..."AZaz09-_"].filter((letter) => letter !== link[at])) + link.slice(at + 1);
  },
  "cut off": (link, random) => link.slice(0, random.below(link.length)),
  "its beginning is lost": (link, random) => link.slice(1 + random.below(link.length - 1)),
  "two letters change places": (link, random) => {
    let at = random.below(link.length - 2);
    while (link[at] === link[at + 1]) at = (at + 1) % (link.length - 2);
    return link.slice(0, at) + (link[at + 1] ?? "") + (link[at] ?? "") + link.slice(at + 2);
  },
  "all in small letters": (link) => link.toLowerCase(),
  "with what stood behind it": (link, random) => link + random.pick([".", ")", "%3E", "%20", "…", "'"]),
  "broken in two": (link, random) => {
    const at = 1 + random.below(link.length - 1);
    return `${link.slice(0, at)}${random.pick(["%0A", "%20", "=%0D%0A"])}${link.slice(at)}`;
  },
  twice: (link) => link + link,
};

const UNREADABLE = /^This link (was cut short or changed on its way|has no run in it that this page can read)\. This is a fresh machine\.$/;

/** A page that says so, and a machine that nobody has used. */
async function isFresh(page: Page, why: string | RegExp, fresh: readonly string[]): Promise<void> {
  await expect(page.getByRole("alert")).toHaveText(why);
  await atPrompt(page);
  expect(await rows(page)).toEqual(fresh);
  await expect(page.getByText(NOTE)).toHaveCount(0);
}

/** What a fresh machine shows below a note: the terminal is as high as then. */
async function freshRows(page: Page, site: string): Promise<readonly string[]> {
  await page.goto(`${site}#run=`);
  await expect(page.getByRole("alert")).toBeVisible();
  await atPrompt(page);
  expect(await run(page, "ls -A; history | wc -l")).toMatch(/\n1$/);
  await page.goto(`${site}?again#run=`);
  await atPrompt(page);
  return rows(page);
}

test(`${DAMAGED} damaged links: each a clear message and a fresh machine`, async ({ page, site }) => {
  test.setTimeout(60_000 + 20_000 * DAMAGED);
  const links = await Promise.all([3, 4, 7].map((seed) => linkOf(someRun(seed).lab)));
  const fresh = await freshRows(page, site);
  const random = new Random(1);
  const kinds = Object.entries(DAMAGES);
  for (let at = 0; at < DAMAGED; at++) {
    const [kind, damage] = kinds[at % kinds.length] ?? ["", String];
    const link = damage(random.pick(links), random);
    await test.step(`${kind}: ${link}`, async () => {
      await page.goto(`${site}?try=${at}#run=${link}`);
      await isFresh(page, UNREADABLE, fresh);
    });
  }
});

test("what is no run of this version says what it is, and leads to a fresh machine", async ({ page, site }) => {
  const fresh = await freshRows(page, site);
  const whole = await linkOf(someRun(4).lab);
  for (const [at, [text, why]] of [
    [whole.slice(0, -3), "This link was cut short or changed on its way."],
    ["", "This link has no run in it that this page can read."],
    ["%3Cb%3E", "This link has no run in it that this page can read."],
    [await writeRun('[1,"nosuch","",1,-1,"0123456789"]'), "This link is about a machine that this site does not have."],
    [await writeRun('[1,"silverblue","nosuch",1,-1,"0"]'), "This link is about a kind of machine that this site does not have."],
    [await writeRun('[2,{"other":"format"}]'), "This link was made by a newer version of the lab, which this one cannot read."],
    [await writeRun("[0]"), "This link has no run in it that this page can read."],
    [await writeRun('[1,"silverblue","",1,-1,"0",[5,{"kind":"nosuch"}]]'), "This link has no run in it that this page can read."],
  ].entries()) {
    await page.goto(`${site}?try=${at}#run=${text}`);
    await isFresh(page, `${why} This is a fresh machine.`, fresh);
  }
});

test("a run that came to something else where it was made says so", async ({ page, site }) => {
  await page.goto(`${site}#run=${await linkOf(someRun(4).lab, "0123456789")}`);
  await expect(page.getByText(DIFFERS)).toBeVisible();
  await expect(page.getByText(NOTE)).toBeVisible();
});
