import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Random } from "../base/random.ts";
import type { Signal } from "./signals.ts";
import { rawTermios } from "./termios.ts";
import { Tty } from "./tty.ts";

type Step = ["keys" | "write", string] | ["read", number] | ["set", Record<string, boolean>];
interface Result {
  read?: string | null;
  output?: string;
  signals?: Signal[];
  blocked?: true;
}
interface Case {
  name: string;
  steps: Step[];
  results: Result[];
}

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (c) => c.charCodeAt(0));
const text = (data: Uint8Array): string => String.fromCharCode(...data);

function terminal() {
  let output = "";
  let signals: Signal[] = [];
  const tty = new Tty({
    columns: 80,
    rows: 24,
    output: (data) => (output += text(data)),
    signal: (group, signal) => signals.push(group === 7 ? signal : "KILL"),
  });
  tty.foregroundGroup = 7;
  return {
    tty,
    collect(): Result {
      const result: Result = { ...(output && { output }), ...(signals.length > 0 && { signals }) };
      output = "";
      signals = [];
      return result;
    },
  };
}

describe("as Linux 6.18 did (e2e/recordings/record-tty.py)", () => {
  const cases = readFileSync(new URL("../../e2e/recordings/tty.jsonl", import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Case);

  test.each(cases)("$name", ({ steps, results }) => {
    const { tty, collect } = terminal();
    const ours = steps.map((step) => {
      const result: Result = {};
      if (step[0] === "keys") tty.input(bytes(step[1]));
      else if (step[0] === "write") {
        if (tty.write(bytes(step[1])) === undefined) result.blocked = true;
      } else if (step[0] === "set") tty.setAttributes({ ...tty.getAttributes(), ...step[1] });
      else {
        const got = tty.read(Number(step[1]));
        result.read = got === undefined ? null : text(got);
      }
      return { ...result, ...collect() };
    });
    expect(ours).toEqual(results);
  });
});

test("a resize tells the foreground group once", () => {
  const { tty, collect } = terminal();
  tty.resize(80, 24);
  expect(collect()).toEqual({});
  tty.resize(40, 10);
  expect(collect()).toEqual({ signals: ["WINCH"] });
  expect([tty.columns, tty.rows]).toEqual([40, 10]);
});

test("no signal goes anywhere without a foreground group", () => {
  const { tty, collect } = terminal();
  tty.foregroundGroup = 0;
  tty.input("\x03");
  expect(collect()).toEqual({ output: "^C" });
});

test("flushing before a password drops what was typed ahead", () => {
  const { tty } = terminal();
  tty.input("ls\r");
  tty.setAttributes({ ...tty.getAttributes(), echo: false }, { flush: true });
  expect(tty.readable()).toBe(false);
});

test("raw mode with min 0 does not wait", () => {
  const { tty } = terminal();
  tty.setAttributes({ ...rawTermios(tty.getAttributes()), min: 0 });
  expect(tty.read(10)).toEqual(new Uint8Array());
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])("saved and restored at any point, it goes on the same (seed %i)", (seed) => {
  const random = new Random(seed);
  const alphabet = ["a", "é", "\t", "\r", "\x7f", "\x15", "\x17", "\x04", "\x03", "\x13", "\x11", "x y"];
  const original = terminal();
  for (let i = random.below(40); i > 0; i--) original.tty.input(random.pick(alphabet));
  original.collect();
  const copy = terminal();
  copy.tty.restore(JSON.parse(JSON.stringify(original.tty.save())));
  if (original.tty.isStopped) {
    original.tty.input("\x03");
    copy.tty.input("\x03");
    original.collect();
    copy.collect();
  }
  for (let i = 0; i < 60; i++) {
    const key = random.pick(alphabet);
    const results = [original, copy].map(({ tty, collect }) => {
      tty.input(key);
      return { read: i % 3 === 0 && tty.readable() ? tty.read(1 + (i % 5)) : undefined, ...collect() };
    });
    expect(results[1]).toEqual(results[0]);
  }
});
