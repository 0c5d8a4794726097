/** The screen of less(1): which part of a text is shown, and what the keys do. */
import { Pattern, PatternError } from "../../base/posix-pattern.ts";
import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Tty } from "../../machine/tty.ts";
import { characterBefore } from "../../shell/readline/characters.ts";
import { KeyReader, type Key } from "../../shell/readline/keys.ts";
import { isSysError } from "../../vfs/errno.ts";
import { HELP } from "./help.ts";
import { commandOf } from "./keys.ts";
import { PagedText } from "./lines.ts";
import { promptText } from "./prompt.ts";
import { rowsOf, shownLine } from "./rows.ts";
import { toggleOption, type Settings } from "./settings.ts";

/** A row of a line that may take several. */
interface Place {
  readonly line: number;
  readonly row: number;
}

interface Shown {
  readonly place: Place;
  readonly text: string;
}

/** A text and where one is in it. */
interface Reading {
  readonly text: PagedText;
  top: Place;
  /** The rows on the screen; undefined beyond the end. Fewer than the screen has while a short text was only printed. */
  view: (Shown | undefined)[];
  /** Nothing was done with it yet: the prompt names it. */
  isNew: boolean;
  previous: Place;
}

/** Ends the pager. */
class Quit extends Error {
  readonly status: ExitStatus;

  constructor(status: ExitStatus) {
    super("quit");
    this.status = status;
  }
}

export class Pager {
  readonly #proc: Process;
  readonly #tty: Tty;
  readonly #keys: KeyReader;
  readonly #settings: Settings;
  readonly #texts: readonly PagedText[];
  #index = 0;
  #reading: Reading;
  /** Where one was in each of the texts. */
  readonly #readings = new Map<number, Reading>();
  #pattern: Pattern | undefined;
  #direction: 1 | -1 = 1;
  #isHighlighting = true;
  #filter: Pattern | undefined;
  readonly #marks = new Map<string, Place>();
  #shift = 0;
  #halfPage: number | undefined;
  #pushed: Key | undefined;
  #isInterrupted = false;
  #isInHelp = false;
  #output = "";

  constructor(proc: Process, tty: Tty, keyFd: number, settings: Settings, texts: readonly PagedText[]) {
    this.#proc = proc;
    this.#tty = tty;
    this.#keys = new KeyReader(proc, keyFd);
    this.#settings = settings;
    this.#texts = texts;
    this.#reading = begun(texts[0] as PagedText);
  }

  /** Whether the whole text fits on one screen. */
  *fitsOnOneScreen(): Run<boolean> {
    yield* this.#look({ line: 0, row: 0 });
    return yield* this.#isAtEnd();
  }

  /** The rows of a text that fits. */
  *wholeText(): Run<string> {
    yield* this.#look({ line: 0, row: 0 });
    return this.#reading.view.map((shown) => (shown ? shown.text + "\n" : "")).join("");
  }

