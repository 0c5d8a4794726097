/**
 * File operations through the whole path (walk, mount, permission, overlay) against plain memfs and a plain `Map`, in Node and in
 * Chromium; and against the real overlayfs as measured from C on two cores like these (PERFORMANCE.md's table).
 */
import { chromium } from "@playwright/test";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { measure, OPERATIONS, PER_DIRECTORY, ROUNDS, type Operation, type Round, type SubjectName, type Times } from "./file-operations.ts";
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

type Series = Readonly<Record<SubjectName, Times[]>>;
type Measure = (round: Round) => Promise<Series> | Series;

function totals(times: readonly Times[]): number[] {
  return times.map((each) => OPERATIONS.reduce((sum, operation) => sum + each[operation], 0));
}

async function measureIn(where: string, measured: Measure): Promise<void> {
  const series = {} as Record<Round["name"], Series>;
  for (const round of ROUNDS) series[round.name] = await measured(round);
  const { mix } = series;
  for (const unit of ["memfs", "map"] as const) {
    for (const operation of OPERATIONS) {
      const goal = unit === "memfs" && (operation === "stat" || operation === "read") ? "2" : "none";
      const column = (name: SubjectName): number[] => mix[name].map((row) => row[operation]);
      report(`${where}: ${operation}, against ${unit}`, column("ours"), column(unit), { unit: "µs", goal });
    }
    report(`${where}: the mix, against ${unit}`, totals(mix.ours), totals(mix[unit]), {
      unit: "µs",
      goal: unit === "memfs" ? "3" : "none",
    });
  }
  for (const operation of OPERATIONS) {
    const times = mix.ours.map((row) => row[operation]);
    const real = times.map(() => 1e6 / OVERLAYFS[operation]);
    report(`${where}: ${operation}, against a fixed earlier figure of the real overlayfs`, times, real, { unit: "µs", goal: "1" });
  }
  for (const operation of OPERATIONS) {
    const column = (name: SubjectName, round: Round["name"]): number[] => series[round][name].map((row) => row[operation]);
    report(
      `${where}: ${operation}, per file of one tree of 100,000 against a hundred of 1,000`,
      column("ours", "one large tree"),
      column("ours", "many small trees"),
      { unit: "µs", goal: "1.5" },
    );
    const others = (["memfs", "map"] as const).map((name) => {
      const ratio = spread(column(name, "one large tree")).median / spread(column(name, "many small trees")).median;
      return `${name} ${ratio.toFixed(2)}`;
    });
    console.log(`  the same of ${others.join(", of ")}`);
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
      page.evaluate((wanted) => (globalThis as unknown as { measureFiles: (round: Round) => Series }).measureFiles(wanted), round),
    );
  } finally {
    await browser.close();
  }
}

export async function files(): Promise<void> {
  await measureIn("Node", measure);
  await measureInChromium();
}
