/** Tables for the parts that need no process. */
import { describe, expect, test } from "vitest";
import { expandAliases } from "./aliases.ts";
import { ArithmeticError, evaluateArithmetic } from "./arithmetic.ts";
import { AssociativeArray, IndexedArray } from "./arrays.ts";
import { backslashQuote, decodeEscapes, doubleQuote, quoteForReuse } from "./escapes.ts";
import { FieldBuilder } from "./expand/fields.ts";
import { Pattern } from "./pattern.ts";
import { loadState, saveState, ShellState, defineFunction } from "./state.ts";
import { parseText, whatIsMissing } from "./syntax.ts";
import { newVariable } from "./variables.ts";

describe("patterns", () => {
  test.each<[string, string, boolean]>([
    ["a*c", "abbc", true],
    ["a*c", "abbd", false],
    ["*", "", true],
    ["?", "é", true],
    ["?", "😀", true],
    ["[a-c]x", "bx", true],
    ["[!a-c]x", "bx", false],
    ["[]]", "]", true],
    ["[a", "[a", true],
    ["\\*", "*", true],
    ["\\*", "x", false],
    ["[[:digit:]]*", "7up", true],
    ["@(a|bc)d", "bcd", true],
    ["+(ab)", "ababab", true],
    ["+(ab)", "", false],
    ["*(ab)c", "c", true],
    ["!(*.txt)", "a.txt", false],
    ["!(*.txt)", "a.md", true],
    ["a!(b)c", "abbc", true],
    ["?(x)y", "y", true],
    ["*a*b*c*", "xxaxxbxxcxx", true],
  ])("%s on %j", (pattern, text, matches) => expect(new Pattern(pattern).matches(text)).toBe(matches));

  test("time grows with the text, not with its powers", () => {
    const text = "a".repeat(3000);
    expect(new Pattern("*a*a*a*a*a*a*a*a*b").matches(text)).toBe(false);
    expect(new Pattern("+(a|aa|aaa)b").matches(text.slice(0, 300))).toBe(false);
  });

  test("shortest and longest ends", () => {
    const pattern = new Pattern("*.");
    expect([pattern.prefix("a.b.c", "shortest"), pattern.prefix("a.b.c", "longest")]).toEqual([2, 4]);
    const suffix = new Pattern(".*");
    expect([suffix.suffix("a.b.c", "shortest"), suffix.suffix("a.b.c", "longest")]).toEqual([2, 4]);
    expect(new Pattern("b*b").find("abcbab", 1)).toEqual({ start: 1, end: 6 });
  });
});

describe("arithmetic", () => {
  const evaluate = (text: string, values: Record<string, string> = {}) =>
    evaluateArithmetic(text, { get: (name) => values[name], set: (name, _subscript, value) => (values[name] = value) });

  test.each<[string, bigint]>([
    ["", 0n],
    ["1+2*3", 7n],
    ["2**3**2", 512n],
    ["-7/2", -3n],
    ["-7%3", -1n],
    ["1?2:3", 2n],
    ["0x1f+010+2#11", 42n],
    ["36#Zz", 1295n],
    ["64#@_", 4031n],
    ["1<<62<<1", -9223372036854775808n],
    ["~0", -1n],
    ["(1,2,3)", 3n],
    ["1||1/0", 1n],
    ["0&&1/0", 0n],
    ["- - 5", 5n],
    ["!5+1", 1n],
  ])("%s", (text, value) => expect(evaluate(text)).toBe(value));

  test("variables hold expressions, and assignments stay", () => {
    const values: Record<string, string> = { x: "y+1", y: "2" };
    expect(evaluate("x*2", values)).toBe(6n);
    expect(evaluate("y+=3, y++ + ++y", values)).toBe(12n);
    expect(values["y"]).toBe("7");
  });

  test("a variable that names itself ends in an error", () => {
    expect(() => evaluate("x", { x: "x" })).toThrow(ArithmeticError);
  });
});

describe("escapes", () => {
  test.each<[Parameters<typeof decodeEscapes>[1], string, string]>([
    ["ansi-c", "a\\tb\\x41\\101\\u00e9", "a\tbAAé"],
    ["ansi-c", "\\303\\251", "é"],
    ["ansi-c", "\\q", "\\q"],
    ["echo", "\\0101\\101", "A\\101"],
    ["printf-b", "\\101\\0101", "AA"],
  ])("%s %s", (dialect, text, value) => expect(decodeEscapes(text, dialect).text).toBe(value));

  test("a byte that is no character stays that byte", () => expect(decodeEscapes("\\377", "ansi-c").text).toBe("\udcff"));

  test.each<[string, string, string, string]>([
    ["a b", "a\\ b", "'a b'", '"a b"'],
    ["it's", "it\\'s", "'it'\\''s'", '"it\'s"'],
    ["a\nb", "$'a\\nb'", "$'a\\nb'", "$'a\\nb'"],
    ["", "''", "''", '""'],
    ["$x", "\\$x", "'$x'", '"\\$x"'],
  ])("%j quoted", (text, backslash, reuse, double) =>
    expect([backslashQuote(text), quoteForReuse(text), doubleQuote(text)]).toEqual([backslash, reuse, double]),
  );
});

