/** Command lines as clap 4 reads and refuses them. */
import { describe, expect, test } from "vitest";
import type { Process } from "../../machine/process.ts";
import { ClapError, parseVerb, type Verb } from "./clap.ts";

const VERB: Verb = {
  name: "brew",
  about: "",
  options: [
    { name: "hot", help: "", conflicts: ["cold"] },
    { name: "cold", help: "", conflicts: ["hot"] },
    { name: "verbose", short: "v", help: "" },
    { name: "kind", argument: "KIND", help: "", values: ["green", "black"] },
    { name: "cups", argument: "CUPS", help: "", number: true },
  ],
  operands: ["TARGET"],
  *run() {
    return 0;
  },
};

function parsed(line: string) {
  return parseVerb(undefined as unknown as Process, VERB, line === "" ? [] : line.split(" "));
}

function refusal(line: string): readonly [string, string | undefined] {
  try {
    parsed(line);
  } catch (error) {
    if (error instanceof ClapError) return [error.message, error.usage];
    throw error;
  }
  throw new Error(`${line} is taken`);
}

describe("what is taken", () => {
  test("values after a blank or an equals sign, operands anywhere, everything after --", () => {
    const call = parsed("--kind=green pot -v --cups 3");
    if (call === "help") throw new Error("no call");
    expect([call.value("kind"), call.value("cups"), call.has("verbose"), call.has("hot"), call.operands]).toEqual([
      "green",
      "3",
      true,
      false,
      ["pot"],
    ]);
    const late = parsed("-- --pot");
    expect(late === "help" ? [] : late.operands).toEqual(["--pot"]);
    expect(parsed("--help")).toBe("help");
  });
});

describe("what is refused", () => {
  test.each([
    ["--frob pot", "unexpected argument '--frob' found", "bootc brew [OPTIONS] <TARGET>"],
    ["-x pot", "unexpected argument '-x' found", "bootc brew [OPTIONS] <TARGET>"],
    ["pot pan", "unexpected argument 'pan' found", "bootc brew [OPTIONS] <TARGET>"],
    ["", "the following required arguments were not provided:\n  <TARGET>", "bootc brew <TARGET>"],
    ["--hot --cold pot", "the argument '--hot' cannot be used with '--cold'", "bootc brew --hot <TARGET>"],
    ["--hot --hot pot", "the argument '--hot' cannot be used multiple times", "bootc brew [OPTIONS] <TARGET>"],
    ["pot --kind", "a value is required for '--kind <KIND>' but none was supplied\n  [possible values: green, black]", undefined],
    ["pot --kind red", "invalid value 'red' for '--kind <KIND>'\n  [possible values: green, black]", undefined],
    ["pot --cups x", "invalid value 'x' for '--cups <CUPS>': invalid digit found in string", undefined],
  ])("%s", (line, message, usage) => {
    expect(refusal(line)).toEqual([message, usage]);
  });
});
