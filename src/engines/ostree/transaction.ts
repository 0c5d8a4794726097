/**
 * Writing objects: each one complete under `tmp/staging-…/`, then all on the disk, then renamed into `objects/`.
 *
 * Power may go at any moment: an object has its final name only when it is whole. Order of calls: strace of `ostree pull`.
 */
import { encodeUtf8 } from "../../base/utf8.ts";
import { checksumFile, checksumSymlink, encodeCommit, encodeDirmeta, encodeDirtree, encodeUserMeta } from "../../image/ostree-objects.ts";
import type { Checksum, Commit, Dirtree, ObjectKind, Ownership } from "../../image/ostree-objects.ts";
import { checksumBytes } from "../../image/ostree-objects.ts";
import { objectName } from "../../image/ostree-objects.ts";
import type { SealedFile, SealedSymlink } from "../../vfs/sealed.ts";
import { encodeFilez } from "./archived-file.ts";
import { timestamp } from "../../base/timestamp.ts";
import { lstat, listDirectory, makeDirectories, parentOf, removeTree, syncDirectory, temporaryName, writeNewFile } from "./files.ts";
import { FreeSpace } from "./free-space.ts";
import { OstreeError } from "./errors.ts";
import type { FileObject, Repository } from "./repo.ts";

const EPOCH = timestamp(0);

export class Transaction {
  readonly #repo: Repository;
  readonly #staging: string;
  readonly #staged = new Set<string>();
  readonly #space: FreeSpace;
  /** Counted as `ostree pull` reports them. */
  metadata = 0;
  content = 0;
  contentBytes = 0;
  /** How many were to be written, those that were there already among them. */
  metadataTotal = 0;
  contentTotal = 0;

