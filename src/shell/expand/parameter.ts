/** `$x`, `${x…}`: what a parameter is, before and after its operation. */
import type { ParameterSliceOperation } from "unbash";
import { TICK, type Run } from "../../machine/program.ts";
import { charactersOf } from "../characters.ts";
import { elementKey } from "../arithmetic-expansion.ts";
import { IndexedArray, type AssociativeArray } from "../arrays.ts";
import { ShellError } from "../errors.ts";
import type { Shell } from "../shell.ts";
import { isName, parseReference } from "../variables.ts";
import { addExpansion, emit, expandToText, separators } from "./expand.ts";
import type { FieldBuilder } from "./fields.ts";
import { applyOperation, slice } from "./operations.ts";
import { specialParameter } from "./special.ts";
import { templateOf, type ParameterPiece } from "./template.ts";
import { describe } from "./transform.ts";

/** Elements of a list that are added at once. */
const ELEMENTS_PER_TICK = 4096;

/** What a parameter holds: one value, or the elements of `@` or `*`. */
export type ParameterValue =
  | { readonly kind: "scalar"; readonly value: string | undefined }
  | { readonly kind: "list"; readonly values: readonly string[]; readonly isStar: boolean };

/** A parameter with its subscript evaluated. */
export interface Target {
  readonly name: string;
  /** The key of an element. */
  readonly subscript: string | undefined;
  /** `[@]` or `[*]`: all elements. */
  readonly whole?: "@" | "*";
}

/** Expands `piece` into `out`. */
export function* expandParameter(shell: Shell, piece: ParameterPiece, out: FieldBuilder, quoted: boolean): Run<void> {
  const { operation } = piece;
  if (piece.prefix === "!" && operation?.type === "Names") {
    const names = shell.variables.names().filter((name) => name.startsWith(piece.name));
    return yield* addValue(shell, { kind: "list", values: names, isStar: operation.operator === "*" }, out, quoted);
  }
  if (!isParameter(piece.name) || (operation?.type === "Unknown" && !operation.operator.startsWith("~")))
    throw new ShellError(`${piece.text}: bad substitution`, "line");
  let target = yield* targetOf(shell, piece);
  if (piece.prefix === "!") {
    if (target.whole !== undefined && operation === undefined) {
      return yield* addValue(shell, { kind: "list", values: keysOf(shell, target.name), isStar: target.whole === "*" }, out, quoted);
    }
    const own = shell.variables.own(target.name);
    // Of a reference (`declare -n`) it is the name that it refers to.
    if (own?.reference === true && piece.index === undefined) return yield* add(shell, out, quoted, shell.variables.resolve(target.name));
    target = indirect(shell, target, piece);
  }
  if (piece.prefix === "#") return yield* add(shell, out, quoted, String(lengthOf(shell, target)));
  const value = valueOf(shell, target);
  if (reachesBeforeStart(shell, target)) yield* shell.complain(`${target.name}: bad array subscript`);
  if (operation?.type === "Default") return yield* applyDefault(shell, piece, target, value, out, quoted);
  if (isUnset(value)) checkBound(shell, target, operation?.type === "Transform" && operation.operand.value === "a");
  if (operation === undefined) return yield* addValue(shell, value, out, quoted);
  if (operation.type === "Slice") return yield* addValue(shell, yield* sliced(shell, operation, target, value), out, quoted);
  if (operation.type === "Transform" && "aAkK".includes(operation.operand.value)) {
    return yield* addValue(shell, describe(shell, operation.operand.value, target, value, piece), out, quoted);
  }
  return yield* addValue(shell, yield* applyOperation(shell, operation, value, piece), out, quoted);
}

/** Errors in the offsets of `${x:1+}` name the parameter first. */
function* sliced(shell: Shell, operation: ParameterSliceOperation, target: Target, value: ParameterValue): Run<ParameterValue> {
  try {
    return yield* slice(shell, operation, target, value);
  } catch (error) {
    if (error instanceof ShellError && error.message.includes("(error token is"))
      throw new ShellError(`${target.name}: ${error.message}`, error.ends);
    throw error;
  }
}

