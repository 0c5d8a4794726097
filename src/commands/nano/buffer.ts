/** The text that nano edits: lines, cursor, mark, and undo. It knows nothing of the screen. */
import { characterWidth } from "../../base/character-width.ts";
import { decodeUtf8, encodeUtf8 } from "../../base/utf8.ts";
import { characterAfter, characterBefore, isWordAt } from "../../shell/readline/characters.ts";

export interface Position {
  readonly line: number;
  /** An index into the line's text. */
  readonly at: number;
}

/** What an undo is called in "Undid …". */
export type ChangeKind = "addition" | "deletion" | "line break" | "line join" | "cut" | "paste" | "insertion" | "replacement";

interface Moment {
  readonly lines: readonly string[];
  readonly cursor: Position;
}

interface Change {
  readonly kind: ChangeKind;
  readonly before: Moment;
  after: Moment;
}

const TAB_SIZE = 8;

/** How a character is shown: control characters as ^X, tabs as blanks up to the next stop, bytes that are not UTF-8 as a middle dot. */
export function shownCharacter(character: string, column: number): string {
  const point = character.codePointAt(0) ?? 0;
  if (point === 0x09) return " ".repeat(TAB_SIZE - (column % TAB_SIZE));
  if (point < 0x20 || point === 0x7f) return `^${String.fromCharCode(point ^ 0x40)}`;
  if ((point >= 0x80 && point < 0xa0) || (point >= 0xd800 && point < 0xe000)) return "·";
  return character;
}

/** Columns that `text` takes from the left edge. */
export function columnsOf(text: string): number {
  let column = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    const isPlain = point >= 0x20 && point !== 0x7f && !(point >= 0x80 && point < 0xa0) && !(point >= 0xd800 && point < 0xe000);
    column += isPlain ? characterWidth(point) : shownCharacter(character, column).length;
  }
  return column;
}

export class TextBuffer {
  #lines: readonly string[] = [""];
  #cursor: Position = { line: 0, at: 0 };
  /** The column that moving up and down tries to keep. */
  #wantedColumn = 0;
  mark: Position | undefined;
  isModified = false;
  #changes: Change[] = [];
  #undone: Change[] = [];
  /** The text at the last save, to know whether undo has led back to it. */
  #saved: readonly string[] = this.#lines;
  /** Whether the next change of the same kind belongs to the last. */
  #isRunning = false;

  get lines(): readonly string[] {
    return this.#lines;
  }

  get cursor(): Position {
    return this.#cursor;
  }

  get line(): string {
    return this.#lines[this.#cursor.line] ?? "";
  }

