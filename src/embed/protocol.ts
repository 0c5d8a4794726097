/**
 * "imm/1": what a page and the lab in its frame say to each other. Everything that comes in is read by these schemas, and what does not fit
 * is answered by an error or by nothing. `generator/schema.ts` publishes them as JSON Schema.
 *
 * 1. The page posts `Hello` to the frame's window, every half second until it hears `Welcome`.
 * 2. The frame answers with `Welcome` and a `MessagePort`; all else goes through that.
 * 3. Requests have a number and are answered once, by that number. Events count up.
 *
 * A frame that shares a machine with others on the page posts `Join` to the page, every half second until it hears `Seat`; the first one
 * holds the machine, and is posted a `Guest` for each of the others. What goes through these ports is in session-protocol.ts.
 *
 * Only `Hello`, `Welcome`, `Size`, `Join`, `Seat` and `Guest` are ever posted to a window. Unknown keys are ignored.
 */
import * as z from "zod/mini";

// A policy without `unsafe-eval` would note even the try.
z.config({ jitless: true });

const name = z.string().check(z.minLength(1), z.maxLength(100));

export const Hello = z.object({ imm: z.literal(1), t: z.literal("hello"), id: name });
export type Hello = z.infer<typeof Hello>;

export const Welcome = z.object({
  imm: z.literal(1),
  t: z.literal("welcome"),
  /** The one of the hello. */
  id: z.string(),
  /** The requests that this frame answers. */
  caps: z.array(z.string()),
  machine: z.string(),
  lesson: z.optional(z.string()),
});
export type Welcome = z.infer<typeof Welcome>;

/** How high the frame would like to be, in CSS pixels. */
export const Size = z.object({ imm: z.literal(1), t: z.literal("size"), h: z.number() });

/** A frame would like to sit at the page's machine of that session. */
export const Join = z.object({ imm: z.literal(1), t: z.literal("join"), id: name, session: name, machine: name });
export type Join = z.infer<typeof Join>;

/**
 * The page's answer: the frame holds the machine, or it comes with a `MessagePort` to the frame that does; without one the session's machine
 * is another. It comes again, with another place, when the frame that held the machine has left the page.
 */
export const Seat = z.object({ imm: z.literal(1), t: z.literal("seat"), id: name, holds: z.boolean(), machine: name });
export type Seat = z.infer<typeof Seat>;

/** To the frame that holds the machine, with the other end of somebody's port. */
export const Guest = z.object({ imm: z.literal(1), t: z.literal("guest"), id: name });
export type Guest = z.infer<typeof Guest>;

const text = z.string().check(z.maxLength(100_000));
const nothing = z.optional(z.object({}));

/** What each request brings along. */
export const REQUESTS = {
  /** Types lines, each at a prompt, and waits for the next one. Gives the last one's exit status and what all printed. */
  run: z.object({ cmds: z.array(text).check(z.minLength(1), z.maxLength(100)) }),
  /** Types text as it is, e.g. half a line, or keys for a program. */
  type: z.object({ text }),
  /** A fresh machine; in a lesson from its beginning. */
  reset: nothing,
  undo: z.optional(z.object({ n: z.optional(z.int().check(z.minimum(1), z.maximum(200))) })),
  redo: nothing,
  reboot: nothing,
  powerCut: nothing,
  powerOn: nothing,
  /** The run so far, as a link has it. */
  snapshot: nothing,
  /** What the terminal has printed. */
  text: nothing,
  /** Makes something go wrong, or puts it right; see `lab fault`. */
  inject: z.object({ fault: z.string().check(z.maxLength(100)), on: z.optional(z.boolean()) }),
  /** Puts the keyboard's focus into the terminal. */
  focus: nothing,
  /** Shows a step of the lesson, by number (1) or id. */
  goto: z.object({ step: z.union([z.int(), z.string()]) }),
  /** Looks at the goals of the step that is shown. */
  check: nothing,
} as const;
export type RequestName = keyof typeof REQUESTS;

export const Request = z.object({ id: z.int(), m: z.string(), p: z.optional(z.unknown()) });
export type Request = z.infer<typeof Request>;

export const Reply = z.union([
  z.object({ id: z.int(), ok: z.literal(true), r: z.optional(z.unknown()) }),
  z.object({
    id: z.int(),
    ok: z.literal(false),
    e: z.object({ code: z.enum(["malformed", "unknown", "refused", "failed"]), msg: z.string() }),
  }),
]);
export type Reply = z.infer<typeof Reply>;

/** What each event tells. */
export const EVENTS = {
  ready: z.object({ machine: z.string() }),
  resize: z.object({ height: z.number() }),
  boot: z.object({ version: z.string(), count: z.int() }),
  /** Only with `events=commands`. */
  command: z.object({ line: z.string(), exit: z.nullable(z.int()) }),
  /** Likewise: the run so far, behind each command. */
  state: z.object({ run: z.string() }),
  /** The lab cannot be shown, its session has another machine, or something of ours broke. */
  error: z.object({ code: z.enum(["start", "session", "fault"]), message: z.string() }),
  step: z.object({ index: z.int(), total: z.int() }),
  check: z.object({ id: z.string(), ok: z.boolean() }),
  complete: z.object({ lesson: z.string() }),
} as const;
export type EventName = keyof typeof EVENTS;

export const Told = z.object({ ev: z.string(), d: z.unknown(), seq: z.int() });
export type Told = z.infer<typeof Told>;

/** What a frame posts to a window or a port, by name, for the published schema. */
export const MESSAGES = { Hello, Welcome, Size, Join, Seat, Guest, Request, Reply, Told } as const;
