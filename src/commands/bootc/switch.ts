import { parseRefspec } from "../../engines/ostree/origin.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { formatImageReference, imageReference } from "../../engines/ostree/image-reference.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Call, Verb } from "./clap.ts";
import { fetchImage, stageImage } from "./fetch.ts";
import { imageSpec } from "./host.ts";
import { handleSoftReboot, SOFT_REBOOT } from "./soft-reboot.ts";
import { hostNow, inContext, rebootSystem, withStorage, type Storage } from "./storage.ts";
import { QUIET, referenceOf } from "./upgrade.ts";

export function switchImage(host: OstreeHost): Verb {
  return {
    name: "switch",
    about: "Follow another image from the next boot on",
    options: [
      QUIET,
      { name: "apply", help: "Reboot into it at once" },
      SOFT_REBOOT,
      {
        name: "transport",
        argument: "TRANSPORT",
        help: "Where it is: registry, oci, oci-archive, containers-storage … [default: registry]",
        fidelity: "simplified",
      },
      { name: "no-signature-verification", help: "Nothing any more", hidden: true, fidelity: "ignored" },
      { name: "enforce-container-sigpolicy", help: "Only if policy.json asks for signatures by default" },
      { name: "mutate-in-place", help: "Change the origin of what runs", hidden: true, fidelity: "unbuilt" },
      { name: "retain", help: "Keep the reference to what runs" },
    ],
    operands: ["TARGET"],
    run: (call) =>
      inContext(
        "Switching",
        withStorage(call.proc, (storage): Run<ExitStatus> => inContext("Switching (ostree)", run(call, host, storage))),
      ),
  };
}

function* run(call: Call, host: OstreeHost, storage: Storage): Run<ExitStatus> {
  const { proc, sysroot } = storage;
  const signature = call.has("enforce-container-sigpolicy") ? "containerPolicy" : "insecure";
  const target = imageReference(call.value("transport") ?? "registry", call.operands[0] ?? "", signature);
  const { state, host: before } = hostNow(sysroot);
  const current = before.spec.image;
  if (current && formatImageReference(referenceOf(current)) === formatImageReference(referenceOf(imageSpec(target)))) {
    yield* proc.print("Image specification is unchanged.\n");
    if (call.has("apply") && before.status.staged) yield* rebootSystem(proc);
    return 0;
  }
  const fetched = yield* fetchImage(proc, host, sysroot, target, call.has("quiet"));
  const refspec = state.booted?.origin?.get("origin", "refspec");
  if (!call.has("retain") && refspec !== undefined && parseRefspec(refspec).remote !== undefined)
    sysroot.openRepository().deleteRef(refspec);
  yield* stageImage(proc, host, sysroot, target, fetched, false);
  yield* handleSoftReboot(call, storage, "staged");
  if (call.has("apply")) yield* rebootSystem(proc);
  return 0;
}
