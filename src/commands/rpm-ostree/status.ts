import type { OstreeHost } from "../../engines/ostree/host.ts";
import { runningTransaction } from "../../engines/ostree/running-transaction.ts";
import { deploymentStatuses } from "../../engines/ostree/status.ts";
import { Sysroot } from "../../engines/ostree/sysroot.ts";
import type { Process } from "../../machine/process.ts";
import { managerOf } from "../../machine/systemd/manager.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import { keyOwners } from "../ostree/admin-status.ts";
import type { Verb } from "../ostree/goption.ts";
import { cachedUpdate } from "./cached-update.ts";
import { automaticUpdatePolicy } from "./daemon-config.ts";
import { deploymentVariant } from "./deployment-variant.ts";
import { finalizeFailure } from "./finalize-failure.ts";
import { queryJson } from "./json-path.ts";
import { GLOBAL_OPTIONS, UNCHANGED } from "./options.ts";
import { printJson, statusValue } from "./status-json.ts";
import { renderStatus } from "./status-text.ts";
import { requireBootedSystem } from "./transaction.ts";

const TIMER = "rpm-ostreed-automatic.timer";
const SERVICE = "rpm-ostreed-automatic.service";

export function status(host: OstreeHost): Verb {
  return {
    name: "status",
    about: "Get the version of the booted system",
    options: [
      { name: "verbose", short: "v", help: "Print additional fields (e.g. StateRoot); implies -a" },
      { name: "advisories", short: "a", help: "Expand advisories listing" },
      { name: "json", help: "Output JSON" },
      { name: "jsonpath", short: "J", argument: "EXPRESSION", help: "Filter JSONPath expression" },
      { name: "booted", short: "b", help: "Only print the booted deployment" },
      { name: "pending-exit-77", help: "If pending deployment available, exit 77" },
      ...GLOBAL_OPTIONS,
    ],
    *run(call) {
      const { proc, options } = call;
      requireBootedSystem(proc);
      if (options.has("json") && options.has("jsonpath")) throw new OstreeError("Cannot specify both --json and --jsonpath");
      const sysroot = new Sysroot(proc.sys);
      const state = sysroot.load();
      const rows = deploymentStatuses(sysroot, state, host);
      const deployments = rows.map((row, i) =>
        deploymentVariant(sysroot, state.deployments[i] ?? sysroot.requireBooted(state), row, keyOwners),
      );
      const transaction = runningTransaction(proc);
      const path = options.value("jsonpath");
      const update = cachedUpdate(proc.sys, state.booted?.checksum);
      // `-b` filters what JSON lists, too.
      const listed = options.has("booted") ? deployments.filter(({ booted }) => booted) : deployments;
      if (path !== undefined) yield* proc.print(printJson(queryJson(statusValue(listed, transaction, update), path)));
      else if (options.has("json")) yield* proc.print(printJson(statusValue(listed, transaction, update)));
      else {
        const report = {
          deployments,
          pendingDiff: rows[0]?.diff,
          liveDiff: rows.find((row) => row.isBooted)?.live?.diff,
          transaction,
          finalizeFailure: finalizeFailure(proc.sys),
          automaticUpdates: { policy: automaticUpdatePolicy(proc.sys), timer: timerText(proc) },
          update,
          bootedOnly: options.has("booted"),
        };
        yield* proc.print(
          renderStatus(report, {
            tty: proc.sys.isatty(1),
            verbose: options.has("verbose"),
            advisories: options.has("advisories"),
            columns: 80,
          }),
        );
      }
      const isPending = deployments.length > 1 && deployments[0]?.booted === false;
      return options.has("pending-exit-77") && isPending ? UNCHANGED : 0;
    },
  };
}

/** What systemd knows of the timer of automatic updates and of what it starts. */
function timerText(proc: Process): string {
  const manager = managerOf(proc.kernel);
  if (!manager) return `${TIMER}: unknown state`;
  if (manager.state(TIMER).active === "inactive") return `${TIMER}: inactive`;
  const service = manager.state(SERVICE).active;
  if (service === "failed") return `${SERVICE}: last run failed`;
  return service === "active" || service === "activating" ? `${SERVICE}: running` : `${TIMER}: no runs since boot`;
}
