/**
 * Btrfs: a forest of copy-on-write trees with one name space. Each subvolume is a tree with inode numbers and a device number of its own;
 * a snapshot is one more tree that starts as another one is, in constant time.
 *
 * Where a subvolume has its name, the tree above has an empty directory that stands for it. Whoever comes by steps into the subvolume;
 * in a snapshot of the tree above nothing is behind that directory, and it is the empty directory number 2 that the kernel shows.
 *
 * @simplified One device, no profiles, no checksums: nothing is ever corrupt. Reads do not change access times.
 */
import { Random } from "../../base/random.ts";
import type { Timestamp } from "../../base/timestamp.ts";
import { SysError } from "../errno.ts";
import { inBlocks } from "../file-bytes.ts";
import { NO_NODE, deviceId } from "../file-system.ts";
import type { AttributeChange, Attributes, MountRoot, NewNode, NodeHandle, NodeId } from "../file-system.ts";
import type { Mount } from "../mount.ts";
import { plainBytes } from "../plain-bytes.ts";
import type { SealedChanges, SealedFile, SealedSymlink, SealedTree } from "../sealed.ts";
import { FILE_BASE } from "../tree-grafts.ts";
import { TreeFs } from "../tree-fs.ts";
import type { TreeSnapshot } from "../tree-fs.ts";
import { BY_HAND, ROOT } from "../tree-state.ts";
import type { DirEntry, InodeFlags, Lifetime, Stat, StatFs } from "../types.ts";
import type { DiskFileSystem } from "../volume.ts";
import type { BtrfsOp, ItemChange } from "./btrfs-ops.ts";
import { growthOf } from "./btrfs-ops.ts";
import { groupOf, ownGroup, subvolumesOf, upwardsFrom, withGroup } from "./quota.ts";
import type { Quota, QuotaUsage } from "./quota.ts";
import { FIRST_FREE, TOP_LEVEL } from "./subvolume.ts";
import type { FrozenSubvolume, RootItem, Subvolume } from "./subvolume.ts";
import { shareOf, spaceOf, usageOf } from "./usage.ts";
import type { Usage } from "./usage.ts";

/** What mkfs.btrfs(8) decides. Plain data, fit for JSON. */
export interface BtrfsOptions {
  readonly uuid: string;
  readonly label?: string;
  /** st_dev of the file system as mountinfo shows it: one without a device, major 0. */
  readonly dev: number;
  /** Bytes. */
  readonly capacity: number;
  readonly lifetime: Lifetime;
  /** Superblock options as mount(8) shows them, without subvolid= and subvol=. */
  readonly options: readonly string[];
}

/** A whole Btrfs at one moment; immutable. */
export interface BtrfsSnapshot extends Omit<BtrfsState, "subvolumes"> {
  readonly options: BtrfsOptions;
  readonly readOnly: boolean;
  readonly subvolumes: readonly FrozenSubvolume[];
}

interface BtrfsState {
  label: string;
  /** The running transaction. */
  generation: number;
  /** The number that the next subvolume gets. */
  nextId: number;
  /** What is mounted when nobody says which. */
  defaultId: number;
  /** Undefined while quotas are off. */
  quota?: Quota | undefined;
}

/** Told of each change before it happens. */
export interface BtrfsJournal {
  /** May throw, and then nothing has happened. */
  before(op: BtrfsOp): void;
  /** Everything is to be durable: of a file that is synced, too. */
  commit(): void;
}

/** Nodes of one subvolume are as many as there are inode numbers. */
const SPAN = 2 ** 32;
/** What the kernel calls a subvolume's place where there is no subvolume (BTRFS_EMPTY_SUBVOL_DIR_OBJECTID). */
const EMPTY_PLACE = 2;
/** What says of a directory that it stands for a subvolume. Nobody sees it: whoever looks is led on. */
const PLACE_MARK = "btrfs.place";
/** Minor device numbers of subvolumes: the kernel takes whichever is free. */
const FIRST_MINOR = 100;
/** With so many bytes free nobody needs to know how many exactly. */
const PLENTY = 64 * 1024 * 1024;
/** Bytes of a file that has no extent of its own (max_inline=). */
const MOST_INLINE = 2048;

