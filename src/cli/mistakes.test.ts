/** What users believe, tried on the machine: each file of e2e/mistakes, with the lines that the real system answers. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Lab } from "../lab/lab.ts";
import { labOptions } from "./labs.ts";
import { ScriptRunner } from "./run.ts";
import { completeCommands } from "./session.ts";
import { readWords } from "./usage.ts";

const FOLDER = new URL("../../e2e/mistakes/", import.meta.url);
/** Of the first machine; other machines' are in folders of their names. */
const FILES = readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => path.endsWith(".sh"))
  .sort();

interface Step {
  readonly command: string;
  /** Lines of its output, in this order; … is anything. */
  readonly says: readonly string[];
}

/** Commands, each with the `#> ` lines that follow it. `:flavour NAME` goes before all. */
function read(file: string): { readonly flavour: string | undefined; readonly steps: readonly Step[] } {
  const steps: { command: string; says: string[] }[] = [];
  let flavour: string | undefined;
  for (const line of readFileSync(new URL(file, FOLDER), "utf8").split("\n")) {
    if (line.startsWith("#> ")) steps.at(-1)?.says.push(line.slice(3));
    else if (line.startsWith(":flavour ")) flavour = line.slice(9);
    else if (line !== "" && !line.startsWith("#")) for (const command of completeCommands(line)) steps.push({ command, says: [] });
  }
  return { flavour, steps };
}

function matches(line: string, pattern: string): boolean {
  const source = pattern.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${source.join(".*")}$`).test(line);
}

const numbersOf = (files: readonly string[]): string[] => files.map((file) => file.slice(0, 2));
const ofMachine = (name: string): string[] =>
  FILES.filter((file) => file.startsWith(`${name}/`)).map((file) => file.slice(name.length + 1));
const upTo = (count: number): string[] => Array.from({ length: count }, (_, i) => String(i + 1).padStart(2, "0"));

test("all are there: twenty-five of the first machine, eleven of the classic one, ten each of the ones with snapshots and with two roots", () => {
  expect(numbersOf(FILES.filter((file) => !file.includes("/")))).toEqual(upTo(25));
  expect(numbersOf(ofMachine("debian"))).toEqual(upTo(11));
  expect(numbersOf(ofMachine("microos"))).toEqual(upTo(10));
  expect(numbersOf(ofMachine("vanilla"))).toEqual(upTo(10));
});

test.each(FILES)("%s", { timeout: 120_000 }, (file) => {
  const { flavour, steps } = read(file);
  const machine = file.includes("/") ? ["--machine", file.slice(0, file.indexOf("/"))] : [];
  const words = flavour === undefined ? machine : [...machine, "--flavour", flavour];
  const runner = new ScriptRunner(new Lab(labOptions(readWords(words, { flags: [], values: ["flavour", "machine"] }))), false);
  for (const { command, says } of steps) {
    const [result] = runner.run(command);
    const text = [result?.stdout, result?.stderr].map((bytes) => Buffer.from(bytes ?? []).toString()).join("");
    const lines = text.split("\n");
    let at = 0;
    for (const wanted of says) {
      const found = lines.findIndex((line, i) => i >= at && matches(line, wanted));
      expect(found, `${command}: ${wanted}\n${text.slice(-3000)}`).toBeGreaterThanOrEqual(0);
      at = found + 1;
    }
  }
  expect(runner.faults).toEqual([]);
});
