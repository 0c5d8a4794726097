/** Replays what the real tools did (oracle/*.json) on ours. */
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { decodeUtf8, encodeUtf8 } from "../base/utf8.ts";
import { CommandRig } from "./command-rig.fixture.ts";

interface Case {
  readonly setup: string;
  readonly cmd: string;
  /** Bytes as Latin-1. */
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: number;
}

const ORACLE = new URL("./oracle/", import.meta.url);

function utf8(latin1: string): string {
  return decodeUtf8(Uint8Array.from(latin1, (character) => character.charCodeAt(0)));
}

for (const file of readdirSync(ORACLE).filter((name) => name.endsWith(".json"))) {
  const cases = JSON.parse(readFileSync(new URL(file, ORACLE), "utf8")) as Case[];
  describe(file, () => {
    const rig = new CommandRig();
    let number = 0;
    test.each(cases.map((one) => [one.cmd, one] as const))("%s", (_, one) => {
      const cwd = `/tmp/case-${String(number++)}`;
      rig.run(`mkdir ${cwd}`, "/");
      if (one.setup !== "") rig.run(one.setup, cwd);
      const got = rig.run(one.cmd, cwd);
      expect(rig.faults.splice(0)).toEqual([]);
      expect(got).toEqual({ stdout: utf8(one.stdout), stderr: utf8(one.stderr), exit: one.exit });
    });
  });
}

test("bytes survive the rig", () => {
  const rig = new CommandRig();
  expect(encodeUtf8(rig.run("printf '\\200\\n'", "/").stdout)).toEqual(Uint8Array.of(0x80, 10));
});
