/** A terminal of the machine: a pane of glass in its place on the page, whose keys and size go to the lab. */
import type { LabEvent } from "../lab/events.ts";
import { Glass } from "../terminal/terminal.ts";
import type { TtyNumber } from "./page-state.svelte.ts";
import type { Preferences } from "./preferences.ts";

/** `send` is called later, with each event. */
export function openGlass(tty: TtyNumber, element: HTMLElement, { screenReader }: Preferences, send: (event: LabEvent) => void): Glass {
  return new Glass(element, {
    label: `Terminal ${tty + 1}. Press Escape, then Tab to leave it; Shift and Tab goes back.`,
    screenReader,
    onKeys: (text) => send({ kind: "keys", tty, text }),
    onResize: (columns, rows) => send({ kind: "resize", tty, columns, rows }),
  });
}
