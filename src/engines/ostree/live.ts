/**
 * Changing the /usr that runs: an overlay on it takes what another commit has otherwise; what is running then is noted in /run.
 * Sources: coreos/rpm-ostree:rust/src/live.rs, docs/apply-live.md.
 */
import { checksumFile, checksumSymlink, type Checksum } from "../../image/ostree-objects.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import type { Sys } from "../../vfs/sys.ts";
import { step, type Update } from "../update-step.ts";
import { lstat, makeDirectories, parentOf, readBytes, removeTree, replaceFile, writeNewFile } from "./files.ts";
import type { Repository } from "./repo.ts";
import { nodeAt } from "./tree-walk.ts";

/** @simplified The real note is a JSON file of this name beside more state. */
const STATE = "/run/rpm-ostree/live-commit";

/** The commit that the running /usr was made to show; undefined when it is as it was booted. */
export function liveCommit(sys: Sys): Checksum | undefined {
  return readTextIfThere(sys, STATE)?.trim();
}

export function noteLiveCommit(sys: Sys, commit: Checksum | undefined): void {
  makeDirectories(sys, parentOf(STATE));
  if (commit === undefined) removeTree(sys, STATE);
  else replaceFile(sys, STATE, `${commit}\n`);
}

/** The ref that keeps the commit that runs from being pruned. */
const LIVE_REF = "rpmostree/live-apply";

export function keepLiveCommit(repo: Repository, commit: Checksum | undefined): void {
  if (commit === undefined) repo.deleteRef(LIVE_REF);
  else repo.setRef(LIVE_REF, commit);
}

/** Absolute paths below the directory that was compared. */
export interface FileDiff {
  readonly addedFiles: string[];
  readonly removedFiles: string[];
  readonly changedFiles: string[];
  readonly addedDirs: string[];
  readonly removedDirs: string[];
  readonly changedDirs: string[];
}

/** What differs in the directory `root` of two commits, but for what is below `except`. */
export function diffFiles(repo: Repository, from: Checksum, to: Checksum, root: string, except?: string): FileDiff {
  const diff: FileDiff = { addedFiles: [], removedFiles: [], changedFiles: [], addedDirs: [], removedDirs: [], changedDirs: [] };
  type Sums = { readonly dirtree: Checksum; readonly dirmeta: Checksum };
  const all = (dir: Sums, path: string, files: string[], dirs: string[]): void => {
    dirs.push(path);
    const tree = repo.dirtree(dir.dirtree);
    for (const { name } of tree.files) files.push(`${path}/${name}`);
    for (const below of tree.dirs) all(below, `${path}/${below.name}`, files, dirs);
  };
  const compare = (one: Sums, two: Sums, path: string): void => {
    if (path === except) return;
    if (one.dirmeta !== two.dirmeta) diff.changedDirs.push(path);
    if (one.dirtree === two.dirtree) return;
    const [before, after] = [repo.dirtree(one.dirtree), repo.dirtree(two.dirtree)];
    const files = new Map(before.files.map(({ name, checksum }) => [name, checksum]));
    for (const { name, checksum } of after.files) {
      const old = files.get(name);
      if (old === undefined) diff.addedFiles.push(`${path}/${name}`);
      else if (old !== checksum) diff.changedFiles.push(`${path}/${name}`);
      files.delete(name);
    }
    for (const name of files.keys()) diff.removedFiles.push(`${path}/${name}`);
    const dirs = new Map(before.dirs.map((dir) => [dir.name, dir]));
    for (const dir of after.dirs) {
      const old = dirs.get(dir.name);
      if (old === undefined) all(dir, `${path}/${dir.name}`, diff.addedFiles, diff.addedDirs);
      else compare(old, dir, `${path}/${dir.name}`);
      dirs.delete(dir.name);
    }
    for (const dir of dirs.values()) all(dir, `${path}/${dir.name}`, diff.removedFiles, diff.removedDirs);
  };
  const [one, two] = [nodeAt(repo, from, root), nodeAt(repo, to, root)];
  if (one?.kind === "dir" && two?.kind === "dir") compare(one, two, root);
  return diff;
}

export function diffText({ addedFiles, removedFiles, changedFiles, addedDirs, removedDirs, changedDirs }: FileDiff): string {
  const counts = (added: string[], removed: string[], changed: string[]): string =>
    `added:${added.length} removed:${removed.length} changed:${changed.length}`;
  return `files(${counts(addedFiles, removedFiles, changedFiles)}) dirs(${counts(addedDirs, removedDirs, changedDirs)})`;
}

/** Makes /usr as `commit` has it, as far as `diff` says. For a process that may write there. */
export function* applyUsr(repo: Repository, commit: Checksum, diff: FileDiff): Update<void> {
  const { sys } = repo;
  for (const path of [...diff.addedDirs].sort()) {
    if (lstat(sys, path) === undefined) sys.mkdir(path, 0o755);
    ownDirectory(repo, commit, path);
  }
  for (const path of diff.changedDirs) ownDirectory(repo, commit, path);
  for (const path of [...diff.addedFiles, ...diff.changedFiles]) {
    writeObject(repo, commit, path, path);
    yield step("update-usr");
  }
  for (const path of diff.removedFiles) removeTree(sys, path);
  for (const path of [...diff.removedDirs].sort().reverse()) removeTree(sys, path);
}

/** Makes /etc follow its defaults of `commit` where nobody has changed them. */
export function* applyEtc(repo: Repository, from: Checksum, commit: Checksum, diff: FileDiff): Update<void> {
  const { sys } = repo;
  const here = (path: string): string => path.slice("/usr".length);
  for (const path of [...diff.addedDirs].sort()) {
    makeDirectories(sys, here(path));
    yield step("update-etc");
  }
  for (const path of diff.addedFiles) if (lstat(sys, here(path)) === undefined) writeObject(repo, commit, path, here(path));
  for (const path of diff.changedFiles) if (isDefault(repo, from, path, here(path))) writeObject(repo, commit, path, here(path));
  for (const path of diff.removedFiles) if (isDefault(repo, from, path, here(path))) removeTree(sys, here(path));
}

function isDefault(repo: Repository, commit: Checksum, path: string, at: string): boolean {
  const { sys } = repo;
  const node = nodeAt(repo, commit, path);
  const found = lstat(sys, at);
  if (node?.kind !== "file" || found === undefined) return false;
  if (found.type === "symlink") return checksumSymlink(found, sys.readlink(at)) === node.checksum;
  return found.type === "file" && checksumFile(found, readBytes(sys, at)) === node.checksum;
}

function writeObject(repo: Repository, commit: Checksum, path: string, target: string): void {
  const { sys } = repo;
  const node = nodeAt(repo, commit, path);
  if (node?.kind !== "file") return;
  const file = repo.readFile(node.checksum);
  makeDirectories(sys, parentOf(target));
  if (lstat(sys, target) !== undefined) removeTree(sys, target);
  if (file.kind === "symlink") {
    sys.symlink(file.target, target);
    sys.lchown(target, file.uid, file.gid);
  } else writeNewFile(sys, target, file.contents, { mode: file.mode, owner: file });
}

function ownDirectory(repo: Repository, commit: Checksum, path: string): void {
  const node = nodeAt(repo, commit, path);
  if (node?.kind !== "dir") return;
  const owner = repo.dirmeta(node.dirmeta);
  repo.sys.chown(path, owner.uid, owner.gid);
  repo.sys.chmod(path, owner.mode);
}
