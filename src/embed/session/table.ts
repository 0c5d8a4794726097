/**
 * The page's half of a session: brings frames together that name the same one. Who comes first holds the machine; the others get a port to it,
 * and when it leaves the page, the next one takes its place.
 */
import type { Guest, Join, Seat } from "../protocol.ts";

const SWEEP_MILLISECONDS = 300;
const LONGEST_NAME = 100;

/** As much of a frame's element as is needed. */
export type Frame = Pick<HTMLIFrameElement, "isConnected" | "contentWindow">;

interface Member {
  readonly frame: Frame;
  readonly window: Window;
  /** The one of its `Join`: a frame that was loaded anew has another. */
  readonly id: string;
}

interface Table {
  readonly machine: string;
  /** The first one holds the machine. */
  members: readonly Member[];
}

export class SessionTables {
  /** The lab's frame whose window that is; undefined for all other windows. */
  readonly #frameOf: (source: MessageEventSource) => Frame | undefined;
  readonly #tables = new Map<string, Table>();
  #sweeper: ReturnType<typeof setInterval> | undefined;

  constructor(frameOf: (source: MessageEventSource) => Frame | undefined) {
    this.#frameOf = frameOf;
  }

  /** Takes what was posted to the page's window, by whomever. */
  hear({ source, data }: Pick<MessageEvent<unknown>, "source" | "data">): void {
    if (source === null || !isJoin(data)) return;
    const frame = this.#frameOf(source);
    if (frame === undefined) return;
    const member: Member = { frame, window: source as Window, id: data.id };
    if ([...this.#tables.values()].some(({ members }) => members.some(({ window, id }) => window === source && id === data.id))) return;
    this.sweep(member);
    this.#sit(member, data);
  }

  #sit(member: Member, { session, machine }: Join): void {
    const table = this.#tables.get(session) ?? { machine, members: [] };
    if (table.machine !== machine) return seat(member, false, table.machine);
    this.#tables.set(session, table);
    table.members = [...table.members, member];
    introduce(table, member);
    this.#sweeper ??= setInterval(() => this.sweep(), SWEEP_MILLISECONDS);
  }

  /** Who is not on the page any more has left; so has what `again`'s frame showed before. */
  sweep(again?: Member): void {
    for (const [session, table] of this.#tables) {
      const [before] = table.members;
      table.members = table.members.filter(
        ({ frame, window }) => frame.isConnected && frame.contentWindow === window && window !== again?.window,
      );
      if (table.members.length === 0) this.#tables.delete(session);
      else if (table.members[0] !== before) for (const member of table.members) introduce(table, member);
    }
    if (this.#tables.size > 0) return;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
  }
}

function introduce({ machine, members: [holder] }: Table, member: Member): void {
  if (holder === undefined || member === holder) return seat(member, true, machine);
  const { port1, port2 } = new MessageChannel();
  holder.window.postMessage({ imm: 1, t: "guest", id: holder.id } satisfies Guest, "*", [port1]);
  seat(member, false, machine, port2);
}

/** A frame's origin may be opaque, so it cannot be named. */
function seat({ window, id }: Member, holds: boolean, machine: string, port?: MessagePort): void {
  window.postMessage({ imm: 1, t: "seat", id, holds, machine } satisfies Seat, "*", port && [port]);
}

function isJoin(data: unknown): data is Join {
  if (typeof data !== "object" || data === null) return false;
  const { imm, t, ...names } = data as Partial<Join>;
  return imm === 1 && t === "join" && [names.id, names.session, names.machine].every(isName);
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= LONGEST_NAME;
}
