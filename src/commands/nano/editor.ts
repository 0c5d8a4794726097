/** What nano's keys do: the open files, and one method for each function. */
import { PatternError } from "../../base/posix-pattern.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import type { Key } from "../../shell/readline/keys.ts";
import { columnsOf, isBefore, isSame, TextBuffer, type Position } from "./buffer.ts";
import { isThere, openFile, readForInsertion, saveFile } from "./files.ts";
import { pageStart, textRow, titleRow } from "./layout.ts";
import { CHANGING, HELP_TEXT, HELP_TITLE, MAIN_KEYS, MENUS } from "./menus.ts";
import { needleOf, search, type Needle } from "./search.ts";
import type { Upper, Window } from "./window.ts";

export const VERSION = "8.3";

export interface NanoOptions {
  showsLineNumbers: boolean;
  isViewing: boolean;
  showsPosition: boolean;
  indents: boolean;
}

interface Open {
  name: string;
  buffer: TextBuffer;
  /** The first line on the screen. */
  top: number;
}

export class NanoEditor {
  readonly #proc: Process;
  readonly #window: Window;
  readonly #options: NanoOptions;
  #files: Open[] = [];
  #current = 0;
  #cutText = "";
  /** The last command cut, and the next one adds to it. */
  #keepsCut = false;
  #isCentering = false;
  #searches: string[] = [];
  #replacements: string[] = [];
  #isCaseSensitive = false;
  #isRegexp = false;
  #isOver = false;
  /** Several files were opened, and so nano counts them to the last. */
  #hasSeveral = false;
  #helpTop: number | undefined;

  constructor(proc: Process, window: Window, options: NanoOptions) {
    this.#proc = proc;
    this.#window = window;
    this.#options = options;
    window.upper = (height, columns) => this.#upper(height, columns);
  }

  /** Opens a file, the cursor at a line and column counted from 1; negative ones count from the end. */
  *open(path: string, at?: { readonly line: number; readonly column: number }): Run<void> {
    const { name, buffer, message, isExisting } = yield* openFile(this.#proc, path);
    this.#files.push({ name, buffer, top: 0 });
    this.#current = this.#files.length - 1;
    this.#window.tell(message);
    if (at && isExisting) this.#goTo(at.line, at.column);
    this.#adjust();
  }

  *edit(): Run<void> {
    if (this.#files.length === 0) {
      this.#files.push({ name: "", buffer: new TextBuffer(), top: 0 });
      this.#window.say("Welcome to nano.  For basic help, type Ctrl+G.");
    } else {
      this.#current = 0;
      this.#hasSeveral = this.#files.length > 1;
      if (this.#hasSeveral) this.#announce();
    }
    while (!this.#isOver) {
      this.#window.shortcuts = MENUS.main(this.#files.length > 1 ? "Close" : "Exit");
      const key = yield* this.#window.nextKey();
      if (!key) return;
      yield* this.#press(key);
      this.#adjust();
    }
  }

  get #file(): Open {
    const file = this.#files[this.#current];
    if (!file) throw new Error("internal error: nano has no open file");
    return file;
  }

  get #buffer(): TextBuffer {
    return this.#file.buffer;
  }

  *#press(key: Key): Run<void> {
    const window = this.#window;
    const name = key.text !== "" ? "type" : MAIN_KEYS[key.name];
    const keptCut = this.#keepsCut;
    this.#keepsCut = false;
    if (name === undefined) {
      window.say(`Unbound key: ${keyLabel(key.name)}`, true);
      return;
    }
    if (this.#options.isViewing && (name === "type" || CHANGING.has(name))) {
      window.say("Key is invalid in view mode", true);
      return;
    }
    const before = this.#buffer.cursor;
    if (name === "type") this.#buffer.insert(key.text);
    else if (name === "cut") this.#cut(keptCut);
    else yield* this.#run(name);
    if (this.#options.showsPosition && !this.#isOver && !isSame(before, this.#buffer.cursor)) this.#sayLocation();
  }

