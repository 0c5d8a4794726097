/** What the page around a frame may ask of the lab in it, and what it is told. */
import { whyNoFault } from "../distros/faults.ts";
import { readFault } from "../lab/faults.ts";
import type { View } from "../lab/view.ts";
import type { Study } from "../ui/lessons/study.ts";
import type { Page } from "../ui/page.ts";
import { writeRun } from "../ui/run-link.ts";
import { Conversation, type Conversing } from "./conversation.ts";
import type { Parameters } from "./parameters.ts";
import { Refused } from "./replies.ts";
import { watch } from "./watch.svelte.ts";

const LOOK_MILLISECONDS = 30;
/** A command that takes longer is not waited for. */
const PATIENCE_MILLISECONDS = 120_000;

/** Where others type, too: nobody else's lines come between `turn` and `turnOver`. */
export interface Turns {
  turn(): Promise<void>;
  turnOver(): Promise<void>;
}

/** Types lines, one at each prompt; resolves at the prompt behind the last. */
export class Typist {
  readonly #page: Page;
  readonly #turns: Turns | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(page: Page, turns?: Turns) {
    this.#page = page;
    this.#turns = turns;
  }

  run(lines: readonly string[]): Promise<{ readonly exit: number | null; readonly text: string }> {
    const done = this.#turn.then(() => this.#inTurn(lines));
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** At a prompt, and not entered. */
  async type(text: string): Promise<void> {
    await this.#turn;
    await this.#prompt(undefined);
    this.#page.type(text);
  }

  async #inTurn(lines: readonly string[]): Promise<{ readonly exit: number | null; readonly text: string }> {
    await this.#turns?.turn();
    try {
      return await this.#run(lines);
    } finally {
      void this.#turns?.turnOver();
    }
  }

  async #run(lines: readonly string[]): Promise<{ readonly exit: number | null; readonly text: string }> {
    let text = "";
    for (const line of lines) {
      const before = await this.#prompt(undefined);
      const printed = this.#page.printed().length;
      this.#page.type(`${line}\r`);
      await this.#prompt(before);
      text += this.#page
        .printed()
        .slice(printed + 1)
        .map((each) => `${each}\n`)
        .join("");
    }
    const commands = await this.#page.ask("commands");
    return { exit: commands.at(-1)?.exit ?? null, text };
  }

  /** Waits for a prompt that is not the one of `before`. */
  async #prompt(before: View | undefined): Promise<View> {
    for (const end = performance.now() + PATIENCE_MILLISECONDS; performance.now() < end;) {
      const { view } = this.#page.state;
      if (view?.atPrompt === true && view !== before) return view;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
    }
    throw new Error("the machine is not at its prompt");
  }
}

export function converse(page: Page, typist: Typist, study: Study | undefined, parameters: Parameters): Conversation {
  const { readonly, events, origin } = parameters;
  const free = (work: () => unknown): unknown => {
    if (readonly) throw new Refused("this lab is to be looked at only");
    return work();
  };
  const lesson = study?.state.lesson;
  const answerers: Conversing["answerers"] = {
    run: ({ cmds }: { cmds: string[] }) => free(() => typist.run(cmds)),
    type: ({ text }: { text: string }) => free(() => page.type(text)),
    reset: () => free(() => (study ? study.beginAt(0) : page.startOver(page.state.view?.machine.flavour ?? ""))),
    undo: (p?: { n?: number }) => {
      for (let times = p?.n ?? 1; times > 0; times--) page.undo();
    },
    redo: () => page.redo(),
    reboot: () => page.reboot(),
    powerCut: () => page.pullPlug(),
    powerOn: () => page.powerOn(),
    text: () => page.printed().join("\n"),
    inject: ({ fault, on }: { fault: string; on?: boolean }) => {
      const found = readFault(fault);
      if (found === undefined) throw new Refused(`there is no fault ${fault}`);
      const reason = whyNoFault(page.state.machine, found.name);
      if (reason !== undefined) throw new Refused(`there is no fault ${fault} on this machine: ${reason}`);
      page.setFault(found.name, on ?? true, found.write);
    },
    focus: () => page.focusTerminal(),
    ...(lesson === undefined
      ? { snapshot: async () => writeRun(await page.ask("packed")) }
      : {
          goto: ({ step }: { step: number | string }) => {
            const at = lesson.steps.findIndex(({ id }, index) => id === step || index + 1 === step);
            if (at < 0) throw new Refused("there is no such step");
            study?.learn({ kind: "go", step: at });
          },
          check: () => study?.learn({ kind: "check" }),
        }),
  };
  const about = { machine: page.state.machine, ...(lesson && { lesson: lesson.id }) };
  const conversation = new Conversation({ ear: window, host: parent === window ? null : parent, origin, about, answerers });
  if (events !== "none") tellOf(page, study, conversation, events === "commands");
  return conversation;
}

function tellOf(page: Page, study: Study | undefined, conversation: Conversation, withCommands: boolean): void {
  let boots = 0;
  let told: number | undefined;
  watch(
    () => page.state.view,
    (view) => {
      if (view === undefined) return;
      if (view.atPrompt && view.bootCount !== boots) {
        if (boots === 0) conversation.tell("ready", { machine: page.state.machine });
        else conversation.tell("boot", { version: view.booted?.version ?? "", count: view.bootCount });
        boots = view.bootCount;
      }
      if (!withCommands || !view.atPrompt) return;
      void page.ask("commands").then((commands) => {
        for (const { line, exit } of commands.slice(told ?? commands.length)) conversation.tell("command", { line, exit: exit ?? null });
        told = commands.length;
      });
    },
  );
  if (study === undefined) return;
  const { lesson } = study.state;
  const seen = new Map<string, boolean>();
  let step = -1;
  watch(
    () => study.state.view,
    (view) => {
      if (view === undefined) return;
      for (const [id, { kind }] of Object.entries(view.checks)) {
        const ok = kind === "passed";
        if (kind !== "open" && seen.get(id) !== ok) conversation.tell("check", { id, ok });
        if (kind !== "open") seen.set(id, ok);
      }
      if (view.step === step) return;
      step = view.step;
      const total = lesson.steps.length;
      if (step >= total) conversation.tell("complete", { lesson: lesson.id });
      else conversation.tell("step", { index: step, total });
    },
  );
}
