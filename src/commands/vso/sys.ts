/** `vso sys`: abroot's updates, at the hours that suit. Source: Vanilla-OS/vanilla-system-operator:core/updater.go, cmd/sys-upgrade.go. */
import { isoTime, secondsOf } from "../../base/calendar.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { exists, readTextIfThere } from "../../machine/read-text.ts";
import { isSysError } from "../../vfs/errno.ts";
import { say } from "../abroot/pterm.ts";
import { Told } from "../apx/cobra.ts";
import { runProgram } from "../apx/subsystem.ts";
import type { ParsedOptions } from "../command.ts";
import { setting } from "./config.ts";

const CHECKED = "/var/log/vso-check.log";
const SET_UP = "/etc/vanilla-first-setup-done";
const ABROOT = "/usr/bin/abroot";
const LOCKS = ["/tmp/ABSystem.Upgrade.lock", "/tmp/ABSystem.Upgrade.user.lock"];
const HOURS: Readonly<Record<string, number>> = { daily: 24, weekly: 168, monthly: 720 };
/** Percent of memory. */
const BUSY = 50;

interface Here {
  readonly proc: Process;
}

export function* sysCheck({ proc }: Here, options: ParsedOptions): Run<number> {
  if (options.has("as-exit-code")) return (yield* hasUpdates(proc)) ? 1 : 0;
  yield* say(proc, "info", "Checking for updates...");
  try {
    yield* runProgram(proc, ABROOT, ["abroot", "upgrade", "--check-only"]);
  } catch (error) {
    if (!(error instanceof Told)) throw error;
    if (error.message !== "exit status 1") yield* say(proc, "error", error.message);
  }
  return 0;
}

/** `after` is what is brought up to date with the system. */
export function* sysUpgrade({ proc }: Here, options: ParsedOptions, after: () => Run<void>): Run<void> {
  if (options.has("now")) return yield* update(proc, true, after);
  if (yield* needsUpdate(proc)) return yield* update(proc, false, after);
  if (yield* hasUpdates(proc)) {
    const schedule = setting(proc.sys, "updates.schedule");
    const when =
      schedule === "never"
        ? "An update is available, but will not be automatically installed because you disabled automatic updates."
        : `An update is available and will be automatically installed based on your ${String(schedule)} schedule.`;
    return yield* say(proc, "info", `${when} You can force the update using 'vso sys upgrade --now'.`);
  }
  yield* say(proc, "info", "Your system is already up-to-date.");
}

function* update(proc: Process, force: boolean, after: () => Run<void>): Run<void> {
  if (!maySetUp(proc)) return yield* proc.print("Deferring update until first-setup is done.\n");
  if (!force && !(yield* isIdle(proc))) return yield* proc.print("Smart update detected device is being used, skipping update.\n");
  yield* noteCheck(proc);
  try {
    yield* runProgram(proc, ABROOT, ["abroot", "upgrade"]);
  } catch (error) {
    if (!(error instanceof Told)) throw error;
    return yield* say(proc, "error", "An error occured when updating the system.");
  }
  yield* after();
}

/** Nothing is done to a system that its owner has not seen yet. */
function maySetUp({ sys }: Process): boolean {
  return exists(sys, CHECKED) || exists(sys, SET_UP);
}

function* needsUpdate(proc: Process): Run<boolean> {
  if (LOCKS.some((path) => exists(proc.sys, path))) {
    yield* proc.print("ABRoot transactions are currently locked. Skipping update check.\n");
    return false;
  }
  if (!maySetUp(proc)) {
    yield* proc.print("Deferring update until first-setup is complete.\n");
    return false;
  }
  const schedule = setting(proc.sys, "updates.schedule");
  if (schedule === "never") return false;
  const text = readTextIfThere(proc.sys, CHECKED);
  if (text === undefined) {
    yield* noteCheck(proc);
    return false;
  }
  const [year = 0, month = 0, ...rest] = (text.match(/\d+/g) ?? []).slice(0, 6).map(Number);
  const since = (proc.now().sec - secondsOf(year, month, ...(rest as [number]))) / 3600;
  return since >= (HOURS[String(schedule)] ?? 0) && (yield* hasUpdates(proc));
}

/** Who may not write there leaves no note. */
function* noteCheck(proc: Process): Run<void> {
  const { sec, nsec } = proc.now();
  try {
    yield* proc.writeFile(CHECKED, `${isoTime(sec).slice(0, 19).replace("T", " ")}.${String(nsec).padStart(9, "0")} +0000 UTC`, 0o644);
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}

function* hasUpdates(proc: Process): Run<boolean> {
  try {
    yield* runProgram(proc, ABROOT, ["abroot", "upgrade", "--check-only"], "silent");
    return true;
  } catch (error) {
    if (error instanceof Told) return false;
    throw error;
  }
}

/** Whether nobody works at the machine. @simplified Its memory tells; processor, battery and network are taken to rest. */
function* isIdle(proc: Process): Run<boolean> {
  if (setting(proc.sys, "updates.smart") === false) {
    yield* proc.print("Smart update is disabled, skipping check.\n");
    return true;
  }
  yield* proc.print("Starting smart update check...\n");
  const text = readTextIfThere(proc.sys, "/proc/meminfo") ?? "";
  const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? 0);
  const used = 100 * (1 - field("MemAvailable") / field("MemTotal"));
  if (used <= BUSY) return true;
  yield* proc.print(`Memory usage detected (${Math.round(used)}), skipping update.`);
  return false;
}
