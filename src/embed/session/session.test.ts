import { afterEach, describe, expect, test } from "vitest";
import { Random } from "../../base/random.ts";
import { decodeUtf8 } from "../../base/utf8.ts";
import type { LabEvent } from "../../lab/events.ts";
import { LabHost, type Delivery } from "../../ui/lab-host.ts";
import type { LabSetup, SavedRun } from "../../ui/hosted-lab.ts";
import { standIn } from "../../ui/stand-in-lab.fixture.ts";
import { Line } from "./line.ts";
import { OF_HOLDER } from "./protocol.ts";
import { Session, type Around } from "./session.ts";
import { SessionTables, type Frame } from "./table.ts";

const ORIGIN = "https://docs.example";
const SETUP: LabSetup = { machine: "silverblue", flavour: "composefs" };

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A page with frames, as far as sessions need one. */
function page(hasScript = true) {
  const windows = new Map<unknown, Frame>();
  const tables = new SessionTables((source) => windows.get(source));
  /** Every seat and guest that the page posted. */
  const posted: { readonly data: unknown; readonly hasPort: boolean }[] = [];

  function frame(origin: string | undefined = ORIGIN, isOurs = true) {
    let hear: (event: MessageEvent<unknown>) => void = () => {};
    const host = {
      postMessage: (data: unknown) => void (hasScript && setTimeout(() => tables.hear({ source: window as never, data }))),
    };
    const window = {
      postMessage(data: unknown, _origin: string, ports: readonly MessagePort[] = []) {
        posted.push({ data, hasPort: ports.length > 0 });
        setTimeout(() => hear({ source: host, origin: ORIGIN, data, ports } as never));
      },
    };
    const element = { isConnected: true, contentWindow: window as unknown as Window };
    if (isOurs) windows.set(window, element);
    const around: Around = { host: host as never, origin, addEventListener: (_type, listener) => (hear = listener) };
    return {
      around,
      say: (data: unknown, source: unknown = host, from = ORIGIN) => hear({ data, source, origin: from, ports: [] } as never),
      leave: () => (element.isConnected = false),
    };
  }

  /** A frame whose page shows the lab; `screen` is what it shows, `sizes` what its machine was told. */
  function viewer(session: string, machine = "silverblue", seat = frame()) {
    const logs: LabEvent[][] = [];
    const factory = {
      ...standIn,
      create: () => spy(standIn.create(SETUP, () => Promise.resolve()) as ReturnType<typeof spy>),
      replay: (setup: LabSetup, log: unknown) => spy(standIn.replay(setup, log, () => Promise.resolve()) as ReturnType<typeof spy>),
    };
    function spy(lab: Awaited<ReturnType<typeof standIn.create>>) {
      const log: LabEvent[] = [];
      logs.push(log);
      const send = lab.send.bind(lab);
      lab.send = (event) => {
        log.push(event);
        send(event);
      };
      // A terminal that comes later is shown all that was printed.
      let all = "";
      const run = lab.run.bind(lab);
      lab.run = (...limits) => {
        const chunks = run(...limits);
        for (const chunk of chunks) if (chunk.kind === "output") all += decodeUtf8(chunk.data);
        return chunks;
      };
      lab.show = () => [{ kind: "screen", tty: 0, data: new TextEncoder().encode(all) }];
      return lab;
    }
    const places = {
      startWorker: (): never => {
        throw new Error("no workers in Node");
      },
      openHere: () => Promise.resolve(new LabHost(factory)),
    };
    const joined = new Session(places, { session, machine }, seat.around);
    let screen = "";
    const seen = {
      session: joined,
      /** What each machine that ran here was sent. */
      logs,
      frame: seat,
      get screen() {
        return screen;
      },
      begin: async () => {
        const { place } = await joined.seated;
        await joined.start({ kind: "fresh", setup: SETUP, isShown: false }, async (delivery: Delivery) => {
          for (const chunk of delivery.chunks)
            if (chunk.kind === "screen") screen = decodeUtf8(chunk.data);
            else if (chunk.kind === "output") screen += decodeUtf8(chunk.data);
        });
        return place;
      },
      type: (text: string) => joined.send({ kind: "keys", tty: 0, text }),
      resize: (columns: number) => joined.send({ kind: "resize", tty: 0, columns, rows: 24 }),
    };
    ends.push(() => seat.leave());
    return seen;
  }
  return { tables, posted, frame, viewer };
}

