/** The functions that awk has of itself. */
import { secondsOf } from "../../base/calendar.ts";
import { timestamp } from "../../base/timestamp.ts";
import type { Run } from "../../machine/program.ts";
import { formatTime } from "../time-format.ts";
import { listed } from "./array-order.ts";
import type { ExpressionCompiler, Reference } from "./expressions.ts";
import { formatted } from "./format.ts";
import type { Runtime } from "./runtime.ts";
import { sortedKeys, sortedValues } from "./sorting.ts";
import { contentSplitter, patternSplitter, type Splitter } from "./splitter.ts";
import { all, immediate, map, map2, waiting, type Step } from "./step.ts";
import { groupReplacement, plainReplacement, substituted } from "./substitution.ts";
import type { ArrayPlace, Expression } from "./syntax.ts";
import { AwkArray, characters, Fatal, Input, numberOf, toNumber, type Item, type Scalar } from "./values.ts";

/** A call of a built-in function made ready to run. Throws `Fatal` when an argument is of the wrong kind. */
export function compileBuiltin(make: ExpressionCompiler, name: string, args: readonly Expression[]): Step<Scalar> {
  const special = SPECIAL[name];
  if (special !== undefined) return special(make, args);
  const values = all(args.map((arg) => make.value(arg)));
  const { runtime } = make;
  const waits = WAITING[name];
  if (waits !== undefined)
    return waiting(function* () {
      return yield* waits(runtime, yield* values.run());
    });
  const plain = PLAIN[name];
  if (plain === undefined) throw new Fatal(`function \`${name}' is not built in Immutable Lab`);
  return map(values, (given) => plain(runtime, given));
}

type Plain = (runtime: Runtime, args: readonly Scalar[]) => Scalar;

function numeric(f: (...args: number[]) => number): Plain {
  return (_, args) => f(...args.map(toNumber));
}

/** Of 64-bit numbers; gawk refuses those below zero. */
function bitwise(name: string, f: (left: bigint, right: bigint) => bigint): Plain {
  return (_, args) => {
    const numbers = args.map(toNumber);
    const index = numbers.findIndex((number) => number < 0);
    if (index >= 0 && name.endsWith("shift"))
      throw new Fatal(`${name}(${numbers.map((number) => number.toFixed(6)).join(", ")}): negative values are not allowed`);
    if (index >= 0) throw new Fatal(`${name}: argument ${String(index + 1)} negative value ${String(numbers[index])} is not allowed`);
    return Number(BigInt.asUintN(64, numbers.map((number) => BigInt(Math.trunc(number))).reduce(f)));
  };
}

const PLAIN: Readonly<Record<string, Plain>> = {
  int: numeric(Math.trunc),
  sqrt: (runtime, [value]) => {
    const number = toNumber(value);
    if (number < 0) runtime.warn(`sqrt: called with negative argument ${runtime.text(number)}`);
    return Math.sqrt(number);
  },
  exp: (runtime, [value]) => {
    const result = Math.exp(toNumber(value));
    if (result === Infinity) runtime.warn(`exp: argument ${runtime.text(toNumber(value))} is out of range`);
    return result;
  },
  log: (runtime, [value]) => {
    const number = toNumber(value);
    if (number < 0) runtime.warn(`log: received negative argument ${runtime.text(number)}`);
    return Math.log(number);
  },
  sin: numeric(Math.sin),
  cos: numeric(Math.cos),
  atan2: numeric(Math.atan2),
  and: bitwise("and", (left, right) => left & right),
  or: bitwise("or", (left, right) => left | right),
  xor: bitwise("xor", (left, right) => left ^ right),
  lshift: bitwise("lshift", (left, right) => left << right),
  rshift: bitwise("rshift", (left, right) => left >> right),
  compl: (_, [value]) => {
    const number = toNumber(value);
    if (number < 0) throw new Fatal(`compl(${number.toFixed(6)}): negative value is not allowed`);
    return Number(BigInt.asUintN(53, ~BigInt(Math.trunc(number))));
  },
  rand: (runtime) => runtime.random(),
  srand: (runtime, args) => runtime.seed(args.length === 0 ? runtime.proc.now().sec : toNumber(args[0])),
  index: (runtime, [text, part]) => {
    const [where, what] = [runtime.text(text), runtime.text(part)];
    const at = where.indexOf(what);
    return at < 0 ? 0 : characters(where.slice(0, at)).length + 1;
  },
  substr: (runtime, [text, start, length]) => {
    const source = characters(runtime.text(text));
    const count = length === undefined ? Infinity : Math.trunc(toNumber(length));
    if (Number.isNaN(toNumber(start)) || Number.isNaN(count)) return "";
    // gawk takes a start before the first character for the first.
    const first = Math.max(1, Math.trunc(toNumber(start)));
    const part = source.slice(first - 1, Math.max(first - 1, first - 1 + count));
    return typeof part === "string" ? part : part.join("");
  },
  tolower: (runtime, [text]) => eachCase(runtime.text(text), (character) => character.toLowerCase()),
  toupper: (runtime, [text]) => eachCase(runtime.text(text), (character) => character.toUpperCase()),
  sprintf: (runtime, [format, ...values]) => formatted(runtime.text(format), values, runtime.text),
  strtonum: (runtime, [value]) => {
    if (typeof value === "number") return value;
    const text = runtime.text(value);
    const found = /^[ \t]*([-+]?)(?:0[xX]([0-9a-fA-F]+)|0([0-7]+)(?![0-9.]))/.exec(text);
    if (found === null) return numberOf(text);
    const number = found[2] === undefined ? parseInt(found[3] ?? "0", 8) : parseInt(found[2], 16);
    return found[1] === "-" ? -number : number;
  },
  systime: (runtime) => runtime.proc.now().sec,
  strftime: (runtime, [format, seconds]) => {
    const moment = seconds === undefined ? runtime.proc.now() : timestamp(Math.trunc(toNumber(seconds)));
    return formatTime(format === undefined ? "%a %b %e %H:%M:%S %Z %Y" : runtime.text(format), moment);
  },
  mktime: (runtime, [text]) => {
    const parts = runtime.text(text).trim().split(/\s+/).map(Number);
    if (parts.length < 6 || parts.some(Number.isNaN)) return -1;
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
    return secondsOf(year, month, day, hour, minute, second);
  },
};

