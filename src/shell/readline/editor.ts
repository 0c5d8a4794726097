/** A line that is edited: the text, the cursor, the mark, undo, and the kill ring. Every method is one of readline's commands. */
import { utf8Length } from "../../base/utf8.ts";
import { characterAfter, characterBefore, isWordAt } from "./characters.ts";

/** Killed texts, newest last; shared by the lines of a session. */
export class KillRing {
  #texts: string[] = [];
  #at = 0;

  /** Adds a text, or joins it to the newest when the last command killed too. */
  add(text: string, how: { readonly isContinued: boolean; readonly isBackward: boolean }): void {
    const newest = this.#texts.at(-1);
    if (how.isContinued && newest !== undefined) {
      this.#texts[this.#texts.length - 1] = how.isBackward ? text + newest : newest + text;
    } else {
      this.#texts.push(text);
      if (this.#texts.length > 10) this.#texts.shift();
    }
    this.#at = this.#texts.length - 1;
  }

  get current(): string | undefined {
    return this.#texts[this.#at];
  }

  /** Turns to the next older text. */
  rotate(): string | undefined {
    if (this.#texts.length > 0) this.#at = (this.#at + this.#texts.length - 1) % this.#texts.length;
    return this.current;
  }
}

/** What one undo takes back: at `start`, `inserted` took the place of `deleted`. */
interface Change {
  readonly start: number;
  readonly deleted: string;
  readonly inserted: string;
  /** What is typed right after belongs to the same undo. */
  readonly isOpen: boolean;
}

/** Bytes of neighbouring insertions that one undo takes back. */
const UNDO_RUN = 20;

export class Editor {
  text = "";
  /** An index into `text`, never inside a character. */
  point = 0;
  mark = 0;
  #changes: Change[] = [];
  readonly #kills: KillRing;
  #wasKill = false;
  #isKill = false;
  #yanked: { readonly start: number; readonly end: number } | undefined;
  #hasYanked = false;

  constructor(kills: KillRing) {
    this.#kills = kills;
  }

  /** Call before each command: what the last one was matters to kills and yanks. */
  beginCommand(): void {
    this.#wasKill = this.#isKill;
    this.#isKill = false;
    if (!this.#hasYanked) this.#yanked = undefined;
    this.#hasYanked = false;
  }

  /** Another line takes the place of this one; it cannot be undone. */
  load(text: string, point = text.length): void {
    this.text = text;
    this.point = point;
    this.mark = 0;
    this.#changes = [];
  }

  /** Replaces a range as one undoable change and leaves the cursor behind it. */
  replace(start: number, end: number, text: string): void {
    if (start === end && text === "") return;
    this.#changes.push({ start, deleted: this.text.slice(start, end), inserted: text, isOpen: false });
    this.#splice(start, end, text);
  }

  /** A typed character: neighbours are undone together. */
  selfInsert(text: string): void {
    const last = this.#changes.at(-1);
    if (last?.isOpen && text < "\x80" && last.start + last.inserted.length === this.point && utf8Length(last.inserted) < UNDO_RUN) {
      this.#changes[this.#changes.length - 1] = { ...last, inserted: last.inserted + text };
    } else this.#changes.push({ start: this.point, deleted: "", inserted: text, isOpen: true });
    this.#splice(this.point, this.point, text);
  }

  insert(text: string): void {
    if (text === "") return;
    this.#changes.push({ start: this.point, deleted: "", inserted: text, isOpen: true });
    this.#splice(this.point, this.point, text);
  }

  /** Whether there was anything to undo. */
  undo(): boolean {
    const last = this.#changes.pop();
    if (!last) return false;
    this.#splice(last.start, last.start + last.inserted.length, last.deleted);
    return true;
  }

  /** Undoes everything. */
  revert(): boolean {
    if (!this.undo()) return false;
    while (this.undo());
    return true;
  }

  #splice(start: number, end: number, text: string): void {
    this.text = this.text.slice(0, start) + text + this.text.slice(end);
    this.point = start + text.length;
    this.mark = Math.min(this.mark, this.text.length);
  }

  // movement

  forward(from = this.point): number {
    return characterAfter(this.text, from);
  }

  backward(from = this.point): number {
    return characterBefore(this.text, from);
  }

  /** The end of the word at or after `from`. */
  forwardWord(from = this.point): number {
    let at = from;
    while (at < this.text.length && !isWordAt(this.text, at)) at = this.forward(at);
    while (at < this.text.length && isWordAt(this.text, at)) at = this.forward(at);
    return at;
  }

  /** The start of the word before `from`. */
  backwardWord(from = this.point): number {
    let at = from;
    while (at > 0 && !isWordAt(this.text, this.backward(at))) at = this.backward(at);
    while (at > 0 && isWordAt(this.text, this.backward(at))) at = this.backward(at);
    return at;
  }

  /** The start of the blank-delimited word before `from`. */
  backwardUnixWord(from = this.point): number {
    let at = from;
    while (at > 0 && isBlank(this.text[at - 1])) at--;
    while (at > 0 && !isBlank(this.text[at - 1])) at--;
    return at;
  }

  // changes

  /** Removes a range and puts it into the kill ring; the cursor goes to its start. */
  kill(start: number, end: number, isBackward: boolean): boolean {
    if (start === end) return false;
    this.#isKill = true;
    this.#kills.add(this.text.slice(start, end), { isContinued: this.#wasKill, isBackward });
    this.replace(start, end, "");
    this.point = start;
    return true;
  }

  /** Copies a range into the kill ring. */
  copy(start: number, end: number): void {
    this.#kills.add(this.text.slice(start, end), { isContinued: false, isBackward: false });
  }

  yank(): boolean {
    const text = this.#kills.current;
    if (text === undefined) return false;
    const start = this.point;
    this.mark = start;
    this.insert(text);
    this.#yanked = { start, end: this.point };
    this.#hasYanked = true;
    return true;
  }

  /** After a yank: an older text in its place. */
  yankPop(): boolean {
    const range = this.#yanked;
    const text = range && this.#kills.rotate();
    if (!range || text === undefined) return false;
    this.replace(range.start, range.end, text);
    this.#yanked = { start: range.start, end: this.point };
    this.#hasYanked = true;
    return true;
  }

  /** Swaps the characters around the cursor and moves on; at the end, the two before it. */
  transposeCharacters(): boolean {
    const { length } = this.text;
    const middle = this.point === length ? this.backward() : this.point;
    if (middle === 0 || this.forward(0) >= length) return false;
    const start = this.backward(middle);
    const end = this.forward(middle);
    this.replace(start, end, this.text.slice(middle, end) + this.text.slice(start, middle));
    return true;
  }

  /** Swaps the word before the cursor with the one at or after it. */
  transposeWords(): boolean {
    const secondEnd = this.forwardWord();
    const secondStart = this.backwardWord(secondEnd);
    const firstStart = this.backwardWord(secondStart);
    const firstEnd = this.forwardWord(firstStart);
    if (firstStart === secondStart || secondStart < firstEnd) return false;
    const swapped =
      this.text.slice(secondStart, secondEnd) + this.text.slice(firstEnd, secondStart) + this.text.slice(firstStart, firstEnd);
    this.replace(firstStart, secondEnd, swapped);
    return true;
  }

  /** Changes the letters from the cursor to the end of the word. */
  changeCase(how: "upper" | "lower" | "capital"): void {
    const end = this.forwardWord();
    let start = this.point;
    if (how !== "capital") {
      const word = this.text.slice(start, end);
      this.replace(start, end, how === "upper" ? word.toUpperCase() : word.toLowerCase());
      return;
    }
    while (start < end && !isWordAt(this.text, start)) start = this.forward(start);
    const head = this.forward(start);
    this.replace(
      this.point,
      end,
      this.text.slice(this.point, start) + this.text.slice(start, head).toUpperCase() + this.text.slice(head, end).toLowerCase(),
    );
  }
}

function isBlank(character: string | undefined): boolean {
  return character === " " || character === "\t" || character === "\n";
}
