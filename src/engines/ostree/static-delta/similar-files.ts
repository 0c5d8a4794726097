/**
 * Which files of an older commit may be what new ones were made from: of the same name and about the same size.
 *
 * Source: ostreedev/ostree:src/libostree/ostree-repo-static-delta-compilation-analysis.c, its lower bound that runs ahead included.
 */
import type { Checksum } from "../../../image/ostree-objects.ts";
import type { Repository } from "../repo.ts";
import { HashTable } from "./hash-table.ts";

/** How much larger or smaller it may be. */
const SIMILAR = 30 / 100;

interface Named {
  readonly checksum: Checksum;
  readonly size: number;
  readonly names: string[];
}

/** For each of the `fresh` files of `to` that has one: the file of `from`. In the order in which they are found. */
export function similarFiles(repo: Repository, from: Checksum, to: Checksum, fresh: ReadonlySet<Checksum>): Map<Checksum, Checksum> {
  const old = namedFiles(repo, from);
  const similar = new Map<Checksum, Checksum>();
  let lower = 0;
  for (const file of namedFiles(repo, to, fresh)) {
    if (!isCandidate(file)) continue;
    const least = Math.trunc(file.size * (1 - SIMILAR));
    const most = Math.trunc(file.size * (1 + SIMILAR));
    search: for (const isFuzzy of [false, true]) {
      for (let i = lower; i < old.length; i++) {
        const candidate = old[i];
        if (!candidate || !isCandidate(candidate)) continue;
        if (candidate.size < least) {
          lower++;
          continue;
        }
        if (candidate.size > most) break;
        if (!shareName(candidate.names, file.names, isFuzzy)) continue;
        similar.set(file.checksum, candidate.checksum);
        break search;
      }
    }
  }
  return similar;
}

/** Regular files by size, with every name that each has. */
function namedFiles(repo: Repository, commit: Checksum, only?: ReadonlySet<Checksum>): Named[] {
  const found = new Map<Checksum, Named>();
  const order = new HashTable();
  const visit = (dirtree: Checksum): void => {
    const tree = repo.dirtree(dirtree);
    for (const { name, checksum } of tree.files) {
      if (only && !only.has(checksum)) continue;
      const known = found.get(checksum);
      if (known) known.names.push(name);
      else {
        const file = repo.describeFile(checksum);
        if (file.kind !== "file") continue;
        found.set(checksum, { checksum, size: file.size, names: [name] });
        order.add(checksum);
      }
    }
    for (const directory of tree.dirs) visit(directory.dirtree);
  };
  visit(repo.commit(commit).dirtree);
  return order
    .keys()
    .flatMap((checksum) => found.get(checksum) ?? [])
    .sort((left, right) => left.size - right.size);
}

/** Nothing is gained with what is packed already. */
function isCandidate({ size, names }: Named): boolean {
  return size > 0 && !names.some((name) => /\.(?:xz|bz2)$/.test(name));
}

/** If `isFuzzy`, what stands before the first dot is enough where it is as long in both. */
function shareName(left: readonly string[], right: readonly string[], isFuzzy: boolean): boolean {
  return left.some((one) => {
    const dot = one.indexOf(".");
    return right.some((two) => {
      const isBegun = isFuzzy && dot > 0 && two.indexOf(".") === dot;
      return isBegun ? one.slice(0, dot) === two.slice(0, dot) : one === two;
    });
  });
}
