/** Shell variables: values with attributes, in dynamically nested scopes. */
import { AssociativeArray, ELEMENT_BYTES, IndexedArray } from "./arrays.ts";
import { ReadonlyError, ShellError } from "./errors.ts";

export type Value = string | IndexedArray | AssociativeArray;

/** A variable. `value` is undefined for one that was declared (or exported) without a value. */
export interface Variable {
  value: Value | undefined;
  exported: boolean;
  readonly: boolean;
  integer: boolean;
  lowercase: boolean;
  uppercase: boolean;
  /** `declare -n`: the value is another variable's name. */
  reference: boolean;
  trace: boolean;
}

/** A variable that is computed when it is read, e.g. SECONDS. `set` decides what an assignment does. */
export interface DynamicVariable {
  /** Where its value is not the one assigned. */
  get?(): Value;
  set?(value: string): void;
}

export function newVariable(value?: Value): Variable {
  return { value, exported: false, readonly: false, integer: false, lowercase: false, uppercase: false, reference: false, trace: false };
}

/** Plain data of one variable, for checkpoints. */
export type SavedVariable = {
  readonly value?:
    string | { readonly indexed: ReturnType<IndexedArray["save"]> } | { readonly associative: ReturnType<AssociativeArray["save"]> };
  readonly attributes: string;
};

/** Values that have grown by this much are worth counting. */
const GROWTH_BYTES = 65536;

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

export function isName(text: string): boolean {
  return NAME.test(text);
}

/** `name[subscript]` taken apart; undefined when `text` is not such a thing nor a name. */
export function parseReference(text: string): { readonly name: string; readonly subscript: string | undefined } | undefined {
  const found = /^([A-Za-z_][A-Za-z0-9_]*)(?:\[([\s\S]*)\])?$/.exec(text);
  return found?.[1] === undefined ? undefined : { name: found[1], subscript: found[2] };
}

type Scope = Map<string, Variable>;

/** All variables that a shell sees. Index 0 of the scopes is global; each function call and each `x=1 command` adds one. */
export class Variables {
  /** Evaluates what is assigned to a variable with the integer attribute; the shell sets it. */
  evaluate: (text: string) => bigint = () => 0n;
  /** Computed variables by name; the shell fills it. Assigning to one without `set` does nothing. */
  readonly dynamic = new Map<string, DynamicVariable>();
  /** Told now and then, when values have grown: how long the one was that grew last. */
  onGrowth: (latest: number) => void = () => {};
  /** Bytes assigned since `onGrowth` was told. */
  #grown = 0;
  /** Counts up when what children would find in their environment may have changed. */
  environmentVersion = 0;
  /** What the environment held under names that no variable can have; it is passed on. */
  readonly passedOn = new Map<string, string>();

  #scopes: Scope[] = [new Map()];
  /** Which scopes are functions' (as opposed to temporary environments). */
  #functionScopes: number[] = [];

  // ——— finding

  /** The variable `name` as it stands, without following a reference. */
  own(name: string): Variable | undefined {
    for (let i = this.#scopes.length - 1; i >= 0; i--) {
      const found = this.#scopes[i]?.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** The variable that `name` leads to. */
  find(name: string): Variable | undefined {
    const found = this.own(name);
    return found?.reference === true ? this.own(this.resolve(name)) : found;
  }

  /** What `name` stands for after following references (`declare -n`). */
  resolve(name: string): string {
    let current = name;
    for (let depth = 0; depth < 8; depth++) {
      const variable = this.own(current);
      if (variable?.reference !== true || typeof variable.value !== "string" || variable.value === "") return current;
      current = variable.value;
    }
    return current;
  }

  value(name: string): Value | undefined {
    const target = this.resolve(name);
    const variable = this.own(target);
    if (variable === undefined) {
      const reference = target.endsWith("]") ? parseReference(target) : undefined;
      return reference?.subscript === undefined ? undefined : this.element(reference.name, reference.subscript);
    }
    const dynamic = this.dynamic.get(target);
    return dynamic?.get !== undefined && variable === this.#globals.get(target) ? dynamic.get() : variable.value;
  }

  /** `$name`: the scalar, or element 0 of an array. */
  scalar(name: string): string | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === "string") return value;
    return value instanceof IndexedArray ? value.get(0) : value.get("0");
  }

