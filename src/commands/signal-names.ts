import { SIGNALS, type Signal } from "../machine/signals.ts";

/** All signals with a name, by rising number. */
export const SIGNAL_LIST = Object.entries(SIGNALS) as readonly (readonly [Signal, number])[];

/** "TERM", "SIGTERM", "term" or "15"; undefined when it is none. */
export function signalOf(text: string): Signal | undefined {
  const name = text.toUpperCase().replace(/^SIG/, "");
  return SIGNAL_LIST.find(([signal, number]) => signal === name || String(number) === text)?.[0];
}
