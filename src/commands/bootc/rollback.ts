import { cleanup } from "../../engines/ostree/cleanup.ts";
import { imageOfCommit } from "../../engines/ostree/image-info.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { bootId, drive, watchNothing } from "../../engines/ostree/process.ts";
import { writeDeployments } from "../../engines/ostree/write-deployments.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Call, Verb } from "./clap.ts";
import { writeRebootRequired } from "./fetch.ts";
import { slotsOf } from "./host.ts";
import { handleSoftReboot, SOFT_REBOOT } from "./soft-reboot.ts";
import { hostNow, inContext, rebootSystem, withStorage, type Storage } from "./storage.ts";

export function rollback(host: OstreeHost): Verb {
  return {
    name: "rollback",
    about: "Let the next boot take what ran before; done twice, what runs now",
    options: [{ name: "apply", help: "Reboot into it at once" }, SOFT_REBOOT],
    run: (call) =>
      inContext(
        "Rollback",
        withStorage(call.proc, function* (storage): Run<ExitStatus> {
          yield* inContext("Rollback (ostree)", swapAndPrepare(call, storage, host));
          if (call.has("apply")) yield* rebootSystem(storage.proc);
          return 0;
        }),
      ),
  };
}

function* swapAndPrepare(call: Call, storage: Storage, host: OstreeHost): Run<void> {
  yield* swapOrder(storage, host);
  yield* handleSoftReboot(call, storage, "rollback");
}

/** What is staged is given up. Throws `OstreeError` where there is no way back. */
export function* swapOrder({ proc, sysroot }: Storage, host: OstreeHost): Run<void> {
  const { state } = hostNow(sysroot);
  const { booted, rollback: target, other, isRollbackQueued: reverting } = slotsOf(state);
  if (reverting) yield* proc.print("notice: Reverting queued rollback state\n");
  if (!booted || !target) throw new OstreeError("No rollback available");
  const image = imageOfCommit(sysroot.openRepository().commit(target.checksum));
  if (!image) throw new OstreeError("Rollback is not container image based");
  const list = [...(reverting ? [booted, target] : [target, booted]), ...other];
  yield* drive(proc, writeDeployments(sysroot, state, list), watchNothing);
  yield* drive(proc, cleanup(sysroot, { bootId: bootId(proc.sys), catalogue: host.catalogue }), watchNothing);
  yield* proc.print(reverting ? "Next boot: current deployment\n" : "Next boot: rollback deployment\n");
  writeRebootRequired(proc, image.digest);
}
