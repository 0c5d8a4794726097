/**
 * Makes a static delta: what a commit has beyond an older one, changed files as what was changed in them.
 *
 * Objects come in the order of libostree's hash tables, so that the same commits give the same bytes.
 * Source: ostreedev/ostree:src/libostree/ostree-repo-static-delta-compilation.c.
 */
import { encodeGVariant } from "../../../image/gvariant.ts";
import type { Checksum } from "../../../image/ostree-objects.ts";
import { OstreeError } from "../errors.ts";
import { formatSize } from "../format-size.ts";
import { stringHash } from "../hash-order.ts";
import { lstat } from "../files.ts";
import type { FileObject, Repository } from "../repo.ts";
import { bsdiff } from "./bsdiff.ts";
import { kindNumber, type DeltaObject, type DeltaObjectKind, type Fallback } from "./format.ts";
import { HashTable } from "./hash-table.ts";
import { PartBuilder, type Part } from "./part-builder.ts";
import { rollsumMatches, type RollsumMatches } from "./rollsum.ts";
import { similarFiles } from "./similar-files.ts";

/** Sizes in bytes. */
export interface CompileOptions {
  readonly usesBsdiff: boolean;
  /** Larger files are fetched by themselves; 0 for none. */
  readonly leastFallback: number;
  /** Of both files together. */
  readonly mostBsdiff: number;
  readonly mostChunk: number;
}

export interface Compiled {
  readonly parts: readonly Part[];
  readonly fallbacks: readonly Fallback[];
}

/** A line of progress, to be shown at once. */
type Tell = (line: string) => void;
type RegularFile = FileObject & { readonly kind: "file" };

/** A file's header in a stream of contents: its owner, its mode, and how long that is. */
const STREAM_HEADER = 8 + encodeGVariant("(uuuusa(ayay))", [0, 0, 0, 0, "", []]).length;

/** Throws `OstreeError` for a commit that is not whole. Yields so that nobody waits long. */
export function* compile(
  repo: Repository,
  from: Checksum | undefined,
  to: Checksum,
  options: CompileOptions,
  tell: Tell,
): Generator<void, Compiled, void> {
  const compiler = new Compiler(repo, options, tell);
  yield* compiler.compile(from, to);
  return compiler;
}

class Compiler implements Compiled {
  readonly parts: Part[] = [];
  readonly fallbacks: Fallback[] = [];
  readonly #repo: Repository;
  readonly #options: CompileOptions;
  readonly #tell: Tell;
  readonly #rollsums = new Map<Checksum, { readonly from: Checksum; readonly found: RollsumMatches }>();
  readonly #patched = new Map<Checksum, Checksum>();
  #part = new PartBuilder();
  /** Bytes that objects take in the repository which are in the delta whole. */
  #loose = 0;

  constructor(repo: Repository, options: CompileOptions, tell: Tell) {
    this.#repo = repo;
    this.#options = options;
    this.#tell = tell;
  }

