import { describe, expect, test } from "vitest";
import { decodeUtf8, encodeUtf8 } from "../base/utf8.ts";
import type { LabChunk, LabEvent } from "../lab/events.ts";
import type { HostedLab } from "./hosted-lab.ts";
import { LabHost, type Delivery } from "./lab-host.ts";
import { standIn } from "./stand-in-lab.ts";

const SETUP = { machine: "silverblue", flavour: "composefs" };

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
      if (delivery.log !== undefined) log = delivery.log;
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
    host.start(SETUP, undefined, heard.deliver);
    host.send(keys("ls\r"));
    await heard.until(() => heard.text.includes("ls\r\n"));
    await heard.until(() => heard.log !== undefined);
    expect(heard.log).toEqual([keys("ls\r")]);
  });

  test("a key reaches a program that never ends", async () => {
    const heard = listener();
    const host = new LabHost(standIn);
    host.start(SETUP, undefined, heard.deliver);
    host.send(keys("yes"));
    await heard.until(() => heard.text.includes("y\r\ny\r\n"));
    host.send(keys("\x03"));
    await heard.until(() => heard.deliveries.at(-1)?.log !== undefined);
    expect(heard.text).toContain("\x03");
  });

  test("it waits until a delivery is taken", async () => {
    let taken = 0;
    let release = (): void => {};
    const host = new LabHost(standIn);
    host.start(SETUP, undefined, () => {
      taken++;
      return new Promise((resolve) => (release = resolve));
    });
    host.send(keys("yes"));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(taken).toBe(1);
    release();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(taken).toBe(2);
  });

  test("a sleeper wakes after its time and an event in between does not delay it", async () => {
    const heard = listener();
    const host = new LabHost(standIn);
    host.start(SETUP, undefined, heard.deliver);
    const began = performance.now();
    host.send(keys("sleep"));
    setTimeout(() => host.send(keys("x")), 25);
    await heard.until(() => heard.text.includes("awake"));
    expect(performance.now() - began).toBeGreaterThanOrEqual(45);
    expect(performance.now() - began).toBeLessThan(75);
    expect(heard.text.indexOf("x")).toBeLessThan(heard.text.indexOf("awake"));
  });

  test("a log of another build is refused by start", () => {
    const host = new LabHost({ ...standIn, replay: () => { throw new Error("version 0"); } });
    expect(() => host.start(SETUP, ["old"], async () => {})).toThrow("version 0");
  });

  test("a mistake of ours is told and the host can be called again", async () => {
    const heard = listener();
    const lab: HostedLab = {
      ...({ idle: false, sleepsFor: undefined, wake: () => {}, undo: () => [], redo: () => [], log: () => [] } satisfies Partial<HostedLab>),
      send: () => {},
      run: () => { throw new Error("internal error: 3 of 2"); },
      reset: (): LabChunk[] => [{ kind: "screen", tty: 0, data: encodeUtf8("fresh") }],
    };
    const host = new LabHost({ create: () => lab, replay: () => lab });
    host.start(SETUP, undefined, heard.deliver);
    await heard.until(() => heard.deliveries.length > 0);
    expect(heard.deliveries[0]?.chunks).toEqual([{ kind: "fault", message: "internal error: 3 of 2" }]);
  });
});
