/** The records of an inode table as plain data, column by column: most of what a record says, others say as well or follows from the directories. */
import { utf8Length } from "../base/utf8.ts";
import { decodeLatin1, encodeLatin1 } from "../base/latin1.ts";
import { LateBytes } from "./file-bytes.ts";
import type { ByteStore } from "./file-bytes.ts";
import { newOwner } from "./radix-table.ts";
import type { SealedDir, SealedNode } from "./sealed.ts";
import { Inode } from "./tree-inode.ts";
import type { FileType, InodeFlags } from "./types.ts";

/** Bytes as text: each byte one code unit (Latin-1), which JSON keeps. */
type Bytes = string;

/** What many records have in common; times are seconds and nanoseconds of atime, mtime and ctime. */
type Kind = readonly [
  type: FileType,
  mode: number,
  uid: number,
  gid: number,
  times: readonly number[],
  flags?: InodeFlags,
  device?: readonly [major: number, minor: number],
];

/** Of a file: its contents are those of the file of that name in the directory that its own was copied from. */
const AS_COPIED = 0;

export interface InodeColumns {
  readonly kinds: readonly Kind[];
  /** Ascending, each as the difference to the one before. */
  readonly inos: readonly number[];
  /** Of each record, which of the kinds it is. */
  readonly kindOf: readonly number[];
  /** Of each directory: its names in their order, or those that differ from the sealed tree's, joined by slashes; null: no such name. */
  readonly names: readonly (string | null)[];
  /** The inodes of all those names (0 for one that is gone), each as the difference to the one before; the first to the directory's own. */
  readonly children: readonly number[];
  /** Of each file and symbolic link: what is in it, null for nothing or what a sealed object says. */
  readonly contents: readonly (Bytes | typeof AS_COPIED | null)[];
  /** Directories whose contents were copied from a directory of a sealed tree: the inode, the graft, the path there. */
  readonly copies: readonly (readonly [ino: number, base: number, path: string])[];
  /** Directories of grafts that have a record: the inode, its number in the graft. */
  readonly sealed: readonly (readonly [ino: number, index: number])[];
  readonly xattrs: readonly (readonly [ino: number, values: readonly (readonly [string, Bytes])[]])[];
  /** Where a record does not have just the one name that some directory here says. */
  readonly places: readonly (readonly [ino: number, names: number, parent: number, name: string])[];
}

/** Finds what a directory may have been copied from: candidates by its name, in the graft that its parent is the root of. */
export type FindOriginals = (
  parent: number,
  name: string,
) => Iterable<{ readonly base: number; readonly path: string; readonly dir: SealedDir }>;

export function exportInodes(records: readonly Inode[], findOriginals: FindOriginals): InodeColumns {
  const kinds = new Map<string, number>();
  const columns = {
    inos: [] as number[],
    kindOf: [] as number[],
    names: [] as (string | null)[],
    children: [] as number[],
    contents: [] as (Bytes | typeof AS_COPIED | null)[],
    copies: [] as [number, number, string][],
    sealed: [] as [number, number][],
    xattrs: [] as [number, [string, Bytes][]][],
  };
  const originals = new Map<number, SealedDir>();
  let last = 0;
  for (const inode of records) {
    const { ino, type } = inode;
    columns.inos.push(ino - last);
    last = ino;
    const kind = JSON.stringify(kindOf(inode));
    if (!kinds.has(kind)) kinds.set(kind, kinds.size);
    columns.kindOf.push(kinds.get(kind) ?? 0);
    if (inode.xattrs !== undefined) columns.xattrs.push([ino, [...inode.xattrs].map(([key, value]) => [key, decodeLatin1(value)])]);
    if (inode.sealed !== undefined) columns.sealed.push([ino, inode.sealed.index]);
    const above = originals.get(inode.parent)?.entries.get(inode.name);
    if (type === "dir") {
      columns.names.push(inode.entries === undefined ? null : [...inode.entries.keys()].join("/"));
      let before = ino;
      for (const child of inode.entries?.values() ?? []) {
        columns.children.push(child - before);
        before = child;
      }
      if (above?.kind === "dir") originals.set(ino, above);
      else if (inode.sealed === undefined)
        for (const { base, path, dir } of findOriginals(inode.parent, inode.name)) {
          if (originals.has(ino) || !isCopy(inode, dir)) continue;
          originals.set(ino, dir);
          columns.copies.push([ino, base, path]);
        }
    } else if (type === "symlink") columns.contents.push(inode.target);
    else if (type === "file") columns.contents.push(contentsOf(inode, above));
  }
  return { ...columns, kinds: [...kinds.keys()].map((text) => JSON.parse(text) as Kind), places: placesOf(records) };
}

function kindOf({ type, mode, uid, gid, atime, mtime, ctime, flags, rdev }: Inode): Kind {
  const times = [atime.sec, atime.nsec, mtime.sec, mtime.nsec, ctime.sec, ctime.nsec];
  if (type === "char" || type === "block") return [type, mode, uid, gid, times, flags, [rdev.major, rdev.minor]];
  return flags === "" ? [type, mode, uid, gid, times] : [type, mode, uid, gid, times, flags];
}

