/**
 * Applies a delta that lies in files: its commit and all objects of its parts come into a repository.
 *
 * Source: ostreedev/ostree:src/libostree/ostree-repo-static-delta-{core,processing}.c.
 */
import { decodeUtf8 } from "../../../base/utf8.ts";
import { encodeGVariant } from "../../../image/gvariant.ts";
import { toHex } from "../../../image/hex.ts";
import { delta, deltaDirectory } from "../deltas.ts";
import { OstreeError } from "../errors.ts";
import { makeDirectories, parentOf, readBytes, replaceFile } from "../files.ts";
import type { FileObject, Repository } from "../repo.ts";
import { Transaction } from "../transaction.ts";
import { bspatch } from "./bsdiff.ts";
import { decodeSuperblock, type DeltaObject, type PartHeader, type PartPayload, type Superblock } from "./format.ts";
import { operationsOf, type Operation } from "./operations.ts";
import { openPart } from "./part-file.ts";
import { refusedAs } from "./refused-as.ts";

const LINK = 0o120000;
const TYPE = 0o170000;

/** Such a delta is only for repositories that keep files as they are. */
class PatchIntoArchive extends Error {
  constructor() {
    super("a patched file cannot be put into an archive");
    this.name = "PatchIntoArchive";
  }
}

/** What an assertion says that stops the real program where it is to make a file of an older one in an archive. */
const ASSERTION =
  "OSTree:ERROR:src/libostree/ostree-repo-static-delta-processing.c:581:dispatch_open: assertion failed: " +
  "(repo->mode == OSTREE_REPO_MODE_BARE || repo->mode == OSTREE_REPO_MODE_BARE_USER || repo->mode == OSTREE_REPO_MODE_BARE_USER_ONLY)\n";

/** `path` is the delta's directory or its superblock. The assertion that stopped it, if one did. Throws `OstreeError`. */
export function* applyOffline(repo: Repository, path: string, bootId: string): Generator<void, string | undefined, void> {
  const transaction = new Transaction(repo, bootId);
  let isWritten = false;
  try {
    const { superblock, directory } = readSuperblock(repo, path);
    if (superblock.from !== undefined && !repo.hasObject(superblock.from, "commit"))
      throw new OstreeError(`Commit ${superblock.from}, which is the delta source, is not in repository`);
    writeCommit(repo, transaction, superblock);
    if (superblock.fallbacks.length > 0) throw new OstreeError("Cannot execute delta offline: contains nonempty http fallback entries");
    for (const [index, part] of superblock.parts.entries()) {
      if (part.version > 0) throw new OstreeError(`Delta part has too new version ${part.version}`);
      if (part.objects.every(({ checksum, kind }) => repo.hasObject(checksum, kind))) continue;
      const payload = yield* partOf(repo, superblock, directory, index, part);
      yield* executePart(repo, transaction, payload, part.objects, index);
    }
    yield* transaction.commitSteps();
    isWritten = true;
    return undefined;
  } catch (error) {
    if (error instanceof PatchIntoArchive) return ASSERTION;
    throw error;
  } finally {
    if (!isWritten) transaction.abandon();
  }
}

function readSuperblock(repo: Repository, path: string): { readonly superblock: Superblock; readonly directory: string } {
  const { sys } = repo;
  const found = refusedAs("openat(O_DIRECTORY)", () => sys.stat(path));
  const isDirectory = found.type === "dir";
  const name = isDirectory ? "superblock" : path.slice(path.lastIndexOf("/") + 1);
  const directory = isDirectory ? path : parentOf(path) || ".";
  const bytes = refusedAs(`openat(${name})`, () => readBytes(sys, isDirectory ? `${path}/superblock` : path));
  try {
    return { superblock: decodeSuperblock(bytes), directory };
  } catch (error) {
    // What GLib takes such bytes for has no commit in it.
    if (error instanceof RangeError) throw new OstreeError("Invalid checksum of length 0 expected 32");
    throw error;
  }
}

function writeCommit(repo: Repository, transaction: Transaction, superblock: Superblock): void {
  const { from, to, commit, metadata } = superblock;
  if (repo.hasObject(to, "commit")) return;
  const detached = new Map(metadata).get(`${deltaDirectory(delta(from, to))}/commitmeta`);
  if (detached?.type === "a{sv}") {
    const path = repo.objectPath(to, "commitmeta");
    makeDirectories(repo.sys, parentOf(path));
    replaceFile(repo.sys, path, encodeGVariant(detached.type, detached.value));
  }
  requireChecksum({ kind: "commit", checksum: to }, transaction.writeMetadata(commit, "commit"));
}

