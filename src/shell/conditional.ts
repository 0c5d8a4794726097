/** `[[ … ]]`. */
import type { TestExpression, Word } from "unbash";
import { hasBytesOnly, inLocale, outOfLocale } from "./characters.ts";
import { PatternError } from "../base/pattern-error.ts";
import type { Run } from "../machine/program.ts";
import { evaluateExpanded, expandArithmetic } from "./arithmetic-expansion.ts";
import { IndexedArray } from "./arrays.ts";
import { ShellError } from "./errors.ts";
import { expandToField, expandToPattern, expandToText } from "./expand/expand.ts";
import type { Shell } from "./shell.ts";
import { trace } from "./xtrace.ts";
import { FILE_BINARY, NUMBER_BINARY, testFiles, testNumbers, testUnary } from "./test-operators.ts";

/** The status: 0 true, 1 false, 2 for a regular expression that cannot be compiled. */
export function* testStatus(shell: Shell, expression: TestExpression): Run<number> {
  try {
    return (yield* test(shell, expression)) ? 0 : 1;
  } catch (error) {
    if (error instanceof PatternError) return 2;
    // An operand that is no number.
    if (error instanceof ShellError && error.message.startsWith("[[: ")) {
      yield* shell.complainOf(error);
      return 1;
    }
    throw error;
  }
}

/** `isNegated` is for the trace. */
function* test(shell: Shell, node: TestExpression, isNegated = false): Run<boolean> {
  switch (node.type) {
    case "TestGroup":
      return yield* test(shell, node.expression);
    case "TestNot":
      return (yield* test(shell, node.operand, node.negations.length % 2 === 1)) !== (node.negations.length % 2 === 1);
    case "TestLogical":
      for (const operand of node.operands) {
        const value = yield* test(shell, operand);
        if (value === (node.operator === "||")) return value;
      }
      return node.operator === "&&";
    case "TestUnary":
      return yield* testOne(shell, node.operator, yield* expandToText(shell, node.operand), isNegated);
    case "TestBinary":
      return yield* testBinary(shell, node.operator, node.left, node.right, isNegated);
  }
}

function* testOne(shell: Shell, operator: string, operand: string, isNegated: boolean): Run<boolean> {
  if (shell.options.has("xtrace")) yield* trace(shell, `[[ ${isNegated ? "! " : ""}${operator} ${operand === "" ? "''" : operand} ]]`);
  return testUnary(shell, operator, operand);
}

function* testBinary(shell: Shell, operator: string, left: Word, right: Word, isNegated: boolean): Run<boolean> {
  const text = yield* expandToText(shell, left);
  if (shell.options.has("xtrace")) {
    const shown = (yield* expandToField(shell, right, "word")).runs
      .map((run) => (run.quoted ? run.text.replace(/[\s\S]/gu, "\\$&") : run.text))
      .join("");
    yield* trace(shell, `[[ ${isNegated ? "! " : ""}${text === "" ? "''" : text} ${operator} ${shown === "" ? "''" : shown} ]]`);
  }
  switch (operator) {
    case "=":
    case "==":
      return (yield* expandToPattern(shell, right, true)).matches(inLocale(shell, text));
    case "!=":
      return !(yield* expandToPattern(shell, right, true)).matches(inLocale(shell, text));
    case "=~":
      return yield* matchExpression(shell, text, right);
    case "<":
      return text < (yield* expandToText(shell, right));
    case ">":
      return text > (yield* expandToText(shell, right));
  }
  const other = yield* expandToText(shell, right);
  if (FILE_BINARY.has(operator)) return testFiles(shell, operator, text, other);
  if (!NUMBER_BINARY.has(operator)) return false;
  const number = function* (word: string): Run<bigint> {
    return evaluateExpanded(shell, yield* expandArithmetic(shell, word), "[[");
  };
  return testNumbers(operator, yield* number(text), yield* number(other));
}

/** Characters that mean something in an extended regular expression. */
const SPECIAL = /[\\^$.[\]|()*+?{}]/g;

/** `=~`: sets BASH_REMATCH. What is quoted in the expression stands for itself. */
function* matchExpression(shell: Shell, text: string, word: Word): Run<boolean> {
  const field = yield* expandToField(shell, word, "word");
  const source = field.runs.map((run) => (run.quoted ? run.text.replace(SPECIAL, "\\$&") : run.text)).join("");
  const compile = yield* shell.interpreter.patterns.get();
  const expression = compile(inLocale(shell, source), shell.options.shopt("nocasematch"), hasBytesOnly(shell));
  const characters = inLocale(shell, text);
  const match = expression.find(characters);
  const groups = match?.groups.map((group) => (group === undefined ? "" : outOfLocale(characters.slice(group.start, group.end)))) ?? [];
  shell.variables.assignArray("BASH_REMATCH", IndexedArray.of(groups));
  return match !== undefined;
}
