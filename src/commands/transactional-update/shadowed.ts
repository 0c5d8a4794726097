/** Files that a package put under a mount point: nobody will see them. */
import { lstat } from "../../engines/snapper/files.ts";
import { parseFstab } from "../util-linux/mounts.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import { TICK, type Run } from "../../machine/program.ts";
import type { Sys } from "../../vfs/sys.ts";
import { compareTimestamps, type Timestamp } from "../../base/timestamp.ts";

/** What may be written there all the same. */
const HARMLESS = ["/var/lib/YaST2/cookies", "/var/lib/rpm", "/var/lib/systemd/migrated", "/var/run/zypp.pid"];

/** Below the snapshot at `root`, changed after `since`. */
export function* shadowedFiles(sys: Sys, root: string, since: Timestamp): Run<string[]> {
  const targets = parseFstab(readTextIfThere(sys, `${root}/etc/fstab`) ?? "").map(({ target }) => target);
  const found = new Set<string>();
  const { dev } = sys.stat(root);
  const waiting = targets.filter((target) => /^\/.+/.test(target) && target !== "/etc").map((target) => root + target);
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const stat = lstat(sys, path);
    if (stat?.dev !== dev) continue;
    if (stat.type === "dir") for (const { name } of sys.readdir(path)) waiting.push(`${path}/${name}`);
    else if (compareTimestamps(stat.ctime, since) > 0 && !HARMLESS.some((known) => path.startsWith(root + known))) found.add(path);
    yield TICK;
  }
  return [...found].sort();
}
