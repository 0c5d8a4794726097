/** ostree admin prepare-soft-reboot: which deployment `systemctl soft-reboot` shall enter. */
import { isSameDeployment } from "../../engines/ostree/deployment.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import { canSoftReboot, prepareSoftReboot as prepareSoftRebootOf } from "../../engines/ostree/soft-reboot.ts";
import { NEXT_MARK, NEXT_ROOT } from "../../engines/ostree/sysroot.ts";
import { rebootSystem } from "../rpm-ostree/reboot.ts";
import { deploymentAt, SYSROOT, withSysroot } from "./admin-call.ts";
import { Misuse, VERBOSE, VERSION, type Verb } from "./goption.ts";

/** Source: ostreedev/ostree:src/ostree/ot-admin-builtin-prepare-soft-reboot.c. */
export const prepareSoftReboot: Verb = {
  name: "prepare-soft-reboot",
  operands: "INDEX",
  about: "Prepare soft reboot to deployment INDEX",
  options: [
    SYSROOT,
    { name: "reboot", help: "Also perform the soft reboot" },
    { name: "reset", help: "Undo soft reboot preparation" },
    VERBOSE,
    VERSION,
  ],
  *run(call) {
    const { options } = call;
    const status = yield* withSysroot(call, function* (child, sysroot) {
      const { sys } = child;
      const state = sysroot.load();
      const booted = sysroot.requireBooted(state);
      if (options.has("reset")) {
        if (state.softReboot === undefined) return 0;
        sys.unlink(NEXT_MARK);
        sys.rmdir(NEXT_ROOT);
        return 0;
      }
      const [text] = options.operands;
      if (text === undefined) throw new Misuse("INDEX must be specified");
      const { index, deployment } = deploymentAt(state, text);
      if (isSameDeployment(deployment, booted))
        throw new OstreeError(`Cannot prepare for soft-reboot currently booted deployment ${index}`);
      if (!canSoftReboot(deployment, booted)) throw new OstreeError("Cannot soft-reboot to deployment with different kernel state");
      prepareSoftRebootOf(sysroot, deployment);
      yield* child.tick();
      return 0;
    });
    if (status === 0 && options.has("reboot")) yield* rebootSystem(call.proc);
    return status;
  },
};
