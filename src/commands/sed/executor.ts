/** Runs a parsed sed script over lines. */
import type { Pattern } from "../../base/posix-pattern.ts";
import { decodeUtf8, encodeUtf8 } from "../../base/utf8.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { Output } from "../output.ts";
import { substitute } from "../substitution.ts";
import { LineReader, readWhole } from "../text-io.ts";
import { shellOutput } from "../shell-output.ts";
import { Description, program, registers, space } from "./debug.ts";
import type { Input } from "./input.ts";
import { LineSink } from "./line-sink.ts";
import { ScriptError, type Address, type RangeEnd, type SedCommand, type Substitution } from "./script.ts";
import { O } from "../../vfs/types.ts";
import { isPrintable } from "../quote.ts";

/** Commands between two looks at the clock. */
const COMMANDS = 2000;

export interface ExecutorOptions {
  readonly quiet: boolean;
  readonly separate: boolean;
  readonly delimiter: "\n" | "\0";
  readonly unbuffered: boolean;
  readonly lineLength: number;
  /** Tell what is done (--debug). */
  readonly debug: boolean;
}

interface RangeState {
  active: boolean;
  hasBegun: boolean;
  /** The line on which the range ends, once it is known. */
  last: number;
}

type Appended = { readonly text: string } | { readonly file: string } | { readonly line: string };

export class Executor {
  readonly #proc: Process;
  readonly #commands: readonly SedCommand[];
  readonly #options: ExecutorOptions;
  readonly #input: Input;
  readonly #ranges = new Map<SedCommand, RangeState>();
  readonly #files = new Map<string, LineSink>();
  readonly #readers = new Map<string, LineReader | undefined>();
  #pattern = "";
  #hold = "";
  /** Whether the line in each space has a newline of its own; it goes where the line goes. */
  #patternEnds = true;
  #holdEnds = true;
  #appended: Appended[] = [];
  #replaced = false;
  #lastPattern: Pattern | undefined;
  #steps = 0;
  readonly #description = new Description(0);

  constructor(proc: Process, commands: readonly SedCommand[], options: ExecutorOptions, input: Input) {
    this.#proc = proc;
    this.#commands = commands;
    this.#options = options;
    this.#input = input;
  }

  /** The exit status that q or Q gave, else 0. */
  *run(): Run<number> {
    for (const command of this.#commands) {
      const file = "wW".includes(command.letter) ? command.argument : command.substitution?.file;
      if (file !== undefined && file !== "") this.#sink(file);
    }
    let status = 0;
    this.#tell(() => program(this.#commands));
    let line = yield* this.#input.next();
    while (line !== undefined) {
      this.#pattern = line;
      this.#patternEnds = !this.#input.lastLacksNewline;
      const { fileName, lineNumber } = this.#input;
      this.#tell(
        () => `INPUT:   '${fileName === "-" ? "STDIN" : fileName}' line ${String(lineNumber)}\n${space("PATTERN", this.#pattern)}`,
      );
      const outcome = yield* this.#cycle();
      if (outcome.kind === "quit") {
        status = outcome.status;
        break;
      }
      line = yield* this.#input.next();
    }
    yield* this.#input.finish();
    for (const sink of this.#files.values()) yield* sink.output.flush();
    return status;
  }

