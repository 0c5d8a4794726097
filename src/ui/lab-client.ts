/**
 * The page's end of a lab: starts it in a worker where one can be had, else on the page, keeps its run, and restores it when it falls
 * silent.
 *
 * Calls never wait: what comes back comes as deliveries. A worker that leaves a call unanswered for two seconds is ended
 * and a new one starts from the last run that the old one handed out.
 */
import { proxy, wrap } from "comlink";
import type { LessonEvent } from "../course/lesson-view.ts";
import type { LabEvent } from "../lab/events.ts";
import type { Answers, Question } from "./answers.ts";
import type { LabSetup, SavedRun } from "./hosted-lab.ts";
import type { Beginning, Deliver, LabHost, Remark } from "./lab-host.ts";

/** How the client tells its page what became of the lab. */
export interface LabWatcher {
  readonly deliver: Deliver;
  remark(remark: Remark): void;
}

/** Where runs are kept; see browser-store.ts. */
export interface Keeper {
  load(): Promise<SavedRun | undefined>;
  save(run: SavedRun): void;
  available(): Promise<boolean>;
}

/** What a page begins with where no run was kept. */
export interface FirstLab {
  readonly setup: LabSetup;
  /** Settles when the page shows what a fresh lab shows at first, which it may know before the lab is there. */
  readonly shown?: Promise<unknown>;
}

export interface LabPlaces {
  /** Starts a worker with a host in it; throws where the browser allows none. */
  startWorker(): Worker;
  /** The worker gets a script, and can answer nothing meanwhile. Asked where that may be. */
  isFetching?(): boolean;
  /** A host on the page itself. */
  openHere(): Promise<Host>;
}

/** A host as seen from here, wherever it runs. */
export type Host = Pick<LabHost, "start" | "send" | "learn" | "undo" | "redo" | "show" | "ask">;

type Call = (host: Host) => Promise<void>;

const SILENCE_MILLISECONDS = 2000;
/** Loading is work, not silence, and so is replaying a log, which may take as long as all that the machine did. */
const START_MILLISECONDS = 600_000;
const WATCH_MILLISECONDS = 250;
/** A start that takes so long is told of: the kept run is replayed, which takes as long as the machine was busy in it. */
const LONG_START_MILLISECONDS = 1500;

interface Pending {
  readonly call: Call;
  /** Counted in turns of the watch, not by a clock: a page that was frozen has not been left waiting. */
  turns: number;
  readonly limit: number;
}

export class LabClient {
  readonly #places: LabPlaces;
  readonly #keeper: Keeper;
  readonly #watcher: Promise<LabWatcher>;
  #watch: (watcher: LabWatcher) => void = () => {};
  readonly #setup: LabSetup;
  #beginning: Beginning;
  #lastRun: SavedRun | undefined;
  #host: Promise<Host>;
  #worker: Worker | undefined;
  #clock: ReturnType<typeof setInterval> | undefined;
  #pending = new Set<Pending>();
  /** The host has said something, so it has loaded. */
  #isHeard = false;
  /** The page has been told that a run is being replayed. */
  #isLongStart = false;
  /** Counts hosts, so that late words of an ended one are not heard. */
  #generation = 0;

