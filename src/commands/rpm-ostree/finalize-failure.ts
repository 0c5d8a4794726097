/**
 * What the journal of the boot before tells of `ostree-finalize-staged.service`.
 * Source: coreos/rpm-ostree:rust/src/journal.rs.
 */
import { bootId } from "../../engines/ostree/process.ts";
import { readJournal, type JournalEntry } from "../../machine/journal.ts";
import type { Sys } from "../../vfs/sys.ts";

const UNIT = "ostree-finalize-staged.service";
const COMPLETE = /^(?:Bootloader updated|Transaction complete); bootconfig swap: /;

/** Undefined when it did not run or went well; "" when it failed and nobody said why. */
export function finalizeFailure(sys: Sys): string | undefined {
  const { entries } = readJournal(sys);
  const boot = bootId(sys).replaceAll("-", "");
  const current = entries.findIndex((entry) => entry.boot === boot);
  const previous = entries[current - 1]?.boot;
  if (current < 0 || previous === undefined) return undefined;
  const said = entries.filter((entry) => entry.boot === previous && entry.unit === UNIT);
  const byOstree = (entry: JournalEntry): boolean => entry.identifier === "ostree";
  const began = said.findLastIndex((entry) => byOstree(entry) && entry.message === "Finalizing staged deployment");
  const { pid } = said[began] ?? {};
  if (began < 0 || said.some((entry) => byOstree(entry) && entry.pid === pid && COMPLETE.test(entry.message))) return undefined;
  const result = said.slice(began).find(({ identifier, message }) => identifier === "systemd" && /Failed with result|control process exited/.test(message)); // prettier-ignore
  if (result && !/exit-code|code=exited/.test(result.message)) return result.message;
  const last = said.findLast((entry) => byOstree(entry) && entry.pid === pid && entry.transport === "stdout");
  return result && last?.message.startsWith("error:") === true ? last.message : "";
}
