/**
 * A persistent table from small whole numbers to values: what an inode table is made of.
 *
 * Every branch carries the token of the table that may change it in place. `freeze` hands the whole table out in constant time and
 * gives this one a new token, so that later writes copy the few branches on their way and leave the frozen ones alone.
 */

const BITS = 5;
const WIDTH = 1 << BITS;
const MASK = WIDTH - 1;

/** Whoever holds it may change what carries it. */
export interface Owner {
  readonly owner: true;
}

export function newOwner(): Owner {
  return { owner: true };
}

interface Branch {
  readonly owner: Owner;
  readonly slots: unknown[];
}

export interface FrozenTable {
  readonly root: Branch | undefined;
  readonly height: number;
}

const EMPTY: FrozenTable = { root: undefined, height: 0 };

export class RadixTable<T> {
  #root: Branch | undefined;
  #height: number;
  /** Keys from here on need a taller tree. */
  #limit: number;
  #owner: Owner;

  constructor(owner: Owner, from: FrozenTable = EMPTY) {
    this.#owner = owner;
    this.#root = from.root;
    this.#height = from.height;
    this.#limit = from.root === undefined ? 0 : limitOf(from.height);
  }

  /** Constant time. From now on this table writes as `owner`. */
  freeze(owner: Owner): FrozenTable {
    this.#owner = owner;
    return { root: this.#root, height: this.#height };
  }

  get(key: number): T | undefined {
    let branch = this.#root;
    if (key >= this.#limit) return undefined;
    for (let shift = this.#height * BITS; shift > 0; shift -= BITS) {
      if (branch === undefined) return undefined;
      branch = branch.slots[(key >>> shift) & MASK] as Branch | undefined;
    }
    return branch?.slots[key & MASK] as T | undefined;
  }

  /** `value` undefined removes. */
  set(key: number, value: T | undefined): void {
    while (key >= this.#limit) this.#grow();
    let branch = (this.#root = this.#own(this.#root));
    for (let shift = this.#height * BITS; shift > 0; shift -= BITS) {
      const slot = (key >>> shift) & MASK;
      const next = branch.slots[slot] as Branch | undefined;
      const owned = this.#own(next);
      if (owned !== next) branch.slots[slot] = owned;
      branch = owned;
    }
    branch.slots[key & MASK] = value;
  }

  /** Every value, by ascending key; with `seen` only those that no table shares which was asked with the same one before. */
  *values(seen?: Set<object>): Generator<T> {
    if (this.#root !== undefined) yield* valuesBelow<T>(this.#root, this.#height, seen);
  }

  #grow(): void {
    const slots = newSlots();
    if (this.#root !== undefined) {
      slots[0] = this.#root;
      this.#height++;
    }
    this.#root = { owner: this.#owner, slots };
    this.#limit = limitOf(this.#height);
  }

  #own(branch: Branch | undefined): Branch {
    if (branch === undefined) return { owner: this.#owner, slots: newSlots() };
    return branch.owner === this.#owner ? branch : { owner: this.#owner, slots: branch.slots.slice() };
  }
}

/** How many keys a tree of this height holds. */
function limitOf(height: number): number {
  return 1 << ((height + 1) * BITS);
}

function newSlots(): unknown[] {
  return new Array<unknown>(WIDTH).fill(undefined);
}

function* valuesBelow<T>(branch: Branch, height: number, seen: Set<object> | undefined): Generator<T> {
  if (seen?.has(branch) === true) return;
  seen?.add(branch);
  for (const slot of branch.slots) {
    if (slot === undefined) continue;
    if (height === 0) yield slot as T;
    else yield* valuesBelow<T>(slot as Branch, height - 1, seen);
  }
}

/** The keys whose values are not the same object in both; it takes as long as there are differences, not as there are values. */
export function* differingKeys(left: FrozenTable, right: FrozenTable): Generator<number> {
  const height = Math.max(left.height, right.height);
  yield* differencesBelow(raised(left, height), raised(right, height), height, 0);
}

/** The root of a table as high as `height`. */
function raised({ root, height }: FrozenTable, wanted: number): Branch | undefined {
  let branch = root;
  for (let at = height; branch !== undefined && at < wanted; at++) branch = { owner: branch.owner, slots: [branch] };
  return branch;
}

function* differencesBelow(left: Branch | undefined, right: Branch | undefined, height: number, first: number): Generator<number> {
  if (left === right) return;
  for (let slot = 0; slot < WIDTH; slot++) {
    const [one, other] = [left?.slots[slot], right?.slots[slot]];
    if (one === other) continue;
    const key = first + slot * WIDTH ** height;
    if (height === 0) yield key;
    else yield* differencesBelow(one as Branch | undefined, other as Branch | undefined, height - 1, key);
  }
}
