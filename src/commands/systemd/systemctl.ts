import type { Process } from "../../machine/process.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { exists, readTextIfThere } from "../../machine/read-text.ts";
import type { SystemManager } from "../../machine/systemd/manager.ts";
import { displayName } from "../../machine/systemd/unit.ts";
import { mangleUnitName } from "../../machine/systemd/unit-name.ts";
import type { JobVerb } from "../../machine/systemd/unit-state.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { flushBefore, stdout } from "../output.ts";
import { asManager, connect, finished, mayManage, Refusal, refusable, runJob, wholeNumber } from "./connect.ts";
import { disable, enable, fileState, getDefault, installTargets, mask, setDefault, unmask } from "./install.ts";
import { editUnits } from "./edit.ts";
import { listDependencies, listUnitFiles, listUnits, type ListOptions } from "./list.ts";
import { halt, poweroff, reboot, requestPower, shutdown } from "./power.ts";
import { showProperties } from "./show.ts";
import { statusCode, systemStatus, unitStatus } from "./status.ts";
import { listJobs, listTimers } from "./timers.ts";

const VERBS: readonly { readonly name: string; readonly help: string }[] = [
  { name: "list-units", help: "List units currently in memory" },
  { name: "list-unit-files", help: "List installed unit files" },
  { name: "list-timers", help: "List timer units currently in memory, ordered by next elapse" },
  { name: "list-jobs", help: "List jobs" },
  { name: "list-dependencies", help: "Recursively show units which are required or wanted by the units" },
  { name: "is-active", help: "Check whether units are active" },
  { name: "is-failed", help: "Check whether units are failed or system is in degraded state" },
  { name: "is-enabled", help: "Check whether unit files are enabled" },
  { name: "is-system-running", help: "Check whether system is fully running" },
  { name: "status", help: "Show runtime status of one or more units" },
  { name: "show", help: "Show properties of one or more units/jobs or the manager" },
  { name: "cat", help: "Show files and drop-ins of specified units" },
  { name: "start", help: "Start (activate) one or more units" },
  { name: "stop", help: "Stop (deactivate) one or more units" },
  { name: "restart", help: "Start or restart one or more units" },
  { name: "try-restart", help: "Restart one or more units if active" },
  { name: "reload", help: "Reload one or more units" },
  { name: "isolate", help: "Start one unit and stop all others" },
  { name: "kill", help: "Send signal to processes of a unit" },
  { name: "reset-failed", help: "Reset failed state for all, one, or more units" },
  { name: "edit", help: "Edit one or more unit files" },
  { name: "enable", help: "Enable one or more unit files" },
  { name: "disable", help: "Disable one or more unit files" },
  { name: "reenable", help: "Reenable one or more unit files" },
  { name: "mask", help: "Mask one or more units" },
  { name: "unmask", help: "Unmask one or more units" },
  { name: "get-default", help: "Get the name of the default target" },
  { name: "set-default", help: "Set the default target" },
  { name: "daemon-reload", help: "Reload systemd manager configuration" },
  { name: "daemon-reexec", help: "Reexecute systemd manager" },
  { name: "default", help: "Enter system default mode" },
  { name: "rescue", help: "Enter system rescue mode" },
  { name: "emergency", help: "Enter system emergency mode" },
  { name: "halt", help: "Shut down and halt the system" },
  { name: "poweroff", help: "Shut down and power-off the system" },
  { name: "reboot", help: "Shut down and reboot the system" },
  { name: "soft-reboot", help: "Shut down and reboot userspace" },
];

/** Verbs of the real one that are not built here. */
const UNBUILT = [
  "kexec",
  "suspend",
  "hibernate",
  "hybrid-sleep",
  "suspend-then-hibernate",
  "sleep",
  "revert",
  "preset",
  "preset-all",
  "link",
  "add-wants",
  "add-requires",
  "list-sockets",
  "list-paths",
  "list-automounts",
  "list-machines",
  "cancel",
  "set-property",
  "bind",
  "mount-image",
  "clean",
  "freeze",
  "thaw",
  "help",
  "show-environment",
  "set-environment",
  "unset-environment",
  "import-environment",
  "switch-root",
  "service-log-level",
  "service-log-target",
  "log-level",
  "log-target",
  "whoami",
  "exit",
  "condrestart",
  "try-reload-or-restart",
  "reload-or-restart",
  "service-watchdogs",
];

