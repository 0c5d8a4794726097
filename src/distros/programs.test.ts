/** What is in $PATH runs, and what the simulator can run is in the image: in every release. */
import { readFileSync } from "node:fs";
import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { decodeUtf8 } from "../base/utf8.ts";
import { containers } from "../commands/families/containers.ts";
import { layered } from "../commands/families/layered.ts";
import { btrfs } from "../commands/families/btrfs.ts";
import { snapper } from "../commands/families/snapper.ts";
import { namesIn } from "../commands/programs.ts";
import { loadCatalogue } from "../image/catalogue.ts";
import type { SealedDir, SealedNode } from "../vfs/sealed.ts";
import { systemParts } from "./fedora-atomic/parts.ts";
import { userland } from "./userland.ts";

const parts = systemParts();
const known = new Set([...parts.families.keys(), ...userland(parts).shells.keys()]);
const { releases } = loadCatalogue(readFileSync(new URL("../image/silverblue.manifest.json", import.meta.url)));

/** What only a package of the repositories brings. */
const inRepositories = new Set([...namesIn(layered), ...[...namesIn(containers)].filter((name) => name.startsWith("distrobox"))]);

/** What only a system of another kind has. */
const onOthers = [...namesIn(btrfs), ...namesIn(snapper)];

/** The node at `path`, links followed. */
function find(root: SealedDir, path: string): SealedNode | undefined {
  let node: SealedNode | undefined = root;
  let at = "/";
  for (const name of path.split("/").filter((part) => part !== "")) {
    if (node?.kind !== "dir") return undefined;
    node = node.entries.get(name);
    if (node?.kind === "symlink")
      return find(root, posix.resolve(at, node.target, ...path.slice(posix.join(at, name).length + 1).split("/")));
    at = posix.join(at, name);
  }
  return node;
}

/** Which program a file is: its stand-in's name, or that of the interpreter of a script. */
function programAt(root: SealedDir, path: string): string | undefined {
  const node = find(root, path);
  if (node?.kind !== "file" || (node.mode & 0o111) === 0) return undefined;
  const text = decodeUtf8(node.bytes());
  const interpreter = /^#! *(\S+)/.exec(text)?.[1];
  return interpreter === undefined ? /^\u007fELF\nprogram=(.*)$/m.exec(text)?.[1] : programAt(root, interpreter);
}

describe.each(releases.map(({ version, tree }) => [version, tree.root] as const))("%s", (_, root) => {
  const bin = find(root, "/usr/bin");
  const names = bin?.kind === "dir" ? [...bin.entries.keys()] : [];

  test("everything in /usr/bin has a program behind it", () => {
    expect(names.length).toBeGreaterThan(100);
    expect(names.filter((name) => !known.has(programAt(root, `/usr/bin/${name}`) ?? ""))).toEqual([]);
  });

  test("every program of the simulator is there under its name", () => {
    // systemd itself is no command: in $PATH it is called init. The greeting of a container's image is in that image.
    const elsewhere = ["systemd", "podman_hello_world", ...inRepositories, ...onOthers];
    const wanted = [...known].filter((name) => !elsewhere.includes(name));
    expect(wanted.filter((name) => !names.includes(name))).toEqual([]);
    expect(programAt(root, "/usr/bin/init")).toBe("systemd");
  });
});
