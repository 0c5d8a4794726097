/** A machine of cardboard behind the interface of a lab: echoes lines. For tests of the page's half only. */
import { encodeUtf8 } from "../base/utf8.ts";
import type { LabChunk, LabEvent } from "../lab/events.ts";
import type { View } from "../lab/view.ts";
import type { HostedLab, LabFactory } from "./hosted-lab.ts";

const VIEW: View = {
  revision: 1,
  machine: { name: "silverblue", title: "Fedora Silverblue", flavour: "composefs" },
  power: "running",
  atPrompt: true,
  deployments: [],
  bootEntries: [],
  booted: undefined,
  strata: [],
  trace: [],
  lastRefusal: undefined,
  canUndo: false,
  canRedo: false,
  undoLabel: "",
  disk: { writes: 0, used: 0, total: 0 },
  clock: "2025-07-16T09:30:00",
  faults: [],
  bootCount: 1,
};

const PROMPT = "[learner@silverblue ~]$ ";

class StandInLab implements HostedLab {
  #queue: LabEvent[] = [];
  #log: LabEvent[];
  #started = false;
  #ticks = 0;
  #endless = false;
  #asleep: number | undefined;
  #awoken = false;

  constructor(log: readonly LabEvent[]) {
    this.#log = [...log];
  }

  get tick(): number {
    return this.#ticks;
  }

  get idle(): boolean {
    return this.#started && this.#queue.length === 0 && !this.#endless;
  }

  get sleepsFor(): number | undefined {
    return this.#asleep;
  }

  wake(): void {
    this.#asleep = undefined;
    this.#awoken = true;
  }

  show(): LabChunk[] {
    return [{ kind: "screen", tty: 0, data: new Uint8Array() }];
  }

  send(event: LabEvent): void {
    this.#queue.push(event);
    this.#log.push(event);
  }

  run(): LabChunk[] {
    this.#ticks++;
    const chunks: LabChunk[] = [];
    const say = (text: string): void => void chunks.push({ kind: "output", tty: 0, data: encodeUtf8(text) });
    if (!this.#started) {
      this.#started = true;
      const past = this.#log.map((event) => (event.kind === "keys" ? event.text : "")).join("");
      say(PROMPT + past.replaceAll("\r", `\r\n${PROMPT}`));
    }
    for (const event of this.#queue.splice(0)) {
      if (event.kind !== "keys") continue;
      if (event.text.includes("\x03")) this.#endless = false;
      if (event.text.includes("hang")) for (;;);
      if (event.text.includes("sleep")) this.#asleep = 50_000_000;
      if (event.text.includes("yes")) this.#endless = true;
      if (event.text.includes("os-release")) say("VERSION_ID=42\r\n");
      say(event.text.replaceAll("\x03", "^C").replaceAll("\r", `\r\n${PROMPT}`));
    }
    if (this.#endless) say("y\r\n");
    if (this.#awoken) say(`awake\r\n${PROMPT}`);
    this.#awoken = false;
    if (this.idle && chunks.length > 0) chunks.push({ kind: "view", view: VIEW });
    return chunks;
  }

  undo(): LabChunk[] {
    return [{ kind: "screen", tty: 0, data: encodeUtf8(`undone\r\n${PROMPT}`) }];
  }

  redo(): LabChunk[] {
    return [{ kind: "screen", tty: 0, data: encodeUtf8(`redone\r\n${PROMPT}`) }];
  }

  log(): readonly LabEvent[] {
    return [...this.#log];
  }
}

export const standIn: LabFactory = {
  create: () => new StandInLab([]),
  replay: (_setup, log) => new StandInLab(log as readonly LabEvent[]),
};
