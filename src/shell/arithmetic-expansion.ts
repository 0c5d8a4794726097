/** Arithmetic with the shell's variables: `$((…))`, `((…))`, `let`, array subscripts. */
import type { Run } from "../machine/program.ts";
import { ArithmeticError, evaluate, parseArithmetic, type ArithmeticVariables } from "./arithmetic.ts";
import { AssociativeArray } from "./arrays.ts";
import { ReadonlyError, ShellError } from "./errors.ts";
import { expandText } from "./expand/expand.ts";
import type { Shell } from "./shell.ts";

/** The value of `text` after its `$` expansions. Throws ShellError as bash does: the line is given up. */
export function* evaluateText(shell: Shell, text: string): Run<bigint> {
  return evaluateExpanded(shell, yield* expandArithmetic(shell, text));
}

/** The `$` expansions of an arithmetic text; quotes are removed. */
export function* expandArithmetic(shell: Shell, text: string): Run<string> {
  const expanded = /[$`\\]/.test(text) ? yield* expandText(shell, text) : text;
  return expanded.includes('"') ? expanded.replaceAll('"', "") : expanded;
}

/** The value of text in which nothing is left to expand. `label` goes before the message: "((", "let". */
export function evaluateExpanded(shell: Shell, text: string, label = ""): bigint {
  try {
    return evaluate(shell.expressions.get(text, parseArithmetic), arithmeticVariables(shell));
  } catch (error) {
    if (error instanceof ArithmeticError) throw new ShellError(label === "" ? error.message : `${label}: ${error.message}`, "line");
    if (error instanceof ReadonlyError) throw new ShellError(error.message, "line");
    throw error;
  }
}

/** The key under which `name[subscript]` is kept: the text for an associative array, a number for others. */
export function elementKey(shell: Shell, name: string, subscript: string): string {
  if (shell.variables.value(name) instanceof AssociativeArray) return subscript.replace(/^(["'])(.*)\1$/s, "$2");
  return String(evaluateToKeep(shell, subscript));
}

/** As `evaluateExpanded`, for what is assigned or says where. */
export function evaluateToKeep(shell: Shell, text: string): bigint {
  try {
    return evaluateExpanded(shell, text);
  } catch (error) {
    if (!(error instanceof ShellError) || error.ends !== "line") throw error;
    throw new ShellError(error.message, "input", error.status);
  }
}

function arithmeticVariables(shell: Shell): ArithmeticVariables {
  const { variables } = shell;
  return {
    get(name, subscript) {
      const value = subscript === undefined ? variables.scalar(name) : variables.element(name, elementKey(shell, name, subscript));
      if (value === undefined && shell.options.has("nounset")) throw new ShellError(`${name}: unbound variable`, "shell");
      return value;
    },
    set(name, subscript, value) {
      if (subscript === undefined) variables.assign(name, value);
      else variables.assignElement(name, elementKey(shell, name, subscript), value);
    },
  };
}
