import { describe, expect, test } from "vitest";
import { Pattern, PatternError, type PatternOptions } from "./posix-pattern.ts";

function found(source: string, text: string, options: Partial<PatternOptions> = {}): string | undefined {
  const match = Pattern.compile(source, { syntax: "basic", ...options }).find(text);
  return match === undefined ? undefined : text.slice(match.start, match.end);
}

/** As grep -o (3.8) prints the first match. */
const MATCHES: readonly (readonly [syntax: "basic" | "extended", pattern: string, text: string, match: string | undefined])[] = [
  ["basic", "a\\|ab", "xabc", "ab"],
  ["extended", "a|ab", "xabc", "ab"],
  ["basic", "*a", "b*a", "*a"],
  ["basic", "\\(*a\\)", "*a", "*a"],
  ["basic", "^*ab", "*ab", "*ab"],
  ["basic", "a$b", "a$b", "a$b"],
  ["basic", "a^b", "a^b", "a^b"],
  ["extended", "()b", "ab", "b"],
  ["extended", "x{2,3}", "xxxx", "xxx"],
  ["basic", "x\\{2\\}", "xxxx", "xx"],
  ["extended", "[]a]+", "x]a]", "]a]"],
  ["extended", "[^]a]", "]ab", "b"],
  ["extended", "[a\\]b", "a\\b", "\\b"],
  ["extended", "[[:digit:]]+", "ab12", "12"],
  ["extended", "[a-]+", "b-a", "-a"],
  ["extended", "\\<a\\>", "ba a", "a"],
  ["extended", "\\<", "ab", ""],
  ["extended", "(a)\\1", "xaa", "aa"],
  ["extended", "(a*)b\\1", "aabaa", "aabaa"],
  ["extended", "é.", "aéö", "éö"],
  ["extended", "\\w+", "-é9_-", "é9_"],
  ["extended", ".", "😀", "😀"],
  ["extended", "a.c", "a\udc80c", undefined],
  ["extended", "a[^b]c", "a\udc80c", undefined],
  ["extended", "a.(c)\\1", "a\udc80cc", undefined],
  ["extended", "*one", "one", "one"],
  ["extended", "x{1500}", "x".repeat(1500), "x".repeat(1500)],
];

test.each(MATCHES)("%s %s in %s", (syntax, pattern, text, match) => {
  expect(found(pattern, text, { syntax, dialect: "grep" })).toBe(match);
});

/** As sed 4.9 says, with one exception from grep. */
const ERRORS: readonly (readonly [syntax: "basic" | "extended", dialect: "sed" | "grep", pattern: string, message: string])[] = [
  ["basic", "sed", "a\\(", "Unmatched ( or \\("],
  ["basic", "sed", "a\\)", "Unmatched ) or \\)"],
  ["basic", "sed", "a\\{1", "Unmatched \\{"],
  ["basic", "sed", "a\\{2,1\\}", "Invalid content of \\{\\}"],
  ["basic", "sed", "a\\{99999\\}", "Regular expression too big"],
  ["basic", "sed", "\\1", "Invalid back reference"],
  ["basic", "sed", "[z-a]", "Invalid range end"],
  ["basic", "sed", "[[:foo:]]", "Invalid character class name"],
  ["extended", "sed", "a)", "Unmatched ) or \\)"],
  ["extended", "sed", "*a", "Invalid preceding regular expression"],
  ["extended", "sed", "a{x}", "Invalid content of \\{\\}"],
  ["extended", "sed", "a{1", "Unmatched \\{"],
  ["extended", "sed", "{1}", "Invalid preceding regular expression"],
  ["basic", "grep", "[", "Invalid regular expression"],
  ["basic", "grep", "[a", "Unmatched [, [^, [:, [., or [="],
  ["basic", "grep", "a\\", "Trailing backslash"],
  ["basic", "grep", "[:space:]", "character class syntax is [[:space:]], not [:space:]"],
];

test.each(ERRORS)("%s for %s: %s", (syntax, dialect, pattern, message) => {
  expect(() => Pattern.compile(pattern, { syntax, dialect })).toThrow(new PatternError(message));
});

describe("options", () => {
  test("case, lines, words, whole", () => {
    expect(found("ABc", "xabC", { ignoreCase: true })).toBe("abC");
    expect(found("^b$", "a\nb\nc")).toBe(undefined);
    expect(found("^b$", "a\nb\nc", { multiline: true })).toBe("b");
    expect(found("app", "apple app", { word: true })).toBe("app");
    expect(Pattern.compile("app", { syntax: "basic", word: true }).find("apple app")?.start).toBe(6);
    expect(found("a*", "aab", { cover: "whole" })).toBe(undefined);
    expect(found("\\(a\\|ab\\)", "ab", { cover: "whole" })).toBe("ab");
  });

  test("groups, also of several patterns", () => {
    expect(Pattern.compile("\\([a-z]*\\)=\\(x\\)\\{0,1\\}", { syntax: "basic" }).find("ab=c")?.groups).toEqual([
      { start: 0, end: 3 },
      { start: 0, end: 2 },
      undefined,
    ]);
    expect(Pattern.compileAny(["\\(b\\)\\1", "\\(c\\)\\1"], { syntax: "basic" }).find("abcc")?.start).toBe(2);
  });

  test("a pattern that runs away is stopped", () => {
    expect(() => found("(a*)*(a*)*\\1\\2b", "a".repeat(200), { syntax: "extended" })).toThrow(PatternError);
    expect(found("(a*)*b", "a".repeat(5000), { syntax: "extended" })).toBe(undefined);
  });
});
