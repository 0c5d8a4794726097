/**
 * The worker's end: one lab per worker, called through Comlink.
 *
 * Small, because browsers fetch a worker's own script slowly and compile it late; what it imports comes as any script does.
 */
import { expose } from "comlink";
import type { LabHost } from "./lab-host.ts";

const host = import("./open-here.ts").then(({ openHere }) => openHere());
host.catch(() => undefined); // told by the calls that wait for it

const door: Pick<LabHost, "start" | "send" | "learn" | "undo" | "redo" | "show" | "ask"> = {
  start: async (beginning, deliver) => (await host).start(beginning, deliver),
  send: async (event) => (await host).send(event),
  learn: async (event) => (await host).learn(event),
  undo: async () => (await host).undo(),
  redo: async () => (await host).redo(),
  show: async () => (await host).show(),
  ask: async (question) => (await host).ask(question),
};
expose(door);
