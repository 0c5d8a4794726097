/** `lab lesson record`: a run that was played becomes a draft of a lesson. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { draftOf, type Draft } from "../course/authoring/draft.ts";
import { deedsOf, type Played } from "../course/played.ts";
import { atOnce } from "../lab/settle.ts";
import { labOptions, MACHINE_OPTIONS } from "./labs.ts";
import { readPlayedRun } from "./replay.ts";
import { readWords, UsageError, type Output } from "./usage.ts";

/** A line of what `lab run --json` prints. */
interface RunLine {
  readonly cmd: string;
}

/** RUN is a link with a run in it, a run that was saved, or what `lab run --json` printed; writes the folder `--to`. */
export async function lessonRecord(args: readonly string[], { line }: Output): Promise<boolean> {
  const words = readWords(args, { flags: [], values: [...MACHINE_OPTIONS, "to", "title"] });
  const [from = "", extra] = words.operands;
  const to = words.values.get("to");
  if (from === "" || extra !== undefined || to === undefined)
    throw new UsageError("lesson record: give a run (a link or a file), and --to with the folder of the lesson");
  const file = join(to, "lesson.md");
  if (existsSync(file)) throw new UsageError(`lesson record: ${file} is there already`);
  const title = words.values.get("title") ?? "A lesson that was played";
  const lines = linesOfRun(from);
  const run = lines === undefined ? await readPlayedRun(words) : undefined;
  const options = labOptions(run === undefined ? words : { ...words, values: new Map(Object.entries(machineOf(run))) });
  const { deeds, remarks }: Played =
    run === undefined
      ? { deeds: (lines ?? []).map(({ cmd }) => [{ kind: "type", line: cmd }]), remarks: [] }
      : atOnce(deedsOf(options, run));
  const draft = drafted(() => atOnce(draftOf(options, title, deeds)));
  mkdirSync(to, { recursive: true });
  writeFileSync(file, draft.text);
  for (const remark of [...remarks, ...draft.remarks]) line(remark);
  line(`${file} is there.`);
  line(`Next: lab lesson lint ${to}`);
  return true;
}

function machineOf({ machine, flavour, seed }: { machine: string; flavour: string; seed: number }): Record<string, string> {
  return { machine, flavour, seed: String(seed) };
}

function drafted(make: () => Draft): Draft {
  try {
    return make();
  } catch (error) {
    throw new UsageError(`lesson record: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Undefined for what `lab run --json` did not print. */
function linesOfRun(path: string): readonly RunLine[] | undefined {
  if (!existsSync(path)) return undefined;
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  try {
    const found = lines.map((line) => JSON.parse(line) as Partial<RunLine>);
    return found.length > 0 && found.every(({ cmd }) => typeof cmd === "string") ? (found as RunLine[]) : undefined;
  } catch {
    return undefined;
  }
}
