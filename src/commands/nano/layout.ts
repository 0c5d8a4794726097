/** How nano's rows come about: the title bar, a line of text, the status line, and the two rows of shortcuts. All pure. */
import { characterWidth, textWidth } from "../../base/character-width.ts";
import { fitted, type ScreenRow, type Span } from "../full-screen.ts";
import { shownCharacter } from "./buffer.ts";

/** What is in the title bar; `left` gives way first when there is no room. */
export interface Title {
  readonly left: string;
  readonly middle: string;
  /** "Modified", "View", or nothing. */
  readonly state: string;
}

/** The title bar: `middle` is centred in what the others leave. */
export function titleRow({ left, middle, state }: Title, columns: number): ScreenRow {
  let leftWidth = textWidth(left) + 3;
  let stateWidth = textWidth(state) + 2;
  let reserved = state === "" ? "Modified".length + 1 : 0;
  const middleWidth = textWidth(middle) + (state === "" ? 0 : 1);
  const isFitting = (): boolean => leftWidth + middleWidth + reserved + stateWidth <= columns;
  let showsLeft = true;
  if (!isFitting()) {
    showsLeft = false;
    leftWidth = 2;
    if (!isFitting()) reserved = 0;
    if (!isFitting()) {
      leftWidth = 0;
      stateWidth -= 2;
    }
  }
  const offset = leftWidth > 0 ? leftWidth + Math.floor((columns - leftWidth - reserved - stateWidth - middleWidth) / 2) : 0;
  let shown = middle;
  if (textWidth(middle) + reserved + stateWidth > columns) {
    const room = Math.max(0, columns - stateWidth - 4);
    shown = columns - stateWidth >= 5 ? `...${middle.slice(Math.max(0, middle.length - room))}` : "";
  }
  let row = showsLeft ? `  ${left}` : "";
  row = padded(row, Math.max(offset, textWidth(row))) + shown;
  if (state !== "") row = padded(row, columns - stateWidth) + state;
  return [{ text: padded(fitted(row, columns), columns), look: "reverse" }];
}

/** A row of its own, all reversed: questions and the help's title. */
export function barRow(text: string, columns: number): ScreenRow {
  return [{ text: padded(fitted(text, columns), columns), look: "reverse" }];
}

/** `[ message ]`, centred; without brackets when there is no room for them. */
export function messageRow(message: string, isAlert: boolean, columns: number): ScreenRow {
  if (message === "") return [];
  const shown = fitted(message, columns);
  const start = Math.floor((columns - textWidth(shown)) / 2);
  const text = start > 1 ? `[ ${shown} ]` : shown;
  return [{ text: " ".repeat(start > 1 ? start - 2 : start) }, { text, look: isAlert ? "alert" : "reverse" }];
}

export interface Shortcut {
  readonly key: string;
  readonly tag: string;
}

/** The two rows of shortcuts, in pairs from left to right. */
export function shortcutRows(shortcuts: readonly Shortcut[], columns: number): readonly [ScreenRow, ScreenRow] {
  const count = Math.min(shortcuts.length, Math.floor((columns + 40) / 20) * 2);
  const width = Math.floor(columns / Math.ceil(count / 2));
  const rows: [Span[], Span[]] = [[], []];
  for (const [index, { key, tag }] of shortcuts.slice(0, count).entries()) {
    const isLast = index + 2 >= count;
    const room = width + (isLast ? columns % width : 0) - textWidth(key) - 1;
    const shown = fitted(tag, Math.max(0, room));
    rows[index % 2]?.push(
      { text: key, look: "reverse" },
      { text: ` ${shown}${isLast ? "" : " ".repeat(Math.max(0, room - textWidth(shown)))}` },
    );
  }
  return rows;
}

/** The answers to a question. */
export function choiceRows(hasAll: boolean, columns: number): readonly [ScreenRow, ScreenRow] {
  const width = columns < 32 ? Math.floor(columns / 2) : 16;
  const choice = (key: string, tag: string): Span[] => [{ text: key, look: "reverse" }, { text: ` ${tag}`.padEnd(width - 2) }];
  return [
    [...choice(" Y", "Yes"), ...(hasAll ? choice(" A", "All") : [])],
    [...choice(" N", "No"), ...choice("^C", "Cancel")],
  ];
}

/** The first column that is shown of a line whose cursor is at `column`: a long line is turned over page by page. */
export function pageStart(column: number, width: number): number {
  if (column === 0 || column + 2 < width) return 0;
  if (width > 8) return column - 6 - ((column - 6) % (width - 8));
  return column - (width - 2);
}

/** A line from column `start` on; what is cut off shows as `<` and `>`. Characters from `marked.from` to `marked.to` are reversed. */
export function textRow(text: string, start: number, width: number, marked?: { readonly from: number; readonly to: number }): Span[] {
  const cells: { text: string; isMarked: boolean }[] = [];
  let column = 0;
  let at = 0;
  let isCut = false;
  for (const character of text) {
    const shown = shownCharacter(character, column);
    const isMarked = marked !== undefined && at >= marked.from && at < marked.to;
    at += character.length;
    const pieces = shown === character ? [character] : [...shown];
    for (const piece of pieces) {
      const columns = characterWidth(piece.codePointAt(0) ?? 0);
      if (columns === 0) {
        const last = cells.at(-1);
        if (last && column > start) last.text += piece;
        continue;
      }
      if (column + columns > start + width) {
        isCut = true;
        break;
      }
      if (column >= start) cells.push({ text: piece, isMarked });
      else if (column + columns > start) cells.push({ text: " ", isMarked });
      column += columns;
    }
    if (isCut) break;
  }
  if (start > 0 && text !== "") {
    const first = cells[0];
    if (first) cells[0] = { ...first, text: characterWidth(first.text.codePointAt(0) ?? 0) === 2 ? "< " : "<" };
    else if (column > 0) cells.push({ text: "<", isMarked: false });
  }
  if (isCut) {
    const last = cells.pop();
    if (last) cells.push({ ...last, text: characterWidth(last.text.codePointAt(0) ?? 0) === 2 ? " >" : ">" });
  }
  const spans: { text: string; look?: "reverse" }[] = [];
  for (const cell of cells) {
    const look = cell.isMarked ? ("reverse" as const) : undefined;
    const last = spans.at(-1);
    if (last && last.look === look) last.text += cell.text;
    else spans.push({ text: cell.text, ...(look && { look }) });
  }
  return spans;
}

function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - textWidth(text)));
}
