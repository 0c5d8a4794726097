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
