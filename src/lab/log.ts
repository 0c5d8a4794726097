/** The log of a run. */
import type { LabEvent } from "./events.ts";

export interface LoggedEvent {
  /** Ticks since the lab began. */
  readonly tick: number;
  /** Nothing would have happened any more without it. */
  readonly atRest?: true;
  readonly event: LabEvent;
}

/** Everything that a run is, apart from the code and the catalogue. Plain data. */
export interface LabLog {
  readonly version: 1;
  readonly machine: string;
  readonly flavour: string;
  readonly seed: number;
  readonly events: readonly LoggedEvent[];
  /** The tick that the run had reached. */
  readonly tick: number;
  /** And nothing would have happened any more. */
  readonly atRest?: true;
}
