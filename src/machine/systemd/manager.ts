/**
 * systemd as pid 1: units and what they are doing, jobs, children.
 *
 * The coroutine of pid 1 does everything; clients put a `Job` in the queue and wait for its result.
 * @simplified Jobs run one after the other. Timers do not fire and sockets activate nothing.
 */
import { compareTimestamps, type Timestamp } from "../../base/timestamp.ts";
import type { BootConsole } from "../boot-console.ts";
import type { Journal } from "../journal.ts";
import type { Kernel } from "../kernel.ts";
import type { KernelProcess } from "../kernel-process.ts";
import type { Ending } from "../process.ts";
import type { Program, Run } from "../program.ts";
import { isPathReady, unmetCondition } from "./conditions.ts";
import { UnitLoader, type LoadedUnits } from "./load.ts";
import { execCommands, ServiceRunner } from "./services.ts";
import { startMount, waitForDevice } from "./start-mount.ts";
import { isSuccess, markFailed, runCommand, startService } from "./start-service.ts";
import { stopUnit } from "./stop-unit.ts";
import { planStart, sortByOrder } from "./transaction.ts";
import { displayName, type Unit } from "./unit.ts";
import { UnitControl } from "./unit-control.ts";
import { INACTIVE, type Job, type JobResult, type JobVerb, type PowerRequest, type UnitState } from "./unit-state.ts";

export interface ManagerOptions {
  readonly init: KernelProcess;
  readonly console: BootConsole;
  readonly journal: Journal;
  readonly commandLine: readonly string[];
  /**
   * The program that a getty on the terminal (e.g. "tty1") is; undefined for a terminal that is not there. `wiped`: the terminal
   * forgets first what it shows.
   */
  getty(tty: string, wiped: boolean): Program | undefined;
  /** How many keys have been typed at the terminal so far. */
  keysTyped(tty: string): number;
}

/** Plain data, fit for JSON. */
export interface ManagerState {
  readonly units: readonly (readonly [name: string, state: UnitState])[];
  readonly gettyStarts: readonly (readonly [tty: string, keys: number, count: number])[];
  readonly starts: readonly (readonly [unit: string, moments: readonly Timestamp[]])[];
  readonly emergencyShell: number;
}

