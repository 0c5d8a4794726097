/** Reads lines from a terminal with editing, history and completion, as readline(3) with bash's emacs keys. */
import type { Process, SignalDisposition } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import type { Termios } from "../../machine/termios.ts";
import type { Tty } from "../../machine/tty.ts";
import { decodeUtf8 } from "../../base/utf8.ts";
import { isSysError } from "../../vfs/errno.ts";
import { EMACS_BINDINGS } from "./bindings.ts";
import { commandNamed, type Invocation } from "./commands.ts";
import type { Completer } from "./completer.ts";
import { Editor, KillRing } from "./editor.ts";
import { expandHistory, joinLines, openQuote, type ExpansionMemory } from "./history-expansion.ts";
import type { History } from "./history.ts";
import { KeyReader, type Key } from "./keys.ts";
import { ding, goToLine, type ReaderMemory, type Session } from "./line-session.ts";
import { Painter, plainPrompt } from "./painter.ts";

/** How reading a line ended. */
export type LineResult =
  /** Without its newline; history expansion is done, and the line is in the history. A pasted text is handed over line by line, without a prompt in between. */
  | { readonly kind: "line"; readonly text: string }
  /** ^D on an empty line, or the terminal is gone. The cursor is still on the prompt's line: bash prints `exit` there. */
  | { readonly kind: "eof" }
  /** ^C; `^C` and a newline are on the screen. The shell's `$?` becomes 130. */
  | { readonly kind: "interrupt" };

export interface LineReader {
  /**
   * Shows `prompt` (bytes between U+0001 and U+0002, which `\[` and `\]` stand for, take no room) and reads one line.
   * `continuation` is for PS2: the line belongs to the one before it, in the history too.
   * The terminal is in raw mode only meanwhile.
   */
  readLine(prompt: string, options: { readonly continuation: boolean }): Run<LineResult>;
  /** Waits for a line's first key: nothing is typed, searched for or left of a paste. */
  readonly isAtRest: boolean;
  /** Drops the lines of a paste that were not handed over yet: for when ^C has stopped a command. */
  discard(): void;
}

export interface LineReaderOptions {
  readonly history: History;
  readonly complete: Completer;
  /** Whether lines are edited (`set -o emacs`); yes unless said. Otherwise the terminal's own line discipline is all there is. */
  readonly editsLines?: () => boolean;
  /** Whether `!` is special (`set -H`); yes unless said. */
  readonly expandsHistory?: () => boolean;
  /** What errors of history expansion begin with; "bash: " unless said. */
  readonly errorPrefix?: () => string;
  /** The directory that `~` or `~name` stands for. */
  readonly expandTilde?: (word: string) => string | undefined;
}

/** A reader on `proc`'s controlling terminal: keys from descriptor 0, the screen through descriptor 2. */
export function createLineReader(proc: Process, options: LineReaderOptions): LineReader {
  return new TerminalLineReader(proc, options);
}

/** ^C was pressed. */
class Interrupted extends Error {}

class TerminalLineReader implements LineReader {
  readonly #proc: Process;
  readonly #options: LineReaderOptions;
  readonly #keys: KeyReader;
  readonly #kills = new KillRing();
  readonly #memory: ReaderMemory = { search: "", next: undefined };
  readonly #expansion: ExpansionMemory = {};
  /** The lines of an unfinished command, and whether the first of them is in the history. */
  #unfinished = { text: "", isKept: false };
  /** What is left of an entered text of several lines. */
  #waiting: string[] = [];
  /** The line that is being read. */
  #reading: Reading | undefined;

  constructor(proc: Process, options: LineReaderOptions) {
    this.#proc = proc;
    this.#options = options;
    this.#keys = new KeyReader(proc, 0);
  }

  *readLine(prompt: string, { continuation }: { readonly continuation: boolean }): Run<LineResult> {
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) return yield* this.#remember(waiting, continuation);
    const tty = this.#proc.tty;
    const result = tty && (this.#options.editsLines?.() ?? true) ? yield* this.#edit(tty, prompt) : yield* this.#readPlain(prompt);
    if (result.kind !== "line") return result;
    const [first = "", ...rest] = result.text.split("\n");
    this.#waiting = rest;
    return yield* this.#remember(first, continuation);
  }

  discard(): void {
    this.#waiting = [];
  }

  get isAtRest(): boolean {
    return this.#waiting.length === 0 && this.#reading?.isAtRest === true;
  }

