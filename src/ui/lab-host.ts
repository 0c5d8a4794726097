/**
 * Runs one lab and hands out what it says, in a worker or on the page; the same code and the same messages.
 *
 * It works in slices: between two slices events come in, so Ctrl-C reaches a runaway loop. It waits for each delivery to be
 * taken, so a program that never stops printing goes no faster than the page can show.
 */
import type { LabChunk, LabEvent } from "../lab/events.ts";
import type { HostedLab, LabFactory, LabSetup } from "./hosted-lab.ts";

export interface Delivery {
  readonly chunks: readonly LabChunk[];
  /** The log as it stands, sent when the lab has come to rest; what the page keeps. */
  readonly log?: unknown;
}

/** Takes one delivery; the host goes on when the promise resolves. */
export type Deliver = (delivery: Delivery) => Promise<void>;

/** A slice is as many ticks as take about this long, so that echo stays well under a frame. */
const SLICE_MILLISECONDS = 6;
const FIRST_SLICE_TICKS = 2000;
/** Two naps that differ by less are one nap that an event broke. */
const SAME_NAP_MILLISECONDS = 100;
/** setTimeout's own limit. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

export class LabHost {
  readonly #factory: LabFactory;
  #lab: HostedLab | undefined;
  #deliver: Deliver = async () => {};
  #sliceTicks = FIRST_SLICE_TICKS;
  #pumping = false;
  #napping: { readonly wanted: number; readonly began: number } | undefined;
  #interrupt: (() => void) | undefined;
  /** Chunks of verbs (undo, reset) that wait for the pump. */
  #pending: LabChunk[] = [];

  constructor(factory: LabFactory) {
    this.#factory = factory;
  }

  /** A fresh lab, or the one that `log` tells of. Rejects when the log cannot be replayed. */
  start(setup: LabSetup, log: unknown, deliver: Deliver): void {
    this.#deliver = deliver;
    this.#lab = log === undefined ? this.#factory.create(setup) : this.#factory.replay(setup, log);
    this.#wake();
  }

  send(event: LabEvent): void {
    this.#running().send(event);
    this.#wake();
  }

  undo(): void {
    this.#show(this.#running().undo());
  }

  redo(): void {
    this.#show(this.#running().redo());
  }

  reset(): void {
    this.#show(this.#running().reset());
  }

  #running(): HostedLab {
    if (this.#lab === undefined) throw new Error("the lab has not started");
    return this.#lab;
  }

  #show(chunks: readonly LabChunk[]): void {
    this.#pending.push(...chunks);
    this.#wake();
  }

  #wake(): void {
    if (this.#pumping) this.#interrupt?.();
    else void this.#pump();
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    try {
      for (;;) {
        const chunks = [...this.#pending, ...this.#slice()];
        this.#pending = [];
        const lab = this.#running();
        if (lab.idle) await this.#deliver({ chunks, log: lab.log() });
        else if (chunks.length > 0) await this.#deliver({ chunks });
        else await nextTask();
        if (!lab.idle || this.#pending.length > 0) continue;
        if (lab.sleepsFor === undefined) return;
        if (await this.#nap(lab.sleepsFor)) lab.wake();
      }
    } catch (error) {
      await this.#deliver({ chunks: [{ kind: "fault", message: error instanceof Error ? error.message : String(error) }] });
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

  /** One slice; its length in ticks follows the speed of this computer. What is printed never depends on it. */
  #slice(): readonly LabChunk[] {
    const started = performance.now();
    const chunks = this.#running().run(this.#sliceTicks);
    const took = performance.now() - started;
    if (took > SLICE_MILLISECONDS * 1.5) this.#sliceTicks = Math.max(50, Math.round(this.#sliceTicks / 2));
    else if (took < SLICE_MILLISECONDS / 2) this.#sliceTicks = Math.min(200_000, Math.round(this.#sliceTicks * 1.5));
    return chunks;
  }
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
