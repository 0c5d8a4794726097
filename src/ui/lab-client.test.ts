import { expose } from "comlink";
import { describe, expect, test } from "vitest";
import { decodeUtf8 } from "../base/utf8.ts";
import type { LabEvent } from "../lab/events.ts";
import type { SavedRun } from "./hosted-lab.ts";
import { LabClient, type Keeper, type LabWatcher } from "./lab-client.ts";
import { LabHost } from "./lab-host.ts";
import { standIn } from "./stand-in-lab.fixture.ts";

const FIRST = { setup: { machine: "silverblue", flavour: "composefs" } };

function keys(text: string): LabEvent {
  return { kind: "keys", tty: 0, text };
}

/** Keeps a run in memory. */
class Memory implements Keeper {
  saved: SavedRun | undefined;
  isThere = true;

  load(): Promise<SavedRun | undefined> {
    return Promise.resolve(this.saved);
  }

  save(run: SavedRun): void {
    this.saved = run;
  }

  available(): Promise<boolean> {
    return Promise.resolve(this.isThere);
  }
}

const openHere = (): Promise<LabHost> => Promise.resolve(new LabHost(standIn));

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

function noWorker(): never {
  throw new Error("blocked");
}

function watcher() {
  let text = "";
  const runs: unknown[] = [];
  const remarks: string[] = [];
  const watch: LabWatcher = {
    deliver: async ({ chunks, run }) => {
      for (const chunk of chunks) text += chunk.kind === "output" ? decodeUtf8(chunk.data) : `<${chunk.kind}>`;
      if (run !== undefined) runs.push(run);
    },
    remark: (remark) => void remarks.push(remark),
  };
  return {
    watch,
    runs,
    remarks,
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
  test("talks to a lab in a worker; what comes before anybody watches waits", async () => {
    const heard = watcher();
    const places = { startWorker: () => new FakeWorker(false) as unknown as Worker, openHere: () => Promise.reject(new Error("not here")) };
    const client = new LabClient(places, FIRST, new Memory());
    client.send(keys("early\r"));
    await new Promise((resolve) => setTimeout(resolve, 50));
    client.watch(heard.watch);
    await eventually(() => heard.text.includes("early\r\n"));
    await eventually(() => heard.runs.length > 0);
    client.close();
  });

  test("runs on the page where there are no workers", async () => {
    const heard = watcher();
    const client = new LabClient({ startWorker: noWorker, openHere }, FIRST, new Memory());
    client.watch(heard.watch);
    client.send(keys("here\r"));
    await eventually(() => heard.text.includes("here\r\n"));
    client.close();
  });

  test("moves to the page when the worker cannot be loaded, and loses nothing", async () => {
    const heard = watcher();
    const worker = new FakeWorker(true);
    let isStarted = false;
    const startWorker = (): Worker => {
      isStarted = true;
      return worker as unknown as Worker;
    };
    const client = new LabClient({ startWorker, openHere }, FIRST, new Memory());
    client.watch(heard.watch);
    client.send(keys("moved\r"));
    await eventually(() => isStarted);
    worker.dispatchEvent(new Event("error"));
    client.send(keys("again\r"));
    await eventually(() => heard.text.includes("again\r\n"));
    expect(heard.text).toContain("moved");
    expect(worker.isEnded).toBe(true);
    client.close();
  });

  test("ends a worker that stays silent for two seconds and goes on from the last rest", async () => {
    const heard = watcher();
    const workers: FakeWorker[] = [];
    const startWorker = (): Worker => {
      const worker = new FakeWorker(false);
      workers.push(worker);
      return worker as unknown as Worker;
    };
    const client = new LabClient({ startWorker, openHere }, FIRST, new Memory());
    client.watch(heard.watch);
    client.send(keys("kept\r"));
    await eventually(() => heard.runs.length > 0 && heard.text.includes("kept\r\n"));
    await new Promise((resolve) => setTimeout(resolve, 50));
    workers[0]?.terminate(); // deaf from here on
    client.send(keys("lost\r"));
    await eventually(() => heard.remarks.length > 0);
    expect(heard.remarks).toEqual(["silent"]);
    await eventually(() => heard.text.split("kept\r\n").length === 3);
    expect(heard.text).not.toContain("lost");
    client.close();
  });

  test("starting over leaves the old run behind", async () => {
    const heard = watcher();
    const client = new LabClient({ startWorker: () => new FakeWorker(false) as unknown as Worker, openHere }, FIRST, new Memory());
    client.watch(heard.watch);
    client.send(keys("old\r"));
    await eventually(() => heard.text.includes("old\r\n"));
    client.startOver("classic");
    await eventually(() =>
      heard.runs.some((run) => JSON.stringify(run) === JSON.stringify({ setup: { ...FIRST.setup, flavour: "classic" }, log: [] })),
    );
    client.close();
  });

  describe("a page that shows already what a fresh machine shows", () => {
    const places = { startWorker: () => new FakeWorker(false) as unknown as Worker, openHere };

    test("is not shown it again, and what is typed meanwhile comes after it", async () => {
      const heard = watcher();
      let open = (): void => {};
      const opened = new Promise<void>((resolve) => (open = resolve));
      const late = { startWorker: noWorker, openHere: () => opened.then(openHere) };
      const client = new LabClient(late, { ...FIRST, shown: Promise.resolve() }, new Memory());
      client.watch(heard.watch);
      for (const key of "typed early\r") client.send(keys(key));
      open();
      await eventually(() => heard.text.includes("typed early\r\n"));
      expect(heard.text).not.toContain("<screen>");
      client.close();
    });

    test("opens no host before that is painted", async () => {
      let isOpened = false;
      let paint = (): void => {};
      const shown = new Promise<void>((resolve) => (paint = resolve));
      const startWorker = (): Worker => {
        isOpened = true;
        return new FakeWorker(false) as unknown as Worker;
      };
      const client = new LabClient({ startWorker, openHere }, { ...FIRST, shown }, new Memory());
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(isOpened).toBe(false);
      paint();
      await eventually(() => isOpened);
      client.close();
    });

    test("is shown the run that was kept, which goes on", async () => {
      const heard = watcher();
      const memory = new Memory();
      memory.saved = { setup: FIRST.setup, log: [keys("before\r")] };
      const client = new LabClient(places, { ...FIRST, shown: Promise.resolve() }, memory);
      client.watch(heard.watch);
      client.send(keys("after\r"));
      await eventually(() => heard.text.includes("after\r\n"));
      expect(heard.text).toContain("<screen>");
      expect(heard.text).toContain("before\r\n");
      expect(memory.saved.log).toEqual([keys("before\r"), keys("after\r")]);
      client.close();
    });
  });

  test("where nothing can be kept it says so", async () => {
    const heard = watcher();
    const memory = new Memory();
    memory.isThere = false;
    const client = new LabClient({ startWorker: noWorker, openHere }, FIRST, memory);
    client.watch(heard.watch);
    await eventually(() => heard.remarks.includes("keeps nothing"));
    client.close();
  });
});
