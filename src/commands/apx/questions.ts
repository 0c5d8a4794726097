/** What apx asks on a terminal, and what it takes for an answer. Source: Vanilla-OS/apx:cmd (2.4.4). */
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { say } from "../abroot/pterm.ts";
import { scanWord } from "./cobra.ts";

export const NO_NAME = "No name specified.";

/** One of a numbered list; undefined when what was typed is none of its numbers. */
export function* chosen(proc: Process, names: readonly string[]): Run<string | undefined> {
  const number = yield* scanWord(proc);
  if (/^\d+$/.test(number) && names[Number(number) - 1] !== undefined) return names[Number(number) - 1];
  yield* say(proc, "error", "Invalid input.");
  return undefined;
}

/** Whether the answer is y. */
export function* confirmed(proc: Process, question: string): Run<boolean> {
  yield* say(proc, "info", question);
  return (yield* scanWord(proc)).toLowerCase() === "y";
}

/** What was given as an option, or what is typed. */
export function* answer(proc: Process, given: string | undefined, asks: boolean, question: string): Run<string> {
  if ((given ?? "") !== "" || !asks) return given ?? "";
  yield* say(proc, "info", question);
  return yield* scanWord(proc);
}
