/** A volume with one copy-on-write tree: what a journalling file system promises about it is in disk-replay.ts. */
import type { Random } from "../base/random.ts";
import { exportTree, importTree } from "./disk-export.ts";
import type { ExportedTree } from "./disk-export.ts";
import { land, landDurable, opTarget } from "./disk-replay.ts";
import { plainBytes } from "./plain-bytes.ts";
import type { SealedTree } from "./sealed.ts";
import { TreeFs } from "./tree-fs.ts";
import type { TreeSnapshot } from "./tree-fs.ts";
import type { TreeOp } from "./tree-ops.ts";
import type { DiskGate, FrozenVolume, Volume } from "./volume.ts";

/** A journal this long is committed though nobody asked, as a real one is after some seconds, or when too much of memory is dirty. */
const JOURNAL_LENGTH = 20_000;
const JOURNAL_BYTES = 16 * 1024 * 1024;

class FrozenTreeVolume implements FrozenVolume<TreeFs> {
  readonly #now: TreeSnapshot;
  readonly #durable: TreeSnapshot;
  readonly #pending: readonly TreeOp[];

  constructor(now: TreeSnapshot, durable: TreeSnapshot, pending: readonly TreeOp[]) {
    this.#now = now;
    this.#durable = durable;
    this.#pending = pending;
  }

  open(gate: DiskGate): TreeVolume {
    return new TreeVolume(gate, TreeFs.open(this.#now), this.#durable, this.#pending);
  }
}

/** A volume that is nothing but `tree`, all of it durable. */
export function treeVolume(tree: TreeSnapshot): FrozenVolume<TreeFs> {
  return new FrozenTreeVolume(tree, tree, []);
}

export function importTreeVolume(exported: ExportedTree, resolve: (id: string) => SealedTree | undefined): FrozenVolume {
  return treeVolume(importTree(exported, plainBytes, resolve).snapshot());
}

class TreeVolume implements Volume<TreeFs> {
  readonly fs: TreeFs;
  readonly #gate: DiskGate;
  #durable: TreeSnapshot;
  #pending: TreeOp[];
  /** What they carry. */
  #pendingBytes: number;
  /** Whether a snapshot holds `#pending`, too: then it is copied before it is changed. */
  #shared = true;

  constructor(gate: DiskGate, fs: TreeFs, durable: TreeSnapshot, pending: readonly TreeOp[]) {
    this.fs = fs;
    this.#gate = gate;
    this.#durable = durable;
    this.#pending = pending as TreeOp[];
    this.#pendingBytes = bytesOf(pending);
    fs.journal = {
      before: (op) => this.#write(op),
      fsync: (ino) => {
        gate.check();
        const { landed, left } = landDurable(this.#durable, this.#pending, ino);
        this.#durable = landed;
        this.#keep(left);
      },
      sync: () => {
        gate.check();
        this.commit();
      },
    };
  }

  commit(): void {
    if (this.#pending.length === 0) return;
    this.#durable = this.fs.snapshot();
    this.#keep([]);
  }

  snapshot(): FrozenVolume {
    this.#shared = true;
    return new FrozenTreeVolume(this.fs.snapshot(), this.#durable, this.#pending);
  }

  afterPowerCut(random: Random | undefined): FrozenVolume {
    let next: TreeFs;
    if (random === undefined) next = this.fs.fork();
    else {
      next = TreeFs.open(this.#durable);
      land(next, this.#pending, random);
    }
    next.readOnly = false;
    return treeVolume(next.snapshot());
  }

  export(): ExportedTree {
    return exportTree(this.fs.snapshot());
  }

  #keep(pending: TreeOp[]): void {
    this.#pending = pending;
    this.#pendingBytes = bytesOf(pending);
    this.#shared = false;
  }

  #write(op: TreeOp): void {
    this.#gate.pass(() => opTarget(this.fs, op));
    if (this.#shared) this.#keep(this.#pending.slice());
    this.#pending.push(op.kind === "write" ? { ...op, data: op.data.slice() } : op);
    this.#pendingBytes += bytesOf([op]);
    // Everything before this write: it has not happened yet.
    if (this.#pending.length > JOURNAL_LENGTH || this.#pendingBytes > JOURNAL_BYTES) {
      this.#durable = this.fs.snapshot();
      this.#keep(this.#pending.slice(-1));
    }
  }
}

function bytesOf(ops: readonly TreeOp[]): number {
  return ops.reduce((sum, op) => sum + (op.kind === "write" ? op.data.length : 0), 0);
}