export class BtrfsFs implements DiskFileSystem {
  readonly type = "btrfs";
  readonly root: NodeId = TOP_LEVEL * SPAN + ROOT;
  readonly mountPoints = new Set<Mount>();
  readOnly = false;
  journal: BtrfsJournal | undefined = undefined;
  readonly #options: BtrfsOptions;
  readonly #state: BtrfsState;
  readonly #subvolumes = new Map<number, Subvolume>();
  /** Which subvolume is behind a place in another one. */
  readonly #behind = new Map<NodeId, number>();
  #changes = 0;
  /** What a change consists of is being done, and was told of. */
  #isApplying = false;
  #usage: { readonly changes: number; readonly usage: Usage } | undefined = undefined;
  /** Bytes that were written since it was counted, or more. */
  #grown = 0;

  /** An empty file system, made `now`. */
  static make(options: BtrfsOptions, now: Timestamp): BtrfsFs {
    const fs = new BtrfsFs(options, { label: options.label ?? "", generation: 7, nextId: FIRST_FREE, defaultId: TOP_LEVEL });
    const tree = fs.#newTree({ mode: 0o755, uid: 0, gid: 0 }, now);
    const item = {
      id: TOP_LEVEL,
      uuid: fs.#uuidOf(TOP_LEVEL, now),
      readOnly: false,
      generation: 6,
      madeIn: 0,
      sentIn: 0,
      receivedIn: 0,
      madeAt: now,
      parent: 0,
      place: 0,
    };
    fs.#add(item, tree);
    return fs;
  }

  static open(snapshot: BtrfsSnapshot): BtrfsFs {
    const { options, readOnly, subvolumes, ...state } = snapshot;
    const fs = new BtrfsFs(options, { ...state });
    fs.readOnly = readOnly;
    for (const { item, tree } of subvolumes) fs.#add(item, TreeFs.open(tree));
    return fs;
  }

