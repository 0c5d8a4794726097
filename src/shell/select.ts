/** The menu of `select`. */
import { textWidth } from "../base/character-width.ts";
import type { Run } from "../machine/program.ts";
import { readLineFrom } from "./read-line.ts";
import { promptText } from "./prompt.ts";
import type { Shell } from "./shell.ts";

/** Shows `words`, reads answers, runs `turn` for each until it says false or input ends. Returns whether it ran. */
export function* select(shell: Shell, name: string, words: readonly string[], turn: () => Run<boolean>): Run<boolean> {
  if (words.length === 0) return false;
  let showMenu = true;
  for (;;) {
    if (showMenu) yield* shell.writeError(menu(words, Number(shell.variables.scalar("COLUMNS") ?? 80)));
    const prompt = shell.variables.value("PS3") === undefined ? "#? " : yield* promptText(shell, "PS3");
    yield* shell.writeError(prompt.replace(/[\u0001\u0002]/g, ""));
    const line = yield* readLineFrom(shell.proc, 0);
    if (line === undefined) {
      yield* shell.proc.print("\n");
      shell.state.status = 1;
      return true;
    }
    shell.variables.assign("REPLY", line);
    showMenu = line === "";
    if (showMenu) continue;
    const chosen = /^\s*\d+\s*$/.test(line) ? words[Number(line) - 1] : undefined;
    shell.variables.assign(name, chosen ?? "");
    if (!(yield* turn())) return true;
    showMenu = false;
    if (shell.variables.scalar("REPLY") === "") showMenu = true;
  }
}

/** Numbered entries in columns, filled downwards, with tabs between them. */
function menu(words: readonly string[], columns: number): string {
  const digits = String(words.length).length;
  const across = Math.max(...words.map(textWidth)) + digits + 4;
  let rows = Math.ceil(words.length / Math.max(1, Math.floor(columns / across)));
  if (rows === 1) rows = words.length;
  let out = "";
  for (let row = 0; row < rows; row++) {
    let at = 0;
    for (let i = row; i < words.length; i += rows) {
      if (i > row) {
        out += blanks(at, Math.floor(i / rows) * across);
        at = Math.floor(i / rows) * across;
      }
      const entry = `${String(i + 1).padStart(i === row ? String(rows).length : digits)}) ${words[i] ?? ""}`;
      out += entry;
      at += textWidth(entry);
    }
    out += "\n";
  }
  return out;
}

/** From one column to another, with tabs as far as they reach. */
function blanks(from: number, to: number): string {
  const tabs = Math.floor(to / 8) - Math.floor(from / 8);
  return tabs > 0 ? "\t".repeat(tabs) + " ".repeat(to % 8) : " ".repeat(to - from);
}
