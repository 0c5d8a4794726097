/**
 * systemd as pid 1: units and what they are doing, jobs, children.
 *
 * The coroutine of pid 1 does everything; clients put a `Job` in the queue and wait for its result.
 * @simplified Jobs run one after the other. Timers do not fire and sockets activate nothing.
 */
import { compareTimestamps, type Timestamp } from "../../base/timestamp.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { BootConsole } from "../boot-console.ts";
import type { Journal } from "../journal.ts";
import type { Kernel } from "../kernel.ts";
import type { KernelProcess } from "../kernel-process.ts";
import type { Ending } from "../process.ts";
import { TICK, type Program, type Run } from "../program.ts";
import { exists, readTextIfThere } from "../read-text.ts";
import { isPathReady, unmetCondition } from "./conditions.ts";
import { UnitLoader } from "./load.ts";
import { mountUnit, unmountUnit } from "./mounts.ts";
import { availability, describeEnding, execCommands, ServiceRunner, type ExecCommand } from "./services.ts";
import { CLEAR_WAITING, waitingLine } from "./status-line.ts";
import { planStart, sortByOrder } from "./transaction.ts";
import { displayName, type Unit } from "./unit.ts";
import { unitPath } from "./unit-name.ts";
import { INACTIVE, type Job, type JobResult, type JobVerb, type PowerRequest, type UnitState } from "./unit-state.ts";

export interface ManagerOptions {
  readonly init: KernelProcess;
  readonly console: BootConsole;
  readonly journal: Journal;
  readonly commandLine: readonly string[];
  /** The program that a getty on the terminal (e.g. "tty1") is; undefined for a terminal that is not there. */
  getty(tty: string): Program | undefined;
  /** How many keys have been typed at the terminal so far. */
  keysTyped(tty: string): number;
}

/** Plain data, fit for JSON. */
export interface ManagerState {
  readonly units: readonly (readonly [name: string, state: UnitState])[];
  readonly gettyStarts: readonly (readonly [tty: string, keys: number, count: number])[];
}

/** A getty that ends this often without anybody typing is given up (StartLimitBurst=). */
const GETTY_BURST = 5;

const managers = new WeakMap<Kernel, SystemManager>();

/** The systemd of a running system; undefined where pid 1 is something else. */
export function managerOf(kernel: Kernel): SystemManager | undefined {
  return managers.get(kernel);
}

export class SystemManager {
  readonly init: KernelProcess;
  readonly journal: Journal;
  readonly console: BootConsole;
  readonly #options: ManagerOptions;
  readonly #services: ServiceRunner;
  readonly #states = new Map<string, UnitState>();
  readonly #gettyStarts = new Map<string, { keys: number; count: number }>();
  #loader: UnitLoader;
  #jobs: Job[] = [];
  #childEnded = false;
  #idle: string[] = [];
  /** What a client or a button asked for. */
  power: PowerRequest | undefined;
  /** Set when a unit's failure calls for emergency mode. */
  emergency: string | undefined;

  constructor(options: ManagerOptions, saved?: ManagerState) {
    this.#options = options;
    this.init = options.init;
    this.journal = options.journal;
    this.console = options.console;
    this.#loader = new UnitLoader(options.init.sys, options.init.kernel.hostname);
    this.#services = new ServiceRunner(options.init, options.journal);
    for (const [name, state] of saved?.units ?? []) {
      this.#states.set(name, state);
      if (state.mainPid !== 0 && gettyTerminal(name) === undefined) this.#services.adoptStandIn(state.mainPid);
    }
    for (const [tty, keys, count] of saved?.gettyStarts ?? []) this.#gettyStarts.set(tty, { keys, count });
    this.#catchChildren();
    managers.set(options.init.kernel, this);
  }

