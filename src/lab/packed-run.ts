/**
 * A run as short text, for links: what was done, and when only where that does not follow from it. Most keys come while the machine is
 * at rest, so their ticks are what a machine that is run again finds by itself.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { encodeUtf8 } from "../base/utf8.ts";
import { FAULTS } from "../machine/world.ts";
import type { LabEvent } from "./events.ts";
import type { Lab, LabLog, LoggedEvent } from "./lab.ts";

/** When an event comes: at a tick, so many ticks after the one before, or as soon as nothing happens any more by itself. */
export type When = { readonly tick: number } | { readonly after: number } | "at rest";

export interface ScriptedEvent {
  readonly when: When;
  readonly event: LabEvent;
}

/** All that a run is, apart from the code and the catalogue; to be replayed, not looked into. */
export interface RunScript {
  readonly machine: string;
  readonly flavour: string;
  readonly seed: number;
  readonly events: readonly ScriptedEvent[];
  /** Where it ends. */
  readonly end: When;
  /** What it looked like there, see `proofOf`; another build of the site may come to something else. */
  readonly proof?: string;
}

/** A text is none of ours, or was damaged. */
export class BadRun extends Error {}

/** Keys at the console, each at rest. */
type Typed = string;
/** Ticks since the event before, -1 for "at rest"; an event, of which keys at the console are only their text. */
type Timed = readonly [after: number, event: LabEvent | string];
type Packed = readonly [version: 1, machine: string, flavour: string, seed: number, end: number, proof: string, ...(Typed | Timed)[]];

const AT_REST = -1;
/** 40 bits: a difference of builds shows. */
const PROOF_LETTERS = 10;

export function scriptOf(log: LabLog): RunScript {
  const { machine, flavour, seed, tick } = log;
  return { machine, flavour, seed, events: log.events.map(({ tick, event }) => ({ when: { tick }, event })), end: { tick } };
}

export function packRun(log: LabLog, proof: string): string {
  const items: (Typed | Timed)[] = [];
  let last = 0;
  for (const logged of log.events) {
    const after = logged.atRest ? AT_REST : logged.tick - last;
    const text = keysOf(logged);
    const before = items.at(-1);
    if (after === AT_REST && text?.length === 1 && typeof before === "string") items[items.length - 1] = before + text;
    else if (after === AT_REST && text?.length === 1) items.push(text);
    else items.push([after, text ?? logged.event]);
    last = logged.tick;
  }
  const end = log.atRest ? AT_REST : log.tick - last;
  return JSON.stringify([1, log.machine, log.flavour, log.seed, end, proof, ...items] satisfies Packed);
}

function keysOf({ event }: LoggedEvent): string | undefined {
  return event.kind === "keys" && event.tty === 0 ? event.text : undefined;
}

/** Throws `BadRun` for what `packRun` does not make. */
export function unpackRun(text: string): RunScript {
  const [version, machine, flavour, seed, end, proof, ...items] = parsedArray(text);
  if (version !== 1) throw new BadRun(`expected a run of version 1, read ${JSON.stringify(version)}`);
  if (typeof machine !== "string" || typeof flavour !== "string" || !isCount(seed))
    throw new BadRun("expected a machine, its flavour and a seed");
  if (typeof proof !== "string") throw new BadRun("expected what the run looks like at its end");
  return { machine, flavour, seed, events: items.flatMap(unpackedItem), end: whenOf(end), proof };
}

function unpackedItem(item: unknown): ScriptedEvent[] {
  // By units, as they were logged: a key may be half a character.
  if (typeof item === "string") return item.split("").map((key) => ({ when: "at rest", event: keysEvent(key) }));
  if (!Array.isArray(item) || item.length !== 2) throw new BadRun(`expected keys or a time and an event, read ${JSON.stringify(item)}`);
  const [after, event] = item as [unknown, unknown];
  return [{ when: whenOf(after), event: typeof event === "string" ? keysEvent(event) : checkedEvent(event) }];
}

function keysEvent(text: string): LabEvent {
  return { kind: "keys", tty: 0, text };
}

function whenOf(after: unknown): When {
  if (after === AT_REST) return "at rest";
  if (!isCount(after)) throw new BadRun(`expected a number of ticks, read ${JSON.stringify(after)}`);
  return { after };
}

function parsedArray(text: string): readonly unknown[] {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw new BadRun("not a run");
  }
  if (!Array.isArray(data)) throw new BadRun("not a run");
  return data;
}

/** An event with nothing in it that a lab does not expect. */
function checkedEvent(value: unknown): LabEvent {
  const event = value as LabEvent;
  if (typeof value !== "object" || value === null || !isEvent(event)) throw new BadRun(`not an event: ${JSON.stringify(value)}`);
  return event;
}

function isEvent(event: LabEvent): boolean {
  switch (event.kind) {
    case "keys":
      return isTty(event.tty) && typeof event.text === "string";
    case "resize":
      return isTty(event.tty) && isSize(event.columns) && isSize(event.rows);
    case "open-tty":
      return isTty(event.tty);
    case "power-cut":
      return event.seed === undefined || isCount(event.seed);
    case "power-on":
    case "reboot":
      return true;
    case "fault":
      return FAULTS.includes(event.name) && typeof event.on === "boolean" && (event.write === undefined || isCount(event.write));
    default:
      return false;
  }
}

function isTty(tty: unknown): boolean {
  return tty === 0 || tty === 1;
}

function isSize(cells: unknown): boolean {
  return isCount(cells) && cells > 0 && cells < 1000;
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

/** A few letters that stand for all that a learner sees of a machine, whatever was taken back on the way: screens, picture, clock. */
export function proofOf(lab: Lab): string {
  const hash = sha256.create();
  for (const tty of [0, 1]) hash.update(lab.screen(tty));
  const { power, deployments, bootEntries, booted, strata, faults, disk, clock, bootCount } = lab.glance();
  hash.update(encodeUtf8(JSON.stringify({ power, deployments, bootEntries, booted, strata, faults, disk, clock, bootCount })));
  return bytesToHex(hash.digest()).slice(0, PROOF_LETTERS);
}
