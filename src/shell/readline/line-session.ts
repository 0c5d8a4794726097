/** One line while it is read: the editor, the place in the history, the message in the prompt's place, and how it ended. */
import type { Completer } from "./completer.ts";
import type { Editor } from "./editor.ts";
import type { History } from "./history.ts";
import type { Run } from "../../machine/program.ts";
import type { Key, KeyReader } from "./keys.ts";
import type { LineResult } from "./line-reader.ts";
import type { Painter } from "./painter.ts";

/** What lasts from one line to the next. */
export interface ReaderMemory {
  /** The last string that was searched for. */
  search: string;
  /** After operate-and-get-next: the history line to start the next line with. */
  next: number | undefined;
}

export interface Session {
  /** Ctrl-C came: the line is given up. */
  readonly isInterrupted: boolean;
  readonly editor: Editor;
  readonly history: History;
  readonly keys: KeyReader;
  readonly painter: Painter;
  readonly complete: Completer;
  readonly memory: ReaderMemory;
  /** Shown instead of the prompt while it is set: a search, a digit argument. */
  message: string | undefined;
  /** Set by the command that ends the line. */
  result: LineResult | undefined;
  /** The name of the last command. */
  lastCommand: string;
  /** The history line that is edited; `history.length` is the new line. */
  position: number;
  /** Lines of the history as they were left after editing. */
  readonly edits: Map<number, string>;
  /** Everything to be written before the next key is awaited. */
  output: string;
  /** Whether the last completion changed the line. */
  hasCompletionChanged: boolean;
  /** For yank-last-arg: how far back it went. */
  lastArgument: { depth: number; start: number; end: number } | undefined;
  readonly size: { readonly columns: number; readonly rows: number };
  /** The prompt's lines before its last one. */
  readonly promptPrefix: string;
  /** Shows everything, then waits for a key; undefined at end of file. */
  nextKey(options?: { readonly escapeIsAKey?: boolean }): Run<Key | undefined>;
  /** Makes `key` the next one. */
  pushKey(key: Key): void;
  /** Adds to `output` what makes the screen show the line as it is now. */
  paint(): void;
  /** Writes what is in `output`, without painting the line. */
  flush(): Run<void>;
  /** `~name` as a directory. */
  expandTilde(word: string): string | undefined;
  /** History expansion of the whole line; undefined when nothing changed. */
  expandHistory(line: string): string | undefined;
}

const BELL = "\x07";

/** Rings the bell. */
export function ding(session: Session): void {
  session.output += BELL;
}

/** The text of a history line, edited or not. */
export function lineAt(session: Session, position: number): string {
  if (position === session.position) return session.editor.text;
  return session.edits.get(position) ?? session.history.lines[position] ?? "";
}

/** Leaves the line as it is and edits that of `position`, the cursor at `point` or the end. */
export function goToLine(session: Session, position: number, point?: number): void {
  if (position !== session.position) {
    const text = lineAt(session, position);
    session.edits.set(session.position, session.editor.text);
    session.position = position;
    session.editor.load(text, point ?? text.length);
  } else if (point !== undefined) session.editor.point = point;
}