  /** What was deleted while somebody used it goes, too: nobody is here yet (btrfs_orphan_cleanup()). */
  clean(): void {
    for (const { item, uses } of this.#subvolumes.values())
      if (item.place === 0 && item.id !== TOP_LEVEL && uses === 0) this.#drop(item.id);
  }

  private constructor(options: BtrfsOptions, state: BtrfsState) {
    this.#options = options;
    this.#state = state;
  }

  snapshot(): BtrfsSnapshot {
    const subvolumes = [...this.#subvolumes.values()].map((subvolume) => ({ item: subvolume.item, tree: freeze(subvolume) }));
    return { options: this.#options, readOnly: this.readOnly, subvolumes, ...this.#state };
  }

  // ── subvolumes ──

  get uuid(): string {
    return this.#options.uuid;
  }

  get label(): string {
    return this.#state.label;
  }

  get capacity(): number {
    return this.#options.capacity;
  }

  get generation(): number {
    return this.#state.generation;
  }

  get defaultId(): number {
    return this.#state.defaultId;
  }

  get nextId(): number {
    return this.#state.nextId;
  }

  /** By ascending number; the deleted ones that are in use still are among them, without a place. */
  items(): RootItem[] {
    return [...this.#subvolumes.values()].map(({ item }) => item).sort((left, right) => left.id - right.id);
  }

  item(id: number): RootItem | undefined {
    return this.#subvolumes.get(id)?.item;
  }

  /** The number of the subvolume that a node lies in. */
  idOf(node: NodeId): number {
    return Math.floor(node / SPAN);
  }

  /** Whether a node is the root of a subvolume. */
  isSubvolume(node: NodeId): boolean {
    return node % SPAN === ROOT;
  }

  treeOf(id: number): TreeFs {
    return this.#subvolume(id).tree;
  }

  rootOf(id: number): NodeId {
    return id * SPAN + ROOT;
  }

  /** The path of a subvolume from the top level, "" for that itself; undefined for one that was deleted. */
  pathOf(id: number): string | undefined {
    const item = this.item(id);
    if (item === undefined) return undefined;
    if (id === TOP_LEVEL) return "";
    const within = this.#subvolumes.get(item.parent)?.tree.path(item.place);
    const above = this.pathOf(item.parent);
    return within === undefined || above === undefined ? undefined : `${above}${within}`;
  }

  /** Whether other subvolumes have their names in this one. */
  hasNested(id: number): boolean {
    return [...this.#subvolumes.values()].some(({ item }) => item.parent === id && item.place !== 0);
  }

  /** `dir` gets a new subvolume called `name`, a snapshot of `source` when there is one. Gives its number. */
  createSubvolume(
    dir: NodeId,
    name: string,
    options: { readonly source?: number; readonly readOnly: boolean; readonly uid: number; readonly gid: number; readonly mode: number },
    now: Timestamp,
  ): number {
    const id = this.#state.nextId;
    this.#do({ kind: "subvolume", dir, name, id, uuid: this.#uuidOf(id, now), ...options, now });
    if (options.source !== undefined) this.journal?.commit();
    return id;
  }

  /** `name` in `dir`, which is a subvolume, is deleted. EPERM for the default one, ENOTEMPTY for one with others in it. */
  destroySubvolume(dir: NodeId, name: string, now: Timestamp): void {
    const id = this.idOf(this.lookup(dir, name));
    if (id === this.#state.defaultId) throw new SysError("EPERM", "", "", "the default subvolume");
    if (this.hasNested(id)) throw new SysError("ENOTEMPTY");
    this.#do({ kind: "destroy", dir, name, now });
  }

  changeItem(id: number, change: ItemChange, now: Timestamp): void {
    this.#do({ kind: "item", id, change, now });
    this.journal?.commit();
  }

  setDefault(id: number, now: Timestamp): void {
    this.#do({ kind: "default", id, now });
  }

  setLabel(label: string, now: Timestamp): void {
    this.#do({ kind: "label", label, now });
    this.journal?.commit();
  }

  get quota(): Quota | undefined {
    return this.#state.quota;
  }

  setQuota(quota: Quota | undefined, now: Timestamp): void {
    this.#do({ kind: "quota", quota, now });
    this.journal?.commit();
  }

  /** As when quotas are switched on. */
  firstQuota(): Quota {
    return { groups: this.items().map(({ id }) => ({ id: ownGroup(id), parents: [] })), isInconsistent: false };
  }

  /** What subvolumes take together. Costs what differs between all. */
  quotaUsage(ids: readonly number[]): QuotaUsage {
    return shareOf(this.#trees(), (id) => ids.includes(id));
  }

  /** What a file takes, and what stands for its contents when other subvolumes have the same. Little files lie with the inode. */
  extents(node: NodeId): { readonly bytes: number; readonly sharedAs: object | undefined } {
    const ino = node % SPAN;
    const { contents, bytes } = this.#tree(node).contentsOf(ino);
    if (contents === undefined || bytes <= MOST_INLINE) return { bytes: 0, sharedAs: undefined };
    const isShared = [...this.#subvolumes.values()].some(
      ({ item, tree }) => item.id !== this.idOf(node) && tree.has(ino) && tree.contentsOf(ino).contents === contents,
    );
    return { bytes: inBlocks(bytes), sharedAs: isShared ? contents : undefined };
  }

  /** What is in use, counted anew when something has changed. */
  get usage(): Usage {
    if (this.#usage?.changes !== this.#changes) {
      this.#usage = { changes: this.#changes, usage: usageOf(this.#trees()) };
      this.#grown = 0;
    }
    return this.#usage.usage;
  }

  // ── the forest ──

  #trees(): { readonly id: number; readonly tree: TreeSnapshot }[] {
    return [...this.#subvolumes.values()].map((subvolume) => ({ id: subvolume.item.id, tree: freeze(subvolume) }));
  }

  #subvolume(id: number): Subvolume {
    const subvolume = this.#subvolumes.get(id);
    if (subvolume === undefined) throw new SysError("ESTALE", "", "", `no subvolume ${id}`);
    return subvolume;
  }

  #tree(node: NodeId): TreeFs {
    return this.#subvolume(this.idOf(node)).tree;
  }

  /** A node of the subvolume that `beside` lies in; the root of another one when the inode stands for it. */
  #nodeOf(beside: NodeId, ino: number): NodeId {
    if (ino === NO_NODE) return NO_NODE;
    const node = this.idOf(beside) * SPAN + ino;
    if (!isPlace(ino)) return node;
    const id = this.#behind.get(node);
    return id === undefined ? node : this.rootOf(id);
  }

  /** The inode number as everybody sees it. */
  #shown(node: NodeId): number {
    const ino = node % SPAN;
    if (isPlace(ino)) return EMPTY_PLACE;
    return ino < FILE_BASE ? ino + FIRST_FREE - ROOT : ino;
  }

  #deviceOf(node: NodeId): number {
    const id = this.idOf(node);
    return deviceId({ major: 0, minor: FIRST_MINOR + (id === TOP_LEVEL ? 0 : id - FIRST_FREE + 1) });
  }

  #newTree(root: Pick<NewNode, "mode" | "uid" | "gid">, now: Timestamp): TreeFs {
    const { capacity, lifetime } = this.#options;
    return TreeFs.make({ type: "btrfs", dev: 0, bytes: plainBytes, capacity, lifetime }, root, now);
  }

  #add(item: RootItem, tree: TreeFs): void {
    this.#subvolumes.set(item.id, { item, tree, uses: 0, frozen: undefined });
    if (item.place !== 0) this.#behind.set(item.parent * SPAN + item.place, item.id);
    tree.memoryLeft = () => this.#room();
    tree.journal = {
      before: (op) => {
        if (!this.#isApplying) this.#before({ kind: "tree", id: item.id, op });
      },
      fsync: () => this.journal?.commit(),
      sync: () => this.journal?.commit(),
    };
  }

  #drop(id: number): void {
    this.#subvolumes.delete(id);
    const { quota } = this.#state;
    // Its group goes with it (btrfs_qgroup_cleanup_dropped_subvolume()).
    if (quota !== undefined) this.#state.quota = { ...quota, groups: quota.groups.filter((group) => group.id !== ownGroup(id)) };
  }

