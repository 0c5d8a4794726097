/** How zypper asks. Source: openSUSE/zypper:src/utils/prompt.cc, src/output/OutNormal.cc. */
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import { O } from "../../vfs/types.ts";
import { stdout } from "../output.ts";
import { LineReader } from "../text-io.ts";

export interface Prompt<A extends string> {
  /** What may be answered, in order, with what "?" says of it: nothing where there is no help. */
  readonly answers: readonly (readonly [answer: A, help?: string])[];
  /** So many are shown, the others behind "..."; all unless said. */
  readonly shown?: number;
  /** What Return means, and the answer of whoever is not asked. */
  readonly fallback: A;
}

/**
 * The answer to `question`, from the terminal whatever standard input is. Without a terminal there is none, which is told, and the
 * result is undefined. With `isInteractive` false nobody is asked, and the answer is written down.
 */
export function* ask<A extends string>(proc: Process, question: string, prompt: Prompt<A>, isInteractive: boolean): Run<A | undefined> {
  const out = stdout(proc);
  const { answers, fallback } = prompt;
  const choice = choiceOf(prompt);
  yield* out.print(`${question} ${choice}: `);
  if (!isInteractive) {
    yield* out.print(`${fallback}\n`);
    return fallback;
  }
  yield* out.flush();
  const terminal = openTerminal(proc);
  try {
    const lines = terminal === undefined ? undefined : new LineReader(proc, terminal);
    for (;;) {
      const line = lines && (yield* nextLine(lines));
      if (line === undefined) {
        yield* proc.printError(
          "Cannot read input: bad stream or EOF.\nIf you run zypper without a terminal, use '--non-interactive' global\noption to make zypper use default answers to prompts.\n",
        );
        return undefined;
      }
      const reply = line.trim();
      if (reply === "") return fallback;
      const hasHelp = answers.some(([, help]) => help !== undefined);
      if (reply === "?") {
        const help = answers.map(([answer, text]) => `${answer} - ${text ?? "(no help available for this option)"}\n`).join("");
        yield* out.print(`\n${hasHelp ? help : "No help available for this prompt.\n"}\n${choice}: `);
      } else {
        const isYesNo = answers.length === 2 && answers.every(([answer]) => answer === "yes" || answer === "no");
        const meant = isYesNo && /^[yn]/i.test(reply) ? (/^y/i.test(reply) ? "yes" : "no") : reply.toLowerCase();
        const found = answers.find(([answer]) => answer === meant);
        if (found !== undefined) return found[0];
        const ways = isYesNo ? " Enter 'y' for 'yes' or 'n' for 'no' if nothing else works for you." : "";
        yield* out.print(`Invalid answer '${reply}'.${ways} ${choice}: `);
      }
      yield* out.flush();
    }
  } finally {
    if (terminal !== undefined) proc.sys.close(terminal);
  }
}

/** "[y/n/...? shows all options] (y)", "[1/2/c/?] (c)". */
function choiceOf<A extends string>({ answers, shown = answers.length, fallback }: Prompt<A>): string {
  const words: string[] = answers.slice(0, shown).map(([answer]) => answer);
  if (answers.some(([, help]) => help !== undefined)) words.push(shown < answers.length ? "...? shows all options" : "?");
  return `[${words.join("/")}] (${fallback})`;
}

/** undefined at the end, and where it cannot be read, e.g. in the background. */
function* nextLine(lines: LineReader): Run<string | undefined> {
  try {
    return yield* lines.next();
  } catch (error) {
    if (isSysError(error)) return undefined;
    throw error;
  }
}

/** undefined where a process has none. */
function openTerminal(proc: Process): number | undefined {
  try {
    return proc.sys.open("/dev/tty", O.RDONLY);
  } catch (error) {
    if (isSysError(error)) return undefined;
    throw error;
  }
}
