/** `lab replay`: runs a saved run, or the one in a link, again and says whether it comes out as it was saved. */
import { createHash } from "node:crypto";
import { Lab } from "../lab/lab.ts";
import type { LabLog } from "../lab/log.ts";
import { proofOf, unpackRun } from "../lab/packed-run.ts";
import { BadRun, scriptOf, type RunScript } from "../lab/run-script.ts";
import { readRun } from "../ui/run-link.ts";
import { labOptions } from "./labs.ts";
import { readScript, readWords, UsageError, type Output, type Words } from "./usage.ts";

/** What a link has after this is a run. */
const IN_LINK = /#(?:.*&)?run=([^&]*)/;

export async function replayCommand(words: readonly string[], output: Output): Promise<boolean> {
  const parsed = readWords(words, { flags: [], values: [] });
  const run = await readRunOf(parsed);
  const options = labOptions({ ...parsed, values: new Map([["machine", run.machine]]) });
  const lab = Lab.replay(options, run);
  const proof = proofOf(lab);
  const isAsSaved = "version" in run ? lab.tick === run.tick : proof === run.proof;
  output.line(`events  ${run.events.length}`);
  output.line("version" in run ? `ticks   ${lab.tick} of ${run.tick}` : `proof   ${proof} of ${run.proof}`);
  output.line(`screen  ${createHash("sha256").update(lab.screen(0)).digest("hex")}`);
  output.line(isAsSaved ? "1 passed, 0 failed" : "0 passed, 1 failed");
  return isAsSaved;
}

/** Of a link or a file, its events with when they came. Throws `UsageError` for what is neither. */
export async function readPlayedRun(words: Words): Promise<RunScript> {
  const run = await readRunOf(words);
  return "version" in run ? scriptOf(run) : run;
}

async function readRunOf(words: Words): Promise<RunScript | LabLog> {
  const link = IN_LINK.exec(words.operands[0] ?? "")?.[1];
  try {
    const text = link === undefined ? readScript(words) : await readRun(link);
    // A page saves a run as it is in a link, packed.
    return link !== undefined || text.startsWith("[") ? unpackRun(text) : readLog(text);
  } catch (error) {
    throw error instanceof BadRun ? new UsageError(error.message) : error;
  }
}

function readLog(text: string): LabLog {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`not a saved run: ${error instanceof Error ? error.message : String(error)}`);
  }
  const log = data as Partial<LabLog>;
  if (log.version !== 1 || typeof log.machine !== "string" || !Array.isArray(log.events) || typeof log.tick !== "number")
    throw new UsageError("not a saved run: expected version 1 with machine, events and tick");
  return log as LabLog;
}
