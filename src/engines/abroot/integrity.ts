/** What every root must have, whatever an image brings. Source: Vanilla-OS/ABRoot:core/integrity.go. */
import type { Sys } from "../../vfs/sys.ts";
import { lstat, makeDirectories, removeAll } from "./files.ts";

export const LINKS: readonly (readonly [path: string, target: string])[] = [
  ["/media", "run/media"],
  ["/bin", "usr/bin"],
  ["/lib", "usr/lib"],
  ["/lib64", "usr/lib64"],
  ["/sbin", "usr/sbin"],
  ["/home", "var/home"],
  ["/mnt", "var/mnt"],
  ["/opt", "var/opt"],
  ["/root", "var/root"],
  ["/srv", "var/srv"],
  ["/usr/local", "../var/usrlocal"],
];

const DIRECTORIES = ["boot", "dev", "part-future", "proc", "run", "sys", "tmp", "var"];
const IN_VAR = ["home", "mnt", "opt", "root", "srv", "usrlocal"];

/** Puts right what is missing below `root`. */
export function repairRoot(sys: Sys, root: string): void {
  for (const [path, target] of LINKS) {
    const found = lstat(sys, root + path);
    if (found?.type === "symlink" && sys.readlink(root + path) === target) continue;
    removeAll(sys, root + path);
    sys.symlink(target, root + path);
  }
  for (const path of [...DIRECTORIES, ...IN_VAR.map((name) => `var/${name}`)]) {
    const found = lstat(sys, `${root}/${path}`);
    if (found?.type === "dir") continue;
    if (found !== undefined) sys.unlink(`${root}/${path}`);
    makeDirectories(sys, `${root}/${path}`);
  }
}
