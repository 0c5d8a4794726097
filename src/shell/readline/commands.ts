/** readline's commands by name, as bash(1) READLINE documents them. Those that read further keys are generators. */
import type { Run } from "../../machine/program.ts";
import { complete, insertCompletions, possibleCompletions } from "./completing.ts";
import { historyWords } from "./history-expansion.ts";
import { searchIncrementally } from "./incremental-search.ts";
import type { Key } from "./keys.ts";
import { ding, goToLine, lineAt, type Session } from "./line-session.ts";

/** What a command is given besides the session: the digit argument (1 without one), whether there was one, and the key. */
export interface Invocation {
  readonly count: number;
  readonly hasArgument: boolean;
  readonly key: Key;
}

type LineCommand = (session: Session, call: Invocation) => void | Run<void>;

/** Does `action` `count` times; the other way round for a negative count. */
function repeat(count: number, action: () => void, opposite?: () => void): void {
  for (let n = Math.abs(count); n > 0; n--) (count < 0 && opposite ? opposite : action)();
}

function move(session: Session, count: number, forward: (from: number) => number, backward: (from: number) => number): void {
  const { editor } = session;
  repeat(
    count,
    () => moveTo(session, forward(editor.point)),
    () => moveTo(session, backward(editor.point)),
  );
}

function moveTo(session: Session, point: number): void {
  if (point === session.editor.point) ding(session);
  session.editor.point = point;
}

function kill(session: Session, count: number, forward: (from: number) => number, backward: (from: number) => number): void {
  const { editor } = session;
  const start = editor.point;
  let at = start;
  repeat(
    count,
    () => (at = forward(at)),
    () => (at = backward(at)),
  );
  if (!editor.kill(Math.min(start, at), Math.max(start, at), at < start)) ding(session);
}

function erase(session: Session, count: number, hasArgument: boolean): void {
  const { editor } = session;
  const start = editor.point;
  let at = start;
  repeat(
    count,
    () => (at = editor.forward(at)),
    () => (at = editor.backward(at)),
  );
  if (at === start) return ding(session);
  if (hasArgument) editor.kill(Math.min(start, at), Math.max(start, at), at < start);
  else editor.replace(Math.min(start, at), Math.max(start, at), "");
}

function goBy(session: Session, lines: number): void {
  const target = session.position + lines;
  if (target < 0 || target > session.history.length) ding(session);
  goToLine(session, Math.max(0, Math.min(session.history.length, target)));
}

/** Lines of the history that begin like this one up to the cursor. */
function searchPrefix(session: Session, direction: -1 | 1): void {
  const { editor, history } = session;
  const prefix = editor.text.slice(0, editor.point);
  for (let at = session.position + direction; at >= 0 && at <= history.length; at += direction) {
    const text = lineAt(session, at);
    if (!text.startsWith(prefix) || text === editor.text) continue;
    return goToLine(session, at, prefix === "" ? text.length : prefix.length);
  }
  ding(session);
}

function accept(session: Session): void {
  session.editor.point = session.editor.text.length;
  session.result = { kind: "line", text: session.editor.text };
}

function* characterSearch(session: Session, direction: -1 | 1): Run<void> {
  const key = yield* session.keys.next();
  const { editor } = session;
  const at =
    direction > 0 ? editor.text.indexOf(key?.text ?? "", editor.point + 1) : editor.text.lastIndexOf(key?.text ?? "", editor.point - 1);
  if (!key || key.text === "" || at < 0 || (direction < 0 && editor.point === 0)) return ding(session);
  editor.point = at;
}

/** The last word of the line before, then of the one before that. With an argument, that word of it. */
function yankLastArgument(session: Session, call: Invocation): void {
  const { editor } = session;
  const isRepeated = session.lastCommand === "yank-last-arg" && session.lastArgument !== undefined;
  const previous = isRepeated ? session.lastArgument : undefined;
  const depth = (previous?.depth ?? 0) + 1;
  if (depth > session.position) return ding(session);
  const words = historyWords(lineAt(session, session.position - depth));
  const word = (call.hasArgument ? words.at(call.count) : words.at(-1)) ?? "";
  const start = previous?.start ?? editor.point;
  editor.replace(start, previous?.end ?? start, word);
  session.lastArgument = { depth, start, end: editor.point };
}

