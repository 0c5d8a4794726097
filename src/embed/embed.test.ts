import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Random } from "../base/random.ts";
import { Conversation, type Conversing } from "./conversation.ts";
import { readParameters } from "./parameters.ts";
import { schemaText } from "./protocol-schema.ts";
import type { Reply, Welcome } from "./protocol.ts";
import { Refused } from "./replies.ts";

const HELLO = { imm: 1, t: "hello", id: "a" };

/** A frame whose host is at an origin; what it posts to the host is kept. */
function frame(origin?: string) {
  let hear: (event: MessageEvent) => void = () => {};
  const posted: { readonly message: Welcome; readonly targetOrigin: string; readonly port: MessagePort }[] = [];
  const done: unknown[] = [];
  const host = {
    postMessage: (message: Welcome, { targetOrigin, transfer }: { targetOrigin: string; transfer: MessagePort[] }) =>
      void posted.push({ message, targetOrigin, port: transfer[0] as MessagePort }),
  } as unknown as MessageEventSource;
  const answerers: Conversing["answerers"] = {
    run: ({ cmds }: { cmds: string[] }) => {
      done.push(cmds);
      return { exit: 0, text: cmds.join() };
    },
    undo: (p?: { n?: number }) => void done.push(p?.n ?? 1),
    inject: () => {
      throw new Refused("there is no such fault");
    },
    text: () => {
      throw new Error("broken");
    },
  };
  const conversation = new Conversation({
    ear: { addEventListener: (_type, listener) => (hear = listener) },
    host,
    origin,
    about: { machine: "silverblue" },
    answerers,
  });
  const say = (data: unknown, from: string, source: MessageEventSource | null = host): void =>
    hear({ data, origin: from, source } as MessageEvent);
  return { say, posted, done, conversation };
}

async function ask(port: MessagePort, message: unknown): Promise<Reply | undefined> {
  return new Promise((resolve) => {
    port.onmessage = ({ data }: MessageEvent<Reply>) => resolve(data);
    port.postMessage(message);
    setTimeout(() => resolve(undefined), 50);
  });
}

describe("a hello", () => {
  test("is welcomed with a port, at the origin that it came from", () => {
    const { say, posted } = frame();
    say(HELLO, "https://docs.example");
    expect(posted.map(({ message, targetOrigin }) => ({ message, targetOrigin }))).toEqual([
      {
        message: { imm: 1, t: "welcome", id: "a", caps: ["run", "undo", "inject", "text"], machine: "silverblue" },
        targetOrigin: "https://docs.example",
      },
    ]);
    say(HELLO, "null");
    expect(posted[1]?.targetOrigin).toBe("*");
    for (const { port } of posted) port.close();
  });

  test.each(["https://docs.example.evil", "http://docs.example", "https://docs.example:444", "null", "", "https://docs.example/"])(
    "from %o is not heard where https://docs.example is expected",
    (from) => {
      const { say, posted } = frame("https://docs.example");
      say(HELLO, from);
      expect(posted).toEqual([]);
    },
  );

  test("of another window is not heard", () => {
    const { say, posted } = frame();
    say(HELLO, "https://docs.example", { postMessage: () => {} } as unknown as MessageEventSource);
    say(HELLO, "https://docs.example", null);
    expect(posted).toEqual([]);
  });

  const MALFORMED: readonly unknown[] = [
    undefined,
    null,
    0,
    "hello",
    '{"imm":1,"t":"hello","id":"a"}',
    [],
    [HELLO],
    {},
    { ...HELLO, imm: 2 },
    { ...HELLO, imm: "1" },
    { ...HELLO, t: "Hello" },
    { ...HELLO, t: "welcome" },
    { imm: 1, t: "hello" },
    { ...HELLO, id: "" },
    { ...HELLO, id: 5 },
    { ...HELLO, id: "x".repeat(101) },
    { id: 1, m: "run", p: { cmds: ["ls"] } },
    { imm: 1, t: "size", h: 5 },
  ];
  test.each(MALFORMED.map((data) => [data]))("that is none is not heard: %j", (data) => {
    const { say, posted } = frame();
    say(data, "https://docs.example");
    expect(posted).toEqual([]);
  });
});

