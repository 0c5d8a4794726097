/** Kinoite is Silverblue's machine with other data. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { loadCatalogue } from "../../image/catalogue.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import { Rig } from "../silverblue/rig.fixture.ts";
import { KINOITE } from "./kinoite.ts";

const SILVERBLUE_RELEASES = readFileSync(new URL("../../image/silverblue.manifest.json", import.meta.url));
const catalogue = loadCatalogue(readFileSync(new URL("../../image/kinoite.manifest.json", import.meta.url)));

test("it boots, knows its own branch, and upgrades along it", { timeout: 120_000 }, () => {
  const rig = Rig.make({ catalogue, product: KINOITE }).boot();
  expect(rig.ask("rpm-ostree status").match(/fedora:fedora\/43\/x86_64\/kinoite$/gm)).toHaveLength(2);
  rig.ask("rpm-ostree upgrade");
  rig.reboot();
  expect(readTextIfThere(rig.machine.inspect(), "/etc/os-release")).toContain('PRETTY_NAME="Fedora Linux 43.20260112.0 (Kinoite)"\n');
});

const DEPLOYMENTS = "/sysroot/ostree/deploy/fedora/deploy";

describe("from Silverblue and back", { timeout: 240_000 }, () => {
  const rig = Rig.make({ catalogue: loadCatalogue(SILVERBLUE_RELEASES) }).boot();
  const name = (): string | undefined =>
    /PRETTY_NAME=".*\((.*)\)"/.exec(readTextIfThere(rig.machine.inspect(), "/etc/os-release") ?? "")?.[1];

  test("the branch is one of the remote's", () => {
    expect(rig.ask("ostree remote refs fedora")).toContain("fedora:fedora/43/x86_64/kinoite\n");
  });

  test("rebased", () => {
    const said = rig.ask("rpm-ostree rebase fedora:fedora/43/x86_64/kinoite");
    expect(said).toMatch(/^Removed:\n(?: {2}.*\n)* {2}gnome-shell-49[^]*^Added:\n(?: {2}.*\n)* {2}plasma-desktop-6/m);
    rig.reboot();
    expect(name()).toBe("Kinoite");
    expect(rig.ask("rpm-ostree status -b")).toContain("● fedora:fedora/43/x86_64/kinoite\n");
    const units = rig
      .ask("ls /usr/lib/systemd/system/gdm.service /usr/lib/systemd/system/sddm.service")
      .replaceAll("/usr/lib/systemd/system/", "");
    expect(units).toBe("ls: cannot access 'gdm.service': No such file or directory\nsddm.service\n");
  });

  test("what both have is one object, and the repository is whole", () => {
    expect(rig.ask("sudo ostree fsck")).toContain("no errors found");
    const sys = rig.machine.inspect();
    const roots = sys.readdir(DEPLOYMENTS).filter(({ type }) => type === "dir");
    const inodes = (path: string): number => new Set(roots.map(({ name }) => sys.stat(`${DEPLOYMENTS}/${name}/usr/${path}`).ino)).size;
    expect([roots.length, inodes("bin/bash"), inodes("lib/os-release")]).toEqual([2, 1, 2]);
  });

  test("rolled back", () => {
    rig.ask("rpm-ostree rollback");
    rig.reboot();
    expect(name()).toBe("Silverblue");
    rig.ask("rpm-ostree rollback");
    rig.reboot();
    expect(name()).toBe("Kinoite");
  });

  test("rebased back: Kinoite's objects go when its last deployment does", () => {
    rig.ask("rpm-ostree rebase fedora:fedora/43/x86_64/silverblue");
    rig.reboot();
    expect(name()).toBe("Silverblue");
    expect(rig.ask("sudo ostree refs")).not.toContain("kinoite");
    expect(rig.ask("rpm-ostree cleanup -r")).toContain("deployment count change: -1");
    expect(rig.ask("ostree refs")).toBe("fedora:fedora/43/x86_64/silverblue\nostree/0/1/0\n");
    expect(rig.ask("ls /sysroot/ostree/repo/objects -R").match(/\.commit$/gm)).toHaveLength(1);
    expect(rig.ask("sudo ostree prune --refs-only")).toContain("No unreachable objects");
    expect(rig.ask("sudo ostree fsck")).toContain("no errors found");
  });
});
