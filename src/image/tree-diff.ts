/** What differs between two sealed trees, as `ostree diff` tells it. */
import type { SealedDir, SealedNode, SealedTree } from "../vfs/sealed.ts";

/** Absolute paths. A removed directory stands for all below it; of an added one, all below it is listed, too. */
export interface TreeDiff {
  readonly modified: readonly string[];
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** In the order of ostree_diff_dirs (ostreedev/ostree:src/libostree/ostree-diff.c): in each directory files before directories. */
export function treeDiff(from: SealedTree, to: SealedTree): TreeDiff {
  const diff = { modified: [] as string[], removed: [] as string[], added: [] as string[] };
  compareDirectories(from.root, to.root, "", diff);
  return diff;
}

function compareDirectories(
  from: SealedDir,
  to: SealedDir,
  path: string,
  diff: { modified: string[]; removed: string[]; added: string[] },
): void {
  for (const [name, old] of filesFirst(from)) {
    const current = to.entries.get(name);
    const at = `${path}/${name}`;
    if (current === undefined) diff.removed.push(at);
    else if (current.kind !== old.kind) diff.modified.push(at);
    else if (old.kind === "dir" && current.kind === "dir") {
      if (old.mode !== current.mode || old.uid !== current.uid || old.gid !== current.gid) diff.modified.push(at);
      if (old !== current) compareDirectories(old, current, at, diff);
    } else if (old.kind !== "dir" && current.kind !== "dir" && old.object !== current.object) diff.modified.push(at);
  }
  for (const [name, current] of filesFirst(to)) if (!from.entries.has(name)) addAll(current, `${path}/${name}`, diff.added);
}

function addAll(node: SealedNode, path: string, added: string[]): void {
  added.push(path);
  if (node.kind === "dir") for (const [name, below] of filesFirst(node)) addAll(below, `${path}/${name}`, added);
}

function filesFirst(dir: SealedDir): [string, SealedNode][] {
  const entries = [...dir.entries];
  return [...entries.filter(([, node]) => node.kind !== "dir"), ...entries.filter(([, node]) => node.kind === "dir")];
}
