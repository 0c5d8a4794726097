/** read, mapfile, readarray. */
import { fail, parseOptions, usageError, type BuiltinOptions, type OrdinaryBuiltin } from "../builtin.ts";
import { elementKey } from "../arithmetic-expansion.ts";
import { IndexedArray } from "../arrays.ts";
import { addNanoseconds } from "../../base/timestamp.ts";
import { decodeUtf8 } from "../../base/utf8.ts";
import { isSysError } from "../../vfs/errno.ts";
import { singleQuote } from "../escapes.ts";
import { separators } from "../expand/expand.ts";
import { readBytesUpTo } from "../read-line.ts";
import type { Run } from "../../machine/program.ts";
import { handleSignals } from "../traps.ts";
import type { Shell } from "../shell.ts";
import { isName, parseReference } from "../variables.ts";
import { quietly } from "./quietly.ts";

interface Input {
  /** Characters, each with whether a backslash made it plain. */
  readonly chars: readonly { readonly char: string; readonly escaped: boolean }[];
  readonly status: number;
}

const read: OrdinaryBuiltin = {
  name: "read",
  usage: "read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]",
  summary: "Read a line from the standard input and split it into fields.",
  *run(shell, args) {
    const options = parseOptions(args, "ersa:d:i:n:N:p:t:u:");
    if (typeof options === "string") return yield* usageError(shell, read, options);
    for (const name of options.operands)
      if (parseReference(name) === undefined) return yield* fail(shell, "read", `\`${name}': not a valid identifier`);
    const fd = Number(options.argument("u") ?? 0);
    const timeout = options.argument("t");
    if (timeout !== undefined && !/^\d*\.?\d+$|^\d+\.$/.test(timeout))
      return yield* fail(shell, "read", `${timeout}: invalid timeout specification`);
    for (const letter of ["n", "N"]) {
      const limit = options.argument(letter);
      if (limit !== undefined && !/^\d+$/.test(limit)) return yield* fail(shell, "read", `${limit}: invalid number`);
    }
    const trouble = badDescriptor(shell, fd);
    // A standard input that is closed is met when it is read.
    if (trouble !== undefined)
      return yield* fail(shell, "read", options.has("u") ? trouble : `read error: ${trouble.replace("invalid file descriptor: ", "")}`);
    const prompt = options.argument("p");
    if (prompt !== undefined && isTerminal(shell, fd)) yield* shell.writeError(prompt);
    let input: Input;
    try {
      if (timeout !== undefined && Number(timeout) === 0) return isReady(shell, fd) ? 0 : 1;
      const body = () => collect(shell, fd, options);
      input =
        options.has("s") || options.has("n") || options.has("N")
          ? yield* quietly(shell, fd, { echo: !options.has("s"), singly: options.has("n") || options.has("N") }, body)
          : yield* body();
    } catch (error) {
      if (!isSysError(error)) throw error;
      return yield* fail(shell, "read", `read error: ${fd}: ${error.text}`);
    }
    store(shell, options, input);
    return input.status;
  },
};

/** Reads characters up to the delimiter, the count, the timeout or the end. */
function* collect(shell: Shell, fd: number, options: BuiltinOptions): Run<Input> {
  const delimiter = options.has("N") ? undefined : (options.argument("d") ?? "\n").charAt(0);
  const limit = Number(options.argument("N") ?? options.argument("n") ?? Infinity);
  const raw = options.has("r");
  const timeout = options.argument("t");
  const deadline = timeout === undefined ? undefined : addNanoseconds(shell.proc.now(), Number(timeout) * 1e9);
  const chars: { char: string; escaped: boolean }[] = [];
  const reader = new CharReader(shell, fd, deadline);
  let escaped = false;
  while (chars.length < limit) {
    const char = yield* reader.next();
    if (char === "timeout") return { chars, status: 142 };
    if (char === undefined) return { chars, status: 1 };
    if (char === "\0" && delimiter !== "") continue;
    if (escaped) {
      escaped = false;
      if (char !== "\n") chars.push({ char, escaped: true });
    } else if (char === "\\" && !raw) escaped = true;
    else if (char === (delimiter === "" ? "\0" : delimiter)) return { chars, status: 0 };
    else chars.push({ char, escaped: false });
  }
  return { chars, status: 0 };
}

