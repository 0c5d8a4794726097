/** The mounts of a machine at rest, and the trees in RAM behind them, as a value. */
import { ComposefsFs } from "./composefs.ts";
import { NO_NODE } from "./file-system.ts";
import type { FileSystem, NodeHandle, NodeId } from "./file-system.ts";
import { Mount, MountNamespace } from "./mount.ts";
import { OverlayFs } from "./overlay-fs.ts";
import type { Layer } from "./overlay-node.ts";
import type { SealedTree } from "./sealed.ts";
import { TreeFs, isInRam } from "./tree-fs.ts";
import type { TreeSnapshot } from "./tree-fs.ts";
import type { Lifetime } from "./types.ts";
import type { Counters, VfsEnvironment } from "./vfs.ts";

/** A node of one of the file systems of the checkpoint. */
export interface SavedNode {
  readonly fs: number;
  readonly handle: NodeHandle;
}

type SavedFileSystem =
  | { readonly kind: "ram"; readonly tree: TreeSnapshot }
  | { readonly kind: "disk"; readonly source: string }
  | { readonly kind: "generated"; readonly type: string }
  | { readonly kind: "composefs"; readonly tree: SealedTree; readonly objects: number; readonly dev: number }
  | {
      readonly kind: "overlay";
      readonly lower: readonly SavedNode[];
      readonly upper: SavedNode | undefined;
      readonly work: NodeHandle | undefined;
      readonly dev: number;
      readonly lifetime: Lifetime;
      readonly options: readonly string[];
      readonly readOnly: boolean;
    };

interface SavedMount {
  readonly id: number;
  readonly root: SavedNode;
  readonly rootPath: string;
  readonly source: string;
  readonly readOnly: boolean;
  readonly flags: readonly string[];
  readonly lifetime: Lifetime;
  /** Position in the list; -1 for the root. */
  readonly parent: number;
  readonly at: { readonly node: NodeHandle; readonly dir: NodeHandle; readonly name: string };
  readonly target: string;
}

export interface VfsCheckpoint {
  readonly counters: Counters;
  readonly fileSystems: readonly SavedFileSystem[];
  /** Parents first. */
  readonly mounts: readonly SavedMount[];
}

export function takeCheckpoint(namespace: MountNamespace, counters: Counters, environment: VfsEnvironment): VfsCheckpoint {
  const numbers = new Map<FileSystem, number>();
  const fileSystems: SavedFileSystem[] = [];
  const sources = new Map<FileSystem, string>();
  const mounts = [...namespace.root.tree()];
  for (const { fs, source } of mounts) if (environment.blockDevice(source) === fs) sources.set(fs, source);

  const save = (fs: FileSystem): SavedFileSystem => {
    const source = sources.get(fs);
    if (source !== undefined) return { kind: "disk", source };
    if (fs instanceof TreeFs) return { kind: "ram", tree: fs.snapshot() };
    if (fs instanceof ComposefsFs) return { kind: "composefs", tree: fs.tree, objects: numberOf(fs.objects), dev: fs.dev };
    if (fs instanceof OverlayFs) return saveOverlay(fs, numberOf);
    return { kind: "generated", type: fs.type };
  };
  const numberOf = (fs: FileSystem): number => {
    let number = numbers.get(fs);
    if (number === undefined) {
      const saved = save(fs);
      number = fileSystems.push(saved) - 1;
      numbers.set(fs, number);
    }
    return number;
  };

  return {
    counters: { ...counters },
    mounts: mounts.map((mount) => ({
      id: mount.id,
      root: { fs: numberOf(mount.fs), handle: mount.fs.handleOf(mount.root) },
      rootPath: mount.rootPath,
      source: mount.source,
      readOnly: mount.readOnly,
      flags: mount.flags,
      lifetime: mount.lifetime,
      parent: mount.parent === undefined ? -1 : mounts.indexOf(mount.parent),
      at: saveMountPoint(mount),
      target: mount.target,
    })),
    fileSystems,
  };
}

function saveMountPoint({ parent, at: { node, dir, name } }: Mount): SavedMount["at"] {
  const save = (each: NodeId): NodeHandle => (parent === undefined || each === NO_NODE ? NO_NODE : parent.fs.handleOf(each));
  return { node: save(node), dir: save(dir), name };
}

function saveOverlay(fs: OverlayFs, numberOf: (fs: FileSystem) => number): SavedFileSystem {
  const { lower, upper, work, dev, lifetime, options } = fs.settings;
  const save = (layer: Layer): SavedNode => ({ fs: numberOf(layer.fs), handle: layer.fs.handleOf(layer.root) });
  return {
    kind: "overlay",
    lower: lower.map(save),
    upper: upper === undefined ? undefined : save(upper),
    work: upper === undefined || work === undefined ? undefined : upper.fs.handleOf(work),
    dev,
    lifetime,
    options,
    readOnly: fs.readOnly,
  };
}

export function restoreCheckpoint(checkpoint: VfsCheckpoint, environment: VfsEnvironment): MountNamespace {
  const fileSystems: FileSystem[] = [];
  const at = (number: number): FileSystem => {
    const fs = fileSystems[number];
    if (fs === undefined) throw new Error(`internal error: no file system ${number} in a checkpoint`);
    return fs;
  };
  for (const saved of checkpoint.fileSystems) fileSystems.push(open(saved, at, environment));
  const mounts: Mount[] = [];
  for (const saved of checkpoint.mounts) {
    const fs = at(saved.root.fs);
    const mount = new Mount(saved.id, { ...saved, fs, root: fs.nodeOf(saved.root.handle) });
    const parent = mounts[saved.parent];
    if (parent !== undefined) {
      const { node, dir, name } = saved.at;
      mount.attach(parent, { node: parent.fs.nodeOf(node), dir: parent.fs.nodeOf(dir), name }, saved.target);
    }
    mounts.push(mount);
  }
  const root = mounts[0];
  if (root === undefined) throw new Error("internal error: a checkpoint without mounts");
  return new MountNamespace(root);
}

function open(saved: SavedFileSystem, at: (number: number) => FileSystem, environment: VfsEnvironment): FileSystem {
  switch (saved.kind) {
    case "ram": {
      const fs = TreeFs.open(saved.tree);
      if (isInRam(fs.type)) fs.memoryLeft = environment.memory?.left;
      return fs;
    }
    case "disk": {
      const fs = environment.blockDevice(saved.source);
      if (fs === undefined) throw new Error(`internal error: ${saved.source} of a checkpoint is gone`);
      return fs;
    }
    case "generated": {
      const fs = environment.generated(saved.type);
      if (fs === undefined) throw new Error(`internal error: nothing makes ${saved.type}`);
      return fs;
    }
    case "composefs":
      return new ComposefsFs(saved.tree, at(saved.objects) as TreeFs, saved.dev);
    case "overlay": {
      const layer = ({ fs: number, handle }: SavedNode): Layer => ({ fs: at(number), root: at(number).nodeOf(handle) });
      const { upper, work, dev, lifetime, options } = saved;
      const common = { lower: saved.lower.map(layer), dev, lifetime, options };
      const fs = new OverlayFs(
        upper === undefined || work === undefined ? common : { ...common, upper: layer(upper), work: at(upper.fs).nodeOf(work) },
      );
      fs.readOnly = saved.readOnly;
      return fs;
    }
  }
}
