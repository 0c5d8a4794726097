/** What Tab does with the candidates: inserts what they share, and lists them in columns. */
import { textWidth } from "../../base/character-width.ts";
import type { Run } from "../../machine/program.ts";
import type { Candidate, Completion } from "./completer.ts";
import { ding, type Session } from "./line-session.ts";

/** More candidates than this are listed only after a question (`completion-query-items`). */
const QUERY_ITEMS = 100;

/** Inserts the longest text that all candidates share; lists them when the last try, just before, changed nothing. */
export function* complete(session: Session): Run<void> {
  const { editor } = session;
  const completion = yield* session.complete(editor.text, editor.point);
  const { start, candidates } = completion;
  const [first] = candidates;
  if (!first) return ding(session);
  if (candidates.length === 1) {
    const rest = editor.text.slice(editor.point);
    if (first.suffix.length > 1 && rest.startsWith(first.suffix.charAt(0))) {
      // The closing quote is there already.
      editor.replace(start, editor.point, first.text);
      editor.point++;
    } else {
      const isThere = first.suffix === " " && rest.startsWith(" ");
      editor.replace(start, editor.point, first.text + (isThere ? "" : first.suffix));
    }
    session.hasCompletionChanged = true;
    return;
  }
  if (session.lastCommand === "complete" && !session.hasCompletionChanged) return yield* list(session, completion);
  const shared = commonPrefix(candidates.map((candidate) => candidate.text));
  const word = editor.text.slice(start, editor.point);
  session.hasCompletionChanged = shared.length >= word.length && shared !== word;
  if (session.hasCompletionChanged) editor.replace(start, editor.point, shared);
  ding(session);
}

/** Lists the candidates whatever came before. */
export function* possibleCompletions(session: Session): Run<void> {
  const completion = yield* session.complete(session.editor.text, session.editor.point);
  if (completion.candidates.length === 0) return ding(session);
  yield* list(session, completion);
}

/** Puts all candidates on the line. */
export function* insertCompletions(session: Session): Run<void> {
  const { editor } = session;
  const { start, candidates } = yield* session.complete(editor.text, editor.point);
  if (candidates.length === 0) return ding(session);
  editor.replace(start, editor.point, candidates.map((candidate) => candidate.text + " ").join(""));
}

function* list(session: Session, completion: Completion): Run<void> {
  const { candidates } = completion;
  session.paint();
  session.output += session.painter.finish();
  if (candidates.length > QUERY_ITEMS) {
    session.output += `Display all ${candidates.length} possibilities? (y or n)`;
    const isWanted = yield* askYesOrNo(session);
    session.output += "\n";
    if (!isWanted) {
      session.output += session.promptPrefix;
      return;
    }
  }
  session.output += inColumns(candidates, session.size.columns) + session.promptPrefix;
}

function* askYesOrNo(session: Session): Run<boolean> {
  for (;;) {
    yield* session.flush();
    const key = yield* session.keys.next();
    if (!key || ["n", "N", "backspace", "C-g"].includes(key.name)) return false;
    if (["y", "Y", " "].includes(key.name)) return true;
    session.output += "\x07";
  }
}

/** Down the columns, as many as fit. */
function inColumns(candidates: readonly Candidate[], columns: number): string {
  const widths = candidates.map((candidate) => textWidth(candidate.display));
  const width = Math.max(...widths) + 2;
  let across = Math.floor(columns / width);
  if (across !== 1 && across * width === columns) across--;
  across = Math.max(1, across);
  const down = Math.ceil(candidates.length / across);
  let out = "";
  for (let row = 0; row < down; row++) {
    for (let at = row; at < candidates.length; at += down) {
      out += candidates[at]?.display ?? "";
      if (across > 1) out += " ".repeat(width - (widths[at] ?? 0));
    }
    out += "\n";
  }
  return out;
}

/** The longest start that all texts share; whole characters only. */
export function commonPrefix(texts: readonly string[]): string {
  const first = texts[0] ?? "";
  let length = first.length;
  for (const text of texts) {
    let at = 0;
    while (at < length && first[at] === text[at]) at++;
    length = at;
  }
  if (length > 0 && (first.codePointAt(length - 1) ?? 0) > 0xffff) length--;
  return first.slice(0, length);
}