/** systemctl(1). */
export const systemctl: Command = {
  name: "systemctl",
  package: "systemd",
  style: "gnu",
  usage: ["systemctl [OPTIONS...] COMMAND ..."],
  about: "\nQuery or send control commands to the system manager.",
  usageHint: "none",
  completes: "none",
  subcommands: VERBS,
  alsoAs: [reboot, poweroff, halt, shutdown],
  simplified: "Jobs run one after the other; timers never fire; output is not paged.",
  options: [
    { name: "all", short: "a", help: "Show all properties/all units currently in memory, including dead/empty ones" },
    {
      name: "type",
      short: "t",
      argument: "TYPE",
      help: "List units of a particular type",
      values: ["service", "target", "mount", "socket", "timer", "path", "slice", "device"],
    },
    { name: "state", argument: "STATE", help: "List units with particular LOAD or SUB or ACTIVE state" },
    { name: "failed", help: "Shortcut for --state=failed" },
    { name: "property", short: "p", argument: "NAME", help: "Show only properties by this name" },
    { name: "only-property", short: "P", long: false, argument: "NAME", help: "Equivalent to --value --property=NAME" },
    { name: "value", help: "When showing properties, only print the value" },
    { name: "drop-in", argument: "NAME", help: "Edit unit files using the specified drop-in file name" },
    { name: "stdin", help: "Read new contents of edited file from stdin" },
    { name: "lines", short: "n", argument: "INTEGER", help: "Number of journal entries to show" },
    { name: "full", short: "l", help: "Don't ellipsize unit names on output; edit a whole unit", fidelity: "simplified" },
    { name: "quiet", short: "q", help: "Suppress output" },
    { name: "now", help: "Start or stop unit after enabling or disabling it" },
    { name: "no-block", help: "Do not wait until operation finished" },
    { name: "no-legend", help: "Do not print a legend (column headers and hints)" },
    { name: "no-pager", help: "Do not pipe output into a pager", fidelity: "ignored" },
    { name: "plain", help: "Print unit dependencies as a list instead of a tree" },
    {
      name: "force",
      short: "f",
      help: "When enabling unit files, override existing symlinks. When shutting down, execute action immediately",
    },
    { name: "signal", short: "s", argument: "SIGNAL", help: "Which signal to send" },
    { name: "boot-loader-menu", argument: "TIME", help: "Boot into boot loader menu on next boot" },
    { name: "boot-loader-entry", argument: "NAME", help: "Boot into a specific boot loader entry on next boot", fidelity: "unbuilt" },
    { name: "firmware-setup", help: "Tell the firmware to show the setup menu on next boot", fidelity: "unbuilt" },
    { name: "message", argument: "MESSAGE", help: "Specify human readable reason for system shutdown" },
    { name: "no-wall", help: "Don't send wall message before halt/power-off/reboot", fidelity: "ignored" },
    { name: "check-inhibitors", argument: "MODE", help: "Whether to check inhibitors before shutting down", fidelity: "ignored" },
    { name: "ignore-inhibitors", short: "i", help: "Equivalent to --check-inhibitors=no", fidelity: "ignored" },
    { name: "system", help: "Connect to system manager", fidelity: "ignored" },
    { name: "user", help: "Connect to user service manager", fidelity: "unbuilt" },
    { name: "runtime", help: "Enable unit files only temporarily until next reboot", fidelity: "unbuilt" },
    { name: "when", argument: "TIME", help: "Schedule halt/power-off/reboot/kexec action after a certain timestamp", fidelity: "unbuilt" },
  ],
  run(proc, options) {
    return refusable(proc, () => dispatch(proc, options));
  },
};

