/**
 * An ostree repository on the virtual disk: `config`, `refs/`, `objects/xx/….kind`, `tmp/`, `state/`.
 *
 * Nothing is remembered between calls: every answer is read from the files, so what a learner changes by hand counts.
 * Sources: ostreedev/ostree:src/libostree/ostree-repo.c, ostree-repo-refs.c; order of writes: strace of the real one.
 */
import { decodeUtf8 } from "../../base/utf8.ts";
import {
  decodeCommit,
  decodeDirmeta,
  decodeDirtree,
  decodeFilez,
  decodeUserMeta,
  metadataString,
  objectName,
} from "../../image/ostree-objects.ts";
import type { Checksum, Commit, Dirtree, ObjectKind, Ownership } from "../../image/ostree-objects.ts";
import { exists } from "../../machine/read-text.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import type { Stat } from "../../vfs/types.ts";
import { OstreeError, failureText, within } from "./errors.ts";
import { listDirectory, lstat, makeDirectories, parentOf, readBytes, replaceFile, replaceSymlink } from "./files.ts";
import { KeyFile } from "./keyfile.ts";
import { checkRefspec, isRemoteName, parseRefspec } from "./origin.ts";

export type RepositoryMode = "bare" | "bare-user" | "bare-user-only" | "archive-z2";

/** A file or symbolic link as an object holds it. */
export type FileObject =
  | (Ownership & { readonly kind: "file"; readonly contents: Uint8Array })
  | { readonly kind: "symlink"; readonly uid: number; readonly gid: number; readonly target: string };

/** A `FileObject` by what can be known without its contents. */
export type FileSummary =
  | (Ownership & { readonly kind: "file"; readonly size: number })
  | { readonly kind: "symlink"; readonly uid: number; readonly gid: number; readonly target: string };

export interface ObjectId {
  readonly checksum: Checksum;
  readonly kind: ObjectKind;
}

const USER_META = "user.ostreemeta";
const REMOTES_DIRECTORY = "/etc/ostree/remotes.d";

/** `--mode=` of `ostree init`, and what `core.mode` says then. */
export function repositoryMode(text: string): RepositoryMode | undefined {
  switch (text) {
    case "bare":
    case "bare-user":
    case "bare-user-only":
      return text;
    case "archive":
    case "archive-z2":
      return "archive-z2";
    default:
      return undefined;
  }
}

export class Repository {
  readonly sys: Sys;
  /** Without a slash at the end. */
  readonly path: string;
  readonly mode: RepositoryMode;

  private constructor(sys: Sys, path: string, mode: RepositoryMode) {
    this.sys = sys;
    this.path = path;
    this.mode = mode;
  }

  /** Throws `OstreeError` when there is none, or none that can be read. */
  static open(sys: Sys, path: string): Repository {
    const shown = path.startsWith("/") ? path : `${sys.getcwd().replace(/\/$/, "")}/${path}`;
    try {
      sys.readdir(path);
    } catch (error) {
      if (isSysError(error)) throw new OstreeError(`opening repo: opendir(${shown}): ${error.text}`);
      throw error;
    }
    if (lstat(sys, `${path}/objects`)?.type !== "dir") throw new OstreeError("opening repo: opendir(objects): No such file or directory");
    const config = readConfig(sys, path);
    const version = config.get("core", "repo_version");
    if (version !== "1") throw new OstreeError(`Invalid repository version '${version ?? "(null)"}'`);
    const text = config.get("core", "mode") ?? "bare";
    const mode = repositoryMode(text);
    if (mode === undefined) throw new OstreeError(`opening repo: Invalid mode '${text}' in repository configuration`);
    return new Repository(sys, path.length > 1 ? path.replace(/\/+$/, "") : path, mode);
  }

  /** `ostree init`: makes what is missing and leaves an existing repository as it is. The directory above must be there. */
  static create(sys: Sys, path: string, mode: RepositoryMode, collectionId?: string): Repository {
    within("Creating repo", () => {
      if (lstat(sys, path)?.type !== "dir") sys.mkdir(path, 0o755);
      const collection = collectionId === undefined ? "" : `collection-id=${collectionId}\n`;
      if (lstat(sys, `${path}/config`) === undefined)
        replaceFile(sys, `${path}/config`, `[core]\nrepo_version=1\nmode=${mode}\n${collection}`);
      for (const directory of ["objects", "tmp", "tmp/cache", "extensions", "state", "refs", "refs/heads", "refs/mirrors", "refs/remotes"])
        makeDirectories(sys, `${path}/${directory}`);
    });
    return Repository.open(sys, path);
  }

