import { OstreeError } from "../../engines/ostree/errors.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Verb } from "../ostree/goption.ts";
import { checkForUpdate, rememberStaged } from "./available.ts";
import { automaticUpdatePolicy } from "./daemon-config.ts";
import { BYPASS_DRIVER, CACHE_ONLY, DOWNLOAD_ONLY, GLOBAL_OPTIONS, LOCK_FINALIZATION, REBOOT, STATEROOT, UNCHANGED_77 } from "./options.ts";
import { commandLine, finish, REBOOT_HINT, watchDefault } from "./outcome.ts";
import { editPackages, editsOf, INSTALL, UNINSTALL } from "./package-edits.ts";
import { requireBootedSystem, transact } from "./transaction.ts";
import { updateDeployment } from "./update-deployment.ts";

export function upgrade(host: OstreeHost): Verb {
  return {
    name: "upgrade",
    about: "Perform a system upgrade",
    options: [
      STATEROOT,
      REBOOT,
      { name: "allow-downgrade", help: "Permit deployment of chronologically older trees" },
      { name: "preview", alsoLong: ["check-diff"], help: "Just preview package differences (implies --unchanged-exit-77)" },
      { name: "check", help: "Just check if an upgrade is available (implies --unchanged-exit-77)" },
      CACHE_ONLY,
      DOWNLOAD_ONLY,
      { ...UNCHANGED_77, alsoLong: ["upgrade-unchanged-exit-77"] },
      INSTALL,
      UNINSTALL,
      LOCK_FINALIZATION,
      BYPASS_DRIVER,
      { name: "trigger-automatic-update-policy", help: "" },
      ...GLOBAL_OPTIONS,
    ],
    *run(call): Run<ExitStatus> {
      const { proc, options } = call;
      if (options.has("reboot") && options.has("preview")) throw new OstreeError("Cannot specify both --reboot and --preview");
      if (options.has("reboot") && options.has("check")) throw new OstreeError("Cannot specify both --reboot and --check");
      if (options.has("preview") && (options.has("install") || options.has("uninstall"))) {
        throw new OstreeError("Cannot specify both --preview and --install/--uninstall");
      }
      requireBootedSystem(proc);
      const policy = automaticUpdatePolicy(proc.sys);
      const isAutomatic = options.has("trigger-automatic-update-policy");
      if (isAutomatic && policy === "none") {
        yield* proc.print("Automatic updates are not enabled; exiting...\n");
        return 0;
      }
      if (!isAutomatic && policy === "stage") yield* proc.print(`note: automatic updates (${policy}) are enabled\n`);
      if (options.has("check") || options.has("preview") || (isAutomatic && policy === "check")) {
        return yield* checkForUpdate(call, host, isAutomatic);
      }

      const before = watchDefault(proc);
      const title = isAutomatic ? `automatic (${policy})` : commandLine(call);
      const reboots = options.has("reboot") || (isAutomatic && policy === "apply");
      const edits = yield* editsOf(call, host);
      const outcome = yield* transact(proc, { method: "UpdateDeployment", action: "upgrade", title }, (transaction) =>
        updateDeployment(transaction, host, {
          edit: (origin, base) => editPackages(transaction, host, origin, base, edits),
          allowDowngrade: options.has("allow-downgrade"),
          cacheOnly: options.has("cache-only"),
          downloadOnly: options.has("download-only"),
          isLocked: options.has("lock-finalization"),
          staged: () => rememberStaged(transaction, host),
        }),
      );
      return yield* finish(call, host, { before, hint: REBOOT_HINT, reboots: reboots && outcome === "deployed" });
    },
  };
}
