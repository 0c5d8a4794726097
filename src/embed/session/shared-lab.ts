/** One machine that several pages look at and type into. Each has a `Viewer`, which is to it what a lab is to a page of its own. */
import type { LabEvent } from "../../lab/events.ts";
import type { Answers, Question } from "../../ui/answers.ts";
import { LabClient, type Host, type Keeper, type LabPlaces } from "../../ui/lab-client.ts";
import type { Beginning, Deliver, Delivery } from "../../ui/lab-host.ts";

/** How long the machine waits for a page that shows nothing, e.g. because it is frozen. */
const TAKING_MILLISECONDS = 200;
/** Nobody keeps the others from typing for longer. */
const TURN_MILLISECONDS = 120_000;

type Resize = Extract<LabEvent, { readonly kind: "resize" }>;

/** A machine's place among several pages. */
export interface Place extends Host {
  /** Resolves when nobody else types lines, until `turnOver`. */
  turn(): Promise<void>;
  turnOver(): Promise<void>;
}

export class SharedLab {
  readonly #places: LabPlaces;
  #client: LabClient | undefined;
  readonly #viewers = new Set<Viewer>();
  /** Who did something last: the terminals of the machine are as large as theirs. */
  #latest: Viewer | undefined;
  readonly #sizes = new Map<number, string>();
  #turn: Promise<void> = Promise.resolve();
  #begun: () => void = () => {};
  /** Settles when the machine has been started; until then only who starts it may do anything. */
  readonly begun = new Promise<void>((resolve) => {
    this.#begun = resolve;
  });

  /** The machine starts in one of `places` when somebody looks. */
  constructor(places: LabPlaces) {
    this.#places = places;
  }

  view(): Viewer {
    return new Viewer(this);
  }

  /** The machine, for somebody who looks from now on. */
  look(viewer: Viewer, beginning: Beginning): void {
    this.#viewers.add(viewer);
    if (this.#client === undefined) this.#client = this.#begin(beginning);
    else void viewer.show();
  }

  leave(viewer: Viewer): void {
    this.#viewers.delete(viewer);
    viewer.release();
  }

  get client(): LabClient {
    if (this.#client === undefined) throw new Error("internal error: nobody looks at this machine");
    return this.#client;
  }

  restart(viewer: Viewer, beginning: Beginning): void {
    this.#latest = viewer;
    this.#sizes.clear();
    if (beginning.kind === "run") this.client.goOn(beginning.run);
    else this.client.startOver(beginning.setup.flavour);
  }

  send(viewer: Viewer, event: LabEvent): void {
    this.#latest ??= viewer;
    if (event.kind === "resize") return viewer === this.#latest ? this.#resize(event) : undefined;
    this.#latest = viewer;
    for (const size of viewer.sizes.values()) this.#resize(size);
    this.client.send(event);
  }

  /** Resolves when all who were here before have had their turns. */
  queue(over: Promise<void>): Promise<void> {
    const before = this.#turn;
    this.#turn = Promise.all([before, over]).then(() => undefined);
    return before;
  }

  #resize(event: Resize): void {
    const size = `${event.columns} ${event.rows}`;
    if (this.#sizes.get(event.tty) === size) return;
    this.#sizes.set(event.tty, size);
    this.client.send(event);
  }

  #begin(beginning: Beginning): LabClient {
    const run = beginning.kind === "run" ? beginning.run : undefined;
    const keeper: Keeper = { load: () => Promise.resolve(run), save: () => {}, available: () => Promise.resolve(true) };
    const isShown = beginning.kind === "fresh" && beginning.isShown;
    const setup = beginning.kind === "run" ? beginning.run.setup : beginning.setup;
    const client = new LabClient(this.#places, { setup, ...(isShown && { shown: Promise.resolve() }) }, keeper);
    this.#begun();
    client.watch({
      // The client has told its remark.
      deliver: ({ remark: _told, ...delivery }) => this.#tell(delivery),
      remark: (remark) => void this.#tell({ chunks: [], remark }),
    });
    return client;
  }

  async #tell(delivery: Delivery): Promise<void> {
    await Promise.all([...this.#viewers].map((viewer) => viewer.take(delivery)));
  }
}

export class Viewer implements Place {
  readonly #lab: SharedLab;
  #deliver: Deliver | undefined;
  /** It has come, and must be shown the whole first. */
  #isNew = false;
  /** Deliveries that have not been taken; nobody waits for who is late already. */
  #owed = 0;
  /** Of this page's terminals. */
  readonly sizes = new Map<number, Resize>();
  #release: () => void = () => {};

  constructor(lab: SharedLab) {
    this.#lab = lab;
  }

  /** Looks, at first; later it begins anew, for all. */
  start(beginning: Beginning, deliver: Deliver): Promise<void> {
    const isFirst = this.#deliver === undefined;
    this.#deliver = deliver;
    if (isFirst) this.#lab.look(this, beginning);
    else this.#lab.restart(this, beginning);
    return Promise.resolve();
  }

  leave(): void {
    this.#lab.leave(this);
  }

  async take({ whole, ...all }: Delivery): Promise<void> {
    const isWhole = whole !== undefined || all.chunks.some(({ kind }) => kind === "screen");
    if (this.#isNew && !isWhole) return;
    const delivery = this.#isNew && whole !== undefined ? { ...all, chunks: whole } : all;
    this.#isNew = false;
    const taken = this.#deliver?.(delivery).finally(() => this.#owed--);
    taken?.catch(() => undefined); // a page that is gone
    if (this.#owed++ === 0) await Promise.race([taken, pause(TAKING_MILLISECONDS)]);
  }

  send(event: LabEvent): Promise<void> {
    if (event.kind === "resize") this.sizes.set(event.tty, event);
    this.#lab.send(this, event);
    return Promise.resolve();
  }

  /** There are no lessons in a session. */
  learn(): Promise<void> {
    return Promise.resolve();
  }

  undo(): Promise<void> {
    this.#lab.client.undo();
    return Promise.resolve();
  }

  redo(): Promise<void> {
    this.#lab.client.redo();
    return Promise.resolve();
  }

  show(): Promise<void> {
    this.#isNew = true;
    this.#lab.client.show();
    return Promise.resolve();
  }

  ask<Q extends Question>(question: Q): Promise<Answers[Q]> {
    return this.#lab.client.ask(question);
  }

  async turn(): Promise<void> {
    let release = (): void => {};
    const over = new Promise<void>((resolve) => (release = resolve));
    this.#release();
    this.#release = release;
    await this.#lab.queue(over);
    setTimeout(release, TURN_MILLISECONDS);
  }

  turnOver(): Promise<void> {
    this.release();
    return Promise.resolve();
  }

  release(): void {
    this.#release();
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
