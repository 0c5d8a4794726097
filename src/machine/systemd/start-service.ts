/** Services: what starting and ending them does. */
import { compareTimestamps } from "../../base/timestamp.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { KernelProcess } from "../kernel-process.ts";
import type { Ending } from "../process.ts";
import type { Run } from "../program.ts";
import { availability, describeEnding, execCommands, type ExecCommand } from "./services.ts";
import { displayName, type Unit } from "./unit.ts";
import type { UnitControl } from "./unit-control.ts";
import type { JobResult } from "./unit-state.ts";

/** Starts a service that is no login; its commands run one after the other. */
export function* startService(control: UnitControl, unit: Unit): Run<JobResult> {
  const type = unit.sections.last("Service", "Type") ?? (unit.sections.all("Service", "BusName").length > 0 ? "dbus" : "simple");
  const isOneshot = type === "oneshot";
  if (type !== "simple" && type !== "idle") {
    control.console.starting("Starting", displayName(unit));
    control.say(unit.name, `Starting ${displayName(unit)}...`);
  }
  yield* control.console.pause(isOneshot ? 12 : 20);
  for (const key of isOneshot ? ["ExecStartPre", "ExecStart"] : ["ExecStartPre"]) {
    for (const command of execCommands(unit, key)) {
      const ending = yield* runCommand(control, unit, command);
      if (ending && !isSuccess(unit, ending) && !command.mayFail) return failed(control, unit, ending);
    }
  }
  let mainPid = 0;
  if (!isOneshot) {
    const command = execCommands(unit, "ExecStart")[0];
    if (command) {
      const kind = availability(control.init, command.path);
      try {
        mainPid = (kind === "stand-in" ? control.services.spawnStandIn(unit, command) : control.services.spawn(unit, command)).pid;
      } catch (error) {
        if (!isSysError(error)) throw error;
        control.say(unit.name, `${unit.name}: Failed to execute ${command.path}: ${error.text}`, 3);
        return failed(control, unit, { kind: "exited", status: error.errno === "ESRCH" ? 217 : 203 });
      }
    }
  }
  for (const command of execCommands(unit, "ExecStartPost")) yield* runCommand(control, unit, command);
  if (isOneshot) {
    const stays = unit.sections.flag("Service", "RemainAfterExit", false);
    control.set(unit.name, stays ? "active" : "inactive", stays ? "exited" : "dead", { exit: { kind: "exited", status: 0 } });
    control.told("Finished", unit);
  } else {
    control.set(unit.name, "active", "running", { mainPid });
    control.told("Started", unit);
  }
  return "done";
}

/** Runs one command to its end; undefined when the image has only a stand-in for it, which counts as having succeeded. */
export function* runCommand(control: UnitControl, unit: Unit, command: ExecCommand): Run<Ending | undefined> {
  if (availability(control.init, command.path) === "stand-in") return undefined;
  let child: KernelProcess;
  try {
    child = control.services.spawn(unit, command);
  } catch (error) {
    if (!isSysError(error)) throw error;
    control.say(unit.name, `${unit.name}: Unable to locate executable '${command.path}': ${error.text}`, 3);
    return { kind: "exited", status: 203 };
  }
  const limit = control.init.kernel.in(90);
  for (;;) {
    control.services.pump();
    const ended = yield* control.init.wait(child.pid, { nohang: true });
    if (ended) {
      control.services.pump();
      return ended.ending;
    }
    if (compareTimestamps(control.init.now(), limit) >= 0) child.signal("KILL");
    yield { kind: "until", reason: "child", ready: () => child.news !== undefined || control.services.hasOutput, deadline: limit };
  }
}

function failed(control: UnitControl, unit: Unit, ending: Ending): JobResult {
  markFailed(control, unit, ending);
  control.toldFailure("Failed to start", unit);
  return "failed";
}

/** A main process that ended as it should not. */
export function markFailed(control: UnitControl, unit: Unit, ending: Ending): void {
  const result = ending.kind === "exited" ? "exit-code" : "signal";
  control.say(unit.name, `${unit.name}: Main process exited, ${describeEnding(ending)}`, 5);
  control.say(unit.name, `${unit.name}: Failed with result '${result}'.`, 4);
  control.set(unit.name, "failed", "failed", { result, ...(ending.kind === "stopped" ? {} : { exit: ending }) });
}

/** Whether the end of a main process counts as having done what it should. */
export function isSuccess(unit: Unit, ending: Ending): boolean {
  if (ending.kind === "killed") return ["TERM", "HUP", "INT", "PIPE"].includes(ending.signal) && unit.type === "service";
  if (ending.kind === "stopped") return true;
  return ending.status === 0 || unit.sections.words("Service", "SuccessExitStatus").includes(String(ending.status));
}
