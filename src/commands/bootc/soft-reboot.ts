/** `--soft-reboot`: the restart that follows keeps the kernel. Source: bootc-dev/bootc:crates/lib/src/cli.rs (handle_soft_reboot). */
import { OstreeError } from "../../engines/ostree/errors.ts";
import { prepareSoftReboot } from "../../engines/ostree/soft-reboot.ts";
import type { Run } from "../../machine/program.ts";
import type { Call, ClapOption } from "./clap.ts";
import { slotsOf } from "./host.ts";
import { hostNow, inContext, type Storage } from "./storage.ts";

export const SOFT_REBOOT: ClapOption = {
  name: "soft-reboot",
  argument: "SOFT_REBOOT",
  help: "Restart only what is above the kernel, if that can be",
  values: ["required", "auto"],
};

/** Does nothing unless it was asked for. Throws `OstreeError` when it is required and cannot be. */
export function* handleSoftReboot(call: Call, storage: Storage, slot: "staged" | "rollback"): Run<void> {
  const handling = inContext("Handling soft reboot", handle(call, storage, slot));
  yield* slot === "staged" ? inContext("Handling staged soft reboot", handling) : handling;
}

function* handle(call: Call, { proc, sysroot }: Storage, slot: "staged" | "rollback"): Run<void> {
  const mode = call.value("soft-reboot");
  if (mode === undefined) return;
  const { state, host } = hostNow(sysroot);
  const deployment = slotsOf(state)[slot];
  if (deployment === undefined || host.status[slot]?.softRebootCapable !== true) {
    if (mode === "auto") return;
    throw new OstreeError(`Soft reboot was required but ${slot} deployment is not soft-reboot capable`);
  }
  const name = slot === "staged" ? "Staged" : "Rollback";
  yield* proc.print(`${name} deployment is soft-reboot capable, preparing for soft-reboot...\n`);
  prepareSoftReboot(sysroot, deployment);
}
