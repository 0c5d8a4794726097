/** nano's window: what is on it, the keys, and the questions on the status line. It knows nothing of what the keys do. */
import { textWidth } from "../../base/character-width.ts";
import { utf8Length } from "../../base/utf8.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { rawTermios } from "../../machine/termios.ts";
import type { Tty } from "../../machine/tty.ts";
import { characterAfter, characterBefore } from "../../shell/readline/characters.ts";
import { KeyReader, type Key } from "../../shell/readline/keys.ts";
import { isSysError } from "../../vfs/errno.ts";
import { FullScreen, type ScreenRow } from "../full-screen.ts";
import { barRow, choiceRows, messageRow, shortcutRows, type Shortcut } from "./layout.ts";
import type { Message } from "./messages.ts";

/** The upper part: the title bar and the text. */
export interface Upper {
  readonly rows: readonly ScreenRow[];
  readonly cursor: { readonly row: number; readonly column: number };
}

export type Answer =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "cancel" }
  /** One of the menu's own keys. */
  | { readonly kind: "key"; readonly name: string; readonly text: string };

/** Keystrokes, in bytes, after which a message goes. */
const MESSAGE_KEYSTROKES = 20;

export class Window {
  readonly keys: KeyReader;
  readonly #proc: Process;
  readonly #tty: Tty;
  readonly #screen = new FullScreen();
  #message: Message | undefined;
  #keystrokes = 0;
  showsHelp = true;
  /** Draws the upper part, as tall as `height`. */
  upper: (height: number, columns: number) => Upper = () => ({ rows: [], cursor: { row: 0, column: 0 } });
  /** What the bottom rows offer. */
  shortcuts: readonly Shortcut[] = [];

  constructor(proc: Process, tty: Tty) {
    this.#proc = proc;
    this.#tty = tty;
    this.keys = new KeyReader(proc, 0);
  }

  /** Runs `body` in raw mode on the alternate screen, and restores the terminal whatever happens. */
  *run<T>(body: () => Run<T>): Run<T> {
    const before = this.#tty.getAttributes();
    const winch = this.#proc.signalDisposition("WINCH");
    this.#tty.setAttributes(rawTermios(before));
    this.#proc.onSignal("WINCH", () => {});
    yield* this.#proc.write(1, "\x1b[?1049h\x1b[?2004h\x1b[m\x1b[H\x1b[2J");
    try {
      return yield* body();
    } finally {
      this.#proc.onSignal("WINCH", winch);
      this.#tty.setAttributes(before);
      yield* this.#proc.write(1, `\x1b[${this.#tty.rows};1H\x1b[?2004l\x1b[?1049l`);
    }
  }