  /** Expands `!`, and adds the line to the history. */
  *#remember(line: string, continuation: boolean): Run<LineResult> {
    const { history } = this.#options;
    const before = continuation ? this.#unfinished.text : "";
    let text = line;
    if (this.#options.expandsHistory?.() ?? true) {
      const expansion = expandHistory(line, history, this.#expansion, openQuote(before));
      if (expansion.kind === "error") {
        yield* this.#proc.write(2, `${this.#options.errorPrefix?.() ?? "bash: "}${expansion.message}\n`);
        return continuation ? { kind: "interrupt" } : { kind: "line", text: "" };
      }
      if (expansion.kind !== "unchanged") {
        text = expansion.text;
        yield* this.#proc.write(2, `${text}\n`);
      }
      if (expansion.kind === "print") {
        history.add(text);
        return { kind: "line", text: "" };
      }
    }
    if (!continuation) {
      this.#unfinished = { text, isKept: history.add(text) };
    } else {
      this.#unfinished = { ...this.#unfinished, text: joinLines(before, text) };
      if (this.#unfinished.isKept) history.replaceLast(this.#unfinished.text);
    }
    return { kind: "line", text };
  }

  /** Without a terminal, or without editing on it: the prompt and a line, byte by byte. */
  *#readPlain(prompt: string): Run<LineResult> {
    yield* this.#proc.write(2, plainPrompt(prompt));
    const bytes: number[] = [];
    for (;;) {
      let byte: number | undefined;
      try {
        [byte] = yield* this.#proc.read(0, 1);
      } catch (error) {
        if (!isSysError(error, "EINTR")) throw error;
        yield* this.#proc.write(2, "\n");
        return { kind: "interrupt" };
      }
      if (byte === undefined && bytes.length === 0) return { kind: "eof" };
      if (byte === undefined || byte === 0x0a) return { kind: "line", text: decodeUtf8(Uint8Array.from(bytes)) };
      bytes.push(byte);
    }
  }

  *#edit(tty: Tty, prompt: string): Run<LineResult> {
    const before = tty.getAttributes();
    const reading = new Reading(this.#proc, tty, this.#keys, prompt, new Editor(this.#kills), this.#memory, this.#options, (line) => {
      const expansion = expandHistory(line, this.#options.history, this.#expansion);
      return expansion.kind === "changed" || expansion.kind === "print" ? expansion.text : undefined;
    });
    tty.setAttributes(editingTermios(before));
    this.#reading = reading;
    try {
      return yield* reading.run();
    } finally {
      this.#reading = undefined;
      reading.stopListening();
      tty.setAttributes(before);
    }
  }
}

/**
 * The terminal's settings while a line is edited.
 * @simplified readline also turns `icrnl` off, to tell Enter from ^J; then a line that is typed ahead would reach the next program without its newline.
 */
function editingTermios(termios: Termios): Termios {
  return { ...termios, icanon: false, echo: false, min: 1, time: 0, lnext: undefined };
}

/** One line being read. */
class Reading implements Session {
  readonly editor: Editor;
  readonly history: History;
  readonly keys: KeyReader;
  readonly painter = new Painter();
  readonly complete: Completer;
  readonly memory: ReaderMemory;
  readonly promptPrefix: string;
  readonly expandHistory: (line: string) => string | undefined;
  readonly edits = new Map<number, string>();
  message: string | undefined;
  result: LineResult | undefined;
  lastCommand = "";
  position: number;
  output = "";
  hasCompletionChanged = false;
  lastArgument: Session["lastArgument"];
  readonly #proc: Process;
  readonly #tty: Tty;
  readonly #options: LineReaderOptions;
  readonly #prompt: string;
  readonly #pushed: Key[] = [];
  readonly #dispositions: readonly (readonly ["INT" | "WINCH", SignalDisposition])[];
  isInterrupted = false;
  #isResized = false;

