/** `ostree checkout` and the general case of a deploy: a commit's tree laid down name by name. */
import { timestamp } from "../../base/timestamp.ts";
import type { Checksum } from "../../image/ostree-objects.ts";
import type { SealedTree } from "../../vfs/sealed.ts";
import { OstreeError } from "./errors.ts";
import { lstat, writeNewFile } from "./files.ts";
import type { Repository } from "./repo.ts";

export interface CheckoutOptions {
  /** `-U`: leave owners as they come. */
  readonly userMode: boolean;
  /** Files are links to the objects (bare repositories); otherwise copies. */
  readonly hardlinks: boolean;
  /** `--union`: into what is there, replacing files. */
  readonly union?: boolean;
  /** `--subpath`. */
  readonly subpath?: string;
}

const EPOCH = timestamp(0);

/** Throws `OstreeError` or the kernel's refusal (`mkdirat: File exists`). */
export function checkout(repo: Repository, commit: Checksum, target: string, options: CheckoutOptions): void {
  const { sys } = repo;
  const { dirtree, dirmeta } = repo.commit(commit);
  const copyFile = (checksum: Checksum, path: string): void => {
    if (options.union === true && lstat(sys, path)) sys.unlink(path);
    if (options.hardlinks && repo.hasObject(checksum, "file")) {
      sys.link(repo.objectPath(checksum, "file"), path);
      return;
    }
    const file = repo.readFile(checksum);
    if (file.kind === "symlink") {
      sys.symlink(file.target, path);
      if (!options.userMode) sys.lchown(path, file.uid, file.gid);
      return;
    }
    writeNewFile(sys, path, file.contents, {
      mode: options.userMode ? file.mode & 0o1777 : file.mode,
      ...(options.userMode ? {} : { owner: file }),
    });
    sys.utimens(path, EPOCH, EPOCH);
  };
  const copyDirectory = (tree: Checksum, meta: Checksum, path: string): void => {
    const there = lstat(sys, path);
    if (!(options.union === true && there?.type === "dir")) sys.mkdir(path, 0o700);
    const { files, dirs } = repo.dirtree(tree);
    for (const file of files) copyFile(file.checksum, `${path}/${file.name}`);
    for (const dir of dirs) copyDirectory(dir.dirtree, dir.dirmeta, `${path}/${dir.name}`);
    const owner = repo.dirmeta(meta);
    if (!options.userMode) sys.chown(path, owner.uid, owner.gid);
    sys.chmod(path, owner.mode);
    if (!there) sys.utimens(path, EPOCH, EPOCH);
  };
  if (options.subpath !== undefined && options.subpath !== "/") {
    let at = { dirtree, dirmeta };
    const parts = options.subpath.split("/").filter((part) => part !== "");
    for (const [i, part] of parts.entries()) {
      const tree = repo.dirtree(at.dirtree);
      const next = tree.dirs.find((dir) => dir.name === part);
      const file = tree.files.find((entry) => entry.name === part);
      if (file && i === parts.length - 1) {
        sys.mkdir(target, 0o755);
        copyFile(file.checksum, `${target}/${part}`);
        return;
      }
      if (!next) throw new OstreeError(`No such file or directory: ${options.subpath}`);
      at = next;
    }
    copyDirectory(at.dirtree, at.dirmeta, target);
    return;
  }
  copyDirectory(dirtree, dirmeta, target);
}

/**
 * The same tree for what it costs to lay down the difference: `below`, the tree of the commit `parent`, in one step, then the names that
 * `commit` has and the parent has not, or has otherwise.
 */
export function checkoutOver(repo: Repository, parent: Checksum, below: SealedTree, commit: Checksum, target: string): void {
  const { sys } = repo;
  sys.graft(target, below);
  const lay = (from: Sums, to: Sums, path: string): void => {
    if (from.dirtree !== to.dirtree) {
      const before = repo.dirtree(from.dirtree);
      const after = repo.dirtree(to.dirtree);
      const names = new Map([...after.files, ...after.dirs].map((entry) => [entry.name, entry]));
      for (const file of before.files) {
        const now = names.get(file.name);
        if (now === undefined || !("checksum" in now) || now.checksum !== file.checksum) sys.unlink(`${path}/${file.name}`);
      }
      for (const dir of before.dirs) if (!("dirtree" in (names.get(dir.name) ?? {}))) sys.dropTree(`${path}/${dir.name}`);
      const files = new Map(before.files.map(({ name, checksum }) => [name, checksum]));
      const dirs = new Map(before.dirs.map((dir) => [dir.name, dir]));
      for (const { name, checksum } of after.files)
        if (files.get(name) !== checksum) sys.link(repo.objectPath(checksum, "file"), `${path}/${name}`);
      for (const dir of after.dirs) {
        const old = dirs.get(dir.name);
        if (old === undefined) layNew(dir, `${path}/${dir.name}`);
        else lay(old, dir, `${path}/${dir.name}`);
      }
    }
    if (from.dirmeta !== to.dirmeta) own(to, path);
  };
  const layNew = (dir: Sums, path: string): void => {
    sys.mkdir(path, 0o700);
    const tree = repo.dirtree(dir.dirtree);
    for (const { name, checksum } of tree.files) sys.link(repo.objectPath(checksum, "file"), `${path}/${name}`);
    for (const below of tree.dirs) layNew(below, `${path}/${below.name}`);
    own(dir, path);
    sys.utimens(path, EPOCH, EPOCH);
  };
  const own = (dir: Sums, path: string): void => {
    const owner = repo.dirmeta(dir.dirmeta);
    sys.chown(path, owner.uid, owner.gid);
    sys.chmod(path, owner.mode);
  };
  lay(repo.commit(parent), repo.commit(commit), target);
}

interface Sums {
  readonly dirtree: Checksum;
  readonly dirmeta: Checksum;
}
