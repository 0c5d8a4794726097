/**
 * What this browser keeps of a run: its log, in IndexedDB. Where storage is blocked or full every verb does nothing, and `available`
 * says so.
 */
import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type { SavedRun } from "./hosted-lab.ts";
import type { Keeper } from "./lab-client.ts";

const DATABASE = "immutable-lab";
const VERSION = 2;
/** The machine whose run was kept before there were others: it has the old names. */
const FIRST = "silverblue";

interface Schema extends DBSchema {
  runs: { key: string; value: SavedRun };
}

/** In localStorage: a run has been kept once. IndexedDB knows better, but not at once. */
function traceOf(machine: string): string {
  return machine === FIRST ? "immutable-lab/run" : `immutable-lab/run/${machine}`;
}

type Database = IDBPDatabase<Schema>;

/** One run for each machine. */
export class BrowserStore implements Keeper {
  readonly #key: string;
  readonly #trace: string;
  #database: Promise<Database | undefined> = open();
  #next: SavedRun | undefined;
  #writing = false;

  constructor(machine: string) {
    this.#key = machine === FIRST ? "current" : machine;
    this.#trace = traceOf(machine);
  }

  /** Whether `load` is likely to find a run; answers at once, for what is painted before IndexedDB is open. */
  get mayHaveRun(): boolean {
    try {
      return localStorage.getItem(this.#trace) !== null;
    } catch {
      return false;
    }
  }

  async available(): Promise<boolean> {
    return (await this.#database) !== undefined;
  }

  /** The run that a reload goes on with. */
  async load(): Promise<SavedRun | undefined> {
    return this.#try(async (database) => database.get("runs", this.#key));
  }

  /** Keeps `run`; of several that come while one is being written only the last is. */
  save(run: SavedRun): void {
    this.#next = run;
    if (!this.#writing) void this.#write();
  }

  async #write(): Promise<void> {
    this.#writing = true;
    leaveTrace(this.#trace);
    for (let run = this.#next; run !== undefined; run = this.#next) {
      this.#next = undefined;
      const kept = run;
      await this.#try(async (database) => database.put("runs", kept, this.#key));
    }
    this.#writing = false;
  }

  /** When the disk is full or the permission went away the page carries on without. */
  async #try<T>(use: (database: Database) => Promise<T>): Promise<T | undefined> {
    const database = await this.#database;
    try {
      return database && (await use(database));
    } catch {
      this.#database = Promise.resolve(undefined);
      return undefined;
    }
  }
}

async function open(): Promise<Database | undefined> {
  try {
    return await openDB<Schema>(DATABASE, VERSION, {
      upgrade(database, oldVersion) {
        if (oldVersion < 1) database.createObjectStore("runs");
      },
      // A newer page in another tab wants to change the database: it must not wait for this one.
      blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
    });
  } catch {
    return undefined; // blocked: a private window, a sandboxed frame, a setting
  }
}

function leaveTrace(trace: string): void {
  try {
    localStorage.setItem(trace, "");
  } catch {
    // Blocked or full: the run is found a moment later.
  }
}
