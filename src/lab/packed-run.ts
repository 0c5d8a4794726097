/**
 * A run as short text, for links: what was done, and when only where that does not follow from it. Most keys come while the machine is
 * at rest, so their ticks are what a machine that is run again finds by itself.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { decodeLatin1 } from "../base/latin1.ts";
import { encodeUtf8 } from "../base/utf8.ts";
import { offerOf } from "../distros/offers.ts";
import { FAULTS } from "../machine/world.ts";
import type { LabEvent } from "./events.ts";
import type { Lab } from "./lab.ts";
import type { LabLog, LoggedEvent } from "./log.ts";
import { BadRun, type RunScript, type ScriptedEvent, type When } from "./run-script.ts";

/** Keys at the console, each at rest; Enter and Backspace in each other's place, since Enter is frequent and JSON writes it as two characters. */
type Typed = string;
/** Ticks since the event before, -1 for "at rest"; an event, of which keys at the console are only their text. */
type Timed = readonly [after: number, event: LabEvent | string];
/** A terminal's new size: every run has one, and links are short. */
type Resized = readonly [after: number, tty: number, columns: number, rows: number];
type Item = Typed | Timed | Resized;
type Packed = readonly [version: typeof VERSION, machine: string, flavour: string, seed: number, end: number, proof: string, ...Item[]];

const VERSION = 1;
const AT_REST = -1;
/** 40 bits: a difference of builds shows. */
const PROOF_LETTERS = 10;

export function packRun(log: LabLog, proof: string): string {
  const items: Item[] = [];
  let last = 0;
  for (const logged of log.events) {
    const after = logged.atRest ? AT_REST : logged.tick - last;
    const text = keysOf(logged);
    const before = items.at(-1);
    if (after === AT_REST && text?.length === 1 && typeof before === "string") items[items.length - 1] = before + text;
    else if (after === AT_REST && text?.length === 1) items.push(text);
    else items.push(packedEvent(after, text ?? logged.event));
    last = logged.tick;
  }
  const end = log.atRest ? AT_REST : log.tick - last;
  const flavour = log.flavour === firstFlavour(log.machine) ? "" : log.flavour;
  const written = items.map((item) => (typeof item === "string" ? swapped(item) : item));
  return JSON.stringify([VERSION, log.machine, flavour, log.seed, end, proof, ...written] satisfies Packed);
}

/** What a page starts that machine with; the name of it is left out. */
function firstFlavour(machine: string): string {
  return offerOf(machine).flavours[0].id;
}

function swapped(keys: string): string {
  return keys.replace(/[\r\x7f]/g, (key) => (key === "\r" ? "\x7f" : "\r"));
}

function packedEvent(after: number, event: LabEvent | string): Timed | Resized {
  if (typeof event === "string" || event.kind !== "resize") return [after, event];
  return [after, event.tty, event.columns, event.rows];
}

function keysOf({ event }: LoggedEvent): string | undefined {
  return event.kind === "keys" && event.tty === 0 ? event.text : undefined;
}

/** Throws `BadRun` for what `packRun` does not make. */
export function unpackRun(text: string): RunScript {
  const [version, machine, flavour, seed, end, proof, ...items] = parsedArray(text);
  if (isCount(version) && version > VERSION)
    throw new BadRun("This link was made by a newer version of the lab, which this one cannot read.");
  if (version !== VERSION) throw new BadRun(`expected a run of version ${VERSION}, read ${JSON.stringify(version)}`);
  if (typeof machine !== "string" || typeof flavour !== "string" || !isCount(seed))
    throw new BadRun("expected a machine, its flavour and a seed");
  if (typeof proof !== "string") throw new BadRun("expected what the run looks like at its end");
  return {
    machine,
    flavour: flavour === "" ? firstFlavour(machine) : flavour,
    seed,
    events: items.flatMap(unpackedItem),
    end: whenOf(end),
    proof,
  };
}

function unpackedItem(item: unknown): ScriptedEvent[] {
  // By units, as they were logged: a key may be half a character.
  if (typeof item === "string")
    return swapped(item)
      .split("")
      .map((key) => ({ when: "at rest", event: keysEvent(key) }));
  if (!Array.isArray(item) || (item.length !== 2 && item.length !== 4))
    throw new BadRun(`expected keys or a time and an event, read ${JSON.stringify(item)}`);
  const [after, event, columns, rows] = item as unknown[];
  if (item.length === 4) return [{ when: whenOf(after), event: checkedEvent({ kind: "resize", tty: event, columns, rows }) }];
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

/** A few letters that stand for `sightOf`. */
export function proofOf(lab: Lab): string {
  return bytesToHex(sha256(encodeUtf8(sightOf(lab)))).slice(0, PROOF_LETTERS);
}

/** All that a learner sees of a machine, whatever was taken back on the way: screens, picture, clock. */
export function sightOf(lab: Pick<Lab, "screen" | "glance">): string {
  const screens = [0, 1].map((tty) => decodeLatin1(lab.screen(tty)));
  const { power, deployments, bootEntries, booted, strata, faults, disk, clock, bootCount } = lab.glance();
  return JSON.stringify({ screens, power, deployments, bootEntries, booted, strata, faults, disk, clock, bootCount });
}
