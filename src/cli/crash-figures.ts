/** What must be whole after a power cut besides the system itself: the files of /etc and of /var, and what they may be. */
import { liveFiles } from "./tree-reader.ts";
import type { Machine } from "../machine/machine.ts";
import type { DiskWrite } from "../vfs/disk-types.ts";

/** Files by their paths, each with what it is and holds. */
export type Files = ReadonlyMap<string, string>;

export interface Figures {
  readonly etc: Files;
  readonly data: Files;
}

/** Places below /var that every start writes to by itself, and what a transaction builds in, which the next one empties first. */
const NOISE = ["/var/log", "/var/tmp", "/var/cache", "/var/lib/systemd", "/var/lib/rpm-ostree", "/var/lib/abroot/storage"];
/** Files of /etc that the system makes at a first start. */
const ETC_NOISE = ["/etc/.updated", "/etc/machine-id"];

export function figuresOf(machine: Machine): Figures {
  const sys = machine.inspect();
  return {
    etc: liveFiles(sys, "/etc", (path) => ETC_NOISE.includes(path)),
    data: liveFiles(sys, "/var", (path) => NOISE.includes(path)),
  };
}

/** The figures before each write; taken afresh only when the write before could have changed them. */
export class FigureKeeper {
  readonly #machine: Machine;
  #last: Figures;
  #isStale = false;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.#last = figuresOf(machine);
  }

  at(write: DiskWrite): Figures {
    if (this.#isStale && this.#machine.power === "running") this.#last = figuresOf(this.#machine);
    this.#isStale = /\/etc(\/|$)|\/var(\/|$)|:\/home|^var:/.test(write.path);
    return this.#last;
  }
}

/** The states that each file had at some moments; undefined among them where it was missing. */
export class Allowed {
  readonly #states = new Map<string, Set<string | undefined>>();

  constructor(moments: Iterable<Files>) {
    const distinct = new Set(moments);
    const seen = new Map<string, number>();
    for (const files of distinct)
      for (const [path, state] of files) {
        const states = this.#states.get(path);
        if (states) states.add(state);
        else this.#states.set(path, new Set([state]));
        seen.set(path, (seen.get(path) ?? 0) + 1);
      }
    for (const [path, states] of this.#states) if ((seen.get(path) ?? 0) < distinct.size) states.add(undefined);
  }

  /**
   * The first file of `now` that was never like that, or that is missing though it was always there.
   * A file that the run itself was writing may be half-written when writes are reordered: nobody had synced it.
   */
  firstOdd(now: Files, isReordered: boolean): string | undefined {
    for (const [path, states] of this.#states) if (!states.has(now.get(path)) && !(isReordered && states.size > 1)) return path;
    for (const path of now.keys()) if (!this.#states.has(path)) return path;
    return undefined;
  }
}
