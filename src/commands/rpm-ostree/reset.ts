import type { OstreeHost } from "../../engines/ostree/host.ts";
import { layeringOf, setLayering } from "../../engines/ostree/layer-origin.ts";
import type { KeyFile } from "../../engines/ostree/keyfile.ts";
import { Misuse, type Verb } from "../ostree/goption.ts";
import { GLOBAL_OPTIONS, LOCK_FINALIZATION, REBOOT, STATEROOT } from "./options.ts";
import { commandLine, finish, QUEUED_HINT, watchDefault } from "./outcome.ts";
import { editPackages, editsOf, INSTALL, UNINSTALL } from "./package-edits.ts";
import { requireBootedSystem, transact } from "./transaction.ts";
import { updateDeployment } from "./update-deployment.ts";

/** What each option takes out of the origin: groups, or keys of one. */
const MUTATIONS: readonly { readonly option: string; readonly group: string; readonly keys?: readonly string[] }[] = [
  { option: "overlays", group: "packages" },
  { option: "overrides", group: "overrides" },
  { option: "initramfs", group: "rpmostree", keys: ["regenerate-initramfs", "initramfs-args", "initramfs-etc"] },
];

export function reset(host: OstreeHost): Verb {
  return {
    name: "reset",
    about: "Remove all mutations",
    options: [
      STATEROOT,
      { ...REBOOT, help: "Initiate a reboot after transaction is complete" },
      { name: "overlays", short: "l", help: "Remove all overlayed packages" },
      { name: "overrides", short: "o", help: "Remove all overrides" },
      { name: "initramfs", short: "i", help: "Stop regenerating initramfs or tracking files" },
      LOCK_FINALIZATION,
      INSTALL,
      UNINSTALL,
      ...GLOBAL_OPTIONS,
    ],
    *run(call) {
      const { proc, options } = call;
      if (options.operands.length > 0) throw new Misuse("usage error: Too few or too many arguments", false);
      requireBootedSystem(proc);
      const isNamed = MUTATIONS.some(({ option }) => options.has(option));
      const wanted = MUTATIONS.filter(({ option }) => !isNamed || options.has(option));
      const before = watchDefault(proc);
      const edits = yield* editsOf(call, host);
      const outcome = yield* transact(proc, { method: "UpdateDeployment", action: "override", title: commandLine(call) }, (transaction) =>
        updateDeployment(transaction, host, {
          keepBase: true,
          cacheOnly: true,
          isLocked: options.has("lock-finalization"),
          *edit(origin, base) {
            const isTaken = wanted.map(({ group, keys }) => take(origin, group, keys)).includes(true);
            const isEdited = yield* editPackages(transaction, host, origin, base, edits);
            if (!isEdited) setLayering(origin, layeringOf(origin));
            return isTaken || isEdited;
          },
        }),
      );
      return yield* finish(call, host, { before, hint: QUEUED_HINT, reboots: options.has("reboot") && outcome === "deployed" });
    },
  };
}

/** Whether there was anything. */
function take(origin: KeyFile, group: string, keys: readonly string[] = origin.keys(group)): boolean {
  const found = keys.filter((key) => origin.has(group, key));
  for (const key of found) origin.remove(group, key);
  if (origin.keys(group).length === 0) origin.remove(group);
  return found.length > 0;
}
