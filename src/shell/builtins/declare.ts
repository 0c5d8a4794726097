/** declare, typeset, local, export, readonly. */
import {
  endIfSpecial,
  parseOptions,
  usageError,
  type DeclarationArgument,
  type DeclarationBuiltin,
  type BuiltinOptions,
} from "../builtin.ts";
import { AssociativeArray, IndexedArray } from "../arrays.ts";
import { applyAssignment, parseAssignment, prepareAssignment, type PreparedAssignment } from "../assignment.ts";
import { assignmentText, declaration } from "../describe.ts";
import { singleQuote } from "../escapes.ts";
import { ReadonlyError, ShellError } from "../errors.ts";
import type { Run } from "../../machine/program.ts";
import { functionText } from "../print.ts";
import type { Shell } from "../shell.ts";
import { attributeLetters, isName, newVariable, type Variable } from "../variables.ts";

interface Request {
  readonly builtin: DeclarationBuiltin;
  readonly options: BuiltinOptions;
  /** Where a new variable goes. */
  readonly where: "visible" | "local" | "global";
}

/** One name to declare, with what is assigned to it. */
interface Item {
  readonly name: string;
  readonly assignment: PreparedAssignment | undefined;
}

const ATTRIBUTES = [
  ["i", "integer"],
  ["l", "lowercase"],
  ["u", "uppercase"],
  ["n", "reference"],
  ["r", "readonly"],
  ["t", "trace"],
  ["x", "exported"],
] as const;

function* declareAll(shell: Shell, request: Request, items: readonly (Item | string)[]): Run<number> {
  let status = 0;
  for (const item of items) {
    if (typeof item === "string") {
      yield* shell.complain(`${request.builtin.name}: ${item}`);
      status = 1;
      continue;
    }
    try {
      yield* declareOne(shell, request, item);
    } catch (error) {
      if (!(error instanceof ShellError)) throw error;
      if (error.ends !== "command") throw new ShellError(`${request.builtin.name}: ${error.message}`, error.ends, error.status);
      const isPlain = error instanceof ReadonlyError && request.builtin.special === true;
      yield* shell.complain(isPlain ? error.message : `${request.builtin.name}: ${error.message}`);
      endIfSpecial(shell, request.builtin, 1);
      status = 1;
    }
  }
  return status;
}

function* declareOne(shell: Shell, { options, where }: Request, { name, assignment }: Item): Run<void> {
  const { variables } = shell;
  const existing = variables.own(name);
  if (existing?.readonly === true && (assignment !== undefined || options.has("+r"))) {
    if (where !== "local" || variables.localNames().includes(name)) throw new ReadonlyError(name);
  }
  const follows = existing?.reference === true && !options.has("n") && !options.has("+n") && where === "visible";
  const variable = variables.declare(follows ? variables.resolve(name) : name, where);
  if (where === "local" && options.has("I") && existing !== undefined && existing !== variable)
    Object.assign(variable, { ...existing, readonly: false });
  makeArray(name, variable, options, assignment);
  // A value is assigned under the new attributes, but before readonly takes hold.
  const isReadonly = variable.readonly;
  for (const [letter, key] of ATTRIBUTES) {
    if (key === "readonly") continue;
    if (options.has(letter)) setAttribute(variable, key);
    else if (options.has(`+${letter}`)) variable[key] = false;
  }
  if (assignment !== undefined) {
    if (variable.reference) {
      if (assignment.value === name) throw new ShellError(`${name}: nameref variable self references not allowed`);
      variable.reference = false;
      yield* applyAssignment(shell, assignment);
      if (typeof variable.value === "string" && !/^[A-Za-z_][A-Za-z0-9_]*(\[.*\])?$/.test(variable.value))
        throw new ShellError(`\`${variable.value}': invalid variable name for name reference`);
      variable.reference = true;
    } else yield* applyAssignment(shell, assignment);
  }
  variable.readonly = isReadonly || options.has("r");
  variables.environmentVersion++;
}

function setAttribute(variable: Variable, key: (typeof ATTRIBUTES)[number][1]): void {
  variable[key] = true;
  if (key === "lowercase") variable.uppercase = false;
  if (key === "uppercase") variable.lowercase = false;
}

function makeArray(name: string, variable: Variable, options: BuiltinOptions, assignment: PreparedAssignment | undefined): void {
  const { value } = variable;
  if ((options.has("+a") || options.has("+A")) && typeof value === "object")
    throw new ShellError(`${name}: cannot destroy array variables in this way`);
  if (options.has("A")) {
    if (value instanceof IndexedArray) throw new ShellError(`${name}: cannot convert indexed to associative array`);
    if (value instanceof AssociativeArray) return;
    variable.value = new AssociativeArray(typeof value === "string" ? [["0", value]] : []);
    variable.value.isUnset = value === undefined;
  } else if (options.has("a") || (typeof assignment?.value === "object" && value === undefined)) {
    if (value instanceof AssociativeArray && options.has("a")) throw new ShellError(`${name}: cannot convert associative to indexed array`);
    if (typeof value === "object") return;
    variable.value = new IndexedArray(typeof value === "string" ? [[0, value]] : []);
    variable.value.isUnset = value === undefined;
  }
}

