import { OstreeError } from "../../engines/ostree/errors.ts";
import { unlockStaged } from "../../engines/ostree/sysroot.ts";
import { managerOf } from "../../machine/systemd/manager.ts";
import { Misuse, type Verb } from "../ostree/goption.ts";
import { baseOf } from "./change.ts";
import { GLOBAL_OPTIONS, STATEROOT } from "./options.ts";
import { commandLine } from "./outcome.ts";
import { rebootSystem } from "./reboot.ts";
import { requireBootedSystem, transact } from "./transaction.ts";

/** Lets a deployment that was staged with `--lock-finalization` count, and restarts into it. */
export const finalizeDeployment: Verb = {
  name: "finalize-deployment",
  operands: "CHECKSUM",
  about: "Unset the finalization locking state of the staged deployment and reboot",
  options: [
    STATEROOT,
    { name: "allow-missing-checksum", help: "Don't error out if no expected checksum is provided" },
    { name: "allow-unlocked", help: "Don't error out if staged deployment wasn't locked" },
    ...GLOBAL_OPTIONS,
  ],
  *run(call) {
    const { proc, options } = call;
    const [expected, ...more] = options.operands;
    const isAnyAllowed = options.has("allow-missing-checksum");
    if (more.length > 0) throw new Misuse("usage error: Too many arguments passed", false);
    if (expected === undefined && !isAnyAllowed) {
      throw new Misuse("usage error: Must provide expected CHECKSUM or --allow-missing-checksum", false);
    }
    if (expected !== undefined && isAnyAllowed) {
      throw new Misuse("usage error: Cannot specify both CHECKSUM and --allow-missing-checksum", false);
    }
    requireBootedSystem(proc);
    const request = { method: "FinalizeDeployment", action: "finalize-deployment", title: commandLine(call) };
    yield* transact(proc, request, function* (transaction) {
      const { sysroot } = transaction;
      const { sys } = sysroot;
      const staged = sysroot.load().staged?.deployment;
      if (!staged) throw new OstreeError("No pending staged deployment found");
      const base = baseOf(sysroot, staged);
      if (expected !== undefined && expected !== base) {
        throw new OstreeError(`Expected staged base checksum ${expected}, but found ${base}`);
      }
      if (staged.isFinalizationLocked) unlockStaged(sys);
      else if (!options.has("allow-unlocked")) throw new OstreeError("Staged deployment already unlocked");
      managerOf(proc.kernel)?.journal.log({
        identifier: "rpm-ostree",
        unit: "rpm-ostreed.service",
        message: `Finalized deployment; rebooting into ${base}`,
      });
      yield* transaction.proc.tick();
    });
    yield* rebootSystem(proc);
    return 0;
  },
};
