/** The two kinds of array that a variable can hold. */

/** What a value takes beside its text. */
export const ELEMENT_BYTES = 96;

/** `declare -a`: whole numbers from 0, with holes. Copies and checkpoints share the elements until one of them changes. */
export class IndexedArray {
  /** The elements while there are no holes. */
  #list: string[] = [];
  /** The elements since there was one. */
  #sparse: Map<number, string> | undefined;
  #isShared = false;
  #sorted = true;
  #last = -1;
  #textBytes = 0;
  /** Declared, and never given anything: `declare -p` shows no value. */
  isUnset = false;

  constructor(elements: Iterable<readonly [number, string]> = []) {
    for (const [index, value] of elements) this.set(index, value);
  }

  /** `values` belong to the array from now on, which leaves them as they are. */
  static of(values: readonly string[]): IndexedArray {
    const array = new IndexedArray();
    array.#list = values as string[];
    array.#isShared = true;
    for (const value of values) array.#textBytes += value.length;
    return array;
  }

  get size(): number {
    return this.#sparse?.size ?? this.#list.length;
  }

  /** One more than the highest index: where `a+=(x)` goes and what a negative index counts from. */
  get end(): number {
    if (this.#sparse === undefined) return this.#list.length;
    if (this.#last < 0) for (const index of this.#sparse.keys()) this.#last = Math.max(this.#last, index);
    return this.#last + 1;
  }

  /** What it takes in memory. */
  get bytes(): number {
    return this.#textBytes + this.size * ELEMENT_BYTES;
  }

  get(index: number): string | undefined {
    return this.#sparse === undefined ? this.#list[index] : this.#sparse.get(index);
  }

  set(index: number, value: string): void {
    this.#own();
    this.isUnset = false;
    this.#textBytes += value.length - (this.get(index)?.length ?? 0);
    if (this.#sparse === undefined && index <= this.#list.length) {
      this.#list[index] = value;
      return;
    }
    const sparse = this.#asSparse();
    if (index < this.end && !sparse.has(index)) this.#sorted = false;
    sparse.set(index, value);
    if (index > this.#last) this.#last = index;
  }

  delete(index: number): void {
    const old = this.get(index);
    if (old === undefined) return;
    this.#own();
    this.#textBytes -= old.length;
    if (this.#sparse === undefined && index === this.#list.length - 1) {
      this.#list.pop();
      return;
    }
    this.#asSparse().delete(index);
    if (index === this.#last) this.#last = -1;
  }

  #asSparse(): Map<number, string> {
    if (this.#sparse === undefined) {
      this.#last = this.#list.length - 1;
      this.#sparse = new Map(this.#list.entries());
      this.#list = [];
    }
    return this.#sparse;
  }

  #own(): void {
    if (!this.#isShared) return;
    this.#isShared = false;
    if (this.#sparse === undefined) this.#list = this.#list.slice();
    else this.#sparse = new Map(this.#sparse);
  }

  entries(): (readonly [number, string])[] {
    if (this.#sparse === undefined) return [...this.#list.entries()];
    const list = [...this.#sparse];
    return this.#sorted ? list : list.sort((a, b) => a[0] - b[0]);
  }

  keys(): string[] {
    return this.entries().map(([index]) => String(index));
  }

  /** Not to be changed. */
  values(): readonly string[] {
    if (this.#sparse !== undefined) return this.entries().map(([, value]) => value);
    this.#isShared = true;
    return this.#list;
  }

  /** As plain data: the values, or where they are as well. */
  save(): readonly string[] | (readonly [number, string])[] {
    return this.#sparse === undefined ? this.values() : this.entries();
  }

  static load(saved: readonly string[] | readonly (readonly [number, string])[]): IndexedArray {
    return typeof saved[0] === "string"
      ? IndexedArray.of(saved as readonly string[])
      : new IndexedArray(saved as (readonly [number, string])[]);
  }

  clone(): IndexedArray {
    const copy = new IndexedArray();
    copy.#list = this.#list;
    copy.#sparse = this.#sparse;
    copy.#isShared = this.#isShared = true;
    copy.#sorted = this.#sorted;
    copy.#last = this.#last;
    copy.#textBytes = this.#textBytes;
    copy.isUnset = this.isUnset;
    return copy;
  }
}

/** Buckets of bash's table for associative arrays (assoc.h); its order of listing follows from them. */
const BUCKETS = 1024;

/** `declare -A`. Listed in the order in which bash's hash table would. */
export class AssociativeArray {
  #elements: Map<string, string>;
  #isShared = false;
  /** As plain data, since it last changed. */
  #saved: readonly (readonly [string, string])[] | undefined;
  #textBytes = 0;
  /** As of an indexed array. */
  isUnset = false;

  constructor(elements: Iterable<readonly [string, string]> = []) {
    this.#elements = new Map(elements);
    for (const [key, value] of this.#elements) this.#textBytes += key.length + value.length;
  }

  get size(): number {
    return this.#elements.size;
  }

  /** What it takes in memory. */
  get bytes(): number {
    return this.#textBytes + this.#elements.size * ELEMENT_BYTES;
  }

  get(key: string): string | undefined {
    return this.#elements.get(key);
  }

  set(key: string, value: string): void {
    this.#own();
    this.isUnset = false;
    const old = this.#elements.get(key);
    this.#textBytes += value.length - (old?.length ?? -key.length);
    this.#elements.set(key, value);
  }

  delete(key: string): void {
    const old = this.#elements.get(key);
    if (old === undefined) return;
    this.#own();
    this.#textBytes -= key.length + old.length;
    this.#elements.delete(key);
  }

  #own(): void {
    this.#saved = undefined;
    if (this.#isShared) this.#elements = new Map(this.#elements);
    this.#isShared = false;
  }

  entries(): (readonly [string, string])[] {
    return inHashOrder(this.#elements, BUCKETS);
  }

  keys(): string[] {
    return this.entries().map(([key]) => key);
  }

  values(): string[] {
    return this.entries().map(([, value]) => value);
  }

  /** As plain data, in the order in which they came. */
  save(): readonly (readonly [string, string])[] {
    return (this.#saved ??= [...this.#elements]);
  }

  clone(): AssociativeArray {
    const copy = new AssociativeArray();
    copy.#elements = this.#elements;
    copy.#isShared = this.#isShared = true;
    copy.#saved = this.#saved;
    copy.#textBytes = this.#textBytes;
    copy.isUnset = this.isUnset;
    return copy;
  }
}

/** The entries as bash lists a hash table of `buckets` buckets; within a bucket the newest comes first. */
export function inHashOrder<T>(entries: Iterable<readonly [string, T]>, buckets: number): (readonly [string, T])[] {
  return [...entries].reverse().sort((a, b) => bucket(a[0], buckets) - bucket(b[0], buckets));
}

/** FNV-1 over the bytes of the key, as bash's hashlib does. Keys beyond ASCII land by their UTF-16 units. */
function bucket(key: string, buckets: number): number {
  let hash = 2166136261;
  for (let i = 0; i < key.length; i++) hash = (Math.imul(hash, 16777619) ^ key.charCodeAt(i)) >>> 0;
  return hash & (buckets - 1);
}
