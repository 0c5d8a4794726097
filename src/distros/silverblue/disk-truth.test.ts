/** The disk is the truth: what is changed there by hand is what the tools, the boot menu and the pictures show afterwards. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { replaceFile } from "../../engines/ostree/files.ts";
import { viewsOf } from "../../engines/ostree/views.ts";
import { loadCatalogue } from "../../image/catalogue.ts";
import { objectName } from "../../image/ostree-objects.ts";
import { Machine } from "../../machine/machine.ts";
import { Disk } from "../../vfs/disk.ts";
import { O } from "../../vfs/types.ts";
import { installedObjects, shippedTree } from "../fedora-atomic/objects-tree.ts";
import { FEDORA_KEY } from "../fedora-atomic/remote.ts";
import { Rig } from "./rig.fixture.ts";

const catalogue = loadCatalogue(readFileSync(new URL("../../image/silverblue.manifest.json", import.meta.url)));
const [first, second] = catalogue.releases;
if (!first || !second) throw new Error("two releases are needed");
const plain = (text: string): string => text.replaceAll(/\x1b\[[\d;]*m/g, "");

let base: Rig;
beforeAll(() => {
  base = Rig.make({ catalogue }).boot();
}, 60_000);

/** What the interface sees of a running machine and of the same disk when it is off. */
function views(rig: Rig) {
  return viewsOf(rig.machine.inspect());
}

describe("changes by hand", () => {
  test("an entry that is removed is gone from menu, status and view", () => {
    const rig = base.fork();
    rig.ask("sudo remove /boot/loader/entries/ostree-1.conf");
    expect(rig.status).toBe(0);
    expect(plain(rig.ask("rpm-ostree status"))).not.toContain(first.version);
    expect(views(rig).deployments.map((row) => row.version)).toEqual([second.version]);
    expect(views(rig).bootEntries.map((entry) => entry.file)).toEqual(["ostree-2.conf"]);
    rig.reboot();
    expect(rig.output).not.toContain(`${first.version} (Silverblue)`);
  });

  test("an origin that is edited is what status shows and upgrade follows", () => {
    const rig = base.fork();
    const name = `/ostree/deploy/fedora/deploy/${second.commit}.0.origin`;
    const write = rig.machine.kernel?.process(1)?.sys.fork(0);
    write?.unshareMounts();
    write?.mount({ source: "none", target: "/sysroot", flags: ["remount", "bind", "rw"] });
    if (write) replaceFile(write, name, "[origin]\nrefspec=fedora:fedora/43/x86_64/onyx\n");
    expect(plain(rig.ask("rpm-ostree status"))).toContain("● fedora:fedora/43/x86_64/onyx\n");
    expect(views(rig).deployments[0]?.origin).toBe("fedora:fedora/43/x86_64/onyx");
    expect(plain(rig.ask("rpm-ostree upgrade"))).toContain("No such branch 'fedora/43/x86_64/onyx' in repository summary");
    expect(rig.status).toBe(1);
  });

  test("the loader link decides which set of entries counts", () => {
    const rig = base.fork();
    rig.ask("sudo relink loader.1 /boot/loader");
    // As recorded (os-host-in-the-dark).
    expect(plain(rig.ask("ostree admin status"))).toBe(
      "error: loading sysroot: Unexpected state: /run/ostree-booted found and in / sysroot, but bootloader entry not found\n",
    );
    expect(views(rig)).toEqual({ deployments: [], bootEntries: [] });
    rig.ask("sudo relink loader.0 /boot/loader");
    expect(views(rig).deployments).toHaveLength(2);
  });

  test("one byte of an object that is flipped is found by fsck and seen in /usr", () => {
    const rig = base.fork();
    const file = second.tree.root.entries.get("usr");
    const lib = file?.kind === "dir" ? file.entries.get("lib") : undefined;
    const node = lib?.kind === "dir" ? lib.entries.get("os-release") : undefined;
    if (node?.kind !== "file") throw new Error("no os-release");
    const object = [...second.objectList()].find((each) => each.object === node);
    if (!object) throw new Error("no object of os-release");
    const write = rig.machine.kernel?.process(1)?.sys.fork(0);
    write?.unshareMounts();
    write?.mount({ source: "none", target: "/sysroot", flags: ["remount", "bind", "rw"] });
    const fd = write?.open(`/sysroot/ostree/repo/objects/${objectName(object.checksum, "file")}`, O.WRONLY) ?? -1;
    write?.pwrite(fd, new Uint8Array([0x58]), 0);
    write?.close(fd);
    const said = plain(rig.ask("sudo ostree fsck"));
    expect(said).toContain(
      `fsck content object ${object.checksum}: Corrupted file object; checksum expected='${object.checksum}' actual='`,
    );
    expect(rig.status).toBe(1);
    expect(rig.ask("get /usr/lib/os-release").startsWith("X")).toBe(true);
  });

  test("an undamaged repository passes fsck", { timeout: 60_000 }, () => {
    const rig = base.fork();
    expect(plain(rig.ask("sudo ostree fsck"))).toContain("object fsck of 2 commits completed successfully - no errors found.\n");
    expect(rig.status).toBe(0);
  });
});

describe("a disk alone", () => {
  test("a machine made from the exported disk shows the same and boots", { timeout: 60_000 }, () => {
    const rig = base.fork();
    rig.ask("sudo ostree admin pin 0");
    const exported = JSON.parse(JSON.stringify(rig.machine.disk.export())) as ReturnType<Disk["export"]>;
    const disk = Disk.import(exported, (id) => shippedTree(catalogue, id, FEDORA_KEY));
    const other = new Rig(new Machine(rig.machine.spec, disk)).boot();
    const rows = views(other).deployments;
    expect(rows).toEqual(views(rig).deployments);
    expect(rows[0]?.isPinned).toBe(true);
  });

  test("of a machine that is off the lists come from the partitions", () => {
    const rig = base.fork();
    const running = views(rig).deployments.map((row) => ({ ...row, isBooted: false, isRollback: false }));
    rig.machine.powerCut();
    expect(viewsOf(rig.machine.inspect(), "/sysroot", "/boot").deployments).toEqual(running);
  });
});

test("the repository's objects have the names that their contents give them", { timeout: 60_000 }, () => {
  const tree = installedObjects(catalogue, [first, second], FEDORA_KEY);
  let count = 0;
  for (const fan of tree.root.entries.values()) if (fan.kind === "dir") count += fan.entries.size;
  const names = new Set([...first.objectList(), ...second.objectList()].map((object) => object.name));
  expect(count).toBe(names.size + 2);
});
