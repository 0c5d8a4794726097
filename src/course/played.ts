/** A run that somebody played, as acts: what was typed at a prompt, with the keys that a program took, restarts, cuts, trouble. */
import { arrive } from "../lab/acts.ts";
import { Lab, type LabOptions } from "../lab/lab.ts";
import type { RunScript, When } from "../lab/run-script.ts";
import type { LabMark } from "../lab/records.ts";
import type { Paced } from "../lab/settle.ts";
import type { Act } from "./lesson.ts";

/** From one prompt to the next. */
export type Deed = readonly Act[];

export interface Played {
  readonly deeds: readonly Deed[];
  /** What is left out, each a sentence. */
  readonly remarks: readonly string[];
}

const INTERRUPTS = /[\x03\x1a\x1c]/;
const END_OF_INPUT = "\x04";
const DOWN = "\x1b[B";
const UP = "\x1b[A";
const TICKS_AT_ONCE = 4096;

/** Runs `script` again and looks at what came of its keys. */
export function* deedsOf(options: LabOptions, { events, end }: Pick<RunScript, "events" | "end">): Paced<Played> {
  const lab = yield* Lab.starting(options);
  yield* arrive(lab);
  const reader = new Reader(lab);
  for (const { when, event } of events) {
    yield* runTo(lab, when);
    reader.look();
    switch (event.kind) {
      case "keys":
        if (event.tty === 0) reader.key(event.text);
        else reader.remark("What was typed in the second terminal is left out.");
        break;
      case "reboot":
        reader.begin({ kind: "reboot" });
        break;
      case "power-cut":
        reader.begin({ kind: "power-cut" });
        break;
      case "fault":
        reader.begin(event);
        break;
      default:
      // The size of a terminal is no deed, and who pulled the plug switches on again.
    }
    lab.send(event);
    lab.run(0);
  }
  yield* runTo(lab, end);
  reader.look();
  return reader.played;
}

function* runTo(lab: Lab, when: When): Paced<void> {
  const end = when === "at rest" ? Infinity : "tick" in when ? when.tick : lab.tick + when.after;
  while (lab.tick < end) {
    lab.run(Math.min(end - lab.tick, TICKS_AT_ONCE));
    if (lab.missing !== undefined) yield lab.missing;
    else if (lab.idle && lab.tick < end) {
      if (lab.sleepsFor === undefined) return;
      lab.wake();
    }
  }
}

class Reader {
  readonly #lab: Lab;
  readonly #deeds: Act[][] = [];
  readonly #remarks = new Set<string>();
  #mark: LabMark;
  /** Rows down in the boot menu. */
  #row = 0;
  /** A line is being typed at a prompt. */
  #isEditing = false;
  /** Keys that no prompt took, of the last deed. */
  #keys = "";

  constructor(lab: Lab) {
    this.#lab = lab;
    this.#mark = lab.mark();
  }

  get played(): Played {
    this.#takeKeys();
    return { deeds: this.#deeds.filter(({ length }) => length > 0), remarks: [...this.#remarks] };
  }

  remark(text: string): void {
    this.#remarks.add(text);
  }

  begin(act: Act): void {
    this.#takeKeys();
    this.#deeds.push([act]);
    this.#row = 0;
  }

  /** Command lines that have begun meanwhile. */
  look(): void {
    for (const { line } of this.#lab.commandsSince(this.#mark)) {
      // Typed ahead, while another command ran.
      const ahead = `${line.replaceAll("\n", "\r")}\r`;
      if (this.#keys.endsWith(ahead)) this.#keys = this.#keys.slice(0, -ahead.length);
      this.begin({ kind: "type", line: line.trimEnd() });
      this.#isEditing = false;
    }
    this.#mark = this.#lab.mark();
  }

  key(text: string): void {
    const { power, atPrompt } = this.#lab.machine;
    if (power === "menu") this.#choose(text);
    else if (power !== "running" && power !== "emergency") return;
    else if (atPrompt && text === END_OF_INPUT) this.begin({ kind: "keys", text });
    else if (atPrompt || this.#isEditing) this.#isEditing = true;
    else if (INTERRUPTS.test(text)) {
      const [act] = this.#deeds.at(-1) ?? [];
      if (act?.kind === "type") this.remark(`\`${act.line}\` was interrupted, and is left out.`);
      this.#deeds.pop();
      this.#keys = "";
    } else this.#keys += text;
  }

  #choose(text: string): void {
    if (text === DOWN) this.#row++;
    else if (text === UP) this.#row = Math.max(0, this.#row - 1);
    else if (text === "\r" && this.#row > 0) {
      this.#deeds.pop();
      this.begin({ kind: "reboot", entry: String(this.#row) });
    }
  }

  #takeKeys(): void {
    if (this.#keys !== "") this.#deeds.at(-1)?.push({ kind: "keys", text: this.#keys });
    this.#keys = "";
  }
}