  /** `bootId` is /proc/sys/kernel/random/boot_id, part of the staging directory's name. */
  constructor(repo: Repository, bootId: string) {
    repo.requireWritable();
    this.#repo = repo;
    this.#space = new FreeSpace(repo);
    this.#staging = temporaryName(repo.sys, `${repo.path}/tmp/staging-${bootId}-`);
    repo.sys.mkdir(this.#staging, 0o775);
    writeNewFile(repo.sys, `${this.#staging}-lock`, new Uint8Array(), { mode: 0o600 });
  }

  /** Whether the object is in the repository or will be with this transaction. */
  has(checksum: Checksum, kind: ObjectKind): boolean {
    return this.#staged.has(this.#name(checksum, kind)) || this.#repo.hasObject(checksum, kind);
  }

  writeCommit(commit: Commit): Checksum {
    return this.writeMetadata(encodeCommit(commit), "commit");
  }

  writeDirtree(tree: Dirtree): Checksum {
    return this.writeMetadata(encodeDirtree(tree), "dirtree");
  }

  writeDirmeta(owner: Ownership): Checksum {
    return this.writeMetadata(encodeDirmeta(owner), "dirmeta");
  }

  writeMetadata(bytes: Uint8Array, kind: "commit" | "dirtree" | "dirmeta"): Checksum {
    const checksum = checksumBytes(bytes);
    this.metadataTotal++;
    if (this.has(checksum, kind)) return checksum;
    writeNewFile(this.#repo.sys, this.#stage(checksum, kind), bytes);
    this.metadata++;
    return checksum;
  }

  /** A file's bytes or a link as the repository's mode keeps them. Bytes that are only copied (`isCopy`) are not counted, nor asked room for. */
  writeFile(file: FileObject, isCopy = false): Checksum {
    const checksum = file.kind === "file" ? checksumFile(file, file.contents) : checksumSymlink(file, file.target);
    this.contentTotal++;
    if (this.has(checksum, "file")) return checksum;
    if (!isCopy || file.kind === "symlink") this.#space.take(file.kind === "file" ? file.contents.length : 0);
    this.#requireKeepable(file, checksum);
    const { sys, mode } = this.#repo;
    const path = this.#stage(checksum, "file");
    if (mode === "archive-z2") writeNewFile(sys, path, encodeFilez(file));
    else if (mode === "bare-user") {
      // A link's target is kept with its end.
      writeNewFile(sys, path, file.kind === "file" ? file.contents : encodeUtf8(`${file.target}\0`), {
        mode: file.kind === "file" ? (file.mode & 0o777) | 0o400 : 0o644,
      });
      sys.setxattr(path, "user.ostreemeta", encodeUserMeta(file.kind === "file" ? file : { ...file, mode: 0o777 }, file.kind));
    } else if (file.kind === "symlink") {
      sys.symlink(file.target, path);
      if (mode === "bare") sys.lchown(path, file.uid, file.gid);
    } else {
      writeNewFile(sys, path, file.contents, { mode: file.mode, ...(mode === "bare" ? { owner: file } : {}) });
      sys.utimens(path, EPOCH, EPOCH);
    }
    this.content++;
    this.contentBytes += file.kind === "file" && !isCopy ? file.contents.length : 0;
    return checksum;
  }

  /** An object that comes as a sealed one (from a remote's release): only for bare repositories, where it is the file itself. */
  linkSealed(checksum: Checksum, kind: ObjectKind, object: SealedFile | SealedSymlink): void {
    if (this.has(checksum, kind)) return;
    if (kind === "file") this.#space.take(object.kind === "file" ? object.size : object.target.length);
    this.#repo.sys.linkSealed(this.#stage(checksum, kind), object);
    if (kind === "file") {
      this.content++;
      this.contentBytes += object.kind === "file" ? object.size : 0;
    } else this.metadata++;
  }

  /** An object that another repository of the same mode has at `path`: a second name for it. Throws as link(2), and nothing is staged. */
  link(checksum: Checksum, kind: ObjectKind, path: string): void {
    const { sys } = this.#repo;
    const staged = `${this.#staging}/${this.#name(checksum, kind)}`;
    makeDirectories(sys, parentOf(staged));
    sys.link(path, staged);
    this.#staged.add(this.#name(checksum, kind));
    if (kind === "file") this.content++;
    else this.metadata++;
  }

  /** All objects get their names: synced before, and their directories after. */
  commit(): void {
    const steps = this.commitSteps();
    while (steps.next().done !== true);
  }

  /** The same, one yield for each object. */
  *commitSteps(): Generator<void, void, void> {
    const { sys, path } = this.#repo;
    sys.sync();
    for (const name of this.#staged) {
      const target = `${path}/objects/${name}`;
      makeDirectories(sys, parentOf(target));
      sys.rename(`${this.#staging}/${name}`, target);
      yield;
    }
    for (const fan of new Set([...this.#staged].map((name) => name.slice(0, 2)))) syncDirectory(sys, `${path}/objects/${fan}`);
    syncDirectory(sys, `${path}/objects`);
    this.#staged.clear();
    this.abandon();
  }

  /** Leaves nothing behind but what was committed. */
  abandon(): void {
    removeTree(this.#repo.sys, this.#staging);
    removeTree(this.#repo.sys, `${this.#staging}-lock`);
  }

  /** Modes that keep no owners take no file whose mode is more than 0775. Throws `OstreeError`. */
  #requireKeepable(file: FileObject, checksum: Checksum): void {
    const beyond = file.kind === "file" ? file.mode & ~0o775 : 0;
    if (this.#repo.mode !== "bare-user-only" || beyond === 0 || file.kind !== "file") return;
    throw new OstreeError(
      `Writing content object: Content object ${checksum}: invalid mode 0${(0o100000 | file.mode).toString(8)} with bits ${beyond.toString(8).padStart(5, "0")}`,
    );
  }

  #stage(checksum: Checksum, kind: ObjectKind): string {
    const name = this.#name(checksum, kind);
    const path = `${this.#staging}/${name}`;
    makeDirectories(this.#repo.sys, parentOf(path));
    this.#staged.add(name);
    return path;
  }

  #name(checksum: Checksum, kind: ObjectKind): string {
    return objectName(checksum, kind === "file" && this.#repo.mode === "archive-z2" ? "filez" : kind);
  }
}

/** Staging directories of transactions that ended with the power: removed by the next cleanup, as their boot is over. */
export function removeStaleStaging(repo: Repository, bootId: string): void {
  for (const entry of listDirectory(repo.sys, `${repo.path}/tmp`)) {
    const ours = entry.name.startsWith(`staging-${bootId}-`);
    if (!entry.name.startsWith("staging-") || ours) continue;
    if (lstat(repo.sys, `${repo.path}/tmp/${entry.name}`)) removeTree(repo.sys, `${repo.path}/tmp/${entry.name}`);
  }
}