  *run(): Run<ExitStatus> {
    const proc = this.#proc;
    const before = this.#tty.getAttributes();
    const dispositions = (["INT", "WINCH"] as const).map((signal) => [signal, proc.signalDisposition(signal)] as const);
    proc.onSignal("INT", () => (this.#isInterrupted = true));
    proc.onSignal("WINCH", () => {});
    this.#tty.setAttributes({ ...before, icanon: false, echo: false, min: 1, time: 0, susp: undefined, lnext: undefined });
    this.#output += this.#settings.keepsScreen ? "" : "\x1b[?1049h\x1b[H\x1b[2J";
    try {
      yield* this.#start();
      for (;;) yield* this.#command();
    } catch (error) {
      if (!(error instanceof Quit)) throw error;
      this.#output += `\r\x1b[K${this.#settings.keepsScreen ? "" : "\x1b[?1049l"}`;
      yield* this.#flush();
      return error.status;
    } finally {
      this.#tty.setAttributes(before);
      for (const [signal, disposition] of dispositions) proc.onSignal(signal, disposition);
    }
  }

  // what is shown

  get #height(): number {
    return Math.max(1, this.#tty.rows - 1);
  }

  #isHidden(line: number): boolean {
    const { lines } = this.#reading.text;
    const text = lines[line] ?? "";
    if (this.#settings.squeezes && text === "" && line > 0 && lines[line - 1] === "") return true;
    return this.#filter !== undefined && !this.#filter.test(shownLine(text, this.#settings.isRaw).plain);
  }

  #rows(line: number): string[] {
    const { isRaw, isChopped, showsNumbers } = this.#settings;
    const shown = shownLine(this.#reading.text.lines[line] ?? "", isRaw);
    return rowsOf(
      shown,
      {
        columns: this.#tty.columns,
        isRaw,
        isChopped: isChopped || this.#shift > 0,
        shift: this.#shift,
        margin: showsNumbers ? `${String(line + 1).padStart(7)} ` : "",
      },
      this.#isHighlighting && this.#pattern && !this.#isInHelp ? matches(this.#pattern, shown.plain) : [],
    );
  }

  /** The row after `place`; undefined at the end. */
  *#after(place: Place): Run<Place | undefined> {
    if (place.row + 1 < this.#rows(place.line).length) return { line: place.line, row: place.row + 1 };
    return yield* this.#firstFrom(place.line + 1);
  }

  *#firstFrom(start: number): Run<Place | undefined> {
    for (let line = start; ; line++) {
      yield* this.#reading.text.ensure(line + 1);
      if (line >= this.#reading.text.lines.length) return undefined;
      if (!this.#isHidden(line)) return { line, row: 0 };
    }
  }

  #before(place: Place): Place | undefined {
    if (place.row > 0) return { line: place.line, row: place.row - 1 };
    for (let line = place.line - 1; line >= 0; line--) if (!this.#isHidden(line)) return { line, row: this.#rows(line).length - 1 };
    return undefined;
  }

  #shown(place: Place): Shown {
    return { place, text: this.#rows(place.line)[place.row] ?? "" };
  }

  /** Makes `top` the first row; beyond the end nothing is shown. */
  *#look(top: Place): Run<void> {
    const view: (Shown | undefined)[] = [];
    let place: Place | undefined = yield* this.#firstFrom(top.line);
    if (place && place.line === top.line) place = { line: top.line, row: Math.min(top.row, this.#rows(top.line).length - 1) };
    while (view.length < this.#height) {
      view.push(place && this.#shown(place));
      if (place) place = yield* this.#after(place);
    }
    this.#reading.view = view;
    this.#reading.top = view[0]?.place ?? top;
  }

  *#isAtEnd(): Run<boolean> {
    const { view } = this.#reading;
    const last = view.at(-1);
    return !last || !(yield* this.#after(last.place));
  }

  *#repaint(): Run<void> {
    yield* this.#look(this.#reading.top);
    this.#paintAll();
  }

  #paintAll(): void {
    this.#output += `\x1b[H${this.#reading.view.map((shown) => `\x1b[K${shown?.text ?? "~"}\n`).join("")}\x1b[J`;
  }

  /** The first screen of a text. A short one is only printed, without anything below. */
  *#start(): Run<void> {
    const reading = this.#reading;
    this.#readings.set(0, reading);
    yield* this.#look({ line: 0, row: 0 });
    if (this.#index === 0 && reading.view.includes(undefined)) reading.view = reading.view.filter((shown) => shown !== undefined);
    this.#output += reading.view.map((shown) => `${shown?.text ?? "~"}\n`).join("");
    for (const command of this.#settings.commands) yield* this.#initial(command);
  }

  *#initial(command: string): Run<void> {
    const number = /^(\d*)(.*)$/s.exec(command);
    const rest = number?.[2] ?? "";
    if (rest.startsWith("/")) yield* this.#search(rest.slice(1), 1, 1, true);
    else if (rest === "G") yield* this.#goToEnd();
    else if (rest === "F") yield* this.#follow();
    else if (rest === "g" || rest === "") yield* this.#goToLine(Number(number?.[1] || 1) - 1);
  }

  // moving

  /** On by rows, as far as there is text; beyond its end when `isForced`. */
  *#forward(count: number, isForced = false): Run<void> {
    const reading = this.#reading;
    const fresh: (Shown | undefined)[] = [];
    while (fresh.length < count) {
      const last = reading.view.at(-1);
      const next = last && (yield* this.#after(last.place));
      if (!next && !(isForced && reading.view[1])) break;
      const shown = next && this.#shown(next);
      fresh.push(shown);
      reading.view.push(shown);
      if (reading.view.length > this.#height) reading.view.shift();
    }
    reading.top = reading.view[0]?.place ?? reading.top;
    if (fresh.length === 0) return yield* this.#bumpEnd();
    if (fresh.length > this.#height) this.#paintAll();
    else this.#output += fresh.map((shown) => `${shown?.text ?? "~"}\n`).join("");
  }

  /** At the end already: a bell, or the end of it all. */
  *#bumpEnd(): Run<void> {
    if (this.#settings.quitsAtEnd !== "never" && !this.#isInHelp && this.#index === this.#texts.length - 1) throw new Quit(0);
    this.#output += "\x07";
    yield* this.#flush();
  }

  *#backward(count: number): Run<void> {
    let { top } = this.#reading;
    let moved = 0;
    for (; moved < count; moved++) {
      const before = this.#before(top);
      if (!before) break;
      top = before;
    }
    if (moved === 0) this.#output += "\x07";
    if (moved > 0 || this.#reading.view.length < this.#height) {
      this.#reading.top = top;
      yield* this.#repaint();
    }
  }

  /** Somewhere else, which is remembered for `''`. */
  *#jump(top: Place): Run<void> {
    this.#reading.previous = this.#reading.top;
    const onScreen = this.#reading.view.findIndex((shown) => shown && shown.place.line === top.line && shown.place.row === top.row);
    if (onScreen > 0 && this.#reading.view.length === this.#height) return yield* this.#forward(onScreen, true);
    yield* this.#look(top);
    this.#paintAll();
  }

  *#goToLine(line: number): Run<void> {
    yield* this.#reading.text.ensure(line + 1);
    const place = yield* this.#firstFrom(line);
    if (place) yield* this.#jump(place);
    else yield* this.#goToEnd();
  }

  *#goToEnd(): Run<void> {
    yield* this.#reading.text.ensure(Infinity);
    let line = this.#reading.text.lines.length - 1;
    while (line > 0 && this.#isHidden(line)) line--;
    if (line < 0) return;
    let top: Place = { line, row: this.#rows(line).length - 1 };
    for (let row = 1; row < this.#height; row++) top = this.#before(top) ?? top;
    yield* this.#jump(top);
  }

  /** `F`: shows what is added at the end until ^C. */
  *#follow(): Run<void> {
    const { text } = this.#reading;
    try {
      for (;;) {
        yield* this.#goToEnd();
        this.#output += "\r\x1b[K\x1b[7mWaiting for data... (interrupt to abort)\x1b[m";
        yield* this.#flush();
        text.reopen();
        const count = text.lines.length;
        while (text.lines.length === count) {
          yield* text.readMore();
          if (!text.isComplete) continue;
          yield* this.#proc.sleep(1);
          if (this.#isInterrupted) break;
          text.reopen();
        }
        if (this.#isInterrupted) break;
      }
    } catch (error) {
      if (!isSysError(error, "EINTR")) throw error;
    }
    this.#isInterrupted = false;
  }

  // searching

  #compile(source: string): Pattern | undefined {
    const { ignoresCase } = this.#settings;
    const ignoreCase = ignoresCase === "always" || (ignoresCase === "smart" && source === source.toLowerCase());
    try {
      return Pattern.compile(source, { syntax: "extended", ignoreCase });
    } catch (error) {
      if (error instanceof PatternError) return undefined;
      throw error;
    }
  }

  *#search(source: string, direction: 1 | -1, count: number, isFromTop = false): Run<void> {
    if (source !== "") {
      const pattern = this.#compile(source);
      if (!pattern) return yield* this.#tell("Invalid pattern");
      this.#pattern = pattern;
    }
    this.#direction = direction;
    this.#isHighlighting = true;
    yield* this.#searchAgain(direction, count, isFromTop);
  }

  *#searchAgain(direction: 1 | -1, count: number, isFromTop = false): Run<void> {
    const pattern = this.#pattern;
    if (!pattern) return yield* this.#tell("No previous regular expression");
    const { text, top } = this.#reading;
    let left = count;
    for (let line = top.line + (isFromTop ? 0 : direction); line >= 0; line += direction) {
      yield* text.ensure(line + 1);
      const content = text.lines[line];
      if (content === undefined) break;
      if (this.#isHidden(line) || !pattern.test(shownLine(content, this.#settings.isRaw).plain)) continue;
      if (--left > 0) continue;
      this.#reading.previous = top;
      // Marks of the last search may go and new ones come, so everything is painted.
      yield* this.#look({ line, row: 0 });
      this.#paintAll();
      return;
    }
    yield* this.#repaint();
    yield* this.#tell("Pattern not found");
  }

  // keys

  *#command(): Run<void> {
    yield* this.#prompt();
    let digits = "";
    let key = yield* this.#key();
    while (key && /^\d$/.test(key.text)) {
      digits += key.text;
      this.#output += `\r\x1b[K:${digits}`;
      key = yield* this.#key();
    }
    const reading = this.#reading;
    if (this.#isInterrupted || key === undefined) {
      if (key === undefined && !this.#isInterrupted) throw new Quit(0);
      this.#isInterrupted = false;
      if (this.#settings.quitsOnInterrupt) throw new Quit(2);
      this.#output += "\r\x1b[K\x07";
      return;
    }
    this.#output += "\r\x1b[K";
    reading.isNew = false;
    const number = digits === "" ? undefined : Number(digits);
    yield* this.#perform(commandOf(key.name), number);
  }

  *#perform(command: string | undefined, number: number | undefined): Run<void> {
    const page = this.#height;
    switch (command) {
      case "quit":
        throw new Quit(0);
      case "forward-line":
        return yield* this.#forward(number ?? 1);
      case "backward-line":
        return yield* this.#backward(number ?? 1);
      case "forward-page":
        return yield* this.#forward(number ?? page);
      case "backward-page":
        return yield* this.#backward(number ?? page);
      case "forward-half":
        if (number !== undefined) this.#halfPage = number;
        return yield* this.#forward(this.#halfPage ?? Math.max(1, Math.floor(this.#tty.rows / 2)));
      case "backward-half":
        if (number !== undefined) this.#halfPage = number;
        return yield* this.#backward(this.#halfPage ?? Math.max(1, Math.floor(this.#tty.rows / 2)));
      case "first-line":
        return yield* this.#goToLine((number ?? 1) - 1);
      case "last-line":
        return number === undefined ? yield* this.#goToEnd() : yield* this.#goToLine(number - 1);
      case "percent":
        yield* this.#reading.text.ensure(Infinity);
        return yield* this.#goToLine(this.#reading.text.lineAt(Math.floor((this.#reading.text.bytes * Math.min(100, number ?? 0)) / 100)));
      case "right":
        this.#shift += number ?? Math.floor(this.#tty.columns / 2);
        return yield* this.#repaint();
      case "left":
        this.#shift = Math.max(0, this.#shift - (number ?? Math.floor(this.#tty.columns / 2)));
        return yield* this.#repaint();
      case "repaint":
        this.#output += "\x1b[H\x1b[2J";
        return yield* this.#repaint();
      case "follow":
        return yield* this.#follow();
      case "search-forward":
      case "search-backward": {
        const source = yield* this.#ask(command === "search-forward" ? "/" : "?");
        if (source !== undefined) yield* this.#search(source, command === "search-forward" ? 1 : -1, number ?? 1);
        return;
      }
      case "search-again":
        return yield* this.#searchAgain(this.#direction, number ?? 1);
      case "search-reverse":
        return yield* this.#searchAgain(this.#direction === 1 ? -1 : 1, number ?? 1);
      case "undo-highlight":
        this.#isHighlighting = !this.#isHighlighting;
        return yield* this.#repaint();
      case "filter": {
        const source = yield* this.#ask("&/");
        if (source === undefined) return;
        const filter = source === "" ? undefined : this.#compile(source);
        if (source !== "" && !filter) return yield* this.#tell("Invalid pattern");
        this.#filter = filter;
        return yield* this.#repaint();
      }
      case "information":
        return yield* this.#tell(yield* this.#information());
      case "toggle": {
        this.#output += "\r\x1b[K-";
        const letter = yield* this.#key();
        const message = toggleOption(this.#settings, letter?.text ?? "");
        if (message === undefined) return yield* this.#tell(`There is no ${letter?.text ?? ""} option ("less --help" for help)`);
        yield* this.#tell(message);
        return yield* this.#repaint();
      }
      case "set-mark": {
        this.#output += "\r\x1b[Kset mark: ";
        const letter = yield* this.#key();
        if (letter && /^[A-Za-z]$/.test(letter.text)) this.#marks.set(letter.text, this.#reading.top);
        return;
      }
      case "go-to-mark":
        return yield* this.#goToMark();
      case "colon":
        return yield* this.#colon();
      case "help":
        return yield* this.#help();
      default:
        this.#output += "\x07";
    }
  }

  *#goToMark(): Run<void> {
    this.#output += "\r\x1b[Kgoto mark: ";
    const letter = (yield* this.#key())?.text ?? "";
    if (letter === "^") return yield* this.#goToLine(0);
    if (letter === "$") return yield* this.#goToEnd();
    const place = letter === "'" ? this.#reading.previous : this.#marks.get(letter);
    if (!place) return yield* this.#tell("Mark not set");
    yield* this.#jump(place);
  }

  *#colon(): Run<void> {
    this.#output += "\r\x1b[K:";
    const letter = (yield* this.#key())?.text ?? "";
    if (letter === "q" || letter === "Q") throw new Quit(0);
    if (letter === "f") return yield* this.#tell(yield* this.#information());
    if (letter !== "n" && letter !== "p") {
      this.#output += "\x07";
      return;
    }
    const next = this.#index + (letter === "n" ? 1 : -1);
    const text = this.#texts[next];
    if (!text) return yield* this.#tell(letter === "n" ? "No next file" : "No previous file");
    this.#index = next;
    this.#reading = this.#readings.get(next) ?? begun(text);
    this.#reading.isNew = true;
    this.#readings.set(next, this.#reading);
    yield* this.#repaint();
  }

  *#help(): Run<void> {
    if (this.#isInHelp) return;
    const reading = this.#reading;
    this.#isInHelp = true;
    this.#reading = begun(PagedText.of(this.#proc, "HELP", HELP));
    yield* this.#repaint();
    try {
      for (;;) yield* this.#command();
    } catch (error) {
      if (!(error instanceof Quit)) throw error;
    }
    this.#isInHelp = false;
    this.#reading = reading;
    yield* this.#repaint();
  }

  /** A line of input at the bottom; undefined when it was given up. */
  *#ask(label: string): Run<string | undefined> {
    let text = "";
    for (;;) {
      this.#output += `\r\x1b[K${label}${text}`;
      const key = yield* this.#key();
      if (!key || this.#isInterrupted || key.name === "C-g") {
        this.#isInterrupted = false;
        return undefined;
      }
      if (key.text !== "") text += key.text;
      else if (key.name === "enter" || key.name === "C-j") return text;
      else if (key.name === "C-u" || key.name === "M-backspace") text = "";
      else if (key.name === "C-w") text = text.replace(/\S*\s*$/, "");
      else if (key.name === "paste-start") text += (yield* this.#keys.paste()).split("\n")[0] ?? "";
      else if (key.name === "backspace" || key.name === "C-h") {
        if (text === "") return undefined;
        text = text.slice(0, characterBefore(text, text.length));
      }
    }
  }

  /** A message at the bottom until a key; a key other than Enter is the next command. */
  *#tell(message: string): Run<void> {
    this.#output += `\r\x1b[K\x1b[7m${message}  (press RETURN)\x1b[m`;
    const key = yield* this.#key();
    this.#output += "\r\x1b[K";
    const isLong = message.length + 16 > this.#tty.columns;
    if (isLong) yield* this.#repaint();
    if (key && key.name !== "enter" && key.name !== "C-j" && key.text !== " ") this.#pushed = key;
  }

  *#prompt(): Run<void> {
    const text = yield* this.#promptText();
    const filter = this.#filter ? "& " : "";
    this.#output += text === ":" ? `\r\x1b[K${filter}:` : `\r\x1b[K\x1b[7m${filter}${text}\x1b[m`;
  }

  *#promptText(): Run<string> {
    const { text, isNew, view } = this.#reading;
    const isAtEnd = yield* this.#isAtEnd();
    if (isAtEnd && this.#settings.quitsAtEnd === "first" && !this.#isInHelp && this.#index === this.#texts.length - 1) {
      yield* this.#flush();
      throw new Quit(0);
    }
    if (this.#isInHelp)
      return isAtEnd ? "HELP -- END -- Press g to see it again, or q when done" : "HELP -- Press RETURN for more, or q when done";
    const several = this.#texts.length > 1 ? ` (file ${this.#index + 1} of ${this.#texts.length})` : "";
    const name = text.name + (isNew || this.#settings.prompt === "long" ? several : "");
    if (this.#settings.prompt === "short") {
      const parts = [...(isNew && name !== "" ? [name] : []), ...(isAtEnd ? ["(END)"] : [])];
      return parts.length === 0 ? ":" : parts.join(" ");
    }
    const last = view.findLast((shown) => shown !== undefined)?.place.line ?? 0;
    const first = view[0]?.place.line ?? 0;
    // The length of a file is known before it is read.
    if (text.name !== "") yield* text.ensure(Infinity);
    const isKnown = text.isComplete;
    const position = isAtEnd ? " (END)" : isKnown && text.bytes > 0 ? ` ${Math.round((100 * text.endOf(last)) / text.bytes)}%` : "";
    if (this.#settings.promptFormat !== undefined) {
      return promptText(this.#settings.promptFormat, {
        file: text.name,
        topLine: first + 1,
        lines: isKnown ? text.lines.length : undefined,
        isAtEnd,
        percent: isKnown && text.bytes > 0 ? Math.round((100 * text.endOf(last)) / text.bytes) : undefined,
      });
    }
    if (this.#settings.prompt === "medium") return `${isNew ? name : ""}${position}`.trim() || ":";
    const lines = view.some((shown) => shown) ? `lines ${first + 1}-${last + 1}${isKnown ? `/${text.lines.length}` : ""}` : "";
    return `${name === "" ? "" : `${name} `}${lines}${position}`.trim();
  }

  *#information(): Run<string> {
    const { text, view } = this.#reading;
    yield* text.ensure(Infinity);
    const first = view[0]?.place.line ?? 0;
    const last = view.findLast((shown) => shown !== undefined)?.place.line ?? 0;
    const byte = text.endOf(last);
    const percent = text.bytes === 0 ? 100 : Math.round((100 * byte) / text.bytes);
    const position = byte === text.bytes ? "(END)" : `${percent}%`;
    return `${text.name === "" ? "" : `${text.name} `}lines ${first + 1}-${last + 1}/${text.lines.length} byte ${byte}/${text.bytes} ${position}`;
  }

  /** The next key; undefined when the terminal is gone or ^C was pressed. */
  *#key(): Run<Key | undefined> {
    const pushed = this.#pushed;
    this.#pushed = undefined;
    if (pushed) return pushed;
    for (;;) {
      yield* this.#flush();
      try {
        return yield* this.#keys.next({ escapeIsAKey: true });
      } catch (error) {
        if (!isSysError(error, "EINTR")) throw error;
        if (this.#isInterrupted) return undefined;
        this.#output += "\x1b[H\x1b[2J";
        yield* this.#repaint();
        yield* this.#prompt();
      }
    }
  }

  *#flush(): Run<void> {
    const output = this.#output;
    this.#output = "";
    if (output !== "") yield* this.#proc.write(1, output);
  }
}

function begun(text: PagedText): Reading {
  return { text, top: { line: 0, row: 0 }, view: [], isNew: true, previous: { line: 0, row: 0 } };
}

function matches(pattern: Pattern, text: string): { readonly start: number; readonly end: number }[] {
  const found: { readonly start: number; readonly end: number }[] = [];
  for (let from = 0; from <= text.length;) {
    const match = pattern.find(text, from);
    if (!match) break;
    if (match.end > match.start) found.push({ start: match.start, end: match.end });
    from = Math.max(match.end, match.start + 1);
  }
  return found;
}
