/** Which objects some commits need: found by reading commits and directory listings from the repository. */
import type { Checksum } from "../../image/ostree-objects.ts";
import { objectName } from "../../image/ostree-objects.ts";
import type { Repository } from "./repo.ts";

/**
 * Names ("ab/cdef….kind", files as `.file`) of everything reachable from `commits`, not following parents; with `subpaths` of what is
 * below these, and of the directories on the way there. Missing objects end the walk there.
 */
export function* reachableObjects(
  repo: Repository,
  commits: Iterable<Checksum>,
  subpaths?: readonly string[],
): Generator<void, Set<string>, void> {
  const reached = new Set<string>();
  const isBelow = (path: string): boolean => subpaths?.some((each) => path === each || path.startsWith(`${each}/`)) !== false;
  const isWanted = (path: string): boolean => isBelow(path) || subpaths?.some((each) => each.startsWith(`${path}/`)) === true;
  const visitTree = function* (checksum: Checksum, path: string): Generator<void, void, void> {
    const name = objectName(checksum, "dirtree");
    // The same listing may be wanted in one place and not in another.
    if (reached.has(name) && subpaths === undefined) return;
    reached.add(name);
    if (!repo.hasObject(checksum, "dirtree")) return;
    yield;
    const tree = repo.dirtree(checksum);
    for (const file of tree.files) if (isBelow(`${path}/${file.name}`)) reached.add(objectName(file.checksum, "file"));
    for (const dir of tree.dirs) {
      const below = `${path}/${dir.name}`;
      if (!isWanted(below)) continue;
      reached.add(objectName(dir.dirmeta, "dirmeta"));
      yield* visitTree(dir.dirtree, below);
    }
  };
  for (const checksum of commits) {
    reached.add(objectName(checksum, "commit"));
    if (!repo.hasObject(checksum, "commit")) continue;
    const commit = repo.commit(checksum);
    reached.add(objectName(commit.dirmeta, "dirmeta"));
    yield* visitTree(commit.dirtree, "");
  }
  return reached;
}