  /** Opens a host that begins with the run that this browser kept, or with `first`. */
  constructor(places: LabPlaces, first: FirstLab, keeper: Keeper) {
    this.#places = places;
    this.#keeper = keeper;
    this.#setup = first.setup;
    this.#watcher = new Promise((resolve) => {
      this.#watch = resolve;
    });
    this.#beginning = { kind: "fresh", setup: first.setup, isShown: false };
    this.#host = this.#first(first);
    this.#begin();
  }

  /**
   * Decides what to begin with. What can be shown without a host is painted first: on two cores the host's start would hold that up
   * and gain nothing.
   */
  async #first({ setup, shown }: FirstLab): Promise<Host> {
    const generation = this.#generation;
    const run = await this.#keeper.load();
    if (!(await this.#keeper.available())) void this.#watcher.then((watcher) => watcher.remark("keeps nothing"));
    const isWanted = (): boolean => generation === this.#generation;
    if (isWanted()) this.#beginning = run === undefined ? { kind: "fresh", setup, isShown: shown !== undefined } : { kind: "run", run };
    await shown;
    // Unless the learner was quicker and started over: what waits for this host is not wanted any more then.
    return isWanted() ? this.#open() : new Promise<never>(() => {});
  }

  /** Who is told what comes; deliveries wait until somebody is. */
  watch(watcher: LabWatcher): void {
    this.#watch(watcher);
  }

  /** Ends what runs and starts a fresh machine of that flavour. */
  startOver(flavour: string): void {
    this.#lastRun = undefined;
    this.#restart({ kind: "fresh", setup: { ...this.#setup, flavour }, isShown: false });
  }

  /** Ends what runs and goes on with another run. */
  goOn(run: SavedRun): void {
    this.#keep(run);
    this.#restart({ kind: "run", run });
  }

  send(event: LabEvent): void {
    this.#call((host) => host.send(event));
  }

  learn(event: LessonEvent): void {
    this.#call((host) => host.learn(event));
  }

  undo(): void {
    this.#call((host) => host.undo());
  }

  redo(): void {
    this.#call((host) => host.redo());
  }

  /** Has all told again, for somebody who has just come. */
  show(): void {
    this.#call((host) => host.show());
  }

  /** Rejects where there is no answer; however long it takes. */
  async ask<Q extends Question>(question: Q): Promise<Answers[Q]> {
    return (await this.#host).ask(question);
  }

  /** Ends the worker and the watch; nothing more is heard. */
  close(): void {
    this.#end();
    this.#generation++;
  }

  #begin(): void {
    const deliver = this.#deliverer(this.#generation);
    this.#call((host) => host.start(this.#beginning, this.#worker === undefined ? deliver : proxy(deliver)), START_MILLISECONDS);
  }

  #open(): Promise<Host> {
    let worker: Worker;
    try {
      worker = this.#places.startWorker();
    } catch {
      return this.#openHere();
    }
    this.#worker = worker;
    this.#clock = setInterval(() => this.#look(), WATCH_MILLISECONDS);
    // A worker that cannot be loaded (blocked by a policy, no network) tells so by an event; the page takes over.
    worker.addEventListener("error", () => {
      if (this.#worker === worker && !this.#isHeard) this.#moveHere();
    });
    return Promise.resolve(wrap<LabHost>(worker) as unknown as Host);
  }

  #openHere(): Promise<Host> {
    const host = this.#places.openHere();
    host.catch(() => undefined); // told by the calls that wait for it
    return host;
  }

  #restart(beginning: Beginning): void {
    this.#end();
    this.#beginning = beginning;
    this.#host = this.#open();
    this.#begin();
  }

  /** Everything that the worker has not answered is asked again. */
  #moveHere(): void {
    const calls = [...this.#pending].map(({ call }) => call).slice(1);
    this.#end();
    this.#host = this.#openHere();
    this.#begin();
    for (const call of calls) this.#call(call);
  }

  #deliverer(generation: number): Deliver {
    return async (delivery) => {
      if (generation !== this.#generation) return;
      if (!this.#isHeard && this.#isLongStart) void this.#watcher.then((watcher) => watcher.remark("replayed"));
      this.#isHeard = true;
      this.#isLongStart = false;
      if (delivery.run !== undefined) this.#keep(delivery.run);
      const watcher = await this.#watcher;
      if (generation !== this.#generation) return;
      if (delivery.remark !== undefined) watcher.remark(delivery.remark);
      await watcher.deliver(delivery);
    };
  }

  #keep(run: SavedRun): void {
    this.#lastRun = run;
    this.#keeper.save(run);
  }

  #call(call: Call, limit = SILENCE_MILLISECONDS): void {
    const generation = this.#generation;
    const among = this.#pending;
    // While the host starts, what is asked of it waits behind the start.
    const isStarting = [...among].some((other) => other.limit === START_MILLISECONDS);
    const pending: Pending = { call, turns: 0, limit: isStarting ? START_MILLISECONDS : limit };
    among.add(pending);
    void this.#host
      .then(call)
      .catch(async (error: unknown) => {
        if (generation !== this.#generation) return;
        const message = error instanceof Error ? error.message : String(error);
        await (await this.#watcher).deliver({ chunks: [{ kind: "fault", message }] });
      })
      .finally(() => among.delete(pending));
  }

  #look(): void {
    if (this.#places.isFetching?.()) return;
    for (const pending of this.#pending) {
      if (pending.limit === START_MILLISECONDS && pending.turns * WATCH_MILLISECONDS === LONG_START_MILLISECONDS) this.#tellOfReplay();
      if (++pending.turns * WATCH_MILLISECONDS <= pending.limit) continue;
      void this.#watcher.then((watcher) => watcher.remark("silent"));
      this.#restart(this.#lastRun === undefined ? unshown(this.#beginning) : { kind: "run", run: this.#lastRun });
      return;
    }
  }

  #tellOfReplay(): void {
    const isRestart = this.#lastRun !== undefined;
    if (isRestart || this.#isHeard || this.#isLongStart || this.#beginning.kind !== "run") return;
    this.#isLongStart = true;
    void this.#watcher.then((watcher) => watcher.remark("replaying"));
  }

  #end(): void {
    clearInterval(this.#clock);
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#pending = new Set();
    this.#isHeard = false;
    this.#isLongStart = false;
    this.#generation++;
  }
}

function unshown(beginning: Beginning): Beginning {
  return beginning.kind === "fresh" ? { ...beginning, isShown: false } : beginning;
}