const COMMANDS: Readonly<Record<string, LineCommand>> = {
  ignore() {},
  abort: ding,
  "accept-line": accept,
  "self-insert"(s, { count, key }) {
    if (count === 1) s.editor.selfInsert(key.text);
    else s.editor.insert(key.text.repeat(Math.max(0, count)));
  },
  "delete-char"(s, { count, hasArgument }) {
    if (s.editor.text === "" && s.lastCommand !== "delete-char") s.result = { kind: "eof" };
    else erase(s, count, hasArgument);
  },
  "backward-delete-char": (s, { count, hasArgument }) => erase(s, -count, hasArgument),
  *"quoted-insert"(s, { count }) {
    const byte = yield* s.keys.nextByte();
    if (byte === undefined) return;
    if (byte < 0x80) return s.editor.insert(String.fromCharCode(byte).repeat(Math.max(0, count)));
    s.keys.unread(byte);
    const key = yield* s.keys.next();
    if (key) s.editor.insert(key.text);
  },
  *"bracketed-paste-begin"(s) {
    s.editor.insert(yield* s.keys.paste(() => s.isInterrupted));
  },

  "beginning-of-line": (s) => void (s.editor.point = 0),
  "end-of-line": (s) => void (s.editor.point = s.editor.text.length),
  "forward-char": (s, { count }) =>
    move(
      s,
      count,
      (at) => s.editor.forward(at),
      (at) => s.editor.backward(at),
    ),
  "backward-char": (s, { count }) =>
    move(
      s,
      -count,
      (at) => s.editor.forward(at),
      (at) => s.editor.backward(at),
    ),
  "forward-word": (s, { count }) =>
    move(
      s,
      count,
      (at) => s.editor.forwardWord(at),
      (at) => s.editor.backwardWord(at),
    ),
  "backward-word": (s, { count }) =>
    move(
      s,
      -count,
      (at) => s.editor.forwardWord(at),
      (at) => s.editor.backwardWord(at),
    ),
  "character-search": (s, { count }) => characterSearch(s, count < 0 ? -1 : 1),
  "character-search-backward": (s, { count }) => characterSearch(s, count < 0 ? 1 : -1),
  "set-mark": (s) => void (s.editor.mark = s.editor.point),
  "exchange-point-and-mark"(s) {
    const { point, mark } = s.editor;
    s.editor.point = Math.min(mark, s.editor.text.length);
    s.editor.mark = point;
  },

  "kill-line"(s, { count }) {
    const { editor } = s;
    if (count < 0) editor.kill(0, editor.point, true);
    else editor.kill(editor.point, editor.text.length, false);
  },
  "backward-kill-line": (s) => void s.editor.kill(0, s.editor.point, true),
  "unix-line-discard"(s) {
    if (s.editor.point === 0) ding(s);
    else s.editor.kill(0, s.editor.point, true);
  },
  "kill-word": (s, { count }) =>
    kill(
      s,
      count,
      (at) => s.editor.forwardWord(at),
      (at) => s.editor.backwardWord(at),
    ),
  "backward-kill-word": (s, { count }) =>
    kill(
      s,
      -count,
      (at) => s.editor.forwardWord(at),
      (at) => s.editor.backwardWord(at),
    ),
  "unix-word-rubout": (s, { count }) =>
    kill(
      s,
      -count,
      (at) => at,
      (at) => s.editor.backwardUnixWord(at),
    ),
  "delete-horizontal-space"(s) {
    const { editor } = s;
    const start = editor.text.slice(0, editor.point).replace(/[ \t]+$/, "").length;
    const end = editor.text.length - editor.text.slice(editor.point).replace(/^[ \t]+/, "").length;
    editor.replace(start, end, "");
  },
  yank(s) {
    if (!s.editor.yank()) ding(s);
  },
  "yank-pop"(s) {
    if (!s.editor.yankPop()) ding(s);
  },
  "yank-last-arg": yankLastArgument,
  "yank-nth-arg"(s, { count, hasArgument }) {
    const word = historyWords(s.position > 0 ? lineAt(s, s.position - 1) : "").at(hasArgument ? count : 1);
    if (word === undefined) ding(s);
    else s.editor.insert(word);
  },
  "transpose-chars"(s) {
    if (!s.editor.transposeCharacters()) ding(s);
  },
  "transpose-words"(s) {
    if (!s.editor.transposeWords()) ding(s);
  },
  "upcase-word": (s, { count }) => repeat(count, () => s.editor.changeCase("upper")),
  "downcase-word": (s, { count }) => repeat(count, () => s.editor.changeCase("lower")),
  "capitalize-word": (s, { count }) => repeat(count, () => s.editor.changeCase("capital")),
  undo(s) {
    if (!s.editor.undo()) ding(s);
  },
  "revert-line"(s) {
    if (!s.editor.revert()) ding(s);
  },
  "insert-comment"(s) {
    s.editor.replace(0, 0, "#");
    accept(s);
  },
  "tilde-expand"(s) {
    const { editor } = s;
    const start = editor.text.slice(0, editor.point).search(/\S*$/);
    const word = /^\S*/.exec(editor.text.slice(start))?.[0] ?? "";
    const expanded = s.expandTilde(word);
    if (expanded === undefined) ding(s);
    else editor.replace(start, start + word.length, expanded);
  },
  "history-expand-line"(s) {
    const expanded = s.expandHistory(s.editor.text);
    if (expanded !== undefined) s.editor.replace(0, s.editor.text.length, expanded);
  },

  "previous-history": (s, { count }) => goBy(s, -count),
  "next-history": (s, { count }) => goBy(s, count),
  "beginning-of-history": (s) => goToLine(s, 0),
  "end-of-history": (s) => goToLine(s, s.history.length),
  "history-search-backward": (s) => searchPrefix(s, -1),
  "history-search-forward": (s) => searchPrefix(s, 1),
  "reverse-search-history": (s) => searchIncrementally(s, "backward"),
  "forward-search-history": (s) => searchIncrementally(s, "forward"),
  "operate-and-get-next"(s) {
    s.memory.next = s.position + 1;
    accept(s);
  },

  complete,
  "possible-completions": possibleCompletions,
  "insert-completions": insertCompletions,
  "clear-screen"(s) {
    s.painter.start();
    s.output += "\x1b[H\x1b[2J" + s.promptPrefix;
  },
  "clear-display"(s) {
    s.painter.start();
    s.output += "\x1b[H\x1b[2J\x1b[3J" + s.promptPrefix;
  },
};

/** The command of that name. */
export function commandNamed(name: string): LineCommand | undefined {
  return Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
}