/** Decodes characters from single bytes. */
class CharReader {
  readonly #shell: Shell;
  readonly #fd: number;
  readonly #deadline: ReturnType<typeof addNanoseconds> | undefined;

  constructor(shell: Shell, fd: number, deadline: ReturnType<typeof addNanoseconds> | undefined) {
    this.#shell = shell;
    this.#fd = fd;
    this.#deadline = deadline;
  }

  *next(): Run<string | undefined | "timeout"> {
    const first = yield* this.#byte();
    if (first === undefined || first === "timeout") return first;
    const more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc2 ? 1 : 0;
    const bytes = [first];
    for (let i = 0; i < more; i++) {
      const byte = yield* this.#byte();
      if (typeof byte !== "number") break;
      bytes.push(byte);
    }
    return decodeUtf8(Uint8Array.from(bytes));
  }

  *#byte(): Run<number | undefined | "timeout"> {
    for (;;) {
      if (this.#deadline !== undefined && !(yield* this.#waitReady())) return "timeout";
      try {
        return (yield* this.#shell.proc.read(this.#fd, 1))[0];
      } catch (error) {
        if (!isSysError(error, "EINTR")) throw error;
        yield* handleSignals(this.#shell);
      }
    }
  }

  *#waitReady(): Run<boolean> {
    const { proc } = this.#shell;
    const deadline = this.#deadline;
    const ready = () => isReady(this.#shell, this.#fd);
    if (deadline === undefined || ready()) return true;
    yield { kind: "until", reason: "read", ready, deadline };
    return ready() || proc.now().sec < deadline.sec;
  }
}

/** Whether a read would not block, as far as can be told without reading. */
function isReady(shell: Shell, fd: number): boolean {
  const sys = shell.proc.sys as { file?: (fd: number) => { readable(): boolean } };
  return sys.file === undefined ? true : sys.file(fd).readable();
}

function isTerminal(shell: Shell, fd: number): boolean {
  try {
    return shell.proc.sys.isatty(fd);
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
}

function store(shell: Shell, options: BuiltinOptions, input: Input): void {
  const text = input.chars.map(({ char }) => char).join("");
  const array = options.argument("a");
  if (array !== undefined) {
    shell.variables.assignArray(array, IndexedArray.of(splitFields(input.chars, separators(shell), Infinity)));
    return;
  }
  const names = options.operands;
  if (names.length === 0) return shell.variables.assign("REPLY", text);
  if (options.has("N")) {
    names.forEach((name, i) => assignTo(shell, name, i === 0 ? text : ""));
    return;
  }
  const fields = splitFields(input.chars, separators(shell), names.length);
  names.forEach((name, i) => assignTo(shell, name, fields[i] ?? ""));
}

function assignTo(shell: Shell, text: string, value: string): void {
  const reference = parseReference(text);
  if (reference?.subscript === undefined) shell.variables.assign(text, value);
  else shell.variables.assignElement(reference.name, elementKey(shell, reference.name, reference.subscript), value);
}

/** Splits at IFS into at most `count` fields; the last takes the rest. */
export function splitFields(chars: Input["chars"], ifs: string, count: number): string[] {
  const isBlank = (at: number) => isSeparator(at) && " \t\n".includes(chars[at]?.char ?? "x");
  const isSeparator = (at: number) => {
    const entry = chars[at];
    return entry !== undefined && !entry.escaped && ifs.includes(entry.char);
  };
  const slice = (from: number, to: number) =>
    chars
      .slice(from, to)
      .map(({ char }) => char)
      .join("");
  const fields: string[] = [];
  let at = 0;
  let end = chars.length;
  while (isBlank(at)) at++;
  while (at < end) {
    if (fields.length === count - 1) {
      while (end > at && isBlank(end - 1)) end--;
      // One separator that is not white space may end the last field when nothing follows it.
      const rest = slice(at, end);
      const stop = firstSeparator(at, end);
      const only = stop < end && stop === end - 1 && !isBlank(stop);
      fields.push(only ? slice(at, stop) : rest);
      break;
    }
    const stop = firstSeparator(at, end);
    fields.push(slice(at, stop));
    at = stop;
    while (isBlank(at)) at++;
    if (isSeparator(at) && !isBlank(at)) {
      at++;
      while (isBlank(at)) at++;
    }
  }
  return fields;

  function firstSeparator(from: number, to: number): number {
    let i = from;
    while (i < to && !isSeparator(i)) i++;
    return i;
  }
}

/** Why nothing can be read from `fd`; undefined when it is open. */
function badDescriptor(shell: Shell, fd: number): string | undefined {
  try {
    shell.proc.sys.fstat(fd);
    return undefined;
  } catch (error) {
    if (!isSysError(error)) throw error;
    return `${fd}: invalid file descriptor: ${error.text}`;
  }
}

/** Options of mapfile that take a count, in bash's words. */
const MAPFILE_NUMBERS = [
  ["n", "line count"],
  ["s", "line count"],
  ["O", "array origin"],
  ["c", "callback quantum"],
] as const;

function makeMapfile(name: "mapfile" | "readarray"): OrdinaryBuiltin {
  const builtin: OrdinaryBuiltin = {
    name,
    usage: `${name} [-d delim] [-n count] [-O origin] [-s count] [-t] [-u fd] [-C callback] [-c quantum] [array]`,
    summary: "Read lines from the standard input into an indexed array variable.",
    *run(shell, args) {
      const options = parseOptions(args, "d:n:O:s:tu:C:c:");
      if (typeof options === "string") return yield* usageError(shell, builtin, options);
      const [variable = "MAPFILE"] = options.operands;
      if (!isName(variable)) return yield* fail(shell, name, `\`${variable}': not a valid identifier`);
      for (const [letter, what] of MAPFILE_NUMBERS) {
        const text = options.argument(letter);
        if (text !== undefined && !/^\d+$/.test(text)) return yield* fail(shell, name, `${text}: invalid ${what}`);
      }
      const fd = Number(options.argument("u") ?? 0);
      const trouble = badDescriptor(shell, fd);
      // Only what was asked for by number is looked at first; a closed standard input has no lines.
      if (trouble !== undefined && options.has("u")) return yield* fail(shell, name, trouble);
      const delimiter = (options.argument("d") ?? "\n").charCodeAt(0) || 0;
      const most = Number(options.argument("n") ?? 0) || Infinity;
      const skip = Number(options.argument("s") ?? 0);
      const origin = Number(options.argument("O") ?? 0);
      const callback = options.argument("C");
      const quantum = Number(options.argument("c") ?? 5000) || 1;
      const old = shell.variables.value(variable);
      const array = options.has("O") && old instanceof IndexedArray ? old : new IndexedArray();
      for (let i = 0; trouble === undefined && i < skip + most; i++) {
        const bytes = yield* readBytesUpTo(shell.proc, fd, delimiter);
        if (bytes.length === 0) break;
        if (i < skip) continue;
        const trims = (options.has("t") || delimiter === 0) && bytes.at(-1) === delimiter;
        const text = decodeUtf8(trims ? bytes.subarray(0, -1) : bytes);
        const index = origin + i - skip;
        if (callback !== undefined && (i - skip + 1) % quantum === 0)
          yield* shell.interpreter.runText(shell, `${callback} ${index} ${singleQuote(text)}`);
        array.set(index, text);
      }
      shell.variables.assignArray(variable, array);
      return 0;
    },
  };
  return builtin;
}

export const readBuiltins = [read, makeMapfile("mapfile"), makeMapfile("readarray")];
