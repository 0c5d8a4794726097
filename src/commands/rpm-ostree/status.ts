import { KeyFile } from "../../engines/ostree/keyfile.ts";
import { LAST_FAILURE } from "../../engines/ostree/finalize.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { renderStatus } from "../../engines/ostree/render.ts";
import { runningTransaction } from "../../engines/ostree/running-transaction.ts";
import { deploymentStatuses } from "../../engines/ostree/status.ts";
import { Sysroot } from "../../engines/ostree/sysroot.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import { keyOwners } from "../ostree/admin-status.ts";
import type { Verb } from "../ostree/goption.ts";
import { GLOBAL_OPTIONS } from "./options.ts";
import { statusJson } from "./status-json.ts";
import { requireBootedSystem } from "./transaction.ts";

const UNCHANGED = 77;

export function status(host: OstreeHost): Verb {
  return {
    name: "status",
    about: "Get the version of the booted system",
    options: [
      { name: "verbose", short: "v", help: "Print additional fields (e.g. StateRoot)" },
      { name: "advisories", short: "a", help: "Expand advisories listing", fidelity: "ignored" },
      { name: "json", help: "Output JSON" },
      { name: "jsonpath", short: "J", argument: "EXPRESSION", help: "Filter JSONPath expression", fidelity: "unbuilt" },
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
      const transaction = runningTransaction(proc);
      if (options.has("json")) {
        yield* proc.print(statusJson(options.has("booted") ? rows.filter((row) => row.isBooted) : rows, transaction));
      } else {
        const config = KeyFile.parse(readTextIfThere(proc.sys, "/etc/rpm-ostreed.conf") ?? "");
        const text = renderStatus(rows, {
          tty: proc.sys.isatty(1),
          owners: keyOwners,
          verbose: options.has("verbose"),
          bootedOnly: options.has("booted"),
          columns: 80,
          transaction,
          finalizeFailure: readTextIfThere(proc.sys, LAST_FAILURE)?.trim(),
          automaticUpdates: config.get("Daemon", "AutomaticUpdatePolicy") ?? "none",
        });
        yield* proc.print(text);
      }
      return options.has("pending-exit-77") && rows.some((row) => row.isPending) ? UNCHANGED : 0;
    },
  };
}
