/**
 * A terminal: the line discipline between the keys outside and the programs inside, as Linux's n_tty.
 *
 * In canonical mode the terminal itself edits a line (erase, kill, end of file) and hands it over whole; in raw mode
 * (`icanon` off) it hands over bytes as they come. Either way it echoes, turns ^C, ^\ and ^Z into signals for the
 * foreground group, and holds output between ^S and ^Q.
 */
import { encodeUtf8 } from "../base/utf8.ts";
import type { Signal } from "./signals.ts";
import { saneTermios, type Termios } from "./termios.ts";

/** The longest line, without its newline; what is typed beyond is echoed and lost. */
const LINE_LIMIT = 4095;

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const TAB = 0x09;
const BACKSPACE = 0x08;

export interface TtyOptions {
  readonly columns: number;
  readonly rows: number;
  /** What appears on the screen. */
  output(bytes: Uint8Array): void;
  /** A signal for every process of a group. */
  signal(group: number, signal: Signal): void;
}

/** Plain data, fit for JSON. */
export interface TtyState {
  readonly termios: Termios;
  readonly columns: number;
  readonly rows: number;
  readonly session: number;
  readonly foregroundGroup: number;
  readonly input: readonly number[];
  readonly ends: readonly number[];
  readonly column: number;
  readonly startColumn: number;
  readonly isStopped: boolean;
}

export class Tty {
  /** The group that signals of keys go to; 0 for none. */
  foregroundGroup = 0;
  /** The session whose controlling terminal this is; 0 for none. */
  session = 0;

  readonly #options: TtyOptions;
  #termios: Termios = saneTermios();
  #columns: number;
  #rows: number;
  /** What was typed; the first `#taken` bytes have been read. An end of file in a line is a 0. */
  #input: number[] = [];
  #taken = 0;
  /** Ends of complete lines: how many bytes of `#input` come before each. */
  #ends: number[] = [];
  /** Where the cursor is, in columns; the kernel does not know of wrapping either. */
  #column = 0;
  /** The column in which the line being typed began. */
  #startColumn = 0;
  #isStopped = false;
  #isQuoting = false;
  /** Echo that is not shown yet: until the end of a batch of keys, or until ^Q. */
  #echo: number[] = [];

  constructor(options: TtyOptions) {
    this.#options = options;
    this.#columns = options.columns;
    this.#rows = options.rows;
  }

