/** `lab docs picture`: what stands in a page where neither frames nor scripts are: a picture of a machine after some lines, or what they printed. */
import { perform } from "../lab/acts.ts";
import { Lab } from "../lab/lab.ts";
import { atOnce, Budget } from "../lab/settle.ts";
import { STILL_COLUMNS, stillOf } from "../ui/still.ts";
import { bootToPrompt, labOptions, MACHINE_OPTIONS } from "./labs.ts";
import { painted } from "./painted.ts";
import { readScript, readWords, UsageError, type Output } from "./usage.ts";

/** Ticks for all lines together. */
const PATIENCE = 200_000_000;

/** Types the lines of a script at a console and prints an SVG, or with `--text` what the console shows. */
export async function docsPicture(args: readonly string[], output: Output): Promise<boolean> {
  const words = readWords(args, { flags: ["text"], values: MACHINE_OPTIONS });
  const lines = readScript(words)
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"));
  const lab = new Lab(labOptions(words));
  bootToPrompt(lab);
  lab.send({ kind: "resize", tty: 0, columns: STILL_COLUMNS, rows: 24 });
  const greeting = (await painted(lab.screen(0), STILL_COLUMNS)).rows.length - 1;
  const budget = new Budget(PATIENCE);
  for (const line of lines) {
    atOnce(perform(lab, [{ kind: "type", line }], budget));
    if (budget.isSpent) throw new UsageError(`docs picture: ${JSON.stringify(line)} does not come to an end`);
  }
  // A text goes on where a terminal begins a new line for want of room.
  const isText = words.flags.has("text");
  const { rows } = await painted(lab.screen(0), isText ? undefined : STILL_COLUMNS);
  // The last one is a prompt with nothing behind it.
  const shown = rows.slice(Math.max(0, greeting), lab.machine.atPrompt ? -1 : undefined);
  output.line(isText ? shown.join("\n") : stillOf({ view: lab.view(), lines: shown }).trimEnd());
  return true;
}
