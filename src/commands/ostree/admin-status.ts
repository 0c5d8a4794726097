import { deploymentStatuses, type DeploymentStatus } from "../../engines/ostree/status.ts";
import { renderAdminStatus, type KeyOwners } from "../../engines/ostree/render.ts";
import { sysrootOf, SYSROOT } from "./admin-call.ts";
import type { UnlockState } from "../../engines/ostree/deployment.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import { NOT_SIGNED } from "../../engines/ostree/keyring.ts";
import type { SysrootState } from "../../engines/ostree/sysroot.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { REPOSITORY_OPENED, VERBOSE, VERSION, type Call, type Verb } from "./goption.ts";

/** Keys that come with the release (distribution-gpg-keys). */
const KEYS: Readonly<Record<string, string>> = {
  C6E7F081CF80E13146676E88829B606631645531: "Fedora (43) <fedora-43-primary@fedoraproject.org>",
};

export const keyOwners: KeyOwners = (fingerprint) => KEYS[fingerprint];

/** The release that learned `--json`. */
const JSON_SINCE = "2025.3";

export function status(host: OstreeHost): Verb {
  const isOld = host.version !== undefined && host.version < JSON_SINCE;
  return {
    name: "status",
    about: "List deployments",
    options: [
      SYSROOT,
      { name: "verify", short: "V", help: "Print the commit verification status", fidelity: "simplified" },
      ...(isOld ? [] : [{ name: "json", help: "Emit JSON" }]),
      { name: "skip-signatures", short: "S", help: "Skip signatures in output" },
      { name: "is-default", short: "D", help: 'Output "default" if booted into the default deployment, otherwise "not-default"' },
      VERBOSE,
      VERSION,
    ],
    run: runStatus,
  };
}

function* runStatus(call: Call): Run<ExitStatus> {
  const { proc, options } = call;
  const sysroot = sysrootOf(call, proc);
  const state = sysroot.load();
  if (options.has("verbose")) yield* proc.printError(loadingText(state));
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
  for (const row of shown) {
    yield* proc.print(renderAdminStatus([row], { tty: proc.sys.isatty(1) }, keyOwners));
    if (options.has("verify") && row.refspec !== undefined && row.signatures.length === 0)
      throw new OstreeError("Can't verify commit without detached metadata");
    // What was layered here has nobody's signature and no remote that asks for one.
    if (!options.has("skip-signatures") && row.verifiesSignatures && row.signatures.length === 0 && row.checksum === row.base)
      throw new OstreeError(`Deployment ${row.index}: ${NOT_SIGNED}`);
  }
  if (shown.length === 0) yield* proc.print(renderAdminStatus([], { tty: proc.sys.isatty(1) }, keyOwners));
  return 0;
}

/** What `-v` tells of how the list of deployments was read. */
function loadingText({ deployments, booted }: SysrootState): string {
  // Each is compared with the running root until one is it.
  const last = booted === undefined ? -1 : deployments.indexOf(booted);
  const rows = deployments.map(
    (deployment, index) =>
      (index <= last ? "OT: Target rootdev key backing-root-device-inode found\n" : "") +
      `OT: Deployment ${deployment.checksum}.${deployment.serial} unlocked=${UNLOCK_STATES.indexOf(deployment.unlocked)}\n`,
  );
  return `OT: root_is_ostree_booted: ${booted ? 1 : 0}\n${REPOSITORY_OPENED}${rows.join("")}`;
}

/** In the order of libostree's numbers. */
const UNLOCK_STATES: readonly UnlockState[] = ["none", "development", "hotfix", "transient"];

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
    "soft-reboot-target": row.isSoftRebootTarget,
    staged: row.isStaged,
    pinned: row.isPinned,
    unlocked: row.unlocked,
    ...(row.version === undefined ? {} : { version: row.version }),
  };
}
