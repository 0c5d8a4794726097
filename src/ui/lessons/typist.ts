/** Types what was prepared as a person would: a key at a time, a line when the shell is at its prompt. */
import type { Act } from "../../lab/acts.ts";
import type { LabEvent } from "../../lab/events.ts";
import type { PowerState } from "../../lab/view.ts";

/** What a typist looks at before the next key. */
export interface Typewriter {
  /** Nothing runs. */
  readonly idle: boolean;
  readonly power: PowerState;
  /** The shell, or the menu's help, waits at its prompt. */
  readonly atPrompt: boolean;
  /** Of the boot menu, top first. */
  titles(): readonly string[];
}

/** Whether the last line is entered, or left at the prompt. */
export type Ending = "entered" | "left";

/** How long it waits before the next key, and before the next line, in milliseconds. */
export const PAUSES = { key: 28, line: 450 } as const;

/** Moves what stands at the prompt out of the way; Ctrl-Y brings it back. */
export const CLEAR_LINE = "\x01\x0b";

export class Typist {
  /** What is left, the first part under way. */
  readonly #acts: Act[];
  /** Keys of the act under way. */
  #keys: string[] | undefined;
  /** To be chosen in the boot menu. */
  #entry: string | undefined;
  readonly #ending: Ending;

  constructor(acts: readonly Act[], ending: Ending = "entered") {
    this.#acts = [...acts];
    this.#ending = ending;
  }

  /** Every key is typed and every button pressed. */
  get isOut(): boolean {
    return this.#acts.length === 0 && this.#keys === undefined && this.#entry === undefined;
  }

  /** Nothing is left and what was entered has ended. */
  isDone(desk: Typewriter): boolean {
    return this.isOut && isAtPrompt(desk);
  }

  /** How long to wait for `next`; undefined when it is the machine's turn. */
  pause(desk: Typewriter): keyof typeof PAUSES | undefined {
    if (this.#keys !== undefined) return "key";
    if (this.#isWaitedFor(desk)) return "line";
    const act = this.#acts[0];
    if (act === undefined) return undefined;
    const isReady = act.kind === "keys" ? desk.idle : isAtPrompt(desk);
    return isReady ? "line" : undefined;
  }

  /** The machine waits for what no act says: the power after a cut, a choice in the boot menu, the Enter of the emergency mode. */
  #isWaitedFor({ idle, power, atPrompt }: Typewriter): boolean {
    if (power === "menu") return this.#entry !== undefined;
    return idle && ((power === "off" && this.#acts.length > 0) || (power === "emergency" && !atPrompt));
  }

  next(desk: Typewriter): LabEvent | undefined {
    if (this.pause(desk) === undefined) return undefined;
    if (this.#keys === undefined && this.#isWaitedFor(desk)) return this.#help(desk);
    if (this.#keys === undefined) {
      const act = this.#acts.shift();
      if (act === undefined) return undefined;
      if (act.kind !== "type" && act.kind !== "keys") return this.#press(act);
      this.#keys = act.kind === "type" ? [CLEAR_LINE, ...act.line.replaceAll("\n", "\r"), ...this.#enter()] : [...act.text];
    }
    const text = this.#keys.shift() ?? "";
    if (this.#keys.length === 0) this.#keys = undefined;
    return { kind: "keys", tty: 0, text };
  }

  #enter(): readonly string[] {
    return this.#acts.length === 0 && this.#ending === "left" ? [] : ["\r"];
  }

  #help({ power, titles }: Typewriter): LabEvent {
    if (power === "emergency") return { kind: "keys", tty: 0, text: "\r" };
    if (power === "off") {
      if (this.#acts[0]?.kind === "reboot") this.#acts.shift();
      return { kind: "power-on" };
    }
    const entry = this.#entry ?? "";
    this.#entry = undefined;
    const isNumber = /^[0-9]+$/.test(entry);
    const row = isNumber
      ? Number(entry)
      : Math.max(
          0,
          titles().findIndex((title) => title.includes(entry)),
        );
    return { kind: "keys", tty: 0, text: `\x1b[H${"\x1b[B".repeat(row)}\r` };
  }

  #press(act: Exclude<Act, { kind: "type" | "keys" }>): LabEvent {
    switch (act.kind) {
      case "reboot":
        this.#entry = act.entry;
        return { kind: "reboot" };
      case "power-cut":
        if (act.afterWrites !== undefined) return { kind: "fault", name: "power-cut", on: true, write: act.afterWrites + 1 };
        this.#acts.unshift({ kind: "reboot" }); // switches it on
        return { kind: "power-cut" };
      case "fault":
        return { ...act };
    }
  }
}

function isAtPrompt({ idle, atPrompt }: Typewriter): boolean {
  return idle && atPrompt;
}