/** Arguments as items; a string is a complaint. */
function* itemsOf(shell: Shell, args: readonly DeclarationArgument[]): Run<(Item | string)[]> {
  const out: (Item | string)[] = [];
  for (const arg of args) {
    if (typeof arg !== "string") out.push({ name: arg.name, assignment: arg });
    else if (isName(arg)) out.push({ name: arg, assignment: undefined });
    else out.push(yield* itemOfWord(shell, arg));
  }
  return out;
}

/** `name=value` that came out of an expansion. */
function* itemOfWord(shell: Shell, word: string): Run<Item | string> {
  const found = /^([A-Za-z_][A-Za-z0-9_]*)(\[[^\]]*\])?(\+?=)([\s\S]*)$/.exec(word);
  if (found === null) {
    const plain = /^([A-Za-z_][A-Za-z0-9_]*)\[.*\]$/.exec(word)?.[1];
    return plain === undefined ? `\`${word}': not a valid identifier` : { name: plain, assignment: undefined };
  }
  const [, name = "", subscript = "", operator = "=", value = ""] = found;
  // The value is as it is to be; only a list in parentheses is read again.
  const isList = value.startsWith("(") && value.endsWith(")");
  const node = parseAssignment(`${name}${subscript}${operator}${isList ? value : singleQuote(value)}`);
  return { name, assignment: node === undefined ? undefined : yield* prepareAssignment(shell, node) };
}

/** Options come before the first assignment or name; they are words by then. */
function split(args: readonly DeclarationArgument[]): { readonly words: string[]; readonly rest: readonly DeclarationArgument[] } {
  const words: string[] = [];
  let at = 0;
  for (; at < args.length; at++) {
    const arg = args[at];
    if (typeof arg !== "string" || !/^[-+]./.test(arg)) break;
    words.push(arg);
    if (arg === "--") {
      at++;
      break;
    }
  }
  return { words, rest: args.slice(at) };
}

function makeDeclare(name: "declare" | "typeset"): DeclarationBuiltin {
  const builtin: DeclarationBuiltin = {
    name,
    usage: `${name} [-aAfFgiIlnrtux] [name[=value] ...] or ${name} -p [-aAfFilnrtux] [name ...]`,
    summary: "Set variable values and attributes.",
    *declare(shell, args) {
      const { words, rest } = split(args);
      const options = parseOptions(words, "aAfFgiIlnprtux", true);
      if (typeof options === "string") return yield* usageError(shell, builtin, options);
      if (options.has("f") || options.has("F")) return yield* functions(shell, options, rest);
      if (options.has("p")) return yield* show(shell, name, options, rest, "declare");
      if (rest.length === 0) return yield* list(shell, options);
      const where = options.has("g") ? "global" : shell.variables.inFunction ? "local" : "visible";
      return yield* declareAll(shell, { builtin, options, where }, yield* itemsOf(shell, rest));
    },
  };
  return builtin;
}

const local: DeclarationBuiltin = {
  name: "local",
  usage: "local [option] name[=value] ...",
  summary: "Define local variables.",
  *declare(shell, args) {
    const { words, rest } = split(args);
    const options = parseOptions(words, "aAfFgiIlnprtux", true);
    if (typeof options === "string") return yield* usageError(shell, local, options);
    if (!shell.variables.inFunction) {
      yield* shell.complain("local: can only be used in a function");
      return 1;
    }
    if (rest.length === 0) {
      for (const name of shell.variables.localNames()) {
        const variable = shell.variables.own(name);
        if (variable !== undefined) yield* shell.proc.print(`${declaration(name, variable)}\n`);
      }
      return 0;
    }
    if (rest.includes("-")) shell.optionsBefore ??= shell.options.clone();
    return yield* declareAll(
      shell,
      { builtin: local, options, where: "local" },
      yield* itemsOf(
        shell,
        rest.filter((arg) => arg !== "-"),
      ),
    );
  },
};

/** export and readonly: declare with one attribute, over the variable that is visible. */
function makeMarker(name: "export" | "readonly", letter: "x" | "r", usage: string, summary: string, letters: string): DeclarationBuiltin {
  const builtin: DeclarationBuiltin = {
    name,
    usage,
    summary,
    special: true,
    *declare(shell, args) {
      const { words, rest } = split(args);
      const options = parseOptions(words, letters);
      if (typeof options === "string") return yield* usageError(shell, builtin, options);
      if (options.has("f")) return yield* markFunctions(shell, builtin, options, rest);
      if (rest.length === 0)
        return yield* show(shell, name, { ...options, has: (each) => each === letter || options.has(each) }, [], "declare");
      const removes = options.has("n");
      const given = {
        ...options,
        has: (each: string) =>
          (each === letter && !removes) || (each === `+${letter}` && removes) || (each !== "n" && each !== "p" && options.has(each)),
      };
      return yield* declareAll(shell, { builtin, options: given, where: "visible" }, yield* itemsOf(shell, rest));
    },
  };
  return builtin;
}

