/**
 * What an instructor's faults do to the machine itself, as a process of root's does it. Nothing in here is pretended: whoever looks finds
 * the file or the process.
 */
import { makeDirectories, parentOf, replaceFile } from "../../engines/ostree/files.ts";
import type { Process } from "../../machine/process.ts";
import type { Program } from "../../machine/program.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import { isSysError } from "../../vfs/errno.ts";
import { fillDisk } from "../fill-disk.ts";

/** Arguments: a fault and `on` or `off`. */
export const sabotage: Program = function* (proc) {
  const [, fault = "", state] = proc.argv;
  try {
    if (fault === "disk-nearly-full") fillDisk(proc.sys, state === "on");
    else if (fault === "failing-health-check") failHealthCheck(proc, state === "on");
    yield* proc.tick();
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
  return 0;
};

/** Administrators put their own checks here: /usr/local is every snapshot's. */
const CHECK = "/usr/local/libexec/health-checker/60-till.sh";

/** The machine is certified for what runs now; the next release is not. */
function failHealthCheck({ sys }: Process, on: boolean): void {
  if (!on) return sys.unlink(CHECK);
  const version = /^VERSION_ID="?([^"\n]*)/m.exec(readTextIfThere(sys, "/etc/os-release") ?? "")?.[1] ?? "";
  makeDirectories(sys, parentOf(CHECK));
  replaceFile(sys, CHECK, checkScript(version));
  sys.chmod(CHECK, 0o755);
}

function checkScript(version: string): string {
  return `#!/bin/bash
# The till's software was tested with one release of the system and no other.
[ "$1" = check ] || exit 0
. /etc/os-release
if [ "$VERSION_ID" != "${version}" ]; then
  echo "till: not tested with $VERSION_ID"
  exit 1
fi
`;
}