  #catchChildren(): void {
    this.init.onSignal("CHLD", () => (this.#childEnded = true));
  }

  /** Runs what waits for children of its own, which the end of others must not interrupt. */
  *withoutSignals<T>(body: () => Run<T>): Run<T> {
    this.init.onSignal("CHLD", "default");
    try {
      return yield* body();
    } finally {
      this.#childEnded = true;
      this.#catchChildren();
    }
  }

  save(): ManagerState {
    return {
      units: [...this.#states],
      gettyStarts: [...this.#gettyStarts].map(([tty, { keys, count }]) => [tty, keys, count] as const),
    };
  }

  // ——— what clients see

  load(name: string): Unit {
    return this.#loader.load(name);
  }

  unitFiles(): string[] {
    return this.#loader.files();
  }

  state(name: string): UnitState {
    return this.#states.get(this.load(name).name) ?? INACTIVE;
  }

  /** Names of all units that did something since boot, sorted as systemctl sorts them: by kind, then by name. */
  knownUnits(): string[] {
    const kind = (name: string) => name.slice(name.lastIndexOf(".") + 1);
    return [...this.#states.keys()].sort((left, right) => compareText(kind(left), kind(right)) || compareText(left, right));
  }

  /** "running", "degraded" when units have failed, "maintenance" in emergency mode, "starting", "stopping". */
  get systemState(): string {
    if (this.power) return "stopping";
    if (this.emergency !== undefined) return "maintenance";
    if (!this.isUp) return "starting";
    return [...this.#states.values()].some((state) => state.active === "failed") ? "degraded" : "running";
  }

  /** The default target has been reached once. */
  isUp = false;

  /** Queues a job; whoever waits looks at `result`. */
  request(verb: JobVerb, unit: string): Job {
    const job: Job = { verb, unit, result: undefined };
    this.#jobs.push(job);
    return job;
  }

  /**
   * Starts what active path units have been waiting for; gives the jobs.
   * @simplified Asked for when somebody looks and at shutdown, where the real one is told by the kernel at once.
   */
  pollPaths(): Job[] {
    const jobs: Job[] = [];
    for (const path of this.activeUnits()) {
      if (path.type !== "path") continue;
      const service = path.sections.last("Path", "Unit") ?? path.name.replace(/\.path$/, ".service");
      if (this.state(service).active === "active" || this.state(service).active === "failed") continue;
      if (isPathReady(path, this.init.sys)) jobs.push(this.request("start", service));
    }
    return jobs;
  }

  get pendingJobs(): readonly Job[] {
    return this.#jobs;
  }

  /** `systemctl daemon-reload`. */
  reload(): void {
    this.#loader = new UnitLoader(this.init.sys, this.init.kernel.hostname);
  }

  /** `systemctl reset-failed`. */
  resetFailed(name?: string): void {
    for (const [unit, state] of this.#states)
      if (state.active === "failed" && (name === undefined || unit === name)) this.#states.delete(unit);
  }

  /** Marks a unit as started by others: the root mount, what the initramfs did. */
  adopt(name: string, sub: string): void {
    this.#set(name, "active", sub, {});
  }

  /** Whether the process is a service's stand-in that waits for nothing. */
  isIdleService(pid: number): boolean {
    return this.#services.isStandIn(pid);
  }

  /** A unit whose stop somebody else has seen to. */
  markStopped(name: string): void {
    this.#set(name, "inactive", "dead", {});
  }

  // ——— pid 1

  /** Handles jobs and children until the power shall go, something that cannot go on happened, or `until` is true. */
  *serve(until: () => boolean = () => false): Run<void> {
    for (;;) {
      this.#services.pump();
      yield* this.#reap();
      if (this.power || this.emergency !== undefined || until()) return;
      const job = this.#jobs.shift();
      if (job) {
        job.result = yield* this.#execute(job);
        continue;
      }
      this.journal.commit();
      yield { kind: "until", reason: "read", ready: () => this.#hasWork };
    }
  }

  get #hasWork(): boolean {
    return (
      this.#childEnded || this.#jobs.length > 0 || this.power !== undefined || this.emergency !== undefined || this.#services.hasOutput
    );
  }

  *#execute(job: Job): Run<JobResult> {
    const unit = this.load(job.unit);
    switch (job.verb) {
      case "start":
        return yield* this.start(unit.name);
      case "stop":
        yield* this.stop([unit]);
        return "done";
      case "restart":
        if (this.state(unit.name).active === "active") yield* this.stop([unit]);
        return yield* this.start(unit.name);
      case "reload": {
        for (const command of execCommands(unit, "ExecReload")) yield* this.#run(unit, command);
        return "done";
      }
      case "isolate": {
        const plan = planStart(unit.name, (name) => this.load(name));
        const keep = new Set(plan.order.map((each) => each.name));
        yield* this.stop(
          this.activeUnits().filter(
            (each) => !keep.has(each.name) && each.type !== "mount" && each.type !== "device" && each.type !== "slice",
          ),
        );
        return yield* this.start(unit.name);
      }
      default:
        return job.verb satisfies never;
    }
  }

  /** Starts `goal` and all that it pulls in. */
  *start(goal: string): Run<JobResult> {
    const isActive = (name: string) => this.#states.get(name)?.active === "active";
    const plan = planStart(goal, (name) => this.load(name), isActive);
    const failed = new Set<string>();
    for (const { name, by } of plan.missing) {
      this.#say(by, `${by}: Failed to add dependency on ${name}: Unit ${name} not found.`, 4);
      failed.add(name);
    }
    for (const name of plan.dropped) this.#say(name, `${name}: Found ordering cycle; job deleted to break it.`, 3);
    let outcome: JobResult = "done";
    for (const unit of plan.order) {
      if (this.power || this.emergency !== undefined) return "canceled";
      if (isActive(unit.name)) continue;
      if (!this.isUp && gettyTerminal(unit.name) !== undefined) {
        // Type=idle: a login prompt waits until nothing is written over it.
        this.#idle.push(unit.name);
        continue;
      }
      const lacking = unit.requires.find((name) => failed.has(name) || failed.has(this.load(name).name));
      let result: JobResult;
      if (lacking === undefined) result = yield* this.#startUnit(unit);
      else {
        result = "dependency";
        this.console.status("depend", "Dependency failed for", displayName(unit));
        this.#say(unit.name, `Dependency failed for ${displayName(unit)}.`, 4);
        this.#say(unit.name, `${unit.name}: Job ${unit.name}/start failed with result 'dependency'.`, 5);
      }
      if (result !== "done") {
        failed.add(unit.name);
        this.#onFailure(unit);
      }
      if (unit.name === this.load(goal).name) outcome = result;
    }
    return outcome;
  }

  /** The system is up: console lines end, the logins that waited begin; one on the console in any case. */
  *becomeUp(console: string): Run<void> {
    this.isUp = true;
    this.console.muted = true;
    const names = new Set([`getty@${console}.service`, ...this.#idle.splice(0)]);
    for (const name of names) yield* this.start(name);
  }

  #onFailure(unit: Unit): void {
    for (const name of unit.onFailure) {
      this.#say(unit.name, `${unit.name}: Triggering OnFailure= dependencies.`, 5);
      if (name === "emergency.target" || name === "rescue.target") this.emergency = unit.name;
      else if (this.load(name).load === "loaded") this.request("start", name);
    }
  }

  *#startUnit(unit: Unit): Run<JobResult> {
    const unmet = unmetCondition(unit, this.init.sys, this.#options.commandLine);
    if (unmet !== undefined) {
      this.#set(unit.name, "inactive", "dead", { unmet });
      this.#say(unit.name, `${displayName(unit)} was skipped because of an unmet condition check (${unmet}).`);
      return "done";
    }
    switch (unit.type) {
      case "target":
        this.#set(unit.name, "active", "active", {});
        this.#told("Reached target", unit, { milestone: isMilestone(unit.name) });
        yield* this.console.pause(4);
        return "done";
      case "service":
        return yield* this.#startService(unit);
      case "mount":
        return yield* this.#startMount(unit);
      case "device":
        return yield* this.#waitForDevice(unit);
      default: {
        const [sub, verb] = passiveState(unit.type);
        this.#set(unit.name, "active", sub, {});
        this.#told(verb, unit, {});
        yield* this.console.pause(2);
        return "done";
      }
    }
  }

  // ——— services

  *#startService(unit: Unit): Run<JobResult> {
    const getty = gettyTerminal(unit.name);
    if (getty !== undefined) return this.#startGetty(unit, getty);
    const type = unit.sections.last("Service", "Type") ?? (unit.sections.all("Service", "BusName").length > 0 ? "dbus" : "simple");
    const isOneshot = type === "oneshot";
    if (type !== "simple" && type !== "idle") {
      this.console.starting("Starting", displayName(unit));
      this.#say(unit.name, `Starting ${displayName(unit)}...`);
    }
    yield* this.console.pause(isOneshot ? 12 : 20);
    for (const key of isOneshot ? ["ExecStartPre", "ExecStart"] : ["ExecStartPre"]) {
      for (const command of execCommands(unit, key)) {
        const ending = yield* this.#run(unit, command);
        if (ending && !isSuccess(unit, ending) && !command.mayFail) return this.#failed(unit, ending);
      }
    }
    let mainPid = 0;
    if (!isOneshot) {
      const command = execCommands(unit, "ExecStart")[0];
      if (command) {
        const kind = availability(this.init, command.path);
        try {
          mainPid = (kind === "stand-in" ? this.#services.spawnStandIn(unit, command) : this.#services.spawn(unit, command)).pid;
        } catch (error) {
          if (!isSysError(error)) throw error;
          this.#say(unit.name, `${unit.name}: Failed to execute ${command.path}: ${error.text}`, 3);
          return this.#failed(unit, { kind: "exited", status: error.errno === "ESRCH" ? 217 : 203 });
        }
      }
    }
    for (const command of execCommands(unit, "ExecStartPost")) yield* this.#run(unit, command);
    if (isOneshot) {
      const stays = unit.sections.flag("Service", "RemainAfterExit", false);
      this.#set(unit.name, stays ? "active" : "inactive", stays ? "exited" : "dead", { exit: { kind: "exited", status: 0 } });
      this.#told("Finished", unit, {});
    } else {
      this.#set(unit.name, "active", "running", { mainPid });
      this.#told("Started", unit, {});
    }
    return "done";
  }

  /** Runs one command to its end; undefined when the image has only a stand-in for it, which counts as having succeeded. */
  *#run(unit: Unit, command: ExecCommand): Run<Ending | undefined> {
    if (availability(this.init, command.path) === "stand-in") return undefined;
    let child: KernelProcess;
    try {
      child = this.#services.spawn(unit, command);
    } catch (error) {
      if (!isSysError(error)) throw error;
      this.#say(unit.name, `${unit.name}: Unable to locate executable '${command.path}': ${error.text}`, 3);
      return { kind: "exited", status: 203 };
    }
    const limit = this.init.kernel.in(90);
    for (;;) {
      this.#services.pump();
      const ended = yield* this.init.wait(child.pid, { nohang: true });
      if (ended) {
        this.#services.pump();
        return ended.ending;
      }
      if (compareTimestamps(this.init.now(), limit) >= 0) child.signal("KILL");
      yield { kind: "until", reason: "child", ready: () => child.news !== undefined || this.#services.hasOutput, deadline: limit };
    }
  }

  #failed(unit: Unit, ending: Ending): JobResult {
    const result = ending.kind === "exited" ? "exit-code" : "signal";
    this.#say(unit.name, `${unit.name}: Main process exited, ${describeEnding(ending)}`, 5);
    this.#say(unit.name, `${unit.name}: Failed with result '${result}'.`, 4);
    this.#set(unit.name, "failed", "failed", { result, ...(ending.kind === "stopped" ? {} : { exit: ending }) });
    this.#say(unit.name, `Failed to start ${displayName(unit)}.`, 3);
    this.console.status("failed", "Failed to start", displayName(unit));
    if (!this.console.muted) this.console.write(`See 'systemctl status ${unit.name}' for details.\n`);
    return "failed";
  }

  #startGetty(unit: Unit, tty: string): JobResult {
    const program = this.#options.getty(tty);
    if (!program) return "failed";
    const keys = this.#options.keysTyped(tty);
    const before = this.#gettyStarts.get(tty);
    const count = before?.keys === keys ? before.count + 1 : 1;
    this.#gettyStarts.set(tty, { keys, count });
    if (count > GETTY_BURST) {
      this.#set(unit.name, "failed", "failed", { result: "start-limit-hit" });
      this.#say(unit.name, `${unit.name}: Start request repeated too quickly.`, 4);
      this.#say(unit.name, `Failed to start ${displayName(unit)}.`, 3);
      this.console.write(`\n${unit.name}: the login ended ${GETTY_BURST} times before anybody typed; it is not started again.\n`);
      return "failed";
    }
    const child = this.init.spawn({ argv: ["agetty"], program, newSession: true, fds: new Map() });
    this.#set(unit.name, "active", "running", { mainPid: child.pid });
    this.#told("Started", unit, {});
    return "done";
  }

  *#reap(): Run<void> {
    if (!this.#childEnded) return;
    this.#childEnded = false;
    for (;;) {
      if (this.init.kernel.childrenOf(1).length === 0) return;
      const ended = yield* this.init.wait(-1, { nohang: true });
      if (!ended) return;
      this.#services.pump();
      this.#onMainExit(ended.pid, ended.ending);
    }
  }

  #onMainExit(pid: number, ending: Ending): void {
    const found = [...this.#states].find(([, state]) => state.mainPid === pid);
    if (!found) return;
    const unit = this.load(found[0]);
    if (gettyTerminal(unit.name) !== undefined) {
      this.#set(unit.name, "inactive", "dead", {});
      this.#say(unit.name, `${unit.name}: Deactivated successfully.`);
      if (!this.power && this.emergency === undefined) this.request("start", unit.name);
      return;
    }
    const ok = isSuccess(unit, ending);
    if (!ok) this.#failedWhileRunning(unit, ending);
    else {
      this.#set(unit.name, "inactive", "dead", ending.kind === "stopped" ? {} : { exit: ending });
      this.#say(unit.name, `${unit.name}: Deactivated successfully.`);
    }
    const restart = unit.sections.last("Service", "Restart") ?? "no";
    if (restart === "always" || (!ok && ["on-failure", "on-abnormal", "on-abort"].includes(restart))) {
      this.#say(unit.name, `${unit.name}: Scheduled restart job, restart counter is at 1.`);
      this.request("start", unit.name);
    }
  }

  #failedWhileRunning(unit: Unit, ending: Ending): void {
    const result = ending.kind === "exited" ? "exit-code" : "signal";
    this.#say(unit.name, `${unit.name}: Main process exited, ${describeEnding(ending)}`, 5);
    this.#say(unit.name, `${unit.name}: Failed with result '${result}'.`, 4);
    this.#set(unit.name, "failed", "failed", { result, ...(ending.kind === "stopped" ? {} : { exit: ending }) });
    this.#onFailure(unit);
  }

  // ——— mounts and devices

  *#startMount(unit: Unit): Run<JobResult> {
    if (this.init.sys.mounts().some((mount) => mount.target === mountPoint(unit))) {
      this.#set(unit.name, "active", "mounted", {});
      return "done";
    }
    this.console.starting("Mounting", displayName(unit));
    yield* this.console.pause(8);
    const refusal = mountUnit(this.init, unit);
    if (refusal === undefined) {
      this.#set(unit.name, "active", "mounted", {});
      this.#told("Mounted", unit, {});
      return "done";
    }
    this.#say(unit.name, `mount: ${mountPoint(unit)}: ${refusal}`, 3);
    this.#say(unit.name, `${unit.name}: Mount process exited, code=exited, status=32/n/a`, 5);
    this.#say(unit.name, `${unit.name}: Failed with result 'exit-code'.`, 4);
    this.#set(unit.name, "failed", "failed", { result: "exit-code", exit: { kind: "exited", status: 32 } });
    this.#say(unit.name, `Failed to mount ${displayName(unit)}.`, 3);
    this.console.status("failed", "Failed to mount", displayName(unit));
    this.console.write(`See 'systemctl status ${unit.name}' for details.\n`);
    return "failed";
  }

  /** A device that udev has announced is there at once; one that is not is waited for, visibly, as long as DefaultDeviceTimeoutSec= says. */
  *#waitForDevice(unit: Unit): Run<JobResult> {
    const path = unitPath(unit.name);
    if (exists(this.init.sys, path)) {
      this.#set(unit.name, "active", "plugged", {});
      return "done";
    }
    const limit = this.#deviceTimeout();
    this.#set(unit.name, "activating", "tentative", {});
    for (let second = 0; second < limit && !this.console.hurry; second++) {
      this.console.write(waitingLine(second, `A start job is running for ${path} (${second}s / ${limit}s)`));
      yield* this.console.pause(1000);
      if (exists(this.init.sys, path)) break;
    }
    this.console.write(CLEAR_WAITING);
    if (exists(this.init.sys, path)) {
      this.#set(unit.name, "active", "plugged", {});
      this.#told("Found device", unit, {});
      return "done";
    }
    this.#set(unit.name, "inactive", "dead", {});
    this.#say(unit.name, `${unit.name}: Job ${unit.name}/start timed out.`, 4);
    this.#say(unit.name, `Timed out waiting for device ${displayName(unit)}.`, 3);
    this.console.status("time", "Timed out waiting for device", displayName(unit));
    return "timeout";
  }

  /**
   * Seconds. systemd waits for 90; a lesson need not.
   * @simplified 10 where the image's system.conf says nothing.
   */
  #deviceTimeout(): number {
    for (const file of ["/etc/systemd/system.conf", "/usr/lib/systemd/system.conf"]) {
      const value = /^DefaultDeviceTimeoutSec=(\d+)(?:s|sec)?$/m.exec(readTextIfThere(this.init.sys, file) ?? "")?.[1];
      if (value !== undefined) return Number(value);
    }
    return 10;
  }