/** Names, positions and special parameters. */
function isParameter(name: string): boolean {
  return isName(name) || /^(?:\d+|[@*#?$!-])$/.test(name);
}

function* targetOf(shell: Shell, { name, index, text }: ParameterPiece): Run<Target> {
  if (index === undefined) return { name, subscript: undefined };
  if (index.text === "@" || index.text === "*") return { name, subscript: undefined, whole: index.text };
  if (index.text.trim() === "") throw new ShellError(`${text}: bad substitution`, "line");
  return { name, subscript: elementKey(shell, name, yield* expandToText(shell, index, "bare")) };
}

/** A negative index that counts back beyond the first element. */
function reachesBeforeStart(shell: Shell, { name, subscript }: Target): boolean {
  if (subscript?.startsWith("-") !== true) return false;
  const array = arrayOf(shell, name);
  return array instanceof IndexedArray && array.end + Number(subscript) < 0;
}

/** `${!x}`: the parameter that x names. */
function indirect(shell: Shell, target: Target, piece: ParameterPiece): Target {
  const value = valueOf(shell, target);
  const name = value.kind === "scalar" ? value.value : value.values.join(" ");
  if (name === undefined || name === "") throw new ShellError(`${piece.text.slice(3, -1)}: invalid indirect expansion`, "line");
  if (isParameter(name)) return { name, subscript: undefined };
  const reference = parseReference(name);
  if (reference === undefined) throw new ShellError(`${name}: invalid variable name`, "line");
  const { subscript } = reference;
  if (subscript === "@" || subscript === "*") return { name: reference.name, subscript: undefined, whole: subscript };
  return { name: reference.name, subscript: subscript === undefined ? undefined : elementKey(shell, reference.name, subscript) };
}

/** The value of a parameter as it stands. */
export function valueOf(shell: Shell, target: Target): ParameterValue {
  const { name, subscript, whole } = target;
  if (name === "@" || name === "*") return { kind: "list", values: shell.state.positional, isStar: name === "*" };
  if (!isName(name)) return { kind: "scalar", value: specialParameter(shell, name) };
  if (whole !== undefined) return { kind: "list", values: elementsOf(shell, name), isStar: whole === "*" };
  const value = subscript === undefined ? shell.variables.scalar(name) : shell.variables.element(name, subscript);
  return { kind: "scalar", value };
}

function elementsOf(shell: Shell, name: string): readonly string[] {
  const value = shell.variables.value(name);
  return value === undefined ? [] : typeof value === "string" ? [value] : value.values();
}

function keysOf(shell: Shell, name: string): string[] {
  const value = shell.variables.value(name);
  return value === undefined ? [] : typeof value === "string" ? ["0"] : value.keys();
}

function lengthOf(shell: Shell, target: Target): number {
  const value = valueOf(shell, target);
  if (value.kind === "list") return value.values.length;
  if (value.value === undefined) checkBound(shell, target, false);
  return charactersOf(shell, value.value ?? "").length;
}

function isUnset(value: ParameterValue): boolean {
  return value.kind === "scalar" && value.value === undefined;
}

/** `set -u`. */
function checkBound(shell: Shell, target: Target, isForgiven: boolean): void {
  if (!shell.options.has("nounset") || isForgiven) return;
  const name = /^\d/.test(target.name) || target.name === "!" ? `$${target.name}` : target.name;
  throw new ShellError(`${name}${target.subscript === undefined ? "" : `[${target.subscript}]`}: unbound variable`, "shell");
}

/** `${x:-word}` and its kin. */
function* applyDefault(
  shell: Shell,
  piece: ParameterPiece,
  target: Target,
  value: ParameterValue,
  out: FieldBuilder,
  quoted: boolean,
): Run<void> {
  if (piece.operation?.type !== "Default") return;
  const { operator, operand } = piece.operation;
  const counts =
    value.kind === "list"
      ? value.values.length > 0 && (!operator.startsWith(":") || value.values.join("") !== "")
      : value.value !== undefined && !(operator.startsWith(":") && value.value === "");
  const kind = operator.at(-1);
  if (kind === "+" ? !counts : counts) return kind === "+" ? undefined : yield* addValue(shell, value, out, quoted);
  if (kind === "+" || kind === "-") {
    yield* emit(shell, templateOf(operand, quoted ? "operand" : "word").pieces, out, { quoted, splitsLiterals: !quoted && out.splits });
    if (quoted) out.touch();
    return;
  }
  if (kind === "?") {
    const message = yield* expandToText(shell, operand, quoted ? "operand" : "word");
    const reason = message !== "" ? message : operator === "?" ? "parameter not set" : "parameter null or not set";
    throw new ShellError(`${nameWithSubscript(piece)}: ${reason}`, "shell");
  }
  if (!isName(target.name) || target.whole !== undefined) throw new ShellError(`$${piece.name}: cannot assign in this way`, "line");
  const text = yield* expandToText(shell, operand, quoted ? "operand" : "word");
  if (target.subscript === undefined) shell.variables.assign(target.name, text);
  else shell.variables.assignElement(target.name, target.subscript, text);
  yield* add(shell, out, quoted, text);
}

function nameWithSubscript(piece: ParameterPiece): string {
  return piece.index === undefined ? piece.name : `${piece.name}[${piece.index.text}]`;
}

function* add(shell: Shell, out: FieldBuilder, quoted: boolean, text: string): Run<void> {
  if (quoted) out.quoted(text);
  else yield* addExpansion(shell, out, text);
}

/** Puts a value where it belongs: `"$@"` as fields, `"$*"` joined by the first character of IFS. */
function* addValue(shell: Shell, value: ParameterValue, out: FieldBuilder, quoted: boolean): Run<void> {
  if (value.kind === "scalar") {
    if (value.value !== undefined) yield* add(shell, out, quoted, value.value);
    return;
  }
  if (value.values.length === 0) {
    if (quoted && !value.isStar) out.emptyLists++;
    return;
  }
  if (value.isStar && (quoted || !out.splits)) {
    yield* add(shell, out, quoted, value.values.join(separators(shell).slice(0, 1)));
    return;
  }
  let added = 0;
  for (const element of value.values) {
    if (added > 0) {
      if (out.splits) out.nextField();
      else yield* add(shell, out, quoted, " ");
    }
    yield* add(shell, out, quoted, element);
    if (++added % ELEMENTS_PER_TICK === 0) yield TICK;
  }
}

/** The array that a name holds, if it holds one. */
export function arrayOf(shell: Shell, name: string): IndexedArray | AssociativeArray | undefined {
  const value = shell.variables.value(name);
  return typeof value === "object" ? value : undefined;
}