describe("word splitting", () => {
  const split = (separators: string, ...parts: readonly (readonly [kind: "expansion" | "quoted" | "literal", text: string])[]) => {
    const builder = new FieldBuilder(separators);
    for (const [kind, text] of parts) builder[kind](text);
    return builder.end().map((field) => field.text);
  };
  test.each([
    [" \t\n", [["expansion", "  a  b "]], ["a", "b"]],
    [":", [["expansion", "a::b:"]], ["a", "", "b"]],
    [" :", [["expansion", " a : b"]], ["a", "b"]],
    [" :", [["expansion", ":a"]], ["", "a"]],
    [
      " ",
      [
        ["literal", "x"],
        ["expansion", "a b"],
        ["literal", "y"],
      ],
      ["xa", "by"],
    ],
    [
      " ",
      [
        ["literal", "x"],
        ["expansion", " a "],
        ["quoted", ""],
      ],
      ["x", "a", ""],
    ],
    ["", [["expansion", "a b"]], ["a b"]],
    [" ", [["expansion", "   "]], []],
  ] as const)("by %j", (separators, parts, fields) => expect(split(separators, ...parts)).toEqual(fields));
});

describe("arrays", () => {
  test("indexed ones have holes and list in order", () => {
    const array = new IndexedArray([
      [5, "f"],
      [1, "b"],
    ]);
    array.set(array.end, "g");
    array.delete(6);
    expect([array.keys(), array.values(), array.end]).toEqual([["1", "5"], ["b", "f"], 6]);
  });
  test("associative ones list as bash's hash table does", () => {
    const array = new AssociativeArray([
      ["x", "1"],
      ["foo", "2"],
      ["bar", "3"],
      ["k", "4"],
      ["zz", "5"],
    ]);
    expect(array.keys()).toEqual(["x", "k", "zz", "foo", "bar"]);
  });
});

describe("what is missing from a line", () => {
  test.each<[string, "command" | "here-document" | undefined]>([
    ["echo hi\n", undefined],
    ["echo 'a\n", "command"],
    ["if true; then\n", "command"],
    ["f() {\n", "command"],
    ["f()\n", "command"],
    ["a |\n", "command"],
    ["a && # why\n", "command"],
    ["echo a \\\n", "command"],
    ["# a \\\n", undefined],
    ["case x in\n", "command"],
    ["for x in a b\n", "command"],
    ["x=(1 2\n", "command"],
    ["((1 +\n", "command"],
    ["[[ a &&\n", "command"],
    ["echo $(ls\n", "command"],
    ["cat <<E\n", "here-document"],
    ["cat <<E\nb\n", "here-document"],
    ["cat <<E\nb\nE\n", undefined],
    ["fi\n", undefined],
    ["echo )\n", undefined],
    ["for\n", undefined],
    ["echo >\n", undefined],
  ])("%j", (text, missing) => expect(whatIsMissing(text)).toBe(missing));
});

test("an error on a later line leaves the lines before it", () => {
  const { units, problem } = parseText("echo a\nif true; then\n  echo b\nfi\necho c; )\n");
  expect(units).toHaveLength(2);
  expect(problem?.message).toBe("syntax error near unexpected token `)'");
});

describe("aliases", () => {
  const aliases = new Map([
    ["ll", "ls -l"],
    ["e", "echo "],
    ["loop", "loop x"],
    ["a", "b"],
    ["b", "c"],
  ]);
  test.each([
    ["ll x", "ls -l x"],
    ["echo ll", "echo ll"],
    ["e ll", "echo  ls -l"],
    ["loop", "loop x"],
    ["a; 'a' \\a", "c; 'a' \\a"],
    ["if ll; then a | ll; fi", "if ls -l; then c | ls -l; fi"],
    ["x=$(a)", "x=$(c)"],
  ])("%s", (text, expanded) => expect(expandAliases(text, aliases)).toBe(expanded));
});

test("a shell's state survives being kept as JSON", () => {
  const state = new ShellState();
  state.variables.assign("x", "it's\n");
  Object.assign(state.variables.declare("e", "global"), { ...newVariable("1"), exported: true, readonly: true });
  state.variables.assignArray(
    "a",
    new IndexedArray([
      [0, "p"],
      [7, "q r"],
    ]),
  );
  state.variables.assignArray(
    "m",
    new AssociativeArray([
      ["k k", "v"],
      ["b", "w"],
    ]),
  );
  const made = defineFunction('f() { echo "$1"; }', 3, "main");
  if (made !== undefined) state.functions.set("f", made);
  state.aliases.set("ll", "ls -l");
  state.traps.set("EXIT", "echo bye");
  state.options.set("noclobber", true);
  state.positional = ["one", "two three"];
  state.history.push("echo hi");
  state.directoryStack = ["/usr"];
  const saved = JSON.parse(JSON.stringify(saveState(state))) as ReturnType<typeof saveState>;
  const again = loadState(saved);
  expect(saveState(again)).toEqual(saved);
  expect(again.variables.element("a", "7")).toBe("q r");
  expect(again.functions.get("f")?.source.lineAt(0)).toBe(3);
  expect(again.options.has("noclobber")).toBe(true);
});
