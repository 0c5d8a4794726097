/** `ostree checkout` and the general case of a deploy: a commit's tree laid down name by name. */
import { timestamp } from "../../base/timestamp.ts";
import type { Checksum, Ownership } from "../../image/ostree-objects.ts";
import type { SealedTree } from "../../vfs/sealed.ts";
import { isSysError } from "../../vfs/errno.ts";
import { OstreeError, within } from "./errors.ts";
import { lstat, makeDirectories, removeTree, writeNewFile } from "./files.ts";
import type { FileObject, Repository } from "./repo.ts";
import { childrenOf, nodeAt, rootOf, type TreeNode } from "./tree-walk.ts";

export interface CheckoutOptions {
  /** `-U`: leave owners as they come. */
  readonly userMode: boolean;
  /** Files are links to the objects (bare repositories); otherwise, and where no link leads, copies. */
  readonly hardlinks: boolean;
  /** `--require-hardlinks`: no copies. */
  readonly mustLink?: boolean;
  /** What an archive has unpacked for users is kept there, and linked. */
  readonly unpacked?: string | undefined;
  /** Into what is there: "replace" files of that name (`--union`), "keep" them (`--union-add`), or take only "identical" ones (`--union-identical`). */
  readonly union?: "replace" | "keep" | "identical" | undefined;
  /** `--subpath`. */
  readonly subpath?: string | undefined;
  /** `--allow-noent`: a subpath that is not there is no failure. */
  readonly allowMissing?: boolean;
  /** `--whiteouts`: `.wh.name` removes `name`. */
  readonly whiteouts?: boolean;
  /** `--skip-list`: paths of the commit that are left out; those of directories with a slash behind them. */
  readonly skipped?: ReadonlySet<string>;
  /** `--bareuseronly-dirs`: no directory gets more than 0775. */
  readonly plainDirectories?: boolean;
  /** `-C`: times are those of the copying. */
  readonly fresh?: boolean;
}

const EPOCH = timestamp(0);
const WHITEOUT = ".wh.";

/** Throws `OstreeError` or the kernel's refusal (`mkdirat: File exists`). */
export function checkout(repo: Repository, commit: Checksum, target: string, options: CheckoutOptions): void {
  const { subpath } = options;
  const node = subpath === undefined ? rootOf(repo, commit) : nodeAt(repo, commit, subpath);
  if (!node) {
    if (options.allowMissing === true) return;
    throw new OstreeError(`No such file or directory: ${subpath ?? ""}`);
  }
  const writer = new Writer(repo, options);
  if (node.kind === "dir") return writer.directory(node, target);
  if (lstat(repo.sys, target)?.type !== "dir") repo.sys.mkdir(target, 0o700);
  writer.file(node, `${target}/${nameOf(node)}`);
}

class Writer {
  readonly #repo: Repository;
  readonly #options: CheckoutOptions;

  constructor(repo: Repository, options: CheckoutOptions) {
    this.#repo = repo;
    this.#options = options;
  }

