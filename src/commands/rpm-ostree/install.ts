/** `rpm-ostree install` and `uninstall`. Source: coreos/rpm-ostree:src/app/rpmostree-pkg-builtins.cxx. */
import { OstreeError } from "../../engines/ostree/errors.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { carriedOrigin, newOrigin } from "../../engines/ostree/origin.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Option } from "../command.ts";
import { Misuse, type Call, type Verb } from "../ostree/goption.ts";
import { applyLiveNow } from "./apply-live.ts";
import { baseOf } from "./change.ts";
import { resolveLayers, type Resolved } from "./layers.ts";
import { CACHE_ONLY, DOWNLOAD_ONLY, GLOBAL_OPTIONS, LOCK_FINALIZATION, REBOOT, STATEROOT, UNCHANGED_77 } from "./options.ts";
import { commandLine, finish, originDeployment, QUEUED_HINT, watchDefault } from "./outcome.ts";
import { editPackages, readLocal, type PackageEdits } from "./package-edits.ts";
import { previewText } from "./preview.ts";
import { requireBootedSystem, transact, type Transaction } from "./transaction.ts";
import { updateDeployment } from "./update-deployment.ts";

const SHARED: readonly Option[] = [
  STATEROOT,
  { ...REBOOT, help: "Initiate a reboot after operation is complete" },
  { name: "dry-run", short: "n", help: "Exit after printing the transaction" },
  { name: "assumeyes", short: "y", help: "Auto-confirm interactive prompts for non-security questions" },
  { name: "allow-inactive", help: "Allow inactive package requests" },
  { name: "idempotent", help: "Do nothing if package already (un)installed" },
  UNCHANGED_77,
  LOCK_FINALIZATION,
];

export function install(host: OstreeHost): Verb {
  return {
    name: "install",
    operands: "PACKAGE [PACKAGE...]",
    about: "Overlay additional packages",
    options: [
      ...SHARED,
      { name: "uninstall", argument: "PKG", help: "Remove overlayed additional package" },
      CACHE_ONLY,
      DOWNLOAD_ONLY,
      { name: "apply-live", short: "A", help: "Apply changes to both pending deployment and running filesystem tree" },
      { name: "force-replacefiles", help: "Allow package to replace files from other packages" },
      ...GLOBAL_OPTIONS,
    ],
    run: (call) => changePackages(call, host, { install: call.options.operands, uninstall: call.options.values("uninstall") }),
  };
}

export function uninstall(host: OstreeHost): Verb {
  return {
    name: "uninstall",
    operands: "PACKAGE [PACKAGE...]",
    about: "Remove overlayed additional packages",
    options: [
      ...SHARED,
      { name: "install", argument: "PKG", help: "Overlay additional package" },
      { name: "all", help: "Remove all overlayed additional packages" },
      ...GLOBAL_OPTIONS,
    ],
    run: (call) => changePackages(call, host, { install: call.options.values("install"), uninstall: call.options.operands }),
  };
}

interface Words {
  readonly install: readonly string[];
  readonly uninstall: readonly string[];
}

function* changePackages(call: Call, host: OstreeHost, words: Words): Run<ExitStatus> {
  const { proc, options, verb } = call;
  if (options.operands.length === 0 && !options.has("all")) throw new Misuse("usage error: At least one PACKAGE must be specified", false);
  requireBootedSystem(proc);
  const isLive = options.has("apply-live");
  if (isLive && options.has("reboot")) throw new OstreeError("Cannot specify `apply-live` and `reboot`");
  const edits: PackageEdits = {
    install: yield* readLocal(proc, host, words.install),
    uninstall: words.uninstall,
    uninstallAll: options.has("all"),
    idempotent: options.has("idempotent"),
    allowInactive: options.has("allow-inactive"),
    forceFiles: options.has("force-replacefiles"),
  };
  const isLocal = edits.install.some((item) => typeof item !== "string");
  const request = {
    method: "PkgChange",
    action: isLocal ? "install-local-packages" : "install-uninstall-packages",
    title: commandLine(call),
  };
  const cacheOnly = options.has("cache-only") || (verb.name === "uninstall" && edits.install.length === 0);
  if (options.has("dry-run") || (isLive && !options.has("assumeyes") && proc.sys.isatty(0))) {
    const resolved = yield* transact(proc, request, (transaction) => preview(transaction, host, edits, cacheOnly));
    yield* proc.print(previewText(resolved));
    if (options.has("dry-run")) {
      yield* proc.print("Exiting because of '--dry-run' option\n");
      return 0;
    }
    yield* proc.print("Continue? [y/N] ");
    const answer = String.fromCharCode(...(yield* proc.read(0, 256)));
    if (!/^y/i.test(answer.trim())) throw new OstreeError("Operation aborted");
  } else if (isLive && !options.has("assumeyes")) {
    yield* proc.print("notice: auto-inferring -y/--assumeyes when not run interactively; this will change in the future\n");
  }
  const before = watchDefault(proc);
  const outcome = yield* transact(proc, request, (transaction) =>
    updateDeployment(transaction, host, {
      keepBase: true,
      cacheOnly,
      downloadOnly: options.has("download-only"),
      isLocked: options.has("lock-finalization"),
      edit: (origin, base) => editPackages(transaction, host, origin, base, edits),
    }),
  );
  if (isLive && outcome === "deployed") return yield* applyLiveNow(call, host, {});
  return yield* finish(call, host, { before, hint: QUEUED_HINT, reboots: options.has("reboot") && outcome === "deployed" });
}

/** Everything up to the point where something would be written. */
function* preview(transaction: Transaction, host: OstreeHost, edits: PackageEdits, cacheOnly: boolean): Run<Resolved | undefined> {
  const from = originDeployment(transaction.sysroot.load());
  const origin = carriedOrigin(from.origin ?? newOrigin(""));
  const base = baseOf(transaction.sysroot, from);
  yield* editPackages(transaction, host, origin, base, edits);
  return yield* resolveLayers(transaction, host, base, origin, { cacheOnly });
}