  /** A 16-byte name that no other subvolume has. */
  #uuidOf(id: number, now: Timestamp): string {
    const seed = [...this.#options.uuid].reduce((sum, letter) => Math.imul(sum, 31) + letter.charCodeAt(0), id + now.sec + now.nsec);
    const bytes = new Random(seed).bytes(16);
    // The kernel's have their version where Microsoft's have it (generate_random_guid()).
    bytes[7] = ((bytes[7] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join("-");
  }

  /** Counting is dear, so it is done when there might be too little. */
  #room(): number {
    const estimate = this.#options.capacity - (this.#usage?.usage ?? this.usage).total - this.#grown;
    return estimate > PLENTY ? estimate : this.#options.capacity - this.usage.total;
  }

  // ── changes ──

  #before(op: BtrfsOp): void {
    if (op.kind === "tree" && (op.op.kind === "write" || op.op.kind === "allocate")) this.#mustBeWithinQuota(op.id, growthOf(op));
    this.journal?.before(op);
    this.#changes++;
    this.#grown += growthOf(op);
    if (op.kind === "tree") this.#touch(op.id);
  }

  /** EDQUOT when a group that counts the subvolume may not grow by so many bytes. */
  #mustBeWithinQuota(subvolume: number, growth: number): void {
    const { quota } = this.#state;
    if (quota === undefined) return;
    for (const id of upwardsFrom(quota, ownGroup(subvolume))) {
      const { maxReferenced = Infinity, maxExclusive = Infinity } = groupOf(quota, id) ?? {};
      if (maxReferenced === Infinity && maxExclusive === Infinity) continue;
      const { referenced, exclusive } = this.quotaUsage(subvolumesOf(quota, id));
      if (referenced + growth > maxReferenced || exclusive + growth > maxExclusive) throw new SysError("EDQUOT");
    }
  }

  /** The running transaction is on the disk, and the next one begins. */
  committed(): void {
    this.#state.generation++;
  }

  #touch(id: number): void {
    const subvolume = this.#subvolume(id);
    const { generation } = this.#state;
    if (subvolume.item.generation !== generation) subvolume.item = { ...subvolume.item, generation };
  }

  #do(op: Exclude<BtrfsOp, { kind: "tree" }>): void {
    this.#before(op);
    this.#isApplying = true;
    try {
      this.#apply(op);
    } finally {
      this.#isApplying = false;
    }
  }

  /** Does what was done before, as after a power cut. */
  redo(op: BtrfsOp): void {
    if (op.kind !== "tree") this.#do(op);
    else this.#subvolume(op.id).tree.apply(op.op);
  }

  #apply(op: Exclude<BtrfsOp, { kind: "tree" }>): void {
    switch (op.kind) {
      case "subvolume":
        return this.#applySubvolume(op);
      case "destroy": {
        const id = this.idOf(this.lookup(op.dir, op.name));
        this.#takePlace(op.dir, op.name, op.now);
        const subvolume = this.#subvolume(id);
        subvolume.item = { ...subvolume.item, parent: 0, place: 0 };
        if (subvolume.uses === 0) this.#drop(id);
        return;
      }
      case "move": {
        const id = this.idOf(this.lookup(op.dir, op.name));
        this.#takePlace(op.dir, op.name, op.now);
        const subvolume = this.#subvolume(id);
        subvolume.item = { ...subvolume.item, parent: this.idOf(op.toDir), place: this.#makePlace(op.toDir, op.toName, id, op.now) };
        return;
      }
      case "item": {
        const subvolume = this.#subvolume(op.id);
        subvolume.item = { ...subvolume.item, ...op.change };
        return this.#touch(op.id);
      }
      case "default":
        this.#state.defaultId = op.id;
        return;
      case "label":
        this.#state.label = op.label;
        return;
      case "quota":
        this.#state.quota = op.quota;
    }
  }

  #applySubvolume({ dir, name, id, uuid, source, readOnly, uid, gid, mode, now }: Extract<BtrfsOp, { kind: "subvolume" }>): void {
    const { generation } = this.#state;
    const from = source === undefined ? undefined : this.#subvolume(source);
    const tree = from === undefined ? this.#newTree({ mode, uid, gid }, now) : TreeFs.open(from.tree.snapshot());
    this.#state.nextId = Math.max(this.#state.nextId, id + 1);
    const item: RootItem = {
      id,
      uuid,
      ...(from === undefined ? {} : { parentUuid: from.item.uuid }),
      readOnly,
      generation,
      madeIn: generation,
      sentIn: 0,
      receivedIn: 0,
      madeAt: now,
      parent: this.idOf(dir),
      place: this.#makePlace(dir, name, id, now),
    };
    this.#add(item, tree);
    const { quota } = this.#state;
    if (quota !== undefined && groupOf(quota, ownGroup(id)) === undefined) this.#state.quota = withGroup(quota, ownGroup(id));
    if (from !== undefined) this.#touch(from.item.id);
  }

  /** A directory called `name` that stands for subvolume `id`. Gives its inode. */
  #makePlace(dir: NodeId, name: string, id: number, now: Timestamp): number {
    const tree = this.#tree(dir);
    const ino = BY_HAND + id;
    const { uid, gid } = tree.attributes(dir % SPAN);
    tree.apply({ kind: "create", dir: dir % SPAN, name, ino, what: { type: "dir", mode: 0o755, uid, gid }, now });
    tree.apply({ kind: "setxattr", ino, name: PLACE_MARK, value: new Uint8Array(0), now });
    this.#behind.set(this.idOf(dir) * SPAN + ino, id);
    this.#touch(this.idOf(dir));
    return ino;
  }

  #takePlace(dir: NodeId, name: string, now: Timestamp): void {
    const tree = this.#tree(dir);
    this.#behind.delete(this.idOf(dir) * SPAN + tree.lookup(dir % SPAN, name));
    tree.apply({ kind: "rmdir", dir: dir % SPAN, name, now });
    this.#touch(this.idOf(dir));
  }

  // ── looking ──

  get dev(): number {
    return this.#options.dev;
  }

  get lifetime(): Lifetime {
    return this.#options.lifetime;
  }

  get options(): readonly string[] {
    return this.#options.options;
  }

  get changes(): number {
    return this.#changes;
  }

  get hasOrphans(): boolean {
    return [...this.#subvolumes.values()].some(({ tree }) => tree.hasOrphans);
  }

  optionsOf(root: NodeId): readonly string[] {
    const id = this.idOf(root);
    const path = this.pathOf(id);
    return [...this.#options.options, `subvolid=${id}`, ...(path === undefined ? [] : [`subvol=${path === "" ? "/" : path}`])];
  }

  mountRoot(options: ReadonlyMap<string, string>): MountRoot {
    const named = options.get("subvol");
    const numbered = options.get("subvolid");
    if (named === undefined) {
      const id = numbered === undefined || numbered === "0" ? this.#state.defaultId : Number(numbered);
      const path = this.pathOf(id);
      if (path === undefined) throw new SysError("ENOENT", "", "", "no such subvolume");
      return { node: this.rootOf(id), path: path === "" ? "/" : path };
    }
    let node = this.root;
    for (const name of named.split("/")) {
      if (name === "") continue;
      node = this.attributes(node).type === "dir" ? this.lookup(node, name) : NO_NODE;
      if (node === NO_NODE) throw new SysError("ENOENT", "", "", "no such subvolume");
    }
    if (!this.isSubvolume(node)) throw new SysError("EINVAL", "", "", "not a subvolume");
    const id = this.idOf(node);
    if (numbered !== undefined && Number(numbered) !== id) throw new SysError("EINVAL", "", "", "subvol= and subvolid= differ");
    const path = this.pathOf(id) ?? "";
    return { node, path: path === "" ? "/" : path };
  }

  remount(readOnly: boolean): void {
    this.readOnly = readOnly;
  }

  isSealed(node: NodeId): boolean {
    return this.#subvolume(this.idOf(node)).item.readOnly;
  }

  attributes(node: NodeId): Attributes {
    return this.#tree(node).attributes(node % SPAN);
  }

  stat(node: NodeId): Stat {
    return { ...this.#tree(node).stat(node % SPAN), dev: this.#deviceOf(node), ino: this.#shown(node) };
  }

  nlink(node: NodeId): number {
    return this.#tree(node).nlink(node % SPAN);
  }

  size(node: NodeId): number {
    return this.#tree(node).size(node % SPAN);
  }

  lookup(dir: NodeId, name: string): NodeId {
    return this.#nodeOf(dir, this.#tree(dir).lookup(dir % SPAN, name));
  }

  parent(dir: NodeId): NodeId {
    if (!this.isSubvolume(dir)) return this.#nodeOf(dir, this.#tree(dir).parent(dir % SPAN));
    const { parent, place } = this.#subvolume(this.idOf(dir)).item;
    if (place === 0) return dir;
    return parent * SPAN + this.#subvolume(parent).tree.parent(place);
  }

  name(dir: NodeId): string | undefined {
    if (!this.isSubvolume(dir)) return this.#tree(dir).name(dir % SPAN);
    if (dir === this.root) return "";
    const { parent, place } = this.#subvolume(this.idOf(dir)).item;
    return place === 0 ? undefined : this.#subvolume(parent).tree.name(place);
  }

  readdir(dir: NodeId): DirEntry[] {
    return this.#tree(dir)
      .readdir(dir % SPAN)
      .map(({ name, ino, type }) => {
        const node = this.#nodeOf(dir, ino);
        // The name of a subvolume says its number.
        return { name, type, ino: this.isSubvolume(node) ? this.idOf(node) : this.#shown(node) };
      });
  }

  readlink(node: NodeId): string {
    return this.#tree(node).readlink(node % SPAN);
  }

  read(node: NodeId, offset: number, count: number): Uint8Array {
    return this.#tree(node).read(node % SPAN, offset, count);
  }

  getxattr(node: NodeId, name: string): Uint8Array | undefined {
    return isPlace(node % SPAN) ? undefined : this.#tree(node).getxattr(node % SPAN, name);
  }

  listxattr(node: NodeId): string[] {
    return isPlace(node % SPAN) ? [] : this.#tree(node).listxattr(node % SPAN);
  }

  statfs(): StatFs {
    const { total, free, available } = spaceOf(this.#options.capacity, this.usage);
    return { type: "btrfs", total, free, available, files: 0, filesFree: 0, readOnly: this.readOnly };
  }

  handleOf(node: NodeId): NodeHandle {
    return node;
  }

  nodeOf(handle: NodeHandle): NodeId {
    if (typeof handle !== "number") return NO_NODE;
    const tree = this.#subvolumes.get(this.idOf(handle))?.tree;
    return tree?.has(handle % SPAN) === true ? handle : NO_NODE;
  }

  /** Path within the file system, for the list of writes. */
  path(node: NodeId): string | undefined {
    const within = this.#subvolumes.get(this.idOf(node))?.tree.path(node % SPAN);
    const above = this.pathOf(this.idOf(node));
    if (within === undefined || above === undefined) return undefined;
    return within === "/" ? above || "/" : `${above}${within}`;
  }

  // ── changing ──

  create(dir: NodeId, name: string, what: NewNode, now: Timestamp): NodeId {
    this.#mustTakeNames(dir, what.type === "dir" ? "EPERM" : "EACCES");
    return this.#nodeOf(dir, this.#tree(dir).create(dir % SPAN, name, what, now));
  }

  link(dir: NodeId, name: string, node: NodeId, now: Timestamp): void {
    if (this.idOf(dir) !== this.idOf(node)) throw new SysError("EXDEV", "", "", "different subvolumes");
    this.#mustTakeNames(dir, "EPERM");
    this.#tree(dir).link(dir % SPAN, name, node % SPAN, now);
  }

  unlink(dir: NodeId, name: string, now: Timestamp): void {
    this.#tree(dir).unlink(dir % SPAN, name, now);
  }

  rmdir(dir: NodeId, name: string, now: Timestamp): void {
    const victim = this.lookup(dir, name);
    if (!this.isSubvolume(victim)) return this.#tree(dir).rmdir(dir % SPAN, name, now);
    if (this.size(victim) > 0) throw new SysError("ENOTEMPTY");
    this.destroySubvolume(dir, name, now);
  }

  rename(fromDir: NodeId, fromName: string, toDir: NodeId, toName: string, exchange: boolean, now: Timestamp): void {
    const source = this.lookup(fromDir, fromName);
    const target = this.lookup(toDir, toName);
    if (isPlace(source % SPAN)) throw new SysError("ENOTEMPTY", "", "", "an empty place of a subvolume");
    const isWithin = this.idOf(fromDir) === this.idOf(toDir);
    if (exchange) {
      if (!isWithin) throw new SysError("EXDEV", "", "", "different subvolumes");
    } else {
      if (!isWithin && !this.isSubvolume(source)) throw new SysError("EXDEV", "", "", "different subvolumes");
      if (target !== NO_NODE && (this.isSubvolume(target) || isPlace(target % SPAN))) throw new SysError("ENOTEMPTY");
    }
    this.#mustTakeNames(toDir, "EPERM");
    if (isWithin) return this.#tree(fromDir).rename(fromDir % SPAN, fromName, toDir % SPAN, toName, exchange, now);
    if (target !== NO_NODE) {
      // @simplified An empty directory that a subvolume of another one takes the place of goes with a write of its own.
      this.rmdir(toDir, toName, now);
    }
    this.#do({ kind: "move", dir: fromDir, name: fromName, toDir, toName, now });
  }

  setAttributes(node: NodeId, change: AttributeChange): void {
    this.#tree(node).setAttributes(node % SPAN, change);
  }

  setFlags(node: NodeId, flags: InodeFlags, now: Timestamp): void {
    if (this.isSealed(node)) throw new SysError("EROFS", "", "", "subvolume is read-only");
    if (/[^iadASDcmC]/.test(flags) || (flags.includes("c") && /[mC]/.test(flags))) throw new SysError("EOPNOTSUPP");
    // Whether a file is overwritten in place is settled while it is empty.
    const { type, flags: old } = this.attributes(node);
    const isSettled = type === "file" && this.size(node) > 0 && flags.includes("C") !== old.includes("C");
    const kept = isSettled ? flags.replace("C", "") + (old.includes("C") ? "C" : "") : flags;
    this.#tree(node).setFlags(node % SPAN, kept, now);
  }

  openForWriting(): void {
    // Nothing needs to be copied here.
  }

  write(node: NodeId, offset: number, data: Uint8Array, now: Timestamp): number {
    return this.#tree(node).write(node % SPAN, offset, data, now);
  }

  truncate(node: NodeId, size: number, touch: boolean, now: Timestamp): void {
    this.#tree(node).truncate(node % SPAN, size, touch, now);
  }

  allocate(node: NodeId, size: number, now: Timestamp): void {
    this.#tree(node).allocate(node % SPAN, size, now);
  }

  setxattr(node: NodeId, name: string, value: Uint8Array | undefined, now: Timestamp): void {
    if (this.isSealed(node)) throw new SysError("EROFS", "", "", "subvolume is read-only");
    if (isPlace(node % SPAN)) throw new SysError("EOPNOTSUPP");
    this.#tree(node).setxattr(node % SPAN, name, value, now);
  }

  graft(dir: NodeId, name: string, tree: SealedTree, now: Timestamp): void {
    this.#tree(dir).graft(dir % SPAN, name, tree, now);
  }

  /** ENOTEMPTY when there is a subvolume in it, or it is one. */
  dropTree(dir: NodeId, name: string, now: Timestamp): void {
    const victim = this.lookup(dir, name);
    const isBelow = (id: number): boolean => {
      for (let at = this.rootOf(id); at !== this.root; at = this.parent(at)) if (at === victim) return true;
      return false;
    };
    if (this.items().some(({ id, place }) => place !== 0 && isBelow(id))) throw new SysError("ENOTEMPTY");
    this.#tree(dir).dropTree(dir % SPAN, name, now);
  }

  linkSealed(dir: NodeId, name: string, sealed: SealedFile | SealedSymlink, now: Timestamp): void {
    this.#tree(dir).linkSealed(dir % SPAN, name, sealed, now);
  }

  sealedTreeAt(dir: NodeId): SealedTree | undefined {
    return this.#tree(dir).sealedTreeAt(dir % SPAN);
  }

  sealedChanges(dir: NodeId): SealedChanges | undefined {
    return this.#tree(dir).sealedChanges(dir % SPAN);
  }

  hold(node: NodeId): void {
    const subvolume = this.#subvolume(this.idOf(node));
    subvolume.uses++;
    subvolume.tree.hold(node % SPAN);
  }

  release(node: NodeId): void {
    const subvolume = this.#subvolume(this.idOf(node));
    subvolume.tree.release(node % SPAN);
    subvolume.uses--;
    const { id, place } = subvolume.item;
    if (subvolume.uses === 0 && place === 0 && id !== TOP_LEVEL) this.#drop(id);
  }

  fsync(): void {
    this.journal?.commit();
  }

  sync(): void {
    this.journal?.commit();
  }

  /** Nothing is made where a subvolume is missing. */
  #mustTakeNames(dir: NodeId, refusal: "EPERM" | "EACCES"): void {
    if (isPlace(dir % SPAN)) throw new SysError(refusal, "", "", "an empty place of a subvolume");
  }
}

function isPlace(ino: number): boolean {
  return ino >= BY_HAND && ino < FILE_BASE;
}

/** The tree as it is now; the same value as long as nothing changes. */
function freeze(subvolume: Subvolume): TreeSnapshot {
  const { changes } = subvolume.tree;
  if (subvolume.frozen?.changes !== changes) subvolume.frozen = { changes, tree: subvolume.tree.snapshot() };
  return subvolume.frozen.tree;
}
