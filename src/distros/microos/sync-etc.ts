/**
 * /etc at the first boot of a new snapshot: what was changed in the old one since the new one was begun comes along, unless the new one
 * has something of its own there. File by file; nothing is merged within a file. Runs once, and whole again where the power went meanwhile.
 * Source: openSUSE/transactional-update:sbin/../sync-etc-state.cpp.
 */
import { lstat, readBytes, removeTree, writeNewFile } from "../../engines/ostree/files.ts";
import { destroySubvolume } from "../../vfs/btrfs/calls.ts";
import type { Sys } from "../../vfs/sys.ts";
import type { Stat } from "../../vfs/types.ts";

/** In the new snapshot's /etc: what /etc was when the snapshot was begun. */
export const SYNC_POINT = "etc.syncpoint";
/** In the sync point: the number of the snapshot that was running then. */
export const COMPARE_WITH = "transactional-update.comparewith";

export interface EtcPlaces {
  /** /etc of the snapshot that ran before, of the new one, and the sync point between them. */
  readonly old: string;
  readonly now: string;
  readonly reference: string;
}

type Change = { readonly kind: "changed" | "added" | "deleted"; readonly path: string };

/** The lines that the service prints, in order. */
export function syncEtc(sys: Sys, { old, now, reference }: EtcPlaces): string[] {
  const lines = [`Using new snapshot - syncing from old parent ${old}...`];
  const changes = compare(sys, reference, old, "").filter(({ path }) => path !== `/${COMPARE_WITH}` && path !== `/${SYNC_POINT}`);
  const words = { changed: "File changed: ", added: "Added in old snapshot: ", deleted: "Deleted in old snapshot: " };
  for (const { kind, path } of changes) lines.push(words[kind] + path);
  lines.push("Processing files...");
  for (const { kind, path } of changes) {
    if (isDifferent(sys, reference + path, now + path)) continue;
    lines.push(`${kind === "deleted" ? "Deleting" : "Copying"} ${path}`);
    if (kind === "deleted") removeTree(sys, now + path);
    else copy(sys, old + path, now + path);
  }
  // From here on it is done.
  destroySubvolume(sys, reference);
  return lines;
}

/** What is other in `to` than in `from`; of a directory that is new or gone, all that is in it. */
function compare(sys: Sys, from: string, to: string, below: string): Change[] {
  const names = new Set([...namesIn(sys, from + below), ...namesIn(sys, to + below)]);
  return [...names].sort().flatMap((name): Change[] => {
    const path = `${below}/${name}`;
    if (path === `/${SYNC_POINT}`) return [];
    const [before, after] = [lstat(sys, from + path), lstat(sys, to + path)];
    if (after === undefined) return [{ kind: "deleted", path }];
    const inside = after.type === "dir" ? compare(sys, from, to, path) : [];
    if (before === undefined) return [{ kind: "added", path }, ...inside];
    return isDifferent(sys, from + path, to + path) ? [{ kind: "changed", path }, ...inside] : inside;
  });
}

function namesIn(sys: Sys, path: string): string[] {
  return lstat(sys, path)?.type === "dir" ? sys.readdir(path).map(({ name }) => name) : [];
}

/** Whether two names are not the same: kind, owner, mode, contents. Directories are the same whatever is in them. */
function isDifferent(sys: Sys, left: string, right: string): boolean {
  const [one, other] = [lstat(sys, left), lstat(sys, right)];
  if (one === undefined || other === undefined) return one !== other;
  if (one.type !== other.type || one.mode !== other.mode || one.uid !== other.uid || one.gid !== other.gid) return true;
  if (one.type === "symlink") return sys.readlink(left) !== sys.readlink(right);
  return one.type === "file" && !sameBytes(sys, left, one, right, other);
}

function sameBytes(sys: Sys, left: string, one: Stat, right: string, other: Stat): boolean {
  if (one.size !== other.size) return false;
  const [a, b] = [readBytes(sys, left), readBytes(sys, right)];
  return a.every((byte, i) => byte === b[i]);
}

function copy(sys: Sys, from: string, to: string): void {
  const source = lstat(sys, from);
  if (source === undefined) return;
  const there = lstat(sys, to);
  if (there !== undefined && (there.type !== source.type || there.type !== "dir")) removeTree(sys, to);
  if (source.type === "dir") {
    if (there?.type !== "dir") sys.mkdir(to, 0o755);
  } else if (source.type === "symlink") sys.symlink(sys.readlink(from), to);
  else writeNewFile(sys, to, readBytes(sys, from));
  sys.lchown(to, source.uid, source.gid);
  if (source.type !== "symlink") sys.chmod(to, source.mode & 0o7777);
  sys.utimens(to, source.mtime, source.mtime, { follow: false });
}
