/** What counts as a character: of UTF-8, or each byte in a locale that knows ASCII only. */
import { isAsciiLocale } from "../base/locale.ts";
import { bytewise } from "../base/utf8.ts";
import type { Shell } from "./shell.ts";

/** `text` as the shell's locale has its characters; joined they are the same bytes again. */
export function inLocale(shell: Shell, text: string): string {
  return /^[\x00-\x7f]*$/.test(text) || !isAsciiLocale((name) => shell.variables.scalar(name)) ? text : bytewise(text);
}

/** The characters of `text`. */
export function charactersOf(shell: Shell, text: string): string[] {
  return [...inLocale(shell, text)];
}