  /** Throws `OstreeError` where objects cannot be written, which is asked before anything that would write some. */
  requireWritable(): void {
    try {
      this.sys.access(`${this.path}/objects`, "W");
    } catch (error) {
      if (isSysError(error)) throw new OstreeError(`Cannot write to repository: ${error.text}`);
      throw error;
    }
  }

  get config(): KeyFile {
    return readConfig(this.sys, this.path);
  }

  /** Throws `OstreeError` for a remote that has a file of its own. */
  writeConfig(config: KeyFile): void {
    const remotes = config.groups().flatMap((group) => remoteOfGroup(group) ?? []);
    for (const { path, config: own } of this.#filesOfRemotes())
      for (const remote of remotes)
        if (own.has(groupOfRemote(remote))) throw new OstreeError(`Remote "${remote}" already defined in ${path}`);
    asTemporaryFile(() => replaceFile(this.sys, `${this.path}/config`, config.toString()));
  }

  // ——— objects

  /** The name under which this repository keeps an object of that kind. */
  objectPath(checksum: Checksum, kind: ObjectKind): string {
    return `${this.path}/objects/${objectName(checksum, kind === "file" && this.mode === "archive-z2" ? "filez" : kind)}`;
  }

  hasObject(checksum: Checksum, kind: ObjectKind): boolean {
    return lstat(this.sys, this.objectPath(checksum, kind)) !== undefined;
  }

  /** Throws `OstreeError` when it is not there. */
  readMetadata(checksum: Checksum, kind: "commit" | "dirtree" | "dirmeta"): Uint8Array {
    try {
      return readBytes(this.sys, this.objectPath(checksum, kind));
    } catch (error) {
      if (isSysError(error, "ENOENT", "ENOTDIR")) throw new OstreeError(`No such metadata object ${checksum}.${kind}`);
      throw error;
    }
  }

  commit(checksum: Checksum): Commit {
    return decoded(checksum, "commit", () => decodeCommit(this.readMetadata(checksum, "commit")));
  }

  dirtree(checksum: Checksum): Dirtree {
    return decoded(checksum, "dirtree", () => decodeDirtree(this.readMetadata(checksum, "dirtree")));
  }

  dirmeta(checksum: Checksum): Ownership {
    return decoded(checksum, "dirmeta", () => decodeDirmeta(this.readMetadata(checksum, "dirmeta")));
  }

  /** What a file is. In the modes that keep it as it is, one need not be allowed to read it. Throws `OstreeError` when it is not there. */
  describeFile(checksum: Checksum): FileSummary {
    const found = this.#statFile(checksum);
    if (this.mode === "bare" && found.type === "file") {
      const { mode, uid, gid, size } = found;
      return { kind: "file", mode, uid, gid, size };
    }
    const file = this.readFile(checksum);
    if (file.kind === "symlink") return file;
    const { mode, uid, gid, contents } = file;
    return { kind: "file", mode, uid, gid, size: contents.length };
  }

  #statFile(checksum: Checksum): Stat {
    const found = lstat(this.sys, this.objectPath(checksum, "file"));
    if (!found) throw this.missingFile(checksum);
    return found;
  }

  missingFile(checksum: Checksum): OstreeError {
    const text = `Couldn't find file object '${checksum}'`;
    return new OstreeError(this.mode === "archive-z2" ? text : `Opening content object ${checksum}: ${text}`);
  }

  /** The file as stored, not checked against its name. Throws `OstreeError` when it is not there. */
  readFile(checksum: Checksum): FileObject {
    try {
      return this.#readFile(checksum);
    } catch (error) {
      throw isSysError(error, "EACCES") ? new OstreeError(`Opening content object ${checksum}: openat: ${error.text}`) : error;
    }
  }