  /** The cursor's column in its line. */
  get column(): number {
    return columnsOf(this.line.slice(0, this.#cursor.at));
  }

  /** A file's bytes; what does not end in a newline gets one, as nano does it. */
  static of(bytes: Uint8Array): TextBuffer {
    const buffer = new TextBuffer();
    buffer.#lines = splitLines(bytes);
    buffer.#saved = buffer.#lines;
    return buffer;
  }

  bytes(): Uint8Array {
    return encodeUtf8(this.#lines.join("\n"));
  }

  /** Lines as nano counts them in "Wrote N lines": the empty one after the last newline is none. */
  get lineCount(): number {
    return this.#lines.length - (this.#lines.at(-1) === "" ? 1 : 0);
  }

  /** Characters, newlines included. */
  get characterCount(): number {
    return this.#lines.reduce((sum, line) => sum + [...line].length, this.#lines.length - 1);
  }

  /** Characters before the cursor. */
  get charactersBefore(): number {
    const { line, at } = this.#cursor;
    return this.#lines.slice(0, line).reduce((sum, text) => sum + [...text].length + 1, 0) + [...this.line.slice(0, at)].length;
  }

  /** The text is now as on disk. */
  markSaved(): void {
    this.isModified = false;
    this.#saved = this.#lines;
    this.#isRunning = false;
  }

  // movement

  moveTo(position: Position): void {
    const line = Math.max(0, Math.min(this.#lines.length - 1, position.line));
    this.#cursor = { line, at: Math.max(0, Math.min((this.#lines[line] ?? "").length, position.at)) };
    this.#wantedColumn = this.column;
    this.#isRunning = false;
  }

  /** To the character at or before `column` of a line. */
  moveToColumn(line: number, column: number): void {
    const target = Math.max(0, Math.min(this.#lines.length - 1, line));
    this.#cursor = { line: target, at: indexAtColumn(this.#lines[target] ?? "", column) };
    this.#isRunning = false;
  }

  /** By lines, keeping the column where it can. */
  moveVertically(lines: number): void {
    this.moveToColumn(this.#cursor.line + lines, this.#wantedColumn);
  }

  /** The position one character on, over the end of the line too. */
  after(position = this.#cursor): Position {
    const text = this.#lines[position.line] ?? "";
    if (position.at < text.length) return { line: position.line, at: characterAfter(text, position.at) };
    return position.line + 1 < this.#lines.length ? { line: position.line + 1, at: 0 } : position;
  }

  before(position = this.#cursor): Position {
    if (position.at > 0) return { line: position.line, at: characterBefore(this.#lines[position.line] ?? "", position.at) };
    return position.line > 0 ? { line: position.line - 1, at: (this.#lines[position.line - 1] ?? "").length } : position;
  }

  /** The start of the next word. */
  nextWord(): Position {
    let at = this.#cursor;
    const inWord = (p: Position): boolean => isWordAt(this.#lines[p.line] ?? "", p.at);
    while (inWord(at) && !isSame(this.after(at), at)) at = this.after(at);
    while (!inWord(at) && !isSame(this.after(at), at)) at = this.after(at);
    return at;
  }

  /** The start of this word, or of the one before. */
  previousWord(): Position {
    let at = this.before();
    const inWord = (p: Position): boolean => isWordAt(this.#lines[p.line] ?? "", p.at);
    while (!inWord(at) && !isSame(this.before(at), at)) at = this.before(at);
    while (at.at > 0 && inWord(this.before(at))) at = this.before(at);
    return at;
  }

  // changes

  insert(text: string, kind: ChangeKind = "addition"): void {
    const isRun = kind === "addition" && !text.includes("\n");
    this.#change(kind, isRun, this.#cursor, this.#cursor, text);
  }

  breakLine(): void {
    this.#change("line break", false, this.#cursor, this.#cursor, "\n");
  }

  /** Deletes the character after the cursor; whether there was one. */
  deleteForward(): boolean {
    const end = this.after();
    if (isSame(end, this.#cursor)) return false;
    const isJoin = end.line !== this.#cursor.line;
    this.#change(isJoin ? "line join" : "deletion", !isJoin, this.#cursor, end, "");
    return true;
  }

  deleteBackward(): boolean {
    const start = this.before();
    if (isSame(start, this.#cursor)) return false;
    const isJoin = start.line !== this.#cursor.line;
    this.#change(isJoin ? "line join" : "deletion", !isJoin, start, this.#cursor, "");
    return true;
  }

  /** Takes out a range and gives its text. */
  cut(from: Position, to: Position, kind: ChangeKind = "cut"): string {
    const [start, end] = isBefore(to, from) ? [to, from] : [from, to];
    const text = this.text(start, end);
    this.#change(kind, kind === "cut", start, end, "");
    return text;
  }

  /** Puts `text` in the place of a range. */
  replace(from: Position, to: Position, text: string): void {
    this.#change("replacement", false, from, to, text);
  }

  text(start: Position, end: Position): string {
    if (start.line === end.line) return (this.#lines[start.line] ?? "").slice(start.at, end.at);
    const first = (this.#lines[start.line] ?? "").slice(start.at);
    const last = (this.#lines[end.line] ?? "").slice(0, end.at);
    return [first, ...this.#lines.slice(start.line + 1, end.line), last].join("\n");
  }

  /** The kind of what was undone; undefined when there was nothing. */
  undo(): ChangeKind | undefined {
    const change = this.#changes.pop();
    if (!change) return undefined;
    this.#undone.push(change);
    this.#restore(change.before);
    return change.kind;
  }

  redo(): ChangeKind | undefined {
    const change = this.#undone.pop();
    if (!change) return undefined;
    this.#changes.push(change);
    this.#restore(change.after);
    return change.kind;
  }

  /** Changes of the same kind from here on are undone for themselves. */
  endRun(): void {
    this.#isRunning = false;
  }

  #restore(moment: Moment): void {
    this.#lines = moment.lines;
    this.mark = undefined;
    this.moveTo(moment.cursor);
    this.isModified = this.#lines !== this.#saved;
  }

  #change(kind: ChangeKind, canRun: boolean, start: Position, end: Position, text: string): void {
    const before: Moment = { lines: this.#lines, cursor: this.#cursor };
    const head = (this.#lines[start.line] ?? "").slice(0, start.at);
    const tail = (this.#lines[end.line] ?? "").slice(end.at);
    const inserted = `${head}${text}`.split("\n");
    const lastLength = (inserted.at(-1) ?? "").length;
    inserted[inserted.length - 1] += tail;
    const lines = this.#lines.toSpliced(start.line, end.line - start.line + 1, ...inserted);
    // There is always an empty line to move to after the last one.
    if (lines.at(-1) !== "") lines.push("");
    const wasRunning = this.#isRunning;
    this.#lines = lines;
    this.moveTo({ line: start.line + inserted.length - 1, at: lastLength });
    this.isModified = true;
    this.#undone = [];
    const after: Moment = { lines: this.#lines, cursor: this.#cursor };
    const last = this.#changes.at(-1);
    if (last && wasRunning && canRun && last.kind === kind && isSame(last.after.cursor, before.cursor)) last.after = after;
    else this.#changes.push({ kind, before, after });
    this.#isRunning = canRun;
  }
}

/** The lines of a file, and the empty one after its last newline. */
export function splitLines(bytes: Uint8Array): string[] {
  const lines = decodeUtf8(bytes).split("\n");
  if (lines.at(-1) !== "") lines.push("");
  return lines;
}

export function isSame(a: Position, b: Position): boolean {
  return a.line === b.line && a.at === b.at;
}

export function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.at < b.at);
}

/** The character that covers `column`, or the end of the line. */
export function indexAtColumn(text: string, column: number): number {
  let at = 0;
  while (at < text.length) {
    const next = characterAfter(text, at);
    if (columnsOf(text.slice(0, next)) > column) return at;
    at = next;
  }
  return at;
}
