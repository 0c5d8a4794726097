/** What the page around a frame may ask of the lab in it, and what it is told. */
import type { View } from "../lab/view.ts";
import type { Actions } from "../ui/actions.ts";
import type { Study } from "../ui/lessons/study.ts";
import type { Page } from "../ui/page.ts";
import { writeRun } from "../ui/run-link.ts";
import { Conversation, type Conversing } from "./conversation.ts";
import type { Parameters } from "./parameters.ts";
import { Refused } from "./replies.ts";
import { watch } from "./watch.svelte.ts";

const LOOK_MILLISECONDS = 30;
/** A line that no command has come of by then is none. */
const REMEMBERED_MILLISECONDS = 2000;
/** A command that takes longer is not waited for. */
const PATIENCE_MILLISECONDS = 120_000;

/** Where others type, too: nobody else's lines come between `turn` and `turnOver`. */
export interface Turns {
  turn(): Promise<void>;
  turnOver(): Promise<void>;
}

type Views = readonly (View | undefined)[];

/** One, or two side by side. */
type Pages = readonly [Page, ...Page[]];

/** Types lines, one at each prompt; resolves at the prompt behind the last. */
export class Typist {
  readonly #pages: Pages;
  readonly #turns: Turns | undefined;
  readonly #deeds: Pick<Actions, "type">;
  #turn: Promise<unknown> = Promise.resolve();

  /** What is printed is read from the first page; `deeds` type on all of them. */
  constructor(pages: Pages, turns?: Turns, deeds: Pick<Actions, "type"> = pages[0]) {
    this.#pages = pages;
    this.#turns = turns;
    this.#deeds = deeds;
  }

  run(lines: readonly string[]): Promise<{ readonly exit: number | null; readonly text: string }> {
    const done = this.#turn.then(() => this.#inTurn(lines));
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** At a prompt, and not entered. */
  async type(text: string): Promise<void> {
    await this.#turn;
    await this.#prompts([]);
    this.#deeds.type(text);
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
    const [page] = this.#pages;
    let text = "";
    for (const line of lines) {
      const before = await this.#prompts([]);
      const printed = page.printed().length;
      const { length } = await page.ask("commands");
      this.#deeds.type(`${line}\r`);
      await this.#end(before, length);
      text += page
        .printed()
        .slice(printed + 1)
        .map((each) => `${each}\n`)
        .join("");
    }
    const commands = await page.ask("commands");
    return { exit: commands.at(-1)?.exit ?? null, text };
  }

  /**
   * Waits until the line typed behind `before` has come to its end. A new view at a prompt may be another's doing, so the command must be
   * among those that the lab remembers, which were `known` before; a comment, or one that took the machine down, never is.
   */
  async #end(before: Views, known: number): Promise<void> {
    let views = await this.#prompts(before);
    for (const end = performance.now() + REMEMBERED_MILLISECONDS; performance.now() < end;) {
      const last = (await this.#pages[0].ask("commands")).slice(known).at(-1);
      if (last?.exit !== undefined || views[0]?.bootCount !== before[0]?.bootCount) return;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
      // One that runs still takes as long as it takes.
      if (last !== undefined) views = await this.#prompts(views);
    }
  }

  /** Waits for prompts that are not those of `before`. */
  async #prompts(before: Views): Promise<Views> {
    for (const end = performance.now() + PATIENCE_MILLISECONDS; performance.now() < end;) {
      const views = this.#pages.map(({ state }) => state.view);
      if (views.every((view, at) => view?.atPrompt === true && view !== before[at])) return views;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
    }
    throw new Error("the machine is not at its prompt");
  }
}

/** Of a lab that cannot be shown: tells the page around it why. */
export function tellError(code: "start" | "session", message: string, { events, machine, origin }: Parameters): void {
  const host = parent === window ? null : parent;
  const conversation = new Conversation({ ear: window, host, origin, about: { machine }, answerers: {} });
  if (events !== "none") conversation.tell("error", { code, message });
}

/** `deeds`: who does what is asked, where that is not the page alone. */
export function converse(
  page: Page,
  typist: Typist,
  study: Study | undefined,
  parameters: Parameters,
  deeds: Actions = page,
): Conversation {
  const { readonly, events, origin } = parameters;
  const free = (work: () => unknown): unknown => {
    if (readonly) throw new Refused("this lab is to be looked at only");
    return work();
  };
  const lesson = study?.state.lesson;
  const answerers: Conversing["answerers"] = {
    run: ({ cmds }: { cmds: string[] }) => free(() => typist.run(cmds)),
    type: ({ text }: { text: string }) => free(() => deeds.type(text)),
    reset: () => free(() => (study ? study.beginAt(0) : deeds.startOver(page.state.view?.machine.flavour ?? ""))),
    undo: (p?: { n?: number }) => {
      for (let times = p?.n ?? 1; times > 0; times--) deeds.undo();
    },
    redo: () => deeds.redo(),
    reboot: () => deeds.reboot(),
    powerCut: () => deeds.pullPlug(),
    powerOn: () => deeds.powerOn(),
    text: () => page.printed().join("\n"),
    inject: async ({ fault, on }: { fault: string; on?: boolean }) => {
      const [{ readFault }, { whyNoFault }] = await Promise.all([import("../lab/faults.ts"), import("../distros/faults.ts")]);
      const found = readFault(fault);
      if (found === undefined) throw new Refused(`there is no fault ${fault}`);
      const reason = whyNoFault(page.state.machine, found.name);
      if (reason !== undefined) throw new Refused(`there is no fault ${fault} on this machine: ${reason}`);
      deeds.setFault(found.name, on ?? true, found.write);
    },
    focus: () => deeds.focusTerminal(),
    ...(lesson === undefined
      ? { snapshot: () => runOf(page) }
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

/** The run so far, as a link has it. */
async function runOf(page: Page): Promise<string> {
  return writeRun(await page.ask("packed"));
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
        const fresh = commands.slice(told ?? commands.length);
        told = commands.length;
        for (const { line, exit } of fresh) conversation.tell("command", { line, exit: exit ?? null });
        if (fresh.length > 0 && study === undefined) void runOf(page).then((run) => conversation.tell("state", { run }));
      });
    },
  );
  watch(
    () => page.state.fault,
    (message) => message !== "" && conversation.tell("error", { code: "fault", message }),
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