  #readFile(checksum: Checksum): FileObject {
    const path = this.objectPath(checksum, "file");
    const found = this.#statFile(checksum);
    if (this.mode === "archive-z2") return decoded(checksum, "filez", () => decodeFilez(readBytes(this.sys, path)));
    if (this.mode === "bare-user") {
      const meta = decoded(checksum, "file", () => decodeUserMeta(this.sys.getxattr(path, USER_META)));
      if (meta.kind === "symlink")
        return { kind: "symlink", uid: meta.uid, gid: meta.gid, target: decodeUtf8(readBytes(this.sys, path)).replace(/\0$/, "") };
      return { kind: "file", mode: meta.mode, uid: meta.uid, gid: meta.gid, contents: readBytes(this.sys, path) };
    }
    const owner = this.mode === "bare-user-only" ? { uid: 0, gid: 0 } : { uid: found.uid, gid: found.gid };
    if (found.type === "symlink") return { kind: "symlink", ...owner, target: this.sys.readlink(path) };
    return { kind: "file", ...owner, mode: found.mode, contents: readBytes(this.sys, path) };
  }

  /** Every object, in the directory's own order. */
  *objects(): Generator<ObjectId, void, void> {
    for (const fan of listDirectory(this.sys, `${this.path}/objects`)) {
      if (!/^[0-9a-f]{2}$/.test(fan.name)) continue;
      for (const entry of listDirectory(this.sys, `${this.path}/objects/${fan.name}`)) {
        const id = parseObjectName(`${fan.name}/${entry.name}`);
        if (id) yield id;
      }
    }
  }

  /** Whether a commit's objects may be missing (an interrupted pull, or what fsck found): `state/<commit>.commitpartial`. */
  isPartial(commit: Checksum): boolean {
    return lstat(this.sys, this.#partialPath(commit)) !== undefined;
  }

  /** `because` is "" for a pull under way and "f" when fsck says so, as the real file's only byte. */
  markPartial(commit: Checksum, because: "" | "f"): void {
    replaceFile(this.sys, this.#partialPath(commit), because);
  }

  clearPartial(commit: Checksum): void {
    if (this.isPartial(commit)) this.sys.unlink(this.#partialPath(commit));
  }

  partialBecauseOfFsck(commit: Checksum): boolean {
    return this.isPartial(commit) && readBytes(this.sys, this.#partialPath(commit)).length > 0;
  }

  #partialPath(commit: Checksum): string {
    return `${this.path}/state/${commit}.commitpartial`;
  }

  // ——— refs

  /** Refs as `name` or `remote:name` with what they point to, by name: all, or those `wanted`. Throws `OstreeError` when there is no place for them. */
  refs(wanted: (name: string) => boolean = () => true): Map<string, Checksum> {
    const refs = new Map<string, Checksum>();
    if (lstat(this.sys, `${this.path}/refs/heads`) === undefined)
      throw new OstreeError("Listing refs: opendir(refs/heads): No such file or directory");
    for (const remote of listDirectory(this.sys, `${this.path}/refs/remotes`)) {
      for (const [name, checksum] of this.#refsBelow(`${this.path}/refs/remotes/${remote.name}`, ""))
        refs.set(`${remote.name}:${name}`, checksum);
    }
    for (const [name, checksum] of this.#refsBelow(`${this.path}/refs/heads`, "", wanted)) refs.set(name, checksum);
    return new Map([...refs].filter(([name]) => wanted(name)).sort(([left], [right]) => (left < right ? -1 : 1)));
  }

  *#refsBelow(
    directory: string,
    prefix: string,
    wanted: (name: string) => boolean = () => true,
  ): Generator<readonly [string, Checksum], void, void> {
    for (const entry of listDirectory(this.sys, directory)) {
      const path = `${directory}/${entry.name}`;
      const name = prefix + entry.name;
      if (entry.type === "dir") yield* this.#refsBelow(path, `${name}/`, wanted);
      else if (!entry.name.startsWith("tmp.")) {
        // An alias to nothing, as one to a remote's ref is, stands in the way of every list.
        if (entry.type === "symlink" && wanted(name) && !exists(this.sys, path))
          throw new OstreeError(`Listing refs: openat(${entry.name}): No such file or directory`);
        const checksum = readRef(this, path.slice(this.path.length + 1));
        if (checksum !== undefined) yield [name, checksum];
      }
    }
  }

  /** Local refs that are symbolic links, and the names of what they lead to. */
  aliases(): Map<string, string> {
    const found: [string, string][] = [];
    const visit = (below: string): void => {
      for (const entry of listDirectory(this.sys, `${this.path}/refs/heads/${below}`)) {
        const name = below + entry.name;
        if (entry.type === "dir") visit(`${name}/`);
        else if (entry.type === "symlink") {
          const target = this.sys.readlink(`${this.path}/refs/heads/${name}`);
          found.push([name, target.replace(/^(?:\.\.\/)+/, "")]);
        }
      }
    };
    visit("");
    return new Map(found.sort(([left], [right]) => (left < right ? -1 : 1)));
  }

  /** Makes `alias` a symbolic link to the local ref `ref`. */
  setAlias(alias: string, ref: string): void {
    checkRefspec(alias);
    const path = this.#refPath(undefined, alias);
    makeDirectories(this.sys, parentOf(path));
    replaceSymlink(this.sys, "../".repeat(alias.split("/").length - 1) + ref, path);
  }

  /** What `refspec` (a ref, the beginning of a checksum, each with any number of `^` behind it) points to. Throws `OstreeError`. */
  resolve(refspec: string): Checksum {
    const found = this.resolveIfThere(refspec);
    if (found === undefined) throw new OstreeError(`Refspec '${refspec.replace(/\^+$/, "")}' not found`);
    return found;
  }

  resolveIfThere(refspec: string): Checksum | undefined {
    if (refspec.endsWith("^")) {
      const child = this.resolveIfThere(refspec.slice(0, -1));
      if (child === undefined) return undefined;
      const parent = this.commit(child).parent;
      if (parent === undefined) throw new OstreeError(`Commit ${child} has no parent`);
      return parent;
    }
    if (/^[0-9a-f]{64}$/.test(refspec)) return refspec;
    // Of no digits at all every commit is a beginning.
    const begun = /^[0-9a-f]*$/.test(refspec) ? this.#commitsBeginning(refspec) : [];
    if (begun.length > 1) throw new OstreeError(`Refspec ${refspec} not unique`);
    if (begun.length === 1) return begun[0];
    checkRefspec(refspec);
    const { remote, ref } = parseRefspec(refspec);
    for (const place of this.#placesOf(remote, ref)) {
      const found = readRef(this, place);
      if (found === undefined) continue;
      if (!/^[0-9a-f]{64}$/.test(found)) throw new OstreeError(`Invalid rev ${found}`);
      return found;
    }
    return undefined;
  }

  /** Where it is looked for. A bare name also finds a remote's, which may be written with a slash for the colon, or without the remote. */
  *#placesOf(remote: string | undefined, ref: string): Generator<string, void, void> {
    yield refPlace(remote, ref);
    if (remote !== undefined) return;
    yield `refs/remotes/${ref}`;
    for (const { name, type } of listDirectory(this.sys, `${this.path}/refs/remotes`)) if (type === "dir") yield refPlace(name, ref);
  }

  #commitsBeginning(digits: string): Checksum[] {
    const fans = listDirectory(this.sys, `${this.path}/objects`).filter(({ name }) => name.startsWith(digits.slice(0, 2)));
    return fans.flatMap((fan) =>
      listDirectory(this.sys, `${this.path}/objects/${fan.name}`).flatMap((entry) => {
        const id = parseObjectName(`${fan.name}/${entry.name}`);
        return id?.kind === "commit" && id.checksum.startsWith(digits) ? [id.checksum] : [];
      }),
    );
  }

  #refPath(remote: string | undefined, ref: string): string {
    return `${this.path}/${refPlace(remote, ref)}`;
  }

  /** Throws `OstreeError` for a name that cannot be one. */
  setRef(refspec: string, checksum: Checksum): void {
    checkRefspec(refspec);
    const { remote, ref } = parseRefspec(refspec);
    const path = this.#refPath(remote, ref);
    makeDirectories(this.sys, parentOf(path));
    asTemporaryFile(() => replaceFile(this.sys, path, `${checksum}\n`, { sync: true }));
  }

  /** Nothing happens when it is not there. @simplified Directories that become empty are removed, which ostree leaves to `prune`. */
  deleteRef(refspec: string): void {
    const { remote, ref } = parseRefspec(refspec);
    const path = this.#refPath(remote, ref);
    if (lstat(this.sys, path) !== undefined) this.sys.unlink(path);
  }

  // ——— remotes

  /** The names of the configured remotes, from `config` and `/etc/ostree/remotes.d`, in order. */
  remotes(): string[] {
    return this.#remoteFiles()
      .flatMap(({ config }) => config.groups().flatMap((group) => remoteOfGroup(group) ?? []))
      .sort();
  }

  remoteOption(remote: string, key: string): string | undefined {
    for (const { config } of this.#remoteFiles()) {
      const value = config.get(groupOfRemote(remote), key);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** Where a remote is configured, as messages name it; undefined when it is not. */
  placeOfRemote(remote: string): string | undefined {
    const found = this.#remoteFiles().find(({ config }) => config.has(groupOfRemote(remote)));
    return found && (found.path ?? "(in config)");
  }

  /** The system's repository gets a file of its own for it, any other a group in its `config` (core.add-remotes-config-dir). */
  addRemote(remote: string, options: ReadonlyMap<string, string>): void {
    if (!isRemoteName(remote)) throw new OstreeError(`Invalid remote name ${remote}`);
    const config = this.#isOfSystem ? new KeyFile() : this.config;
    for (const [key, value] of options) config.set(groupOfRemote(remote), key, value);
    if (!this.#isOfSystem) return this.writeConfig(config);
    makeDirectories(this.sys, REMOTES_DIRECTORY);
    const path = `${REMOTES_DIRECTORY}/${remote}.conf`;
    try {
      replaceFile(this.sys, path, config.toString());
    } catch (error) {
      if (isSysError(error)) throw new OstreeError(`Error opening file “${path}”: ${error.text}`);
      throw error;
    }
  }

  /** Nothing happens when there is none. A file of remotes.d goes as a whole. */
  removeRemote(remote: string): void {
    const found = this.#remoteFiles().find(({ config }) => config.has(groupOfRemote(remote)));
    if (found?.path !== undefined) this.sys.unlink(found.path);
    else if (found) {
      found.config.remove(groupOfRemote(remote));
      this.writeConfig(found.config);
    }
  }

  get #isOfSystem(): boolean {
    return this.path === "/sysroot/ostree/repo" || this.path === "/ostree/repo";
  }

  #remoteFiles(): { readonly path: string | undefined; readonly config: KeyFile }[] {
    return [{ path: undefined, config: this.config }, ...this.#filesOfRemotes()];
  }

  #filesOfRemotes(): { readonly path: string; readonly config: KeyFile }[] {
    const files = this.#isOfSystem ? listDirectory(this.sys, REMOTES_DIRECTORY).filter((entry) => entry.name.endsWith(".conf")) : [];
    return files.map(({ name }) => {
      const path = `${REMOTES_DIRECTORY}/${name}`;
      return { path, config: KeyFile.parse(decodeUtf8(readBytes(this.sys, path))) };
    });
  }

  /** The `version` that a commit was made with. */
  version(checksum: Checksum): string | undefined {
    try {
      return metadataString(this.commit(checksum), "version");
    } catch (error) {
      if (failureText(error) !== undefined) return undefined;
      throw error;
    }
  }
}

/** What lies at `path` below `objects/`: "ab/cdef….kind"; undefined when that is no name of an object. */
export function parseObjectName(path: string): ObjectId | undefined {
  const [, fan, rest, kind] = /^([0-9a-f]{2})\/([0-9a-f]{62})\.([a-z]+)$/.exec(path) ?? [];
  if (fan === undefined || rest === undefined) return undefined;
  return { checksum: fan + rest, kind: (kind === "filez" ? "file" : kind) as ObjectKind };
}

/** libglnx makes what is to replace a file without a name first, and says so when it cannot. */
function asTemporaryFile(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (isSysError(error, "EROFS", "EACCES") && error.syscall === "open") throw new OstreeError(`open(O_TMPFILE): ${error.text}`);
    throw error;
  }
}

