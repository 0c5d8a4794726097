/** What counts as a character: of UTF-8, or each byte in a locale that knows ASCII only. */
import { isAsciiLocale } from "../base/locale.ts";
import { bytewise, decodeUtf8, encodeUtf8 } from "../base/utf8.ts";
import type { Shell } from "./shell.ts";

/** `text` as the shell's locale has its characters; joined they are the same bytes again. */
export function inLocale(shell: Shell, text: string): string {
  return /^[\x00-\x7f]*$/.test(text) || !hasBytesOnly(shell) ? text : bytewise(text);
}

/** Whether every byte is a character. */
export function hasBytesOnly(shell: Shell): boolean {
  return isAsciiLocale((name) => shell.variables.scalar(name));
}

/** Bytes that came apart as characters of their own, together again. */
export function outOfLocale(text: string): string {
  return /[\udc80-\udcff]/.test(text) ? decodeUtf8(encodeUtf8(text)) : text;
}

/** The characters of `text`. */
export function charactersOf(shell: Shell, text: string): string[] {
  return [...inLocale(shell, text)];
}
