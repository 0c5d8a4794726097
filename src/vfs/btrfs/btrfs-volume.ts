/**
 * A Btrfs on a partition of the disk: transactions. What is committed is there, whole; what came after is there up to some moment, or not.
 *
 * @simplified A file that is synced commits everything, where the real one keeps a log of single files; and all trees of one transaction
 * land together with the data that was written before it.
 */
import type { Random } from "../../base/random.ts";
import type { Timestamp } from "../../base/timestamp.ts";
import { exportTree, importTree } from "../disk-export.ts";
import type { ExportedTree } from "../disk-export.ts";
import { opTarget } from "../disk-replay.ts";
import { plainBytes } from "../plain-bytes.ts";
import type { SealedTree } from "../sealed.ts";
import type { DiskGate, ForeignVolume, FrozenVolume, Volume, VolumeDriver, WriteTarget } from "../volume.ts";
import { BtrfsFs } from "./btrfs-fs.ts";
import type { BtrfsOptions, BtrfsSnapshot } from "./btrfs-fs.ts";
import { timeOf } from "./btrfs-ops.ts";
import type { BtrfsOp } from "./btrfs-ops.ts";
import { COMMIT_SECONDS } from "./subvolume.ts";
import type { RootItem } from "./subvolume.ts";

/** The driver's name in exported disks. */
export const BTRFS = "btrfs";

/** Dirty data in memory that is written out though nobody asked. */
const JOURNAL_BYTES = 16 * 1024 * 1024;

/** An empty Btrfs as mkfs.btrfs(8) leaves it. */
export function makeBtrfs(options: BtrfsOptions, now: Timestamp): FrozenVolume<BtrfsFs> {
  return frozen(BtrfsFs.make(options, now).snapshot());
}

function frozen(now: BtrfsSnapshot, durable = now, pending: readonly BtrfsOp[] = []): FrozenVolume<BtrfsFs> {
  return { open: (gate) => new BtrfsVolume(gate, BtrfsFs.open(now), durable, pending) };
}

class BtrfsVolume implements Volume<BtrfsFs> {
  readonly fs: BtrfsFs;
  readonly #gate: DiskGate;
  #durable: BtrfsSnapshot;
  /** Writes since, in order. Replaced, never changed in place, once a snapshot has them. */
  #pending: BtrfsOp[];
  #pendingBytes = 0;
  #shared = true;

  constructor(gate: DiskGate, fs: BtrfsFs, durable: BtrfsSnapshot, pending: readonly BtrfsOp[]) {
    this.fs = fs;
    this.#gate = gate;
    this.#durable = durable;
    this.#pending = pending as BtrfsOp[];
    fs.journal = {
      before: (op) => this.#write(op),
      commit: () => {
        gate.check();
        this.commit();
      },
    };
  }

  commit(): void {
    if (this.#pending.length === 0) return;
    this.fs.committed();
    this.#durable = this.fs.snapshot();
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#shared = false;
  }

  snapshot(): FrozenVolume {
    this.#shared = true;
    return frozen(this.fs.snapshot(), this.#durable, this.#pending);
  }

  afterPowerCut(random: Random | undefined): FrozenVolume {
    const fs = BtrfsFs.open(random === undefined ? this.fs.snapshot() : this.#durable);
    if (random !== undefined) {
      // From nothing at all to everything, so that both ends are met often.
      const quarters = random.below(5);
      const landed = this.#pending.slice(0, Math.ceil((this.#pending.length * quarters) / 4));
      for (const op of landed) fs.redo(op);
    }
    fs.readOnly = false;
    fs.clean();
    return frozen(fs.snapshot());
  }

  export(): ForeignVolume {
    return { driver: BTRFS, data: exportBtrfs(this.fs.snapshot()) };
  }

  #write(op: BtrfsOp): void {
    // A transaction that has been open for long, or carries much, is committed before anything more is done.
    const now = timeOf(op).sec;
    if (this.#pending.length > 0 && (this.#pendingBytes > JOURNAL_BYTES || now - timeOf(this.#pending[0] ?? op).sec >= COMMIT_SECONDS)) {
      this.#gate.check();
      this.commit();
    }
    this.#gate.pass(() => targetOf(this.fs, op));
    if (this.#shared) {
      this.#pending = this.#pending.slice();
      this.#shared = false;
    }
    const isData = op.kind === "tree" && op.op.kind === "write";
    this.#pending.push(isData ? { ...op, op: { ...op.op, data: op.op.data.slice() } } : op);
    if (isData) this.#pendingBytes += op.op.data.length;
  }
}

function targetOf(fs: BtrfsFs, op: BtrfsOp): WriteTarget {
  const named = (dir: number, name: string): string => {
    const above = fs.path(dir) ?? "?";
    return above === "/" ? `/${name}` : `${above}/${name}`;
  };
  switch (op.kind) {
    case "tree": {
      const { verb, path } = opTarget(fs.treeOf(op.id), op.op);
      const above = fs.pathOf(op.id) ?? "?";
      return {
        verb,
        path: path
          .split(" -> ")
          .map((each) => (each.startsWith("/") ? above + each : each))
          .join(" -> "),
      };
    }
    case "subvolume":
      return { verb: op.source === undefined ? "subvolume" : "snapshot", path: named(op.dir, op.name) };
    case "destroy":
      return { verb: "destroy", path: named(op.dir, op.name) };
    case "move":
      return { verb: "rename", path: `${named(op.dir, op.name)} -> ${named(op.toDir, op.toName)}` };
    case "item":
      return { verb: "property", path: fs.pathOf(op.id) || "/" };
    case "default":
      return { verb: "set-default", path: fs.pathOf(op.id) || "/" };
    case "label":
      return { verb: "label", path: "/" };
    case "quota":
      return { verb: "quota", path: "/" };
  }
}

interface ExportedBtrfs extends Omit<BtrfsSnapshot, "subvolumes"> {
  readonly subvolumes: readonly { readonly item: RootItem; readonly tree: ExportedTree }[];
}

function exportBtrfs(snapshot: BtrfsSnapshot): ExportedBtrfs {
  return { ...snapshot, subvolumes: snapshot.subvolumes.map(({ item, tree }) => ({ item, tree: exportTree(tree) })) };
}

/**
 * Opens an exported Btrfs.
 * @simplified What subvolumes shared they have each for itself afterwards, but for sealed trees.
 */
export const btrfsDriver: VolumeDriver = (data: unknown, resolve: (id: string) => SealedTree | undefined) => {
  const exported = data as ExportedBtrfs;
  const subvolumes = exported.subvolumes.map(({ item, tree }) => ({ item, tree: importTree(tree, plainBytes, resolve).snapshot() }));
  return frozen({ ...exported, subvolumes });
};