function* dispatch(proc: Process, options: ParsedOptions): Run<ExitStatus> {
  const [verb = "list-units", ...names] = options.operands;
  if (UNBUILT.includes(verb)) throw new Refusal(`systemctl: '${verb}' is not built in Immutable Lab`);
  if (!VERBS.some(({ name }) => name === verb)) throw new Refusal(`Unknown command verb '${verb}'.`);
  if (verb === "is-system-running") return yield* isSystemRunning(proc, options);
  const manager = connect(proc);
  for (const job of manager.pollPaths()) yield* finished(job);
  const units = names.map(mangleUnitName);
  switch (verb) {
    case "list-units":
      return yield* tell(proc, listUnits(manager, listOptions(proc, options, names)));
    case "list-unit-files":
      return yield* tell(proc, listUnitFiles(manager, listOptions(proc, options, names)));
    case "list-timers":
      return yield* tell(proc, listTimers(manager, listOptions(proc, options, names)));
    case "list-jobs":
      return yield* tell(proc, listJobs(manager, listOptions(proc, options, names)));
    case "edit":
      return yield* editUnits(proc, manager, needed(units), options);
    case "list-dependencies":
      return yield* tell(proc, listDependencies(manager, units[0] ?? "default.target", listOptions(proc, options, [])));
    case "status":
      return yield* status(proc, manager, units, options);
    case "show":
      return yield* tell(proc, showProperties(proc, manager, units, options));
    case "cat":
      return yield* cat(proc, manager, needed(units));
    case "is-active":
      return yield* check(proc, manager, needed(units), options, (state) => ["active", "reloading"].includes(state));
    case "is-failed":
      return yield* check(
        proc,
        manager,
        units.length > 0 ? units : manager.knownUnits(),
        options,
        (state) => state === "failed",
        units.length === 0,
      );
    case "is-enabled":
      return yield* isEnabled(proc, manager, needed(units), options);
    case "start":
    case "stop":
    case "restart":
    case "reload":
    case "isolate":
      return yield* jobs(proc, manager, verb, needed(units), options);
    case "try-restart":
      return yield* jobs(
        proc,
        manager,
        "restart",
        needed(units).filter((unit) => manager.state(unit).active === "active"),
        options,
      );
    case "kill":
      return killUnits(proc, manager, needed(units), options);
    case "reset-failed":
      mayManage(proc, "Failed to reset failed state");
      if (units.length === 0) manager.resetFailed();
      for (const unit of units) manager.resetFailed(unit);
      return 0;
    case "enable":
    case "disable":
    case "reenable":
    case "mask":
    case "unmask":
      return yield* install(proc, manager, verb, needed(units), options);
    case "get-default":
      return yield* tell(proc, `${getDefault(manager)}\n`);
    case "set-default":
      return yield* changeDefault(proc, manager, needed(units)[0] ?? "", options);
    case "daemon-reload":
    case "daemon-reexec":
      mayManage(proc, `Failed to ${verb === "daemon-reload" ? "reload" : "reexecute"} daemon`);
      manager.reload();
      return 0;
    case "default":
      return yield* jobs(proc, manager, "isolate", ["default.target"], options);
    case "rescue":
    case "emergency":
      mayManage(proc, `Failed to start ${verb}.target`);
      manager.emergency = `${verb}.target`;
      return 0;
    case "halt":
    case "poweroff":
    case "reboot":
    case "soft-reboot": {
      yield* flushBefore(proc);
      const force = Math.min(2, options.order.filter(({ name }) => name === "force").length) as 0 | 1 | 2;
      const menu = options.value("boot-loader-menu");
      const menuTimeout = menu === undefined ? {} : { menuTimeout: wholeNumber(menu.replace(/s$/, ""), "--boot-loader-menu= argument") };
      // Where somebody has prepared a root for it, a reboot is a soft one.
      const isSoft = verb === "reboot" && force === 0 && menu === undefined && exists(proc.sys, "/run/nextroot");
      return requestPower(proc, manager, { verb: isSoft ? "soft-reboot" : verb, force, ...menuTimeout });
    }
    default:
      throw new Refusal(`Unknown command verb '${verb}'.`);
  }
}

function needed(units: readonly string[]): readonly string[] {
  if (units.length === 0) throw new Refusal("Too few arguments.");
  return units;
}

function* tell(proc: Process, text: string): Run<ExitStatus> {
  yield* stdout(proc).print(text);
  return 0;
}

function listOptions(proc: Process, options: ParsedOptions, patterns: readonly string[]): ListOptions {
  const split = (values: readonly string[]) => values.flatMap((value) => value.split(","));
  return {
    all: options.has("all"),
    legend: !options.has("no-legend"),
    plain: options.has("plain"),
    colour: proc.sys.isatty(1),
    types: split(options.values("type")),
    states: [...split(options.values("state")), ...(options.has("failed") ? ["failed"] : [])],
    patterns,
  };
}

