/** `lab lesson import`: a Killercoda scenario's folder as a lesson's. */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { importKillercoda, type Imported } from "../course/authoring/killercoda.ts";
import { MACHINES } from "../course/authoring/schema.ts";
import { readWords, UsageError, type Output } from "./usage.ts";

/** Reads DIR (with its `index.json`), writes the folder `--to`, and prints what somebody should look at. */
export function lessonImport(args: readonly string[], { line }: Output): boolean {
  const words = readWords(args, { flags: [], values: ["to", "machine"] });
  const [from = "", extra] = words.operands;
  const to = words.values.get("to");
  const machine = words.values.get("machine");
  if (from === "" || extra !== undefined || to === undefined)
    throw new UsageError("lesson import: give the folder of a scenario, and --to with the folder of the lesson");
  if (machine !== undefined && !MACHINES.includes(machine))
    throw new UsageError(`lesson import: no machine ${machine}; there are: ${MACHINES.join(" ")}`);
  if (existsSync(join(to, "lesson.md"))) throw new UsageError(`lesson import: ${join(to, "lesson.md")} is there already`);
  const { files, remarks } = imported(from, machine);
  for (const [path, text] of files) {
    const file = join(to, path);
    if (!isBelow(to, file)) throw new UsageError(`lesson import: ${path} leads out of the lesson's folder`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  for (const remark of remarks) line(remark);
  line(`${join(to, "lesson.md")} is there.`);
  line(`Next: lab lesson lint ${to}`);
  return true;
}

function imported(from: string, machine: string | undefined): Imported {
  const read = (path: string): string | undefined => {
    const file = join(from, path);
    return isBelow(from, file) && existsSync(file) && statSync(file).isFile() ? readFileSync(file, "utf8") : undefined;
  };
  try {
    return importKillercoda(read, machine);
  } catch (error) {
    throw new UsageError(`lesson import: ${from}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function isBelow(folder: string, file: string): boolean {
  return resolve(file).startsWith(resolve(folder) + sep);
}