  /** `${name[key]}`; for an indexed array `key` is the number in decimal. A scalar is its own element 0. */
  element(name: string, key: string): string | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (typeof value === "string") return key === "0" ? value : undefined;
    if (value instanceof AssociativeArray) return value.get(key);
    const index = Number(key);
    return value.get(index < 0 ? value.end + index : index);
  }

  isAssociative(name: string): boolean {
    return this.value(name) instanceof AssociativeArray;
  }

  names(): string[] {
    const names = new Set<string>();
    for (const scope of this.#scopes) for (const name of scope.keys()) names.add(name);
    return [...names].sort();
  }

  // ——— changing

  /** The variable to assign to: the innermost that exists, else a new global one. Throws when it is readonly. */
  #target(name: string): Variable {
    const found = this.own(name);
    if (found !== undefined) {
      if (found.readonly) throw new ReadonlyError(name);
      if (found.exported) this.environmentVersion++;
      return found;
    }
    const made = newVariable();
    this.#scopes[0]?.set(name, made);
    return made;
  }

  /** `name=value`; with `append` `name+=value`. Follows references; an array gets element 0. */
  assign(name: string, value: string, append = false): void {
    const resolved = this.resolve(name);
    const reference = parseReference(resolved);
    if (reference?.subscript !== undefined) return this.assignElement(reference.name, reference.subscript, value, append);
    const dynamic = this.dynamic.get(resolved);
    const variable = this.#target(resolved);
    const old = variable.value;
    if (old === undefined || typeof old === "string") variable.value = this.#converted(variable, value, append ? (old ?? "") : undefined);
    else if (old instanceof IndexedArray) old.set(0, this.#converted(variable, value, append ? (old.get(0) ?? "") : undefined));
    else old.set("0", this.#converted(variable, value, append ? (old.get("0") ?? "") : undefined));
    if (dynamic !== undefined && typeof variable.value === "string") dynamic.set?.(variable.value);
    this.#hasGrown(append && typeof variable.value === "string" ? variable.value.length : value.length);
  }

  /** A value grew by `bytes`; the last text in it is `latest` long. */
  #hasGrown(latest: number, bytes = latest): void {
    this.#grown += bytes + ELEMENT_BYTES;
    if (this.#grown < GROWTH_BYTES) return;
    this.#grown = 0;
    this.onGrowth(latest);
  }

  /** What all values take. */
  get bytes(): number {
    let bytes = 0;
    for (const scope of this.#scopes) {
      for (const [name, { value }] of scope)
        bytes += name.length + ELEMENT_BYTES + (typeof value === "string" ? value.length : (value?.bytes ?? 0));
    }
    return bytes;
  }

  /** `name[key]=value`. Throws ShellError for a negative index that reaches before the start. */
  assignElement(name: string, key: string, value: string, append = false): void {
    const variable = this.#target(this.resolve(name));
    if (variable.value === undefined || typeof variable.value === "string") {
      variable.value = new IndexedArray(variable.value === undefined ? [] : [[0, variable.value]]);
    }
    const array = variable.value;
    if (array instanceof AssociativeArray) {
      array.set(key, this.#converted(variable, value, append ? (array.get(key) ?? "") : undefined));
      this.#hasGrown(value.length);
      return;
    }
    let index = Number(key);
    if (index < 0) index += array.end;
    if (index < 0) throw new ShellError(`${name}[${key}]: bad array subscript`);
    array.set(index, this.#converted(variable, value, append ? (array.get(index) ?? "") : undefined));
    this.#hasGrown(value.length);
  }

  /** Replaces the whole value: `name=(…)`. */
  assignArray(name: string, array: IndexedArray | AssociativeArray): void {
    this.#target(this.resolve(name)).value = array;
    this.#hasGrown(0, array.bytes);
  }

  /** The value as the variable's attributes want it. `before` is what to append to. */
  #converted(variable: Variable, value: string, before: string | undefined): string {
    if (variable.integer) {
      const number = this.evaluate(value);
      return String(before === undefined ? number : BigInt.asIntN(64, this.evaluate(before) + number));
    }
    const text = before === undefined ? value : before + value;
    return variable.lowercase ? text.toLowerCase() : variable.uppercase ? text.toUpperCase() : text;
  }

  /** As `#converted` for values made elsewhere (array elements). */
  convert(variable: Variable, value: string): string {
    return this.#converted(variable, value, undefined);
  }

  /** Makes sure that `name` exists as a variable (perhaps without value) in the current function's scope or globally. */
  declare(name: string, where: "visible" | "local" | "global"): Variable {
    this.environmentVersion++;
    const visible = this.own(name);
    if (where === "visible" && visible !== undefined) return visible;
    const scope = this.#scopes[where === "local" ? (this.#functionScopes.at(-1) ?? 0) : 0] ?? this.#globals;
    let variable = scope.get(name);
    if (variable === undefined) {
      if (where === "local" && visible?.readonly === true) throw new ReadonlyError(name);
      variable = newVariable();
      // A local starts with the value that the command's own environment gave.
      if (where === "local" && this.#temporary(name)) variable = { ...(visible ?? variable), readonly: false };
      // What children are to see goes on being shown to them.
      if (where === "local" && visible?.exported === true) variable.exported = true;
      scope.set(name, variable);
    }
    return variable;
  }

  get #globals(): Scope {
    return this.#scopes[0] ?? new Map<string, Variable>();
  }

  #temporary(name: string): boolean {
    const top = this.#functionScopes.at(-1);
    return top !== undefined && this.#scopes[top - 1]?.has(name) === true && top - 1 > 0 && !this.#functionScopes.includes(top - 1);
  }

  /** Whether `name` was assigned in front of the command that runs now. */
  isOfCommand(name: string): boolean {
    const top = this.#scopes.length - 1;
    return top > 0 && !this.#functionScopes.includes(top) && this.#scopes[top]?.has(name) === true;
  }

  /** `unset name`. In a function, unsetting a local leaves it hidden and unset, as bash does. Throws when readonly. */
  unset(name: string): void {
    for (let i = this.#scopes.length - 1; i >= 0; i--) {
      const scope = this.#scopes[i];
      const variable = scope?.get(name);
      if (scope === undefined || variable === undefined) continue;
      if (variable.readonly) throw new ShellError(`${name}: cannot unset: readonly variable`);
      if (variable.exported) this.environmentVersion++;
      if (this.#functionScopes.at(-1) === i) scope.set(name, newVariable());
      else scope.delete(name);
      if (i === 0) this.dynamic.delete(name);
      return;
    }
  }

  unsetElement(name: string, key: string): void {
    const variable = this.find(name);
    if (variable?.value === undefined) return;
    if (variable.readonly) throw new ShellError(`${name}: cannot unset: readonly variable`);
    if (variable.value instanceof AssociativeArray) variable.value.delete(key);
    else if (variable.value instanceof IndexedArray) {
      const index = Number(key);
      variable.value.delete(index < 0 ? variable.value.end + index : index);
    } else if (key === "0") this.unset(name);
  }

  // ——— scopes

  /** Opens a function's scope; `pop` ends it. */
  pushFunction(): void {
    this.#functionScopes.push(this.#scopes.length);
    this.#scopes.push(new Map());
  }

  /** Opens the temporary environment of one command: `assignments` are exported for its time. */
  pushTemporary(assignments: ReadonlyMap<string, string>): void {
    this.#scopes.push(new Map());
    for (const [name, value] of assignments) this.addTemporary(name, value);
    this.environmentVersion++;
  }

  /** Adds to the temporary environment that is open. */
  addTemporary(name: string, value: string): void {
    this.#scopes.at(-1)?.set(name, { ...newVariable(value), exported: true });
    this.environmentVersion++;
  }

  pop(): void {
    this.#scopes.pop();
    if (this.#functionScopes.at(-1) === this.#scopes.length) this.#functionScopes.pop();
    this.environmentVersion++;
  }

  get inFunction(): boolean {
    return this.#functionScopes.length > 0;
  }

  /** Names that are local to the running function. */
  localNames(): string[] {
    const top = this.#functionScopes.at(-1);
    return top === undefined ? [] : [...(this.#scopes[top]?.keys() ?? [])].sort();
  }

  // ——— other processes and other times

  /** What execve(2) passes on. */
  environment(): Map<string, string> {
    const out = new Map(this.passedOn);
    for (const scope of this.#scopes) {
      for (const [name, variable] of scope) {
        if (variable.exported && typeof variable.value === "string") out.set(name, variable.value);
        else if (scope !== this.#scopes[0]) out.delete(name);
      }
    }
    return out;
  }

  /** A deep copy, for a subshell. Dynamic variables are the new shell's to fill in. */
  clone(): Variables {
    const copy = new Variables();
    for (const [name, value] of this.passedOn) copy.passedOn.set(name, value);
    copy.#scopes = this.#scopes.map((scope) => new Map([...scope].map(([name, variable]) => [name, cloneVariable(variable)])));
    copy.#functionScopes = [...this.#functionScopes];
    return copy;
  }

  /** The global variables as plain data. */
  save(): Record<string, SavedVariable> {
    return Object.fromEntries([...this.#globals].map(([name, variable]) => [name, saveVariable(variable)]));
  }

  load(saved: Readonly<Record<string, SavedVariable>>): void {
    this.#scopes = [new Map(Object.entries(saved).map(([name, variable]) => [name, loadVariable(variable)]))];
    this.#functionScopes = [];
    this.environmentVersion++;
  }
}

function cloneVariable(variable: Variable): Variable {
  const { value } = variable;
  return { ...variable, value: typeof value === "object" ? value.clone() : value };
}

const ATTRIBUTES = [
  ["i", "integer"],
  ["n", "reference"],
  ["r", "readonly"],
  ["t", "trace"],
  ["x", "exported"],
  ["l", "lowercase"],
  ["u", "uppercase"],
] as const;

/** The letters that `declare -p` and `${x@a}` show, in bash's order. */
export function attributeLetters(variable: Variable): string {
  const kind = variable.value instanceof AssociativeArray ? "A" : variable.value instanceof IndexedArray ? "a" : "";
  return (
    kind +
    ATTRIBUTES.filter(([, key]) => variable[key])
      .map(([letter]) => letter)
      .join("")
  );
}

function saveVariable(variable: Variable): SavedVariable {
  const attributes = attributeLetters(variable);
  const { value } = variable;
  if (value === undefined) return { attributes };
  if (typeof value === "string") return { value, attributes };
  if (value instanceof IndexedArray) return { value: { indexed: value.save() }, attributes };
  return { value: { associative: value.save() }, attributes };
}

function loadVariable(saved: SavedVariable): Variable {
  const variable = newVariable();
  for (const [letter, key] of ATTRIBUTES) variable[key] = saved.attributes.includes(letter);
  const { value } = saved;
  if (typeof value === "string" || value === undefined) variable.value = value;
  else if ("indexed" in value) variable.value = IndexedArray.load(value.indexed);
  else variable.value = new AssociativeArray(value.associative);
  return variable;
}
