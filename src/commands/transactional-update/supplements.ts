/**
 * What programs expect below /var and have not there, since a snapshot's own /var is next to empty: put there for as long as one works
 * in it. Source: openSUSE/transactional-update:lib/Supplement.cpp, lib/Transaction.cpp.
 */
import { removeTree } from "../../engines/snapper/etc-state.ts";
import { lstat, overwrite } from "../../engines/snapper/files.ts";
import { exists, readText } from "../../machine/read-text.ts";
import type { Sys } from "../../vfs/sys.ts";

const LINKS: readonly (readonly [target: string, path: string])[] = [
  ["/run", "/var/run"],
  ["../../usr/lib/sysimage/rpm", "/var/lib/rpm"],
];
/** Which name servers there are. */
const FILES = ["/run/netconfig/resolv.conf", "/run/systemd/resolve/resolv.conf", "/run/systemd/resolve/stub-resolv.conf"];
const DIRECTORIES = ["/var/tmp", "/var/spool"];

export class Supplements {
  readonly #sys: Sys;
  readonly #root: string;
  /** In the order in which they came. */
  readonly #added: string[] = [];

  /** `root`: where the snapshot is mounted as a system. */
  constructor(sys: Sys, root: string) {
    this.#sys = sys;
    this.#root = root;
    for (const [target, path] of LINKS) {
      if (lstat(sys, root + path) !== undefined) continue;
      this.#makeParents(path);
      sys.symlink(target, root + path);
      this.#added.push(root + path);
    }
    for (const path of FILES) {
      if (!exists(sys, path)) continue;
      this.#makeParents(path);
      overwrite(sys, root + path, readText(sys, path), 0o644);
      this.#added.push(root + path);
    }
    for (const path of DIRECTORIES) this.#makeParents(`${path}/.`);
  }

  /** Takes away what is still there. */
  remove(): void {
    for (const path of this.#added.splice(0).reverse()) if (lstat(this.#sys, path) !== undefined) removeTree(this.#sys, path);
  }

  #makeParents(path: string): void {
    let directory = this.#root;
    let isFirst = true;
    for (const name of path.split("/").slice(1, -1)) {
      directory += `/${name}`;
      if (lstat(this.#sys, directory) !== undefined) continue;
      this.#sys.mkdir(directory, 0o755);
      if (isFirst) this.#added.push(directory);
      isFirst = false;
    }
  }
}
