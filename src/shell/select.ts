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

/** Numbered entries in columns, filled downwards. */
function menu(words: readonly string[], columns: number): string {
  const digits = String(words.length).length;
  const widest = Math.max(...words.map(textWidth)) + digits + 2;
  const across = Math.max(1, Math.floor(columns / (widest + 2)));
  const rows = words.length <= 1 ? 1 : Math.ceil(words.length / across);
  const useRows = across >= words.length ? words.length : rows;
  let out = "";
  for (let row = 0; row < useRows; row++) {
    const entries: string[] = [];
    for (let i = row; i < words.length; i += useRows) entries.push(`${String(i + 1).padStart(digits)}) ${words[i] ?? ""}`);
    out += entries.map((entry, i) => (i === entries.length - 1 ? entry : entry.padEnd(widest + 2))).join("") + "\n";
  }
  return out;
}