  #sink(name: string): LineSink {
    if (name === "/dev/stdout") return this.#input.sink;
    let sink = this.#files.get(name);
    if (sink === undefined) {
      const fd = name === "/dev/stderr" ? 2 : this.#proc.sys.open(name, O.WRONLY | O.CREAT | O.TRUNC, 0o666);
      sink = new LineSink(new Output(this.#proc, fd), this.#options.delimiter);
      this.#files.set(name, sink);
    }
    return sink;
  }

  /** Says with --debug what goes on. It is said on standard output, where the files go elsewhere, too. */
  #tell(what: () => string): void {
    if (this.#options.debug) this.#input.standard.raw(what());
  }

  *#tick(): Run<void> {
    if (++this.#steps % COMMANDS === 0) yield* this.#proc.tick();
  }

  /** One pass over the script, and again without reading while D says so. */
  *#cycle(): Run<{ readonly kind: "next" } | { readonly kind: "quit"; readonly status: number }> {
    for (;;) {
      const outcome = yield* this.#script();
      if (typeof outcome === "string" && outcome !== "restart") this.#tell(() => "END-OF-CYCLE:\n");
      if (outcome === "restart") this.#tell(() => space("PATTERN", this.#pattern));
      const silent = outcome === "delete" || outcome === "restart" || (typeof outcome === "object" && outcome.silent);
      if (!silent && !this.#options.quiet) this.#print(this.#pattern);
      yield* this.#flushAppended();
      if (this.#options.unbuffered || this.#input.sink.output.full) yield* this.#input.sink.output.flush();
      if (typeof outcome === "object") return { kind: "quit", status: outcome.status };
      if (outcome === "last") return { kind: "quit", status: 0 };
      if (outcome !== "restart") return { kind: "next" };
    }
  }

  *#script(): Run<"end" | "last" | "delete" | "restart" | { readonly silent: boolean; readonly status: number }> {
    this.#replaced = false;
    for (let at = 0; at < this.#commands.length; at++) {
      yield* this.#tick();
      const command = this.#commands[at];
      if (command === undefined) break;
      this.#tell(() => `COMMAND: ${this.#description.command(command)}`);
      if ((yield* this.#selects(command)) === command.negated) {
        if (command.letter === "{") at = command.target - 1;
        continue;
      }
      switch (command.letter) {
        case "{":
          break;
        case "=":
          this.#input.sink.raw(`${String(this.#input.lineNumber)}\n`);
          break;
        case "a":
          this.#appended.push({ text: command.argument });
          break;
        case "i":
          this.#input.sink.raw(command.argument);
          break;
        case "c": {
          const range = this.#ranges.get(command);
          if (range === undefined || !range.active || command.negated) this.#input.sink.raw(command.argument);
          return "delete";
        }
        case "b":
          at = command.target - 1;
          break;
        case "t":
          if (this.#replaced) {
            this.#replaced = false;
            at = command.target - 1;
          }
          break;
        case "T":
          if (this.#replaced) this.#replaced = false;
          else at = command.target - 1;
          break;
        case "d":
          return "delete";
        case "D": {
          const newline = this.#pattern.indexOf(this.#options.delimiter);
          if (newline < 0) return "delete";
          this.#pattern = this.#pattern.slice(newline + 1);
          return "restart";
        }
        case "e":
          if (command.argument === "") yield* this.#evaluate();
          else {
            yield* this.#input.sink.output.flush();
            this.#input.sink.raw(yield* shellOutput(this.#proc, command.argument));
          }
          break;
        case "F":
          this.#input.sink.raw(`${this.#input.fileName}\n`);
          break;
        case "g":
          this.#pattern = this.#hold;
          this.#patternEnds = this.#holdEnds;
          break;
        case "G":
          this.#pattern += this.#options.delimiter + this.#hold;
          this.#patternEnds = this.#holdEnds;
          break;
        case "h":
          this.#hold = this.#pattern;
          this.#holdEnds = this.#patternEnds;
          break;
        case "H":
          this.#hold += this.#options.delimiter + this.#pattern;
          this.#holdEnds = this.#patternEnds;
          break;
        case "l":
          this.#input.sink.raw(visible(this.#pattern, command.argument === "" ? this.#options.lineLength : Number(command.argument)));
          break;
        case "n":
          if (yield* this.#input.atEnd()) return "last";
          if (!this.#options.quiet) this.#print(this.#pattern);
          yield* this.#flushAppended();
          this.#pattern = (yield* this.#input.next()) ?? "";
          this.#patternEnds = !this.#input.lastLacksNewline;
          break;
        case "N": {
          if (yield* this.#input.atEnd()) return "last";
          yield* this.#flushAppended();
          this.#pattern += this.#options.delimiter + ((yield* this.#input.next()) ?? "");
          this.#patternEnds = !this.#input.lastLacksNewline;
          break;
        }
        case "p":
          this.#print(this.#pattern);
          break;
        case "P": {
          const newline = this.#pattern.indexOf(this.#options.delimiter);
          this.#print(newline < 0 ? this.#pattern : this.#pattern.slice(0, newline), newline >= 0 || this.#patternEnds);
          break;
        }
        case "q":
          return { silent: false, status: Number(command.argument) };
        case "Q":
          return { silent: true, status: Number(command.argument) };
        case "r":
          this.#appended.push({ file: command.argument });
          break;
        case "R": {
          const line = yield* this.#lineOf(command.argument);
          if (line !== undefined) this.#appended.push({ line });
          break;
        }
        case "s":
          if (command.substitution !== undefined && this.#substitute(command.substitution)) {
            this.#replaced = true;
            if (command.substitution.evaluate) yield* this.#evaluate();
            if (command.substitution.print) this.#print(this.#pattern);
            if (command.substitution.file !== undefined) yield* this.#writeLine(command.substitution.file, this.#pattern);
          }
          break;
        case "w":
          yield* this.#writeLine(command.argument, this.#pattern);
          break;
        case "W": {
          const newline = this.#pattern.indexOf(this.#options.delimiter);
          yield* this.#writeLine(command.argument, newline < 0 ? this.#pattern : this.#pattern.slice(0, newline));
          break;
        }
        case "x":
          [this.#pattern, this.#hold] = [this.#hold, this.#pattern];
          [this.#patternEnds, this.#holdEnds] = [this.#holdEnds, this.#patternEnds];
          break;
        case "y":
          this.#pattern = [...this.#pattern].map((character) => command.translation?.get(character) ?? character).join("");
          break;
        case "z":
          this.#pattern = "";
      }
      if ("GNnsxyz".includes(command.letter)) this.#tell(() => space("PATTERN", this.#pattern));
      if ("gHhx".includes(command.letter)) this.#tell(() => space("HOLD", this.#hold));
      if (this.#input.sink.output.full) yield* this.#input.sink.output.flush();
    }
    return "end";
  }

  #print(text: string, ended = this.#patternEnds): void {
    this.#input.sink.line(text, ended);
  }

  *#writeLine(file: string, text: string): Run<void> {
    const sink = this.#sink(file);
    sink.line(text, this.#patternEnds);
    // Another command may read the file in this very run.
    if (file !== "/dev/stdout") yield* sink.output.flush();
  }

  *#flushAppended(): Run<void> {
    const appended = this.#appended;
    if (appended.length === 0) return;
    this.#appended = [];
    for (const item of appended) {
      if ("text" in item) this.#input.sink.raw(item.text);
      else if ("line" in item) this.#input.sink.line(item.line, true);
      else {
        try {
          this.#input.sink.raw(yield* readWhole(this.#proc, item.file === "/dev/stdin" ? "-" : item.file));
        } catch {
          // A file that cannot be read adds nothing, and nothing is said.
          continue;
        }
      }
    }
  }

  *#lineOf(file: string): Run<string | undefined> {
    if (!this.#readers.has(file)) {
      let reader: LineReader | undefined;
      try {
        reader = new LineReader(this.#proc, this.#proc.sys.open(file, O.RDONLY));
      } catch {
        reader = undefined;
      }
      this.#readers.set(file, reader);
    }
    return yield* this.#readers.get(file)?.next() ?? nothing();
  }

  *#selects(command: SedCommand): Run<boolean> {
    const { from, to } = command;
    if (from === undefined) return true;
    if (to === undefined) return yield* this.#matches(from);
    let state = this.#ranges.get(command);
    if (state === undefined) {
      const isFromStart = from.kind === "line" && from.line === 0;
      state = { active: isFromStart, hasBegun: isFromStart, last: Infinity };
      this.#ranges.set(command, state);
    }
    const line = this.#input.lineNumber;
    if (state.active) {
      if (to.kind === "line" || to.kind === "plus" || to.kind === "multiple") {
        if (line >= state.last) state.active = false;
        return line <= state.last;
      }
      if (yield* this.#matches(to)) state.active = false;
      return true;
    }
    // A range from a line that other commands kept from getting here begins with the next one that does.
    const isLate = from.kind === "line" && !state.hasBegun && line > from.line && !(to.kind === "line" && line > to.line);
    if (!isLate && !(yield* this.#matches(from))) return false;
    state.hasBegun = true;
    state.last = lastLine(to, line);
    state.active =
      to.kind === "pattern"
        ? true
        : to.kind === "last"
          ? !(yield* this.#input.atEnd())
          : to.kind === "step"
            ? !(yield* this.#matches(to))
            : state.last > line;
    return true;
  }

  *#matches(address: Address): Run<boolean> {
    switch (address.kind) {
      case "line":
        return this.#input.lineNumber === address.line;
      case "step":
        return this.#input.lineNumber >= address.first && (this.#input.lineNumber - address.first) % address.step === 0;
      case "last":
        return yield* this.#input.atEnd();
      case "pattern":
        return this.#recent(address.pattern).test(this.#pattern);
    }
  }

  /** An empty pattern is the one used last. */
  #recent(pattern: Pattern | undefined): Pattern {
    const used = pattern ?? this.#lastPattern;
    if (used === undefined) throw new ScriptError("no previous regular expression");
    this.#lastPattern = used;
    return used;
  }

  /** The pattern space is a command, whose output takes its place. */
  *#evaluate(): Run<void> {
    yield* this.#input.sink.output.flush();
    this.#pattern = decodeUtf8(yield* shellOutput(this.#proc, this.#pattern)).replace(/\n$/, "");
  }

  #substitute(substitution: Substitution): boolean {
    const text = this.#pattern;
    const pattern = this.#recent(substitution.pattern);
    const changed = substitute(text, { ...substitution, pattern });
    this.#tell(() => {
      const match = pattern.find(text);
      return match === undefined ? "" : registers(text, match);
    });
    if (changed !== undefined) this.#pattern = changed;
    return changed !== undefined;
  }
}

function* nothing(): Run<undefined> {
  return undefined;
}

function lastLine(to: RangeEnd, line: number): number {
  switch (to.kind) {
    case "line":
      return to.line;
    case "plus":
      return line + to.count;
    case "multiple":
      return to.of === 0 ? line : (Math.floor(line / to.of) + 1) * to.of;
    default:
      return Infinity;
  }
}

const VISIBLE: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};

/** What `l` shows: no character is left unclear, and lines are folded. */
function visible(text: string, length: number): string {
  let out = "";
  let column = 0;
  for (const character of text) {
    const isPlain = character >= " " && character < "\x7f";
    const known = VISIBLE[character] ?? (isPlain && isPrintable(character) ? character : undefined);
    const bytes = known === undefined ? [...encodeUtf8(character)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`) : [known];
    for (const shown of bytes) {
      if (length > 1 && column + shown.length > length - 1) {
        out += "\\\n";
        column = 0;
      }
      out += shown;
      column += shown.length;
    }
  }
  return `${out}$\n`;
}
