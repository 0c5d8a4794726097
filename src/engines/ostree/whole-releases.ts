/**
 * Which releases a repository holds whole, and what else it holds: found from what was changed in `objects/` since it was grafted.
 *
 * Listing a hundred thousand objects to find the few that nobody needs is what a real prune takes its time with. Where the answer
 * follows from the changes, it is the same answer, and finding it costs the changes.
 */
import type { Catalogue, Release } from "../../image/catalogue.ts";
import { objectName } from "../../image/ostree-objects.ts";
import type { Checksum } from "../../image/ostree-objects.ts";
import { parseObjectName, type ObjectId, type Repository } from "./repo.ts";

export interface WholeReleases {
  readonly commits: ReadonlySet<Checksum>;
  /** Every object of the repository that none of them has; signatures are no part of a release. */
  rest(): Iterable<ObjectId>;
}

/** Those of `commits` that are releases and have every object in its place, as it came; undefined when there is none. */
export function wholeReleases(repo: Repository, commits: ReadonlySet<Checksum>, catalogue: Catalogue): WholeReleases | undefined {
  const directory = `${repo.path}/objects`;
  const came = repo.sys.sealedTreeAt(directory);
  const changes = repo.sys.sealedChanges(directory);
  if (!came || !changes) return undefined;
  const added = new Map(changes.added.map(({ path, object }) => [path, object]));
  const disturbed = [...changes.removed, ...changes.altered];
  const isWhole = (release: Release): boolean =>
    !repo.isPartial(release.commit) &&
    !disturbed.some((object) => release.objects.linksTo(object) > 0) &&
    release.objectsOutside(came).every(({ name, object }) => added.get(name) === object.object);
  const whole = [...commits].flatMap((commit) => catalogue.byCommit(commit) ?? []).filter(isWhole);
  const [first] = whole;
  if (first === undefined) return undefined;

  return {
    commits: new Set(whole.map(({ commit }) => commit)),
    *rest() {
      const theirs = new Set(whole.flatMap((release) => release.objectsOutside(came).map(({ name }) => name)));
      for (const path of added.keys()) {
        const id = theirs.has(path) ? undefined : parseObjectName(path);
        if (id) yield id;
      }
      const seen = new Set<number>();
      for (const release of catalogue.releases) {
        const signature = objectName(release.commit, "commitmeta");
        if (!added.has(signature) && repo.hasObject(release.commit, "commitmeta")) yield { checksum: release.commit, kind: "commitmeta" };
        if (whole.includes(release)) continue;
        for (const { checksum, kind, object } of release.objectsOutside(first.objects)) {
          const number = object.object;
          if (seen.has(number) || came.linksTo(number) === 0 || changes.removed.has(number)) continue;
          if (whole.some(({ objects }) => objects.linksTo(number) > 0)) continue;
          seen.add(number);
          yield { checksum, kind };
        }
      }
    },
  };
}
