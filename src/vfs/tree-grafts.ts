/**
 * Bookkeeping of sealed trees that were grafted into a tree: which inode numbers they have, which of their directories are real by now,
 * and how many names each sealed object has.
 *
 * The number of names is never counted out: each graft knows how many it began with, and only differences are kept.
 */
import type { Owner } from "./radix-table.ts";
import type { SealedDir, SealedFile, SealedSymlink, SealedTree } from "./sealed.ts";
import { SealedIndex, sealedLeaves } from "./sealed-index.ts";

/** Files and links of grafts have the inode number FILE_BASE + object; everything else is below. */
export const FILE_BASE = 2 ** 29;

export interface Graft {
  readonly owner: Owner;
  /** Inode number of the root; directory number i is base + i. */
  readonly base: number;
  readonly tree: SealedTree;
  readonly index: SealedIndex;
  /** Object -> how many of its names in the tree are gone. */
  readonly removed: Map<number, number>;
  /** Inode numbers of directories that have a record of their own and are still in their place. */
  readonly real: Set<number>;
}

export interface FrozenGrafts {
  readonly list: readonly Graft[];
  readonly extra: ReadonlyMap<number, number>;
  readonly objects: Map<number, SealedFile | SealedSymlink>;
}

export class Grafts {
  #owner: Owner;
  /** By ascending base. Replaced, never changed in place. */
  #list: readonly Graft[];
  /** Object -> names outside the places where its trees have it. */
  #extra: Map<number, number>;
  #extraOwner: Owner | undefined;
  /** Objects met so far: a cache of immutable things, shared by all copies. */
  readonly #objects: Map<number, SealedFile | SealedSymlink>;
  /** Trees whose objects were all looked at. */
  #searched = new Set<SealedTree>();

  constructor(owner: Owner, from?: FrozenGrafts) {
    this.#owner = owner;
    this.#list = from?.list ?? [];
    this.#extra = (from?.extra ?? new Map()) as Map<number, number>;
    this.#objects = from?.objects ?? new Map<number, SealedFile | SealedSymlink>();
  }

  freeze(owner: Owner): FrozenGrafts {
    this.#owner = owner;
    this.#extraOwner = undefined;
    return { list: this.#list, extra: this.#extra, objects: this.#objects };
  }

  get list(): readonly Graft[] {
    return this.#list;
  }

  get extra(): ReadonlyMap<number, number> {
    return this.#extra;
  }

  /** The graft whose directories' numbers include `ino`. */
  at(ino: number): Graft | undefined {
    let low = 0;
    let high = this.#list.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#list[middle]?.base ?? 0) <= ino) low = middle + 1;
      else high = middle;
    }
    const graft = this.#list[low - 1];
    return graft !== undefined && ino < graft.base + graft.tree.directories ? graft : undefined;
  }

  add(tree: SealedTree, base: number): void {
    this.#list = [...this.#list, { owner: this.#owner, base, tree, index: SealedIndex.of(tree), removed: new Map(), real: new Set() }];
  }

  remove(base: number): void {
    this.#list = this.#list.filter((graft) => graft.base !== base);
  }

  /** The graft at `base`, fit to be changed. */
  own(base: number): Graft {
    const at = this.#list.findIndex((graft) => graft.base === base);
    const graft = this.#list[at];
    if (graft === undefined) throw new Error(`internal error: no graft at inode ${base}`);
    if (graft.owner === this.#owner) return graft;
    const copy = { ...graft, owner: this.#owner, removed: new Map(graft.removed), real: new Set(graft.real) };
    this.#list = this.#list.with(at, copy);
    return copy;
  }

  /** The node number of `node`, which is `name` in the directory `dir` of a graft. */
  nodeOf(graft: Graft, dir: SealedDir, name: string): number {
    const node = dir.entries.get(name);
    if (node === undefined) return 0;
    if (node.kind === "dir") {
      graft.index.note(dir.index, name, node);
      return graft.base + node.index;
    }
    if (!this.#objects.has(node.object)) this.#objects.set(node.object, node);
    return FILE_BASE + node.object;
  }

  /** Makes an object known that may be in no graft. */
  know(node: SealedFile | SealedSymlink): void {
    if (!this.#objects.has(node.object)) this.#objects.set(node.object, node);
  }

  /** The sealed object with this number, or undefined. */
  object(number: number): SealedFile | SealedSymlink | undefined {
    const found = this.#objects.get(number);
    if (found !== undefined) return found;
    // The last one first: a deployment is found sooner than the repository's objects, whose names are hashes and take long to list.
    for (const { tree } of this.#list.toReversed()) {
      if (this.#searched.has(tree) || tree.linksTo(number) === 0) continue;
      this.#searched.add(tree);
      for (const leaf of sealedLeaves(tree.root)) this.know(leaf);
      if (this.#objects.has(number)) break;
    }
    return this.#objects.get(number);
  }

  /** How many names the object has on this file system. */
  names(object: number): number {
    let count = this.#extra.get(object) ?? 0;
    for (const { tree, removed } of this.#list) count += tree.linksTo(object) - (removed.get(object) ?? 0);
    return count;
  }

  /** Whether it has any. */
  isNamed(object: number): boolean {
    if (this.#extra.size > 0 || this.#list.some(({ removed }) => removed.size > 0)) return this.names(object) > 0;
    // The last one first: a release knows its files sooner than the repository does.
    return this.#list.findLast(({ tree }) => tree.linksTo(object) > 0) !== undefined;
  }

  /** A name was given (+1) or taken (-1) in an ordinary place. */
  countExtra(object: number, difference: 1 | -1): void {
    if (this.#extraOwner !== this.#owner) {
      this.#extra = new Map(this.#extra);
      this.#extraOwner = this.#owner;
    }
    add(this.#extra, object, difference);
  }

  /** A name was given back (+1) or taken (-1) where the graft at `base` has it. */
  countOriginal(base: number, object: number, difference: 1 | -1): void {
    add(this.own(base).removed, object, difference === 1 ? -1 : 1);
  }
}

function add(counts: Map<number, number>, key: number, difference: number): void {
  const count = (counts.get(key) ?? 0) + difference;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
