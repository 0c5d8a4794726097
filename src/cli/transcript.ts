/** `lab transcript FILE|DIR…`: replays recorded command sessions and compares everything that was recorded. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { RecordedMachines } from "../distros/recorded/recorded.ts";
import { KnownGaps } from "./known-gaps.ts";
import { readTranscript, type Difference } from "./transcript-format.ts";
import { missingMachine, replayTranscript, type StepResult } from "./transcript-replay.ts";
import { readWords, UsageError, type Output } from "./usage.ts";

/** The gaps of the project's own recordings. */
export const KNOWN_GAPS = fileURLToPath(new URL("../../e2e/oracle/known-gaps.txt", import.meta.url));

/** Lines of a difference that are shown, and columns of each. */
const SHOWN_LINES = 4;
const SHOWN_COLUMNS = 160;

export interface TranscriptCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly gaps: number;
}

/** The verb `transcript`. */
export function transcriptCommand(words: readonly string[], output: Output): boolean {
  const { operands, values } = readWords(words, { flags: [], values: ["gaps"] });
  if (operands.length === 0) throw new UsageError("give the recordings to replay, or their directories");
  const path = values.get("gaps") ?? KNOWN_GAPS;
  const gaps = existsSync(path) ? KnownGaps.read(path) : new KnownGaps("");
  return replayTranscripts(transcriptFiles(operands), gaps, (line) => output.line(line)).failed === 0;
}

/** The recordings among `paths`: files, and those of directories in the order of their names. Throws `UsageError` for what is not there. */
export function transcriptFiles(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    if (!existsSync(path)) throw new UsageError(`no such file or directory: ${path}`);
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path)
      .sort()
      .flatMap((name) =>
        /\.json(\.gz)?$/.test(name) || statSync(join(path, name)).isDirectory() ? transcriptFiles([join(path, name)]) : [],
      );
  });
}

interface TopicTally {
  passed: number;
  failed: number;
  skipped: number;
  gaps: number;
  bytes: number;
  volatileBytes: number;
}

/**
 * Replays every recording; `write` gets each failure, what is skipped and what is a known gap, a line for each topic and, last,
 * `N passed, N failed, N skipped, N known gaps`. A gap that has closed is a failure until its line is gone.
 */
export function replayTranscripts(files: readonly string[], gaps: KnownGaps, write: (line: string) => void): TranscriptCounts {
  const machines = new RecordedMachines();
  const topics = new Map<string, TopicTally>();
  for (const file of files) {
    const recording = basename(file).replace(/\.json(\.gz)?$/, "");
    const transcript = readTranscript(file);
    let tally = topics.get(transcript.topic);
    if (!tally) topics.set(transcript.topic, (tally = { passed: 0, failed: 0, skipped: 0, gaps: 0, bytes: 0, volatileBytes: 0 }));
    const missing = missingMachine(transcript);
    if (missing !== undefined) {
      tally.gaps += transcript.steps.length;
      write(`known gap: ${recording}, all ${transcript.steps.length} steps: ${gaps.reason(recording, "all") ?? missing}`);
      continue;
    }
    for (const result of replayTranscript(transcript, machines)) {
      tally.bytes += result.bytes;
      tally.volatileBytes += result.volatileBytes;
      tally[judge(recording, result, gaps, write)]++;
    }
  }
  for (const [topic, { passed, failed, skipped, gaps, bytes, volatileBytes }] of topics) {
    const share = bytes === 0 ? 0 : (100 * volatileBytes) / bytes;
    write(`${topic}: ${countsText({ passed, failed, skipped, gaps })}; ${share.toFixed(1)}% of ${bytes} bytes matched as volatile`);
  }
  const total = { passed: 0, failed: 0, skipped: 0, gaps: 0 };
  for (const tally of topics.values()) for (const key of ["passed", "failed", "skipped", "gaps"] as const) total[key] += tally[key];
  write(countsText(total));
  return total;
}

function countsText({ passed, failed, skipped, gaps }: TranscriptCounts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped, ${gaps} known gaps`;
}

function judge(recording: string, result: StepResult, gaps: KnownGaps, write: (line: string) => void): keyof TranscriptCounts {
  const { step, what, outcome } = result;
  const where = `${recording}, ${typeof step === "number" ? `step ${step}` : `${step} trees`}`;
  const known = gaps.reason(recording, step);
  if (outcome.kind === "skipped") {
    write(`skipped: ${where}: ${outcome.because}`);
    return "skipped";
  }
  if (outcome.kind === "failed" && known !== undefined) {
    write(`known gap: ${where}: ${known}`);
    return "gaps";
  }
  if (outcome.kind === "passed" && known === undefined) return "passed";
  write(`FAILED ${where}: ${what}`);
  if (outcome.kind === "failed") for (const line of shown(outcome.difference)) write(`  ${line}`);
  else write("  this gap has closed: take its line out of the list of known gaps");
  return "failed";
}

/** What was recorded and what we printed, from the first line that differs. */
function shown({ part, recorded, ours }: Difference): string[] {
  const left = recorded.split("\n");
  const right = ours.split("\n");
  let same = 0;
  while (same < Math.min(left.length, right.length) && left[same] === right[same]) same++;
  const cut = (lines: readonly string[], sign: string): string[] =>
    lines.slice(same, same + SHOWN_LINES).map((line) => `${sign} ${JSON.stringify(line).slice(1, -1).slice(0, SHOWN_COLUMNS)}`);
  return [`${part}${same > 0 ? ` from line ${same + 1}` : ""}, recorded (-) and ours (+)`, ...cut(left, "-"), ...cut(right, "+")];
}
