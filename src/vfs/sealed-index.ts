/** What can be found out about a sealed tree while it is walked, kept beside the (immutable) tree: which directory has which number, and where it is. */
import { utf8Length } from "../base/utf8.ts";
import type { SealedDir, SealedFile, SealedNode, SealedSymlink, SealedTree } from "./sealed.ts";

interface Place {
  readonly dir: SealedDir;
  readonly parent: number;
  readonly name: string;
}

/** Directories of one sealed tree by number. Filled as they are met; one that nobody has met yet is found by going down to it. */
export class SealedIndex {
  static readonly #known = new WeakMap<SealedTree, SealedIndex>();

  static of(tree: SealedTree): SealedIndex {
    let index = SealedIndex.#known.get(tree);
    if (index === undefined) SealedIndex.#known.set(tree, (index = new SealedIndex(tree)));
    return index;
  }

  readonly #tree: SealedTree;
  readonly #places: Place[] = [];

  private constructor(tree: SealedTree) {
    this.#tree = tree;
  }

  /** Tells the index that `dir` is `name` in directory number `parent`. */
  note(parent: number, name: string, dir: SealedDir): void {
    if (this.#places[dir.index] === undefined) this.#places[dir.index] = { dir, parent, name };
  }

  place(number: number): Place {
    const known = this.#places[number];
    if (known !== undefined) return known;
    let at: Place = (this.#places[0] ??= { dir: this.#tree.root, parent: 0, name: "" });
    while (at.dir.index !== number) at = this.#towards(number, at.dir);
    return at;
  }

  /** Of the directories in `from`, the one that `number` is or is in. */
  #towards(number: number, from: SealedDir): Place {
    let next: Place | undefined;
    for (const [name, dir] of from.entries) {
      if (dir.kind !== "dir") continue;
      this.note(from.index, name, dir);
      if (dir.index <= number && dir.index > (next?.dir.index ?? from.index)) next = { dir, parent: from.index, name };
    }
    if (next === undefined) throw new Error(`internal error: no directory ${number} in a sealed tree`);
    return next;
  }
}

/** Every file and link of a tree, each name once. */
export function* sealedLeaves(dir: SealedDir): Generator<SealedFile | SealedSymlink> {
  for (const node of dir.entries.values()) {
    if (node.kind === "dir") yield* sealedLeaves(node);
    else yield node;
  }
}

interface DirFigures {
  readonly subdirs: number;
  /** Sum of the lengths of all names, in bytes. */
  readonly nameBytes: number;
}

const figures = new WeakMap<SealedDir, DirFigures>();

/** What stat(2) needs to know of a directory's entries. */
export function sealedFigures(dir: SealedDir): DirFigures {
  let found = figures.get(dir);
  if (found === undefined) {
    let subdirs = 0;
    let nameBytes = 0;
    for (const [name, node] of dir.entries) {
      if (node.kind === "dir") subdirs++;
      nameBytes += utf8Length(name);
    }
    figures.set(dir, (found = { subdirs, nameBytes }));
  }
  return found;
}

/** Bytes of a file, or of a link's target. */
export function sealedSize(node: SealedNode): number {
  return node.kind === "file" ? node.size : node.kind === "symlink" ? utf8Length(node.target) : 0;
}
