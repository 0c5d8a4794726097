import { RE2JS } from "re2js";
import { Pattern, PatternError, type Span } from "../../base/posix-pattern.ts";
import type { ParsedOptions } from "../command.ts";
import { Failure } from "../complain.ts";

/** What decides whether a line is selected, and where its matches are. */
export interface Matcher {
  test(line: string): boolean;
  /** The matches in order, none of them empty. */
  spans(line: string): readonly Span[];
  readonly warnings: readonly string[];
}

/** Makes the matcher for `patterns`, of which any may match; with `bytes` every byte is a character. Throws `Failure` in grep's words. */
export function matcherOf(patterns: readonly string[], options: ParsedOptions, bytes: boolean): Matcher {
  const asked = new Set(
    options.order
      .map(({ name }) => name)
      .filter((name) => ["basic-regexp", "extended-regexp", "fixed-strings", "perl-regexp"].includes(name)),
  );
  if (asked.size > 1) throw new Failure("conflicting matchers specified", 2);
  const [syntax = "basic-regexp"] = asked;
  const ignoreCase =
    options.order.findLast((given) => given.name === "ignore-case" || given.name === "y" || given.name === "no-ignore-case")?.name !==
      "no-ignore-case" &&
    (options.has("ignore-case") || options.has("y"));
  if (syntax === "perl-regexp") return perlMatcher(patterns, ignoreCase, options.has("word-regexp"), options.has("line-regexp"));
  const sources = syntax === "fixed-strings" ? patterns.map((pattern) => pattern.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")) : patterns;
  if (patterns.length === 0) return { test: () => false, spans: () => [], warnings: [] };
  try {
    const pattern = Pattern.compileAny(sources, {
      syntax: syntax === "basic-regexp" ? "basic" : "extended",
      dialect: "grep",
      ignoreCase,
      bytes,
      word: options.has("word-regexp") && !options.has("line-regexp"),
      cover: options.has("line-regexp") ? "whole" : "any",
    });
    return {
      warnings: pattern.warnings,
      test: (line) => pattern.test(line),
      spans: (line) => allSpans(line, (from) => pattern.find(line, from)),
    };
  } catch (error) {
    if (error instanceof PatternError) throw new Failure(error.message, 2);
    throw error;
  }
}

function allSpans(line: string, find: (from: number) => Span | undefined): readonly Span[] {
  const spans: Span[] = [];
  for (let from = 0; from <= line.length;) {
    const span = find(from);
    if (span === undefined) break;
    if (span.end > span.start) spans.push({ start: span.start, end: span.end });
    from = span.end > span.start ? span.end : span.end + 1;
  }
  return spans;
}

/** @simplified -P is RE2's syntax: no look-around, no back-references. */
function perlMatcher(patterns: readonly string[], ignoreCase: boolean, word: boolean, line: boolean): Matcher {
  const [source = ""] = patterns;
  if (patterns.length > 1) throw new Failure("the -P option only supports a single pattern", 2);
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(line ? `^(?:${source})$` : word ? `\\b(?:${source})\\b` : source, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  } catch {
    throw new Failure("this pattern needs more of -P than is built in Immutable Lab", 2);
  }
  return {
    warnings: [],
    test: (text) => compiled.matcher(text).find(),
    spans: (text) =>
      allSpans(text, (from) => {
        const matcher = compiled.matcher(text);
        return matcher.find(from) ? { start: matcher.start(), end: matcher.end() } : undefined;
      }),
  };
}
