/** The frame's half of "imm/1": takes hellos from the page around it, answers its requests, tells what happens. */
import { Hello, Request, REQUESTS, type EventName, type RequestName, type Told, type Welcome } from "./protocol.ts";
import { replyTo, type Answerer } from "./replies.ts";

/** As much of a window as is needed. */
export interface Ear {
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
}

export interface Conversing {
  readonly ear: Ear;
  /** The page around the frame. */
  readonly host: MessageEventSource | null;
  /** The only origin that is heard, where it is known. */
  readonly origin: string | undefined;
  readonly about: Pick<Welcome, "machine" | "lesson">;
  readonly answerers: { readonly [Name in RequestName]?: Answerer };
}

export class Conversation {
  readonly #ports: MessagePort[] = [];
  /** The last event of each kind: the machine may be ready before somebody asks. */
  readonly #last = new Map<EventName, Told>();
  #seq = 0;
  readonly #answerers: Conversing["answerers"];

  constructor({ ear, host, origin, about, answerers }: Conversing) {
    this.#answerers = answerers;
    ear.addEventListener("message", (event) => {
      if (event.source !== host || host === null || (origin !== undefined && event.origin !== origin)) return;
      const hello = Hello.safeParse(event.data);
      if (!hello.success) return;
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }: MessageEvent<unknown>) => void this.#hear(data, port1);
      this.#ports.push(port1);
      const welcome: Welcome = { imm: 1, t: "welcome", id: hello.data.id, caps: Object.keys(answerers), ...about };
      // A page of an opaque origin cannot be named.
      host.postMessage(welcome, { targetOrigin: event.origin === "null" ? "*" : event.origin, transfer: [port2] });
      for (const told of [...this.#last.values()].sort((before, after) => before.seq - after.seq)) port1.postMessage(told);
    });
  }

  /** Tells every host; who greets later hears the last event of each kind. */
  tell(name: EventName, what: object): void {
    const told: Told = { ev: name, d: what, seq: this.#seq++ };
    this.#last.set(name, told);
    for (const port of this.#ports) port.postMessage(told);
  }

  async #hear(data: unknown, port: MessagePort): Promise<void> {
    const request = Request.safeParse(data);
    // What has no number cannot be answered.
    if (!request.success) return;
    port.postMessage(await replyTo(request.data, REQUESTS, this.#answerers));
  }
}
