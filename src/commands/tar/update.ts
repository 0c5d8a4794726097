/** tar(1) -u: which names have files that are newer than the archive's. Source: tar:src/update.c. */
import { compareTimestamps } from "../../base/timestamp.ts";
import { orUndefined } from "../complain.ts";
import { join, withoutTrailingSlashes } from "../paths.ts";
import type { Member } from "./member.ts";
import type { PlacedName, Session } from "./session.ts";

/**
 * What is left of `names` to be appended: not those whose files are as old as their members. A directory that the archive has
 * stands for its entries.
 */
export function newerThan(session: Session, names: readonly PlacedName[], members: Iterable<Member>): readonly PlacedName[] {
  const { sys } = session.proc;
  const left = names.map(({ name, place }) => ({ name: withoutTrailingSlashes(name), place }));
  for (const member of members) {
    const at = left.findIndex(({ name }) => name === withoutTrailingSlashes(member.name));
    const one = left[at];
    if (one === undefined) continue;
    const path = join(session.enter(one.place), one.name);
    const info = orUndefined(() => (session.options.has("dereference") ? sys.stat(path) : sys.lstat(path)));
    if (info === undefined) continue;
    if (info.type === "dir") {
      const entries = orUndefined(() => sys.readdir(path)) ?? [];
      left.splice(at, 1);
      for (const { name } of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1)))
        left.push({ name: join(one.name, name), place: one.place });
    } else if (compareInArchive(info.mtime, member.mtime) <= 0) left.splice(at, 1);
  }
  return left;
}

/** Times as an archive keeps them: most formats have whole seconds, and a member's is one. */
export function compareInArchive(file: Member["mtime"], member: Member["mtime"]): number {
  return member.nsec === 0 ? file.sec - member.sec : compareTimestamps(file, member);
}
