/**
 * Runs one lab and hands out what it says, in a worker or on the page; the same code and the same messages.
 *
 * It works in slices: between two slices events come in, so Ctrl-C reaches a runaway loop. It is never more than one delivery
 * ahead of the page, so a program that never stops printing goes no faster than the page can show.
 */
import type { LessonEvent } from "../course/lesson-view.ts";
import type { LabEvent } from "../lab/events.ts";
import type { Answers, Question } from "./answers.ts";
import type { HostedChunk, HostedLab, LabFactory, LabSetup, SavedRun } from "./hosted-lab.ts";

/** What a lab begins with: a fresh machine, of which the page may show already what it shows at first, or a run. */
export type Beginning =
  { readonly kind: "fresh"; readonly setup: LabSetup; readonly isShown: boolean } | { readonly kind: "run"; readonly run: SavedRun };

/**
 * "unreadable": the run came from another build and a fresh machine stands in its place; "differs": so did it, and it came to something else; "stalled": a part that the machine needs
 * could not be fetched and it stands still, until "resumed". Of a client: "silent": the worker did not answer and the run was taken back to
 * its last rest; "keeps nothing": the run ends with the page; "replaying": the kept run takes its time, until "replayed".
 */
export type Remark = "unreadable" | "differs" | "stalled" | "resumed" | "silent" | "keeps nothing" | "replaying" | "replayed";

export interface Delivery {
  readonly chunks: readonly HostedChunk[];
  /** All that must be shown of the lab as it stands behind `chunks`, for somebody who has just come; when that was asked for. */
  readonly whole?: readonly HostedChunk[];
  /** The run so far, when the lab has come to rest: what to go on with should this host fall silent. */
  readonly run?: SavedRun;
  readonly remark?: Remark;
}

/** Takes one delivery; the host goes on when the promise resolves. */
export type Deliver = (delivery: Delivery) => Promise<void>;

