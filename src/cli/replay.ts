/** `lab replay`: runs a saved run again and says whether it comes out as it was saved. */
import { createHash } from "node:crypto";
import { Lab, type LabLog } from "../lab/lab.ts";
import { labOptions } from "./labs.ts";
import { readScript, readWords, UsageError, type Output } from "./usage.ts";

export function replayCommand(words: readonly string[], output: Output): boolean {
  const parsed = readWords(words, { flags: [], values: [] });
  const log = readLog(readScript(parsed));
  const options = labOptions({ ...parsed, values: new Map([["machine", log.machine]]) });
  const lab = Lab.replay(options, log);
  const reached = lab.tick;
  output.line(`events  ${log.events.length}`);
  output.line(`ticks   ${reached} of ${log.tick}`);
  output.line(`screen  ${createHash("sha256").update(lab.screen(0)).digest("hex")}`);
  output.line(reached === log.tick ? "1 passed, 0 failed" : "0 passed, 1 failed");
  return reached === log.tick;
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
