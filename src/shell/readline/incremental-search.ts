/** Incremental search through the history: ^R and ^S. */
import type { Run } from "../../machine/program.ts";
import { EMACS_BINDINGS } from "./bindings.ts";
import { ding, goToLine, lineAt, type Session } from "./line-session.ts";
import type { Key } from "./keys.ts";

type Direction = "backward" | "forward";

interface Place {
  readonly position: number;
  readonly point: number;
}

interface State {
  readonly wanted: string;
  readonly place: Place;
  readonly hasFailed: boolean;
  readonly direction: Direction;
}

/** Reads keys until one ends the search; that key then does what it does outside. */
export function* searchIncrementally(session: Session, start: Direction): Run<void> {
  const origin: Place = { position: session.position, point: session.editor.point };
  let state: State = { wanted: "", place: origin, hasFailed: false, direction: start };
  const enter = (next: State): void => {
    state = next;
    goToLine(session, state.place.position, state.place.point);
    if (state.hasFailed) ding(session);
  };
  const look = (wanted: string, direction: Direction, isAgain: boolean): void => {
    const { place } = state;
    const found = find(session, wanted, place, direction, isAgain);
    enter({ wanted, place: found ?? place, hasFailed: !found, direction });
  };

  try {
    for (;;) {
      const { wanted, hasFailed, direction } = state;
      session.message = `(${hasFailed ? "failed " : ""}${direction === "backward" ? "reverse-" : ""}i-search)\`${wanted}': `;
      const key = yield* session.nextKey({ escapeIsAKey: true });
      if (!key) return;
      const command = key.text !== "" ? "self-insert" : EMACS_BINDINGS[key.name];
      if (command === "self-insert") look(wanted + key.text, direction, false);
      else if (command === "reverse-search-history" || command === "forward-search-history") {
        const turned: Direction = command === "reverse-search-history" ? "backward" : "forward";
        if (wanted === "" && session.memory.search !== "") look(session.memory.search, turned, false);
        else if (wanted === "") enter({ ...state, direction: turned });
        else look(wanted, turned, true);
      } else if (command === "backward-delete-char") {
        // A search that has failed stays so, as readline does it.
        if (wanted === "") ding(session);
        else if (hasFailed) enter({ ...state, wanted: dropLast(wanted) });
        else look(dropLast(wanted), direction, false);
      } else if (command === "abort") {
        goToLine(session, origin.position, origin.point);
        ding(session);
        return;
      } else if (command === "unix-word-rubout" || command === "yank") {
        const rest = session.editor.text.slice(session.editor.point + wanted.length);
        const more = command === "yank" ? rest : (/^\W*\w*/.exec(rest)?.[0] ?? "");
        look(wanted + more, direction, false);
      } else if (command === "bracketed-paste-begin")
        look(wanted + (yield* session.keys.paste(() => session.isInterrupted)), direction, false);
      else return end(session, key);
    }
  } finally {
    if (state.wanted !== "") session.memory.search = state.wanted;
    session.message = undefined;
  }
}

/** Escape only ends the search. */
function end(session: Session, key: Key): void {
  if (key.name === "escape") return;
  session.pushKey(key);
}

/** The next place where `wanted` is; from here on inclusive, or beyond it when the search is repeated. */
function find(session: Session, wanted: string, from: Place, direction: Direction, isAgain: boolean): Place | undefined {
  const last = session.history.length;
  const step = direction === "backward" ? -1 : 1;
  const shown = lineAt(session, from.position);
  for (let position = from.position; position >= 0 && position <= last; position += step) {
    const text = lineAt(session, position);
    if (position !== from.position && text === shown) continue;
    let point: number;
    if (position !== from.position) point = direction === "backward" ? text.lastIndexOf(wanted) : text.indexOf(wanted);
    else if (direction === "backward") point = isAgain && from.point === 0 ? -1 : text.lastIndexOf(wanted, from.point - (isAgain ? 1 : 0));
    else point = text.indexOf(wanted, from.point + (isAgain ? 1 : 0));
    if (point >= 0) return { position, point };
  }
  return undefined;
}

function dropLast(text: string): string {
  return [...text].slice(0, -1).join("");
}