  // ——— stopping

  activeUnits(): Unit[] {
    return [...this.#states]
      .filter(([, state]) => state.active === "active" || state.active === "activating")
      .map(([name]) => this.load(name));
  }

  /** Stops units and those that require them, the last started first. */
  *stop(units: readonly Unit[]): Run<void> {
    const stopping = new Set(units.map((unit) => unit.name));
    const active = this.activeUnits();
    for (let grew = true; grew;) {
      grew = false;
      for (const unit of active) {
        if (stopping.has(unit.name) || !unit.requires.some((name) => stopping.has(name))) continue;
        stopping.add(unit.name);
        grew = true;
      }
    }
    const { order } = sortByOrder(active.filter((unit) => stopping.has(unit.name)));
    for (const unit of order.toReversed()) yield* this.stopUnit(unit);
  }

  *stopUnit(unit: Unit): Run<void> {
    const state = this.state(unit.name);
    switch (unit.type) {
      case "service": {
        this.#say(unit.name, `Stopping ${displayName(unit)}...`);
        for (const command of execCommands(unit, "ExecStop")) yield* this.#run(unit, command);
        if (state.mainPid !== 0) yield* this.#terminate(state.mainPid);
        for (const command of execCommands(unit, "ExecStopPost")) yield* this.#run(unit, command);
        this.#set(unit.name, "inactive", "dead", {});
        this.#say(unit.name, `${unit.name}: Deactivated successfully.`);
        this.#told("Stopped", unit, {});
        return;
      }
      case "mount": {
        const refusal = unmountUnit(this.init, unit);
        if (refusal !== undefined) {
          this.#say(unit.name, `Failed unmounting ${displayName(unit)}: ${refusal}`, 3);
          return;
        }
        this.#set(unit.name, "inactive", "dead", {});
        this.#told("Unmounted", unit, {});
        return;
      }
      case "target":
        this.#set(unit.name, "inactive", "dead", {});
        this.#told("Stopped target", unit, {});
        return;
      default:
        this.#set(unit.name, "inactive", "dead", {});
        this.#told(unit.type === "socket" ? "Closed" : unit.type === "slice" ? "Removed slice" : "Stopped", unit, {});
    }
    yield TICK;
  }

  /** SIGTERM and SIGHUP, a moment, then SIGKILL. */
  *#terminate(pid: number): Run<void> {
    const child = this.init.kernel.process(pid);
    if (!child) return;
    child.signal("TERM");
    child.signal("CONT");
    child.signal("HUP");
    const limit = this.init.kernel.in(2);
    while (child.state !== "zombie" && compareTimestamps(this.init.now(), limit) < 0)
      yield { kind: "until", reason: "child", ready: () => child.state === "zombie", deadline: limit };
    if (child.state !== "zombie") child.signal("KILL");
    while (child.state !== "zombie") yield TICK;
    yield* this.init.wait(pid, { nohang: true });
  }

