/** `bootc image`: what the repository has of images. */
import { expect, test } from "vitest";
import { Lab } from "../lab/lab.ts";
import { labOptions } from "./labs.ts";
import { ScriptRunner } from "./run.ts";
import { readWords } from "./usage.ts";

test.each([
  ["bootc", "sudo bootc image list", /^ REPOSITORY +TYPE \n docker:\/\/\S+ +host \n$/, 0],
  ["bootc", "sudo bootc image list --type logical", / REPOSITORY {2}TYPE \n/, 0],
  ["bootc", "sudo bootc image list --format json", /^\[\n {2}\{\n {4}"image_type": "host",\n {4}"image": "docker:\/\/\S+"\n {2}\}\n\]$/, 0],
  ["bootc", "bootc image list", /^error: Listing images: .*This command must be executed as the root user\n$/, 1],
  ["bootc", "sudo bootc image frob", /^error: unrecognized subcommand 'frob'\n\nUsage: bootc image <COMMAND>\n/, 2],
  [
    "bootc",
    "sudo bootc image list --format x",
    /^error: invalid value 'x' for '--format <LIST_FORMAT>'\n {2}\[possible values: table, json\]\n/,
    2,
  ],
  ["silverblue", "sudo bootc image list", /^ REPOSITORY {2}TYPE \n$/, 0],
])("%s: %s", (machine, command, prints, status) => {
  const runner = new ScriptRunner(new Lab(labOptions(readWords(["--machine", machine], { flags: [], values: ["machine"] }))), false);
  const [result] = [...runner.run(command)];
  const text = Buffer.from(result?.stdout ?? "").toString() + Buffer.from(result?.stderr ?? "").toString();
  expect(text).toMatch(prints);
  expect(result?.exit).toBe(status);
  expect(runner.faults).toEqual([]);
});