/** Character by character, as towupper(3) does, which has no two letters for one. */
function eachCase(text: string, change: (text: string) => string): string {
  const changed = change(text);
  if (changed.length === text.length) return changed;
  return Array.from(text, (character) => {
    const other = change(character);
    return other.length === character.length ? other : character;
  }).join("");
}

const WAITING: Readonly<Record<string, (runtime: Runtime, args: readonly Scalar[]) => Run<Scalar>>> = {
  *close(runtime, [name]) {
    const status = yield* runtime.streams.close(runtime.text(name));
    if (status < 0) runtime.global("ERRNO").value = "close of redirection that was never opened";
    return status;
  },
  *fflush(runtime, [name]) {
    yield* runtime.flushFull();
    return (yield* runtime.streams.flush(name === undefined || runtime.text(name) === "" ? undefined : runtime.text(name))) ? 0 : -1;
  },
  *system(runtime, [command]) {
    yield* runtime.flushFull();
    return yield* runtime.streams.system(runtime.text(command));
  },
};

type Special = (make: ExpressionCompiler, args: readonly Expression[]) => Step<Scalar>;

const SPECIAL: Readonly<Record<string, Special>> = {
  length(make, [of]) {
    const { runtime } = make;
    const size = (item: Item): number => (item instanceof AwkArray ? item.items.size : characters(runtime.text(item)).length);
    if (of === undefined) return immediate(() => size(runtime.fields.record));
    return map(make.item(of), size);
  },
  isarray: (make, [of]) => map(of === undefined ? immediate(() => undefined) : make.item(of), (item) => Number(item instanceof AwkArray)),
  typeof(make, [of]) {
    if (of === undefined) return immediate(() => "untyped");
    return map(make.item(of), (item) => {
      if (item instanceof AwkArray) return "array";
      if (item instanceof Input) return item.looksNumeric ? "strnum" : "string";
      return item === undefined ? (of.kind === "field" ? "unassigned" : "untyped") : typeof item;
    });
  },
  split: (make, args) => compileSplit(make, args, (separator) => separatorOf(make, separator)),
  patsplit: (make, args) =>
    compileSplit(make, args, (content) => {
      const { runtime } = make;
      if (content === undefined) return immediate(() => contentSplitter(runtime.patterns.get(runtime.fpat)));
      return map(make.pattern(content), contentSplitter);
    }),
  match(make, [text, pattern, groups]) {
    if (text === undefined || pattern === undefined) return immediate(() => 0);
    const { runtime } = make;
    const into = groups === undefined ? undefined : make.array(arrayPlace(groups, "match: third argument is not an array"));
    const found = map2(make.text(text), make.pattern(pattern), (where, what) => {
      const match = what.find(where);
      const position = (at: number): number => characters(where.slice(0, at)).length;
      runtime.global("RSTART").value = match === undefined ? 0 : position(match.start) + 1;
      runtime.global("RLENGTH").value = match === undefined ? -1 : position(match.end) - position(match.start);
      return { where, match, position };
    });
    const start = (): Scalar => runtime.global("RSTART").value as Scalar;
    if (into === undefined) return map(found, start);
    return map2(found, into, ({ where, match, position }, { items }) => {
      items.clear();
      for (const [index, group] of (match?.groups ?? []).entries()) {
        if (group === undefined) continue;
        items.set(String(index), new Input(where.slice(group.start, group.end)));
        items.set(`${String(index)}${runtime.subsep}start`, position(group.start) + 1);
        items.set(`${String(index)}${runtime.subsep}length`, position(group.end) - position(group.start));
      }
      return start();
    });
  },
  sub: (make, args) => compileSubstitution(make, args, 1),
  gsub: (make, args) => compileSubstitution(make, args, "all"),
  gensub(make, [pattern, replacement, how, target]) {
    if (pattern === undefined || replacement === undefined || how === undefined) return immediate(() => "");
    const { runtime } = make;
    const text = target === undefined ? immediate(() => runtime.text(runtime.fields.record)) : make.text(target);
    return map2(
      map2(make.pattern(pattern), make.text(replacement), (what, by) => ({ what, by })),
      map2(make.value(how), text, (which, where) => ({ which, where })),
      ({ what, by }, { which, where }) => {
        const isAll = /^[gG]/.test(runtime.text(which));
        const number = Math.trunc(toNumber(which));
        if (!isAll && number < 1) runtime.warn(`gensub: third argument \`${runtime.text(which)}' treated as 1`);
        return substituted(where, what, isAll ? "all" : Math.max(1, number), groupReplacement(by, where)).text;
      },
    );
  },
  asort: (make, args) => compileSort(make, args, "asort"),
  asorti: (make, args) => compileSort(make, args, "asorti"),
};

