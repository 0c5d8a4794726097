/** Stopping: what happens for each kind of unit. */
import { compareTimestamps } from "../../base/timestamp.ts";
import type { KernelProcess } from "../kernel-process.ts";
import { TICK, type Run } from "../program.ts";
import { unmountUnit } from "./mounts.ts";
import { execCommands } from "./services.ts";
import { runCommand } from "./start-service.ts";
import { displayName, type Unit } from "./unit.ts";
import type { UnitControl } from "./unit-control.ts";
import { INACTIVE } from "./unit-state.ts";

/** Stops one unit, whatever else depends on it. */
export function* stopUnit(control: UnitControl, unit: Unit): Run<void> {
  const state = control.states.get(unit.name) ?? INACTIVE;
  switch (unit.type) {
    case "service": {
      control.say(unit.name, `Stopping ${displayName(unit)}...`);
      for (const command of execCommands(unit, "ExecStop")) yield* runCommand(control, unit, command);
      if (state.mainPid !== 0) yield* terminate(control.init, state.mainPid);
      for (const command of execCommands(unit, "ExecStopPost")) yield* runCommand(control, unit, command);
      control.set(unit.name, "inactive", "dead", {});
      control.say(unit.name, `${unit.name}: Deactivated successfully.`);
      control.told("Stopped", unit);
      return;
    }
    case "mount": {
      const refusal = unmountUnit(control.init, unit);
      if (refusal !== undefined) {
        control.say(unit.name, `Failed unmounting ${displayName(unit)}: ${refusal}`, 3);
        return;
      }
      control.set(unit.name, "inactive", "dead", {});
      control.told("Unmounted", unit);
      return;
    }
    case "target":
      control.set(unit.name, "inactive", "dead", {});
      control.told("Stopped target", unit);
      return;
    default:
      control.set(unit.name, "inactive", "dead", {});
      control.told(unit.type === "socket" ? "Closed" : unit.type === "slice" ? "Removed slice" : "Stopped", unit);
  }
  yield TICK;
}

/** SIGTERM and SIGHUP, a moment, then SIGKILL. */
function* terminate(init: KernelProcess, pid: number): Run<void> {
  const child = init.kernel.process(pid);
  if (!child) return;
  child.signal("TERM");
  child.signal("CONT");
  child.signal("HUP");
  const limit = init.kernel.in(2);
  while (child.state !== "zombie" && compareTimestamps(init.now(), limit) < 0)
    yield { kind: "until", reason: "child", ready: () => child.state === "zombie", deadline: limit };
  if (child.state !== "zombie") child.signal("KILL");
  while (child.state !== "zombie") yield TICK;
  yield* init.wait(pid, { nohang: true });
}
