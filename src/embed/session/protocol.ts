/** What the frames of a session say to each other on the ports that their page gave them (`Seat`, `Guest` of ../protocol.ts). Both sides ask. */
import * as z from "zod/mini";
import { FAULTS } from "../../machine/world.ts";

const nothing = z.optional(z.object({}));
const tty = z.int().check(z.minimum(0), z.maximum(1));
const cells = z.int().check(z.minimum(1), z.maximum(1000));

const Event = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("keys"), tty, text: z.string().check(z.maxLength(100_000)) }),
  z.object({ kind: z.literal("resize"), tty, columns: cells, rows: cells }),
  z.object({ kind: z.literal("power-cut") }),
  z.object({ kind: z.literal("power-on") }),
  z.object({ kind: z.literal("reboot") }),
  z.object({ kind: z.literal("open-tty"), tty }),
  z.object({ kind: z.literal("fault"), name: z.enum(FAULTS), on: z.boolean(), write: z.optional(z.int().check(z.minimum(1))) }),
]);

/** A run as a page keeps it; whether its log can be replayed, the lab finds out. */
const Run = z.object({
  setup: z.object({ machine: z.string(), flavour: z.string(), seed: z.optional(z.int()) }),
  log: z.unknown(),
  proof: z.optional(z.string()),
});

/** What a guest asks of the frame that holds the machine. */
export const OF_HOLDER = {
  /** Tells all of the machine as it stands, and from then on what happens. */
  look: nothing,
  send: z.object({ event: Event }),
  undo: nothing,
  redo: nothing,
  startOver: z.object({ flavour: z.string() }),
  goOn: z.object({ run: Run }),
  ask: z.object({ question: z.enum(["packed", "proof", "recording", "commands"]) }),
  /** Answered when nobody else types lines; until `turnOver`. */
  turn: nothing,
  turnOver: nothing,
} as const;

const Chunk = z.discriminatedUnion("kind", [
  z.object({ kind: z.enum(["output", "screen"]), tty, data: z.instanceof(Uint8Array) }),
  z.object({ kind: z.literal("view"), view: z.looseObject({}) }),
  z.object({ kind: z.literal("trace") }),
  z.object({ kind: z.literal("fault"), message: z.string() }),
]);

/** What the holder asks of a guest. */
export const OF_GUEST = {
  /** Show what has happened; answered when it is shown. */
  deliver: z.object({
    chunks: z.array(Chunk),
    run: z.optional(Run),
    remark: z.optional(z.enum(["unreadable", "differs", "stalled", "resumed", "silent", "keeps nothing", "replaying", "replayed"])),
  }),
} as const;