function* status(proc: Process, manager: SystemManager, units: readonly string[], options: ParsedOptions): Run<ExitStatus> {
  const colour = proc.sys.isatty(1);
  if (units.length === 0) return yield* tell(proc, systemStatus(proc, manager, colour));
  const lines = wholeNumber(options.value("lines") ?? "10", "lines");
  let worst = 0;
  for (const [index, name] of units.entries()) {
    const unit = manager.load(name);
    const state = manager.state(name);
    const code = statusCode(unit, state);
    worst = Math.max(worst, code);
    if (code === 4) {
      yield* flushBefore(proc);
      yield* proc.printError(`Unit ${name} could not be found.\n`);
      continue;
    }
    yield* stdout(proc).print(`${index > 0 ? "\n" : ""}${unitStatus(proc, manager, unit, { lines, colour })}`);
  }
  return worst;
}

function* cat(proc: Process, manager: SystemManager, units: readonly string[]): Run<ExitStatus> {
  let isFirst = true;
  for (const name of units) {
    const unit = manager.load(name);
    if (unit.load === "not-found") throw new Refusal(`No files found for ${name}.`);
    for (const file of [unit.file, ...unit.dropIns]) {
      if (file === "") continue;
      yield* stdout(proc).print(`${isFirst ? "" : "\n"}# ${file}\n${readTextIfThere(proc.sys, file) ?? ""}`);
      isFirst = false;
    }
  }
  return 0;
}

/** Prints a state for each; 0 when the first kind holds for any (`is-failed`) or all (`is-active`) of them. */
function* check(
  proc: Process,
  manager: SystemManager,
  units: readonly string[],
  options: ParsedOptions,
  holds: (state: string) => boolean,
  asSystem = false,
): Run<ExitStatus> {
  if (asSystem) {
    const state = manager.systemState;
    if (!options.has("quiet")) yield* tell(proc, `${state}\n`);
    return state === "degraded" ? 0 : 1;
  }
  let found = false;
  let known = false;
  for (const name of units) {
    const { active } = manager.state(name);
    found ||= holds(active);
    known ||= manager.load(name).load !== "not-found";
    if (!options.has("quiet")) yield* tell(proc, `${active}\n`);
  }
  return found ? 0 : known ? 3 : 4;
}

function* isEnabled(proc: Process, manager: SystemManager, units: readonly string[], options: ParsedOptions): Run<ExitStatus> {
  let status = 1;
  for (const name of units) {
    const state = fileState(manager, manager.load(name), name);
    if (state === "not-found") status = 4;
    else if (["enabled", "static", "alias", "generated", "indirect"].includes(state)) status = 0;
    if (!options.has("quiet")) yield* tell(proc, `${state}\n`);
  }
  return status;
}

