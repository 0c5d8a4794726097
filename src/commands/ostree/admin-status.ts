import { deploymentStatuses, type DeploymentStatus } from "../../engines/ostree/status.ts";
import { renderAdminStatus, type KeyOwners } from "../../engines/ostree/render.ts";
import { sysrootOf, SYSROOT } from "./admin-call.ts";
import { VERBOSE, VERSION, type Verb } from "./goption.ts";

/** Keys that come with the release (distribution-gpg-keys). */
const KEYS: Readonly<Record<string, string>> = {
  C6E7F081CF80E13146676E88829B606631645531: "Fedora (43) <fedora-43-primary@fedoraproject.org>",
};

export const keyOwners: KeyOwners = (fingerprint) => KEYS[fingerprint];

export const status: Verb = {
  name: "status",
  about: "List deployments",
  options: [
    SYSROOT,
    { name: "verify", short: "V", help: "Print the commit verification status", fidelity: "ignored" },
    { name: "skip-signatures", short: "S", help: "Skip signatures in output" },
    { name: "is-default", short: "D", help: 'Output "default" if booted into the default, otherwise "not-default"' },
    { name: "json", help: "Emit JSON" },
    VERBOSE,
    VERSION,
  ],
  *run(call) {
    const { proc, options } = call;
    const sysroot = sysrootOf(call, proc);
    const state = sysroot.load();
    const rows = deploymentStatuses(sysroot, state);
    if (options.has("is-default")) {
      const first = rows.find((row) => !row.isStaged);
      yield* proc.print(first?.isBooted === true ? "default\n" : "not-default\n");
      return 0;
    }
    if (options.has("json")) {
      yield* proc.print(JSON.stringify({ deployments: rows.map(jsonRow) }, undefined, 2) + "\n");
      return 0;
    }
    const shown = options.has("skip-signatures") ? rows.map((row) => ({ ...row, signatures: [] })) : rows;
    yield* proc.print(renderAdminStatus(shown, { tty: proc.sys.isatty(1) }, keyOwners));
    return 0;
  },
};

function jsonRow(row: DeploymentStatus): Record<string, unknown> {
  return {
    checksum: row.checksum,
    stateroot: row.stateroot,
    ...(row.refspec === undefined ? {} : { refspec: row.refspec }),
    serial: row.serial,
    index: row.index,
    booted: row.isBooted,
    pending: row.isPending,
    rollback: row.isRollback,
    "finalization-locked": row.isFinalizationLocked,
    "soft-reboot-target": false,
    staged: row.isStaged,
    pinned: row.isPinned,
    unlocked: row.unlocked,
    ...(row.version === undefined ? {} : { version: row.version }),
  };
}
