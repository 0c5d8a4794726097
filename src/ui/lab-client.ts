/**
 * The page's end of a lab: starts it in a worker where one can be had, else on the page, and restores it when it falls silent.
 *
 * Calls never wait: what comes back comes as deliveries. A worker that leaves a call unanswered for two seconds is ended
 * and a new one starts from the last log that the old one handed out.
 */
import { proxy, wrap } from "comlink";
import type { LabEvent } from "../lab/events.ts";
import type { LabFactory, LabSetup } from "./hosted-lab.ts";
import { LabHost, type Deliver } from "./lab-host.ts";

/** How the client tells its page what became of the lab. */
export interface LabWatcher {
  readonly deliver: Deliver;
  /** The log as the lab came to rest; keep it. */
  saved(setup: LabSetup, log: unknown): void;
  /** The worker fell silent and the run was restored from the last log, or a log could not be replayed and a fresh machine started. */
  restored(reason: "silent" | "unreadable"): void;
}

/** Starts a worker with the lab in it; throws where the browser allows none. */
export type StartWorker = () => Worker;

const SILENCE_MILLISECONDS = 2000;
/** Replaying a long log is work, not silence. */
const START_MILLISECONDS = 30_000;
const WATCH_MILLISECONDS = 250;

/** A host as seen from here, wherever it runs. */
interface Host {
  start(setup: LabSetup, log: unknown, deliver: Deliver): Promise<void>;
  send(event: LabEvent): Promise<void>;
  undo(): Promise<void>;
  redo(): Promise<void>;
  reset(): Promise<void>;
}

interface PendingCall {
  /** Counted in turns of the watch, not by a clock: a page that was frozen has not been left waiting. */
  turns: number;
  readonly limit: number;
}

export class LabClient {
  readonly #startWorker: StartWorker;
  readonly #loadFactory: () => Promise<LabFactory>;
  readonly #watcher: LabWatcher;
  #setup: LabSetup;
  #log: unknown;
  #host: Promise<Host> | undefined;
  #worker: Worker | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #pending = new Set<PendingCall>();
  /** Counts restarts, so that late words of an ended worker are not heard. */
  #generation = 0;

  constructor(startWorker: StartWorker, loadFactory: () => Promise<LabFactory>, setup: LabSetup, watcher: LabWatcher) {
    this.#startWorker = startWorker;
    this.#loadFactory = loadFactory;
    this.#setup = setup;
    this.#watcher = watcher;
  }

  /** "worker" or "page", once it is known. */
  get place(): "worker" | "page" {
    return this.#worker === undefined ? "page" : "worker";
  }

  get setup(): LabSetup {
    return this.#setup;
  }

  /** Starts the lab, from `log` if there is one. */
  start(setup: LabSetup, log: unknown): void {
    this.#end();
    this.#setup = setup;
    this.#log = log;
    const generation = ++this.#generation;
    this.#host = this.#open(generation);
    this.#call(async (host) => {
      try {
        await host.start(setup, log, this.#heard(generation));
      } catch (error) {
        if (log === undefined) throw error;
        this.#log = undefined;
        this.#watcher.restored("unreadable");
        await host.start(setup, undefined, this.#heard(generation));
      }
    }, START_MILLISECONDS);
  }

  send(event: LabEvent): void {
    this.#call((host) => host.send(event));
  }

  undo(): void {
    this.#call((host) => host.undo());
  }

  redo(): void {
    this.#call((host) => host.redo());
  }

  reset(): void {
    this.#call((host) => host.reset());
  }

  /** Ends the worker and the watch; nothing more is heard. */
  close(): void {
    this.#end();
    this.#generation++;
  }

  #open(generation: number): Promise<Host> {
    let worker: Worker;
    try {
      worker = this.#startWorker();
    } catch {
      return this.#openOnPage();
    }
    this.#worker = worker;
    this.#watch = setInterval(() => this.#look(), WATCH_MILLISECONDS);
    // A worker that cannot load (blocked by a policy, no network) tells so by an event; the page takes over.
    worker.addEventListener("error", () => {
      if (generation === this.#generation && this.#worker === worker) this.#moveToPage();
    });
    return Promise.resolve(wrap<LabHost>(worker));
  }

  async #openOnPage(): Promise<Host> {
    this.#worker = undefined;
    const host = new LabHost(await this.#loadFactory());
    return {
      start: async (setup, log, deliver) => host.start(setup, log, deliver),
      send: async (event) => host.send(event),
      undo: async () => host.undo(),
      redo: async () => host.redo(),
      reset: async () => host.reset(),
    };
  }

  #moveToPage(): void {
    this.#end();
    const generation = ++this.#generation;
    this.#host = this.#openOnPage();
    this.#call((host) => host.start(this.#setup, this.#log, this.#heard(generation)), START_MILLISECONDS);
  }

  #heard(generation: number): Deliver {
    const deliver: Deliver = async (delivery) => {
      if (generation !== this.#generation) return;
      if (delivery.log !== undefined) {
        this.#log = delivery.log;
        this.#watcher.saved(this.#setup, delivery.log);
      }
      await this.#watcher.deliver(delivery);
    };
    return this.#worker === undefined ? deliver : proxy(deliver);
  }

  #call(use: (host: Host) => Promise<void>, limit = SILENCE_MILLISECONDS): void {
    const host = this.#host;
    if (host === undefined) return;
    const generation = this.#generation;
    const call: PendingCall = { turns: 0, limit };
    this.#pending.add(call);
    void host
      .then(use)
      .catch((error: unknown) => {
        if (generation !== this.#generation) return;
        const message = error instanceof Error ? error.message : String(error);
        return this.#watcher.deliver({ chunks: [{ kind: "fault", message }] });
      })
      .finally(() => this.#pending.delete(call));
  }

  #look(): void {
    for (const call of this.#pending) {
      if (++call.turns * WATCH_MILLISECONDS <= call.limit) continue;
      this.#watcher.restored("silent");
      this.start(this.#setup, this.#log);
      return;
    }
  }

  #end(): void {
    clearInterval(this.#watch);
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#pending = new Set();
  }
}
