/** The release that learned it. */
const SOFT_REBOOT_SINCE = "2025.3";

/** ostree-admin(1): the deployments of a machine. Sources: ostreedev/ostree:src/ostree/ot-admin-builtin-*.c; outputs recorded from 2022.7 and 2025.2. */
import { parentOf } from "../../engines/ostree/files.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import { lockSysroot } from "../../engines/ostree/sysroot-lock.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { isSysError } from "../../vfs/errno.ts";
import { SYSROOT, sysrootOf } from "./admin-call.ts";
import { configDiff, setOrigin } from "./admin-config.ts";
import { deploy, switchTo, upgrade } from "./admin-deploy.ts";
import { initFs, osInit, staterootInit } from "./admin-filesystem.ts";
import { bootComplete, finalize, lockFinalization } from "./admin-finalize.ts";
import { instutil, kargs } from "./admin-kargs.ts";
import { cleanup, pin, setDefault, undeploy } from "./admin-list.ts";
import { status } from "./admin-status.ts";
import { unlock } from "./admin-unlock.ts";
import { prepareSoftReboot } from "./admin-soft-reboot.ts";
import { Misuse, unbuilt, VERBOSE, VERSION, type Verb, type VerbGroup } from "./goption.ts";

export function adminGroup(host: OstreeHost): VerbGroup {
  return {
    program: "ostree admin",
    operands: "[OPTION…] --print-current-dir|COMMAND",
    about: "Commands for managing a host system booted with ostree",
    options: [SYSROOT, VERBOSE, VERSION],
    bare: { option: "print-current-dir", verb: PRINT_CURRENT },
    verbs: [
      cleanup(host),
      configDiff,
      deploy(host),
      lockFinalization,
      initFs,
      osInit,
      staterootInit,
      pin,
      unbuilt("post-copy", "Update the repo and deployments as needed after a copy", "listed", { options: [SYSROOT, VERBOSE, VERSION] }),
      setOrigin,
      status(host),
      switchTo(host),
      undeploy(host),
      setDefault(host),
      unlock(host),
      upgrade(host),
      kargs,
      instutil,
      ...(host.version !== undefined && host.version < SOFT_REBOOT_SINCE ? [] : [prepareSoftReboot]),
      unbuilt("impl-prepare-soft-reboot", "Internal command to prepare a soft reboot", "hidden"),
      unbuilt("state-overlay", "Internal command to assemble a state overlay", "hidden", {
        operands: "NAME MOUNTPATH",
        options: [SYSROOT, VERBOSE, VERSION],
      }),
      finalize(host),
      bootComplete,
    ],
  };
}

const PRINT_CURRENT: Verb = {
  name: "admin",
  operands: "--print-current-dir|COMMAND",
  about: "Commands for managing a host system booted with ostree",
  options: [SYSROOT, { name: "print-current-dir", help: "If specified, only print current directory" }, VERBOSE, VERSION],
  *run(call) {
    const sysroot = sysrootOf(call, call.proc);
    const state = sysroot.load();
    if (state.booted) {
      try {
        if (!call.proc.sys.credentials.privileged) yield* lockSysroot(call.proc, sysroot);
        call.proc.sys.access(parentOf(sysroot.deploymentPath(state.booted)), "F");
      } catch (error) {
        if (isSysError(error)) throw new Misuse(error.text, false);
        throw error;
      }
    }
    const [current] = state.deployments;
    if (!current) throw new OstreeError("Unable to find a deployment in sysroot");
    yield* call.proc.print(`${sysroot.deploymentPath(current)}\n`);
    return 0;
  },
};