  directory(node: TreeNode & { readonly kind: "dir" }, path: string): void {
    const { sys } = this.#repo;
    const children = childrenOf(this.#repo, node);
    const owner = this.#repo.dirmeta(node.dirmeta);
    const there = lstat(sys, path);
    const isKept = this.#options.union !== undefined && there?.type === "dir";
    if (!isKept) sys.mkdir(path, 0o700);
    for (const child of children) {
      if (this.#options.skipped?.has(child.kind === "dir" ? `${child.path}/` : child.path) === true) continue;
      const name = nameOf(child);
      if (child.kind === "dir") this.directory(child, `${path}/${name}`);
      else if (this.#options.whiteouts === true && name.startsWith(WHITEOUT)) removeTree(sys, `${path}/${name.slice(WHITEOUT.length)}`);
      else this.file(child, `${path}/${name}`);
    }
    if (isKept && this.#options.union !== "replace") return;
    this.#own(path, owner);
    if (!there && this.#options.fresh !== true) sys.utimens(path, EPOCH, EPOCH);
  }

  #own(path: string, owner: Ownership): void {
    const { sys } = this.#repo;
    if (!this.#options.userMode) sys.chown(path, owner.uid, owner.gid);
    sys.chmod(path, this.#options.plainDirectories === true ? owner.mode & 0o775 : owner.mode);
  }

  file({ checksum, ...node }: TreeNode & { readonly kind: "file" }, path: string): void {
    if (this.#options.union !== undefined && !this.#makeRoom(checksum, path)) return;
    if (this.#options.hardlinks && this.#repo.hasObject(checksum, "file") && this.#link(checksum, path)) return;
    if (this.#options.mustLink === true) throw new OstreeError(refusedLink(this.#repo));
    const { unpacked } = this.#options;
    const file = this.#repo.readFile(checksum);
    within(`Copy checkout of ${checksum} to ${nameOf({ ...node, kind: "file", checksum })}`, () => {
      if (unpacked === undefined || file.kind === "symlink") return this.#copy(file, path);
      const kept = `${unpacked}/${checksum.slice(0, 2)}/${checksum.slice(2)}.file`;
      makeDirectories(this.#repo.sys, kept.slice(0, kept.lastIndexOf("/")));
      if (!lstat(this.#repo.sys, kept)) this.#copy(file, kept);
      this.#repo.sys.link(kept, path);
    });
  }

  /** Whether a link could be made; not so from another file system, unless links are demanded. */
  #link(checksum: Checksum, path: string): boolean {
    try {
      this.#repo.sys.link(this.#repo.objectPath(checksum, "file"), path);
      return true;
    } catch (error) {
      if (!isSysError(error, "EXDEV", "EMLINK", "EPERM")) throw error;
      if (this.#options.mustLink !== true) return false;
      const name = path.slice(path.lastIndexOf("/") + 1);
      throw new OstreeError(`Hardlinking ${checksum.slice(0, 2)}/${checksum.slice(2)}.file to ${name}: ${error.text}`);
    }
  }

  #copy(file: FileObject, path: string): void {
    const { sys } = this.#repo;
    const { userMode } = this.#options;
    if (file.kind === "symlink") {
      sys.symlink(file.target, path);
      if (!userMode) named("fchownat", () => sys.lchown(path, file.uid, file.gid));
      return;
    }
    if (userMode) return writeNewFile(sys, path, file.contents, { mode: file.mode & 0o1777 });
    try {
      named("fchown", () => writeNewFile(sys, path, file.contents, { mode: file.mode, owner: file }));
    } catch (error) {
      // The real one is written without a name until it is whole.
      if (error instanceof OstreeError) sys.unlink(path);
      throw error;
    }
  }

  /** Whether the file is to be made. Throws `OstreeError` where another may not be in its place. */
  #makeRoom(checksum: Checksum, path: string): boolean {
    const { sys } = this.#repo;
    const there = lstat(sys, path);
    if (!there) return true;
    if (this.#options.union === "keep") return false;
    if (this.#options.union === "identical") {
      const object = lstat(sys, this.#repo.objectPath(checksum, "file"));
      if (object?.ino === there.ino && object.dev === there.dev) return false;
      throw new OstreeError("renameat: File exists");
    }
    sys.unlink(path);
    return true;
  }
}

/** A refusal of the kernel with the call that met it, where the errno's text would stand alone. */
function named(call: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw isSysError(error, "EPERM") ? new OstreeError(`${call}: ${error.text}`) : error;
  }
}

/** Why nothing of such a repository can be linked into such a checkout. */
function refusedLink(repo: Repository): string {
  return repo.mode === "bare-user"
    ? "User repository mode requires user checkout mode to hardlink"
    : "Bare repository mode cannot hardlink in user checkout mode";
}

function nameOf(node: TreeNode): string {
  return node.path.slice(node.path.lastIndexOf("/") + 1);
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
