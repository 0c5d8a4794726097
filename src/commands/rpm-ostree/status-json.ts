/** `--json`, spaced as json-glib prints. */
import type { RunningTransaction } from "../../engines/ostree/running-transaction.ts";
import type { CachedUpdate } from "./cached-update.ts";
import type { DeploymentVariant, Json } from "./deployment-variant.ts";

/** What `status --json` shows. */
export function statusValue(
  deployments: readonly DeploymentVariant[],
  transaction: RunningTransaction | undefined,
  update?: CachedUpdate,
): Json {
  return {
    deployments: deployments.map((deployment) => ({ ...deployment }) as Json),
    transaction: transaction === undefined ? null : [transaction.title, transaction.initiator, "/org/projectatomic/rpmostree1/fedora"],
    "cached-update": update ? ({ ...update } as unknown as Json) : null,
    "update-driver": null,
  };
}

/** json-glib's pretty form: two blanks a level, a blank before each colon. */
export function printJson(value: Json, indent = ""): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const inner = `${indent}  `;
  const list = Array.isArray(value)
    ? (value as readonly Json[]).map((item) => inner + printJson(item, inner))
    : Object.entries(value).flatMap(([key, item]) =>
        item === undefined ? [] : [`${inner}${JSON.stringify(key)} : ${printJson(item as Json, inner)}`],
      );
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return list.length === 0 ? `${open}${close}` : `${open}\n${list.join(",\n")}\n${indent}${close}`;
}
