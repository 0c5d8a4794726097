/** Mount units: what mount(8) would do for them. */
import { isSysError } from "../../vfs/errno.ts";
import type { Lifetime } from "../../vfs/types.ts";
import type { KernelProcess } from "../kernel-process.ts";
import type { Unit } from "./unit.ts";
import { unitPath } from "./unit-name.ts";

const FLAGS = new Set(["ro", "rw", "bind", "rbind", "nosuid", "nodev", "noexec", "noatime", "relatime", "nodiratime", "sync", "dirsync"]);
/** Words of fstab that are for others than the kernel. */
const IGNORED = new Set(["defaults", "auto", "noauto", "nofail", "user", "users", "_netdev", "suid", "dev", "exec"]);

/** Mounts; the mount point is made when it is missing. Undefined when it worked, else the reason in mount(8)'s words. */
export function mountUnit(init: KernelProcess, unit: Unit): string | undefined {
  const target = unit.sections.last("Mount", "Where") ?? unitPath(unit.name);
  const source = unit.sections.last("Mount", "What") ?? "none";
  const fstype = unit.sections.last("Mount", "Type") ?? "auto";
  const words = unit.sections.all("Mount", "Options").flatMap((options) => options.split(","));
  const data = words.filter((word) => !FLAGS.has(word) && !IGNORED.has(word) && !word.startsWith("x-")).join(",");
  const { sys } = init;
  try {
    makeMountPoint(init, target);
    sys.mount({
      source: source.startsWith("/dev/") ? sys.realpath(source) : source,
      target,
      fstype,
      flags: words.filter((word) => FLAGS.has(word)),
      ...(data === "" ? {} : { data }),
      lifetime: lifetimeOf(fstype),
    });
    return undefined;
  } catch (error) {
    if (!isSysError(error)) throw error;
    switch (error.errno) {
      case "ENODEV":
        return `unknown filesystem type '${fstype}'.`;
      case "ENOENT":
        return error.path === target ? "mount point does not exist." : `special device ${source} does not exist.`;
      case "EINVAL":
        return `wrong fs type, bad option, bad superblock on ${source}, missing codepage or helper program, or other error.`;
      default:
        return `${error.text}.`;
    }
  }
}

/** Undefined when it worked. */
export function unmountUnit(init: KernelProcess, unit: Unit): string | undefined {
  try {
    init.sys.umount(unit.sections.last("Mount", "Where") ?? unitPath(unit.name));
    return undefined;
  } catch (error) {
    if (!isSysError(error)) throw error;
    return error.errno === "EBUSY" ? "target is busy." : `${error.text}.`;
  }
}

function makeMountPoint(init: KernelProcess, target: string): void {
  const parts = target.split("/").filter((part) => part !== "");
  for (let i = 1; i <= parts.length; i++) {
    const path = `/${parts.slice(0, i).join("/")}`;
    try {
      init.sys.mkdir(path, 0o755);
    } catch (error) {
      if (!isSysError(error)) throw error;
      if (error.errno !== "EEXIST" && i === parts.length) throw error;
    }
  }
}

function lifetimeOf(fstype: string): Lifetime {
  return ["tmpfs", "proc", "sysfs", "devtmpfs", "devpts", "ramfs", "mqueue", "hugetlbfs", "debugfs", "tracefs", "configfs"].includes(fstype)
    ? "boot"
    : "machine";
}