function arrayPlace(expression: Expression, complaint: string): ArrayPlace {
  if (expression.kind === "name") return { name: expression.name, path: [] };
  if (expression.kind === "element") return { name: expression.array.name, path: [...expression.array.path, expression.key] };
  throw new Fatal(complaint);
}

/** The third argument of split. A pattern of one blank is not the blank that means any. */
function separatorOf(make: ExpressionCompiler, separator: Expression | undefined): Step<Splitter> {
  const { runtime } = make;
  if (separator === undefined) return immediate(() => runtime.fieldSplitter());
  if (separator.kind === "regex") return map(make.pattern(separator), patternSplitter);
  return map(make.text(separator), (text) => runtime.splitterOf(text));
}

function compileSplit(
  make: ExpressionCompiler,
  [text, array, by, between]: readonly Expression[],
  splitterFor: (by: Expression | undefined) => Step<Splitter>,
): Step<Scalar> {
  if (text === undefined || array === undefined) return immediate(() => 0);
  const into = make.array(arrayPlace(array, "split: second argument is not an array"));
  const gaps =
    between === undefined ? immediate(() => undefined) : make.array(arrayPlace(between, "split: fourth argument is not an array"));
  const pieces = map2(make.text(text), splitterFor(by), (source, splitter) => splitter(source));
  return map2(
    pieces,
    map2(into, gaps, (pieceArray, gapArray) => ({ pieceArray, gapArray })),
    (found, { pieceArray, gapArray }) => {
      fill(
        pieceArray,
        found.pieces.map((piece) => new Input(piece)),
      );
      if (gapArray !== undefined) fill(gapArray, found.between);
      return found.pieces.length;
    },
  );
}

function fill(array: AwkArray, values: readonly Item[]): void {
  array.items.clear();
  for (const [index, value] of values.entries()) array.items.set(String(index + 1), value);
}

function compileSubstitution(
  make: ExpressionCompiler,
  [pattern, replacement, target]: readonly Expression[],
  which: "all" | 1,
): Step<Scalar> {
  if (pattern === undefined || replacement === undefined) return immediate(() => 0);
  const { runtime } = make;
  const record: Reference = {
    get: () => runtime.fields.record,
    set: (value) => {
      runtime.fields.record = value;
    },
  };
  const isPlace = target !== undefined && (target.kind === "name" || target.kind === "field" || target.kind === "element");
  const place: Step<Reference> =
    target === undefined
      ? immediate(() => record)
      : isPlace
        ? make.reference(target)
        : map(make.value(target), (value) => ({ get: () => value, set: () => {} }));
  return map2(
    map2(make.pattern(pattern), make.text(replacement), (what, by) => ({ what, by })),
    place,
    ({ what, by }, to) => {
      const text = runtime.text(to.get());
      const result = substituted(text, what, which, plainReplacement(by, text));
      if (result.count > 0) to.set(result.text);
      return result.count;
    },
  );
}

function compileSort(make: ExpressionCompiler, [source, destination, how]: readonly Expression[], name: "asort" | "asorti"): Step<Scalar> {
  if (source === undefined) return immediate(() => 0);
  const { runtime } = make;
  const from = make.array(arrayPlace(source, `${name}: first argument is not an array`));
  const to = destination === undefined ? from : make.array(arrayPlace(destination, `${name}: second argument is not an array`));
  const order = how === undefined ? immediate(() => "") : make.text(how);
  return map2(
    map2(from, to, (array, into) => ({ array, into })),
    order,
    ({ array, into }, by) => {
      const keys = listed([...array.items.keys()]);
      const sorted =
        name === "asort"
          ? sortedValues(array, keys, by, runtime.text)
          : sortedKeys(array, keys, by === "" ? "@ind_str_asc" : by, runtime.text);
      fill(into, sorted);
      return sorted.length;
    },
  );
}
