/** Builds sealed trees from flat lists of paths. */
import { assert } from "../base/assert.ts";
import type { SealedDir, SealedFile, SealedNode, SealedSymlink, SealedTree } from "../vfs/sealed.ts";
import type { Ownership } from "./ostree-objects.ts";

type Leaf = SealedFile | SealedSymlink;

/** Files and links of one directory, by name. Asked when somebody looks into the directory. */
export interface LeafSource {
  leaves(): Iterable<readonly [name: string, leaf: Leaf]>;
}

/** Collects files, links and directories in any order; directories that nobody names are root's, mode 0755, unless they get others. */
export class TreeBuilder {
  readonly #unnamed: Ownership;
  readonly #directories: Map<string, Directory>;

  constructor(unnamed: Ownership = { mode: 0o755, uid: 0, gid: 0 }) {
    this.#unnamed = unnamed;
    this.#directories = new Map([["/", new Directory("", unnamed)]]);
  }

  /** `path` is absolute and new. */
  add(path: string, leaf: Leaf): void {
    const cut = path.lastIndexOf("/") + 1;
    this.addLeaves(path.slice(0, cut), { leaves: () => [[path.slice(cut), leaf]] });
  }

  /** Makes the directory `path`, or gives it an owner and mode. */
  addDirectory(path: string, owner: Ownership): void {
    const { mode, uid, gid } = owner;
    Object.assign(this.#directory(`${path}/`), { mode, uid, gid });
  }

  /** `directory` is absolute and ends in a slash. */
  addLeaves(directory: string, source: LeafSource): void {
    this.#directory(directory).sources.push(source);
  }

  #directory(path: string): Directory {
    let directory = this.#directories.get(path);
    if (directory === undefined) {
      const cut = path.lastIndexOf("/", path.length - 2) + 1;
      directory = new Directory(path.slice(cut, -1), this.#unnamed);
      this.#directory(path.slice(0, cut)).subdirectories.push(directory);
      this.#directories.set(path, directory);
    }
    return directory;
  }

  /** The tree; entries are in the order of their names, directories are numbered from the root on, each before those below it. */
  seal(id: string): SealedTree {
    const root = this.#directories.get("/") as Directory;
    let directories = 0;
    const number = (directory: Directory): void => {
      directory.index = directories++;
      directory.subdirectories.sort((left, right) => (left.name < right.name ? -1 : 1));
      for (const below of directory.subdirectories) number(below);
    };
    number(root);
    let links: ReadonlyMap<number, number> | undefined;
    return { id, root, directories, linksTo: (object) => (links ??= countLinks(root)).get(object) ?? 0 };
  }
}

/** A directory whose entries are put together when they are first asked for. */
class Directory implements SealedDir {
  readonly kind = "dir";
  readonly mtime = 0;
  readonly name: string;
  mode: number;
  uid: number;
  gid: number;
  readonly sources: LeafSource[] = [];
  readonly subdirectories: Directory[] = [];
  index = 0;
  #entries: ReadonlyMap<string, SealedNode> | undefined;

  constructor(name: string, { mode, uid, gid }: Ownership) {
    this.name = name;
    this.mode = mode;
    this.uid = uid;
    this.gid = gid;
  }

  get entries(): ReadonlyMap<string, SealedNode> {
    return (this.#entries ??= this.#collect());
  }

  #collect(): ReadonlyMap<string, SealedNode> {
    const found: (readonly [string, SealedNode])[] = this.subdirectories.map((directory) => [directory.name, directory]);
    for (const source of this.sources) found.push(...source.leaves());
    found.sort(([left], [right]) => (left < right ? -1 : 1));
    const entries = new Map(found);
    assert(entries.size === found.length, `two entries of one name in "${this.name}": ${found.map(([name]) => name).join(" ")}`);
    return entries;
  }
}

function countLinks(directory: SealedDir, links = new Map<number, number>()): ReadonlyMap<number, number> {
  for (const node of directory.entries.values()) {
    if (node.kind === "dir") countLinks(node, links);
    else links.set(node.object, (links.get(node.object) ?? 0) + 1);
  }
  return links;
}
