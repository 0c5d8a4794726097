import { describe, expect, test } from "vitest";
import { decodeUtf8, encodeUtf8 } from "../base/utf8.ts";
import type { LabChunk, LabEvent } from "../lab/events.ts";
import type { HostedLab } from "./hosted-lab.ts";
import { LabHost, type Delivery } from "./lab-host.ts";
import { standIn } from "./stand-in-lab.fixture.ts";

const SETUP = { machine: "silverblue", flavour: "composefs" };

const FRESH = { kind: "fresh", setup: SETUP, isShown: false } as const;

function keys(text: string): LabEvent {
  return { kind: "keys", tty: 0, text };
}

/** Collects deliveries; `until` resolves when the text that has come satisfies the test. */
function listener() {
  let text = "";
  let log: unknown;
  let wake = (): void => {};
  const deliveries: Delivery[] = [];
  return {
    deliveries,
    get text() {
      return text;
    },
    get log() {
      return log;
    },
    deliver: async (delivery: Delivery): Promise<void> => {
      deliveries.push(delivery);
      for (const chunk of delivery.chunks) if (chunk.kind === "output") text += decodeUtf8(chunk.data);
      if (delivery.run !== undefined) log = delivery.run.log;
      wake();
    },
    async until(test: () => boolean): Promise<void> {
      while (!test()) await new Promise<void>((resolve) => (wake = resolve));
    },
  };
}

describe("LabHost", () => {
  test("what is typed comes back, and the log with it when the lab rests", async () => {
    const heard = listener();
    const host = new LabHost(standIn);
    void host.start(FRESH, heard.deliver);
    void host.send(keys("ls\r"));
    await heard.until(() => heard.text.includes("ls\r\n"));
    await heard.until(() => heard.log !== undefined);
    expect(heard.log).toEqual([keys("ls\r")]);
  });

  test("a run that is handed out goes on, and all of it is shown", async () => {
    const heard = listener();
    const host = new LabHost(standIn);
    void host.start(FRESH, heard.deliver);
    void host.send(keys("ls\r"));
    await heard.until(() => heard.text.includes("ls\r\n") && heard.log !== undefined);
    expect(heard.log).toEqual([keys("ls\r")]);

    const again = listener();
    void new LabHost(standIn).start({ kind: "run", run: { setup: SETUP, log: heard.log } }, again.deliver);
    await again.until(() => again.text.includes("ls\r\n"));
    expect(again.deliveries[0]?.chunks[0]).toMatchObject({ kind: "screen" });
  });

  test("the whole is told once to who asks for it, though the machine never rests", async () => {
    const heard = listener();
    const host = new LabHost(standIn);
    void host.start(FRESH, heard.deliver);
    void host.send(keys("yes\r"));
    await heard.until(() => heard.text.includes("y\r\ny\r\n"));
    void host.show();
    await heard.until(() => heard.deliveries.at(-1)?.whole !== undefined);
    const at = heard.deliveries.length;
    expect(heard.deliveries.at(-1)).toMatchObject({ whole: [{ kind: "screen", tty: 0 }], run: { setup: SETUP, log: [keys("yes\r")] } });
    await heard.until(() => heard.deliveries.length > at + 2);
    expect(heard.deliveries.filter(({ whole }) => whole !== undefined).length).toBe(1);
    await host.send(keys("\x03"));
  });

  test("what the page shows already is not shown again", async () => {
    const heard = listener();
    const host = new LabHost(standIn);
    void host.start({ ...FRESH, isShown: true }, heard.deliver);
    void host.send(keys("ls\r"));
    await heard.until(() => heard.text.includes("ls\r\n"));
    expect(heard.deliveries.flatMap(({ chunks }) => chunks).map(({ kind }) => kind)).not.toContain("screen");
  });

  test("a key reaches a program that never ends", async () => {
    const heard = listener();
    const host = new LabHost(standIn);
    void host.start(FRESH, heard.deliver);
    void host.send(keys("yes"));
    await heard.until(() => heard.text.includes("y\r\ny\r\n"));
    void host.send(keys("\x03"));
    await heard.until(() => heard.deliveries.at(-1)?.run !== undefined);
    expect(heard.text).toContain("^C");
  });

  test("it waits until a delivery is taken", async () => {
    let taken = 0;
    let release = (): void => {};
    const host = new LabHost(standIn);
    void host.start(FRESH, () => {
      taken++;
      return new Promise((resolve) => (release = resolve));
    });
    void host.send(keys("yes"));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(taken).toBe(1);
    release();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(taken).toBe(2);
  });

  test("a sleeper wakes after its time and an event in between does not delay it", async () => {
    const heard = listener();
    const host = new LabHost(standIn);
    void host.start(FRESH, heard.deliver);
    const began = performance.now();
    void host.send(keys("sleep"));
    setTimeout(() => void host.send(keys("x")), 25);
    await heard.until(() => heard.text.includes("awake"));
    expect(performance.now() - began).toBeGreaterThanOrEqual(45);
    expect(performance.now() - began).toBeLessThan(75);
    expect(heard.text.indexOf("x")).toBeLessThan(heard.text.indexOf("awake"));
  });

  test("a run of another build gives a fresh machine and a remark", async () => {
    const heard = listener();
    const picky = {
      ...standIn,
      replay: () => {
        throw new Error("version 0");
      },
    };
    void new LabHost(picky).start({ kind: "run", run: { setup: SETUP, log: [] } }, heard.deliver);
    await heard.until(() => heard.text.includes("$ "));
    expect(heard.deliveries[0]?.remark).toBe("unreadable");
  });

  test("a mistake of ours is told and the host can be called again", async () => {
    const heard = listener();
    const lab: HostedLab = {
      ...({
        tick: 0,
        idle: false,
        sleepsFor: undefined,
        wake: () => {},
        show: () => [],
        undo: () => [],
        redo: () => [],
        log: () => [],
      } satisfies Partial<HostedLab>),
      send: () => {},
      run: () => {
        throw new Error("internal error: 3 of 2");
      },
    };
    const host = new LabHost({ create: () => lab, replay: () => lab });
    void host.start(FRESH, heard.deliver);
    await heard.until(() => heard.deliveries.length > 0);
    expect(heard.deliveries[0]?.chunks).toEqual([{ kind: "fault", message: "internal error: 3 of 2" }]);
  });
});