  // ——— small things

  #set(name: string, active: UnitState["active"], sub: string, more: Partial<UnitState>): void {
    const before = this.#states.get(name);
    const now: Timestamp = this.init.now();
    const activeSince = active === "active" ? now : before?.activeSince;
    this.#states.set(name, { ...INACTIVE, active, sub, since: now, activeSince, ...more });
  }

  /** A line on the console and the same in the journal. */
  #told(verb: string, unit: Unit, options: { readonly milestone?: boolean }): void {
    this.console.status("ok", verb, displayName(unit), options);
    this.#say(unit.name, `${verb} ${displayName(unit)}.`);
  }

  #say(unit: string, message: string, priority = 6): void {
    this.journal.log({ identifier: "systemd", pid: 1, unit, message, priority });
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

function passiveState(type: Unit["type"]): readonly [sub: string, verb: string] {
  switch (type) {
    case "socket":
      return ["listening", "Listening on"];
    case "timer":
    case "path":
      return ["waiting", "Started"];
    case "swap":
      return ["active", "Activated swap"];
    case "automount":
      return ["waiting", "Set up automount"];
    case "slice":
      return ["active", "Created slice"];
    default:
      return ["running", "Started"];
  }
}

function mountPoint(unit: Unit): string {
  return unit.sections.last("Mount", "Where") ?? unitPath(unit.name);
}

/** "tty1" of getty@tty1.service. */
export function gettyTerminal(name: string): string | undefined {
  return /^(?:getty|autovt|serial-getty)@(.+)\.service$/.exec(name)?.[1];
}

function isSuccess(unit: Unit, ending: Ending): boolean {
  if (ending.kind === "killed") return ["TERM", "HUP", "INT", "PIPE"].includes(ending.signal) && unit.type === "service";
  if (ending.kind === "stopped") return true;
  return ending.status === 0 || unit.sections.words("Service", "SuccessExitStatus").includes(String(ending.status));
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
