/** Which objects some commits need: found by reading commits and directory listings from the repository. */
import type { Checksum } from "../../image/ostree-objects.ts";
import { objectName } from "../../image/ostree-objects.ts";
import type { Repository } from "./repo.ts";

/** Names ("ab/cdef….kind", files as `.file`) of everything reachable from `commits`, not following parents. Missing objects end the walk there. */
export function* reachableObjects(repo: Repository, commits: Iterable<Checksum>): Generator<void, Set<string>, void> {
  const reached = new Set<string>();
  const visitTree = function* (checksum: Checksum): Generator<void, void, void> {
    const name = objectName(checksum, "dirtree");
    if (reached.has(name)) return;
    reached.add(name);
    if (!repo.hasObject(checksum, "dirtree")) return;
    yield;
    const tree = repo.dirtree(checksum);
    for (const file of tree.files) reached.add(objectName(file.checksum, "file"));
    for (const dir of tree.dirs) {
      reached.add(objectName(dir.dirmeta, "dirmeta"));
      yield* visitTree(dir.dirtree);
    }
  };
  for (const checksum of commits) {
    reached.add(objectName(checksum, "commit"));
    if (!repo.hasObject(checksum, "commit")) continue;
    const commit = repo.commit(checksum);
    reached.add(objectName(commit.dirmeta, "dirmeta"));
    yield* visitTree(commit.dirtree);
  }
  return reached;
}
