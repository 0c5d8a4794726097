/** The root file system of a container image as a sealed tree: packages of a release, and files of the image's own. */
import { encodeUtf8 } from "../../base/utf8.ts";
import type { Package, Release } from "../../image/catalogue.ts";
import { ownersOf } from "../../image/package-owners.ts";
import { encodeRpmdb, RPMDB_PATH } from "../../image/rpmdb.ts";
import { TreeBuilder } from "../../image/sealed-tree.ts";
import type { SealedFile, SealedNode, SealedSymlink, SealedTree } from "../../vfs/sealed.ts";

/** A file, link or directory that an image has beside its packages. */
export interface OwnFile {
  readonly path: string;
  readonly text?: string;
  readonly link?: string;
  /** Permission bits; 0644, or 0755 of a directory, which is what has neither text nor link. */
  readonly mode?: number;
}

export interface ImageContents {
  readonly release: Release | undefined;
  /** Names of packages of the release. */
  readonly packages: readonly string[];
  /** Paths of packages that the image was built without, as with tsflags=nodocs. */
  readonly without?: RegExp;
  readonly files: readonly OwnFile[];
  /** Seconds since 1970. */
  readonly created: number;
}

/** From an owner in the image to the owner on the disk: rootless storage belongs to whoever keeps it. */
export interface OwnerMap {
  /** Part of the tree's name. */
  readonly id: string;
  uid(uid: number): number;
  gid(gid: number): number;
}

/**
 * Builds the tree. Its objects are numbered from `first` on, each name an object of its own: a container's files are nobody's hard links.
 * @simplified Modification times are those of the image, not of each package's files; directories have none.
 */
export function buildImageTree(id: string, contents: ImageContents, first: number, owners: OwnerMap): SealedTree {
  const { release, created } = contents;
  const mapped = ({ mode, uid, gid }: { mode: number; uid: number; gid: number }) => ({ mode, uid: owners.uid(uid), gid: owners.gid(gid) });
  const builder = new TreeBuilder(mapped({ mode: 0o755, uid: 0, gid: 0 }));
  const own = new Set(contents.files.map(({ path }) => path));
  let next = first;
  const copy = (leaf: SealedFile | SealedSymlink, object: number): SealedFile | SealedSymlink => {
    const meta = { ...mapped(leaf), mtime: created, object };
    if (leaf.kind === "symlink") return { kind: "symlink", target: leaf.target, ...meta };
    return {
      kind: "file",
      ...meta,
      get size() {
        return leaf.size;
      },
      bytes: () => leaf.bytes(),
    };
  };
  const packages: { readonly pkg: Package; readonly paths: readonly string[] }[] = [];
  for (const name of contents.packages) {
    const content = release?.contentOf(name);
    if (content?.pkg === undefined) continue;
    const isKept = (path: string): boolean => !own.has(installed(path)) && contents.without?.test(path) !== true;
    packages.push({ pkg: content.pkg, paths: [...content.paths()].filter(isKept) });
    for (const section of content.sections) {
      const base = next;
      next += section.end - section.start;
      const directory = installed(section.directory);
      if (contents.without?.test(section.directory) === true) continue;
      builder.addLeaves(directory, {
        *leaves() {
          let object = base;
          for (const [leafName, leaf] of section.leaves()) {
            if (isKept(section.directory + leafName)) yield [leafName, copy(leaf, object)];
            object++;
          }
        },
      });
    }
    for (const entry of content.directories) if (isKept(entry.path)) builder.addDirectory(installed(entry.path), mapped(entry));
  }
  const file = (text: () => Uint8Array, mode: number): SealedFile => {
    let bytes: Uint8Array | undefined;
    const whole = (): Uint8Array => (bytes ??= text());
    return {
      kind: "file",
      ...mapped({ mode, uid: 0, gid: 0 }),
      mtime: created,
      object: next++,
      get size() {
        return whole().length;
      },
      bytes: whole,
    };
  };
  for (const { path, text, link, mode } of contents.files) {
    if (text !== undefined)
      builder.add(
        path,
        file(() => encodeUtf8(text), mode ?? 0o644),
      );
    else if (link === undefined) builder.addDirectory(path, mapped({ mode: mode ?? 0o755, uid: 0, gid: 0 }));
    else {
      const meta = { ...mapped({ mode: 0o777, uid: 0, gid: 0 }), mtime: created, object: next++ };
      builder.add(path, { kind: "symlink", target: link, ...meta });
    }
  }
  if (packages.length > 0)
    builder.add(
      RPMDB_PATH,
      file(() => database(packages), 0o644),
    );
  const tree = builder.seal(id);
  const end = next;
  let bytes: number | undefined;
  return {
    id,
    root: tree.root,
    directories: tree.directories,
    linksTo: (object) => (object >= first && object < end ? 1 : 0),
    get bytes() {
      return (bytes ??= sizeOf(tree.root));
    },
  };
}

/** Where a path of the image of a deployment is in an ordinary system. */
function installed(path: string): string {
  return path.startsWith("/usr/etc/") ? path.slice("/usr".length) : path;
}

function database(packages: readonly { readonly pkg: Package; readonly paths: readonly string[] }[]): Uint8Array {
  const files = ownersOf(packages.map(({ pkg, paths }) => ({ name: pkg.name, paths })));
  return encodeRpmdb(packages.map(({ pkg }) => ({ ...pkg, files: files.get(pkg.name) ?? [] })));
}

function sizeOf(node: SealedNode): number {
  if (node.kind === "file") return node.size;
  if (node.kind === "symlink") return 0;
  let sum = 0;
  for (const entry of node.entries.values()) sum += sizeOf(entry);
  return sum;
}
