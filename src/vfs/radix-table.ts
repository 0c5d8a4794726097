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
  #owner: Owner;

  constructor(owner: Owner, from: FrozenTable = EMPTY) {
    this.#owner = owner;
    this.#root = from.root;
    this.#height = from.height;
  }

  /** Constant time. From now on this table writes as `owner`. */
  freeze(owner: Owner): FrozenTable {
    this.#owner = owner;
    return { root: this.#root, height: this.#height };
  }

  get(key: number): T | undefined {
    let branch = this.#root;
    const height = this.#height;
    if (branch === undefined || key >= 2 ** ((height + 1) * BITS)) return undefined;
    for (let shift = height * BITS; shift > 0; shift -= BITS) {
      branch = branch.slots[(key >>> shift) & MASK] as Branch | undefined;
      if (branch === undefined) return undefined;
    }
    return branch.slots[key & MASK] as T | undefined;
  }

  /** `value` undefined removes. */
  set(key: number, value: T | undefined): void {
    while (this.#root === undefined || key >= 2 ** ((this.#height + 1) * BITS)) this.#grow();
    let branch = (this.#root = this.#own(this.#root));
    for (let shift = this.#height * BITS; shift > 0; shift -= BITS) {
      const slot = (key >>> shift) & MASK;
      const next = branch.slots[slot] as Branch | undefined;
      const owned = next === undefined ? { owner: this.#owner, slots: newSlots() } : this.#own(next);
      if (owned !== next) branch.slots[slot] = owned;
      branch = owned;
    }
    branch.slots[key & MASK] = value;
  }

  /** Every value, by ascending key. */
  *values(): Generator<T> {
    if (this.#root !== undefined) yield* valuesBelow<T>(this.#root, this.#height);
  }

  #grow(): void {
    if (this.#root === undefined) {
      this.#root = { owner: this.#owner, slots: newSlots() };
      return;
    }
    const slots = newSlots();
    slots[0] = this.#root;
    this.#root = { owner: this.#owner, slots };
    this.#height++;
  }

  #own(branch: Branch): Branch {
    return branch.owner === this.#owner ? branch : { owner: this.#owner, slots: branch.slots.slice() };
  }
}

function newSlots(): unknown[] {
  return new Array<unknown>(WIDTH).fill(undefined);
}

function* valuesBelow<T>(branch: Branch, height: number): Generator<T> {
  for (const slot of branch.slots) {
    if (slot === undefined) continue;
    if (height === 0) yield slot as T;
    else yield* valuesBelow<T>(slot as Branch, height - 1);
  }
}