function readConfig(sys: Sys, path: string): KeyFile {
  try {
    const text = decodeUtf8(readBytes(sys, `${path}/config`));
    const stray = text.split("\n").find((line) => !/^\s*($|#|\[.*\]\s*$|[^=]+=)/.test(line));
    if (stray !== undefined)
      throw new OstreeError(
        `opening repo: Couldn't parse config file: Key file contains line “${stray}” which is not a key-value pair, group, or comment`,
      );
    return KeyFile.parse(text);
  } catch (error) {
    if (isSysError(error)) throw new OstreeError(`opening repo: openat(config): ${error.text}`);
    throw error;
  }
}

function refPlace(remote: string | undefined, ref: string): string {
  return remote === undefined ? `refs/heads/${ref}` : `refs/remotes/${remote}/${ref}`;
}

/** What the file of a ref says, whatever that is; undefined when there is none. Throws `OstreeError` where a file stands for a directory. */
function readRef(repo: Repository, place: string): string | undefined {
  try {
    return decodeUtf8(readBytes(repo.sys, `${repo.path}/${place}`)).trim();
  } catch (error) {
    if (isSysError(error, "EISDIR", "ENOENT")) return undefined;
    if (isSysError(error, "ENOTDIR")) throw new OstreeError(`openat(${place}): ${error.text}`);
    throw error;
  }
}

function groupOfRemote(remote: string): string {
  return `remote "${remote}"`;
}

function remoteOfGroup(group: string): string | undefined {
  return /^remote "(.*)"$/.exec(group)?.[1];
}

function decoded<T>(checksum: Checksum, kind: ObjectKind, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof RangeError) throw new OstreeError(`Corrupted ${kind} object '${checksum}'`);
    throw error;
  }
}
