/** A set in order: a sorted array, which for thousands of members moves memory faster than a tree finds its way. */

export class OrderedSet<T> {
  readonly #compare: (a: T, b: T) => number;
  readonly #items: T[] = [];

  /** `compare` is 0 for one and the same member only; what it looks at does not change while a member is in the set. */
  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#items.length;
  }

  /** The member at `index`, which counts from 0. */
  at(index: number): T | undefined {
    return this.#items[index];
  }

  add(item: T): void {
    const at = this.#position(item);
    if (this.#items[at] !== item) this.#items.splice(at, 0, item);
  }

  delete(item: T): void {
    const at = this.#position(item);
    if (this.#items[at] === item) this.#items.splice(at, 1);
  }

  /** How many members come before `item` or are it: where those after it begin. */
  indexAfter(item: T): number {
    const at = this.#position(item);
    return this.#items[at] === item ? at + 1 : at;
  }

  [Symbol.iterator](): IterableIterator<T> {
    return this.#items.values();
  }

  #position(item: T): number {
    const items = this.#items;
    let low = 0;
    let high = items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(items[middle] as T, item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
