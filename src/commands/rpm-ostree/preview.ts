/** What a transaction would do, as `--dry-run` prints it. */
import { nevra } from "../../image/package.ts";
import type { Resolved } from "./layers.ts";

export function previewText(resolved: Resolved | undefined): string {
  const added = (resolved?.added ?? []).map((it) => `  ${nevra(it.pkg)} (${it.repo})\n`);
  const removed = (resolved?.plan.removed ?? []).map((row) => `  ${nevra(row)}\n`);
  if (added.length + removed.length === 0) return "Empty transaction\n";
  let text = "";
  if (added.length > 0) text += `Installing ${count(added.length)}:\n${added.sort().join("")}`;
  if (removed.length > 0) text += `Removing ${count(removed.length)}:\n${removed.sort().join("")}`;
  return text;
}

function count(n: number): string {
  return `${n} package${n === 1 ? "" : "s"}`;
}
