/** From the initramfs to the real root, as switch_root(8) and `systemctl switch-root` do it. */
import { isSysError } from "../vfs/errno.ts";
import type { Sys } from "../vfs/sys.ts";
import { exists } from "./read-text.ts";

/** File systems that go along. */
const MOVED = ["/dev", "/proc", "/sys", "/run"];

/** Makes `root` the root directory of pid 1 and of all that come after it. Undefined when it worked, else why not. */
export function switchRoot(sys: Sys, root: string, init: string): string | undefined {
  if (!exists(sys, `${root}/etc/os-release`) && !exists(sys, `${root}/usr/lib/os-release`))
    return `Specified switch root path '${root}' does not seem to be an OS tree. os-release file is missing.`;
  if (!isThereBelow(sys, root, init)) return `Failed to execute ${init}: No such file or directory`;
  for (const directory of MOVED) {
    try {
      sys.mount({ source: directory, target: root + directory, flags: ["move"] });
    } catch (error) {
      if (!isSysError(error)) throw error;
      return `Failed to move mount ${directory} to ${root}${directory}: ${error.text}`;
    }
  }
  sys.chdir(root);
  sys.mount({ source: ".", target: "/", flags: ["move"] });
  sys.chroot(".");
  sys.chdir("/");
  return undefined;
}

/** Whether `path` is there when seen from inside `root`: a link is followed as it would be after the switch. */
function isThereBelow(sys: Sys, root: string, path: string): boolean {
  let current = path;
  for (let hops = 0; hops < 10; hops++) {
    const parts = current.split("/").filter((part) => part !== "");
    let at = "";
    let isLink = false;
    for (const [index, part] of parts.entries()) {
      const next = `${at}/${part}`;
      try {
        if (sys.lstat(root + next).type === "symlink") {
          const target = sys.readlink(root + next);
          current = `${target.startsWith("/") ? "" : at}/${[target, ...parts.slice(index + 1)].join("/")}`;
          isLink = true;
          break;
        }
      } catch (error) {
        if (isSysError(error)) return false;
        throw error;
      }
      at = part === ".." ? at.slice(0, at.lastIndexOf("/")) : next;
    }
    if (!isLink) return true;
  }
  return false;
}
