/** One page with one lab: wires the lab's words to terminals and picture, and the learner's deeds to the lab. */
import type { LessonView } from "../course/lesson-view.ts";
import type { View } from "../lab/view.ts";
import type { FaultName } from "../machine/world.ts";
import { seen } from "../terminal/seen.ts";
import type { Glass } from "../terminal/terminal.ts";
import type { Actions, Sharer } from "./actions.ts";
import type { Answers, Question } from "./answers.ts";
import type { HostedChunk, SavedRun } from "./hosted-lab.ts";
import type { LabClient, LabWatcher } from "./lab-client.ts";
import type { Delivery } from "./lab-host.ts";
import { openGlass } from "./open-glass.ts";
import { PageState, type TtyNumber } from "./page-state.svelte.ts";
import { applyTheme, savePreferences, type Preferences } from "./preferences.ts";

export interface PageParts {
  readonly client: LabClient;
  readonly machine: string;
  /** The console, where it is there already. */
  readonly glass?: Glass;
  /** What it shows, if that is known before the lab is there. */
  readonly view: View | undefined;
  /** As they are at first. */
  readonly preferences: Preferences;
  /** Takes what is typed into a terminal, instead of this machine alone. */
  readonly typed?: (text: string) => void;
}

const NOTICES: Readonly<Record<Parameters<LabWatcher["remark"]>[0], string>> = {
  silent: "The machine did not answer for two seconds. It was taken back to where it last came to rest.",
  unreadable: "The run came from another version of this page and could not be replayed. This is a fresh machine.",
  replaying: "Your run is being replayed. That takes as long as the machine was busy in it.",
  replayed: "",
  differs: "Another version of the lab made this run, and came to something else than you see here.",
  stalled: "Part of the machine could not be fetched: is there a connection? It stands still and tries again; Ctrl+C gives the command up.",
  resumed: "",
  "keeps nothing": "This browser keeps nothing here: the run ends when the page closes.",
};

/** How long output must rest before it is read into the transcript. */
const HEAR_AFTER_MILLISECONDS = 150;

export class Page implements Actions, Sharer {
  readonly state: PageState;
  /** Hears how far the learner has come in the lesson. */
  onLesson: (view: LessonView) => void = () => {};
  readonly #client: LabClient;
  readonly #glasses = new Map<TtyNumber, Glass>();
  /** What a terminal has been sent before it was there. */
  readonly #early = new Map<TtyNumber, ((glass: Glass) => void)[]>();
  #dueView: View | undefined;
  #hearing: ReturnType<typeof setTimeout> | undefined;
  #preferences: Preferences;
  readonly #typed: (text: string) => void;

