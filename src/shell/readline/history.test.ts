import { describe, expect, test } from "vitest";
import { runUntilBlocked, TerminalProcess } from "../../../e2e/harness/terminal-process.ts";
import { encodeUtf8 } from "../../base/utf8.ts";
import { expandHistory, joinLines } from "./history-expansion.ts";
import { History } from "./history.ts";

function historyWith(variables: Readonly<Record<string, string>>, lines: readonly string[] = []): History {
  const history = new History((name) => variables[name]);
  for (const line of lines) history.add(line);
  return history;
}

/** From bash 5.2 with each HISTCONTROL. */
test.each<[string, string[]]>([
  ["", ["a", "a", " b", "a", "   "]],
  ["ignoredups", ["a", " b", "a", "   "]],
  ["ignorespace", ["a", "a", "a"]],
  ["ignoreboth", ["a"]],
  ["erasedups", [" b", "a", "   "]],
])("HISTCONTROL=%s", (control, expected) => {
  expect(historyWith({ HISTCONTROL: control }, ["a", "a", " b", "a", "   ", ""]).lines).toEqual(expected);
});

test("HISTIGNORE leaves out what matches a pattern, and & is the line before", () => {
  expect(historyWith({ HISTIGNORE: "ls:cd *:&" }, ["ls", "ls -l", "cd /tmp", "x", "x"]).lines).toEqual(["ls -l", "x"]);
});

test("HISTSIZE keeps the newest, whose numbers go on", () => {
  const history = historyWith({ HISTSIZE: "2" }, ["a", "b", "c"]);
  expect(history.lines).toEqual(["b", "c"]);
  expect([history.base, history.at(3)]).toEqual([2, "c"]);
});

test("a file is read at the start; a file that is not there counts as empty", () => {
  const terminal = new TerminalProcess(80, 24);
  terminal.files = { contents: new Map([["/h", encodeUtf8("one\ntwo\n")]]), isReadOnly: false };
  const history = historyWith({ HISTFILE: "/h" });
  runUntilBlocked(history.load(terminal.process));
  expect(history.lines).toEqual(["one", "two"]);
  runUntilBlocked(history.load(terminal.process, "/missing"));
  expect(history.lines).toEqual(["one", "two"]);
});

test("a saved history goes on as it was", () => {
  const history = historyWith({ HISTSIZE: "2" }, ["a", "b", "c"]);
  const copy = historyWith({ HISTSIZE: "2" });
  copy.restore(JSON.parse(JSON.stringify(history.save())));
  copy.add("d");
  expect([copy.lines, copy.base]).toEqual([["c", "d"], 3]);
});

/** With bash 5.2, `true &` before and history expansion on. */
describe("what is no event", () => {
  test.each(["echo $!; echo b", 'echo "$!" x', "echo $!x y", "echo $!{a}", "echo ${!x} $!", "echo ! [!a] a=!", "echo '!!'"])(
    "%s",
    (line) => {
      expect(expandHistory(line, historyWith({}, ["true &"]), {})).toEqual({ kind: "unchanged" });
    },
  );

  test.each(["echo a!;b", "echo !;"])("but in %s it is", (line) => {
    expect(expandHistory(line, historyWith({}, ["true &"]), {}).kind).toBe("error");
  });
});

/** What `history` showed in bash 5.2 after the lines were entered one by one. */
describe("a command of several lines is one entry", () => {
  test.each<[string[], string]>([
    [["for x in 1 2", "do", ":", "done"], "for x in 1 2; do :; done"],
    [["if true", "then", ":", "else", ":", "fi"], "if true; then :; else :; fi"],
    [["f() {", ":", "}"], "f() { :; }"],
    [["true &&", ":"], "true && :"],
    [["echo a |", "cat"], "echo a | cat"],
    [["echo a\\", "b"], "echo ab"],
    [["echo 'a", "b'"], "echo 'a\nb'"],
    [["cat <<E", "text", "E"], "cat <<E\ntext\nE"],
  ])("%j", (lines, expected) => {
    expect(lines.slice(1).reduce(joinLines, lines[0] ?? "")).toBe(expected);
  });
});
