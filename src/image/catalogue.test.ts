import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { decodeUtf8 } from "../base/utf8.ts";
import type { SealedNode, SealedTree } from "../vfs/sealed.ts";
import { diffPackages, loadCatalogue, type Release } from "./catalogue.ts";
import { plan } from "../distros/silverblue/generator/plan.ts";
import { namingOf } from "./generator/naming.ts";
import { packageRows, readTable } from "./generator/tables.ts";
import { checksumCommit, checksumFile, checksumSymlink, decodeCommit, objectName } from "./ostree-objects.ts";
import { decodeRpmdb, RPMDB_PATH } from "./rpmdb.ts";
import { checksumSealedTree } from "./tree-checksum.ts";
import { treeDiff } from "./tree-diff.ts";

const bytes = readFileSync(new URL("silverblue.manifest.json", import.meta.url));
const catalogue = loadCatalogue(new Uint8Array(bytes));
const [first, second, third, broken] = catalogue.releases as [Release, Release, Release, Release];

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

function text(all: ReadonlyMap<string, SealedNode>, path: string): string {
  const node = all.get(path);
  if (node?.kind !== "file") throw new Error(`${path} is not a file`);
  return decodeUtf8(node.bytes());
}

test("the manifest is small", () => {
  expect(gzipSync(bytes, { level: 9 }).length).toBeLessThanOrEqual(100_000);
});

