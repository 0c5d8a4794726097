/** `ostree checkout` and the general case of a deploy: a commit's tree laid down name by name. */
import { timestamp } from "../../base/timestamp.ts";
import type { Checksum } from "../../image/ostree-objects.ts";
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