  *compile(from: Checksum | undefined, to: Checksum): Generator<void, void, void> {
    const repo = this.#repo;
    const known = from === undefined ? undefined : yield* reachable(repo, from);
    const metadata = new HashTable(objectHash);
    const files = new HashTable();
    const links = new HashTable();
    for (const name of (yield* reachable(repo, to)).keys()) {
      if (known?.has(name) === true) continue;
      const { kind, checksum } = objectOf(name);
      if (kind !== "file") metadata.add(name);
      else if (repo.describeFile(checksum).kind === "file") files.add(checksum);
      else links.add(checksum);
      yield;
    }
    const modified = new HashTable();
    const similar = from === undefined ? new Map<Checksum, Checksum>() : similarFiles(repo, from, to, new Set(files.keys()));
    for (const checksum of similar.keys()) modified.add(checksum);
    this.#tell(`modified: ${modified.size}\n`);
    this.#tell(`new reachable: metadata=${metadata.size} content regular=${files.size} symlink=${links.size}\n`);
    // The superblock has it.
    metadata.delete(objectKey({ kind: "commit", checksum: to }));

    const rollsums = new HashTable();
    const patched = new HashTable();
    for (const checksum of modified.keys()) {
      yield* this.#choose(checksum, similar.get(checksum) ?? "");
      if (this.#rollsums.has(checksum)) rollsums.add(checksum);
      if (this.#patched.has(checksum)) patched.add(checksum);
      yield;
    }
    this.#tell(`rollsum for ${rollsums.size}/${modified.size} modified\n`);

    for (const name of metadata.keys()) yield* this.#addMetadata(objectOf(name));
    for (const checksum of rollsums.keys()) yield* this.#addBlocks(checksum);
    yield* this.#addPatches(patched.keys());
    const isWhole = (checksum: Checksum): boolean => !this.#rollsums.has(checksum) && !this.#patched.has(checksum);
    for (const checksum of files.keys()) if (isWhole(checksum) && this.#fallBack(checksum)) files.delete(checksum, true);
    for (const checksum of files.keys()) if (isWhole(checksum)) yield* this.#addWhole(checksum);
    for (const checksum of links.keys()) yield* this.#addWhole(checksum);
    yield* this.#finishPart();
    this.#report();
  }

  /** How a file is to be made of a similar one, if it is. A file that not everybody may read may be missing where the delta is applied. */
  *#choose(checksum: Checksum, from: Checksum): Generator<void, void, void> {
    const repo = this.#repo;
    const old = repo.describeFile(from);
    if (old.kind !== "file" || (old.mode & 0o004) === 0) return;
    const fresh = this.#regular(checksum);
    const found = yield* rollsumMatches(this.#regular(from).contents, fresh.contents);
    if (Math.floor((found.matches.length * 100) / found.total) >= 50) {
      const counts = `crcs=${found.crcMatches} bufs=${found.matches.length} total=${found.total} matchsize=${found.size}`;
      this.#tell(`rollsum for ${from} -> ${checksum}; ${counts}\n`);
      this.#rollsums.set(checksum, { from, found });
    } else if (this.#options.usesBsdiff && old.size + fresh.contents.length <= this.#options.mostBsdiff) this.#patched.set(checksum, from);
  }

  *#addMetadata(object: DeltaObject): Generator<void, void, void> {
    if (object.kind === "file") return;
    const bytes = this.#repo.readMetadata(object.checksum, object.kind);
    yield* this.#makeRoom(bytes.length);
    this.#countLoose(object);
    this.#part.addMetadata(object, bytes);
  }

  *#addWhole(checksum: Checksum): Generator<void, void, void> {
    const file = this.#repo.readFile(checksum);
    yield* this.#makeRoom(file.kind === "file" ? file.contents.length : 0);
    this.#countLoose({ kind: "file", checksum });
    this.#part.addFile(checksum, file);
  }

  *#addBlocks(checksum: Checksum): Generator<void, void, void> {
    const { from, found } = this.#rollsums.get(checksum) ?? {};
    if (from === undefined || !found) return;
    yield* this.#makeRoom(0);
    this.#part.addBlocks(checksum, this.#regular(checksum), from, found.matches);
  }

  *#addPatches(checksums: readonly Checksum[]): Generator<void, void, void> {
    const told = Math.floor(checksums.length / 10);
    for (const [i, checksum] of checksums.entries()) {
      if (told === 0 || i % told === 0) this.#tell(`processing bsdiff: [${i}/${checksums.length}]\n`);
      const from = this.#patched.get(checksum) ?? "";
      yield* this.#makeRoom(0);
      const fresh = this.#regular(checksum);
      const patch = yield* bsdiff(this.#regular(from).contents, fresh.contents);
      this.#part.addPatch(checksum, fresh, from, patch);
    }
  }

  /** Whether it is so large that it is not in the delta. */
  #fallBack(checksum: Checksum): boolean {
    const { leastFallback } = this.#options;
    const file = this.#repo.describeFile(checksum);
    const size = file.kind === "file" ? file.size : 0;
    if (leastFallback === 0 || size + STREAM_HEADER <= leastFallback) return false;
    this.#tell(`fallback for ${checksum} (${formatSize(size + STREAM_HEADER)})\n`);
    this.fallbacks.push({ checksum, size: this.#storedSize({ kind: "file", checksum }), uncompressedSize: size });
    return true;
  }

  /** Begins another part where this one would be larger than allowed. */
  *#makeRoom(size: number): Generator<void, void, void> {
    if (this.#part.objects.length === 0 || this.#part.size + size <= this.#options.mostChunk) return;
    yield* this.#finishPart();
    this.#part = new PartBuilder();
  }

  *#finishPart(): Generator<void, void, void> {
    const part = yield* this.#part.finish();
    this.parts.push(part);
    const { objects, size, uncompressedSize } = part.header;
    this.#tell(`part ${this.parts.length} n:${objects.length} compressed:${size} uncompressed:${uncompressedSize}\n`);
  }

  #report(): void {
    const total = (of: (part: Part) => number): number => this.parts.reduce((sum, part) => sum + of(part), 0);
    const uncompressed = total(({ header }) => header.uncompressedSize);
    const compressed = total(({ header }) => header.size);
    const matched = [...this.#rollsums.values()].reduce((sum, { found }) => sum + found.size, 0);
    this.#tell(`uncompressed=${uncompressed} compressed=${compressed} loose=${this.#loose}\n`);
    this.#tell(`rollsum=${this.#rollsums.size} objects, ${matched} bytes\nbsdiff=${this.#patched.size} objects\n`);
  }

  #countLoose(object: DeltaObject): void {
    this.#loose += this.#storedSize(object);
  }

  #storedSize({ kind, checksum }: DeltaObject): number {
    return lstat(this.#repo.sys, this.#repo.objectPath(checksum, kind))?.size ?? 0;
  }

  #regular(checksum: Checksum): RegularFile {
    const file = this.#repo.readFile(checksum);
    if (file.kind !== "file") throw new OstreeError(`Corrupted file object '${checksum}'`);
    return file;
  }
}

/** A commit and all that it is made of; listings that are the same are visited once. Throws `OstreeError` for what is missing. */
function* reachable(repo: Repository, commit: Checksum): Generator<void, HashTable, void> {
  const found = new HashTable(objectHash);
  const add = (kind: DeltaObjectKind, checksum: Checksum): void => found.add(objectKey({ kind, checksum }));
  const visit = function* (dirmeta: Checksum, dirtree: Checksum): Generator<void, void, void> {
    add("dirmeta", dirmeta);
    if (found.has(objectKey({ kind: "dirtree", checksum: dirtree }))) return;
    yield;
    const tree = repo.dirtree(dirtree);
    for (const file of tree.files) add("file", file.checksum);
    for (const directory of tree.dirs) yield* visit(directory.dirmeta, directory.dirtree);
    add("dirtree", dirtree);
  };
  add("commit", commit);
  const { dirmeta, dirtree } = repo.commit(commit);
  yield* visit(dirmeta, dirtree);
  return found;
}

function objectKey({ kind, checksum }: DeltaObject): string {
  return `${checksum}.${kind}`;
}

function objectOf(key: string): DeltaObject {
  return { checksum: key.slice(0, 64), kind: key.slice(65) as DeltaObjectKind };
}

/** ostree_hash_object_name. */
function objectHash(key: string): number {
  const { checksum, kind } = objectOf(key);
  return (stringHash(checksum) + kindNumber(kind)) >>> 0;
}