describe("a request", () => {
  async function port() {
    const { say, posted, done, conversation } = frame();
    say(HELLO, "https://docs.example");
    const opened = posted[0]?.port;
    if (opened === undefined) throw new Error("no port");
    return { port: opened, done, conversation };
  }

  test.each([
    [
      { id: 1, m: "run", p: { cmds: ["ls"] } },
      { id: 1, ok: true, r: { exit: 0, text: "ls" } },
    ],
    [
      { id: 2, m: "run", p: { cmds: ["ls"], more: 1 }, also: 1 },
      { id: 2, ok: true, r: { exit: 0, text: "ls" } },
    ],
    [
      { id: 3, m: "undo" },
      { id: 3, ok: true },
    ],
    [
      { id: 4, m: "undo", p: { n: 3 } },
      { id: 4, ok: true },
    ],
    [
      { id: 5, m: "inject", p: { fault: "x" } },
      { id: 5, ok: false, e: { code: "refused", msg: "there is no such fault" } },
    ],
    [
      { id: 6, m: "text" },
      { id: 6, ok: false, e: { code: "failed", msg: "broken" } },
    ],
    [
      { id: 7, m: "check" },
      { id: 7, ok: false, e: { code: "refused", msg: "this lab does not do that" } },
    ],
    [
      { id: 8, m: "toString" },
      { id: 8, ok: false, e: { code: "unknown", msg: "there is no such request" } },
    ],
    [
      { id: 9, m: "__proto__" },
      { id: 9, ok: false, e: { code: "unknown", msg: "there is no such request" } },
    ],
  ])("%j", async (message, reply) => {
    const { port: opened } = await port();
    expect(await ask(opened, message)).toEqual(reply);
    opened.close();
  });

  test.each([
    [{ m: "run", p: {} }],
    [{ m: "run" }],
    [{ m: "run", p: { cmds: [] } }],
    [{ m: "run", p: { cmds: "ls" } }],
    [{ m: "run", p: { cmds: [5] } }],
    [{ m: "run", p: { cmds: ["x".repeat(100_001)] } }],
    [{ m: "run", p: { cmds: new Array(101).fill("ls") } }],
    [{ m: "undo", p: { n: 0 } }],
    [{ m: "undo", p: { n: 1.5 } }],
    [{ m: "undo", p: { n: "1" } }],
    [{ m: "undo", p: 3 }],
  ])("that is malformed says so and does nothing: %j", async (message) => {
    const { port: opened, done } = await port();
    expect(await ask(opened, { id: 1, ...message })).toMatchObject({ id: 1, ok: false, e: { code: "malformed" } });
    expect(done).toEqual([]);
    opened.close();
  });

  test("of any form does nothing but what it is for", async () => {
    const random = new Random(3);
    const { port: opened, done } = await port();
    const value = (depth = 0): unknown =>
      random.pick<() => unknown>([
        () => null,
        () => random.below(5) - 2,
        () => random.pick(["run", "undo", "hello", "", "__proto__"]),
        () => true,
        () => (depth > 2 ? [] : Array.from({ length: random.below(3) }, () => value(depth + 1))),
        () =>
          depth > 2
            ? {}
            : Object.fromEntries(
                random.pick([["id", "m", "p"], ["cmds"], ["imm", "t", "id"], ["n"], ["m", "p"]]).map((name) => [name, value(depth + 1)]),
              ),
      ])();
    const replies: unknown[] = [];
    opened.onmessage = ({ data }: MessageEvent) => void replies.push(data);
    for (let round = 0; round < 2000; round++) opened.postMessage(value());
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (const each of done)
      expect(typeof each === "number" || (Array.isArray(each) && each.every((line) => typeof line === "string"))).toBe(true);
    for (const each of replies) expect(each).toMatchObject({ id: expect.any(Number) as number, ok: expect.any(Boolean) as boolean });
    opened.close();
  });

  test("events count up", async () => {
    const { port: opened, conversation } = await port();
    const heard: unknown[] = [];
    opened.onmessage = ({ data }: MessageEvent) => void heard.push(data);
    conversation.tell("ready", { machine: "silverblue" });
    conversation.tell("step", { index: 0, total: 3 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(heard).toEqual([
      { ev: "ready", d: { machine: "silverblue" }, seq: 0 },
      { ev: "step", d: { index: 0, total: 3 }, seq: 1 },
    ]);
    opened.close();
  });

  test("who greets late hears the last event of each kind", async () => {
    const { say, posted, conversation } = frame();
    conversation.tell("ready", { machine: "silverblue" });
    conversation.tell("step", { index: 0, total: 3 });
    conversation.tell("step", { index: 1, total: 3 });
    say(HELLO, "https://docs.example");
    const opened = posted[0]?.port;
    const heard: unknown[] = [];
    if (opened) opened.onmessage = ({ data }: MessageEvent) => void heard.push(data);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(heard).toEqual([
      { ev: "ready", d: { machine: "silverblue" }, seq: 0 },
      { ev: "step", d: { index: 1, total: 3 }, seq: 2 },
    ]);
    opened?.close();
  });
});

test("the published schema is the one of the code", () => {
  expect(readFileSync(new URL("../../public/schema/imm-1.schema.json", import.meta.url), "utf8")).toBe(schemaText());
});

describe("parameters", () => {
  test("as they are by themselves", () => {
    expect(readParameters(new URLSearchParams(""))).toMatchObject({
      machine: "silverblue",
      load: "click",
      theme: "system",
      run: [],
      ignored: [],
    });
  });

  test("as they are said", () => {
    const query =
      "machine=microos&run=ls%0Apwd&run=id&type=echo&load=eager&theme=auto&controls=undo,share&terminal=rows=12,font=16&readonly=1&seed=7";
    expect(readParameters(new URLSearchParams(query))).toMatchObject({
      machine: "microos",
      run: ["ls", "pwd", "id"],
      type: "echo",
      load: "eager",
      theme: "system",
      controls: ["undo", "share"],
      terminal: { rows: 12, font: 16 },
      readonly: true,
      seed: 7,
      ignored: [],
    });
  });

  test("what is not understood is told, and what is wrong is as if it were not there", () => {
    const { ignored, ...rest } = readParameters(
      new URLSearchParams("x=1&at=2025-01-01&theme=pink&poster=pink&picture=moon&load=now&seed=-1&terminal=rows=a"),
    );
    expect(ignored).toEqual(["x", "at", "poster=pink", "picture=moon", "load=now", "theme=pink"]);
    expect(rest).toMatchObject({ theme: "system", load: "click", seed: undefined, terminal: {} });
  });
});