  constructor(parts: PageParts) {
    this.#client = parts.client;
    this.state = new PageState(parts.machine);
    this.#preferences = parts.preferences;
    this.#typed = parts.typed ?? ((text) => this.type(text));
    if (parts.glass !== undefined) this.#adopt(0, parts.glass);
    if (parts.view !== undefined) this.#showSoon(parts.view);
    this.#client.watch({
      deliver: (delivery) => this.#take(delivery),
      remark: (remark) => {
        this.state.notice = NOTICES[remark];
      },
    });
  }

  async #take({ chunks }: Delivery): Promise<void> {
    const painted = chunks.map((chunk) => this.#takeChunk(chunk)).filter((promise) => promise !== undefined);
    if (painted.length === 0) return;
    clearTimeout(this.#hearing);
    this.#hearing = setTimeout(() => this.#hear(), HEAR_AFTER_MILLISECONDS);
    await Promise.all(painted);
  }

  #takeChunk(chunk: HostedChunk): Promise<void> | undefined {
    switch (chunk.kind) {
      case "output":
        return this.#paint(chunk.tty === 1 ? 1 : 0, chunk.data);
      case "screen":
        return this.#repaint(chunk.tty === 1 ? 1 : 0, chunk.data);
      case "view":
        this.#showSoon(chunk.view);
        return undefined;
      case "lesson":
        this.onLesson(chunk.view);
        return undefined;
      case "fault":
        this.state.fault = chunk.message;
        return undefined;
      case "trace":
        return undefined; // the view that follows has it
    }
  }

  #paint(tty: TtyNumber, data: Uint8Array): Promise<void> {
    const glass = this.#glasses.get(tty);
    if (glass !== undefined) return glass.write(data);
    this.#whenThere(tty, (late) => void late.write(data));
    return Promise.resolve();
  }

  #repaint(tty: TtyNumber, data: Uint8Array): Promise<void> {
    const glass = this.#glasses.get(tty);
    if (glass !== undefined) return glass.show(data);
    if (data.length === 0) return Promise.resolve();
    if (tty === 1) this.state.secondOpen = true;
    return new Promise((painted) => this.#whenThere(tty, (late) => void late.show(data).then(painted)));
  }

  #whenThere(tty: TtyNumber, work: (glass: Glass) => void): void {
    this.#early.set(tty, [...(this.#early.get(tty) ?? []), work]);
  }

  /** Draws the last view when the terminal has painted what came with it. */
  #showSoon(view: View): void {
    const isWaiting = this.#dueView !== undefined;
    this.#dueView = view;
    if (isWaiting) return;
    // The terminal reads its input in a task, then paints in a frame; this comes behind both, and lets that frame be seen.
    setTimeout(() => void seen().then(() => this.#showDue()));
  }

  #showDue(): void {
    if (this.#dueView !== undefined) this.state.show(this.#dueView);
    this.#dueView = undefined;
  }

  #hear(): void {
    if (this.glass !== undefined) this.state.hear(this.glass.takeNewText());
  }

  type(text: string): void {
    const { ctrl, alt } = this.state.held;
    if (ctrl || alt) this.state.held = { ctrl: false, alt: false };
    const controlled = ctrl && /^[@-_a-z ?]$/.test(text) ? control(text) : text;
    this.#client.send({ kind: "keys", tty: this.state.tty, text: alt ? `\x1b${controlled}` : controlled });
  }

  undo(): void {
    this.state.fault = "";
    this.#client.undo();
  }

  redo(): void {
    this.#client.redo();
  }

  reboot(): void {
    this.#client.send({ kind: "reboot" });
  }

  pullPlug(): void {
    this.#client.send({ kind: "power-cut" });
  }

  powerOn(): void {
    this.#client.send({ kind: "power-on" });
    this.focusTerminal();
  }

  startOver(flavour: string): void {
    this.#clear();
    this.#client.startOver(flavour);
    this.#sendSizes();
    this.focusTerminal();
  }

  /** Goes on with another run of this machine. */
  goOn(run: SavedRun): void {
    this.#clear();
    this.#client.goOn(run);
    this.#sendSizes();
  }

  #clear(): void {
    this.state.forget();
    this.#dueView = undefined;
    for (const glass of this.#glasses.values()) void glass.show(new Uint8Array());
  }

  setFault(name: FaultName, on: boolean, write?: number): void {
    this.#client.send({ kind: "fault", name, on, ...(write === undefined ? {} : { write }) });
  }

  openTty(tty: TtyNumber): void {
    if (tty === 1 && !this.state.secondOpen) {
      this.state.secondOpen = true;
      this.#client.send({ kind: "open-tty", tty });
    }
    this.state.tty = tty;
    requestAnimationFrame(() => this.focusTerminal());
  }

  attach(tty: TtyNumber, element: HTMLElement): () => void {
    const glass = this.#glasses.get(tty) ?? this.#open(tty, element);
    for (const work of this.#early.get(tty) ?? []) work(glass);
    this.#early.delete(tty);
    return () => {
      glass.dispose();
      this.#glasses.delete(tty);
    };
  }

  #open(tty: TtyNumber, element: HTMLElement): Glass {
    const glass = openGlass(tty, element, this.#preferences, (event) => this.#client.send(event));
    this.#adopt(tty, glass);
    this.#client.send({ kind: "resize", tty, ...glass.size });
    void glass.open();
    return glass;
  }

  #adopt(tty: TtyNumber, glass: Glass): void {
    glass.onKeys = this.#typed;
    this.#glasses.set(tty, glass);
  }

  /** The terminal that is shown, once it is there. */
  get glass(): Glass | undefined {
    return this.#glasses.get(this.state.tty);
  }

  ask<Q extends Question>(question: Q): Promise<Answers[Q]> {
    return this.#client.ask(question);
  }

  printed(): readonly string[] {
    return this.glass?.lines().map(({ text }) => text) ?? [];
  }

  focusTerminal(): void {
    this.glass?.focus();
  }

  /** Colours or sizes have changed. */
  restyle(): void {
    for (const glass of this.#glasses.values()) glass.restyle();
  }

  prefer(preferences: Preferences): void {
    this.#preferences = preferences;
    savePreferences(preferences);
    applyTheme(preferences.theme);
    for (const glass of this.#glasses.values()) glass.screenReader = preferences.screenReader;
    this.restyle();
  }

  hold(modifier: "ctrl" | "alt", on: boolean): void {
    this.state.held = { ...this.state.held, [modifier]: on };
  }

  #sendSizes(): void {
    for (const [tty, glass] of this.#glasses) this.#client.send({ kind: "resize", tty, ...glass.size });
  }
}

/** The control character of a key, e.g. Ctrl and C. */
function control(key: string): string {
  return key === "?" ? "\x7f" : String.fromCharCode(key.toUpperCase().charCodeAt(0) & 0x1f);
}
