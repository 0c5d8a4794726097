import { describe, expect, it } from "vitest";
import { compare, typedAt } from "./compare.ts";

describe("compare", () => {
  it.each([
    ["same", "same", [[], []]],
    ["", "a", [[0], [0]]],
    ["head\nx\ntail", "head\ny\nz\ntail", [[1], [1, 2]]],
    ["a\nb\nc", "b", [[0, 2], []]],
  ])("%j and %j", (left, right, only) => {
    expect(compare(left.split("\n"), right.split("\n"))).toEqual(only);
  });
});

it.each([
  ["[learner@silverblue ~]$ ls -l", "ls -l"],
  ["microos:~ # snapper list", "snapper list"],
  ["learner@microos:~> echo $HOME > f", "echo $HOME > f"],
  ["learner@debian:~$ echo '$HOME'", "echo '$HOME'"],
  ["[learner@silverblue ~]$", ""],
  ["Continue? [y/n]: y", undefined],
  ["", undefined],
])("%j was typed as %j", (line, typed) => {
  expect(typedAt(line)).toBe(typed);
});
