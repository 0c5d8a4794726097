/** A frame's place at a machine that the frames of its page share: it holds the machine, or is connected to the one that does. */
import type { LabEvent } from "../../lab/events.ts";
import type { Answers, Question } from "../../ui/answers.ts";
import type { SavedRun } from "../../ui/hosted-lab.ts";
import type { LabPlaces } from "../../ui/lab-client.ts";
import type { Beginning, Deliver, Delivery } from "../../ui/lab-host.ts";
import { Guest, Seat, type Join } from "../protocol.ts";
import { Line } from "./line.ts";
import { OF_GUEST, OF_HOLDER } from "./protocol.ts";
import { SharedLab, type Place } from "./shared-lab.ts";

const JOIN_MILLISECONDS = 500;
/** A page whose script has not answered by then has none. */
const MOST_JOINS = 10;

/** As much of a window as is needed. */
export interface Around {
  addEventListener(type: "message", listener: (event: MessageEvent<unknown>) => void): void;
  /** The page around the frame. */
  readonly host: Pick<Window, "postMessage"> | null;
  /** The only origin that is heard, where it is known. */
  readonly origin: string | undefined;
}

/** "alone": the page has no script that brings frames together. "another": its session has the machine `machine`. */
export type Seated = { readonly place: "holder" | "guest" | "alone" } | { readonly place: "another"; readonly machine: string };

export class Session implements Place {
  readonly #places: LabPlaces;
  /** Settles when the page has answered. */
  readonly seated: Promise<Seated>;
  #seat: (seated: Seated) => void = () => {};
  #isSeated = false;
  #shared: SharedLab | undefined;
  #place: Place | undefined;
  #line: Line | undefined;
  #tellMoved: () => void = () => {};
  #moved: Promise<void> = Promise.resolve();
  #begun: { readonly beginning: Beginning; readonly deliver: Deliver } | undefined;
  /** What to go on with when the holder has left. */
  #lastRun: SavedRun | undefined;

