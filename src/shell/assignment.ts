/** Assignments: `x=1`, `x+=1`, `a[i]=1`, `a=(1 2 [5]=3)`. First everything is expanded, then it is done. */
import type { ArrayValue, Assignment, Word } from "unbash";
import { TICK, type Run } from "../machine/program.ts";
import { elementKey } from "./arithmetic-expansion.ts";
import { AssociativeArray, IndexedArray } from "./arrays.ts";
import { ShellError } from "./errors.ts";
import { expandToText, expandWords } from "./expand/expand.ts";
import type { Shell } from "./shell.ts";
import { parseScript } from "./syntax.ts";
import { isName, newVariable, type Variable } from "./variables.ts";

/** An assignment with everything in it expanded. */
export interface PreparedAssignment {
  readonly name: string;
  /** The text between the brackets. */
  readonly subscript: string | undefined;
  readonly append: boolean;
  readonly value: string | readonly PreparedElement[];
  /** As written. */
  readonly source: string;
}

/** An element of `(…)`: words, or one text under a subscript. */
export interface PreparedElement {
  readonly subscript: string | undefined;
  readonly append: boolean;
  readonly texts: readonly string[];
  /** As written. */
  readonly source: string;
}

export function* prepareAssignment(shell: Shell, node: Assignment): Run<PreparedAssignment> {
  const common = { name: node.name, append: node.append === true, source: node.text };
  if (node.value.type === "ArrayValue") {
    if (node.index !== undefined) throw new ShellError(`${node.name}[${node.index.text}]: cannot assign list to array member`);
    return { ...common, subscript: undefined, value: yield* prepareElements(shell, node.value) };
  }
  const value = yield* expandToText(shell, node.value, "assignment");
  if (node.index === undefined) return { ...common, subscript: undefined, value };
  if (node.index.text.trim() === "") throw new ShellError(`${node.name}[]: bad array subscript`);
  return { ...common, subscript: yield* expandToText(shell, node.index, "bare"), value };
}

function* prepareElements(shell: Shell, value: ArrayValue): Run<PreparedElement[]> {
  const out: PreparedElement[] = [];
  for (const element of value.elements) {
    const subscripted = subscriptOf(element);
    if (subscripted === undefined)
      out.push({ subscript: undefined, append: false, texts: yield* expandWords(shell, [element]), source: element.text });
    else {
      const subscript = yield* expandToText(shell, subscripted.key, "bare");
      out.push({
        subscript,
        append: subscripted.append,
        texts: [yield* expandToText(shell, subscripted.value, "assignment")],
        source: element.text,
      });
    }
  }
  return out;
}

/** Elements that are put into an array at once. */
const ELEMENTS_PER_TICK = 8192;

/** Does a prepared assignment in the shell's variables. Throws ShellError. */
export function* applyAssignment(shell: Shell, { name, subscript, append, value }: PreparedAssignment): Run<void> {
  const { variables } = shell;
  if (typeof value !== "string") yield* assignElements(shell, name, value, append);
  else if (subscript === undefined) variables.assign(name, value, append);
  else variables.assignElement(name, elementKey(shell, name, subscript), value, append);
  if (shell.options.has("allexport")) variables.declare(name, "visible").exported = true;
}

function* assignElements(shell: Shell, name: string, elements: readonly PreparedElement[], append: boolean): Run<void> {
  const { variables } = shell;
  const target = variables.resolve(name);
  const old = variables.value(target);
  const attributes = variables.find(target) ?? newVariable();
  const convert = (text: string) => variables.convert(attributes, text);
  if (old instanceof AssociativeArray) {
    const array = append ? appendable(attributes, old) : new AssociativeArray();
    yield* fillAssociative(target, array, elements, convert);
    variables.assignArray(target, array);
    return;
  }
  const array = append ? (old instanceof IndexedArray ? appendable(attributes, old) : indexed(old)) : new IndexedArray();
  let next = array.end;
  for (const element of elements) {
    if (element.subscript === undefined) {
      for (const text of element.texts) {
        array.set(next++, convert(text));
        if (next % ELEMENTS_PER_TICK === 0) yield TICK;
      }
      continue;
    }
    const given = Number(elementKey(shell, target, element.subscript));
    const index = given < 0 ? array.end + given : given;
    if (index < 0) throw new ShellError(`${element.source.replace(/=.*$/s, "")}: bad array subscript`);
    array.set(index, convert((element.append ? (array.get(index) ?? "") : "") + (element.texts[0] ?? "")));
    next = index + 1;
  }
  variables.assignArray(target, array);
}

/** The variable's array itself, or a copy of one that is not to be changed. */
function appendable<A extends IndexedArray | AssociativeArray>(variable: Variable, array: A): A {
  return (variable.value === array && !variable.readonly ? array : array.clone()) as A;
}

function indexed(value: unknown): IndexedArray {
  return IndexedArray.of(typeof value === "string" ? [value] : []);
}

/** `([k]=v …)`, or keys and values in turn. */
function* fillAssociative(
  name: string,
  array: AssociativeArray,
  elements: readonly PreparedElement[],
  convert: (text: string) => string,
): Run<void> {
  if (elements[0]?.subscript === undefined) {
    const words = elements.flatMap((element) => element.texts);
    for (let i = 0; i < words.length; i += 2) {
      array.set(words[i] ?? "", convert(words[i + 1] ?? ""));
      if (i % ELEMENTS_PER_TICK === 0 && i > 0) yield TICK;
    }
    return;
  }
  for (const { subscript, append, texts, source } of elements) {
    if (subscript === undefined) throw new ShellError(`${name}: ${source}: must use subscript when assigning associative array`);
    array.set(subscript, convert((append ? (array.get(subscript) ?? "") : "") + (texts[0] ?? "")));
  }
}

interface SubscriptedElement {
  readonly key: Word;
  readonly value: Word;
  readonly append: boolean;
}

const elementForms = new WeakMap<Word, SubscriptedElement | "plain">();

/** `[key]=value` inside an array's parentheses, as an assignment of its own. */
function subscriptOf(element: Word): SubscriptedElement | undefined {
  if (!element.text.startsWith("[")) return undefined;
  let found = elementForms.get(element);
  if (found === undefined) elementForms.set(element, (found = parseElement(element.text) ?? "plain"));
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

/** As written, values expanded: for commands that take `name=value` as a plain word. */
export function* assignmentWord(shell: Shell, node: Assignment): Run<string> {
  const head = node.text.slice(0, node.text.length - (node.value.end - node.value.pos));
  return node.value.type === "ArrayValue" ? node.text : head + (yield* expandToText(shell, node.value, "assignment"));
}
