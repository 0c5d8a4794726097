/** What has become of a sealed tree since it was grafted: found from the records of what was changed, without looking at the rest. */
import { NO_NODE } from "./file-system.ts";
import type { NodeId } from "./file-system.ts";
import type { SealedChanges } from "./sealed.ts";
import { FILE_BASE } from "./tree-grafts.ts";
import type { Graft } from "./tree-grafts.ts";
import type { TreeState } from "./tree-state.ts";

/** Of the tree whose root directory is `dir`; undefined when there is none. */
export function sealedChanges(state: TreeState, dir: NodeId): SealedChanges | undefined {
  const graft = state.grafts.at(dir);
  if (graft?.base !== dir) return undefined;
  const altered = new Set([...state.changed.values()].map(({ ino }) => ino - FILE_BASE));
  return { removed: new Set(graft.removed.keys()), added: [...addedNames(state, graft)], altered };
}

function* addedNames(state: TreeState, graft: Graft): Generator<SealedChanges["added"][number]> {
  for (const ino of graft.real) {
    const inode = state.inodes.get(ino);
    if (inode?.entries === undefined || inode.sealed === undefined) continue;
    const above = pathOf(graft, ino);
    for (const [name, child] of inode.entries) {
      if (child === NO_NODE || child === state.grafts.nodeOf(graft, inode.sealed, name)) continue;
      yield { path: above + name, object: child >= FILE_BASE ? child - FILE_BASE : undefined };
    }
  }
}

/** Of a directory of the tree, below its root: "" or with a slash at the end. */
function pathOf(graft: Graft, ino: NodeId): string {
  let path = "";
  for (let at = ino - graft.base; at !== 0;) {
    const { name, parent } = graft.index.place(at);
    path = `${name}/${path}`;
    at = parent;
  }
  return path;
}