  constructor(places: LabPlaces, { session, machine }: Pick<Join, "session" | "machine">, around: Around) {
    this.#places = places;
    this.seated = new Promise((resolve) => {
      this.#seat = (seated) => {
        this.#isSeated = true;
        resolve(seated);
      };
    });
    const join: Join = { imm: 1, t: "join", id: Math.random().toString(36).slice(2), session, machine };
    around.addEventListener("message", ({ source, origin, data, ports: [port] }) => {
      if (around.host === null || source !== around.host || (around.origin !== undefined && origin !== around.origin)) return;
      const seat = Seat.safeParse(data);
      if (seat.success && seat.data.id === join.id) this.#sit(seat.data, port);
      const guest = Guest.safeParse(data);
      if (guest.success && guest.data.id === join.id && port !== undefined) this.#receive(port);
    });
    this.#join(around, join, 0);
  }

  /** For a page whose lab this is. */
  get places(): LabPlaces {
    return {
      startWorker: () => {
        throw new Error("this lab is elsewhere");
      },
      openHere: () => Promise.resolve(this),
    };
  }

  start(beginning: Beginning, deliver: Deliver): Promise<void> {
    this.#begun = { beginning, deliver };
    return this.#here.start(beginning, this.#hear);
  }

  send(event: LabEvent): Promise<void> {
    return this.#here.send(event);
  }

  learn(): Promise<void> {
    return Promise.resolve();
  }

  undo(): Promise<void> {
    return this.#here.undo();
  }

  redo(): Promise<void> {
    return this.#here.redo();
  }

  show(): Promise<void> {
    return this.#here.show();
  }

  ask<Q extends Question>(question: Q): Promise<Answers[Q]> {
    return this.#surely((place) => place.ask(question));
  }

  turn(): Promise<void> {
    return this.#surely((place) => place.turn());
  }

  turnOver(): Promise<void> {
    return this.#here.turnOver();
  }

  get #here(): Place {
    if (this.#place === undefined) throw new Error("internal error: no place at this machine");
    return this.#place;
  }

  /** Asks once more when who was asked has left. */
  async #surely<T>(ask: (place: Place) => Promise<T>): Promise<T> {
    let isAnswered = false;
    const answer = ask(this.#here).finally(() => (isAnswered = true));
    return Promise.race([answer, this.#moved.then(() => (isAnswered ? answer : this.#surely(ask)))]);
  }

  readonly #hear = (delivery: Delivery): Promise<void> => {
    if (delivery.run !== undefined) this.#lastRun = delivery.run;
    return this.#begun?.deliver(delivery) ?? Promise.resolve();
  };

  #join(around: Around, join: Join, times: number): void {
    if (this.#isSeated) return;
    if (around.host === null || times >= MOST_JOINS) {
      this.#move(this.#hold());
      return this.#seat({ place: "alone" });
    }
    // Nothing in it is secret.
    around.host.postMessage(join, around.origin ?? "*");
    setTimeout(() => this.#join(around, join, times + 1), JOIN_MILLISECONDS);
  }

  #sit({ holds, machine }: Seat, port: MessagePort | undefined): void {
    if (this.#shared !== undefined) return; // who holds the machine goes on holding it
    if (holds) this.#move(this.#hold());
    else if (port !== undefined) this.#move(this.#visit(port));
    this.#seat(holds ? { place: "holder" } : port !== undefined ? { place: "guest" } : { place: "another", machine });
  }

  /** From now on the machine is there. What was shown stays until it shows itself. */
  #move(place: Place): void {
    this.#place = place;
    this.#tellMoved();
    this.#moved = new Promise((resolve) => (this.#tellMoved = resolve));
    if (this.#begun === undefined) return;
    const { beginning } = this.#begun;
    const run = this.#lastRun;
    void place.start(run ? { kind: "run", run } : beginning.kind === "run" ? beginning : { ...beginning, isShown: false }, this.#hear);
  }

  #hold(): Place {
    this.#line?.close();
    this.#shared = new SharedLab(this.#places);
    return this.#shared.view();
  }

  #visit(port: MessagePort): Place {
    this.#line?.close();
    let deliver: Deliver = () => Promise.resolve();
    let isLooking = false;
    const line = new Line(port, OF_GUEST, { deliver: (delivery: Delivery) => deliver(delivery) });
    this.#line = line;
    return {
      start(beginning, deliverer) {
        deliver = deliverer;
        const isFirst = !isLooking;
        isLooking = true;
        if (isFirst) return line.ask("look");
        return beginning.kind === "run"
          ? line.ask("goOn", { run: beginning.run })
          : line.ask("startOver", { flavour: beginning.setup.flavour });
      },
      send: (event) => line.ask("send", { event }),
      learn: () => Promise.resolve(),
      undo: () => line.ask("undo"),
      redo: () => line.ask("redo"),
      show: () => line.ask("look"),
      ask: (question) => line.ask("ask", { question }),
      turn: () => line.ask("turn"),
      turnOver: () => line.ask("turnOver"),
    };
  }

  /** Somebody would like to look at the machine that is here. */
  #receive(port: MessagePort): void {
    const shared = this.#shared;
    if (shared === undefined) return port.close();
    const viewer = shared.view();
    const begin = (beginning: Beginning): Promise<void> => viewer.start(beginning, (delivery) => line.ask("deliver", delivery));
    const setup = { machine: "", flavour: "" };
    let isLooking = false;
    // What comes before this frame's own page has started the machine waits for it.
    const later =
      <P>(work: (parameters: P) => Promise<unknown>) =>
      async (parameters: P) => {
        await shared.begun;
        return work(parameters);
      };
    const line = new Line(
      port,
      OF_HOLDER,
      {
        look: later(() => {
          if (isLooking) return viewer.show();
          isLooking = true;
          return begin({ kind: "fresh", setup, isShown: false });
        }),
        send: later(({ event }: { event: LabEvent }) => viewer.send(event)),
        undo: later(() => viewer.undo()),
        redo: later(() => viewer.redo()),
        startOver: later(({ flavour }: { flavour: string }) => begin({ kind: "fresh", setup: { ...setup, flavour }, isShown: false })),
        goOn: later(({ run }: { run: SavedRun }) => begin({ kind: "run", run })),
        ask: later(({ question }: { question: Question }) => viewer.ask(question)),
        turn: later(() => viewer.turn()),
        turnOver: later(() => viewer.turnOver()),
      },
      () => viewer.leave(),
    );
  }
}