  constructor(
    proc: Process,
    tty: Tty,
    keys: KeyReader,
    prompt: string,
    editor: Editor,
    memory: ReaderMemory,
    options: LineReaderOptions,
    expandHistory: (line: string) => string | undefined,
  ) {
    this.#proc = proc;
    this.#tty = tty;
    this.#options = options;
    this.keys = keys;
    this.editor = editor;
    this.memory = memory;
    this.history = options.history;
    this.complete = options.complete;
    this.expandHistory = expandHistory;
    const lastLine = prompt.lastIndexOf("\n") + 1;
    this.promptPrefix = plainPrompt(prompt.slice(0, lastLine));
    this.#prompt = prompt.slice(lastLine);
    this.position = this.history.length;
    this.#dispositions = [
      ["INT", proc.signalDisposition("INT")],
      ["WINCH", proc.signalDisposition("WINCH")],
    ];
    proc.onSignal("INT", () => (this.isInterrupted = true));
    proc.onSignal("WINCH", () => (this.#isResized = true));
  }

  get isAtRest(): boolean {
    const isUntouched = this.position === this.history.length && this.edits.size === 0 && this.message === undefined;
    return isUntouched && this.editor.text === "" && this.#pushed.length === 0 && !this.keys.isPending();
  }

  get size(): { readonly columns: number; readonly rows: number } {
    return this.#tty;
  }

  stopListening(): void {
    for (const [signal, disposition] of this.#dispositions) this.#proc.onSignal(signal, disposition);
  }

  *run(): Run<LineResult> {
    this.output += PASTE_MARKS_ON + this.promptPrefix;
    if (this.memory.next !== undefined) goToLine(this, Math.min(this.memory.next, this.history.length));
    this.memory.next = undefined;
    try {
      while (!this.result) yield* this.#command();
      this.paint();
      const isEof = this.result.kind === "eof";
      this.output += isEof ? PASTE_MARKS_OFF : this.painter.finish() + PASTE_MARKS_OFF;
      yield* this.flush();
      return this.result;
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      this.message = undefined;
      this.output += "^C" + this.painter.moveToLastRow() + "\n" + PASTE_MARKS_OFF;
      yield* this.flush();
      return { kind: "interrupt" };
    }
  }

  /** One key, or several that are one command, and what it does. */
  *#command(): Run<void> {
    let key = yield* this.nextKey();
    let count = 1;
    let hasArgument = false;
    if (key && bindingOf(key) === "digit-argument") {
      const argument = yield* this.#readArgument(key);
      ({ count, key } = argument);
      hasArgument = true;
    }
    if (key?.name === "C-x") {
      const second = yield* this.nextKey();
      key = second && { name: `C-x ${second.name}`, text: "" };
    }
    if (!key) {
      this.result = this.editor.text === "" ? { kind: "eof" } : { kind: "line", text: this.editor.text };
      return;
    }
    const name = bindingOf(key);
    const command = name === undefined ? undefined : commandNamed(name);
    this.editor.beginCommand();
    if (!command) ding(this);
    else {
      const call: Invocation = { count, hasArgument, key };
      const run = command(this, call);
      if (run) yield* run;
    }
    this.lastCommand = name ?? "";
  }

  /** Alt and digits, then digits; the first other key is the command's. */
  *#readArgument(first: Key): Run<{ count: number; key: Key | undefined }> {
    let digits = "";
    let isNegative = false;
    let key: Key | undefined = first;
    while (key) {
      const character: string = key.name.startsWith("M-") && bindingOf(key) === "digit-argument" ? key.name.slice(2) : key.name;
      if (/^\d$/.test(character)) digits = (digits + character).slice(0, 6);
      else if (character === "-" && digits === "" && !isNegative) isNegative = true;
      else break;
      this.message = `(arg: ${isNegative ? "-" : ""}${digits === "" ? 1 : Number(digits)}) `;
      key = yield* this.nextKey();
    }
    this.message = undefined;
    return { count: (digits === "" ? 1 : Number(digits)) * (isNegative ? -1 : 1), key };
  }

  *nextKey(options: { readonly escapeIsAKey?: boolean } = {}): Run<Key | undefined> {
    for (;;) {
      const pushed = this.#pushed.shift();
      if (pushed) return pushed;
      if (this.isInterrupted) throw new Interrupted();
      if (this.#isResized) {
        this.#isResized = false;
        this.output += this.painter.resize();
      }
      // Keys that wait are taken first: the screen need not show what is about to change.
      if (!this.keys.isPending()) this.paint();
      yield* this.flush();
      try {
        return yield* this.keys.next(options);
      } catch (error) {
        if (!isSysError(error, "EINTR")) throw error;
      }
    }
  }

  pushKey(key: Key): void {
    this.#pushed.push(key);
  }

  *flush(): Run<void> {
    if (this.output === "") return;
    const { output } = this;
    this.output = "";
    try {
      yield* this.#proc.write(2, output);
    } catch (error) {
      // A signal came while ^S held the terminal; the next key tells what it was, and the next painting shows the line.
      if (!isSysError(error, "EINTR")) throw error;
    }
  }

  expandTilde(word: string): string | undefined {
    return this.#options.expandTilde?.(word);
  }

  paint(): void {
    this.output += this.painter.paint(this.message ?? this.#prompt, this.editor.text, this.editor.point, this.#tty);
  }
}

/** Bracketed paste: the terminal marks what is pasted, so that its newlines do not run anything. */
const PASTE_MARKS_ON = "\x1b[?2004h";
const PASTE_MARKS_OFF = "\x1b[?2004l\r";

function bindingOf(key: Key): string | undefined {
  return key.text !== "" ? "self-insert" : EMACS_BINDINGS[key.name];
}
