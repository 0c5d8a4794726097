/** A commit that differs from another by what lies in overlay layers: costs what is in them, not the image. */
import type { Checksum, Ownership } from "../../image/ostree-objects.ts";
import type { Stat } from "../../vfs/types.ts";
import { readBytes } from "./files.ts";
import type { Repository } from "./repo.ts";
import type { Transaction } from "./transaction.ts";

const OPAQUE = "trusted.overlay.opaque";

export interface RootSums {
  readonly dirtree: Checksum;
  readonly dirmeta: Checksum;
}

type Entry =
  | { readonly kind: "file"; readonly checksum: Checksum }
  /** A directory of the base, with what the layers have of it, lowest first. */
  | { readonly kind: "dir"; readonly base: RootSums | undefined; readonly layers: readonly string[] };

/** Writes the objects of `base`'s root with the layers (directories, lowest first) on it; names of `left` in the root are not looked at. */
export function writeLayers(
  repo: Repository,
  transaction: Transaction,
  base: RootSums | undefined,
  layers: readonly string[],
  left: readonly string[] = [],
): RootSums {
  const { sys } = repo;
  const entries = new Map<string, Entry>();
  const tree = base === undefined ? { files: [], dirs: [] } : repo.dirtree(base.dirtree);
  for (const { name, checksum } of tree.files) entries.set(name, { kind: "file", checksum });
  for (const { name, dirtree, dirmeta } of tree.dirs) entries.set(name, { kind: "dir", base: { dirtree, dirmeta }, layers: [] });
  for (const layer of layers) {
    if (sys.listxattr(layer).includes(OPAQUE)) entries.clear();
    for (const { name } of sys.readdir(layer)) {
      if (left.includes(name)) continue;
      const path = `${layer}/${name}`;
      const found = sys.lstat(path);
      const below = entries.get(name);
      if (isWhiteout(found)) entries.delete(name);
      else if (found.type === "dir") {
        const isMerged = below?.kind === "dir";
        entries.set(name, { kind: "dir", base: isMerged ? below.base : undefined, layers: isMerged ? [...below.layers, path] : [path] });
      } else if (found.type === "symlink") {
        const link = { kind: "symlink", uid: found.uid, gid: found.gid, target: sys.readlink(path) } as const;
        entries.set(name, { kind: "file", checksum: transaction.writeFile(link) });
      } else if (found.type === "file") {
        const file = { kind: "file", ...ownership(found), contents: readBytes(sys, path) } as const;
        entries.set(name, { kind: "file", checksum: transaction.writeFile(file) });
      }
    }
  }
  const files: { name: string; checksum: Checksum }[] = [];
  const dirs: ({ name: string } & RootSums)[] = [];
  for (const [name, entry] of entries) {
    if (entry.kind === "file") files.push({ name, checksum: entry.checksum });
    else if (entry.layers.length === 0 && entry.base !== undefined) dirs.push({ name, ...entry.base });
    else dirs.push({ name, ...writeLayers(repo, transaction, entry.base, entry.layers) });
  }
  const top = layers.at(-1);
  const owner = top === undefined ? undefined : ownership(sys.lstat(top));
  return {
    dirtree: transaction.writeDirtree({ files, dirs }),
    dirmeta: owner === undefined ? (base?.dirmeta ?? "") : transaction.writeDirmeta(owner),
  };
}

function ownership({ mode, uid, gid }: Stat): Ownership {
  return { mode, uid, gid };
}

function isWhiteout({ type, rdev }: Stat): boolean {
  return type === "char" && rdev.major === 0 && rdev.minor === 0;
}
