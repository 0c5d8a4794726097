/** `rpm-ostree status --json`, spaced as json-glib prints. */
import { formatImageReference } from "../../engines/ostree/image-reference.ts";
import { nevra } from "../../image/package.ts";
import type { DeploymentStatus } from "../../engines/ostree/status.ts";
import type { RunningTransaction } from "../../engines/ostree/running-transaction.ts";

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export function statusJson(rows: readonly DeploymentStatus[], transaction: RunningTransaction | undefined): string {
  const value: Json = {
    deployments: rows.map(deploymentJson),
    transaction: transaction === undefined ? null : [transaction.title, transaction.initiator, "/org/projectatomic/rpmostree1/fedora"],
    "cached-update": null,
    "update-driver": null,
  };
  return print(value, "") + "\n";
}

function deploymentJson(row: DeploymentStatus): Json {
  return {
    id: `${row.stateroot}-${row.checksum}.${row.serial}`,
    osname: row.stateroot,
    serial: row.serial,
    checksum: row.checksum,
    ...(row.version === undefined ? {} : { version: row.version }),
    ...(row.timestamp === undefined ? {} : { timestamp: row.timestamp }),
    "base-checksum": row.base,
    ...(row.refspec === undefined ? {} : { origin: row.refspec }),
    ...(row.image && { "container-image-reference": formatImageReference(row.image.reference) }),
    ...(row.image?.info && { "container-image-reference-digest": row.image.info.digest }),
    booted: row.isBooted,
    staged: row.isStaged,
    "finalization-locked": row.isFinalizationLocked,
    pinned: row.isPinned,
    unlocked: row.unlocked,
    "gpg-enabled": row.verifiesSignatures,
    "requested-packages": row.layers.layering.requested,
    "requested-local-packages": row.layers.layering.requestedLocal.map(({ nevra }) => nevra),
    "requested-local-fileoverride-packages": row.layers.layering.forcedLocal.map(({ nevra }) => nevra),
    "requested-base-removals": row.layers.layering.removed,
    "requested-base-local-replacements": row.layers.layering.replacedLocal.map(({ nevra }) => nevra),
    "requested-modules": [],
    "requested-modules-enabled": [],
    packages: row.layers.active,
    modules: [],
    "base-removals": row.layers.removed.map(({ name, evr }) => [`${name}-${evr}`, name]),
    "base-local-replacements": row.layers.replaced.map(({ from, to }) => [nevra(to), nevra(from)]),
    "base-remote-replacements": {},
    "regenerate-initramfs": false,
    "initramfs-etc": [],
    cliwrap: false,
    ...(row.live === undefined ? {} : { "live-replaced": row.live.commit }),
  };
}

/** json-glib's pretty form: two blanks a level, a blank before each colon. */
function print(value: Json, indent: string): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const inner = `${indent}  `;
  const list = Array.isArray(value)
    ? (value as readonly Json[]).map((item) => inner + print(item, inner))
    : Object.entries(value).map(([key, item]) => `${inner}${JSON.stringify(key)} : ${print(item as Json, inner)}`);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return list.length === 0 ? `${open}${close}` : `${open}\n${list.join(",\n")}\n${indent}${close}`;
}