/** Most names are the same. */
function isCopy({ entries }: Inode, dir: SealedDir): boolean {
  const common = [...dir.entries.keys()].filter((name) => entries?.has(name)).length;
  return 2 * common > dir.entries.size;
}

function contentsOf({ bytes }: Inode, original: SealedNode | undefined): Bytes | typeof AS_COPIED | null {
  if (bytes === undefined) return null;
  const text = decodeLatin1(bytes.read(0, bytes.size));
  return original?.kind === "file" && decodeLatin1(original.bytes()) === text ? AS_COPIED : text;
}

function placesOf(records: readonly Inode[]): [number, number, number, string][] {
  const implied = impliedPlaces(records);
  return records
    .filter(({ ino, names, parent, name }) => {
      const place = implied.get(ino);
      return names !== 1 || parent !== place?.parent || name !== place.name;
    })
    .map(({ ino, names, parent, name }) => [ino, names, parent, name]);
}

/** Where the directories say that each inode is. */
function impliedPlaces(records: Iterable<Inode>): Map<number, { readonly parent: number; readonly name: string }> {
  const places = new Map<number, { readonly parent: number; readonly name: string }>();
  for (const { ino, entries } of records) for (const [name, child] of entries ?? []) places.set(child, { parent: ino, name });
  return places;
}

export interface InodeSources {
  readonly bytes: ByteStore;
  /** Directory `index` of the graft that has inode `ino`. */
  sealedDir(ino: number, index: number): SealedDir;
  /** The directory at `path` of the graft at `base`. */
  original(base: number, path: string): SealedDir | undefined;
}

/** The records, by ascending number. */
export function importInodes(columns: InodeColumns, sources: InodeSources): Inode[] {
  const owner = newOwner();
  const kinds = columns.kinds.map(([type, mode, uid, gid, [as = 0, an = 0, ms = 0, mn = 0, cs = 0, cn = 0], flags = "", device]) => ({
    what: { type, mode, uid, gid, ...(device === undefined ? {} : { rdev: { major: device[0], minor: device[1] } }) },
    atime: { sec: as, nsec: an },
    mtime: { sec: ms, nsec: mn },
    ctime: { sec: cs, nsec: cn },
    flags,
  }));
  const sealed = new Map(columns.sealed);
  const copies = new Map(columns.copies.map(([ino, base, path]) => [ino, () => sources.original(base, path)]));
  const records: Inode[] = [];
  const directories: Inode[] = [];
  const byNumber = new Map<number, Inode>();
  const files: [Inode, Bytes | typeof AS_COPIED | null | undefined][] = [];
  let ino = 0;
  let contents = 0;
  columns.inos.forEach((difference, at) => {
    ino += difference;
    const kind = kinds[columns.kindOf[at] ?? 0];
    if (kind === undefined) throw new Error("internal error: an inode of no kind");
    const inode = new Inode(owner, ino, kind.what, kind.mtime);
    inode.atime = kind.atime;
    inode.ctime = kind.ctime;
    inode.flags = kind.flags;
    records.push(inode);
    byNumber.set(ino, inode);
    if (inode.type === "dir") directories.push(inode);
    else if (inode.type === "file" || inode.type === "symlink") files.push([inode, columns.contents[contents++]]);
  });

  let child = 0;
  directories.forEach((directory, at) => {
    const index = sealed.get(directory.ino);
    if (index !== undefined) directory.sealed = sources.sealedDir(directory.ino, index);
    const names = columns.names[at];
    if (typeof names !== "string") return;
    directory.entries = new Map();
    let before = directory.ino;
    for (const name of names === "" ? [] : names.split("/")) {
      before += columns.children[child++] ?? 0;
      directory.entries.set(name, before);
      const inode = byNumber.get(before);
      if (inode === undefined) continue;
      inode.parent = directory.ino;
      inode.name = name;
    }
  });
  for (const [number, names, parent, name] of columns.places) Object.assign(byNumber.get(number) ?? {}, { names, parent, name });
  for (const [number, values] of columns.xattrs)
    Object.assign(byNumber.get(number) ?? {}, { xattrs: new Map(values.map(([key, value]) => [key, encodeLatin1(value)])) });

  const originals = new Map<number, SealedDir | undefined>();
  const originalOf = (number: number): SealedDir | undefined => {
    if (originals.has(number)) return originals.get(number);
    originals.set(number, undefined);
    const inode = byNumber.get(number);
    const copied = copies.get(number);
    const found = copied !== undefined ? copied() : inode === undefined ? undefined : originalOf(inode.parent)?.entries.get(inode.name);
    const dir = found?.kind === "dir" ? found : undefined;
    originals.set(number, dir);
    return dir;
  };
  for (const [inode, text] of files) {
    if (typeof text === "string" && inode.type === "symlink") {
      inode.target = text;
      inode.size = utf8Length(text);
    } else if (typeof text === "string") {
      inode.bytes = sources.bytes.create(encodeLatin1(text));
      inode.size = inode.bytes.size;
    } else if (text === AS_COPIED) {
      const { ino: number, parent, name } = inode;
      inode.setLateBytes(
        new LateBytes(() => {
          const original = originalOf(parent)?.entries.get(name);
          if (original?.kind !== "file") throw new Error(`internal error: inode ${number} was copied from nothing`);
          return sources.bytes.create(original.bytes());
        }),
      );
    }
  }
  return records;
}
