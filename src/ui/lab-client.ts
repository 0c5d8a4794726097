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

function deferred<T>(): { readonly promise: Promise<T>; resolve(value: T | Promise<T>): void } {
  let resolve: (value: T | Promise<T>) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

export class LabClient {
  readonly #startWorker: StartWorker;
  readonly #loadFactory: () => Promise<LabFactory>;
  readonly #watcher: LabWatcher;
  #setup: LabSetup;
  #log: unknown;
  /** Opened at once; the first call is always `start`, whatever the page asks before. */
  #opened: Promise<Host>;
  #started: { readonly promise: Promise<Host>; resolve(host: Promise<Host>): void } = deferred();
  #worker: Worker | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #pending = new Set<PendingCall>();
  /** Calls that a host on the page gets when the worker turns out not to load. */
  #unanswered = new Set<(host: Host) => Promise<void>>();
  #hasStarted = false;
  /** Counts restarts, so that late words of an ended worker are not heard. */
  #generation = 0;

  constructor(startWorker: StartWorker, loadFactory: () => Promise<LabFactory>, setup: LabSetup, watcher: LabWatcher) {
    this.#startWorker = startWorker;
    this.#loadFactory = loadFactory;
    this.#setup = setup;
    this.#watcher = watcher;
    this.#opened = this.#open(this.#generation);
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
    this.#setup = setup;
    this.#log = log;
    if (this.#hasStarted) this.#reopen(false);
    this.#begin();
  }

  /** The first call to a fresh host. What was asked before it, and what comes after, waits its turn. */
  #begin(): void {
    this.#hasStarted = true;
    const generation = this.#generation;
    const log = this.#log;
    const opened = this.#opened;
    const started = this.#started;
    this.#track(async () => {
      const host = await opened;
      const start = host.start(this.#setup, log, this.#heard(generation));
      started.resolve(opened);
      try {
        await start;
      } catch (error) {
        if (log === undefined || generation !== this.#generation) throw error;
        this.#log = undefined;
        this.#watcher.restored("unreadable");
        await host.start(this.#setup, undefined, this.#heard(generation));
      }
    }, START_MILLISECONDS);
  }

  /** Ends what runs and opens another host. */
  #reopen(onPage: boolean): void {
    this.#end();
    this.#generation++;
    this.#started = deferred();
    this.#opened = onPage ? this.#openOnPage() : this.#open(this.#generation);
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
    const unanswered = [...this.#unanswered];
    this.#reopen(true);
    if (this.#hasStarted) this.#begin();
    for (const use of unanswered) this.#call(use);
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

  #call(use: (host: Host) => Promise<void>): void {
    const started = this.#started.promise;
    const among = this.#unanswered;
    among.add(use);
    void started.then((host) => {
      this.#track(() => use(host).finally(() => among.delete(use)), SILENCE_MILLISECONDS);
    });
  }

  /** Watches that a call is answered, and tells its failure. */
  #track(call: () => Promise<void>, limit: number): void {
    const generation = this.#generation;
    const pending: PendingCall = { turns: 0, limit };
    const among = this.#pending;
    among.add(pending);
    void call()
      .catch((error: unknown) => {
        if (generation !== this.#generation) return;
        const message = error instanceof Error ? error.message : String(error);
        return this.#watcher.deliver({ chunks: [{ kind: "fault", message }] });
      })
      .finally(() => among.delete(pending));
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
    this.#unanswered = new Set();
  }
}
