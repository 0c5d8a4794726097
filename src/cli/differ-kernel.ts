/**
 * `lab differ kernel`: random calls on the kernel of this computer and on ours, side by side. Needs root, overlayfs and Python 3.
 *
 * A case that differs is made smaller while it still differs, and printed with its seed. `--keep NAME` puts it, with the kernel's answers,
 * among the traces that `npm test` replays.
 */
import { spawnSync } from "node:child_process";
import { appendFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { questionOf, type Question } from "./kernel-cases.ts";
import { compare, kindOf } from "./trace.ts";
import { LayerTrees, type Case } from "./trace-case.ts";
import { numberOption, readWords, UsageError, type Output } from "./usage.ts";

const KERNEL = fileURLToPath(new URL("../../e2e/oracle/kernel.py", import.meta.url));
const KEPT = fileURLToPath(new URL("../../e2e/oracle/traces/found.jsonl", import.meta.url));
const BATCH = 50;
const NO_ANSWER = "no answer: ";

/** The differ of the kernel: whether everything agreed. */
export function differKernel(words: readonly string[], output: Output): boolean {
  const read = readWords(words, { flags: [], values: ["seed", "cases", "seconds", "keep"] });
  const first = numberOption(read, "seed", Date.now() % 1_000_000_000);
  const keep = read.values.get("keep");
  const cases = numberOption(read, "cases", keep === undefined ? 500 : 1);
  const until = Date.now() + 1000 * numberOption(read, "seconds", 3600);
  output.line(`seeds from ${first}`);
  let agree = 0;
  const differ = new Map<string, number>();
  for (let seed = first; seed < first + cases && Date.now() < until; seed += BATCH) {
    const count = Math.min(BATCH, first + cases - seed);
    for (const recorded of ask(Array.from({ length: count }, (_, at) => questionOf(seed + at)))) {
      const kind = difference(recorded);
      if (kind === undefined) {
        agree++;
        continue;
      }
      differ.set(kind, (differ.get(kind) ?? 0) + 1);
      if (kind.startsWith(NO_ANSWER)) {
        output.line(`${recorded.id}: ${kind}`);
        continue;
      }
      // One of each kind is enough to look at.
      if (differ.get(kind) !== 1 && keep === undefined) continue;
      const small = shrink(recorded, kind);
      tell(small, output);
      if (keep !== undefined) appendFileSync(KEPT, `${JSON.stringify({ ...small, id: keep })}\n`);
    }
  }
  for (const [kind, count] of [...differ].sort((left, right) => right[1] - left[1])) output.line(`${count} × ${kind}`);
  const sum = [...differ.values()].reduce((total, count) => total + count, 0);
  output.line(`${agree} agree, ${sum} differ`);
  return sum === 0;
}

/** What the kernel answers. */
function ask(questions: readonly Question[]): Case[] {
  const input = questions.map((question) => `${JSON.stringify(question)}\n`).join("");
  const { status, stdout, stderr } = spawnSync("python3", [KERNEL], { input, encoding: "utf8", maxBuffer: 2 ** 30 });
  if (status !== 0) throw new UsageError(`the kernel cannot be asked here (root, overlayfs and Python 3 are needed): ${stderr}`);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Case);
}

/** What sort of difference there is first; undefined when there is none. */
function difference(recorded: Case & { readonly error?: string }): string | undefined {
  if (recorded.error !== undefined) return `${NO_ANSWER}${recorded.error}`;
  // The type does not know of a child that was killed.
  if (!Array.isArray(recorded.ops)) return `${NO_ANSWER}a call does not end`;
  const [found] = compare(recorded, new LayerTrees());
  return found === undefined ? undefined : kindOf(found);
}

/** A smaller case with the same sort of difference: fewer calls, then fewer files. */
function shrink(recorded: Case, kind: string): Case {
  let best = recorded;
  const isStill = (smaller: Question): boolean => {
    const [answer] = ask([smaller]);
    if (answer === undefined || difference(answer) !== kind) return false;
    best = answer;
    return true;
  };
  const question = (): Question => {
    const { id, shape, layers, mounts, ops } = best;
    return { id, shape, layers, mounts, ops: ops.map(({ op }) => ({ op })) };
  };
  for (let size = Math.ceil(best.ops.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let at = best.ops.length - size; at >= 0; at -= size) isStill({ ...question(), ops: question().ops.toSpliced(at, size) });
  }
  best.layers.forEach((_, layer) => {
    for (let at = (best.layers[layer]?.length ?? 0) - 1; at > 0; at--) {
      const rows = best.layers[layer] ?? [];
      const path = rows[at]?.[0] ?? "";
      if (rows.some((row) => row[0].startsWith(`${path}/`) || row[5] === path) || best.mounts.some((mount) => mount.at === path)) continue;
      isStill({ ...question(), layers: best.layers.with(layer, rows.toSpliced(at, 1)) });
    }
  });
  return best;
}

function tell(recorded: Case, output: Output): void {
  output.line(
    `${recorded.id} (${recorded.shape}; ${recorded.mounts.map(({ at, kind, ro }) => `${kind}${ro ? " ro" : ""} at ${at}`).join(", ")})`,
  );
  recorded.layers.forEach((rows, layer) => output.line(`  layer ${layer}: ${rows.map((row) => JSON.stringify(row)).join(" ")}`));
  for (const step of recorded.ops)
    output.line(`  ${step.op.map((word) => JSON.stringify(word)).join(" ")} → ${step.e ?? JSON.stringify(step.r)}`);
  for (const { part, recorded: real, ours } of compare(recorded, new LayerTrees()).slice(0, 3)) {
    output.line(`  ${part}: the kernel ${JSON.stringify(real)}`);
    output.line(`  ${part}: ours       ${JSON.stringify(ours)}`);
  }
}
