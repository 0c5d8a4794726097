/**
 * `npm run mutations [NAME…]`: breaks each thing of table.ts in a copy of the tree and runs the tests that should notice. Prints a table
 * and `N caught, N survived`; the exit status is 1 when something survived, or when the tests of the unbroken copy fail.
 */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { MUTATIONS, type Mutation, type TestRun } from "./table.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The source of the file with the mutation in it. Throws when what is to be broken is not there exactly once. */
export function mutate(source: string, { name, file, find, replace }: Mutation): string {
  const parts = source.split(find);
  if (parts.length !== 2)
    throw new Error(`${name}: ${file} has its text ${parts.length - 1} times, not once; the table must follow the code`);
  return parts.join(replace);
}

interface Report {
  readonly failed: number;
  readonly passed: number;
  /** Files that could not even be loaded. */
  readonly broken: number;
}

/** The tree with node_modules linked. */
function copyOfTree(): string {
  const copy = mkdtempSync(join(tmpdir(), "lab-mutations-"));
  const parts = ["src", "e2e", "lessons", "package.json", "vite.config.ts", "tsconfig.json", "tsconfig.base.json", "index.html"];
  // Where there are no lessons yet, a clone has no such folder.
  for (const name of parts.filter((each) => existsSync(join(ROOT, each))))
    cpSync(join(ROOT, name), join(copy, name), { recursive: true, filter: (path) => basename(path) !== "node_modules" });
  symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
  return copy;
}

function runTests(copy: string, tests: readonly TestRun[]): Report {
  return tests.reduce<Report>(
    (sum, { file, only }) => {
      // One test that notices is enough.
      if (sum.failed > 0) return sum;
      const report = join(copy, "report.json");
      rmSync(report, { force: true });
      const words = ["run", "--bail=1", "--reporter=json", `--outputFile=${report}`, file, ...(only === undefined ? [] : ["-t", only])];
      spawnSync(join(ROOT, "node_modules/.bin/vitest"), words, { cwd: copy, encoding: "utf8" });
      const { numFailedTests, numPassedTests, testResults } = JSON.parse(readFileSync(report, "utf8")) as {
        numFailedTests: number;
        numPassedTests: number;
        testResults: readonly { status: string; assertionResults: readonly unknown[] }[];
      };
      const broken = testResults.filter((each) => each.status === "failed" && each.assertionResults.length === 0).length;
      return { failed: sum.failed + numFailedTests, passed: sum.passed + numPassedTests, broken: sum.broken + broken };
    },
    { failed: 0, passed: 0, broken: 0 },
  );
}

/** Every test run that any of the mutations asks for, once. */
function allTests(mutations: readonly Mutation[]): TestRun[] {
  return [...new Map(mutations.flatMap(({ tests }) => tests).map((each) => [`${each.file} ${each.only ?? ""}`, each])).values()];
}

function main(names: readonly string[]): boolean {
  const wanted = MUTATIONS.filter(({ name }) => names.length === 0 || names.some((each) => name.includes(each)));
  const copy = copyOfTree();
  try {
    // What fails anyway shows nothing.
    const unfit = allTests(wanted).filter((test) => {
      const { failed, passed, broken } = runTests(copy, [test]);
      return failed > 0 || broken > 0 || passed === 0;
    });
    for (const { file, only } of unfit) console.log(`NOT FIT   ${file} ${only ?? ""} does not pass unbroken`);
    let caught = 0;
    for (const mutation of wanted) {
      const path = join(copy, mutation.file);
      const source = readFileSync(path, "utf8");
      writeFileSync(path, mutate(source, mutation));
      const began = Date.now();
      const { failed, broken } = runTests(
        copy,
        mutation.tests.filter((test) => !unfit.some(({ file, only }) => file === test.file && only === test.only)),
      );
      writeFileSync(path, source);
      if (failed === 0 && broken > 0) throw new Error(`${mutation.name}: the broken copy does not load; that shows nothing`);
      if (failed > 0) caught++;
      console.log(
        `${failed > 0 ? "caught  " : "SURVIVED"}  ${mutation.name.padEnd(56)} ${((Date.now() - began) / 1000).toFixed(0).padStart(3)} s`,
      );
    }
    console.log(`${caught} caught, ${wanted.length - caught} survived`);
    return unfit.length === 0 && caught === wanted.length;
  } finally {
    rmSync(copy, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main(process.argv.slice(2)) ? 0 : 1;
