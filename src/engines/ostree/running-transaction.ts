/**
 * The transaction that rpm-ostree's daemon is in, as others can know of it.
 *
 * @simplified That a transaction runs is told by a file in /run, where the real daemon is asked on the bus.
 */
import type { Process } from "../../machine/process.ts";
import { exists, readTextIfThere } from "../../machine/read-text.ts";
import { makeDirectories, parentOf, replaceFile } from "./files.ts";
import { KeyFile } from "./keyfile.ts";

const RUNNING = "/run/rpm-ostree/transaction";

export interface RunningTransaction {
  /** What is done: a command line as the daemon rebuilt it, which a space ends, or words of the daemon's own. */
  readonly title: string;
  readonly initiator: string;
  readonly pid: number;
}

/** What is under way now; undefined when nothing is (or its process is gone). */
export function runningTransaction(proc: Process): RunningTransaction | undefined {
  const text = readTextIfThere(proc.sys, RUNNING);
  if (text === undefined) return undefined;
  const file = KeyFile.parse(text);
  const get = (key: string): string | undefined => file.get("transaction", key);
  const pid = Number(get("pid"));
  if (!exists(proc.sys, `/proc/${pid}`)) return undefined;
  const command = get("command");
  return { title: command === undefined ? (get("title") ?? "") : `${command} `, initiator: get("initiator") ?? "", pid };
}

/** `proc` says what it is doing, by a command line or a title of its own, and for whom. */
export function announceTransaction(
  proc: Process,
  what: { readonly command: string } | { readonly title: string },
  initiator: string,
): void {
  makeDirectories(proc.sys, parentOf(RUNNING));
  const file = new KeyFile();
  for (const [key, value] of Object.entries(what)) file.set("transaction", key, value);
  file.set("transaction", "initiator", initiator);
  file.set("transaction", "pid", String(proc.pid));
  replaceFile(proc.sys, RUNNING, file.toString());
}

/** It is over. */
export function withdrawTransaction(proc: Process): void {
  if (exists(proc.sys, RUNNING)) proc.sys.unlink(RUNNING);
}
