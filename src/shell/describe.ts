/** How variables and functions are printed so that the shell can read them again: `declare -p`, `set`, `export -p`, `${x@A}`. */
import { doubleQuote, hasControls, ansiQuote, quoteForReuse, quoteIfNeeded } from "./escapes.ts";
import { attributeLetters, type Value, type Variable } from "./variables.ts";

/** `declare -x NAME="value"`. */
export function declaration(name: string, variable: Variable): string {
  const letters = attributeLetters(variable);
  const head = `declare -${letters === "" ? "-" : letters} ${name}`;
  if (variable.value === undefined || (typeof variable.value === "object" && variable.value.isUnset)) return head;
  return `${head}=${typeof variable.value === "string" ? doubleQuote(variable.value) : arrayText(variable.value)}`;
}

/** The right side of an array's declaration: `([0]="a" [1]="b")`. */
function arrayText(value: Exclude<Value, string>): string {
  const elements = value.entries().map(([key, element]) => `[${quoteKey(String(key))}]=${doubleQuote(element)}`);
  // bash leaves a blank before the parenthesis of associative arrays.
  return "size" in value && elements.length > 0 && isAssociative(value) ? `(${elements.join(" ")} )` : `(${elements.join(" ")})`;
}

function isAssociative(value: Exclude<Value, string>): boolean {
  return !("end" in value);
}

function quoteKey(key: string): string {
  if (hasControls(key)) return ansiQuote(key);
  return key === "" || /[^A-Za-z0-9_.:/+%,=-]/.test(key) ? `"${key.replace(/[$`"\\]/g, "\\$&")}"` : key;
}

/** `NAME=value`, as `set` lists. */
export function assignmentText(name: string, value: Value): string {
  return `${name}=${typeof value === "string" ? quoteIfNeeded(value) : arrayText(value)}`;
}

/** `${x@A}`. */
export function describeVariable(name: string, variable: Variable, what: "all" | "element"): string {
  const letters = attributeLetters(variable);
  const head = `declare -${letters === "" ? "-" : letters} ${name}`;
  if (variable.value === undefined) return head;
  if (typeof variable.value === "string") return `${head}=${quoteForReuse(variable.value)}`;
  return what === "all" ? `${head}=${arrayText(variable.value)}` : `${head}=${quoteForReuse(variable.value.values()[0] ?? "")}`;
}
