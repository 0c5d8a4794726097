/** `set -x`. */
import type { Run } from "../machine/program.ts";
import { isSysError } from "../vfs/errno.ts";
import { ansiQuote, hasControls, singleQuote } from "./escapes.ts";
import { expandPrompt } from "./prompt.ts";
import type { Shell } from "./shell.ts";

/** One line of the trace, after PS4, whose first character is repeated by depth. */
export function* trace(shell: Shell, text: string): Run<void> {
  const wasOn = shell.options.has("xtrace");
  shell.options.set("xtrace", false);
  const prompt = yield* expandPrompt(shell, shell.variables.scalar("PS4") ?? "");
  shell.options.set("xtrace", wasOn);
  const first = [...prompt][0] ?? "";
  const line = `${first.repeat(Math.max(0, shell.traceDepth - 1))}${prompt}${text}\n`;
  const target = shell.variables.scalar("BASH_XTRACEFD") ?? "";
  if (!/^\d+$/.test(target)) return yield* shell.writeError(line);
  try {
    yield* shell.proc.write(Number(target), line);
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}

/** Words as the trace shows them. */
export function traceWords(words: readonly string[]): string {
  return words.map(traceWord).join(" ");
}

export function traceWord(word: string): string {
  if (word === "") return "''";
  if (/[\s|&;()<>!{}*[\]?^$`"'\\]|^[~#]|[:=]~/.test(word)) return singleQuote(word);
  return hasControls(word) ? ansiQuote(word) : word;
}
