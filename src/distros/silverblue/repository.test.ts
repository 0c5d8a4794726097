/** `ostree` on the system's own repository, which lies on a read-only mount. Words from oracle recordings of ostree 2025.2. */
import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { loadCatalogue } from "../../image/catalogue.ts";
import { Rig } from "./rig.fixture.ts";

const catalogue = loadCatalogue(readFileSync(new URL("../../image/silverblue.manifest.json", import.meta.url)));
const REF = "fedora:fedora/43/x86_64/silverblue";
const plain = (text: string): string => text.replaceAll(/\x1b\[[\d;]*m/g, "");

let base: Rig;
beforeAll(() => {
  base = Rig.make({ catalogue }).boot();
}, 60_000);

test("a learner sees what a file is that only root may read", () => {
  const rig = base.fork();
  expect(rig.ask(`ostree ls ${REF} /usr/etc/shadow`)).toMatch(/^-00000 0 0 +\d+ \/usr\/etc\/shadow\n$/);
  expect(plain(rig.ask(`ostree cat ${REF} /usr/etc/shadow`))).toMatch(
    /^error: Opening content object [0-9a-f]{64}: openat: Permission denied\n$/,
  );
});

test("root changes refs and settings, though nothing else gets to write there", () => {
  const rig = base.fork();
  expect(plain(rig.ask(`ostree refs --create=kept ${REF}`))).toContain("Read-only file system\n");
  expect(rig.ask(`sudo ostree refs --create=kept ${REF}`)).toBe("");
  expect(rig.ask("ostree refs").split("\n")).toContain("kept");
  expect(rig.ask("sudo directory /sysroot/mine")).toBe("Read-only file system\n");
});

test("a new remote is a file of remotes.d, and deleting one removes its file", () => {
  const rig = base.fork();
  expect(rig.ask("sudo ostree remote add --no-gpg-verify mine https://example.com")).toBe("");
  expect(rig.ask("get /etc/ostree/remotes.d/mine.conf")).toBe('[remote "mine"]\nurl=https://example.com\ngpg-verify=false\n');
  expect(plain(rig.ask("sudo ostree remote add mine https://example.org"))).toBe(
    'error: Remote configuration for "mine" already exists: /etc/ostree/remotes.d/mine.conf\n',
  );
  rig.ask("sudo ostree remote delete fedora");
  expect(rig.ask("names /etc/ostree/remotes.d")).toBe("mine.conf\n");
  expect(plain(rig.ask("sudo ostree remote delete fedora"))).toBe('error: Remote "fedora" not found\n');
  expect(plain(rig.ask("sudo ostree admin upgrade"))).toBe('\u001b7\nerror: Remote "fedora" not found\n');
});
