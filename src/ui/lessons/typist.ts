/** Types a solution as a person would: a key at a time, a line when the shell is at its prompt. */
import type { Act } from "../../lab/acts.ts";
import type { LabEvent } from "../../lab/events.ts";
import type { Lab } from "../../lab/lab.ts";

/** What a typist looks at before the next key. */
type Typewriter = Pick<Lab, "idle" | "machine" | "view">;

/** Moves what stands at the prompt out of the way. */
const CLEAR_LINE = "\x01\x0b";

export class Typist {
  /** What is left, the first part under way. */
  readonly #acts: Act[];
  /** Keys of the act under way. */
  #keys: string[] | undefined;
  /** To be chosen in the boot menu. */
  #entry: string | undefined;

  constructor(acts: readonly Act[]) {
    this.#acts = [...acts];
  }

  /** Nothing is left and what was entered has ended. */
  isDone(lab: Typewriter): boolean {
    return this.#acts.length === 0 && this.#keys === undefined && isAtPrompt(lab);
  }

  /** How long to wait for `next`; undefined when it is the machine's turn. */
  pause(lab: Typewriter): "key" | "line" | undefined {
    if (this.#keys !== undefined) return "key";
    if (this.#isWaitedFor(lab)) return "line";
    const act = this.#acts[0];
    if (act === undefined) return undefined;
    const isReady = act.kind === "keys" ? lab.idle : isAtPrompt(lab);
    return isReady ? "line" : undefined;
  }

  /** The machine waits for what no act says: the power after a cut, a choice in the boot menu, the Enter of the emergency mode. */
  #isWaitedFor({ idle, machine }: Typewriter): boolean {
    if (machine.power === "menu") return this.#entry !== undefined;
    return idle && ((machine.power === "off" && this.#acts.length > 0) || (machine.power === "emergency" && !machine.atPrompt));
  }

  next(lab: Typewriter): LabEvent | undefined {
    if (this.pause(lab) === undefined) return undefined;
    if (this.#keys === undefined && this.#isWaitedFor(lab)) return this.#help(lab);
    if (this.#keys === undefined) {
      const act = this.#acts.shift();
      if (act === undefined) return undefined;
      if (act.kind !== "type" && act.kind !== "keys") return this.#press(act);
      this.#keys = act.kind === "type" ? [CLEAR_LINE, ...act.line.replaceAll("\n", "\r"), "\r"] : [...act.text];
    }
    const text = this.#keys.shift() ?? "";
    if (this.#keys.length === 0) this.#keys = undefined;
    return { kind: "keys", tty: 0, text };
  }

  #help(lab: Typewriter): LabEvent {
    const { power } = lab.machine;
    if (power === "emergency") return { kind: "keys", tty: 0, text: "\r" };
    if (power === "off") {
      if (this.#acts[0]?.kind === "reboot") this.#acts.shift();
      return { kind: "power-on" };
    }
    const entry = this.#entry ?? "";
    this.#entry = undefined;
    const { bootEntries } = lab.view();
    const row = /^[0-9]+$/.test(entry)
      ? Number(entry)
      : Math.max(
          0,
          bootEntries.findIndex(({ title }) => title.includes(entry)),
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

function isAtPrompt({ idle, machine }: Typewriter): boolean {
  return idle && machine.atPrompt;
}
