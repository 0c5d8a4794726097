/** What a learner can do from the page; `Page` does it, the gallery of states does nothing. */
import type { FaultName } from "../machine/world.ts";
import type { Answers, Question } from "./answers.ts";
import type { TtyNumber } from "./page-state.svelte.ts";
import type { Preferences } from "./preferences.ts";

export interface Actions {
  /** As typed at the terminal that is shown. */
  type(text: string): void;
  undo(): void;
  redo(): void;
  reboot(): void;
  pullPlug(): void;
  powerOn(): void;
  /** A fresh machine of this flavour. */
  startOver(flavour: string): void;
  /** Makes something go wrong, or puts it right; `write` is the one before which a power cut comes. */
  setFault(name: FaultName, on: boolean, write?: number): void;
  openTty(tty: TtyNumber): void;
  /** Puts a terminal into `element`; returns what takes it out again. */
  attach(tty: TtyNumber, element: HTMLElement): () => void;
  focusTerminal(): void;
  /** Does as the learner likes it, now and after a reload. */
  prefer(preferences: Preferences): void;
  /** Keys of the key bar that hold for the next key typed. */
  hold(modifier: "ctrl" | "alt", on: boolean): void;
}

/** What is asked of a page whose run is shared. */
export interface Sharer {
  /** Asks the lab; see answers.ts. */
  ask<Q extends Question>(question: Q): Promise<Answers[Q]>;
  /** What the terminal that is shown has printed. */
  printed(): readonly string[];
}

export interface Sharing {
  readonly sharer: Sharer;
  /** It is a lesson's run. */
  readonly isTaught: boolean;
  /** Where the page on fidelity is: beside the site's first page. */
  readonly fidelity: string;
}
