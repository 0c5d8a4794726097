/** A machine at its prompt for tests, and what it says to each line. */
import { expect } from "vitest";
import { Lab } from "../lab/lab.ts";
import { labOptions } from "./labs.ts";
import { ScriptRunner } from "./run.ts";
import { readWords } from "./usage.ts";

/** Types a command, or what `lab run` knows with a colon, on a fresh machine of that name; gives all that was said. */
export function typist(machine: string): (command: string) => string {
  const options = labOptions(readWords(["--machine", machine], { flags: [], values: ["machine"] }));
  const runner = new ScriptRunner(new Lab(options), false);
  return (command) => {
    const said = [...runner.run(command)].flatMap(({ stdout, stderr }) => [stdout, stderr]);
    expect(runner.faults).toEqual([]);
    return said.map((bytes) => Buffer.from(bytes).toString()).join("");
  };
}
