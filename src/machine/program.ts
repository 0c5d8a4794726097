/**
 * What a program is, and what it may wait for.
 *
 * A program is a generator: it runs until it yields, and it yields only where a real one would block, or to let
 * others run (a tick). It sees the system only through its `Process`.
 */
import type { Timestamp } from "../base/timestamp.ts";
import type { Process } from "./process.ts";

/** 0 to 255; a process ended by a signal has 128 + its number as seen by the shell. */
export type ExitStatus = number;

export type Run<T> = Generator<Wait, T, void>;

export type Program = (proc: Process) => Run<ExitStatus>;

/** Why a coroutine is not running. */
export type Wait =
  /** Let others run; one unit of work was done. */
  | { readonly kind: "tick" }
  /**
   * Until `ready()`, looked at each time the scheduler comes round, or until `deadline` as poll(2) has it. `reason` is what /proc and ps
   * would show. With `isAnnounced` it is looked at only after a signal, which comes whenever it may have become true.
   */
  | {
      readonly kind: "until";
      readonly reason: "read" | "write" | "child" | "lock";
      readonly isAnnounced?: true;
      ready(): boolean;
      readonly deadline?: Timestamp;
    }
  /** Until the virtual clock is `nanoseconds` further. */
  | { readonly kind: "sleep"; readonly nanoseconds: number }
  /** For a tick, and if need be until the rim has fetched it: then the whole machine stands still. See resource.ts. */
  | { readonly kind: "resource"; readonly resource: Missable };

/** What may not be there yet. */
export interface Missable {
  readonly name: string;
  readonly isThere: boolean;
}

export const TICK: Wait = { kind: "tick" };
