import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, lchownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { SealedDir } from "../vfs/sealed.ts";
import { loadCatalogue, type Release } from "./catalogue.ts";

/** Not a package of npm's: there or not. */
const OSTREE: string = "ostree";
const hasOstree = spawnSync(OSTREE, ["--version"]).status === 0 && process.getuid?.() === 0;

/** Runs where the real tool is installed, as root, since owners have to be written. */
test.skipIf(!hasOstree)("the real ostree gives the first release the same commit", { timeout: 120_000 }, () => {
  const release = loadCatalogue(readFileSync(new URL("silverblue.manifest.json", import.meta.url), "utf8")).releases[0] as Release;
  const folder = mkdtempSync(join(tmpdir(), "release-"));
  try {
    const repo = `--repo=${join(folder, "repo")}`;
    execFileSync(OSTREE, [repo, "init", "--mode=bare"]);
    execFileSync(OSTREE, [repo, "config", "set", "core.fsync", "false"]);
    write(release.tree.root, join(folder, "tree"));
    const arguments_ = ["--no-xattrs", "-b", release.ref, "-s", release.subject, `--timestamp=@${release.timestamp}`];
    const strings = [`--add-metadata-string=version=${release.version}`, `--add-metadata-string=ostree.linux=${release.kernel}`];
    const commit = execFileSync(OSTREE, [repo, "commit", ...arguments_, ...strings, `--tree=dir=${join(folder, "tree")}`], {
      encoding: "utf8",
    });
    expect(commit.trim()).toBe(release.commit);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function write(dir: SealedDir, at: string): void {
  mkdirSync(at);
  for (const [name, node] of dir.entries) {
    const path = join(at, name);
    if (node.kind === "dir") write(node, path);
    else if (node.kind === "symlink") {
      symlinkSync(node.target, path);
      lchownSync(path, node.uid, node.gid);
    } else {
      writeFileSync(path, node.bytes());
      chownSync(path, node.uid, node.gid);
      chmodSync(path, node.mode);
    }
  }
  chownSync(at, dir.uid, dir.gid);
  chmodSync(at, dir.mode);
}