/** An inline part is not checked: it comes with what names its checksum. */
function* partOf(
  repo: Repository,
  superblock: Superblock,
  directory: string,
  index: number,
  header: PartHeader,
): Generator<void, PartPayload, void> {
  const inline = new Map(superblock.metadata).get(`${deltaDirectory(delta(superblock.from, superblock.to))}/${index}`);
  if (inline?.type === "(yay)") return yield* openPart(encodeGVariant(inline.type, inline.value));
  const file = refusedAs(`Opening deltapart '${index}'`, () => readBytes(repo.sys, `${directory}/${index}`));
  return yield* openPart(file, header.checksum);
}

interface OpenFile {
  readonly object: DeltaObject;
  readonly mode: number;
  readonly contents: Uint8Array;
  /** How much of it is there. */
  length: number;
}

function* executePart(
  repo: Repository,
  transaction: Transaction,
  payload: PartPayload,
  objects: readonly DeltaObject[],
  index: number,
): Generator<void, void, void> {
  const execution = new Execution(repo, transaction, payload);
  try {
    for (const operation of operationsOf(payload, objects)) {
      execution.do(operation);
      yield;
    }
  } catch (error) {
    if (error instanceof OstreeError) throw new OstreeError(`Executing delta part ${index}: ${error.message}`);
    throw error;
  }
}

class Execution {
  readonly #repo: Repository;
  readonly #transaction: Transaction;
  readonly #payload: PartPayload;
  #file: OpenFile | undefined;
  #source: Uint8Array | undefined;

  constructor(repo: Repository, transaction: Transaction, payload: PartPayload) {
    this.#repo = repo;
    this.#transaction = transaction;
    this.#payload = payload;
  }

  do(operation: Operation): void {
    switch (operation.kind) {
      case "openSpliceClose":
        return this.#within("open-splice-and-close", () => {
          const bytes = this.#data(operation.start, operation.size);
          const { object } = operation;
          requireChecksum(
            object,
            object.kind === "file" ? this.#write(operation.mode, bytes) : this.#transaction.writeMetadata(bytes, object.kind),
          );
        });
      case "open":
        if (this.#repo.mode === "archive-z2") throw new PatchIntoArchive();
        this.#file = { object: operation.object, mode: operation.mode, contents: new Uint8Array(operation.size), length: 0 };
        return;
      case "write":
        return this.#within("write", () => {
          const source = this.#source;
          if (source && operation.start + operation.size > source.length) throw new OstreeError("Unexpected EOF reading object");
          const end = operation.start + operation.size;
          this.#append(source ? source.subarray(operation.start, end) : this.#data(operation.start, operation.size));
        });
      case "setReadSource":
        return this.#within("set-read-source", () => {
          const checksum = toHex(this.#data(operation.start, 32));
          if (!this.#repo.hasObject(checksum, "file")) throw new OstreeError(`Couldn't find file object '${checksum}'`);
          const file = this.#repo.readFile(checksum);
          this.#source = file.kind === "file" ? file.contents : new Uint8Array(0);
        });
      case "unsetReadSource":
        this.#source = undefined;
        return;
      case "bspatch": {
        const size = this.#file?.contents.length ?? 0;
        const patched = bspatch(this.#source ?? new Uint8Array(0), this.#data(operation.start, operation.size), size);
        if (!patched) throw new OstreeError("bsdiff patch failed");
        return this.#append(patched);
      }
      case "close":
        return this.#within("close", () => {
          if (this.#file) requireChecksum(this.#file.object, this.#write(this.#file.mode, this.#file.contents));
          this.#file = undefined;
          this.#source = undefined;
        });
    }
  }

  #append(bytes: Uint8Array): void {
    if (!this.#file || this.#file.length + bytes.length > this.#file.contents.length)
      throw new OstreeError("fwrite: Too many bytes for the object");
    this.#file.contents.set(bytes, this.#file.length);
    this.#file.length += bytes.length;
  }

  /** A file or a link with these bytes; its checksum. */
  #write(index: number, bytes: Uint8Array): string {
    const [uid, gid, mode] = this.#payload.modes[index] ?? [0, 0, 0];
    const file: FileObject =
      (mode & TYPE) === LINK
        ? { kind: "symlink", uid, gid, target: decodeUtf8(bytes) }
        : { kind: "file", uid, gid, mode: mode & 0o7777, contents: bytes };
    return this.#transaction.writeFile(file);
  }

  #data(start: number, size: number): Uint8Array {
    if (start + size > this.#payload.data.length) throw new OstreeError(`Invalid offset/length ${start}/${size}`);
    return this.#payload.data.subarray(start, start + size);
  }

  #within(name: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (error instanceof OstreeError) throw new OstreeError(`opcode ${name}: ${error.message}`);
      throw error;
    }
  }
}

/** Throws `OstreeError` when what was made is not what it should be. */
function requireChecksum({ kind, checksum }: DeltaObject, actual: string): void {
  if (actual !== checksum) throw new OstreeError(`Corrupted ${kind} object; checksum expected='${checksum}' actual='${actual}'`);
}