function* isSystemRunning(proc: Process, options: ParsedOptions): Run<ExitStatus> {
  let state = "offline";
  try {
    state = connect(proc).systemState;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
  if (!options.has("quiet")) yield* tell(proc, `${state}\n`);
  return state === "running" ? 0 : 1;
}

function* jobs(proc: Process, manager: SystemManager, verb: JobVerb, units: readonly string[], options: ParsedOptions): Run<ExitStatus> {
  let status = 0;
  yield* flushBefore(proc);
  for (const name of units) {
    mayManage(proc, `Failed to ${verb} ${name}`);
    const unit = manager.load(name);
    const isKnown = unit.load !== "not-found" || manager.state(name).active !== "inactive";
    if (!isKnown) {
      yield* proc.printError(`Failed to ${verb} ${name}: Unit ${name} ${verb === "stop" ? "not loaded" : "not found"}.\n`);
      status = 5;
      continue;
    }
    if (unit.load === "masked" && verb !== "stop") {
      yield* proc.printError(`Failed to ${verb} ${name}: Unit ${name} is masked.\n`);
      status = 1;
      continue;
    }
    if (unit.sections.flag("Unit", verb === "stop" ? "RefuseManualStop" : "RefuseManualStart", false)) {
      yield* proc.printError(
        `Failed to ${verb} ${name}: Operation refused, unit ${name} may be requested by dependency only (it is configured to refuse manual start/stop).\nSee system logs and 'systemctl status ${name}' for details.\n`,
      );
      status = 1;
      continue;
    }
    if (verb === "isolate" && !unit.sections.flag("Unit", "AllowIsolate", false)) {
      yield* proc.printError(
        `Failed to isolate ${name}: Operation refused, unit may not be isolated.\nSee system logs and 'systemctl status ${name}' for details.\n`,
      );
      status = 1;
      continue;
    }
    if (options.has("no-block")) {
      manager.request(verb, unit.name);
      continue;
    }
    const job = yield* runJob(manager, verb, unit.name);
    if (job.result === "done") continue;
    status = 1;
    const message =
      job.result === "dependency"
        ? `A dependency job for ${name} failed. See 'journalctl -xe' for details.\n`
        : `Job for ${name} failed because the control process exited with error code.\nSee "systemctl status ${name}" and "journalctl -xeu ${name}" for details.\n`;
    if (!options.has("quiet")) yield* proc.printError(message);
  }
  return status;
}

function killUnits(proc: Process, manager: SystemManager, units: readonly string[], options: ParsedOptions): ExitStatus {
  const signal = (options.value("signal") ?? "TERM").replace(/^SIG/, "");
  for (const name of units) {
    mayManage(proc, `Failed to kill unit ${name}`);
    const { mainPid } = manager.state(name);
    if (mainPid === 0) throw new Refusal(`Failed to kill unit ${name}: No process to kill`);
    asManager(`Failed to kill unit ${name}`, () => manager.init.kill(mainPid, signal as "TERM"));
  }
  return 0;
}

const NO_INSTALL_SECTION = `The unit files have no installation config (WantedBy=, RequiredBy=, UpheldBy=,
Also=, or Alias= settings in the [Install] section, and DefaultInstance= for
template units). This means they are not meant to be enabled or disabled using systemctl.
 
Possible reasons for having these kinds of units are:
• A unit may be statically enabled by being symlinked from another unit's
  .wants/, .requires/, or .upholds/ directory.
• A unit's purpose may be to act as a helper for some other unit which has
  a requirement dependency on it.
• A unit may be started when needed via activation (socket, path, timer,
  D-Bus, udev, scripted systemctl call, ...).
• In case of template units, the unit is meant to be enabled with some
  instance name specified.
`;

function* install(
  proc: Process,
  manager: SystemManager,
  verb: "enable" | "disable" | "reenable" | "mask" | "unmask",
  units: readonly string[],
  options: ParsedOptions,
): Run<ExitStatus> {
  const told: string[] = [];
  let hasNothing = false;
  for (const name of units) {
    const what = `Failed to ${verb} unit`;
    mayManage(proc, what);
    const unit = manager.load(name);
    if (unit.load === "not-found" && verb !== "mask" && verb !== "unmask") throw new Refusal(`${what}: Unit ${name} does not exist`);
    if (unit.load === "masked" && (verb === "enable" || verb === "reenable")) throw new Refusal(`${what}: Unit ${unit.file} is masked`);
    asManager(what, () => {
      if (verb === "disable" || verb === "reenable") told.push(...disable(manager, unit));
      if (verb === "enable" || verb === "reenable") told.push(...enable(manager, unit));
      if (verb === "mask") told.push(...mask(manager, name));
      if (verb === "unmask") told.push(...unmask(manager, name));
    });
    hasNothing ||=
      (verb === "enable" || verb === "disable") && installTargets(unit).length === 0 && unit.sections.words("Install", "Also").length === 0;
  }
  manager.reload();
  if (!options.has("quiet")) {
    yield* flushBefore(proc);
    for (const line of told) yield* proc.printError(`${line}\n`);
    if (hasNothing) yield* proc.printError(NO_INSTALL_SECTION);
  }
  if (!options.has("now")) return 0;
  return yield* jobs(proc, manager, verb === "enable" ? "start" : verb === "reenable" ? "restart" : "stop", units, options);
}

function* changeDefault(proc: Process, manager: SystemManager, name: string, options: ParsedOptions): Run<ExitStatus> {
  const what = "Failed to set default target";
  mayManage(proc, what);
  const unit = manager.load(name);
  if (unit.load === "not-found") throw new Refusal(`${what}: Unit file ${name} does not exist`);
  if (unit.type !== "target") throw new Refusal(`${what}: ${displayName(unit)} is no target`);
  const told = asManager(what, () => setDefault(manager, unit));
  manager.reload();
  if (options.has("quiet")) return 0;
  for (const line of told) yield* proc.printError(`${line}\n`);
  return 0;
}
