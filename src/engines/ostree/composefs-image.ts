/** The root that a composefs image shows: the commit's tree, and the directories that the initramfs mounts things on. */
import type { SealedDir, SealedNode, SealedTree } from "../../vfs/sealed.ts";

const PREFIX = "composefs:";
/** libostree makes sure of these when it writes the image (ostree-repo-composefs.c). */
const MOUNT_POINTS = ["etc", "sysroot"];

const images = new WeakMap<SealedTree, SealedTree>();

/** `tree` is a commit's, with the id "commit:<checksum>". */
export function composefsImageOf(tree: SealedTree): SealedTree {
  let image = images.get(tree);
  if (!image) images.set(tree, (image = makeImage(tree)));
  return image;
}

/** The image with that id, by way of its commit's tree: for machines that were saved. */
export function composefsImage(id: string, commitTree: (id: string) => SealedTree | undefined): SealedTree | undefined {
  const tree = id.startsWith(PREFIX) ? commitTree(`commit:${id.slice(PREFIX.length)}`) : undefined;
  return tree && composefsImageOf(tree);
}

function makeImage(tree: SealedTree): SealedTree {
  const missing = MOUNT_POINTS.filter((name) => !tree.root.entries.has(name));
  const added = missing.map((name, i): [string, SealedNode] => [name, emptyDirectory(tree.directories + i)]);
  const entries = new Map([...tree.root.entries, ...added].sort(([left], [right]) => (left < right ? -1 : 1)));
  return {
    id: PREFIX + tree.id.slice(tree.id.indexOf(":") + 1),
    root: { ...tree.root, entries },
    directories: tree.directories + added.length,
    linksTo: (object) => tree.linksTo(object),
  };
}

function emptyDirectory(index: number): SealedDir {
  return { kind: "dir", mode: 0o755, uid: 0, gid: 0, mtime: 0, index, entries: new Map() };
}