  *#run(name: string): Run<void> {
    const buffer = this.#buffer;
    const window = this.#window;
    const page = Math.max(1, window.height - 2);
    switch (name) {
      case "up":
        return buffer.moveVertically(-1);
      case "down":
        return buffer.moveVertically(1);
      case "left":
        return buffer.moveTo(buffer.before());
      case "right":
        return buffer.moveTo(buffer.after());
      case "home":
        return buffer.moveTo({ line: buffer.cursor.line, at: 0 });
      case "end":
        return buffer.moveTo({ line: buffer.cursor.line, at: Infinity });
      case "nextword":
        return buffer.moveTo(buffer.nextWord());
      case "prevword":
        return buffer.moveTo(buffer.previousWord());
      case "firstline":
        return buffer.moveTo({ line: 0, at: 0 });
      case "lastline":
        return buffer.moveTo({ line: Infinity, at: Infinity });
      case "pagedown":
        if (buffer.cursor.line + page > buffer.lines.length - 1) return buffer.moveTo({ line: Infinity, at: Infinity });
        buffer.moveVertically(page);
        this.#file.top += page;
        return;
      case "pageup":
        if (buffer.cursor.line < page) return buffer.moveTo({ line: 0, at: 0 });
        buffer.moveVertically(-page);
        this.#file.top = Math.max(0, this.#file.top - page);
        return;
      case "scrolldown":
        if (this.#file.top >= buffer.lines.length - 1) return;
        this.#file.top++;
        if (buffer.cursor.line < this.#file.top) buffer.moveVertically(1);
        return;
      case "scrollup":
        if (this.#file.top === 0) return;
        this.#file.top--;
        if (buffer.cursor.line >= this.#file.top + window.height) buffer.moveVertically(-1);
        return;
      case "enter": {
        const indent = this.#options.indents ? (/^[ \t]*/.exec(buffer.line.slice(0, buffer.cursor.at))?.[0] ?? "") : "";
        buffer.breakLine();
        if (indent !== "") buffer.insert(indent);
        return;
      }
      case "tab":
        return buffer.insert("\t");
      case "backspace":
        return void buffer.deleteBackward();
      case "delete":
        return void buffer.deleteForward();
      case "zap":
        return this.#zap();
      case "chopwordleft":
        return this.#chop(buffer.previousWord());
      case "chopwordright":
        return this.#chop(buffer.nextWord());
      case "copy":
        return this.#copy();
      case "paste":
        if (this.#cutText === "") return window.say("Cutbuffer is empty", true);
        buffer.mark = undefined;
        return buffer.insert(this.#cutText, "paste");
      case "pastedtext":
        window.wipeMessage();
        return buffer.insert(yield* window.keys.paste(), "insertion");
      case "mark":
        buffer.mark = buffer.mark ? undefined : buffer.cursor;
        return window.say(buffer.mark ? "Mark Set" : "Mark Unset");
      case "undo": {
        const kind = buffer.undo();
        return window.say(kind === undefined ? "Nothing to undo" : `Undid ${kind}`, kind === undefined);
      }
      case "redo": {
        const kind = buffer.redo();
        return window.say(kind === undefined ? "Nothing to redo" : `Redid ${kind}`, kind === undefined);
      }
      case "location":
        return this.#sayLocation();
      case "wordcount":
        return this.#sayCount();
      case "refresh":
        return yield* window.refresh();
      case "linenumbers":
        this.#options.showsLineNumbers = !this.#options.showsLineNumbers;
        return window.say(`Line numbering ${this.#options.showsLineNumbers ? "enabled" : "disabled"}`);
      case "constantshow":
        this.#options.showsPosition = !this.#options.showsPosition;
        return this.#options.showsPosition ? this.#sayLocation() : window.say("Constant cursor position display disabled");
      case "autoindent":
        this.#options.indents = !this.#options.indents;
        return window.say(`Auto indent ${this.#options.indents ? "enabled" : "disabled"}`);
      case "nohelp":
        window.showsHelp = !window.showsHelp;
        return window.say(`Help mode ${window.showsHelp ? "enabled" : "disabled"}`);
      case "nextbuf":
      case "prevbuf":
        if (this.#files.length < 2) return window.say("No more open file buffers", true);
        this.#current = (this.#current + (name === "nextbuf" ? 1 : this.#files.length - 1)) % this.#files.length;
        return this.#announce();
      case "help":
        return yield* this.#help();
      case "whereis":
        return yield* this.#whereIs(false);
      case "wherewas":
        return yield* this.#whereIs(true);
      case "findnext":
        return this.#findAgain(false);
      case "findprevious":
        return this.#findAgain(true);
      case "replace":
        return yield* this.#replace();
      case "gotoline":
        return yield* this.#askLine();
      case "insert":
        return yield* this.#insertFile();
      case "savefile":
        if (this.#file.name === "") return void (yield* this.#writeOut());
        return yield* this.#save(this.#file.name);
      case "writeout":
        return void (yield* this.#writeOut());
      case "exit":
        return yield* this.#exit();
      case "ignore":
        return;
      default:
        return window.say("Not built in Immutable Lab", true);
    }
  }

  // cutting

  #cut(isContinued: boolean): void {
    const buffer = this.#buffer;
    const { cursor, mark, lines } = buffer;
    const isLast = cursor.line === lines.length - 1;
    if (mark ? isSame(mark, cursor) : isLast && buffer.line === "") {
      this.#window.say("Nothing was cut", true);
      return;
    }
    const from = mark ?? { line: cursor.line, at: 0 };
    const to = mark ? cursor : isLast ? { line: cursor.line, at: Infinity } : { line: cursor.line + 1, at: 0 };
    buffer.mark = undefined;
    const text = buffer.cut(from, to);
    this.#cutText = isContinued && !mark ? this.#cutText + text : text;
    this.#keepsCut = !mark;
    this.#window.wipeMessage();
  }

  #copy(): void {
    const buffer = this.#buffer;
    const { cursor, mark } = buffer;
    if (mark) {
      this.#cutText = isBefore(mark, cursor) ? buffer.text(mark, cursor) : buffer.text(cursor, mark);
      buffer.mark = undefined;
    } else {
      this.#cutText = buffer.line + (cursor.line < buffer.lines.length - 1 ? "\n" : "");
      buffer.moveVertically(1);
    }
    this.#window.wipeMessage();
  }

  #chop(other: Position): void {
    if (isSame(other, this.#buffer.cursor)) return this.#window.say("Nothing was cut", true);
    this.#buffer.cut(other, this.#buffer.cursor, "deletion");
  }

  #zap(): void {
    const { cursor, mark } = this.#buffer;
    this.#buffer.mark = undefined;
    if (mark) this.#buffer.cut(mark, cursor, "deletion");
    else this.#buffer.cut({ line: cursor.line, at: 0 }, { line: cursor.line + 1, at: 0 }, "deletion");
  }

  // finding

  *#whereIs(isBackwards: boolean): Run<void> {
    const wanted = yield* this.#askSearch(isBackwards);
    if (wanted) this.#find(wanted.text, wanted.isBackwards);
  }

  /** What to search for; the keys of the menu turn options on and off. */
  *#askSearch(startsBackwards: boolean, isReplacing = false): Run<{ text: string; isBackwards: boolean } | undefined> {
    let isBackwards = startsBackwards;
    let text = "";
    const last = this.#searches.at(-1);
    for (;;) {
      const flags = `${this.#isCaseSensitive ? " [Case Sensitive]" : ""}${this.#isRegexp ? " [Regexp]" : ""}${isBackwards ? " [Backwards]" : ""}`;
      const shownLast =
        last === undefined ? "" : ` [${last.length > this.#window.columns / 3 ? `${last.slice(0, this.#window.columns / 3)}...` : last}]`;
      const question = `Search${flags}${isReplacing ? " (to replace)" : ""}${shownLast}`;
      const answer = yield* this.#window.ask(question, isReplacing ? MENUS.replace : MENUS.search, {
        text,
        history: this.#searches,
        own: ["M-c", "M-r", "M-b", "C-r", "C-t"],
      });
      if (answer.kind === "cancel") {
        this.#window.say("Cancelled");
        return undefined;
      }
      if (answer.kind === "text") {
        const wanted = answer.text || last;
        if (wanted === undefined) {
          this.#window.say("Cancelled");
          return undefined;
        }
        remember(this.#searches, wanted);
        this.#window.wipeMessage();
        return { text: wanted, isBackwards };
      }
      ({ text } = answer);
      if (answer.name === "M-c") this.#isCaseSensitive = !this.#isCaseSensitive;
      else if (answer.name === "M-r") this.#isRegexp = !this.#isRegexp;
      else if (answer.name === "M-b") isBackwards = !isBackwards;
      else if (answer.name === "C-r") {
        if (isReplacing) yield* this.#whereIs(false);
        else yield* this.#replace();
        return undefined;
      } else {
        yield* this.#askLine();
        return undefined;
      }
    }
  }

  #needle(wanted: string): Needle | undefined {
    try {
      return needleOf(wanted, { isCaseSensitive: this.#isCaseSensitive, isRegexp: this.#isRegexp, isBackwards: false });
    } catch (error) {
      if (!(error instanceof PatternError)) throw error;
      this.#window.say(`Bad regex "${wanted}": ${error.message}`, true);
      return undefined;
    }
  }

  #find(wanted: string, isBackwards: boolean): void {
    const needle = this.#needle(wanted);
    if (!needle) return;
    const found = search(this.#buffer, needle, isBackwards);
    if (!found) return this.#window.say(`"${wanted}" not found`);
    if (isSame(found.start, this.#buffer.cursor)) return this.#window.say("This is the only occurrence");
    if (found.hasWrapped) this.#window.say("Search Wrapped");
    this.#buffer.moveTo(found.start);
    if (!this.#isInSight(found.start.line)) this.#isCentering = true;
  }

  #findAgain(isBackwards: boolean): void {
    const last = this.#searches.at(-1);
    if (last === undefined) return this.#window.say("No current search pattern");
    this.#window.wipeMessage();
    this.#find(last, isBackwards);
  }

  *#replace(): Run<void> {
    const wanted = yield* this.#askSearch(false, true);
    const needle = wanted && this.#needle(wanted.text);
    if (!wanted || !needle) return;
    const answer = yield* this.#window.ask("Replace with", MENUS.replaceWith, { history: this.#replacements });
    if (answer.kind !== "text") return this.#window.say("Cancelled");
    if (answer.text !== "") remember(this.#replacements, answer.text);
    const count = yield* this.#replaceEach(needle, answer.text);
    if (count === undefined) return this.#window.say(`"${wanted.text}" not found`);
    this.#window.say(`Replaced ${count === 1 ? "1 occurrence" : `${count} occurrences`}`);
  }

  /** Asks at every occurrence from the cursor to the end and from the start to the cursor. How many were replaced; undefined when there is none. */
  *#replaceEach(needle: Needle, replacement: string): Run<number | undefined> {
    const buffer = this.#buffer;
    const origin = buffer.cursor;
    let isAll = false;
    let count: number | undefined;
    let from: Position = origin;
    let isPastEnd = false;
    let originAt = origin.at;
    for (;;) {
      const line = buffer.lines[from.line] ?? "";
      const match = needle.first(line, from.at);
      const isBeyond = isPastEnd && (from.line > origin.line || (from.line === origin.line && (!match || match.start >= originAt)));
      if (isBeyond) break;
      if (!match) {
        if (from.line < buffer.lines.length - 1) from = { line: from.line + 1, at: 0 };
        else if (isPastEnd) break;
        else {
          isPastEnd = true;
          from = { line: 0, at: 0 };
        }
        continue;
      }
      count ??= 0;
      const start = { line: from.line, at: match.start };
      const end = { line: from.line, at: match.end };
      if (!isAll) {
        buffer.moveTo(start);
        if (!this.#isInSight(start.line)) this.#isCentering = true;
        this.#adjust();
        const choice = yield* this.#window.choose("Replace this instance?", true);
        if (choice === "cancel") break;
        if (choice === "all") isAll = true;
        if (choice === "no") {
          from = match.end > match.start ? end : { line: from.line, at: match.end + 1 };
          continue;
        }
      }
      buffer.replace(start, end, replacement);
      count++;
      if (isPastEnd && start.line === origin.line) originAt += replacement.length - (match.end - match.start);
      from = { line: start.line, at: match.start + replacement.length + (match.end === match.start ? 1 : 0) };
    }
    if (isAll || count === undefined) buffer.moveTo(origin);
    return count;
  }

  // places

  *#askLine(): Run<void> {
    const answer = yield* this.#window.ask("Enter line number, column number", MENUS.goto, { own: ["C-y", "C-v", "C-t"] });
    if (answer.kind === "cancel") return this.#window.say("Cancelled");
    if (answer.kind === "key") {
      this.#window.wipeMessage();
      if (answer.name === "C-t") return yield* this.#whereIs(false);
      return this.#buffer.moveTo(answer.name === "C-y" ? { line: 0, at: 0 } : { line: Infinity, at: Infinity });
    }
    if (answer.text === "") return this.#window.say("Cancelled");
    const place = parsePlace(answer.text);
    if (!place) return this.#window.say("Invalid line or column number", true);
    this.#window.wipeMessage();
    this.#goTo(place.line ?? this.#buffer.cursor.line + 1, place.column ?? 1);
  }

  #goTo(line: number, column: number): void {
    const buffer = this.#buffer;
    const target = line < 0 ? buffer.lines.length + line : line === 0 ? buffer.cursor.line : line - 1;
    const row = Math.max(0, Math.min(buffer.lines.length - 1, target));
    buffer.moveToColumn(row, column < 0 ? columnsOf(buffer.lines[row] ?? "") + 1 + column : Math.max(0, column - 1));
    buffer.moveTo(buffer.cursor);
    this.#isCentering = true;
  }

  #sayLocation(): void {
    const buffer = this.#buffer;
    const lines = buffer.lines.length;
    const line = buffer.cursor.line + 1;
    const columns = columnsOf(buffer.line) + 1;
    const column = buffer.column + 1;
    const total = buffer.characterCount;
    const before = buffer.charactersBefore;
    const percent = (part: number, whole: number): string => String(whole === 0 ? 0 : Math.floor((100 * part) / whole));
    const lineText = `line ${String(line).padStart(digits(lines))}/${lines} (${percent(line, lines).padStart(2)}%)`;
    const columnText = `col ${String(column).padStart(2)}/${String(columns).padStart(2)} (${percent(column, columns).padStart(3)}%)`;
    const characterText = `char ${String(before).padStart(String(total).length)}/${total} (${percent(before, total).padStart(2)}%)`;
    this.#window.say(`${lineText}, ${columnText}, ${characterText}`);
  }

  #sayCount(): void {
    const buffer = this.#buffer;
    const words = buffer.lines
      .join("\n")
      .split(/\s+/)
      .filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
    const plural = (count: number, noun: string): string => `${count} ${count === 1 ? noun : `${noun}s`}`;
    this.#window.say(`${plural(buffer.lineCount, "line")},  ${plural(words, "word")},  ${plural(buffer.characterCount, "character")}`);
  }

  // files

  *#insertFile(): Run<void> {
    const answer = yield* this.#window.ask("File to insert [from ./]", MENUS.insert);
    if (answer.kind !== "text" || answer.text === "") return this.#window.say("Cancelled");
    const { text, message } = yield* readForInsertion(this.#proc, answer.text);
    if (text !== undefined) this.#buffer.insert(text, "insertion");
    this.#window.tell(message);
  }

  /** Asks for a name and writes; whether the file is saved. */
  *#writeOut(): Run<boolean> {
    const file = this.#file;
    let { name } = file;
    for (;;) {
      const answer = yield* this.#window.ask("File Name to Write", MENUS.write, { text: name });
      if (answer.kind !== "text" || answer.text === "") {
        this.#window.say("Cancelled");
        return false;
      }
      name = answer.text;
      if (name !== file.name) {
        if (file.name !== "" && (yield* this.#window.choose("Save file under DIFFERENT NAME? ")) !== "yes") continue;
        if (isThere(this.#proc, name) && (yield* this.#window.choose(`File "${name}" exists; OVERWRITE? `)) !== "yes") continue;
      }
      yield* this.#save(name);
      return !file.buffer.isModified;
    }
  }

  *#save(name: string): Run<void> {
    const message = yield* saveFile(this.#proc, name, this.#buffer);
    this.#window.tell(message);
    if (message.isAlert) return;
    this.#file.name = name;
    this.#buffer.markSaved();
  }

  *#exit(): Run<void> {
    if (this.#buffer.isModified) {
      const choice = yield* this.#window.choose("Save modified buffer? ");
      if (choice === "cancel") return this.#window.say("Cancelled");
      if (choice === "yes" && !(yield* this.#writeOut())) return;
    }
    this.#files.splice(this.#current, 1);
    if (this.#files.length === 0) {
      this.#isOver = true;
      return;
    }
    this.#current %= this.#files.length;
    this.#announce();
  }

  #announce(): void {
    const { name, buffer } = this.#file;
    this.#window.say(`${name === "" ? "New Buffer" : name} -- ${buffer.lineCount} ${buffer.lineCount === 1 ? "line" : "lines"}`);
  }

  *#help(): Run<void> {
    const window = this.#window;
    const { showsHelp } = window;
    window.wipeMessage();
    window.showsHelp = true;
    window.shortcuts = MENUS.help;
    this.#helpTop = 0;
    for (;;) {
      const key = yield* window.nextKey();
      const last = Math.max(0, HELP_TEXT.length - window.height);
      const page = Math.max(1, window.height - 2);
      const name = key && MAIN_KEYS[key.name];
      if (!key || name === "exit" || key.name === "q" || name === "help") break;
      const steps: Readonly<Record<string, number>> = { down: 1, up: -1, pagedown: page, pageup: -page, lastline: last, firstline: -last };
      this.#helpTop = Math.max(0, Math.min(last, this.#helpTop + (steps[key.text === " " ? "pagedown" : (name ?? "")] ?? 0)));
      if (name === "refresh") yield* window.refresh();
    }
    this.#helpTop = undefined;
    window.showsHelp = showsHelp;
  }

  // the screen

  #isInSight(line: number): boolean {
    return line >= this.#file.top && line < this.#file.top + this.#window.height;
  }

  /** Turns the text so that the cursor is in sight. */
  #adjust(): void {
    const file = this.#files[this.#current];
    if (!file) return;
    const { line } = file.buffer.cursor;
    const { height } = this.#window;
    if (this.#isCentering) file.top = Math.max(0, line - Math.floor(height / 2));
    else if (line < file.top) file.top = line;
    else if (line >= file.top + height) file.top = line - height + 1;
    this.#isCentering = false;
  }

  #upper(height: number, columns: number): Upper {
    if (this.#helpTop !== undefined) {
      const text = HELP_TEXT.slice(this.#helpTop, this.#helpTop + height).map((line) => textRow(line, 0, columns));
      while (text.length < height) text.push([]);
      return { rows: [titleRow({ left: "", middle: HELP_TITLE, state: "" }, columns), ...text], cursor: { row: 1, column: 0 } };
    }
    this.#adjust();
    const { name, buffer, top } = this.#file;
    const title = titleRow(
      {
        left: this.#hasSeveral ? `[${this.#current + 1}/${this.#files.length}]` : `GNU nano ${VERSION}`,
        middle: name === "" ? "New Buffer" : name,
        state: this.#options.isViewing ? "View" : buffer.isModified ? "Modified" : "",
      },
      columns,
    );
    const margin = this.#options.showsLineNumbers ? digits(buffer.lines.length) + 1 : 0;
    const width = Math.max(1, columns - margin);
    const start = pageStart(buffer.column, width);
    const rows = Array.from({ length: height }, (_, row) => {
      const line = top + row;
      const text = buffer.lines[line];
      if (text === undefined) return [];
      const number = margin > 0 ? [{ text: `${String(line + 1).padStart(margin - 1)} `, look: "reverse" as const }] : [];
      return [...number, ...textRow(text, line === buffer.cursor.line ? start : 0, width, this.#marked(line))];
    });
    return { rows: [title, ...rows], cursor: { row: 1 + buffer.cursor.line - top, column: margin + buffer.column - start } };
  }

  #marked(line: number): { readonly from: number; readonly to: number } | undefined {
    const { mark, cursor } = this.#buffer;
    if (!mark) return undefined;
    const [start, end] = isBefore(mark, cursor) ? [mark, cursor] : [cursor, mark];
    if (line < start.line || line > end.line) return undefined;
    return { from: line === start.line ? start.at : 0, to: line === end.line ? end.at : Infinity };
  }
}

/** Places for a line's number; never less than two, as in nano. */
function digits(count: number): number {
  return Math.max(2, String(count).length);
}

/** Puts a text at the end of a history, once. */
function remember(history: string[], text: string): void {
  const at = history.indexOf(text);
  if (at >= 0) history.splice(at, 1);
  history.push(text);
}

/** `LINE`, `LINE,COLUMN` or `,COLUMN`. */
export function parsePlace(text: string): { readonly line: number | undefined; readonly column: number | undefined } | undefined {
  const match = /^\s*([+-]?\d+)?\s*(?:[,.;]\s*([+-]?\d+)?)?\s*$/.exec(text);
  if (!match || (match[1] === undefined && match[2] === undefined)) return undefined;
  return { line: match[1] === undefined ? undefined : Number(match[1]), column: match[2] === undefined ? undefined : Number(match[2]) };
}

/** A key as nano writes it. */
function keyLabel(name: string): string {
  return name
    .replace(/^M-(.)$/, (_all, key: string) => `M-${key.toUpperCase()}`)
    .replace(/^C-(.)$/, (_all, key: string) => `^${key.toUpperCase()}`)
    .replace(/^f(\d+)$/, "F$1");
}
