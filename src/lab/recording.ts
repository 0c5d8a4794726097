/**
 * A run as a recording for terminal players (asciicast v3): it is run again, and what the console prints is noted with the machine's own
 * time. Between what people did no time passes in the machine, so keys come at the pace of a hand.
 */
import { NANOSECONDS, type Timestamp } from "../base/timestamp.ts";
import { decodeUtf8 } from "../base/utf8.ts";
import type { Missable } from "../machine/program.ts";
import { Lab, type LabOptions } from "./lab.ts";
import { BadRun, type RunScript, type When } from "./run-script.ts";

/** Seconds between two keys, and before what is done all at once: a pasted line, a button. */
const KEY_SECONDS = 0.06;
const DEED_SECONDS = 0.8;
/** What is longer is shown as if it took so long, as recorders do. */
const MOST_SECONDS = 3;
const SIZE = { columns: 80, rows: 24 };
const AT_ONCE = 100_000;
const PATIENCE = 20_000_000;
/** Nothing is missing; whoever runs this may do something else. */
const TURN: Missable = { name: "", isThere: true };

/** Stops for what is missing; gives the file's text. Throws `BadRun` for a run that never comes to rest. */
export function* recording(options: LabOptions, script: RunScript, title: string): Generator<Missable, string> {
  const lab = yield* Lab.before(options, script);
  const cast = new Cast();
  let size = SIZE;
  cast.print(lab.machine.now, lab.screen(0));
  for (const { when, event } of script.events) {
    yield* play(lab, when, cast);
    if (event.kind === "resize" && event.tty === 0) {
      if (cast.isUntouched) size = event;
      else cast.note("r", `${event.columns}x${event.rows}`, 0);
    } else if (event.kind === "keys" && event.tty === 0)
      cast.note("i", event.text, [...event.text].length === 1 ? KEY_SECONDS : DEED_SECONDS);
    else if (event.kind !== "resize" && event.kind !== "keys") cast.note("m", event.kind, DEED_SECONDS);
    lab.send(event);
  }
  yield* play(lab, script.end, cast);
  const header = { version: 3, term: { cols: size.columns, rows: size.rows, type: "xterm-256color" }, title };
  return [header, ...cast.lines].map((line) => `${JSON.stringify(line)}\n`).join("");
}

class Cast {
  readonly lines: (readonly [seconds: number, code: "o" | "i" | "r" | "m", data: string])[] = [];
  /** Nothing was done yet. */
  isUntouched = true;
  #last: Timestamp | undefined;
  /** The beginning of a character whose rest comes later. */
  #rest = new Uint8Array();

  print(now: Timestamp, data: Uint8Array): void {
    const bytes = new Uint8Array([...this.#rest, ...data]);
    const whole = bytes.length - unfinished(bytes);
    this.#rest = bytes.slice(whole);
    if (whole > 0)
      this.#add(Math.min(this.#since(now), MOST_SECONDS), "o", decodeUtf8(bytes.subarray(0, whole)).replace(/[\ud800-\udfff]/gu, "\ufffd"));
  }

  note(code: "i" | "r" | "m", data: string, seconds: number): void {
    this.isUntouched = false;
    this.#add(seconds, code, data);
  }

  #add(seconds: number, code: "o" | "i" | "r" | "m", data: string): void {
    this.lines.push([Math.round(seconds * 1e6) / 1e6, code, data]);
  }

  #since(now: Timestamp): number {
    const last = this.#last ?? now;
    this.#last = now;
    return Math.max(0, now.sec - last.sec + (now.nsec - last.nsec) / NANOSECONDS);
  }
}

/** How many bytes at the end are a character's beginning. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
}

function* play(lab: Lab, when: When, cast: Cast): Generator<Missable, void> {
  const start = lab.tick;
  const end = when === "at rest" ? Infinity : "tick" in when ? when.tick : start + when.after;
  // What was sent is delivered by the next run, of no ticks if need be.
  do {
    if (lab.tick - start > PATIENCE) throw new BadRun("the run never comes to rest");
    const chunks = lab.run(Math.min(end - lab.tick, AT_ONCE));
    for (const chunk of chunks) if (chunk.kind === "output" && chunk.tty === 0) cast.print(lab.machine.now, chunk.data);
    if (lab.missing !== undefined) yield lab.missing;
    else if (lab.tick < end && lab.idle && chunks.length === 0) {
      if (lab.sleepsFor === undefined) return;
      lab.wake();
    } else yield TURN;
  } while (lab.tick < end);
}
