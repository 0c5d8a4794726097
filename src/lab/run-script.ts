/** A run as it is replayed: what was done and when, as loosely as a link says it or as exactly as a log. */
import type { LabEvent } from "./events.ts";
import type { LabLog } from "./log.ts";

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

export function scriptOf(log: LabLog): RunScript {
  const { machine, flavour, seed, tick } = log;
  return { machine, flavour, seed, events: log.events.map(({ tick, event }) => ({ when: { tick }, event })), end: { tick } };
}
