import { expose } from "comlink";
import { describe, expect, test } from "vitest";
import { decodeUtf8 } from "../base/utf8.ts";
import type { LabEvent } from "../lab/events.ts";
import { LabClient, type LabWatcher } from "./lab-client.ts";
import { LabHost } from "./lab-host.ts";
import { standIn } from "./stand-in-lab.ts";

const SETUP = { machine: "silverblue", flavour: "composefs" };

function keys(text: string): LabEvent {
  return { kind: "keys", tty: 0, text };
}

/** A worker without a thread: a channel with a host at its other end, which can be made deaf. */
class FakeWorker extends EventTarget {
  readonly #channel = new MessageChannel();
  readonly postMessage: (message: unknown, transfer: Transferable[]) => void;
  isEnded = false;

  constructor(isDeaf: boolean) {
    super();
    this.postMessage = (message, transfer) => this.#channel.port1.postMessage(message, transfer);
    this.#channel.port1.onmessage = (event) => void this.dispatchEvent(new MessageEvent("message", { data: event.data as unknown }));
    if (!isDeaf) expose(new LabHost(standIn), this.#channel.port2 as never);
  }

  terminate(): void {
    this.isEnded = true;
    this.#channel.port1.close();
  }
}

function watcher() {
  let text = "";
  const logs: unknown[] = [];
  const restored: string[] = [];
  const watch: LabWatcher = {
    deliver: async ({ chunks }) => {
      for (const chunk of chunks) text += chunk.kind === "output" ? decodeUtf8(chunk.data) : `<${chunk.kind}>`;
    },
    saved: (_setup, log) => void logs.push(log),
    restored: (reason) => void restored.push(reason),
  };
  return {
    watch,
    logs,
    restored,
    get text() {
      return text;
    },
  };
}

async function eventually(test: () => boolean, milliseconds = 5000): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!test()) {
    if (performance.now() > end) throw new Error("it did not come about");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe("LabClient", () => {
  test("talks to a lab in a worker; what is sent before the start waits", async () => {
    const heard = watcher();
    const client = new LabClient(() => new FakeWorker(false) as unknown as Worker, () => Promise.reject(new Error("not here")), SETUP, heard.watch);
    client.send(keys("early\r"));
    client.start(SETUP, undefined);
    await eventually(() => heard.text.includes("early\r\n"));
    expect(client.place).toBe("worker");
    await eventually(() => heard.logs.length > 0);
    client.close();
  });

  test("runs on the page where there are no workers", async () => {
    const heard = watcher();
    const client = new LabClient(() => { throw new Error("blocked"); }, () => Promise.resolve(standIn), SETUP, heard.watch);
    client.start(SETUP, undefined);
    client.send(keys("here\r"));
    await eventually(() => heard.text.includes("here\r\n"));
    expect(client.place).toBe("page");
    client.close();
  });

  test("moves to the page when the worker cannot be loaded", async () => {
    const heard = watcher();
    const worker = new FakeWorker(true);
    const client = new LabClient(() => worker as unknown as Worker, () => Promise.resolve(standIn), SETUP, heard.watch);
    client.start(SETUP, undefined);
    client.send(keys("moved\r"));
    worker.dispatchEvent(new Event("error"));
    client.send(keys("again\r"));
    await eventually(() => heard.text.includes("again\r\n"));
    expect([client.place, worker.isEnded]).toEqual(["page", true]);
    client.close();
  });

  test("ends a worker that stays silent for two seconds and goes on from the last log", async () => {
    const heard = watcher();
    const workers: FakeWorker[] = [];
    const client = new LabClient(
      () => {
        const worker = new FakeWorker(false);
        workers.push(worker);
        return worker as unknown as Worker;
      },
      () => Promise.resolve(standIn),
      SETUP,
      heard.watch,
    );
    client.start(SETUP, undefined);
    client.send(keys("kept\r"));
    await eventually(() => heard.logs.length > 0 && heard.text.includes("kept\r\n"));
    workers[0]?.terminate(); // deaf from here on
    client.send(keys("lost\r"));
    await eventually(() => heard.restored.length > 0);
    expect(heard.restored).toEqual(["silent"]);
    await eventually(() => heard.text.split("kept\r\n").length === 3);
    expect(heard.text).not.toContain("lost");
    client.close();
  });

  test("a log that cannot be replayed gives a fresh machine", async () => {
    const heard = watcher();
    const picky = { ...standIn, replay: () => { throw new Error("another build"); } };
    const client = new LabClient(() => { throw new Error("none"); }, () => Promise.resolve(picky), SETUP, heard.watch);
    client.start(SETUP, ["old"]);
    await eventually(() => heard.text.includes("$ "));
    expect(heard.restored).toEqual(["unreadable"]);
    client.close();
  });
});
