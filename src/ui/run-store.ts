/** Keeps the log of a run in IndexedDB. Where storage is blocked or full every verb does nothing, and `available` says so. */
import { openDB, type IDBPDatabase } from "idb";
import type { SavedRun } from "./hosted-lab.ts";
import type { Keeper } from "./lab-client.ts";

const DATABASE = "immutable-lab";
const STORE = "runs";
/** One run per browser: the one that a reload goes on with. */
const KEY = "current";

export class RunStore implements Keeper {
  #database: Promise<IDBPDatabase | undefined>;
  #next: SavedRun | undefined;
  #writing = false;

  constructor() {
    this.#database = open();
  }

  async available(): Promise<boolean> {
    return (await this.#database) !== undefined;
  }

  async load(): Promise<SavedRun | undefined> {
    try {
      return (await (await this.#database)?.get(STORE, KEY)) as SavedRun | undefined;
    } catch {
      return undefined;
    }
  }

  /** Keeps `run`; of several that come while one is being written only the last is. */
  save(run: SavedRun): void {
    this.#next = run;
    if (!this.#writing) void this.#write();
  }

  async #write(): Promise<void> {
    this.#writing = true;
    for (let run = this.#next; run !== undefined; run = this.#next) {
      this.#next = undefined;
      try {
        await (await this.#database)?.put(STORE, run, KEY);
      } catch {
        this.#database = Promise.resolve(undefined); // the disk is full or the permission went away: carry on without
      }
    }
    this.#writing = false;
  }
}

async function open(): Promise<IDBPDatabase | undefined> {
  try {
    return await openDB(DATABASE, 1, { upgrade: (database) => void database.createObjectStore(STORE) });
  } catch {
    return undefined; // blocked: a private window, a sandboxed frame, a setting
  }
}
