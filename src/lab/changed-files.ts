/** Walks of the virtual file system for the picture: what is in an overlay's upper directory, what differs from the defaults. */
import { compareTimestamps } from "../base/timestamp.ts";
import { isSysError } from "../vfs/errno.ts";
import type { Sys } from "../vfs/sys.ts";
import { O, type Stat } from "../vfs/types.ts";

/** Every non-directory below `directory`, named as if it were at `shownAs`; a whiteout counts, it is a change too. */
export function filesBelow(sys: Sys, directory: string, shownAs: string): string[] {
  const found: string[] = [];
  const walk = (real: string, shown: string): void => {
    for (const entry of readable(() => sys.readdir(real)) ?? []) {
      const name = `${shown}/${entry.name}`;
      if (entry.type === "dir") walk(`${real}/${entry.name}`, name);
      else found.push(name);
    }
  };
  walk(directory, shownAs);
  return found;
}

/** Compares trees of one machine again and again, reading what has not changed since only once. */
export class TreeComparison {
  /** By path: which states of the two files were compared, and whether they differ. */
  readonly #known = new Map<string, { readonly states: string; readonly differs: boolean }>();

  /** Paths below `mine` that were added, changed or removed with respect to `defaults`: content, type, mode and owner count, times do not. */
  changedFiles(sys: Sys, defaults: string, mine: string): string[] {
    const changed: string[] = [];
    const walk = (below: string): void => {
      const theirs = new Map((readable(() => sys.readdir(defaults + below)) ?? []).map((entry) => [entry.name, entry]));
      for (const entry of readable(() => sys.readdir(mine + below)) ?? []) {
        const path = `${below}/${entry.name}`;
        const original = theirs.get(entry.name);
        theirs.delete(entry.name);
        if (original?.type !== entry.type) changed.push(mine + path);
        else if (entry.type === "dir") walk(path);
        else if (readable(() => this.#differ(sys, defaults + path, mine + path)) ?? true) changed.push(mine + path);
      }
      for (const name of theirs.keys()) changed.push(`${mine}${below}/${name}`);
    };
    walk("");
    return changed;
  }

  #differ(sys: Sys, left: string, right: string): boolean {
    const a = sys.lstat(left);
    const b = sys.lstat(right);
    if (a.mode !== b.mode || a.uid !== b.uid || a.gid !== b.gid || a.size !== b.size) return true;
    const states = `${stateOf(a)} ${stateOf(b)}`;
    const known = this.#known.get(right);
    if (known?.states === states) return known.differs;
    const differs =
      a.type === "symlink" ? sys.readlink(left) !== sys.readlink(right) : a.type === "file" && !equalContents(sys, left, right, a);
    // What changed just now could change again without a trace in its times.
    const now = sys.now();
    if (compareTimestamps(a.ctime, now) < 0 && compareTimestamps(b.ctime, now) < 0) this.#known.set(right, { states, differs });
    return differs;
  }
}

/** Changes whenever the contents do. */
function stateOf({ dev, ino, ctime }: Stat): string {
  return `${dev}:${ino}:${ctime.sec}:${ctime.nsec}`;
}

function equalContents(sys: Sys, left: string, right: string, stat: Stat): boolean {
  const fds = [sys.open(left, O.RDONLY), sys.open(right, O.RDONLY)] as const;
  try {
    const a = sys.pread(fds[0], stat.size, 0);
    const b = sys.pread(fds[1], stat.size, 0);
    return a.length === b.length && a.every((byte, at) => byte === b[at]);
  } finally {
    sys.close(fds[0]);
    sys.close(fds[1]);
  }
}

function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isSysError(error)) return undefined;
    throw error;
  }
}
