/** A lesson given as a talk: where the script stands, and what is typed at each press. One object per page. */
import { beatsOf, type Beat } from "../../course/beats.ts";
import type { Act } from "../../course/lesson.ts";
import type { LabEvent } from "../../lab/events.ts";
import type { Study } from "../lessons/study.ts";
import { CLEAR_LINE, PAUSES, Typist, type Ending, type Typewriter } from "../lessons/typist.ts";
import { addKeystroke, keystrokeSent, type Keystroke } from "./keystrokes.ts";

/** How often it looks whether the machine is ready, in milliseconds. */
const LOOK = 100;
/** How long keys are shown after the last one. */
const SHOWN = 2500;

const NO_TITLES: readonly string[] = [];

export class Presenter {
  readonly study: Study;
  readonly beats: readonly Beat[];
  /** Index of the beat that the next press brings. */
  at = $state(1);
  /** Something is being typed, or waits for the machine. */
  isBusy = $state(false);
  /** The script rests, and its keys are the terminal's. */
  isLeft = $state(false);
  keys = $state.raw<readonly Keystroke[]>([]);
  readonly #send: (event: LabEvent) => void;
  #fading: ReturnType<typeof setTimeout> | undefined;
  /** What stands at the prompt, not entered: nothing, the script's own line, or undefined where it may be anything. */
  #standing: string | undefined = "";
  /** Counts what is performed: what was begun before is given up. */
  #performance = 0;

  constructor(study: Study, send: (event: LabEvent) => void) {
    this.study = study;
    this.#send = send;
    this.beats = beatsOf(study.state.lesson);
    this.follow(study.state.view.step);
  }

  /** What the next press brings; undefined at the end. */
  get beat(): Beat | undefined {
    return this.beats[this.at];
  }

  /** The lesson shows another step than the script's: the script goes there. */
  follow(step: number): void {
    if (this.beats[this.at - 1]?.step === step) return;
    this.#stop();
    this.at = 1 + this.beats.findIndex((beat) => beat.kind === "step" && beat.step === step);
  }

  next(): void {
    if (this.isBusy) return;
    // A line that does not stand there is typed before it is entered.
    if (this.beat?.kind === "enter" && this.#standing !== this.beat.line) this.at--;
    const { beat } = this;
    if (beat === undefined) return;
    this.at++;
    this.study.state.isCollapsed = beat.kind !== "ask";
    switch (beat.kind) {
      case "step":
        return this.study.learn({ kind: "go", step: beat.step });
      case "ask":
        return;
      case "type":
        return this.#perform({ kind: "type", line: beat.line }, "left");
      case "enter":
        this.#standing = "";
        return this.#key("\r");
      case "act":
        return this.#perform(beat.act, "entered");
    }
  }

  /** Takes the script one press back; the machine stays as it is. */
  back(): void {
    this.goTo(this.at - 1);
  }

  /** The next press brings that beat. */
  goTo(at: number): void {
    if (at < 1) return;
    this.#stop();
    const step = this.beats[at]?.kind === "step" ? this.beats[at - 1]?.step : this.beats[at]?.step;
    this.at = at;
    this.isLeft = false;
    if (step !== undefined && step !== this.study.state.view.step) this.study.learn({ kind: "go", step });
  }

  /** Brings a fresh machine to where the step begins. */
  jump(step: number): void {
    this.#stop();
    this.at = 1 + this.beats.findIndex((beat) => beat.kind === "step" && beat.step === step);
    this.isLeft = false;
    this.#standing = "";
    this.study.beginAt(step);
  }

  /** The presenter's own key. */
  stray(key: Keystroke): void {
    this.#standing = key.text === "Enter" ? "" : undefined;
    this.#show(key);
  }

  #perform(act: Act, ending: Ending): void {
    const typist = new Typist([act], ending);
    const performance = ++this.#performance;
    this.isBusy = true;
    // A line is ready to be typed when none stands there.
    if (act.kind === "type" && this.#standing !== "") this.#key(CLEAR_LINE);
    this.#standing = undefined;
    const goOn = (): void => {
      if (performance !== this.#performance) return;
      if (typist.isOut) {
        this.#standing = act.kind === "type" && ending === "left" ? act.line : "";
        return this.#stop();
      }
      const pause = typist.pause(this.#desk());
      if (pause === undefined) setTimeout(goOn, LOOK);
      else
        setTimeout(() => {
          if (performance !== this.#performance) return;
          const event = typist.next(this.#desk());
          if (event?.kind === "keys") this.#key(event.text);
          else if (event !== undefined) this.#send(event);
          goOn();
        }, PAUSES[pause]);
    };
    goOn();
  }

  #stop(): void {
    this.#performance++;
    this.isBusy = false;
  }

  #desk(): Typewriter {
    const { view } = this.study.page.state;
    return {
      // Whether something runs is for the presenter to see; a line waits for the prompt in any case.
      idle: true,
      power: view?.power ?? "booting",
      atPrompt: view?.atPrompt === true,
      titles: () => view?.bootEntries.map(({ title }) => title) ?? NO_TITLES,
    };
  }

  #key(text: string): void {
    this.#send({ kind: "keys", tty: 0, text });
    const key = keystrokeSent(text);
    if (key !== undefined) this.#show(key);
  }

  #show(key: Keystroke): void {
    this.keys = addKeystroke(this.keys, key);
    clearTimeout(this.#fading);
    this.#fading = setTimeout(() => (this.keys = []), SHOWN);
  }
}