  /** Rows between the title bar and the status line. */
  get height(): number {
    return Math.max(1, this.#tty.rows - 2 - (this.#hasBottom ? 2 : 0));
  }

  get columns(): number {
    return this.#tty.columns;
  }

  say(text: string, isAlert = false): void {
    this.#message = { text, isAlert };
    this.#keystrokes = 0;
  }

  tell(message: Message): void {
    this.say(message.text, message.isAlert);
  }

  wipeMessage(): void {
    this.#message = undefined;
  }

  /** Everything is drawn anew. */
  *refresh(): Run<void> {
    yield* this.#proc.write(1, this.#screen.forget());
  }

  /** Shows everything and waits for a key; undefined when the terminal is gone. */
  *nextKey(): Run<Key | undefined> {
    const key = yield* this.#key(() => this.#show());
    this.#keystrokes += Math.max(1, utf8Length(key?.text ?? ""));
    if (this.#keystrokes >= MESSAGE_KEYSTROKES) this.#message = undefined;
    return key;
  }

  /** A question with an answer to type. `own` are the keys of the menu that end it. */
  *ask(
    question: string,
    shortcuts: readonly Shortcut[],
    options: { readonly text?: string; readonly history?: readonly string[]; readonly own?: readonly string[] } = {},
  ): Run<Answer> {
    const history = [...(options.history ?? [])];
    let place = history.length;
    let typed = "";
    let text = options.text ?? "";
    let at = text.length;
    for (;;) {
      const key = yield* this.#key(() => this.#showQuestion(`${question}: `, text, at, shortcutRows(shortcuts, this.columns)));
      if (!key) return { kind: "cancel" };
      if (key.text !== "") {
        text = text.slice(0, at) + key.text + text.slice(at);
        at += key.text.length;
        continue;
      }
      const before = characterBefore(text, at);
      switch (key.name) {
        case "enter":
        case "C-m":
          return { kind: "text", text };
        case "C-c":
        case "escape":
          return { kind: "cancel" };
        case "left":
        case "C-b":
          at = before;
          break;
        case "right":
        case "C-f":
          at = characterAfter(text, at);
          break;
        case "home":
        case "C-a":
          at = 0;
          break;
        case "end":
        case "C-e":
          at = text.length;
          break;
        case "backspace":
        case "C-h":
          text = text.slice(0, before) + text.slice(at);
          at = before;
          break;
        case "delete":
        case "C-d":
          text = text.slice(0, at) + text.slice(characterAfter(text, at));
          break;
        case "C-k":
        case "C-u":
          text = "";
          at = 0;
          break;
        case "up":
        case "C-p":
        case "down":
        case "C-n": {
          if (options.history === undefined) break;
          if (place === history.length) typed = text;
          place += key.name === "up" || key.name === "C-p" ? -1 : 1;
          place = Math.max(0, Math.min(history.length, place));
          text = history[place] ?? typed;
          at = text.length;
          break;
        }
        case "paste-start": {
          const pasted = (yield* this.keys.paste()).split("\n")[0] ?? "";
          text = text.slice(0, at) + pasted + text.slice(at);
          at += pasted.length;
          break;
        }
        default:
          if (options.own?.includes(key.name)) return { kind: "key", name: key.name, text };
      }
    }
  }

  /** A question that is answered with one key. */
  *choose(question: string, hasAll = false): Run<"yes" | "no" | "all" | "cancel"> {
    for (;;) {
      const key = yield* this.#key(() => this.#showQuestion(question, "", 0, choiceRows(hasAll, this.columns)));
      switch (key?.name) {
        case "y":
        case "Y":
          return "yes";
        case "n":
        case "N":
          return "no";
        case "a":
        case "A":
          if (hasAll) return "all";
          break;
        case "C-c":
        case undefined:
          return "cancel";
      }
    }
  }

  get #hasBottom(): boolean {
    return this.showsHelp && this.#tty.rows >= 6;
  }

  /** Escape and then a key is Alt and that key. A signal (a new size) draws everything anew. */
  *#key(show: () => Run<void>): Run<Key | undefined> {
    for (let hasEscape = false; ;) {
      if (!this.keys.isPending()) yield* show();
      try {
        const key = yield* this.keys.next({ escapeIsAKey: true });
        if (key?.name === "escape" && !hasEscape) {
          hasEscape = true;
          continue;
        }
        return key && hasEscape && key.name !== "escape" ? { name: `M-${key.name}`, text: "" } : key;
      } catch (error) {
        if (!isSysError(error, "EINTR")) throw error;
        yield* this.refresh();
      }
    }
  }

  *#show(): Run<void> {
    const { rows, cursor } = this.upper(this.height, this.columns);
    const message = messageRow(this.#message?.text ?? "", this.#message?.isAlert ?? false, this.columns);
    yield* this.#paint([...rows, message, ...(this.#hasBottom ? shortcutRows(this.shortcuts, this.columns) : [])], cursor);
  }

  *#showQuestion(question: string, answer: string, at: number, bottom: readonly ScreenRow[]): Run<void> {
    const { rows } = this.upper(this.height, this.columns);
    const room = Math.max(4, this.columns - textWidth(question) - 1);
    const column = textWidth(answer.slice(0, at));
    // A long answer is shown page by page, so that the cursor is in sight.
    const skipped = column < room ? 0 : column - (column % room);
    let hidden = 0;
    while (textWidth(answer.slice(0, hidden)) < skipped) hidden = characterAfter(answer, hidden);
    const bar = barRow(question + answer.slice(hidden), this.columns);
    const cursor = { row: rows.length, column: Math.min(this.columns - 1, textWidth(question) + textWidth(answer.slice(hidden, at))) };
    yield* this.#paint([...rows, bar, ...(this.#hasBottom ? bottom : [])], cursor);
  }

  *#paint(rows: readonly ScreenRow[], cursor: { readonly row: number; readonly column: number }): Run<void> {
    yield* this.#proc.write(1, this.#screen.paint(rows, cursor));
  }
}
