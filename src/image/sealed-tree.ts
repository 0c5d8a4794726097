/** Builds sealed trees from flat lists of paths. */
import { assert } from "../base/assert.ts";
import type { SealedDir, SealedFile, SealedNode, SealedSymlink, SealedTree } from "../vfs/sealed.ts";
import type { Ownership } from "./ostree-objects.ts";

interface Draft {
  owner: Ownership;
  readonly children: Map<string, Draft | SealedFile | SealedSymlink>;
}

const PLAIN_DIRECTORY: Ownership = { mode: 0o755, uid: 0, gid: 0 };

/** Collects files, links and directories in any order; directories that nobody names are root's, mode 0755. */
export class TreeBuilder {
  readonly #root: Draft = draft();
  /** The directory that was used last: paths come in the order of directories. */
  #lastName = "/";
  #last: Draft = this.#root;

  /** `path` is absolute and new. */
  add(path: string, node: SealedFile | SealedSymlink): void {
    const cut = path.lastIndexOf("/");
    const parent = this.#directory(path.slice(0, cut + 1));
    const name = path.slice(cut + 1);
    assert(!parent.children.has(name), `two entries for ${path}`);
    parent.children.set(name, node);
  }

  /** Makes the directory `path`, or gives it an owner and mode. */
  addDirectory(path: string, owner: Ownership): void {
    this.#directory(`${path}/`).owner = owner;
  }

  /** `path` ends in a slash. */
  #directory(path: string): Draft {
    if (path === this.#lastName) return this.#last;
    let at = this.#root;
    for (const name of path.split("/")) {
      if (name === "") continue;
      let next = at.children.get(name);
      if (next === undefined) {
        next = draft();
        at.children.set(name, next);
      }
      assert("children" in next, `${path} goes through something that is not a directory`);
      at = next;
    }
    this.#lastName = path;
    this.#last = at;
    return at;
  }

  /** The tree; entries are in the order of their names, directories are numbered from the root on, each before those below it. */
  seal(id: string): SealedTree {
    const links = new Map<number, number>();
    let directories = 0;
    const sealDirectory = ({ owner, children }: Draft): SealedDir => {
      const index = directories++;
      const entries = new Map<string, SealedNode>();
      for (const name of [...children.keys()].sort()) {
        const child = children.get(name) as Draft | SealedFile | SealedSymlink;
        if ("children" in child) entries.set(name, sealDirectory(child));
        else {
          entries.set(name, child);
          links.set(child.object, (links.get(child.object) ?? 0) + 1);
        }
      }
      return { kind: "dir", mode: owner.mode, uid: owner.uid, gid: owner.gid, mtime: 0, index, entries };
    };
    const root = sealDirectory(this.#root);
    return { id, root, directories, linksTo: (object) => links.get(object) ?? 0 };
  }
}

function draft(): Draft {
  return { owner: PLAIN_DIRECTORY, children: new Map() };
}
