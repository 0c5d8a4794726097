/** How the core is kept read-only in each flavour, and what an unlock changes about it (recorded: ro-*, ov-unlock-*). */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { loadCatalogue } from "../../image/catalogue.ts";
import { Rig } from "./rig.fixture.ts";

const catalogue = loadCatalogue(readFileSync(new URL("../../image/silverblue.manifest.json", import.meta.url)));
const EROFS = "Read-only file system\n";

/** "TARGET TYPE OPTION LIFETIME" of the mounts at `target`, lowest first. */
function mountsAt(rig: Rig, target: string): string[] {
  return rig
    .ask("mounted")
    .split("\n")
    .filter((line) => line.startsWith(`${target} `))
    .map((line) => line.slice(target.length + 1));
}

test("composefs: one read-only superblock for everything", { timeout: 60_000 }, () => {
  const rig = Rig.make({ catalogue }).boot();
  expect(mountsAt(rig, "/")).toEqual(["overlay ro image"]);
  expect(mountsAt(rig, "/usr")).toEqual([]);
  expect(mountsAt(rig, "/etc")).toEqual(["btrfs rw deployment"]);
  expect(mountsAt(rig, "/var")).toEqual(["btrfs rw machine"]);
  expect(mountsAt(rig, "/sysroot")).toEqual(["btrfs ro machine"]);
  for (const line of ["put /usr/bin/x a", "sudo put /usr/bin/x a", "put /usr/bin/ls a", "sudo directory /data", "sudo put /sysroot/x a"]) {
    expect(`${line}: ${rig.ask(line)}`).toBe(`${line}: ${EROFS}`);
  }
  rig.ask("sudo ostree admin unlock");
  expect(mountsAt(rig, "/usr")).toEqual(["overlay rw boot"]);
  expect(rig.ask("sudo put /usr/bin/x a")).toBe("");
  expect(rig.ask("put /usr/bin/y a")).toBe("Permission denied\n");
  expect(rig.ask("sudo directory /data")).toBe(EROFS);
  expect(rig.ask("sudo ostree admin unlock").replaceAll(/\x1b\[[\d;]*m/g, "")).toBe(
    "error: Deployment is already in unlocked state: development\n",
  );
  rig.reboot();
  expect(mountsAt(rig, "/usr")).toEqual([]);
  expect(rig.ask("get /usr/bin/x")).toBe("No such file or directory\n");
  expect(rig.ask("names /var/tmp")).toBe("\n");
});

test("without composefs: a read-only bind on /usr, an immutable root directory", { timeout: 60_000 }, () => {
  const rig = Rig.make({ catalogue, flavour: "classic" }).boot();
  expect(mountsAt(rig, "/")).toEqual(["btrfs rw deployment"]);
  expect(mountsAt(rig, "/usr")).toEqual(["btrfs ro image"]);
  expect(rig.ask("sudo put /usr/bin/x a")).toBe(EROFS);
  expect(rig.ask("sudo directory /data")).toBe("Operation not permitted\n");
  rig.ask("sudo ostree admin unlock");
  expect(mountsAt(rig, "/usr")).toEqual(["btrfs ro image", "overlay rw boot"]);
  // The unlock also takes the immutable flag away, for good; what is made in / is not in the overlay.
  expect(rig.ask("sudo directory /data")).toBe("");
  rig.reboot();
  expect(rig.ask("names /data")).toBe("\n");
  expect(rig.ask("sudo directory /more")).toBe("");
});

test("a hotfix outlives reboots and keeps a way back", { timeout: 60_000 }, () => {
  const rig = Rig.make({ catalogue }).boot();
  rig.ask("sudo ostree admin unlock --hotfix");
  rig.ask("sudo put /usr/share/fixed yes");
  rig.reboot();
  expect(mountsAt(rig, "/usr")).toEqual(["overlay rw deployment"]);
  expect(rig.ask("get /usr/share/fixed")).toBe("yes\n");
  rig.rebootInto(1);
  expect(rig.ask("get /usr/share/fixed")).toBe("No such file or directory\n");
});

test("the flavour is a kernel argument and goes with every new deployment", { timeout: 60_000 }, () => {
  const rig = Rig.make({ catalogue, flavour: "classic" }).boot();
  rig.ask("rpm-ostree upgrade");
  rig.reboot();
  expect(rig.ask("get /proc/cmdline")).toMatch(/ ostree\.prepare-root\.composefs=0/);
  rig.ask("rpm-ostree kargs --delete=ostree.prepare-root.composefs=0");
  rig.reboot();
  expect(mountsAt(rig, "/")).toEqual(["overlay ro image"]);
});

test("the root of a commit that was made here is mounted as any other", { timeout: 60_000 }, () => {
  const rig = Rig.make({ catalogue }).boot();
  const root = rig.ask("findmnt -n /");
  expect(root).toMatch(/^\/ +composefs overlay ro,.*lowerdir\+=\/run\/ostree\/\.private\/cfsroot-lower,datadir\+=/);
  rig.ask("rpm-ostree install htop");
  rig.reboot();
  expect(rig.ask("htop --version")).toMatch(/htop/);
  expect(rig.ask("findmnt -n /")).toBe(root);
  expect(rig.ask("sudo put /data a")).toBe(EROFS);
});