/** StartLimitBurst= starts within StartLimitIntervalSec= and no more. */
const START_BURST = 5;
const START_INTERVAL = 10;
/** RestartSec= unless a unit says otherwise, in seconds. */
const RESTART_DELAY = 0.1;

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
  readonly #control: UnitControl;
  readonly #states = new Map<string, UnitState>();
  /** When services were started lately. */
  readonly #starts = new Map<string, Timestamp[]>();
  readonly #gettyStarts = new Map<string, { keys: number; count: number }>();
  #loader: UnitLoader;
  #jobs: Job[] = [];
  #childEnded = false;
  #idle: string[] = [];
  /** Restarts that wait for their moment. */
  #later: { readonly at: Timestamp; readonly unit: string }[] = [];
  /** What a client or a button asked for. */
  power: PowerRequest | undefined;
  /** Set when a unit's failure calls for emergency mode. */
  emergency: string | undefined;
  /** The process whose end ends emergency mode; 0 outside of it. */
  emergencyShell = 0;

  /** `saved` and `loaded` come together, for a restored machine. */
  constructor(options: ManagerOptions, saved?: ManagerState, loaded?: LoadedUnits) {
    this.#options = options;
    this.init = options.init;
    this.journal = options.journal;
    this.console = options.console;
    this.#loader = new UnitLoader(options.init.sys, options.init.kernel.hostname, loaded);
    this.#services = new ServiceRunner(options.init, options.journal);
    const { init, console, journal } = options;
    this.#control = new UnitControl({ init, console, journal, services: this.#services, states: this.#states });
    for (const [name, state] of saved?.units ?? []) {
      this.#states.set(name, state);
      if (state.mainPid !== 0 && gettyTerminal(name) === undefined) this.#services.adoptStandIn(state.mainPid);
    }
    for (const [tty, keys, count] of saved?.gettyStarts ?? []) this.#gettyStarts.set(tty, { keys, count });
    this.emergencyShell = saved?.emergencyShell ?? 0;
    for (const [unit, moments] of saved?.starts ?? []) this.#starts.set(unit, [...moments]);
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
      starts: [...this.#starts].map(([unit, moments]) => [unit, [...moments]] as const),
      emergencyShell: this.emergencyShell,
    };
  }

  /** What has been read of the unit files. Where it has no `files`, nothing is unread. */
  saveUnits(): ReturnType<UnitLoader["save"]> {
    return this.#loader.save();
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

  /** The unit whose main process it is. */
  unitOf(pid: number): string | undefined {
    for (const [name, { mainPid }] of this.#states) if (mainPid === pid) return name;
    return undefined;
  }

  /** Names of all units that did something since boot, sorted as systemctl sorts them: by kind, then by name. */
  knownUnits(): string[] {
    const kind = (name: string) => name.slice(name.lastIndexOf(".") + 1);
    return [...this.#states.keys()].sort((left, right) => compareText(kind(left), kind(right)) || compareText(left, right));
  }

  /** "running", "degraded" when units have failed, "maintenance" in emergency mode, "starting", "stopping". */
  get systemState(): string {
    if (this.power) return "stopping";
    if (this.emergency !== undefined || this.emergencyShell !== 0) return "maintenance";
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
    for (const [unit, state] of this.#states) {
      if (state.active !== "failed" || (name !== undefined && unit !== name)) continue;
      this.#states.delete(unit);
      this.#starts.delete(unit);
    }
  }

  /** Marks a unit as started by others: the root mount, what the initramfs did. */
  adopt(name: string, sub: string): void {
    this.#control.set(name, "active", sub);
  }

  /** Whether the process is a service's stand-in that waits for nothing. */
  isIdleService(pid: number): boolean {
    return this.#services.isStandIn(pid);
  }

  /** A unit whose stop somebody else has seen to. */
  markStopped(name: string): void {
    this.#control.set(name, "inactive", "dead");
  }

  // ——— pid 1

  /** Handles jobs and children until the power shall go, something that cannot go on happened, or `until` is true. */
  *serve(until: () => boolean = () => false): Run<void> {
    for (;;) {
      this.#services.pump();
      yield* this.#reap();
      if (this.power || this.emergency !== undefined || until()) return;
      const due = this.#later.filter(({ at }) => compareTimestamps(at, this.init.now()) <= 0);
      this.#later = this.#later.filter((each) => !due.includes(each));
      for (const { unit } of due) this.request("start", unit);
      const job = this.#jobs.shift();
      if (job) {
        job.result = yield* this.#execute(job);
        continue;
      }
      this.journal.commit();
      const deadline = this.#later[0]?.at;
      const ready = () => this.#hasWork;
      yield deadline === undefined ? { kind: "until", reason: "read", ready } : { kind: "until", reason: "read", ready, deadline };
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
        for (const command of execCommands(unit, "ExecReload")) yield* runCommand(this.#control, unit, command);
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
      this.#control.say(by, `${by}: Failed to add dependency on ${name}: Unit ${name} not found.`, 4);
      failed.add(name);
    }
    for (const name of plan.dropped) this.#control.say(name, `${name}: Found ordering cycle; job deleted to break it.`, 3);
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
        this.#control.say(unit.name, `Dependency failed for ${displayName(unit)}.`, 4);
        this.#control.say(unit.name, `${unit.name}: Job ${unit.name}/start failed with result 'dependency'.`, 5);
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
      this.#control.say(unit.name, `${unit.name}: Triggering OnFailure= dependencies.`, 5);
      if (name === "emergency.target" || name === "rescue.target") this.emergency = unit.name;
      else if (this.load(name).load === "loaded") this.request("start", name);
    }
  }

  *#startUnit(unit: Unit): Run<JobResult> {
    const unmet = unmetCondition(unit, this.init.sys, this.#options.commandLine);
    if (unmet !== undefined) {
      this.#control.set(unit.name, "inactive", "dead", { unmet });
      this.#control.say(unit.name, `${displayName(unit)} was skipped because of an unmet condition check (${unmet}).`);
      return "done";
    }
    switch (unit.type) {
      case "target":
        this.#control.set(unit.name, "active", "active");
        this.#control.told("Reached target", unit);
        yield* this.console.pause(4);
        return "done";
      case "service":
        return yield* this.#startService(unit);
      case "mount":
        return yield* startMount(this.#control, unit);
      case "device":
        return yield* waitForDevice(this.#control, unit);
      default: {
        const [sub, verb] = passiveState(unit.type);
        this.#control.set(unit.name, "active", sub);
        this.#control.told(verb, unit);
        yield* this.console.pause(2);
        return "done";
      }
    }
  }

  // ——— services

  *#startService(unit: Unit): Run<JobResult> {
    const tty = gettyTerminal(unit.name);
    if (tty !== undefined) return this.#startGetty(unit, tty);
    if (this.#isStartedTooOften(unit.name)) {
      this.#control.set(unit.name, "failed", "failed", { result: "start-limit-hit" });
      this.#control.say(unit.name, `${unit.name}: Start request repeated too quickly.`, 4);
      this.#control.say(unit.name, `${unit.name}: Failed with result 'start-limit-hit'.`, 4);
      this.#control.toldFailure("Failed to start", unit);
      return "failed";
    }
    return yield* startService(this.#control, unit);
  }

  #isStartedTooOften(name: string): boolean {
    const now = this.init.now();
    const recent = (this.#starts.get(name) ?? []).filter(({ sec }) => now.sec - sec < START_INTERVAL);
    this.#starts.set(name, [...recent, now]);
    return recent.length >= START_BURST;
  }

  #startGetty(unit: Unit, tty: string): JobResult {
    const program = this.#options.getty(tty, unit.sections.flag("Service", "TTYVTDisallocate", false));
    if (!program) return "failed";
    const keys = this.#options.keysTyped(tty);
    const before = this.#gettyStarts.get(tty);
    const count = before?.keys === keys ? before.count + 1 : 1;
    this.#gettyStarts.set(tty, { keys, count });
    if (count > GETTY_BURST) {
      this.#control.set(unit.name, "failed", "failed", { result: "start-limit-hit" });
      this.#control.say(unit.name, `${unit.name}: Start request repeated too quickly.`, 4);
      this.#control.say(unit.name, `Failed to start ${displayName(unit)}.`, 3);
      this.console.write(`\n${unit.name}: the login ended ${GETTY_BURST} times before anybody typed; it is not started again.\n`);
      return "failed";
    }
    const child = this.init.spawn({ argv: ["agetty"], program, newSession: true, fds: new Map() });
    this.#control.set(unit.name, "active", "running", { mainPid: child.pid });
    this.#control.told("Started", unit);
    return "done";
  }

  *#reap(): Run<void> {
    if (!this.#childEnded) return;
    this.#childEnded = false;
    for (;;) {
      if (this.init.kernel.childrenOf(1).size === 0) return;
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
      this.#control.set(unit.name, "inactive", "dead");
      this.#control.say(unit.name, `${unit.name}: Deactivated successfully.`);
      if (!this.power && this.emergency === undefined) this.request("start", unit.name);
      return;
    }
    const ok = isSuccess(unit, ending);
    if (!ok) {
      markFailed(this.#control, unit, ending);
      this.#onFailure(unit);
    } else {
      this.#control.set(unit.name, "inactive", "dead", ending.kind === "stopped" ? {} : { exit: ending });
      this.#control.say(unit.name, `${unit.name}: Deactivated successfully.`);
    }
    const restart = unit.sections.last("Service", "Restart") ?? "no";
    if (restart === "always" || (!ok && ["on-failure", "on-abnormal", "on-abort"].includes(restart))) {
      this.#control.say(unit.name, `${unit.name}: Scheduled restart job, restart counter is at 1.`);
      const delay = seconds(unit.sections.last("Service", "RestartSec")) ?? RESTART_DELAY;
      this.#later.push({ at: this.init.kernel.in(delay), unit: unit.name });
      this.#later.sort((left, right) => compareTimestamps(left.at, right.at));
    }
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
    this.#later = this.#later.filter((each) => each.unit !== unit.name);
    yield* stopUnit(this.#control, unit);
  }
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

/** "tty1" of getty@tty1.service. */
export function gettyTerminal(name: string): string | undefined {
  return /^(?:getty|autovt|serial-getty)@(.+)\.service$/.exec(name)?.[1];
}

/** "5", "5s", "500ms", "1min" in seconds. */
function seconds(text: string | undefined): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|sec|min)?$/.exec(text ?? "");
  if (!match) return undefined;
  const scale = match[2] === "ms" ? 0.001 : match[2] === "min" ? 60 : 1;
  return Number(match[1]) * scale;
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
