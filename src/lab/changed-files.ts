/** Walks of the virtual file system for the picture: what is in an overlay's upper directory, what differs from the defaults. */
import { isSysError } from "../vfs/errno.ts";
import type { Sys } from "../vfs/sys.ts";
import type { Stat } from "../vfs/types.ts";

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

/** Paths below `mine` that were added, changed or removed with respect to `defaults`: content, type, mode and owner count, times do not. */
export function changedFiles(sys: Sys, defaults: string, mine: string): string[] {
  const changed: string[] = [];
  const walk = (below: string): void => {
    const theirs = new Map((readable(() => sys.readdir(defaults + below)) ?? []).map((entry) => [entry.name, entry]));
    for (const entry of readable(() => sys.readdir(mine + below)) ?? []) {
      const path = `${below}/${entry.name}`;
      const original = theirs.get(entry.name);
      theirs.delete(entry.name);
      if (original?.type !== entry.type) changed.push(mine + path);
      else if (entry.type === "dir") walk(path);
      else if (differs(sys, defaults + path, mine + path)) changed.push(mine + path);
    }
    for (const name of theirs.keys()) changed.push(`${mine}${below}/${name}`);
  };
  walk("");
  return changed;
}

function differs(sys: Sys, left: string, right: string): boolean {
  return (
    readable(() => {
      const a = sys.lstat(left);
      const b = sys.lstat(right);
      if (a.mode !== b.mode || a.uid !== b.uid || a.gid !== b.gid || a.size !== b.size) return true;
      if (a.type === "symlink") return sys.readlink(left) !== sys.readlink(right);
      return a.type === "file" && !equalContents(sys, left, right, a);
    }) ?? true
  );
}

function equalContents(sys: Sys, left: string, right: string, stat: Stat): boolean {
  const fds = [sys.open(left, 0), sys.open(right, 0)] as const;
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