/** A slice takes about this long, so that echo stays well under a frame. */
const SLICE_MILLISECONDS = 6;
/** The first slice after an event is short: what answers it, above all the echo of a key, goes out at once. */
const FIRST_SLICE_TICKS = 16;
/** Two naps that differ by less are one nap that an event broke. */
const SAME_NAP_MILLISECONDS = 100;
/** When nobody has done anything for so long, what may be needed later is fetched. */
const QUIET_MILLISECONDS = 1000;
/** After so long what could not be fetched is asked for again; or when a key is pressed. */
const RETRY_MILLISECONDS = 3000;
/** setTimeout's own limit. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

export class LabHost {
  readonly #factory: LabFactory;
  #setup: LabSetup | undefined;
  #begin: (lab: Promise<HostedLab>) => void = () => {};
  readonly #lab = new Promise<HostedLab>((resolve) => {
    this.#begin = resolve;
  });
  #deliver: Deliver = async () => {};
  /** Settles when the page has taken the last delivery. */
  #taken: Promise<void> = Promise.resolve();
  /** An event has come since the last slice. */
  #isAnswering = true;
  #pumping = false;
  /** Until the first prompt nobody waits for the boot menu to count down: the machine is there, switched on. */
  #isFirstStart = true;
  /** Somebody has done something with the machine. */
  #isInUse = false;
  #napping: { readonly wanted: number; readonly began: number } | undefined;
  #interrupt: (() => void) | undefined;
  #quiet: ReturnType<typeof setTimeout> | undefined;
  /** The page has been told so. */
  #isStalled = false;
  #isWholeWanted = false;
  /** Chunks of verbs (undo, redo) that wait for the pump. */
  #pending: HostedChunk[] = [];

  constructor(factory: LabFactory) {
    this.#factory = factory;
  }

  /** Makes the lab; once, before anything else. What is sent meanwhile waits. */
  async start(beginning: Beginning, deliver: Deliver): Promise<void> {
    this.#deliver = deliver;
    this.#begin(this.#make(beginning));
    this.#wake(await this.#lab);
  }

  async send(event: LabEvent): Promise<void> {
    const lab = await this.#lab;
    lab.send(event);
    clearTimeout(this.#quiet);
    this.#quiet = undefined;
    this.#isAnswering = true;
    this.#isInUse ||= event.kind !== "resize";
    this.#wake(lab);
  }

  async learn(event: LessonEvent): Promise<void> {
    const lab = await this.#lab;
    lab.learn?.(event);
    this.#wake(lab);
  }

  async undo(): Promise<void> {
    const lab = await this.#lab;
    this.#show(lab, lab.undo());
  }

  async redo(): Promise<void> {
    const lab = await this.#lab;
    this.#show(lab, lab.redo());
  }

  /** Tells all of the lab as it stands, for somebody who has just come. */
  async show(): Promise<void> {
    this.#isWholeWanted = true;
    this.#wake(await this.#lab);
  }

  /** Rejects where there is no answer. */
  async ask<Q extends Question>(question: Q): Promise<Answers[Q]> {
    const lab = await this.#lab;
    if (this.#setup === undefined || this.#factory.answer === undefined) throw new Error("internal error: nobody to ask");
    return this.#factory.answer(this.#setup, lab, question, this.#fetchFirst);
  }

  async #make(beginning: Beginning): Promise<HostedLab> {
    this.#setup = beginning.kind === "run" ? beginning.run.setup : beginning.setup;
    const lab =
      beginning.kind === "run" ? await this.#replay(beginning.run) : await this.#factory.create(beginning.setup, this.#fetchFirst);
    if (beginning.kind === "run" || !beginning.isShown) this.#pending.push(...lab.show());
    else this.#isFirstStart = false; // what is shown is a machine at its prompt
    return lab;
  }

  async #replay({ setup, log, proof }: SavedRun): Promise<HostedLab> {
    try {
      const lab = await this.#factory.replay(setup, log, this.#fetchFirst);
      if (proof !== undefined && (await this.#factory.answer?.(setup, lab, "proof", this.#fetchFirst)) !== proof)
        void this.#deliver({ chunks: [], remark: "differs" });
      return lab;
    } catch {
      void this.#deliver({ chunks: [], remark: "unreadable" });
      return this.#factory.create(setup, this.#fetchFirst);
    }
  }

  #show(lab: HostedLab, chunks: readonly HostedChunk[]): void {
    this.#pending.push(...chunks);
    this.#wake(lab);
  }

  #wake(lab: HostedLab): void {
    if (this.#pumping) this.#interrupt?.();
    else void this.#pump(lab);
  }

  async #pump(lab: HostedLab): Promise<void> {
    this.#pumping = true;
    try {
      for (;;) {
        const chunks = [...this.#pending, ...this.#slice(lab)];
        this.#pending = [];
        if (chunks.some((chunk) => chunk.kind === "view" && chunk.view.atPrompt)) this.#isFirstStart = false;
        if (this.#isWholeWanted) await this.#handWhole(lab, chunks);
        else if (lab.idle || (chunks.length > 0 && lab.isMachineIdle === true)) await this.#rest(lab, chunks);
        else if (chunks.length > 0) await this.#hand({ chunks });
        else if (lab.missing === undefined) await nextTask();
        if (lab.missing !== undefined && !this.#isAnswering) {
          await this.#fetch(lab.missing.name, lab);
          continue;
        }
        await this.#tellStalled(false);
        if (!lab.idle || this.#pending.length > 0) continue;
        this.#completeSoon();
        if (lab.sleepsFor === undefined && this.#isInUse && lab.prepare?.() === true) {
          await nextTask();
          continue;
        }
        if (lab.sleepsFor === undefined) return;
        if (this.#isFirstStart || (await this.#nap(lab.sleepsFor))) lab.wake();
      }
    } catch (error) {
      await this.#hand({ chunks: [{ kind: "fault", message: error instanceof Error ? error.message : String(error) }] });
    } finally {
      this.#pumping = false;
    }
  }

  /**
   * Lets `nanoseconds` of the machine's time pass in ours; false when an event came first.
   * Virtual time stands still meanwhile, so a nap that goes on after an event is known by its length and counts what has passed.
   */
  async #nap(nanoseconds: number): Promise<boolean> {
    const wanted = nanoseconds / 1e6;
    const goesOn = this.#napping !== undefined && Math.abs(this.#napping.wanted - wanted) < SAME_NAP_MILLISECONDS;
    const nap = goesOn && this.#napping !== undefined ? this.#napping : { wanted, began: performance.now() };
    this.#napping = nap;
    const ended = await new Promise<boolean>((resolve) => {
      const timer = setTimeout(() => resolve(true), Math.min(nap.began + wanted - performance.now(), LONGEST_TIMEOUT));
      this.#interrupt = () => {
        clearTimeout(timer);
        resolve(false);
      };
    });
    this.#interrupt = undefined;
    if (ended) this.#napping = undefined;
    return ended;
  }

  /** Tries to fetch what the machine needs, then pauses if that failed. An event ends either: it may be the end of the need. */
  async #fetch(name: string, lab: HostedLab): Promise<void> {
    const isThere = await this.#unlessInterrupted(this.#isFetched(name));
    if (isThere !== false) return;
    await this.#tellStalled(true, lab);
    if (!this.#isAnswering) await this.#unlessInterrupted(pause(RETRY_MILLISECONDS));
  }

  /** Before there is a lab. */
  readonly #fetchFirst = async (name: string): Promise<void> => {
    while (!(await this.#isFetched(name))) {
      await this.#tellStalled(true);
      await pause(RETRY_MILLISECONDS);
    }
    await this.#tellStalled(false);
  };

  async #isFetched(name: string): Promise<boolean> {
    try {
      await this.#factory.fetch?.(name);
      return true;
    } catch {
      return false;
    }
  }

  /** Tells the page when that is news, with the run so far. */
  async #tellStalled(isStalled: boolean, lab?: HostedLab): Promise<void> {
    if (isStalled === this.#isStalled) return;
    this.#isStalled = isStalled;
    const run = lab && this.#setup && { setup: this.#setup, log: lab.log() };
    await this.#hand({ chunks: [], remark: isStalled ? "stalled" : "resumed", ...(run && { run }) });
  }

  /** What `work` gives; undefined when an event came first. */
  async #unlessInterrupted<T>(work: Promise<T>): Promise<T | undefined> {
    const result = await Promise.race([work, new Promise<undefined>((resolve) => (this.#interrupt = () => resolve(undefined)))]);
    this.#interrupt = undefined;
    return result;
  }

  #completeSoon(): void {
    // Whoever needs what could not be fetched will say so.
    this.#quiet ??= setTimeout(() => void this.#factory.complete?.().catch(() => undefined), QUIET_MILLISECONDS);
  }

  /** Delivers when the delivery before has been taken. While this one is on its way the next may be made. */
  async #hand(delivery: Delivery): Promise<void> {
    await this.#taken;
    this.#taken = this.#deliver(delivery);
    this.#taken.catch(() => undefined); // told by the next one's await
  }

  async #handWhole(lab: HostedLab, chunks: readonly HostedChunk[]): Promise<void> {
    this.#isWholeWanted = false;
    await this.#hand({ chunks, whole: lab.show(), ...(this.#setup && { run: { setup: this.#setup, log: lab.log() } }) });
  }

  /** The lab has come to rest: hand out the run, unless it has said nothing. */
  async #rest(lab: HostedLab, chunks: readonly HostedChunk[]): Promise<void> {
    if (chunks.length === 0 || this.#setup === undefined) return;
    await this.#hand({ chunks, run: { setup: this.#setup, log: lab.log() } });
  }

  /**
   * One slice. How many ticks that is follows the speed of this computer and the weight of each: a tick may be a shell's command
   * or 64 KiB of output. What is printed never depends on it.
   */
  #slice(lab: HostedLab): readonly HostedChunk[] {
    const ticks = this.#isAnswering ? FIRST_SLICE_TICKS : Infinity;
    this.#isAnswering = false;
    const end = performance.now() + SLICE_MILLISECONDS;
    return lab.run(ticks, () => performance.now() >= end);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Lets the event loop turn once, without the 4 ms that browsers add to nested timeouts. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
