/** Reads lines from a terminal with editing, history and completion, as readline(3) with bash's emacs keys. */
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import type { Completer } from "./completer.ts";
import type { History } from "./history.ts";

/** How reading a line ended. */
export type LineResult =
  /** Without its newline; history expansion is done, and the line is in the history. A pasted text may hold newlines. */
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
}

export interface LineReaderOptions {
  readonly history: History;
  readonly complete: Completer;
}

/** A reader on `proc`'s controlling terminal: keys from descriptor 0, the screen through descriptor 2. */
export function createLineReader(_proc: Process, _options: LineReaderOptions): LineReader {
  throw new Error("internal error: the line reader is not built yet");
}
