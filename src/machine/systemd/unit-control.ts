/** What starting and stopping a unit needs of the manager: its states, and the two places where it tells of them. */
import type { BootConsole } from "../boot-console.ts";
import type { Journal } from "../journal.ts";
import type { KernelProcess } from "../kernel-process.ts";
import type { ServiceRunner } from "./services.ts";
import { displayName, type Unit } from "./unit.ts";
import { INACTIVE, type UnitState } from "./unit-state.ts";

export class UnitControl {
  readonly init: KernelProcess;
  readonly console: BootConsole;
  readonly journal: Journal;
  readonly services: ServiceRunner;
  readonly states: Map<string, UnitState>;

  constructor(parts: Pick<UnitControl, "init" | "console" | "journal" | "services" | "states">) {
    this.init = parts.init;
    this.console = parts.console;
    this.journal = parts.journal;
    this.services = parts.services;
    this.states = parts.states;
  }

  set(name: string, active: UnitState["active"], sub: string, more: Partial<UnitState> = {}): void {
    const before = this.states.get(name);
    const now = this.init.now();
    const activeSince = active === "active" ? now : before?.activeSince;
    this.states.set(name, { ...INACTIVE, active, sub, since: now, activeSince, ...more });
  }

  /** A line on the console and the same in the journal. */
  told(verb: string, unit: Unit): void {
    this.console.status("ok", verb, displayName(unit), { milestone: isMilestone(unit.name) });
    this.say(unit.name, `${verb} ${displayName(unit)}.`);
  }

  say(unit: string, message: string, priority = 6): void {
    this.journal.log({ identifier: "systemd", pid: 1, unit, message, priority });
  }

  /** `[FAILED] Failed to start …` and where to look. */
  toldFailure(verb: string, unit: Unit): void {
    this.say(unit.name, `${verb} ${displayName(unit)}.`, 3);
    this.console.status("failed", verb, displayName(unit));
    if (!this.console.muted) this.console.write(`See 'systemctl status ${unit.name}' for details.\n`);
  }
}

/** What the short form of the boot shows. */
function isMilestone(name: string): boolean {
  return [
    "local-fs.target",
    "basic.target",
    "network.target",
    "multi-user.target",
    "graphical.target",
    "emergency.target",
    "rescue.target",
    "reboot.target",
    "poweroff.target",
  ].includes(name);
}
