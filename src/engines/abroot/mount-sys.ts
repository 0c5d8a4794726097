/** Puts the running system together at boot: `abroot mount-sys`. Source: Vanilla-OS/ABRoot:cmd/mount-sys.go. */
import { readTextIfThere } from "../../machine/read-text.ts";
import type { Sys } from "../../vfs/sys.ts";
import { O } from "../../vfs/types.ts";
import { makeDirectories, writeFile } from "./files.ts";
import { repairRoot } from "./integrity.ts";
import type { Slot } from "./roots.ts";

const SYSTEM_MOUNTS = ["/", "/var", "/usr", "/etc"];

/** `root`: where the slot's file system is mounted, read-only still; `variable`: the device with /var. Throws SysError. */
export function mountSystem(sys: Sys, root: string, slot: Slot, variable: string): void {
  sys.mount({ source: "none", target: root, flags: ["remount", "rw"] });
  sys.mount({ source: variable, target: `${root}/var`, fstype: "auto", flags: ["rw"], lifetime: "machine" });
  repairRoot(sys, root);
  const upper = `${root}/var/lib/abroot/etc/${slot.label}`;
  for (const directory of [upper, `${upper}-work`]) makeDirectories(sys, directory);
  inRoot(sys, root, () => mountEtc(sys, slot));
  adjustFstab(sys, `${root}/etc/fstab`, slot);
  sys.mount({ source: `${root}/usr`, target: `${root}/usr`, flags: ["bind"], lifetime: "image" });
  sys.mount({ source: "none", target: `${root}/usr`, flags: ["remount", "bind", "ro"] });
  sys.mount({ source: "tmpfs", target: `${root}/tmp`, fstype: "tmpfs", flags: ["nosuid", "nodev"], data: "mode=1777", lifetime: "boot" });
}

function mountEtc(sys: Sys, { label }: Slot): void {
  const upper = `/var/lib/abroot/etc/${label}`;
  sys.mount({
    source: "overlay",
    target: "/etc",
    fstype: "overlay",
    flags: [],
    data: `lowerdir=/etc,upperdir=${upper},workdir=${upper}-work`,
    lifetime: "deployment",
  });
}

/** Makes `call` with `root` as the root directory, as the mounts' options name paths; afterwards it is what it was. */
function inRoot(sys: Sys, root: string, call: () => void): void {
  const before = sys.open("/", O.RDONLY | O.DIRECTORY);
  sys.chroot(root);
  try {
    call();
  } finally {
    sys.fchdir(before);
    sys.chroot(".");
    sys.chdir("/");
    sys.close(before);
  }
}

/** The rest, once everything else is mounted below it: the root itself becomes read-only, as the line in fstab wants it. */
export function sealRoot(sys: Sys): void {
  sys.mount({ source: "none", target: "/", flags: ["remount", "bind", "ro"] });
}

/** The root's line is that of this slot; nothing is written where it is already. */
function adjustFstab(sys: Sys, path: string, { uuid }: Slot): void {
  const before = readTextIfThere(sys, path) ?? "";
  const lines = before.split("\n").filter((line) => line.startsWith("#") || !SYSTEM_MOUNTS.includes(line.trim().split(/\s+/)[1] ?? ""));
  const after = [`UUID=${uuid} / btrfs ro,defaults 0 0`, ...lines].join("\n");
  if (after === before) return;
  writeFile(sys, `${path}.new`, after);
  sys.renameat2(path, `${path}.new`, "EXCHANGE");
  sys.rename(`${path}.new`, `${path}.old`);
}
