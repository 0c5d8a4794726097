/** Steps through a text by what a reader sees as one character: a code point with the marks that combine with it. */
import { characterWidth } from "../../base/character-width.ts";

/** Where the character at `at` ends. */
export function characterAfter(text: string, at: number): number {
  if (at >= text.length) return at;
  let end = at + unitsAt(text, at);
  while (end < text.length && isCombining(text, end)) end += unitsAt(text, end);
  return end;
}

/** Where the character before `at` begins. */
export function characterBefore(text: string, at: number): number {
  let start = at;
  while (start > 0) {
    start -= start >= 2 && (text.codePointAt(start - 2) ?? 0) > 0xffff ? 2 : 1;
    if (!isCombining(text, start)) break;
  }
  return start;
}

/** Whether a letter or digit stands at `at`, or a mark on one. */
export function isWordAt(text: string, at: number): boolean {
  return at < text.length && (isCombining(text, at) || /[\p{L}\p{N}]/u.test(String.fromCodePoint(text.codePointAt(at) ?? 0)));
}

function unitsAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

/** Whether the character has no width of its own and so belongs to the one before. */
function isCombining(text: string, at: number): boolean {
  const point = text.codePointAt(at) ?? 0;
  return point >= 0x300 && !(point >= 0xdc80 && point <= 0xdcff) && characterWidth(point) === 0;
}
