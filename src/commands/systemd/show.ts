/** `systemctl show`: properties as lines that a script can read. */
import type { Process } from "../../machine/process.ts";
import type { SystemManager } from "../../machine/systemd/manager.ts";
import { fullTime } from "../../machine/journal-format.ts";
import type { ParsedOptions } from "../command.ts";
import { fileState, isPreset } from "./install.ts";

/** The properties of each unit, or of the manager when none is named; blocks are apart by an empty line. */
export function showProperties(proc: Process, manager: SystemManager, units: readonly string[], options: ParsedOptions): string {
  const wanted = [...options.values("property"), ...options.values("only-property")].flatMap((names) => names.split(","));
  const valuesOnly = options.has("value") || options.has("only-property");
  const blocks = units.length === 0 ? [managerProperties(proc, manager)] : units.map((name) => unitProperties(manager, name));
  return blocks
    .map((block) =>
      Object.entries(block)
        .filter(([name]) => wanted.length === 0 || wanted.includes(name))
        .map(([name, value]) => `${valuesOnly ? value : `${name}=${value}`}\n`)
        .join(""),
    )
    .join("\n");
}

function managerProperties(proc: Process, manager: SystemManager): Record<string, string> {
  const states = manager.knownUnits().map((name) => manager.state(name));
  return {
    NNames: String(states.length),
    NFailedUnits: String(states.filter((state) => state.active === "failed").length),
    NJobs: String(manager.pendingJobs.length),
    SystemState: manager.systemState,
    KernelTimestamp: fullTime(proc.kernel.clock.bootedAt),
  };
}

function unitProperties(manager: SystemManager, name: string): Record<string, string> {
  const unit = manager.load(name);
  const state = manager.state(name);
  const file = fileState(manager, unit);
  return {
    ...(unit.type === "service"
      ? {
          Type: unit.sections.last("Service", "Type") ?? "simple",
          Restart: unit.sections.last("Service", "Restart") ?? "no",
          MainPID: String(state.mainPid),
          Result: state.result,
          ExecMainStatus: String(state.exit?.kind === "exited" ? state.exit.status : 0),
        }
      : {}),
    ...(unit.type === "mount"
      ? { Where: unit.sections.last("Mount", "Where") ?? "", What: unit.sections.last("Mount", "What") ?? "", Result: state.result }
      : {}),
    Id: unit.name,
    Names: unit.names.join(" "),
    Requires: unit.requires.join(" "),
    Wants: unit.wants.join(" "),
    Conflicts: unit.conflicts.join(" "),
    Before: unit.before.join(" "),
    After: unit.after.join(" "),
    Description: unit.description,
    LoadState: unit.load,
    ActiveState: state.active,
    SubState: state.sub,
    FragmentPath: unit.file,
    DropInPaths: unit.dropIns.join(" "),
    UnitFileState: file === "not-found" ? "" : file,
    UnitFilePreset: file === "enabled" || file === "disabled" ? (isPreset(manager, unit.name) ? "enabled" : "disabled") : "",
    ActiveEnterTimestamp: state.activeSince === undefined ? "" : fullTime(state.activeSince),
    ConditionResult: state.unmet === undefined ? "yes" : "no",
  };
}
