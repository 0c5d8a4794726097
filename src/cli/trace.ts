/** `lab trace FILE|DIR…`: replays recorded kernel calls on our VFS and compares everything that was recorded. */
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Step } from "./trace-calls.ts";
import { LayerTrees, replayCase } from "./trace-case.ts";
import type { Case, DumpRow, Outcome } from "./trace-case.ts";
import { UsageError } from "./usage.ts";
import type { Output } from "./usage.ts";

/** How many cases are printed with their differences. */
const SHOWN = 20;

/** One thing that differs. */
export interface Difference {
  readonly part: string;
  readonly recorded: unknown;
  readonly ours: unknown;
}

export interface TraceResult {
  readonly passed: number;
  readonly failed: number;
}

/** The verb `trace`. */
export function traceCommand(words: readonly string[], output: Output): boolean {
  if (words.length === 0) throw new UsageError("give the files to replay");
  const began = performance.now();
  const { passed, failed } = replayTraces(words.flatMap(tracesIn), (line) => output.line(line));
  output.line(`replayed in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  output.line(`${passed} passed, ${failed} failed`);
  return failed === 0;
}

/** The traces of a folder, or the one file. */
function tracesIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => /\.jsonl(\.gz)?$/.test(name))
    .map((name) => join(path, name));
}

/** Replays every case of `files` (JSON lines, gzipped or not); `write` gets the first differences. */
export function replayTraces(files: readonly string[], write: (line: string) => void): TraceResult {
  let passed = 0;
  let failed = 0;
  const trees = new LayerTrees();
  const firsts = new Map<string, number>();
  for (const file of files) {
    for (const recorded of readCases(file)) {
      const differences = compare(recorded, trees);
      const first = differences[0];
      if (first === undefined) {
        passed++;
        continue;
      }
      failed++;
      const kind = kindOf(first);
      firsts.set(kind, (firsts.get(kind) ?? 0) + 1);
      if (failed > SHOWN) continue;
      write(`${recorded.id} ${first.part}`);
      write(`  recorded ${JSON.stringify(first.recorded)}`);
      write(`  ours     ${JSON.stringify(first.ours)}`);
    }
  }
  for (const [kind, count] of [...firsts].sort((left, right) => right[1] - left[1]).slice(0, 40))
    write(`first difference: ${count} × ${kind}`);
  return { passed, failed };
}

function* readCases(file: string): Generator<Case> {
  const raw = readFileSync(file);
  const text = (raw[0] === 0x1f && raw[1] === 0x8b ? gunzipSync(raw) : raw).toString("utf8");
  for (const line of text.split("\n")) if (line !== "") yield JSON.parse(line) as Case;
}

/** Everything that differs between what was recorded and our replay. */
export function compare(recorded: Case, trees: LayerTrees): Difference[] {
  let ours: Outcome;
  try {
    ours = replayCase(recorded, trees);
  } catch (error) {
    return [
      {
        part: "replay",
        recorded: "a whole replay",
        ours: error instanceof Error ? `${error.message}\n${error.stack ?? ""}` : String(error),
      },
    ];
  }
  const final = recorded.final === "start" ? recorded.start : recorded.final;
  const dump = (part: Case["remount"]): readonly DumpRow[] => (part === "start" ? recorded.start : part === "final" ? final : part);
  return [
    ...compareRows("start", recorded.start, ours.start),
    ...compareRows("ops", recorded.ops, ours.ops),
    ...compareRows("final", final, ours.final),
    ...Object.keys({ ...recorded.upper, ...ours.upper }).flatMap((at) =>
      compareRows(`upper of ${at}`, recorded.upper?.[at] ?? [], ours.upper[at] ?? []),
    ),
    ...compareRows("remount", dump(recorded.remount), ours.remount),
    ...compareRows("reboot", dump(recorded.reboot), ours.reboot),
  ];
}

function compareRows(part: string, recorded: readonly unknown[], ours: readonly unknown[]): Difference[] {
  const differences: Difference[] = [];
  for (let at = 0; at < Math.max(recorded.length, ours.length); at++) {
    if (!same(recorded[at], ours[at])) differences.push({ part: `${part}[${at}]`, recorded: recorded[at], ours: ours[at] });
  }
  return differences;
}

/** Equality of plain data; the order of an object's keys does not matter. */
function same(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => same((left as Record<string, unknown>)[key], (right as Record<string, unknown>)[key]))
  );
}

/** What sort of difference, for counting. */
export function kindOf({ part, recorded, ours }: Difference): string {
  if (!part.startsWith("ops")) return part.replace(/\[.*/, "");
  const result = (step: Step | undefined): string => step?.e ?? "ok";
  return `${(recorded as Step).op[0]} recorded ${result(recorded as Step)}, ours ${result(ours as Step)}`;
}