async function eventually(test: () => boolean): Promise<void> {
  for (const end = performance.now() + 4000; !test();) {
    if (performance.now() > end) throw new Error("it did not come about");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe("a session", () => {
  test("has one machine: the first holds it, and who comes later sees all that was printed", async () => {
    const { viewer } = page();
    const one = viewer("s");
    expect(await one.begin()).toBe("holder");
    await one.type("first\r");
    await eventually(() => one.screen.includes("first\r\n"));
    const two = viewer("s");
    expect(await two.begin()).toBe("guest");
    await eventually(() => two.screen.includes("first\r\n"));
    await two.type("second\r");
    await eventually(() => one.screen.includes("second\r\n") && two.screen.includes("second\r\n"));
    expect(two.screen).toBe(one.screen);
    expect(two.logs).toEqual([]);
    await two.session.undo();
    await eventually(() => one.screen.includes("undone") && two.screen.includes("undone"));
  });

  test("of another name has another machine; a machine of another kind is refused", async () => {
    const { viewer } = page();
    const one = viewer("s");
    await one.begin();
    expect(await viewer("t").begin()).toBe("holder");
    expect(await viewer("s", "debian").session.seated).toEqual({ place: "another", machine: "silverblue" });
  });

  test("goes on where it last came to rest when its holder leaves, with all the others", async () => {
    const { viewer } = page();
    const one = viewer("s");
    await one.begin();
    const [two, three] = [viewer("s"), viewer("s")];
    await two.begin();
    await three.begin();
    await three.type("kept\r");
    await eventually(() => two.screen.includes("kept\r\n"));
    await new Promise((resolve) => setTimeout(resolve, 50));
    one.frame.leave();
    await eventually(() => two.logs.length === 1);
    await eventually(() => three.screen.includes("kept\r\n"));
    await three.type("on\r");
    await eventually(() => two.screen.includes("on\r\n") && three.screen.includes("on\r\n"));
    expect(two.screen).toContain("kept\r\n");
    expect(one.screen).not.toContain("on\r\n");
  });

  test("has terminals as large as those of who did something last", async () => {
    const { viewer } = page();
    const one = viewer("s");
    const begun = one.begin();
    await one.session.seated;
    await begun;
    await one.resize(80);
    const two = viewer("s");
    await two.begin();
    await two.resize(60);
    await one.type("a");
    await two.type("b");
    await two.type("c");
    await one.resize(90);
    await one.type("d");
    await eventually(() => one.screen.includes("abcd"));
    const log = one.logs[0]?.map((event) => (event.kind === "resize" ? event.columns : event.kind === "keys" ? event.text : "?"));
    expect(log).toEqual([80, "a", 60, "b", "c", 90, "d"]);
  });

  test("gives turns one by one, and takes them back from who has left", async () => {
    const { viewer } = page();
    const [one, two, three] = [viewer("s"), viewer("s"), viewer("s")];
    for (const each of [one, two, three]) await each.begin();
    const order: string[] = [];
    await two.session.turn();
    const later = three.session.turn().then(() => order.push("three"));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(order).toEqual([]);
    await two.session.turnOver();
    await later;
    await three.session.turnOver();
    expect(order).toEqual(["three"]);
    // The holder leaves while somebody waits: the turn is asked of the next one.
    const waiting = two.session.turn();
    await new Promise((resolve) => setTimeout(resolve, 20));
    one.frame.leave();
    await waiting;
    await two.session.turnOver();
    // Turns that were over are not asked of it.
    await new Promise((resolve) => setTimeout(resolve, 100));
    await two.session.turn();
  });

  test("starts over for all", async () => {
    const { viewer } = page();
    const one = viewer("s");
    await one.begin();
    const two = viewer("s");
    await two.begin();
    await one.type("old\r");
    await eventually(() => two.screen.includes("old\r\n"));
    await two.session.start({ kind: "fresh", setup: SETUP, isShown: false }, () => Promise.resolve());
    await eventually(() => one.logs.length === 2);
    await eventually(() => !one.screen.includes("old"));
  });

  test("is nobody's where the page has no script for it", async () => {
    const { viewer } = page(false);
    const one = viewer("s");
    expect(await one.begin()).toBe("alone");
    await one.type("alone\r");
    await eventually(() => one.screen.includes("alone\r\n"));
  }, 15_000);
});

const JOIN = { imm: 1, t: "join", id: "a", session: "s", machine: "silverblue" };

describe("a page", () => {
  test.each<[unknown]>([
    [undefined],
    [null],
    ["join"],
    [[JOIN]],
    [{ ...JOIN, imm: "1" }],
    [{ ...JOIN, t: "hello" }],
    [{ ...JOIN, id: "" }],
    [{ ...JOIN, id: 5 }],
    [{ ...JOIN, session: "" }],
    [{ ...JOIN, session: "x".repeat(101) }],
    [{ ...JOIN, session: ["s"] }],
    [{ ...JOIN, machine: undefined }],
    [{ imm: 1, t: "join", id: "a", session: "s" }],
  ])("does not hear what is no join: %j", async (data) => {
    const { posted, frame } = page();
    const { around } = frame();
    (around.host as unknown as { postMessage(data: unknown): void }).postMessage(data);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(posted).toEqual([]);
  });

  test("does not hear who is no lab of it", async () => {
    const { posted, frame } = page();
    const { around } = frame(ORIGIN, false);
    (around.host as unknown as { postMessage(data: unknown): void }).postMessage(JOIN);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(posted).toEqual([]);
  });

  test("answers once, however often it is asked, and anew when the frame was loaded anew", async () => {
    const { posted, frame } = page();
    const { around, leave } = frame();
    const say = (data: unknown): void => (around.host as unknown as { postMessage(data: unknown): void }).postMessage(data);
    for (const data of [JOIN, JOIN, { ...JOIN, id: "b" }]) say(data);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(posted.map(({ data }) => data)).toEqual([
      { imm: 1, t: "seat", id: "a", holds: true, machine: "silverblue" },
      { imm: 1, t: "seat", id: "b", holds: true, machine: "silverblue" },
    ]);
    leave();
  });
});

describe("a frame", () => {
  test.each<[string, unknown, string]>([
    ["of another origin", {}, "https://docs.example.evil"],
    ["with another id", { id: "other" }, ORIGIN],
    ["without a machine", { machine: undefined }, ORIGIN],
    ["that says neither", { holds: "yes" }, ORIGIN],
    ["of another protocol", { imm: 2 }, ORIGIN],
  ])("does not take a seat %s", async (_name, change, origin) => {
    const { viewer, frame } = page(false);
    let join: { id: string } | undefined;
    const seat = frame();
    (seat.around.host as unknown as { postMessage(data: { id: string }): void }).postMessage = (data) => (join = data);
    const one = viewer("s", "silverblue", seat);
    await eventually(() => join !== undefined);
    const good = { imm: 1, t: "seat", id: join?.id, holds: true, machine: "silverblue" };
    seat.say({ ...good, ...(change as object) }, seat.around.host, origin);
    seat.say(good, {});
    let isSeated = false;
    void one.session.seated.then(() => (isSeated = true));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isSeated).toBe(false);
    seat.say(good);
    expect(await one.session.seated).toEqual({ place: "holder" });
  });
});

test("what comes on a guest's port does nothing but what it is for, whatever its form", async () => {
  const random = new Random(11);
  const done: LabEvent[] = [];
  const { port1, port2 } = new MessageChannel();
  const line = new Line(port1, OF_HOLDER, {
    send: ({ event }: { event: LabEvent }) => void done.push(event),
    goOn: ({ run }: { run: SavedRun }) => void expect(typeof run.setup.machine).toBe("string"),
    undo: () => undefined,
  });
  const words = [
    "send",
    "goOn",
    "undo",
    "keys",
    "resize",
    "power-cut",
    "fault",
    "offline",
    "",
    "__proto__",
    "constructor",
    "a".repeat(100_001),
  ];
  const names = [
    ["id", "m", "p"],
    ["m", "p"],
    ["event"],
    ["kind", "tty", "text"],
    ["kind", "tty", "columns", "rows"],
    ["kind", "name", "on"],
    ["run"],
    ["setup", "log"],
    ["id", "ok", "r"],
  ];
  const value = (depth = 0): unknown =>
    random.pick<() => unknown>([
      () => null,
      () => random.below(5) - 2,
      () => random.pick(words),
      () => true,
      () => (depth > 3 ? [] : Array.from({ length: random.below(3) }, () => value(depth + 1))),
      () => (depth > 3 ? {} : Object.fromEntries(random.pick(names).map((name) => [name, value(depth + 1)]))),
    ])();
  const replies: unknown[] = [];
  port2.onmessage = ({ data }: MessageEvent) => void replies.push(data);
  for (let round = 0; round < 3000; round++) port2.postMessage(value());
  for (let round = 0; round < 1000; round++) port2.postMessage({ id: round, m: random.pick(words), p: { event: value(), run: value() } });
  const good = { kind: "keys", tty: 0, text: "ls\r" };
  port2.postMessage({ id: 4000, m: "send", p: { event: good } });
  await eventually(() => replies.some((reply) => (reply as { id: number }).id === 4000));
  for (const event of done) {
    expect(["keys", "resize", "power-cut", "power-on", "reboot", "open-tty", "fault"]).toContain(event.kind);
    if (event.kind === "keys") expect(typeof event.text).toBe("string");
  }
  expect(done.at(-1)).toEqual(good);
  for (const reply of replies) expect(reply).toMatchObject({ id: expect.any(Number) as number, ok: expect.any(Boolean) as boolean });
  line.close();
});
