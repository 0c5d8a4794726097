/**
 * `lab differ scripts [--record] [FILE…]`: runs the scripts of e2e/scripts with the real bash and tools, and in our machine. Prints
 * what differs, then `N agree, N differ`. With --record what the real ones did is kept for the tests.
 */
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { callsOf, runOurCalls, treeEntry, type ScriptRecord } from "../../e2e/harness/script-calls.ts";
import { PLACE } from "../shell/oracle/table.ts";
import { runInRealBash } from "./differ-shell.ts";
import { readWords, type Output } from "./usage.ts";

const SCRIPTS = fileURLToPath(new URL("../../e2e/scripts/", import.meta.url));

/** The differ of whole scripts: whether all agree. */
export function differScripts(words: readonly string[], output: Output): boolean {
  const { flags, operands } = readWords(words, { flags: ["record"], values: [] });
  const files =
    operands.length > 0
      ? operands
      : readdirSync(SCRIPTS)
          .filter((name) => name.endsWith(".sh"))
          .map((name) => SCRIPTS + name);
  const records: ScriptRecord[] = [];
  let differ = 0;
  for (const file of files) {
    const text = readFileSync(file, "utf8");
    const real = runRealCalls(basename(file), text);
    records.push(real);
    const differences = compareRecords(real, runOurCalls(basename(file), text));
    if (differences.length > 0) differ++;
    for (const line of differences) output.line(line);
  }
  if (flags.has("record")) writeFileSync(`${SCRIPTS}recorded.jsonl`, records.map((each) => `${JSON.stringify(each)}\n`).join(""));
  output.line(`${files.length - differ} agree, ${differ} differ`);
  return differ === 0;
}

function runRealCalls(script: string, text: string): ScriptRecord {
  rmSync(PLACE, { recursive: true, force: true });
  mkdirSync(PLACE);
  writeFileSync(`${PLACE}/${script}`, text, { mode: 0o755 });
  const calls = callsOf(text).map((call) => ({ call, ...runInRealBash(["bash", "-c", call], "") }));
  const tree: Record<string, string> = {};
  walk(PLACE, "", tree);
  return { script, calls, tree };
}

function walk(directory: string, below: string, tree: Record<string, string>): void {
  for (const name of readdirSync(directory).sort()) {
    const path = `${directory}/${name}`;
    const stat = lstatSync(path);
    const type = stat.isSymbolicLink() ? "symlink" : stat.isDirectory() ? "dir" : "file";
    const contents = type === "symlink" ? readlinkSync(path) : type === "file" ? readFileSync(path, "utf8") : "";
    tree[`${below}${name}`] = treeEntry(type, stat.mode, contents);
    if (type === "dir") walk(path, `${below}${name}/`, tree);
  }
}

/** What differs, in lines. */
function compareRecords(real: ScriptRecord, ours: ScriptRecord): string[] {
  const lines: string[] = [];
  const note = (what: string, expected: unknown, found: unknown) => {
    if (JSON.stringify(expected) !== JSON.stringify(found))
      lines.push(`#### ${real.script}: ${what}`, `  real ${JSON.stringify(expected)}`, `  ours ${JSON.stringify(found)}`);
  };
  real.calls.forEach(({ call, ...outcome }, i) => {
    const found = ours.calls[i];
    for (const part of ["stdout", "stderr", "status"] as const) note(`${call}: ${part}`, outcome[part], found?.[part]);
  });
  for (const path of new Set([...Object.keys(real.tree), ...Object.keys(ours.tree)])) note(path, real.tree[path], ours.tree[path]);
  return lines;
}
