/** reboot(8), poweroff(8), halt(8), shutdown(8): the old names for what systemctl does. */
import type { Process } from "../../machine/process.ts";
import type { ExitStatus } from "../../machine/program.ts";
import type { SystemManager } from "../../machine/systemd/manager.ts";
import type { PowerRequest, PowerVerb } from "../../machine/systemd/unit-state.ts";
import { calendarDate } from "../../base/calendar.ts";
import { fullTime } from "../../machine/journal-format.ts";
import type { Command, Option } from "../command.ts";
import { connect, Refusal, refusable } from "./connect.ts";

/** Asks pid 1; what follows happens after the client has ended. An active session may, as logind has it; `force` wants root. */
export function requestPower(proc: Process, manager: SystemManager, request: PowerRequest): ExitStatus {
  if (request.force > 0 && proc.sys.credentials.uid !== 0) throw new Refusal(`Failed to ${request.verb} system: Operation not permitted`);
  if (proc.sys.credentials.uid !== 0 && !hasSession(proc))
    throw new Refusal(`Call to ${callName(request.verb)} failed: Interactive authentication required.`);
  manager.power ??= request;
  return 0;
}

function callName(verb: PowerRequest["verb"]): string {
  if (verb === "soft-reboot") return "Reboot";
  return verb === "poweroff" ? "PowerOff" : `${verb.slice(0, 1).toUpperCase()}${verb.slice(1)}`;
}

/**
 * Whether it descends from a login at a terminal, setsid(2) or not, as a control group would tell.
 * @simplified Whoever lost the parents on the way has left the login, too.
 */
function hasSession(proc: Process): boolean {
  for (let each: Process | undefined = proc; each !== undefined; each = proc.kernel.process(each.parent))
    if (each.tty !== undefined) return true;
  return false;
}

const COMMON: readonly Option[] = [
  { name: "halt", help: "Halt the machine" },
  { name: "poweroff", short: "p", help: "Switch off the machine" },
  { name: "reboot", help: "Reboot the machine" },
  { name: "force", short: "f", help: "Force immediate halt/power-off/reboot" },
  { name: "wtmp-only", short: "w", help: "Don't halt/power-off/reboot, just write wtmp record" },
  { name: "no-wtmp", short: "d", help: "Don't write wtmp record", fidelity: "ignored" },
  { name: "no-wall", help: "Don't send wall message before halt/power-off/reboot", fidelity: "ignored" },
];

function powerCommand(verb: "reboot" | "poweroff" | "halt", about: string): Command {
  return {
    name: verb,
    package: "systemd",
    style: "gnu",
    usage: [`${verb} [OPTIONS...]${verb === "reboot" ? " [ARG]" : ""}`],
    about: `\n${about}`,
    usageHint: "none",
    completes: "none",
    options: COMMON,
    run(proc, options) {
      return refusable(proc, function* () {
        if (options.has("wtmp-only")) return 0;
        const force = Math.min(2, options.order.filter(({ name }) => name === "force").length) as 0 | 1 | 2;
        const other = (["halt", "poweroff", "reboot"] as const).find((name) => options.has(name));
        return requestPower(proc, connect(proc), { verb: other ?? verb, force });
      });
    },
  };
}

export const reboot = powerCommand("reboot", "Reboot the system.");
export const poweroff = powerCommand("poweroff", "Power off the system.");
export const halt = powerCommand("halt", "Halt the system.");

/** shutdown(8). Only `now` and `+0` happen; a later time is accepted, told, and does not come. */
export const shutdown: Command = {
  name: "shutdown",
  package: "systemd",
  style: "gnu",
  usage: ["shutdown [OPTIONS...] [TIME] [WALL...]"],
  about: "\nShut down the system.",
  usageHint: "none",
  completes: "none",
  simplified: "A shutdown at a later time is not built.",
  options: [
    { name: "halt", short: "H", help: "Halt the machine" },
    { name: "poweroff", short: "P", help: "Power-off the machine" },
    { name: "reboot", short: "r", help: "Reboot the machine" },
    { name: "h", short: "h", long: false, help: "Equivalent to --poweroff, overridden by --halt" },
    { name: "k", short: "k", long: false, help: "Don't halt/power-off/reboot, just send warnings" },
    { name: "no-wall", help: "Don't send wall message before halt/power-off/reboot", fidelity: "ignored" },
    { name: "c", short: "c", long: false, help: "Cancel a pending shutdown" },
    { name: "show", help: "Show pending shutdown" },
  ],
  run(proc, options) {
    return refusable(proc, function* () {
      const manager = connect(proc);
      if (options.has("c") || options.has("k")) return 0;
      if (options.has("show")) throw new Refusal("No scheduled shutdown.");
      const verb: PowerVerb = options.has("halt") ? "halt" : options.has("reboot") ? "reboot" : "poweroff";
      const [time = "+1"] = options.operands;
      if (!/^(?:now|\+?\d+|\d{1,2}:\d{2})$/.test(time)) throw new Refusal(`Failed to parse time specification: ${time}`);
      if (time === "now" || /^\+?0+$/.test(time)) return requestPower(proc, manager, { verb, force: 0 });
      const at = whenTold(time, proc.now().sec);
      yield* proc.printError(
        `${verb === "reboot" ? "Reboot" : "Shutdown"} scheduled for ${fullTime({ sec: at, nsec: 0 })}, use 'shutdown -c' to cancel.\n`,
      );
      yield* proc.printError("(A shutdown at a later time is not built in Immutable Lab: nothing will happen. Use 'now'.)\n");
      return 0;
    });
  },
};

/** Seconds since 1970 of `+5` minutes or `13:45`. */
function whenTold(time: string, now: number): number {
  const [hours, minutes] = time.split(":").map(Number);
  if (!time.includes(":")) return now + 60 * Number(time.replace("+", ""));
  const date = calendarDate(now);
  const midnight = now - date.hour * 3600 - date.minute * 60 - date.second;
  const at = midnight + (hours ?? 0) * 3600 + (minutes ?? 0) * 60;
  return at > now ? at : at + 86400;
}
