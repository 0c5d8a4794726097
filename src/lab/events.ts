/** What may happen to a lab from outside. The log of a run is a list of these, each with the tick at which it was delivered. */
import type { FaultName } from "../machine/world.ts";

export type LabEvent =
  /** Bytes typed or pasted at terminal `tty` (0 is the console, 1 a second one), as text. */
  | { readonly kind: "keys"; readonly tty: number; readonly text: string }
  | { readonly kind: "resize"; readonly tty: number; readonly columns: number; readonly rows: number }
  /** Pull the plug. With `seed`, unsynced writes are lost or land in another order. */
  | { readonly kind: "power-cut"; readonly seed?: number }
  /** Press the power button of a machine that is off. */
  | { readonly kind: "power-on" }
  /** The button that types `systemctl reboot` as root would, without a shell. */
  | { readonly kind: "reboot" }
  | { readonly kind: "open-tty"; readonly tty: number }
  /** Something goes wrong, or is put right. `write`, of a power cut: the plug is pulled before the `write`-th write from now (1). */
  | { readonly kind: "fault"; readonly name: FaultName; readonly on: boolean; readonly write?: number };

/** What comes out, in order. */
export type LabChunk =
  | { readonly kind: "output"; readonly tty: number; readonly data: Uint8Array }
  /** Clear the terminal and show this instead (after undo, redo, reset, restore). */
  | { readonly kind: "screen"; readonly tty: number; readonly data: Uint8Array }
  | { readonly kind: "trace"; readonly event: import("../vfs/types.ts").TraceEvent }
  | { readonly kind: "view"; readonly view: import("./view.ts").View }
  | { readonly kind: "fault"; readonly message: string };

/** Whether keys contain Enter: asked at every view of all since the last checkpoint, and a paste may have megabytes. */
const entering = new WeakMap<LabEvent, boolean>();

/** Whether an event is more than a part of a line: Ctrl-C and its like end what runs. */
export function isDeed(event: LabEvent): boolean {
  return isSubstantial(event) || (event.kind === "keys" && /[\x03\x04\x1a\x1c]/.test(event.text));
}

/** Whether an event did something that a learner would want to take back. */
export function isSubstantial(event: LabEvent): boolean {
  switch (event.kind) {
    case "resize":
    case "open-tty":
      return false;
    case "keys": {
      let enters = entering.get(event);
      if (enters === undefined) entering.set(event, (enters = /[\r\n]/.test(event.text)));
      return enters;
    }
    default:
      return true;
  }
}
