/** One end of a port on which both sides ask and answer, in the form of "imm/1". What is neither is not heard. */
import { Reply, Request } from "../protocol.ts";
import { replyTo, type Answerers, type Schemas } from "../replies.ts";

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class Line {
  readonly #port: MessagePort;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;

  /** `ended` is called when the other side is gone, where the browser tells. */
  constructor(port: MessagePort, schemas: Schemas, answerers: Answerers, ended: () => void = () => {}) {
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<unknown>) => void this.#hear(data, schemas, answerers);
    port.addEventListener("close", ended);
  }

  ask<T = void>(m: string, p?: object): Promise<T> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.#port.postMessage({ id, m, ...(p && { p }) } satisfies Request);
    });
  }

  close(): void {
    this.#port.close();
  }

  async #hear(data: unknown, schemas: Schemas, answerers: Answerers): Promise<void> {
    const reply = Reply.safeParse(data);
    if (reply.success) {
      const waiting = this.#waiting.get(reply.data.id);
      this.#waiting.delete(reply.data.id);
      if (reply.data.ok) waiting?.resolve(reply.data.r);
      else waiting?.reject(new Error(reply.data.e.msg));
      return;
    }
    const request = Request.safeParse(data);
    if (request.success) this.#port.postMessage(await replyTo(request.data, schemas, answerers));
  }
}
