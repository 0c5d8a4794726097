/** `${x#…}`, `${x/…/…}`, `${x^…}`, `${x:…}`, `${x@…}` on values. */
import type {
  ParameterCaseOperation,
  ParameterRemoveOperation,
  ParameterReplaceOperation,
  ParameterSliceOperation,
  ParameterTransformOperation,
  ParameterUnknownOperation,
} from "unbash";
import { TICK, type Run } from "../../machine/program.ts";
import { charactersOf, inLocale, outOfLocale } from "../characters.ts";
import { evaluateText } from "../arithmetic-expansion.ts";
import { AssociativeArray, IndexedArray } from "../arrays.ts";
import { ShellError } from "../errors.ts";
import { Pattern } from "../pattern.ts";
import type { Shell } from "../shell.ts";
import { endOnSignal } from "../traps.ts";
import { expandToField, expandToPattern } from "./expand.ts";
import type { ParameterValue, Target } from "./parameter.ts";
import { arrayOf } from "./parameter.ts";
import type { ParameterPiece } from "./template.ts";
import { transform } from "./transform.ts";

type TextOperation =
  ParameterRemoveOperation | ParameterReplaceOperation | ParameterCaseOperation | ParameterTransformOperation | ParameterUnknownOperation;

/** Applies an operation to the value, or to each element of a list. */
export function* applyOperation(
  shell: Shell,
  operation: { readonly type: string },
  value: ParameterValue,
  piece: ParameterPiece,
): Run<ParameterValue> {
  const change = yield* changer(shell, operation as TextOperation, piece);
  if (value.kind === "list") {
    const values: string[] = [];
    for (const element of value.values) values.push(yield* change(element));
    return { ...value, values };
  }
  return value.value === undefined ? value : { kind: "scalar", value: yield* change(value.value) };
}

type Change = (text: string) => Run<string>;

/** Replacements, and what is between them, that are made at once. */
const PARTS_PER_TICK = 8192;

/** A change of what the locale takes for characters. */
function inCharacters(shell: Shell, change: (text: string) => string): Change {
  return function* (text) {
    return outOfLocale(change(inLocale(shell, text)));
  };
}

function* changer(shell: Shell, operation: TextOperation, piece: ParameterPiece): Run<Change> {
  switch (operation.type) {
    case "Remove": {
      const pattern = yield* expandToPattern(shell, operation.operand);
      return inCharacters(shell, (text) => remove(text, pattern, operation.operator));
    }
    case "Replace": {
      const pattern = yield* expandToPattern(shell, operation.pattern);
      const replacement = (yield* expandToField(shell, operation.replacement, "word")).runs;
      const ampersand = shell.options.shopt("patsub_replacement");
      const by = (match: string): string => fill(replacement, match, ampersand);
      return function* (text) {
        return outOfLocale(yield* replace(shell, inLocale(shell, text), pattern, operation.operator, by));
      };
    }
    case "CaseModification": {
      const pattern = operation.operand === undefined ? new Pattern("?") : yield* expandToPattern(shell, operation.operand);
      return inCharacters(shell, (text) => changeCase(text, pattern, operation.operator));
    }
    case "Unknown": {
      // `${x~}` and `${x~~}`: the other case, of the first character or of all.
      const [, operator = "", operand = ""] = /^(~~?)(.*)$/s.exec(operation.operator) ?? [];
      const pattern = new Pattern(operand === "" ? "?" : operand);
      return inCharacters(shell, (text) => changeCase(text, pattern, operator));
    }
    case "Transform": {
      if (!/^[QEPULu]$/.test(operation.operand.value)) throw new ShellError(`${piece.text}: bad substitution`, "shell");
      return (text) => transform(shell, operation.operand.value, text);
    }
  }
}

function remove(text: string, pattern: Pattern, operator: ParameterRemoveOperation["operator"]): string {
  const which = operator.length === 2 ? "longest" : "shortest";
  if (operator.startsWith("#")) return text.slice(pattern.prefix(text, which) ?? 0);
  return text.slice(0, text.length - (pattern.suffix(text, which) ?? 0));
}

