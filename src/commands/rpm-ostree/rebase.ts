import { OstreeError } from "../../engines/ostree/errors.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import type { Verb } from "../ostree/goption.ts";
import { Misuse } from "../ostree/goption.ts";
import { BYPASS_DRIVER, CACHE_ONLY, DOWNLOAD_ONLY, GLOBAL_OPTIONS, LOCK_FINALIZATION, REBOOT, STATEROOT } from "./options.ts";
import { commandLine, finish, QUEUED_HINT, watchDefault } from "./outcome.ts";
import { editPackages, editsOf, INSTALL, UNINSTALL } from "./package-edits.ts";
import { requireBootedSystem, transact } from "./transaction.ts";
import { updateDeployment } from "./update-deployment.ts";

export function rebase(host: OstreeHost): Verb {
  return {
    name: "rebase",
    operands: "REFSPEC [REVISION]",
    about: "Switch to a different tree",
    options: [
      STATEROOT,
      { name: "branch", short: "b", argument: "BRANCH", help: "Rebase to branch BRANCH; use --remote to change remote as well" },
      {
        name: "remote",
        short: "m",
        argument: "REMOTE",
        help: "Rebase to current branch name using REMOTE; may also be combined with --branch",
      },
      REBOOT,
      { name: "skip-purge", help: "Keep previous refspec after rebase" },
      CACHE_ONLY,
      DOWNLOAD_ONLY,
      { name: "custom-origin-description", argument: "DESCRIPTION", help: "Human-readable description of custom origin" },
      { name: "custom-origin-url", argument: "URL", help: "Machine-readable description of custom origin" },
      { name: "experimental", help: "Enable experimental features", fidelity: "ignored" },
      { name: "disallow-downgrade", help: "Forbid deployment of chronologically older trees" },
      LOCK_FINALIZATION,
      BYPASS_DRIVER,
      INSTALL,
      UNINSTALL,
      ...GLOBAL_OPTIONS,
    ],
    *run(call) {
      const { proc, options } = call;
      const [given, revision, ...more] = options.operands;
      if (more.length > 0) throw new Misuse("usage error: Too many arguments", false);
      requireBootedSystem(proc);
      const [remote, branch] = [options.value("remote"), options.value("branch")];
      const wanted = given ?? (remote === undefined ? branch : `${remote}:${branch ?? ""}`);
      if (wanted === undefined) throw new Misuse("usage error: Must specify refspec, or -b branch or -m remote", false);
      const refspec = wanted.replace(/^ostree:\/\//, "");
      if (refspec === "") throw new OstreeError("Refspec is empty");
      const url = options.value("custom-origin-url");
      const description = options.value("custom-origin-description");
      if (url !== undefined && description === undefined) {
        throw new OstreeError("--custom-origin-description must be supplied with --custom-origin-url");
      }
      const before = watchDefault(proc);
      const edits = yield* editsOf(call, host);
      const outcome = yield* transact(proc, { method: "Rebase", action: "rebase", title: commandLine(call) }, (transaction) =>
        updateDeployment(transaction, host, {
          edit: (origin, base) => editPackages(transaction, host, origin, base, edits),
          ...placeOf(refspec),
          ...(revision === undefined ? {} : { revision }),
          ...(url === undefined || url === "" ? {} : { customOrigin: { url, description: description ?? "" } }),
          cacheOnly: options.has("cache-only"),
          downloadOnly: options.has("download-only"),
          allowDowngrade: !options.has("disallow-downgrade"),
          skipPurge: options.has("skip-purge"),
          isLocked: options.has("lock-finalization"),
        }),
      );
      return yield* finish(call, host, { before, hint: QUEUED_HINT, reboots: options.has("reboot") && outcome === "deployed" });
    },
  };
}

/** `/path/of/repository:ref` is a commit of another repository on this machine. */
function placeOf(refspec: string): { readonly refspec: string; readonly localRepository?: string } {
  if (!refspec.startsWith("/")) return { refspec };
  const at = refspec.lastIndexOf(":");
  if (at < 0) throw new OstreeError("Missing ':' in LOCALPATH:REF rebase");
  if (at === refspec.length - 1) throw new OstreeError("Missing REF in LOCALPATH:REF rebase");
  return { refspec: refspec.slice(at + 1), localRepository: refspec.slice(0, at) };
}