function* markFunctions(
  shell: Shell,
  builtin: DeclarationBuiltin,
  options: BuiltinOptions,
  args: readonly DeclarationArgument[],
): Run<number> {
  let status = 0;
  for (const arg of args) {
    const name = typeof arg === "string" ? arg : arg.name;
    const found = shell.state.functions.get(name);
    if (found === undefined) {
      yield* shell.complain(`${builtin.name}: ${name}: not a function`);
      status = 1;
    } else if (builtin.name === "export") shell.state.functions.set(name, { ...found, exported: !options.has("n") });
  }
  return status;
}

/** `declare -p`, `export -p`: as commands that make the variable again. */
function* show(shell: Shell, name: string, options: BuiltinOptions, args: readonly DeclarationArgument[], _verb: string): Run<number> {
  if (args.length === 0) {
    const wanted = [..."aAilnrtux"].filter((letter) => options.has(letter));
    for (const each of shell.variables.names()) {
      const variable = current(shell, each);
      if (variable === undefined || (wanted.length > 0 && !wanted.every((letter) => attributeLetters(variable).includes(letter)))) continue;
      yield* shell.proc.print(`${declaration(each, variable)}\n`);
    }
    return 0;
  }
  let status = 0;
  for (const arg of args) {
    const each = typeof arg === "string" ? arg : arg.name;
    const variable = current(shell, each);
    if (variable === undefined) {
      yield* shell.complain(`${name}: ${each}: not found`);
      status = 1;
    } else yield* shell.proc.print(`${declaration(each, variable)}\n`);
  }
  return status;
}

/** A variable as it stands, computed ones with their value. */
export function current(shell: Shell, name: string): Variable | undefined {
  const variable = shell.variables.own(name);
  if (variable === undefined) return undefined;
  const value = variable.reference ? variable.value : shell.variables.value(name);
  if (value === undefined && variable.value === undefined && attributeLetters(variable) === "")
    return isDeclared(shell, name) ? variable : undefined;
  return value === variable.value
    ? variable
    : { ...newVariable(value), exported: variable.exported, readonly: variable.readonly, integer: variable.integer };
}

function isDeclared(shell: Shell, name: string): boolean {
  return shell.variables.own(name) !== undefined;
}

/** `declare` alone, or with attributes: `name=value` lines. */
function* list(shell: Shell, options: BuiltinOptions): Run<number> {
  const wanted = options.given.map(({ letter }) => letter).filter((letter) => "aAilnrtux".includes(letter));
  if (wanted.length > 0) return yield* show(shell, "declare", options, [], "declare");
  yield* shell.proc.print(allAssignments(shell));
  for (const each of shell.state.functions.values()) yield* shell.proc.print(`${functionText(each)}\n`);
  return 0;
}

/** `set` without arguments. */
export function allAssignments(shell: Shell): string {
  return shell.variables
    .names()
    .map((name) => [name, shell.variables.value(name)] as const)
    .map(([name, value]) => (value === undefined ? "" : `${assignmentText(name, value)}\n`))
    .join("");
}

/** `declare -f [name …]`, `declare -F`. */
function* functions(shell: Shell, options: BuiltinOptions, args: readonly DeclarationArgument[]): Run<number> {
  const known = shell.state.functions;
  if (args.length === 0) {
    for (const name of [...known.keys()].sort()) {
      const found = known.get(name);
      if (found === undefined) continue;
      yield* shell.proc.print(options.has("F") ? `declare -f${found.exported ? "x" : ""} ${name}\n` : `${functionText(found)}\n`);
    }
    return 0;
  }
  let status = 0;
  for (const arg of args) {
    const found = known.get(typeof arg === "string" ? arg : arg.name);
    if (found === undefined) status = 1;
    else if (options.has("t") || options.has("x") || options.has("+t") || options.has("+x")) {
      if (options.has("t") || options.has("+t")) found.traced = options.has("t");
      if (options.has("x") || options.has("+x")) found.exported = options.has("x");
    } else yield* shell.proc.print(options.has("F") ? `${found.name}\n` : `${functionText(found)}\n`);
  }
  return status;
}

export const declareBuiltins = [
  makeDeclare("declare"),
  makeDeclare("typeset"),
  local,
  makeMarker("export", "x", "export [-fn] [name[=value] ...] or export -p", "Set export attribute for shell variables.", "fnp"),
  makeMarker("readonly", "r", "readonly [-aAf] [name[=value] ...] or readonly -p", "Mark shell variables as unchangeable.", "aAfp"),
];