  get columns(): number {
    return this.#columns;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Whether ^S holds the output. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** TIOCSWINSZ: the foreground group is told with SIGWINCH if the size changed. */
  resize(columns: number, rows: number): void {
    if (columns === this.#columns && rows === this.#rows) return;
    this.#columns = columns;
    this.#rows = rows;
    if (this.foregroundGroup) this.#options.signal(this.foregroundGroup, "WINCH");
  }

  /** tcgetattr(3). */
  getAttributes(): Termios {
    return this.#termios;
  }

  /** tcsetattr(3); `flush` throws away what was typed and not read (TCSAFLUSH), as before a password. */
  setAttributes(termios: Termios, options: { readonly flush?: boolean } = {}): void {
    const wasCanonical = this.#termios.icanon;
    this.#termios = termios;
    if (options.flush) this.flushInput();
    if (termios.icanon !== wasCanonical) {
      // What was typed under the other rule counts as one line.
      this.#ends = termios.icanon && this.pending > 0 ? [this.#input.length] : [];
      this.#isQuoting = false;
    }
    if (!termios.ixon && this.#isStopped) this.#start();
  }

  /** tcflush(3) with TCIFLUSH. */
  flushInput(): void {
    this.#input = [];
    this.#taken = 0;
    this.#ends = [];
  }

  /** Keys from outside. */
  input(keys: string | Uint8Array): void {
    for (const byte of typeof keys === "string" ? encodeUtf8(keys) : keys) this.#receive(byte);
    this.#showEcho();
  }

  /** How many bytes wait to be read. */
  get pending(): number {
    return this.#input.length - this.#taken;
  }

  /** How many bytes, of at most `most`, wait before the first that is `byte`. */
  pendingBefore(byte: number, most: number): number {
    const end = Math.min(this.#input.length, this.#taken + most);
    let at = this.#taken;
    while (at < end && this.#input[at] !== byte) at++;
    return at - this.#taken;
  }

  /** Whether a read would not block. */
  readable(): boolean {
    if (this.#termios.icanon) return this.#ends.length > 0;
    return this.pending >= Math.max(1, this.#termios.min) || this.#termios.min === 0;
  }

  /** At most `count` bytes; an empty array is end of file; undefined: it would block. */
  read(count: number): Uint8Array | undefined {
    if (!this.readable()) return undefined;
    if (!this.#termios.icanon) return Uint8Array.from(this.#take(count));
    const end = this.#ends[0] ?? 0;
    const isEof = this.#input[end - 1] === 0;
    const length = (isEof ? end - 1 : end) - this.#taken;
    const taken = this.#take(Math.min(count, length));
    if (isEof && count >= length) this.#take(1);
    return Uint8Array.from(taken);
  }

  /** Whether `write` takes anything. */
  writable(): boolean {
    return !this.#isStopped;
  }

  /** How many bytes were taken: all, or undefined while ^S holds the output. */
  write(bytes: Uint8Array): number | undefined {
    if (this.#isStopped) return undefined;
    const out: number[] = [];
    for (const byte of bytes) this.#process(byte, out);
    if (out.length > 0) this.#options.output(Uint8Array.from(out));
    return bytes.length;
  }

  save(): TtyState {
    return {
      termios: this.#termios,
      columns: this.#columns,
      rows: this.#rows,
      session: this.session,
      foregroundGroup: this.foregroundGroup,
      input: this.#input.slice(this.#taken),
      ends: this.#ends.map((end) => end - this.#taken),
      column: this.#column,
      startColumn: this.#startColumn,
      isStopped: this.#isStopped,
    };
  }

  /** What `save` gave. The size stays as it is outside. */
  restore(state: TtyState): void {
    this.#termios = state.termios;
    this.session = state.session;
    this.foregroundGroup = state.foregroundGroup;
    this.#input = [...state.input];
    this.#taken = 0;
    this.#ends = [...state.ends];
    this.#echo = [];
    this.#column = state.column;
    this.#startColumn = state.startColumn;
    this.#isStopped = state.isStopped;
    this.#isQuoting = false;
  }

  #take(count: number): number[] {
    const taken = this.#input.slice(this.#taken, this.#taken + count);
    this.#taken += taken.length;
    let ended = 0;
    while ((this.#ends[ended] ?? Infinity) <= this.#taken) ended++;
    if (ended > 0) this.#ends.splice(0, ended);
    // What has been read goes when it is the larger part: there may be megabytes, read byte by byte.
    if (this.#taken === this.#input.length) this.flushInput();
    else if (2 * this.#taken > this.#input.length) {
      this.#input = this.#input.slice(this.#taken);
      this.#ends = this.#ends.map((end) => end - this.#taken);
      this.#taken = 0;
    }
    return taken;
  }

  /** Where the line that is being typed begins in `#input`. */
  get #lineStart(): number {
    return this.#ends.at(-1) ?? this.#taken;
  }

  #receive(byte: number): void {
    const t = this.#termios;
    let key = t.istrip ? byte & 0x7f : byte;
    if (this.#isQuoting) {
      this.#isQuoting = false;
      this.#add(key);
      return;
    }
    if (t.ixon && key === t.start) return this.#start();
    if (t.ixon && key === t.stop) {
      this.#showEcho();
      this.#isStopped = true;
      return;
    }
    if (t.isig) {
      const signal = key === t.intr ? "INT" : key === t.quit ? "QUIT" : key === t.susp ? "TSTP" : undefined;
      if (signal) return this.#signal(key, signal);
    }
    if (this.#isStopped && t.ixon && t.ixany) this.#start();
    if (key === RETURN) {
      if (t.igncr) return;
      if (t.icrnl) key = NEWLINE;
    } else if (key === NEWLINE && t.inlcr) key = RETURN;
    if (t.icanon && this.#edit(key)) return;
    this.#add(key);
  }

  /** Keys that canonical mode does not take as text; whether `key` was one. */
  #edit(key: number): boolean {
    const t = this.#termios;
    if (key === t.erase) this.#erase("character");
    else if (key === t.kill) this.#kill();
    else if (key === t.werase && t.iexten) this.#erase("word");
    else if (key === t.lnext && t.iexten) {
      this.#isQuoting = true;
      if (t.echo && t.echoctl) this.#echoRaw(0x5e, BACKSPACE);
    } else if (key === t.rprnt && t.echo && t.iexten) {
      this.#echoKey(key);
      this.#echoRaw(NEWLINE);
      for (const typed of this.#input.slice(this.#lineStart)) this.#echoKey(typed);
    } else if (key === NEWLINE) {
      if (t.echo || t.echonl) this.#echoRaw(NEWLINE);
      this.#endLine(NEWLINE);
    } else if (key === t.eof) this.#endLine(0);
    else if (key === t.eol || (key === t.eol2 && t.iexten)) {
      if (t.echo) this.#echoKey(key);
      this.#endLine(key);
    } else return false;
    return true;
  }

  #endLine(byte: number): void {
    this.#input.push(byte);
    this.#ends.push(this.#input.length);
  }

  /** Takes `key` as text. */
  #add(key: number): void {
    const lineLength = this.#input.length - this.#lineStart;
    if (this.#termios.echo) {
      if (lineLength === 0) this.#startColumn = this.#column;
      if (key === NEWLINE) this.#echoRaw(NEWLINE);
      else this.#echoKey(key);
    }
    if (!this.#termios.icanon || lineLength < LINE_LIMIT) this.#input.push(key);
  }

  #signal(key: number, signal: Signal): void {
    this.#showEcho();
    if (this.foregroundGroup) this.#options.signal(this.foregroundGroup, signal);
    if (!this.#termios.noflsh) {
      this.flushInput();
      this.#echo = [];
    }
    if (this.#termios.ixon) this.#start();
    if (this.#termios.echo) this.#echoKey(key);
    this.#showEcho();
  }

  #start(): void {
    this.#isStopped = false;
    this.#showEcho();
  }

  #kill(): void {
    const t = this.#termios;
    if (this.#input.length === this.#lineStart) return;
    if (t.echo && t.echok && t.echoke && t.echoe) return this.#erase("line");
    this.#input.length = this.#lineStart;
    if (!t.echo) return;
    this.#echoKey(t.kill ?? 0);
    if (t.echok) this.#echoRaw(NEWLINE);
  }

  #erase(what: "character" | "word" | "line"): void {
    const t = this.#termios;
    const start = this.#lineStart;
    let inWord = false;
    while (this.#input.length > start) {
      let head = this.#input.length - 1;
      while (head > start && this.#isContinuation(this.#input[head] ?? 0)) head--;
      const first = this.#input[head] ?? 0;
      if (this.#isContinuation(first)) return;
      if (what === "word") {
        if (isWordByte(first)) inWord = true;
        else if (inWord) return;
      }
      this.#input.length = head;
      if (t.echo) {
        if (what === "character" && !t.echoe) this.#echoKey(t.erase ?? 0);
        else if (first === TAB) this.#eraseTab();
        else if (!isControl(first)) this.#echoRaw(BACKSPACE, 0x20, BACKSPACE);
        else if (t.echoctl) this.#echoRaw(BACKSPACE, 0x20, BACKSPACE, BACKSPACE, 0x20, BACKSPACE);
      }
      if (what === "character") return;
    }
  }

  /** Moves back over a tab: to the end of what was typed before it. */
  #eraseTab(): void {
    let columns = 0;
    let at = this.#input.length - 1;
    for (; at >= this.#lineStart && this.#input[at] !== TAB; at--) {
      const byte = this.#input[at] ?? 0;
      if (isControl(byte)) columns += this.#termios.echoctl ? 2 : 0;
      else if (!this.#isContinuation(byte)) columns++;
    }
    if (at < this.#lineStart) columns += this.#startColumn;
    for (let n = 8 - (columns & 7); n > 0; n--) this.#echoRaw(BACKSPACE);
  }

  /** Echoes a key so that it can be seen: control characters as ^X. */
  #echoKey(key: number): void {
    if (this.#termios.echoctl && isControl(key) && key !== TAB) this.#echoRaw(0x5e, key ^ 0x40);
    else this.#echoRaw(key);
  }

  #echoRaw(...bytes: readonly number[]): void {
    for (const byte of bytes) this.#process(byte, this.#echo);
  }

  #showEcho(): void {
    if (this.#isStopped || this.#echo.length === 0) return;
    const bytes = Uint8Array.from(this.#echo);
    this.#echo = [];
    this.#options.output(bytes);
  }

  /** Output processing of one byte, and the column it leaves the cursor in. */
  #process(byte: number, out: number[]): void {
    const t = this.#termios;
    if (!t.opost) {
      out.push(byte);
      return;
    }
    if (byte === NEWLINE) {
      if (t.onlcr) {
        this.#column = this.#startColumn = 0;
        out.push(RETURN);
      } else if (t.onlret) this.#column = this.#startColumn = 0;
      out.push(NEWLINE);
    } else if (byte === RETURN) {
      if (t.onocr && this.#column === 0) return;
      if (!t.ocrnl || t.onlret) this.#column = this.#startColumn = 0;
      out.push(t.ocrnl ? NEWLINE : RETURN);
    } else {
      if (byte === TAB) this.#column += 8 - (this.#column & 7);
      else if (byte === BACKSPACE) this.#column = Math.max(0, this.#column - 1);
      else if (!isControl(byte) && !this.#isContinuation(byte)) this.#column++;
      out.push(byte);
    }
  }

  #isContinuation(byte: number): boolean {
    return this.#termios.iutf8 && (byte & 0xc0) === 0x80;
  }
}

function isControl(byte: number): boolean {
  return byte < 0x20 || byte === 0x7f;
}

/** A letter, digit or underscore, with the kernel's Latin-1 idea of letters. */
function isWordByte(byte: number): boolean {
  if (byte >= 0xc0) return byte !== 0xd7 && byte !== 0xf7;
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x5f;
}
