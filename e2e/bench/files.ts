/**
 * File operations through the whole path (walk, mount, permission, overlay) against plain memfs and a plain `Map`, in Node and in
 * Chromium; and against the real overlayfs as measured from C on two cores like these (PERFORMANCE.md's table).
 */
import { chromium } from "@playwright/test";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import {
  measure,
  OPERATIONS,
  PER_DIRECTORY,
  SUBJECTS,
  type Operation,
  type Round,
  type SubjectName,
  type Times,
} from "./file-operations.ts";
import { report, spread } from "./ratio.ts";

/** Operations per second of the real overlayfs, measured once on another day: a fixed figure, so these ratios drift with the machine. */
const OVERLAYFS: Readonly<Record<Operation, number>> = {
  create: 133_000,
  stat: 846_000,
  read: 452_000,
  list: 1640 * PER_DIRECTORY,
  overwrite: 141_000,
  rename: 151_000,
  unlink: 242_000,
};

/** 10,000 files; and what a large tree costs beside small ones, one of them and as many as hold as much. */
const ROUNDS = {
  mix: { directories: 10, trees: 1 },
  "one small tree": { directories: 1, trees: 1 },
  "many small trees": { directories: 1, trees: 100 },
  "one large tree": { directories: 100, trees: 1 },
} as const satisfies Readonly<Record<string, Round>>;
type RoundName = keyof typeof ROUNDS;

type Sample = Readonly<Record<SubjectName, Times>>;
type Measure = (round: Round) => Promise<Sample> | Sample;

/** Rounds in turns, so often; the first turn warms up. */
async function samples(measured: Measure, names: readonly RoundName[], turns: number): Promise<Readonly<Record<RoundName, Sample[]>>> {
  const result: Record<RoundName, Sample[]> = { mix: [], "one small tree": [], "many small trees": [], "one large tree": [] };
  for (let turn = -1; turn < turns; turn++) {
    for (const name of names) {
      const sample = await measured(ROUNDS[name]);
      if (turn >= 0) result[name].push(sample);
    }
  }
  return result;
}

async function measureIn(where: string, measured: Measure): Promise<void> {
  const { mix } = await samples(measured, ["mix"], 15);
  const times = (name: SubjectName, operation: Operation): number[] => mix.map((sample) => sample[name][operation]);
  const totals = (name: SubjectName): number[] => mix.map((sample) => total(sample[name]));
  for (const unit of ["memfs", "map"] as const) {
    for (const operation of OPERATIONS) {
      const goal = unit === "memfs" && (operation === "stat" || operation === "read") ? "2" : "none";
      report(`${where}: ${operation}, against ${unit}`, times("ours", operation), times(unit, operation), { unit: "µs", goal });
    }
    report(`${where}: the mix, against ${unit}`, totals("ours"), totals(unit), { unit: "µs", goal: unit === "memfs" ? "3" : "none" });
  }
  for (const operation of OPERATIONS) {
    const mine = times("ours", operation);
    const real = mine.map(() => 1e6 / OVERLAYFS[operation]);
    report(`${where}: ${operation}, against a fixed earlier figure of the real overlayfs`, mine, real, { unit: "µs", goal: "1" });
  }
  await growthIn(where, measured);
}

function total(times: Times): number {
  return OPERATIONS.reduce((sum, operation) => sum + times[operation], 0);
}

async function growthIn(where: string, measured: Measure): Promise<void> {
  const taken = await samples(measured, ["one small tree", "many small trees", "one large tree"], 7);
  const column = (name: SubjectName, round: RoundName, operation: Operation): number[] =>
    taken[round].map((sample) => sample[name][operation]);
  for (const operation of OPERATIONS) {
    report(
      `${where}: ${operation}, per file of one tree of 100,000 against a hundred of 1,000`,
      column("ours", "one large tree", operation),
      column("ours", "many small trees", operation),
      { unit: "µs", goal: "1.5" },
    );
    // One small tree fits into a computer's caches, whatever it is made of.
    const growth = SUBJECTS.map((name) => {
      const [large, small] = [column(name, "one large tree", operation), column(name, "one small tree", operation)].map(spread);
      return `${name} ${((large?.median ?? NaN) / (small?.median ?? NaN)).toFixed(2)}`;
    });
    console.log(`  against one of 1,000, which is in the caches: ${growth.join(", ")}`);
  }
}

/** What memfs asks of Node is given by stand-ins. */
async function pageScript(): Promise<string> {
  const standIns = fileURLToPath(new URL("in-browser/node-stand-ins.ts", import.meta.url));
  const names = ["node:buffer", "node:events", "node:path", "node:stream", "node:url"];
  const built = await build({
    configFile: false,
    logLevel: "error",
    resolve: { alias: Object.fromEntries(names.map((name) => [name, standIns])) },
    build: {
      write: false,
      lib: { entry: fileURLToPath(new URL("in-browser/files-page.ts", import.meta.url)), formats: ["iife"], name: "bench" },
    },
  });
  const [first] = Array.isArray(built) ? built : [built];
  if (first === undefined || !("output" in first)) throw new Error("nothing was built");
  return first.output[0].code;
}

async function measureInChromium(): Promise<void> {
  const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ ...(executablePath === "" ? {} : { executablePath }), args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(0);
    await page.addScriptTag({ content: await pageScript() });
    await measureIn("Chromium", (round) =>
      page.evaluate((wanted) => (globalThis as unknown as { measureFiles: (round: Round) => Sample }).measureFiles(wanted), round),
    );
  } finally {
    await browser.close();
  }
}

export async function files(): Promise<void> {
  await measureIn("Node", measure);
  await measureInChromium();
}
