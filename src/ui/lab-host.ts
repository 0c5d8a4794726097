/**
 * Runs one lab and hands out what it says, in a worker or on the page; the same code and the same messages.
 *
 * It works in slices: between two slices events come in, so Ctrl-C reaches a runaway loop. It is never more than one delivery
 * ahead of the page, so a program that never stops printing goes no faster than the page can show.
 */
import type { LabChunk, LabEvent } from "../lab/events.ts";
import type { HostedLab, LabFactory, LabSetup, SavedRun } from "./hosted-lab.ts";

/** What a lab begins with: the run that this browser kept (or a fresh machine when there is none), a fresh machine, or a run in hand. */
export type Beginning =
  | { readonly kind: "kept"; readonly otherwise: LabSetup }
  | { readonly kind: "fresh"; readonly setup: LabSetup }
  | { readonly kind: "run"; readonly run: SavedRun };

/** A run that was kept came from another build and a fresh machine stands in its place; or nothing can be kept here. */
export type Remark = "unreadable" | "keeps nothing";

export interface Delivery {
  readonly chunks: readonly LabChunk[];
  /** The run so far, when the lab has come to rest: what to go on with should this host fall silent. */
  readonly run?: SavedRun;
  readonly remark?: Remark;
}

/** Takes one delivery; the host goes on when the promise resolves. */
export type Deliver = (delivery: Delivery) => Promise<void>;

/** Where runs are kept; see run-store.ts. */
export interface Keeper {
  load(): Promise<SavedRun | undefined>;
  save(run: SavedRun): void;
  available(): Promise<boolean>;
}

/** A slice is as many ticks as take about this long, so that echo stays well under a frame. */
const SLICE_MILLISECONDS = 6;
/** Where a slice's length begins whenever something new is asked. */
const FIRST_SLICE_TICKS = 16;
/** Two naps that differ by less are one nap that an event broke. */
const SAME_NAP_MILLISECONDS = 100;
/** setTimeout's own limit. */
const LONGEST_TIMEOUT = 2 ** 31 - 1;

export class LabHost {
  readonly #factory: LabFactory;
  readonly #keeper: Keeper;
  /** Asked for at once, before anybody says that it is wanted. */
  readonly #kept: Promise<SavedRun | undefined>;
  #setup: LabSetup | undefined;
  #lab: Promise<HostedLab> = Promise.reject(new Error("the lab has not started"));
  #deliver: Deliver = async () => {};
  /** Settles when the page has taken the last delivery. */
  #taken: Promise<void> = Promise.resolve();
  #sliceTicks = FIRST_SLICE_TICKS;
  #pumping = false;
  /** Until the first prompt nobody waits for the boot menu to count down: the machine is there, switched on. */
  #isFirstStart = true;
  #napping: { readonly wanted: number; readonly began: number } | undefined;
  #interrupt: (() => void) | undefined;
  /** Chunks of verbs (undo, redo) that wait for the pump. */
  #pending: LabChunk[] = [];

  constructor(factory: LabFactory, keeper: Keeper) {
    this.#factory = factory;
    this.#keeper = keeper;
    this.#kept = keeper.load();
    this.#lab.catch(() => undefined);
  }

  /** Makes the lab; once, before anything else. What is sent meanwhile waits. */
  async start(beginning: Beginning, deliver: Deliver): Promise<void> {
    this.#deliver = deliver;
    this.#lab = this.#make(beginning);
    const lab = await this.#lab;
    this.#wake(lab);
    if (!(await this.#keeper.available())) await deliver({ chunks: [], remark: "keeps nothing" });
  }

  async send(event: LabEvent): Promise<void> {
    const lab = await this.#lab;
    if (event.kind !== "resize") await this.#factory.complete?.();
    lab.send(event);
    this.#sliceTicks = Math.min(this.#sliceTicks, FIRST_SLICE_TICKS);
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

  async #make(beginning: Beginning): Promise<HostedLab> {
    // Most often nothing was kept: a fresh machine is made while the browser looks.
    const fresh = beginning.kind === "kept" ? this.#factory.create(beginning.otherwise) : undefined;
    const run = beginning.kind === "kept" ? await this.#kept : beginning.kind === "run" ? beginning.run : undefined;
    const setup =
      run?.setup ?? (beginning.kind === "kept" ? beginning.otherwise : beginning.kind === "fresh" ? beginning.setup : undefined);
    if (setup === undefined) throw new Error("internal error: a beginning without a machine");
    this.#setup = setup;
    if (run === undefined) return fresh ?? this.#factory.create(setup);
    try {
      return await this.#factory.replay(setup, run.log);
    } catch {
      void this.#deliver({ chunks: [], remark: "unreadable" });
      return this.#factory.create(setup);
    }
  }

  #show(lab: HostedLab, chunks: readonly LabChunk[]): void {
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
        if (lab.idle) await this.#rest(lab, chunks);
        else if (chunks.length > 0) await this.#hand({ chunks });
        else await nextTask();
        void this.#factory.complete?.().catch(() => undefined); // whoever needs it will say so
        if (!lab.idle || this.#pending.length > 0) continue;
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

  /** Delivers when the delivery before has been taken. While this one is on its way the next may be made. */
  async #hand(delivery: Delivery): Promise<void> {
    await this.#taken;
    this.#taken = this.#deliver(delivery);
    this.#taken.catch(() => undefined); // told by the next one's await
  }

  /** The lab has come to rest: keep the run, hand it out. */
  #rest(lab: HostedLab, chunks: readonly LabChunk[]): Promise<void> {
    if (this.#setup === undefined) return this.#hand({ chunks });
    const run: SavedRun = { setup: this.#setup, log: lab.log() };
    this.#keeper.save(run);
    return this.#hand({ chunks, run });
  }

  /**
   * One slice. Its length in ticks follows the speed of this computer and the weight of what runs: a tick may be a shell's
   * command or 64 KiB of output. What is printed never depends on it.
   */
  #slice(lab: HostedLab): readonly LabChunk[] {
    const before = lab.tick;
    const started = performance.now();
    const chunks = lab.run(this.#sliceTicks);
    const took = performance.now() - started;
    if (took > SLICE_MILLISECONDS * 1.5) this.#sliceTicks = Math.max(1, this.#sliceTicks >> 1);
    else if (took < SLICE_MILLISECONDS / 2 && lab.tick - before >= this.#sliceTicks) this.#sliceTicks *= 2;
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
