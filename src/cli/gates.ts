/**
 * `npm run check` and `npm test`: runs the gates, two at a time, and sums what they report.
 *
 * A runner with tests of its own (vitest, Playwright) counts as its report says; any other gate counts as one.
 * The last line is `N passed, N failed`, and the exit status is 1 when anything failed.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface Gate {
  readonly name: string;
  readonly command: string;
  /** The file that the command writes, and how to count it. */
  readonly report?: { readonly path: string; count(json: string): Tally };
  readonly env?: Readonly<Record<string, string>>;
}

interface Outcome {
  readonly gate: Gate;
  readonly tally: Tally;
  readonly output: string;
  readonly seconds: number;
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const reports = join(tmpdir(), `immutable-lab-${process.pid}`);
const vitestReport = join(reports, "vitest.json");
const playwrightReport = join(reports, "playwright.json");

/** A test that was not collected at all (a syntax error, a failed import) counts as failed. */
function countVitest(json: string): Tally {
  const report = JSON.parse(json) as {
    numPassedTests: number;
    numFailedTests: number;
    numPendingTests: number;
    numTodoTests: number;
    success: boolean;
    testResults: readonly { status: string; assertionResults: readonly unknown[] }[];
  };
  const broken = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length;
  const failed = report.numFailedTests + broken;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && !report.success ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function countPlaywright(json: string): Tally {
  const { stats, errors } = JSON.parse(json) as {
    stats: { expected: number; unexpected: number; flaky: number; skipped: number };
    errors: readonly unknown[];
  };
  return { passed: stats.expected, failed: stats.unexpected + stats.flaky + errors.length, skipped: stats.skipped };
}

const CHECK: readonly Gate[] = [
  {
    name: "unit tests",
    command: `vitest run --reporter=default --reporter=json --outputFile.json=${vitestReport}`,
    report: { path: vitestReport, count: countVitest },
  },
  { name: "types of the core", command: "tsc -p tsconfig.core.json" },
  { name: "types of the page", command: "tsc -p tsconfig.json" },
  { name: "types of the tests and Node's side", command: "tsc -p tsconfig.node.json" },
  { name: "svelte-check", command: "svelte-check --tsconfig ./tsconfig.json --fail-on-warnings --output human" },
  { name: "lint", command: "eslint --max-warnings 0 --cache --cache-location node_modules/.cache/eslint/ ." },
  { name: "format", command: "prettier --check --log-level warn --cache ." },
  { name: "unused exports and packages", command: "knip" },
];

const BUILD: readonly Gate[] = [{ name: "build", command: "npm run --silent build" }];

const DIST: readonly Gate[] = [
  // It only computes, as the next.
  { name: "lessons", command: "nice -n 10 npm run --silent lab -- lesson test" },
  { name: "what documentation shows", command: "nice -n 10 npm run --silent lab -- docs test README.md lessons/README.md src" },
  ...["upgrade", "install"].map((script) => ({
    name: `power cut before every write of ${script}.sh`,
    // It only computes; what runs beside it is measured by the clock.
    command: `nice -n 10 npm run --silent lab -- crash --machine silverblue e2e/crash/${script}.sh`,
  })),
  { name: "size", command: "npm run --silent size" },
  {
    name: "end-to-end tests",
    command: "playwright test -c e2e/playwright.config.ts --reporter=line,json",
    report: { path: playwrightReport, count: countPlaywright },
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: playwrightReport },
  },
];

async function runGate(gate: Gate): Promise<Outcome> {
  const started = process.hrtime.bigint();
  const output: Buffer[] = [];
  const child = spawn(gate.command, {
    cwd: root,
    shell: true,
    env: { ...process.env, PATH: `${root}node_modules/.bin:${process.env["PATH"] ?? ""}`, FORCE_COLOR: "0", CI: "1", ...gate.env },
  });
  child.stdout.on("data", (data: Buffer) => output.push(data));
  child.stderr.on("data", (data: Buffer) => output.push(data));
  const status = await new Promise<number>((resolve) => {
    child.on("error", () => resolve(127));
    child.on("close", (code) => resolve(code ?? 1));
  });
  return {
    gate,
    tally: tally(gate, status),
    output: Buffer.concat(output).toString(),
    seconds: Number(process.hrtime.bigint() - started) / 1e9,
  };
}

/** A runner that failed without a failed test in its report still counts as one failure. */
function tally(gate: Gate, status: number): Tally {
  if (gate.report === undefined || !existsSync(gate.report.path)) {
    return status === 0 && gate.report === undefined ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
  }
  const counted = gate.report.count(readFileSync(gate.report.path, "utf8"));
  return status !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted;
}

/** In order, `width` at a time; what a gate printed is shown when it failed. */
async function runAll(gates: readonly Gate[], width: number): Promise<Outcome[]> {
  const waiting = [...gates];
  const outcomes: Outcome[] = [];
  async function lane(): Promise<void> {
    for (let gate = waiting.shift(); gate !== undefined; gate = waiting.shift()) {
      const outcome = await runGate(gate);
      outcomes.push(outcome);
      const { passed, failed, skipped } = outcome.tally;
      if (failed > 0) console.log(`\n${outcome.output.trim()}\n`);
      const skips = skipped > 0 ? `, ${skipped} skipped` : "";
      console.log(
        `${failed === 0 ? "ok    " : "FAILED"} ${gate.name} (${outcome.seconds.toFixed(1)} s): ${passed} passed, ${failed} failed${skips}`,
      );
    }
  }
  await Promise.all(Array.from({ length: width }, lane));
  return outcomes;
}

mkdirSync(reports, { recursive: true });
const outcomes = await runAll(CHECK, 2);
if (process.argv[2] === "all") {
  outcomes.push(...(await runAll(BUILD, 1)));
  outcomes.push(...(await runAll(DIST, 2)));
}
rmSync(reports, { recursive: true, force: true });

const passed = outcomes.reduce((sum, { tally: { passed } }) => sum + passed, 0);
const failed = outcomes.reduce((sum, { tally: { failed } }) => sum + failed, 0);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
