import { OstreeError } from "../../engines/ostree/errors.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { renderPackageDiff } from "../../engines/ostree/render.ts";
import { isEmptyDiff, packageDiff } from "../../engines/ostree/status.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { Misuse, type Call, type Verb } from "../ostree/goption.ts";
import {
  BYPASS_DRIVER,
  CACHE_ONLY,
  DOWNLOAD_ONLY,
  GLOBAL_OPTIONS,
  LOCK_FINALIZATION,
  REBOOT,
  STATEROOT,
  UNCHANGED,
  UNCHANGED_77,
} from "./options.ts";
import { commandLine, finish, REBOOT_HINT, watchDefault } from "./outcome.ts";
import { editPackages, editsOf, INSTALL, UNINSTALL } from "./package-edits.ts";
import { requireBootedSystem, transact } from "./transaction.ts";
import { previewRevision, updateDeployment } from "./update-deployment.ts";

export function deploy(host: OstreeHost): Verb {
  return {
    name: "deploy",
    operands: "REVISION",
    about: "Deploy a specific commit",
    options: [
      STATEROOT,
      REBOOT,
      { name: "preview", help: "Just preview package differences" },
      CACHE_ONLY,
      DOWNLOAD_ONLY,
      { name: "skip-branch-check", help: "Do not check if commit belongs on the same branch" },
      LOCK_FINALIZATION,
      { name: "disallow-downgrade", help: "Forbid deployment of chronologically older trees" },
      UNCHANGED_77,
      {
        name: "register-driver",
        argument: "DRIVERNAME",
        help: "Register the calling agent as the driver for updates; if REVISION is an empty string, register driver without deploying",
        fidelity: "unbuilt",
      },
      BYPASS_DRIVER,
      INSTALL,
      UNINSTALL,
      ...GLOBAL_OPTIONS,
    ],
    *run(call) {
      const { proc, options } = call;
      const [revision] = options.operands;
      if (revision === undefined) throw new Misuse("usage error: REVISION must be specified", false);
      if (options.has("preview") && (options.has("install") || options.has("uninstall"))) {
        throw new OstreeError("Cannot specify both --preview and --install/--uninstall");
      }
      requireBootedSystem(proc);
      if (options.has("preview")) return yield* preview(call, host, revision);
      const before = watchDefault(proc);
      const edits = yield* editsOf(call, host);
      const outcome = yield* transact(proc, { method: "Deploy", action: "deploy", title: commandLine(call) }, (transaction) =>
        updateDeployment(transaction, host, {
          edit: (origin, base) => editPackages(transaction, host, origin, base, edits),
          revision,
          skipBranchCheck: options.has("skip-branch-check"),
          cacheOnly: options.has("cache-only"),
          downloadOnly: options.has("download-only"),
          allowDowngrade: !options.has("disallow-downgrade"),
          isLocked: options.has("lock-finalization"),
        }),
      );
      return yield* finish(call, host, { before, hint: REBOOT_HINT, reboots: options.has("reboot") && outcome === "deployed" });
    },
  };
}

/** What would differ from the system that runs; nothing is deployed. */
function* preview(call: Call, host: OstreeHost, revision: string): Run<ExitStatus> {
  const { proc, options } = call;
  const request = { method: "DownloadDeployRpmDiff", action: "upgrade", title: commandLine(call) };
  const diff = yield* transact(proc, request, function* (transaction) {
    const commit = yield* previewRevision(transaction, host, revision);
    const { sysroot } = transaction;
    return packageDiff(host, sysroot.openRepository(), sysroot.requireBooted().checksum, commit);
  });
  if (diff === undefined || isEmptyDiff(diff)) return options.has("unchanged-exit-77") ? UNCHANGED : 0;
  yield* proc.print(renderPackageDiff(diff));
  return 0;
}
