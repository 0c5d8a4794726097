/** What the page knows: the last view, the sentence it speaks, and how it is laid out. One object per page. */
import type { View } from "../lab/view.ts";
import { changeSentence } from "./words.ts";

/** The terminals of a machine: the console and a second one. */
export type TtyNumber = 0 | 1;

/** Read: the lesson, where there is one. */
export type Tab = "read" | "terminal" | "picture";

/** One stretch of output, as text. */
export interface Heard {
  readonly id: number;
  readonly lines: readonly string[];
}

/** How many stretches of output the live transcript keeps. */
const HEARD_LIMIT = 60;
/** Lines of one stretch that are spoken; the rest is counted. */
const HEARD_LINES = 40;

export class PageState {
  /** As in `?machine=silverblue`. */
  readonly machine: string;
  /** Frozen, so only the reference is watched. */
  view = $state.raw<View | undefined>(undefined);
  /** One sentence on the last change or refusal; "" at first. */
  sentence = $state("");
  /** The sentence tells of a refusal. */
  isRefusal = $state(false);
  /** A quiet remark on the page itself: storage is blocked, a run was restored. */
  notice = $state("");
  /** A mistake of ours; the machine may be stuck. */
  fault = $state("");
  /** Modifiers of the key bar that wait for the next key. */
  held = $state.raw({ ctrl: false, alt: false });
  tab = $state<Tab>("terminal");
  /** A lesson stands beside the terminal. */
  isTaught = $state(false);
  tty = $state<TtyNumber>(0);
  secondOpen = $state(false);
  heard = $state.raw<readonly Heard[]>([]);
  #nextHeard = 0;
  #hasPrompted = false;

  constructor(machine: string) {
    this.machine = machine;
  }

  /** Takes a new view. */
  show(view: View): void {
    // Before the first prompt there is nothing to tell: the page greets.
    const sentence = this.#hasPrompted ? changeSentence(this.view, view) : "";
    this.#hasPrompted ||= view.atPrompt;
    this.view = view;
    if (sentence === "") return;
    this.sentence = sentence;
    this.isRefusal = sentence.startsWith("Refused");
  }

  /** Adds whole lines of output to the live transcript. */
  hear(lines: readonly string[]): void {
    const spoken = lines.filter((line) => line.trim() !== "");
    if (spoken.length === 0) return;
    const more = spoken.length - HEARD_LINES;
    const kept = more > 0 ? [...spoken.slice(0, HEARD_LINES), `and ${more} more lines`] : spoken;
    this.heard = [...this.heard, { id: this.#nextHeard++, lines: kept }].slice(-HEARD_LIMIT);
  }

  /** A fresh machine takes the place of the old one. */
  forget(): void {
    this.view = undefined;
    this.#hasPrompted = false;
    this.sentence = "";
    this.isRefusal = false;
    this.fault = "";
    this.heard = [];
    this.secondOpen = false;
    this.tty = 0;
  }
}
