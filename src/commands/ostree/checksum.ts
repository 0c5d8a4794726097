import { checksumDirmeta, checksumFile, checksumSymlink } from "../../image/ostree-objects.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import { readBytes } from "../../engines/ostree/files.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Stat } from "../../vfs/types.ts";
import { VERBOSE, VERSION, type Verb } from "./goption.ts";

export const checksum: Verb = {
  name: "checksum",
  operands: "PATH",
  about: "Checksum a file or directory",
  options: [{ name: "ignore-xattrs", help: "Don't include xattrs in checksum", fidelity: "ignored" }, VERBOSE, VERSION],
  *run({ proc, options }) {
    const path = options.operands[0];
    if (path === undefined) throw new OstreeError("A filename must be given");
    const { sys } = proc;
    let found: Stat;
    try {
      found = sys.lstat(path);
    } catch (error) {
      if (!isSysError(error)) throw error;
      const full = path.startsWith("/") ? path : `${sys.getcwd().replace(/\/$/, "")}/${path}`;
      throw new OstreeError(`Error when getting information for file “${full}”: ${error.text}`);
    }
    const sum =
      found.type === "dir"
        ? checksumDirmeta(found)
        : found.type === "symlink"
          ? checksumSymlink(found, sys.readlink(path))
          : checksumFile(found, readBytes(sys, path));
    yield* proc.print(`${sum}\n`);
    return 0;
  },
};
