/** Two machines under one keyboard: what is typed goes to both, and what they answer is compared. */
import type { View } from "../../lab/view.ts";
import { offerOf, type Offer } from "../../distros/offers.ts";
import { translate, type Translation } from "../../course/translate.ts";
import type { FaultName } from "../../machine/world.ts";
import type { Bookmark } from "../../terminal/terminal.ts";
import type { Actions } from "../actions.ts";
import type { Page } from "../page.ts";
import type { TtyNumber } from "../page-state.svelte.ts";
import type { Preferences } from "../preferences.ts";
import { compare, typedAt } from "./compare.ts";

/** Left or right. */
export type Side = 0 | 1;
export const SIDES: readonly [Side, Side] = [0, 1];

/** A line's counterpart, and for whom. */
export interface Counterpart extends Translation {
  readonly side: Side;
}

/** What the last line brought, on each side. */
export interface Outcome {
  readonly line: string;
  /** How many lines each printed that the other did not. */
  readonly only: readonly [number, number];
}

/** A command line that was entered. */
interface Entered {
  /** Who got it. */
  readonly sides: readonly Side[];
  /** Where it stands, by side. */
  readonly bookmarks: readonly (Bookmark | undefined)[];
  /** The views that were there then, by side. */
  readonly views: Views;
}

type Views = readonly [View | undefined, View | undefined];

export class Pair implements Actions {
  readonly pages: readonly [Page, Page];
  readonly offers: readonly [Offer, Offer];
  /** Who gets what is typed. */
  listeners = $state.raw<readonly Side[]>(SIDES);
  outcome = $state.raw<Outcome | undefined>(undefined);
  counterpart = $state.raw<Counterpart | undefined>(undefined);
  #entered: Entered | undefined;

  constructor(open: (typed: (text: string) => void, side: Side) => Page) {
    this.pages = [open((text) => this.type(text), 0), open((text) => this.type(text), 1)];
    this.offers = [offerOf(this.pages[0].state.machine), offerOf(this.pages[1].state.machine)];
  }

  /** Goes to all who listen. */
  type(text: string): void {
    if (text.includes("\r")) this.#enter();
    for (const side of this.listeners) this.pages[side].type(text);
  }

  /** The counterpart, where it belongs. */
  typeCounterpart(): void {
    const { counterpart } = this;
    if (counterpart === undefined) return;
    this.counterpart = undefined;
    for (const line of counterpart.lines) this.pages[counterpart.side].type(`${line}\r`);
    this.pages[counterpart.side].focusTerminal();
  }

  /** Called with each new view, when what came with it is painted: the line is looked at once all who got it are back at their prompts. */
  look(views: Views): void {
    const entered = this.#entered;
    if (entered === undefined) return;
    if (!entered.sides.every((side) => views[side]?.atPrompt === true && views[side] !== entered.views[side])) return;
    this.#entered = undefined;
    const [first = 0] = entered.sides;
    const bookmark = entered.bookmarks[first];
    const line = bookmark && typedAt(this.pages[first].glass?.lineAt(bookmark) ?? "");
    if (line === undefined || line === "") return;
    this.counterpart = this.#counterpartOf(line);
    if (entered.sides.length === 2) this.#compare(line, entered);
  }

  /** By what the terminals show: while somebody types, no view says that a shell waits. */
  #enter(): void {
    this.outcome = undefined;
    const bookmarks = this.pages.map(({ glass }) => glass?.bookmark());
    const isAtPrompt = (side: Side): boolean => {
      const bookmark = bookmarks[side];
      return bookmark !== undefined && typedAt(this.pages[side].glass?.lineAt(bookmark) ?? "") !== undefined;
    };
    if (!this.listeners.every(isAtPrompt)) return; // something else reads it
    this.#entered = { sides: this.listeners, bookmarks, views: [this.pages[0].state.view, this.pages[1].state.view] };
  }

  #compare(line: string, { bookmarks }: Entered): void {
    const outputs = this.pages.map(({ glass }, side) => {
      const bookmark = bookmarks[side];
      return (bookmark && glass?.linesBelow(bookmark)) ?? [];
    });
    const [left = [], right = []] = outputs.map((output) => output.map(({ text }) => text));
    const only = compare(left, right);
    for (const side of SIDES) this.pages[side].glass?.flag(only[side].flatMap((at) => outputs[side]?.[at] ?? []));
    this.outcome = { line, only: [only[0].length, only[1].length] };
  }

  /** For the machine that does not know the line: on two that are kept alike there is none. */
  #counterpartOf(line: string): Counterpart | undefined {
    const [left, right] = this.offers;
    if (left.tools === right.tools) return undefined;
    const onRight = translate(line, left.tools, right.tools);
    if (onRight !== undefined) return { ...onRight, side: 1 };
    const onLeft = translate(line, right.tools, left.tools);
    return onLeft && { ...onLeft, side: 0 };
  }

  #forBoth(deed: (page: Page) => void): void {
    for (const page of this.pages) deed(page);
  }

  undo(): void {
    this.#forBoth((page) => page.undo());
  }

  redo(): void {
    this.#forBoth((page) => page.redo());
  }

  reboot(): void {
    this.#forBoth((page) => page.reboot());
  }

  pullPlug(): void {
    this.#forBoth((page) => page.pullPlug());
  }

  powerOn(): void {
    this.#forBoth((page) => page.powerOn());
  }

  /** The left machine's, as the bar has it. */
  startOver(flavour: string): void {
    this.pages[0].startOver(flavour);
  }

  setFault(name: FaultName, on: boolean, write?: number): void {
    this.#forBoth((page) => page.setFault(name, on, write));
  }

  openTty(tty: TtyNumber): void {
    this.#forBoth((page) => page.openTty(tty));
  }

  /** Each machine's terminals are put up by its own page. */
  attach(): () => void {
    return () => {};
  }

  focusTerminal(): void {
    this.pages[this.listeners[0] ?? 0].focusTerminal();
  }

  prefer(preferences: Preferences): void {
    this.#forBoth((page) => page.prefer(preferences));
  }

  hold(modifier: "ctrl" | "alt", on: boolean): void {
    this.#forBoth((page) => page.hold(modifier, on));
  }
}
