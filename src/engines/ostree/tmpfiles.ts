/** Directories and links of tmpfiles.d(5): the `d` and `L` lines, which are made where there is nothing. */
import { readAccounts } from "../../machine/users.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import { listDirectory, lstat, makeDirectories, parentOf } from "./files.ts";

const DIRECTORY = "/usr/lib/tmpfiles.d";

/** As `systemd-tmpfiles --create` for /var, /run and /opt. What cannot be made is left. */
export function makeTmpfiles(sys: Sys): void {
  for (const { name } of listDirectory(sys, DIRECTORY)) {
    if (!name.endsWith(".conf")) continue;
    for (const line of (readTextIfThere(sys, `${DIRECTORY}/${name}`) ?? "").split("\n")) {
      const [type = "", path = "", mode = "-", user = "-", group = "-", , target = ""] = line.trim().split(/\s+/);
      if (!/^[dL]!?$/.test(type) || path.includes("%") || lstat(sys, path) !== undefined) continue;
      try {
        make(sys, { type: type[0] === "L" ? "link" : "directory", path, mode, user, group, target });
      } catch (error) {
        if (!isSysError(error)) throw error;
      }
    }
  }
}

interface Entry {
  readonly type: "directory" | "link";
  readonly path: string;
  readonly mode: string;
  readonly user: string;
  readonly group: string;
  readonly target: string;
}

function make(sys: Sys, { type, path, mode, user, group, target }: Entry): void {
  makeDirectories(sys, parentOf(path));
  if (type === "link") {
    sys.symlink(target, path);
    return;
  }
  const accounts = readAccounts(sys);
  sys.mkdir(path, 0o755);
  sys.chown(path, user === "-" ? 0 : (accounts.userByName(user)?.uid ?? 0), group === "-" ? 0 : (accounts.groupByName(group)?.gid ?? 0));
  if (mode !== "-") sys.chmod(path, parseInt(mode, 8));
}