describe.each([...catalogue.releases])("release $version", (release) => {
  const all = paths(release.tree);

  test("its commit follows from its contents", () => {
    const root = checksumSealedTree(release.tree);
    expect(root).toEqual({ dirtree: release.commitObject.dirtree, dirmeta: release.commitObject.dirmeta });
    expect(checksumCommit(release.commitObject)).toBe(release.commit);
  });

  test("its files total at most 8 MB", () => {
    let total = 0;
    for (const node of all.values()) if (node.kind === "file") total += node.size;
    expect(total).toBeGreaterThan(500_000);
    expect(total).toBeLessThanOrEqual(8_000_000);
  });

  test("no path of another distribution", () => {
    expect([...all.keys()].filter((path) => /x86_64-linux-gnu|dpkg|debian|\/apt\/|ubuntu/i.test(path))).toEqual([]);
  });

  test("several thousand paths below /usr", () => {
    const count = [...all.keys()].filter((path) => path.startsWith("/usr/")).length;
    expect(count).toBeGreaterThanOrEqual(5_000);
    expect(count).toBeLessThanOrEqual(8_000);
  });

  test("what can be run is what is named", () => {
    const packages = new Set(packageRows(plan).flatMap(([name = ""]) => namingOf(plan).nameOf(name) ?? []));
    const programs = readTable("programs.txt").filter(([, pkg]) => packages.has(pkg ?? ""));
    for (const [name = "", , path] of programs) {
      const at = path ?? `/usr/bin/${name}`;
      expect(text(all, at).startsWith(`\u007fELF\nprogram=${name}\n`), at).toBe(true);
      expect((all.get(at)?.mode ?? 0) & 0o111, at).toBe(0o111);
    }
    const named = new Set([...programs, ...readTable("service-programs.txt")].map(([name]) => name));
    for (const [path, node] of all) {
      if (path.startsWith("/usr/bin/") && node.kind === "file") expect(named.has(path.slice("/usr/bin/".length)), path).toBe(true);
    }
  });

  test("what units start is there", () => {
    const missing: string[] = [];
    for (const [path, node] of all) {
      if (node.kind !== "file" || !/^\/usr\/lib\/systemd\/system\/[^/]*\.service$/.test(path)) continue;
      for (const match of decodeUtf8(node.bytes()).matchAll(/^Exec[A-Za-z]*=[-@]?([^ \n]+)/gm)) {
        const program = match[1]?.startsWith("/") === true ? match[1] : `/usr/bin/${match[1] ?? ""}`;
        if (!all.has(program.replace(/^\/bin\//, "/usr/bin/"))) missing.push(`${path}: ${program}`);
      }
    }
    expect(missing).toEqual([]);
  });

  test("links within /usr lead somewhere", () => {
    const dangling = [...all].filter(([path, node]) => {
      if (node.kind !== "symlink" || !path.startsWith("/usr/") || path === "/usr/local" || path === "/usr/tmp") return false;
      const goal = posix.resolve(posix.dirname(path.replace(/^\/usr\/etc\//, "/etc/")), node.target);
      if (/^\/(dev|proc|run|sys|var)\//.test(goal)) return false;
      return !all.has(goal) && !all.has(goal.replace(/^\/etc\//, "/usr/etc/"));
    });
    expect(dangling.map(([path]) => path)).toEqual([]);
    for (const name of ["os-release", "issue", "localtime", "mtab", "resolv.conf"])
      expect(all.get(`/usr/etc/${name}`)?.kind, name).toBe("symlink");
  });

  test("how often an object is linked, and how many directories there are, is counted", () => {
    const links = new Map<number, number>();
    const indices = new Set([release.tree.root.index]);
    for (const node of all.values()) {
      if (node.kind === "dir") indices.add(node.index);
      else links.set(node.object, (links.get(node.object) ?? 0) + 1);
    }
    expect([...links].filter(([object, count]) => release.tree.linksTo(object) !== count)).toEqual([]);
    expect(Math.max(...links.values())).toBeGreaterThan(1);
    expect(release.tree.linksTo(2 ** 30)).toBe(0);
    expect(indices.size).toBe(release.tree.directories);
    expect(Math.max(...indices)).toBe(release.tree.directories - 1);
  });

  test("objects lie under the names of their checksums", () => {
    const listed = [...release.objectList()];
    const lying = paths(release.objects);
    expect(release.objects.root.entries.size).toBe(256);
    expect(lying.size).toBe(256 + listed.length);
    const misplaced = listed.filter(({ name, object, checksum, kind }) => {
      return lying.get(`/${name}`) !== object || name !== objectName(checksum, kind) || release.objects.linksTo(object.object) !== 1;
    });
    expect(misplaced).toEqual([]);
    const missing = [...all].filter(([, node]) => {
      if (node.kind === "dir") return false;
      const checksum = node.kind === "symlink" ? checksumSymlink(node, node.target) : checksumFile(node, node.bytes());
      return lying.get(`/${objectName(checksum, "file")}`) !== node;
    });
    expect(missing).toEqual([]);
    const commit = lying.get(`/${objectName(release.commit, "commit")}`);
    expect(commit).toBe(release.commitFile);
    expect(commit?.kind === "file" && decodeCommit(commit.bytes())).toEqual(release.commitObject);
  });

  test("the package database knows every path once", () => {
    const packages = decodeRpmdb((all.get(RPMDB_PATH) as Extract<SealedNode, { kind: "file" }>).bytes());
    expect(packages.map(({ files: _, ...pkg }) => pkg)).toEqual(release.packages);
    const owner = new Map<string, string>();
    for (const { name, files } of packages) for (const path of files) owner.set(path, name);
    expect(owner.size).toBe(packages.reduce((sum, { files }) => sum + files.length, 0));
    expect([...owner.keys()].filter((path) => !all.has(path) && !all.has(`/usr${path}`))).toEqual([]);
    expect(owner.get("/usr/lib64/libc.so.6")).toBe("glibc");
    expect(owner.get("/usr/bin/bash")).toBe("bash");
    expect(owner.get("/etc/passwd")).toBe("setup");
    expect(owner.get("/usr")).toBe("filesystem");
    expect(owner.get("/usr/share/doc/bash")).toBe("bash");
    expect(owner.get(RPMDB_PATH)).toBeUndefined();
  });

  test("kernel and version are what they say", () => {
    expect(all.has(`/usr/lib/modules/${release.kernel}/vmlinuz`)).toBe(true);
    expect(all.has(`/usr/lib/modules/${release.kernel}/initramfs.img`)).toBe(true);
    expect(text(all, "/usr/lib/os-release")).toContain(`OSTREE_VERSION='${release.version}'\n`);
    expect(release.packages.find((pkg) => pkg.name === "kernel-core")).toMatchObject({ version: release.kernel.split("-")[0] });
  });

  test("special modes are as on Fedora", () => {
    const mode = (path: string) => all.get(path)?.mode.toString(8);
    expect(mode("/usr/bin/sudo")).toBe("4111");
    expect(mode("/usr/bin/su")).toBe("4755");
    expect(mode("/usr/bin/mount")).toBe("4755");
    expect(mode("/usr/etc/shadow")).toBe("0");
    expect(mode("/tmp")).toBe("1777");
    expect(mode("/usr/etc/ld.so.conf")).toBe("644");
    expect(mode("/usr/lib64/libc.so.6")).toBe("755");
    expect(all.get("/home")).toMatchObject({ kind: "symlink", target: "var/home" });
  });

  test("it is found by commit, by version and by the names of its trees", () => {
    expect(catalogue.byCommit(release.commit)).toBe(release);
    expect(catalogue.release(release.version)).toBe(release);
    expect(catalogue.tree(`commit:${release.commit}`)).toBe(release.tree);
    expect(catalogue.tree(`objects:${release.commit}`)).toBe(release.objects);
    expect(catalogue.tree(release.commit)).toBeUndefined();
  });
});

test("objects have one number and one checksum each, in all releases", () => {
  const numbers = new Map<string, number>();
  const checksums = new Map<number, string>();
  const torn: string[] = [];
  for (const release of catalogue.releases) {
    for (const { name, object } of release.objectList()) {
      if ((numbers.get(name) ?? object.object) !== object.object || (checksums.get(object.object) ?? name) !== name) torn.push(name);
      numbers.set(name, object.object);
      checksums.set(object.object, name);
    }
  }
  expect(torn).toEqual([]);
});

test("numbers do not depend on what is asked for first", () => {
  const other = loadCatalogue(bytes.toString("utf8"));
  const numbersOf = (release: Release): number[] => [...release.objectList()].map(({ object }) => object.object);
  for (const release of [...other.releases].reverse()) {
    expect(numbersOf(release)).toEqual(numbersOf(catalogue.release(release.version) as Release));
  }
});

test.each([
  [undefined, 0],
  [0, 1],
  [1, 2],
  [2, 3],
  [2, 0],
])("a pull from %s to %s fetches what is not there", (from, to) => {
  const old = from === undefined ? undefined : catalogue.releases[from];
  const release = catalogue.releases[to] as Release;
  const have = new Set(old === undefined ? [] : [...old.objectList()].map(({ name }) => name));
  const wanted = [...release.objectList()].map(({ name }) => name).filter((name) => !have.has(name));
  const { content, metadata } = catalogue.newObjects(old, release);
  expect([...content, ...metadata].map(({ name }) => name)).toEqual(wanted);
  expect(metadata.at(-1)).toMatchObject({ kind: "commit", checksum: release.commit });
  expect(content.length).toBeGreaterThan(0);
});

test("each release is the child of the one before", () => {
  expect(catalogue.releases.map((release) => release.parent)).toEqual([undefined, first.commit, second.commit, third.commit]);
});

test("the good releases differ in packages, files and defaults", () => {
  const early = diffPackages(first.packages, second.packages);
  const late = diffPackages(second.packages, third.packages);
  for (const diff of [early, late]) {
    expect(diff.upgraded.length).toBeGreaterThan(10);
    expect(diff.downgraded).toEqual([]);
    expect(diff.removed.length).toBeGreaterThan(0);
    expect(diff.added.length).toBeGreaterThan(0);
  }
  expect(first.kernel).toBe(second.kernel);
  expect(third.kernel).not.toBe(second.kernel);
  const defaults = (list: readonly string[]) => list.filter((path) => path.startsWith("/usr/etc/"));
  expect(defaults(treeDiff(first.tree, second.tree).modified)).toEqual(["/usr/etc/chrony.conf"]);
  const changes = treeDiff(second.tree, third.tree);
  expect(defaults(changes.modified)).toEqual(["/usr/etc/nanorc"]);
  expect(defaults(changes.removed)).toContain("/usr/etc/filesystems");
  expect(defaults(changes.added)).toContain("/usr/etc/containers/containers.conf.d/50-silverblue.conf");
});

test("the last release cannot boot: local-fs.target requires a disk that is nowhere", () => {
  const link = "/usr/lib/systemd/system/local-fs.target.requires/var-srv-media.mount";
  expect(paths(broken.tree).get(link)).toMatchObject({ kind: "symlink", target: "../var-srv-media.mount" });
  expect(text(paths(broken.tree), "/usr/lib/systemd/system/var-srv-media.mount")).toContain("What=/dev/disk/by-label/media-archive\n");
  for (const good of [first, second, third]) expect(paths(good.tree).has(link)).toBe(false);
});

test("other data is refused", () => {
  expect(() => loadCatalogue({ format: 2 })).toThrow(RangeError);
  expect(() => loadCatalogue("[]")).toThrow(RangeError);
});
