/** Files as the packages brought them, to hold those that are there against. */
import { checksumBytes } from "../../image/ostree-objects.ts";
import type { InstalledPackage } from "../../image/rpmdb.ts";
import { readAccounts, type Accounts } from "../../machine/users.ts";
import type { SealedNode, SealedTree } from "../../vfs/sealed.ts";
import type { Sys } from "../../vfs/sys.ts";
import { listDirectory, lstat } from "../ostree/files.ts";
import { bootedIdentity } from "../ostree/sysroot.ts";
import { ownerOf } from "./unpack.ts";

/** What is known of a file; what nobody noted is left out. */
export interface PackagedFile {
  readonly kind?: SealedNode["kind"];
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** Bytes. */
  readonly size?: number;
  /** Seconds since 1970. */
  readonly mtime?: number;
  readonly target?: string;
  /** Whether these are its contents. */
  readonly holds?: (contents: Uint8Array) => boolean;
}

/**
 * How packages brought their files, on the system that a process runs on.
 *
 * @simplified Attributes are kept of packages that were installed one by one. Those of an image are read from the tree that the booted
 * deployment was made of; where there is none, all that is known is what came to /etc. All files of a package are as old as its build.
 */
export class PackagedFiles {
  readonly #accounts: Accounts;
  readonly #tree: SealedTree | undefined;

  constructor(sys: Sys) {
    this.#accounts = readAccounts(sys);
    this.#tree = bootedTree(sys);
  }

  of(pkg: InstalledPackage, path: string): PackagedFile {
    const mtime = pkg.buildTime;
    if (pkg.details !== undefined) {
      const came = pkg.details.attributes[path];
      if (came === undefined) return {};
      const { user: _, group: __, ...rest } = { ...came, ...ownerOf(came, this.#accounts), mtime };
      return came.kind === "file" ? { ...rest, holds: (contents) => checksumBytes(contents) === came.digest } : rest;
    }
    const node = this.#tree && nodeAt(this.#tree, path.replace(/^\/etc(?=\/|$)/, "/usr/etc"));
    if (node !== undefined) {
      const { kind, mode, uid, gid } = node;
      if (node.kind !== "file") return { kind, mode, uid, gid, ...(node.kind === "symlink" ? { target: node.target } : {}) };
      return { kind, mode, uid, gid, mtime, size: node.size, holds: (contents) => isSame(contents, node.bytes()) };
    }
    const digest = pkg.configs?.[path];
    return digest === undefined ? {} : { holds: (contents) => checksumBytes(contents) === digest };
  }
}

/** The release in the directory of the deployment that the running root was made from. */
function bootedTree(sys: Sys): SealedTree | undefined {
  const booted = bootedIdentity(sys);
  if (booted === undefined) return undefined;
  for (const { name } of listDirectory(sys, "/ostree/deploy")) {
    const place = `/ostree/deploy/${name}/deploy`;
    for (const { name: deployment } of listDirectory(sys, place)) {
      const found = lstat(sys, `${place}/${deployment}`);
      if (found?.dev === booted.dev && found.ino === booted.ino) return sys.sealedTreeAt(`${place}/${deployment}`);
    }
  }
  return undefined;
}

function nodeAt(tree: SealedTree, path: string): SealedNode | undefined {
  let node: SealedNode | undefined = tree.root;
  for (const name of path.split("/")) if (name !== "") node = node?.kind === "dir" ? node.entries.get(name) : undefined;
  return node;
}

function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, i) => byte === right[i]);
}
