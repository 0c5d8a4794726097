/** The manifests beside Silverblue's: what must hold of any tree; catalogue.test.ts looks closer at one. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { decodeUtf8 } from "../base/utf8.ts";
import type { SealedNode, SealedTree } from "../vfs/sealed.ts";
import { catalogueOf } from "../cli/labs.ts";
import { checksumCommit } from "./ostree-objects.ts";
import { checksumSealedTree } from "./tree-checksum.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const names = readdirSync(here).filter((name) => name.endsWith(".manifest.json") && !name.startsWith("silverblue."));

function paths(tree: SealedTree): Map<string, SealedNode> {
  const found = new Map<string, SealedNode>();
  const walk = (dir: SealedNode, at: string): void => {
    if (dir.kind !== "dir") return;
    for (const [name, node] of dir.entries) {
      found.set(`${at}/${name}`, node);
      walk(node, `${at}/${name}`);
    }
  };
  walk(tree.root, "");
  return found;
}

test("there are some", () => {
  expect(names).toContain("bootc.manifest.json");
});

describe.each(names)("%s", (name) => {
  const bytes = readFileSync(new URL(name, import.meta.url));
  const { releases } = catalogueOf(name);

  test("is small", () => {
    expect(gzipSync(bytes, { level: 9 }).length).toBeLessThanOrEqual(100_000);
  });

  test.each([...releases])("the commit of $version follows from its contents", (release) => {
    const root = checksumSealedTree(release.tree);
    expect(root).toEqual({ dirtree: release.commitObject.dirtree, dirmeta: release.commitObject.dirmeta });
    expect(checksumCommit(release.commitObject)).toBe(release.commit);
  });

  test.each([...releases])("what units of $version start is there", (release) => {
    const all = paths(release.tree);
    const missing: string[] = [];
    for (const [path, node] of all) {
      if (node.kind !== "file" || !/^\/usr\/lib\/systemd\/system\/[^/]*\.service$/.test(path)) continue;
      for (const [, program = ""] of decodeUtf8(node.bytes()).matchAll(/^Exec[A-Za-z]*=[-@]?(\/[^ \n]+)/gm))
        if (!all.has(program.replace(/^\/bin\//, "/usr/bin/"))) missing.push(`${path}: ${program}`);
    }
    expect(missing).toEqual([]);
  });
});