function* replace(
  shell: Shell,
  text: string,
  pattern: Pattern,
  operator: ParameterReplaceOperation["operator"],
  by: (match: string) => string,
): Run<string> {
  if (operator === "/#") {
    const length = pattern.prefix(text, "longest");
    return length === undefined ? text : by(text.slice(0, length)) + text.slice(length);
  }
  if (operator === "/%") {
    const length = pattern.suffix(text, "longest");
    return length === undefined ? text : text.slice(0, text.length - length) + by(text.slice(text.length - length));
  }
  let out = "";
  let parts: string[] = [];
  let from = 0;
  while (from <= text.length) {
    if (parts.length >= PARTS_PER_TICK) {
      out += parts.join("");
      parts = [];
      yield TICK;
      yield* endOnSignal(shell);
    }
    const match = pattern.find(text, from);
    // An empty match replaces nothing, except in an empty text.
    if (match === undefined || (match.start === match.end && text !== "")) break;
    parts.push(text.slice(from, match.start), by(text.slice(match.start, match.end)));
    from = match.end;
    if (operator === "/" || match.end === match.start) break;
  }
  return out + parts.join("") + text.slice(from);
}

/** The replacement, with unquoted `&` standing for what matched. */
function fill(runs: readonly { readonly text: string; readonly quoted: boolean }[], match: string, ampersand: boolean): string {
  return runs
    .map((run) =>
      run.quoted || !ampersand ? run.text : run.text.replace(/\\&|\\\\|&/g, (found) => (found === "&" ? match : found.slice(1))),
    )
    .join("");
}

/** `^`, `^^`, `,`, `,,`, `~`, `~~`. */
function changeCase(text: string, pattern: Pattern, operator: string): string {
  const toOther = (char: string) => (char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase());
  const changed = (char: string) =>
    operator.startsWith("^") ? char.toUpperCase() : operator.startsWith(",") ? char.toLowerCase() : toOther(char);
  const change = (char: string) => (pattern.matches(char) ? changed(char) : char);
  const chars = [...text];
  return chars.map((char, i) => (i === 0 || operator.length === 2 ? change(char) : char)).join("");
}

/** `${x:offset:length}`: characters of a text, elements of an array or of the positional parameters. */
export function* slice(shell: Shell, operation: ParameterSliceOperation, target: Target, value: ParameterValue): Run<ParameterValue> {
  const offset = Number(yield* evaluateText(shell, operation.offset.text));
  const length = operation.length === undefined ? undefined : Number(yield* evaluateText(shell, operation.length.text));
  if (value.kind === "scalar") {
    if (value.value === undefined) return value;
    const chars = charactersOf(shell, value.value);
    const [from, to] = bounds(offset, length, chars.length, operation, true);
    return { kind: "scalar", value: chars.slice(from, to).join("") };
  }
  if (target.name === "@" || target.name === "*") {
    const all = [shell.state.name, ...value.values];
    const from = offset < 0 ? all.length + offset : offset;
    if (from < 0) return { ...value, values: [] };
    if (length !== undefined && length < 0) throw new ShellError(`${operation.length?.text ?? ""}: substring expression < 0`, "line");
    return { ...value, values: all.slice(from, length === undefined ? undefined : from + length) };
  }
  const array = arrayOf(shell, target.name);
  if (length !== undefined && length < 0) throw new ShellError(`${operation.length?.text ?? ""}: substring expression < 0`, "line");
  if (array instanceof IndexedArray) {
    const from = offset < 0 ? array.end + offset : offset;
    if (from < 0) return { ...value, values: [] };
    const rest = array.entries().filter(([index]) => index >= from);
    return { ...value, values: rest.slice(0, length).map(([, element]) => element) };
  }
  const start = array instanceof AssociativeArray ? Math.max(0, offset - 1) : offset;
  const [from, to] = bounds(start, length, value.values.length, operation, false);
  return { ...value, values: value.values.slice(from, to) };
}

function bounds(
  offset: number,
  length: number | undefined,
  size: number,
  operation: ParameterSliceOperation,
  fromEnd: boolean,
): readonly [number, number] {
  const from = offset < 0 ? size + offset : offset;
  if (from < 0 || from > size) return [0, 0];
  if (length === undefined) return [from, size];
  if (length >= 0 || !fromEnd) return [from, from + Math.max(0, length)];
  const to = size + length;
  if (to < from) throw new ShellError(`${operation.length?.text ?? ""}: substring expression < 0`, "line");
  return [from, to];
}
