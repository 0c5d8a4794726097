/** `${x@Q}` and the other letters. */
import type { Run } from "../../machine/program.ts";
import { AssociativeArray } from "../arrays.ts";
import { describeVariable } from "../describe.ts";
import { decodeEscapes, quoteForReuse } from "../escapes.ts";
import { expandPrompt } from "../prompt.ts";
import type { Shell } from "../shell.ts";
import { attributeLetters } from "../variables.ts";
import type { ParameterValue, Target } from "./parameter.ts";
import { arrayOf } from "./parameter.ts";
import type { ParameterPiece } from "./template.ts";

/** The letters that change a value: Q E P U L u. */
export function* transform(shell: Shell, letter: string, text: string): Run<string> {
  switch (letter) {
    case "Q":
      return quoteForReuse(text);
    case "E":
      return decodeEscapes(text, "ansi-c").text;
    case "P":
      return yield* expandPrompt(shell, text);
    case "U":
      return text.toUpperCase();
    case "L":
      return text.toLowerCase();
    default:
      return [...text].map((char, i) => (i === 0 ? char.toUpperCase() : char)).join("");
  }
}

/** The letters that tell of a variable: a A k K. */
export function describe(shell: Shell, letter: string, target: Target, value: ParameterValue, piece: ParameterPiece): ParameterValue {
  const variable = shell.variables.find(target.name);
  const array = arrayOf(shell, target.name);
  if (letter === "a") {
    const letters = variable === undefined ? undefined : attributeLetters(variable);
    return value.kind === "list" && letters !== undefined
      ? { ...value, values: value.values.map(() => letters) }
      : { kind: "scalar", value: letters };
  }
  if (letter === "A") {
    if (value.kind === "list" && (target.name === "@" || target.name === "*"))
      return { kind: "scalar", value: `set -- ${value.values.map(quoteForReuse).join(" ")}` };
    if (variable === undefined) return { kind: "scalar", value: undefined };
    const isPlain = array === undefined && attributeLetters(variable) === "";
    if (isPlain && typeof variable.value === "string") return { kind: "scalar", value: `${target.name}=${quoteForReuse(variable.value)}` };
    return {
      kind: "scalar",
      value: describeVariable(target.name, variable, value.kind === "list" || array === undefined ? "all" : "element"),
    };
  }
  if (array === undefined || value.kind === "scalar") {
    const text = value.kind === "scalar" ? value.value : value.values[0];
    return { kind: "scalar", value: text === undefined ? undefined : quoteForReuse(text) };
  }
  const entries = array.entries().map(([key, element]) => [String(key), element] as const);
  if (letter === "k") return { kind: "list", values: entries.flat(), isStar: value.isStar };
  void piece;
  return {
    kind: "list",
    values: [
      entries.map(([key, element]) => `${key} "${element.replace(/[$`"\\]/g, "\\$&")}"`).join(" ") +
        (array instanceof AssociativeArray ? " " : ""),
    ],
    isStar: value.isStar,
  };
}