describe("a lab whose machine misses something", () => {
  /** Says what is missing until it is fetched, then echoes what was typed. */
  class Needy implements HostedLab {
    readonly tick = 0;
    readonly sleepsFor = undefined;
    isThere = false;
    readonly #log: LabEvent[] = [];
    #said = 0;

    get missing(): { readonly name: string } | undefined {
      return this.isThere || this.#log.length === 0 ? undefined : { name: "text" };
    }

    get idle(): boolean {
      return this.missing === undefined && this.#said === this.#log.length;
    }

    send(event: LabEvent): void {
      this.#log.push(event);
    }

    run(): readonly LabChunk[] {
      if (this.missing !== undefined) return [];
      const fresh = this.#log.slice(this.#said);
      this.#said = this.#log.length;
      return fresh.map((event) => ({ kind: "output", tty: 0, data: encodeUtf8(event.kind === "keys" ? event.text : "") }));
    }

    wake = (): void => {};
    show = (): [] => [];
    undo = (): [] => [];
    redo = (): [] => [];
    log = (): readonly LabEvent[] => [...this.#log];
  }

  /** Of a site that is offline until `isOnline`. */
  function site() {
    const lab = new Needy();
    const asked: string[] = [];
    const factory = {
      isOnline: false,
      create: () => lab,
      replay: () => lab,
      fetch: async (name: string): Promise<void> => {
        asked.push(name);
        await new Promise((resolve) => setTimeout(resolve, 1));
        if (!factory.isOnline) throw new TypeError("Failed to fetch");
        lab.isThere = true;
      },
    };
    return { factory, asked };
  }

  const remarks = (deliveries: readonly Delivery[]): unknown[] => deliveries.flatMap(({ remark }) => remark ?? []);

  test("fetches it and goes on", async () => {
    const heard = listener();
    const { factory, asked } = site();
    factory.isOnline = true;
    const host = new LabHost(factory);
    void host.start(FRESH, heard.deliver);
    await host.send(keys("grep\r"));
    await heard.until(() => heard.text === "grep\r");
    expect([asked, remarks(heard.deliveries)]).toEqual([["text"], []]);
  });

  test("tells when it cannot be had, keeps what was typed, and tries again at the next key", async () => {
    const heard = listener();
    const { factory, asked } = site();
    const host = new LabHost(factory);
    void host.start(FRESH, heard.deliver);
    await host.send(keys("grep\r"));
    await heard.until(() => remarks(heard.deliveries).length > 0);
    expect([remarks(heard.deliveries), heard.log]).toEqual([["stalled"], [keys("grep\r")]]);
    factory.isOnline = true;
    await host.send(keys("x"));
    await heard.until(() => heard.text === "grep\rx" && remarks(heard.deliveries).length > 1);
    expect(remarks(heard.deliveries)).toEqual(["stalled", "resumed"]);
    expect(asked.length).toBe(2);
  });

  test("a run is not lost for want of what it needs", async () => {
    const heard = listener();
    const { factory } = site();
    const host = new LabHost({
      ...factory,
      replay: async (_setup, _log, fetch) => {
        await fetch("text");
        return factory.create();
      },
      fetch: (name) => factory.fetch(name),
    });
    void host.start({ kind: "run", run: { setup: SETUP, log: [] } }, heard.deliver);
    await heard.until(() => remarks(heard.deliveries).length > 0);
    factory.isOnline = true;
    await host.send(keys("there"));
    await heard.until(() => heard.text === "there");
    expect(remarks(heard.deliveries)).toEqual(["stalled", "resumed"]);
  });
});
