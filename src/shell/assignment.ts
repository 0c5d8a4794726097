/** Assignments: `x=1`, `x+=1`, `a[i]=1`, `a=(1 2 [5]=3)`. */
import type { ArrayValue, Assignment, Word } from "unbash";
import type { Run } from "../machine/program.ts";
import { elementKey } from "./arithmetic-expansion.ts";
import { AssociativeArray, IndexedArray } from "./arrays.ts";
import { ShellError } from "./errors.ts";
import { expandToText, expandWords } from "./expand/expand.ts";
import type { Shell } from "./shell.ts";
import { parseScript } from "./syntax.ts";
import { isName, newVariable } from "./variables.ts";

/** Does one assignment in the shell's variables. */
export function* assign(shell: Shell, node: Assignment): Run<void> {
  const { variables } = shell;
  if (node.value.type === "ArrayValue") {
    if (node.index !== undefined) throw new ShellError(`${node.name}[${node.index.text}]: cannot assign list to array member`);
    yield* assignArray(shell, node.name, node.value, node.append === true);
  } else {
    const value = yield* expandToText(shell, node.value, "assignment");
    if (node.index === undefined) variables.assign(node.name, value, node.append === true);
    else {
      if (node.index.text.trim() === "") throw new ShellError(`${node.name}[]: bad array subscript`);
      const key = elementKey(shell, node.name, yield* expandToText(shell, node.index, "bare"));
      variables.assignElement(node.name, key, value, node.append === true);
    }
  }
  if (shell.options.has("allexport")) variables.declare(node.name, "visible").exported = true;
}

/** `name=(…)` or `name+=(…)`. */
export function* assignArray(shell: Shell, name: string, value: ArrayValue, append: boolean): Run<void> {
  const { variables } = shell;
  const target = variables.resolve(name);
  const old = variables.value(target);
  const kept = old instanceof AssociativeArray;
  const array = kept ? (append ? old.clone() : new AssociativeArray()) : append ? indexed(old) : new IndexedArray();
  const attributes = variables.find(target) ?? newVariable();
  if (array instanceof AssociativeArray) yield* fillAssociative(shell, target, array, value);
  else {
    for (const element of value.elements) {
      const subscripted = subscriptOf(element);
      if (subscripted === undefined) {
        for (const text of yield* expandWords(shell, [element])) array.set(array.end, variables.convert(attributes, text));
        continue;
      }
      const index = Number(elementKey(shell, target, yield* expandToText(shell, subscripted.key, "bare")));
      const text = yield* expandToText(shell, subscripted.value, "assignment");
      array.set(index < 0 ? array.end + index : index, variables.convert(attributes, subscripted.append ? (array.get(index) ?? "") + text : text));
    }
  }
  variables.assignArray(target, array);
}

function indexed(value: unknown): IndexedArray {
  if (value instanceof IndexedArray) return value.clone();
  return IndexedArray.of(typeof value === "string" ? [value] : []);
}

/** `([k]=v …)`, or keys and values in turn. */
function* fillAssociative(shell: Shell, name: string, array: AssociativeArray, value: ArrayValue): Run<void> {
  const attributes = shell.variables.find(name) ?? newVariable();
  const first = value.elements[0];
  if (first !== undefined && subscriptOf(first) === undefined) {
    const words = yield* expandWords(shell, value.elements);
    for (let i = 0; i < words.length; i += 2) array.set(words[i] ?? "", shell.variables.convert(attributes, words[i + 1] ?? ""));
    return;
  }
  for (const element of value.elements) {
    const subscripted = subscriptOf(element);
    if (subscripted === undefined) {
      yield* shell.complain(`${name}: ${element.text}: must use subscript when assigning associative array`);
      continue;
    }
    const key = yield* expandToText(shell, subscripted.key, "bare");
    const text = yield* expandToText(shell, subscripted.value, "assignment");
    array.set(key, shell.variables.convert(attributes, subscripted.append ? (array.get(key) ?? "") + text : text));
  }
}

interface SubscriptedElement {
  readonly key: Word;
  readonly value: Word;
  readonly append: boolean;
}

const elements = new WeakMap<Word, SubscriptedElement | "plain">();

/** `[key]=value` inside an array's parentheses, as an assignment of its own. */
function subscriptOf(element: Word): SubscriptedElement | undefined {
  if (!element.text.startsWith("[")) return undefined;
  let found = elements.get(element);
  if (found === undefined) elements.set(element, (found = parseElement(element.text) ?? "plain"));
  return found === "plain" ? undefined : found;
}

function parseElement(text: string): SubscriptedElement | undefined {
  const assignment = parseAssignment(`x${text}`);
  if (assignment?.index === undefined || assignment.value.type !== "Word") return undefined;
  return { key: assignment.index, value: assignment.value, append: assignment.append === true };
}

/** The assignment that `text` is, e.g. an argument of `declare` that came out of an expansion. */
export function parseAssignment(text: string): Assignment | undefined {
  const command = parseScript(text).commands[0]?.command;
  const node = command?.type === "Command" ? command.prefix[0] : undefined;
  return node?.type === "Assignment" && isName(node.name) ? node : undefined;
}

/** As written, values expanded: for `set -x` and for commands that take `name=value` as a plain word. */
export function* assignmentWord(shell: Shell, node: Assignment): Run<string> {
  const head = node.text.slice(0, node.text.length - (node.value.end - node.value.pos));
  return node.value.type === "ArrayValue" ? node.text : head + (yield* expandToText(shell, node.value, "assignment"));
}
