/**
 * One computer as a value: disk, memory, terminals, clock, power.
 *
 * The disk is the only thing that outlives a power cut; everything else is made again at each start, first for the firmware
 * and its boot loader, then for the kernel that was chosen. `run` counts in ticks: the same events at the same ticks give
 * the same bytes. A checkpoint is taken when only shells at their prompts live; a restored machine goes on as the first would have.
 */
import { assert } from "../base/assert.ts";
import { Random } from "../base/random.ts";
import { compareTimestamps, type Timestamp } from "../base/timestamp.ts";
import { restoreCheckpoint } from "../vfs/checkpoint.ts";
import { Disk } from "../vfs/disk.ts";
import { PowerLoss } from "../vfs/disk-types.ts";
import { deviceId, type FileSystem } from "../vfs/file-system.ts";
import type { Sys } from "../vfs/sys.ts";
import type { Task } from "../vfs/task.ts";
import { rootCredentials, type TraceEvent } from "../vfs/types.ts";
import { Vfs, type VfsCheckpoint, type VfsEnvironment } from "../vfs/vfs.ts";
import { blockDevices } from "./block-devices.ts";
import { BootConsole } from "./boot-console.ts";
import { bootProgram, resumedInit } from "./boot.ts";
import type { BootContext } from "./boot-context.ts";
import type { BootChoice } from "./bootloader.ts";
import { Clock } from "./clock.ts";
import { openDevice } from "./devices.ts";
import { firmwareProgram } from "./firmware.ts";
import { emptyTree, mountShown, mountToLook, quiet } from "./inspection.ts";
import { Kernel, type AfterCommand } from "./kernel.ts";
import type { KernelProcess } from "./kernel-process.ts";
import { reviveChildren, savedChildren, type KernelFacts, type MachineCheckpoint } from "./machine-checkpoint.ts";
import type { MachineSpec } from "./machine-spec.ts";
import type { ProgramTable } from "./ports.ts";
import type { PowerDown, PowerState } from "./power.ts";
import type { Missable } from "./program.ts";
import { procfs, sysfs } from "./procfs.ts";
import { readTextIfThere } from "./read-text.ts";
import { managerOf, type SystemManager } from "./systemd/manager.ts";
import { Tty } from "./tty.ts";
import { INSIDE, World, type FaultName } from "./world.ts";

export type { MachineCheckpoint } from "./machine-checkpoint.ts";
export type { MachineSpec } from "./machine-spec.ts";
export type { PowerState } from "./power.ts";

/** Terminals of a machine: the console and a second one. */
const TERMINALS = ["tty1", "tty2"] as const;
/** st_dev of /proc and /sys, below those that the VFS gives out. */
const PROC_DEVICE = deviceId({ major: 0, minor: 4 });
const SYS_DEVICE = deviceId({ major: 0, minor: 5 });
const DEFAULT_SIZE = { columns: 80, rows: 24 };

export class Machine {
  onOutput: (tty: number, data: Uint8Array) => void = () => {};
  onTrace: (event: TraceEvent) => void = () => {};
  /** A defect of ours inside a program. */
  onFault: (message: string) => void = () => {};
  /** See `Kernel.typed`. */
  onCommand: (line: string) => AfterCommand = () => () => {};

  readonly spec: MachineSpec;
  /** What is outside. */
  readonly world: World;
  readonly #programs: ProgramTable;
  #disk: Disk;
  #random: Random;
  #clock: Clock;
  #power: PowerState = "off";
  #bootCount = 0;
  #kernel: Kernel | undefined;
  #vfs: Vfs | undefined;
  #inspector: Task | undefined;
  #console: BootConsole | undefined;
  #bootId = "";
  #ttys = new Map<string, Tty>();
  #sizes = TERMINALS.map(() => DEFAULT_SIZE);
  #keysTyped = new Map<string, number>();
  /** What happens once the present kernel has stopped. */
  #next: (() => void) | undefined;
  /** Ticks of the kernels before the present one. */
  #pastTicks = 0;
  #pastBytes = 0;
  /** While a restored machine catches up, nobody hears of it. */
  #isSilent = false;
  #hasLostPower = false;
  /** What is to be done to the system when it is up. */
  #sabotages: (readonly string[])[] = [];

  /** A machine that is off. */
  constructor(spec: MachineSpec, disk: Disk = spec.makeDisk()) {
    this.spec = spec;
    this.#disk = disk;
    this.world = new World(
      (name) => spec.addressOf?.(name),
      () => this.#isLinkUp(),
    );
    this.#programs = spec.programs(this.world);
    this.#random = new Random(spec.seed);
    this.#clock = new Clock(spec.startTime);
  }

  // ——— what it is doing

  get power(): PowerState {
    return this.#power;
  }

  get bootCount(): number {
    return this.#bootCount;
  }

  /** It is off because the plug was pulled at the write that a fault named. */
  get hasLostPower(): boolean {
    return this.#power === "off" && this.#hasLostPower;
  }

  /** Somebody has asked for a reboot or for the power to go, and it will. */
  get isGoingDown(): boolean {
    return this.#power === "stopping" || this.#manager?.power !== undefined;
  }

  /** Ticks since the machine was made or restored. */
  get ticks(): number {
    return this.#pastTicks + (this.#kernel?.ticks ?? 0);
  }

  get now(): Timestamp {
    return this.#clock.now;
  }

  get disk(): Disk {
    return this.#disk;
  }

  /** Writes to the disk so far. */
  get diskWrites(): number {
    return this.#disk.writes;
  }

  /** Equal values of one machine mean: `inspect` shows what it showed, apart from what the kernel generates (/proc). */
  get revision(): string {
    return `${this.#power} ${this.#bootCount} ${this.#disk.writes} ${this.#kernel && this.#power !== "booting" ? (this.#vfs?.revision ?? "") : ""}`;
  }

  /** Bytes that programs have written to files since the machine was made or restored. */
  get bytesWritten(): number {
    return this.#pastBytes + (this.#kernel?.bytesWritten ?? 0);
  }

  /** How many keys wait to be read at a terminal. */
  typedAhead(tty: number): number {
    return this.#ttys.get(TERMINALS[tty] ?? "")?.pending ?? 0;
  }

  /** Bytes of the root partition, or of all where no single one is the root. */
  diskUsage(): { readonly used: number; readonly total: number } {
    const names = this.#disk.partition("root") ? ["root"] : this.spec.partitions.map(({ name }) => name);
    const rooms = names.flatMap((name) => this.#disk.partition(name)?.statfs() ?? []);
    const total = rooms.reduce((sum, room) => sum + room.total, 0);
    return { used: total - rooms.reduce((sum, room) => sum + room.free, 0), total };
  }

  /** `uname -r` of the running kernel, "" when there is none. */
  get kernelRelease(): string {
    return this.#kernel?.release ?? "";
  }

  /** /proc/cmdline of the running kernel, "" when there is none. */
  get commandLine(): string {
    return this.#kernel?.commandLine ?? "";
  }

  /** The running kernel, for tests and the command line of the lab. */
  get kernel(): Kernel | undefined {
    return this.#kernel;
  }

  /** Nothing will happen until a key is pressed or a sleeper wakes. */
  get idle(): boolean {
    return this.#next === undefined && (this.#kernel?.isIdle ?? true);
  }

  /** What must come from outside before anything can happen: until then time stands still. */
  get missing(): Missable | undefined {
    return this.#kernel?.missing;
  }

  /** Nanoseconds until the next sleeper wakes, which the rim may pace or skip; undefined when nobody sleeps. */
  get sleepsFor(): number | undefined {
    return this.#kernel?.sleepsFor;
  }

  /** When the next sleeper wakes. */
  get nextTimer(): Timestamp | undefined {
    return this.#kernel?.nextWake;
  }

  /** Lets the clock jump to `nextTimer`. */
  skipToNextWake(): void {
    this.#kernel?.skipToNextWake();
  }

  /** A shell waits at the console's prompt with nothing typed. */
  get atPrompt(): boolean {
    const shell = this.shellOn(0);
    return shell !== undefined && this.spec.loginShell.checkpoint(shell) !== undefined;
  }

  /** The last line of the console shell's history; undefined when there is none or it cannot be known now. */
  get lastCommand(): string | undefined {
    const shell = this.shellOn(0);
    const history = shell === undefined ? undefined : this.spec.loginShell.checkpoint(shell)?.["history"];
    const last: unknown = Array.isArray(history) ? history.at(-1) : undefined;
    return typeof last === "string" ? last : undefined;
  }

  /** `$?` of the console's shell; undefined while it is not at its prompt. */
  get lastStatus(): number | undefined {
    const shell = this.shellOn(0);
    const status: unknown = shell === undefined ? undefined : this.spec.loginShell.checkpoint(shell)?.["status"];
    return typeof status === "number" ? status : undefined;
  }

  /** The session leader on terminal `tty`: the login shell, when somebody is logged in. */
  shellOn(tty: number): KernelProcess | undefined {
    const name = TERMINALS[tty];
    return name === undefined ? undefined : this.#shellOn(name);
  }

  #shellOn(name: string): KernelProcess | undefined {
    const session = this.#kernel?.ttys.get(name)?.session;
    return session === undefined || session === 0 ? undefined : this.#kernel?.process(session);
  }

  // ——— what is done to it

  /** Runs at most `ticks` ticks; less when it is idle before, or when `isOver`, which is asked before each. */
  run(ticks: number, isOver?: () => boolean): void {
    let left = ticks;
    for (;;) {
      const kernel = this.#kernel;
      if (!kernel) return;
      try {
        left = kernel.run(left, isOver);
      } catch (error) {
        if (!(error instanceof PowerLoss)) throw error;
        this.#lose();
        return;
      }
      const next = this.#next;
      if (!next) return;
      this.#next = undefined;
      next();
      if (left === 0) return;
    }
  }

  /** Keys at a terminal. While the machine starts or stops, a key on the console means: hurry. */
  keys(tty: number, text: string): void {
    const name = TERMINALS[tty];
    const terminal = name === undefined ? undefined : this.#ttys.get(name);
    if (name === undefined || !terminal || this.#power === "off") return;
    this.#keysTyped.set(name, (this.#keysTyped.get(name) ?? 0) + 1);
    if (this.#console && (this.#power === "booting" || this.#power === "stopping")) this.#console.hurry = true;
    else {
      terminal.input(text);
      this.#kernel?.bringToFront(terminal);
    }
  }

  resize(tty: number, columns: number, rows: number): void {
    const name = TERMINALS[tty];
    if (name === undefined) return;
    this.#sizes[tty] = { columns, rows };
    this.#ttys.get(name)?.resize(columns, rows);
  }

  /** Somebody looks at the second terminal: logind starts a login there. */
  openTty(tty: number): void {
    const name = TERMINALS[tty];
    const manager = this.#manager;
    if (name === undefined || tty === 0 || !manager?.isUp || this.#power !== "running") return;
    const unit = `getty@${name}.service`;
    if (manager.state(unit).active !== "active") manager.request("start", unit);
  }

  /** The power button of a machine that is off. */
  powerOn(): void {
    if (this.#power === "off") this.#startFirmware();
  }

  /** Pulls the plug. With `seed`, writes that were not synced are lost or land in another order. */
  powerCut(options: { readonly seed?: number } = {}): void {
    if (this.#power === "off") return;
    this.#disk.powerCut(options);
    this.#stopKernel();
    this.#power = "off";
  }

  /** The reset request of the page: as `systemctl reboot` of root where systemd runs, else the reset button itself. */
  pressReboot(): void {
    const manager = this.#manager;
    if (this.#power === "off") this.#startFirmware();
    else if (manager && (this.#power === "running" || this.#power === "emergency" || this.#power === "booting"))
      manager.power ??= { verb: "reboot", force: 0 };
    else if (this.#power !== "stopping") {
      this.powerCut();
      this.#startFirmware();
    }
  }

  /**
   * Puts something in trouble, or right again. `write`, of a power cut: before which one from now the plug is pulled. What is done to the
   * machine itself is done by a process of root's, at once or when the system is up.
   */
  setFault(fault: FaultName, on: boolean, write = 1): void {
    if (fault === "power-cut" && on) this.world.setPowerCut(this.#disk.writes + write);
    else this.world.set(fault, on);
    this.#disk.lastsUntil = this.world.lastsUntil;
    if (INSIDE.has(fault)) this.#sabotages.push(["lab-fault", fault, on ? "on" : "off"]);
    if (this.#power === "running") this.#sabotage();
  }

  #sabotage(): void {
    const init = this.#kernel?.process(1);
    const program = this.spec.saboteur;
    for (const argv of this.#sabotages.splice(0))
      if (init && program) this.#kernel?.spawn(init, { argv, program, newSession: true, fds: new Map(), cwd: "/" });
  }

  /** Lets go of callbacks. */
  dispose(): void {
    this.onOutput = () => {};
    this.onTrace = () => {};
    this.onFault = () => {};
    this.onCommand = () => () => {};
    this.#stopKernel();
    this.#power = "off";
  }

  get #manager(): SystemManager | undefined {
    return this.#kernel && managerOf(this.#kernel);
  }

  // ——— looking at it

  /**
   * A view for reading, as root and unseen by the trace: of the running system, or of the disk of a machine that is off, its root
   * partition at /sysroot and its boot partition at /boot, which is where a running system has them.
   */
  inspect(): Sys {
    if (!this.#vfs || !["running", "emergency", "stopping"].includes(this.#power)) return this.inspectDisk();
    this.#inspector ??= quiet(this.#vfs.task({ pid: 0, credentials: rootCredentials(), umask: 0o022, root: "/", cwd: "/" }));
    return this.#inspector;
  }

  /** The same of the disk alone, whatever runs. `disk`: the machine's own, for whoever watches what is asked of it; else a copy. */
  inspectDisk(disk = this.#disk.fork()): Sys {
    // Mounting a file system read-only makes it so for whoever has it.
    const fileSystems = disk.partitions().flatMap((name) => disk.partition(name) ?? []);
    const before = fileSystems.map(({ readOnly }) => readOnly);
    const sys = this.#diskInspector(disk);
    for (const [at, fs] of fileSystems.entries()) fs.readOnly = before[at] ?? false;
    return sys;
  }

  #diskInspector(disk: Disk): Sys {
    const environment = this.#environment(() => undefined, disk);
    const vfs = new Vfs({ ...environment, trace: () => {}, tracing: () => false });
    const task = quiet(vfs.firstTask({ pid: 0, rootFs: emptyTree(this.now) }));
    mountToLook(task, this.spec.partitions);
    return task;
  }

  // ——— starting and stopping

  #startFirmware(): void {
    this.#hasLostPower = false;
    this.#stopKernel();
    if (!this.#disk.powered) this.#disk.powerCut();
    this.#power = "firmware";
    this.#console = undefined;
    this.#makeTerminals();
    const kernel = this.#newKernel({ release: "", version: "", commandLine: "" });
    const ownBoot = this.#disk.partition("boot");
    const shown = this.spec.partitions.filter(({ shownAt }) => shownAt !== undefined);
    const boot = shown.length > 0 ? emptyTree(this.now) : (ownBoot ?? this.#disk.partition("root") ?? emptyTree(this.now));
    boot.readOnly = false;
    const program = firmwareProgram({
      tty: this.#tty(TERMINALS[0]),
      title: this.spec.title,
      menuTimeout: this.spec.menuTimeout,
      bootDirectory: ownBoot || this.spec.bootMenu ? "/" : "/boot",
      menu: this.spec.bootMenu,
      mount: (sys) => mountShown(sys, shown),
      entry: this.spec.firmwareEntry,
      onMenu: () => (this.#power = "menu"),
      onChoice: (choice) => {
        kernel.isHalted = true;
        this.#next = () => this.#startKernel(choice);
      },
    });
    kernel.startInit(boot, program, ["firmware"], this.spec.bootMenu !== undefined);
  }

  #startKernel({ kernel: loaded }: BootChoice): void {
    this.#stopKernel();
    this.#makeTerminals();
    this.#bootCount++;
    this.#power = "booting";
    this.#clock.bootedAt = this.#clock.now;
    const release = loaded.linux.slice(loaded.linux.lastIndexOf("/") + 1).replace(/^vmlinuz-?/, "");
    this.#bootId = [...this.#random.bytes(16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const commandLine = this.spec.namesKernel === false ? loaded.commandLine.replace(/^BOOT_IMAGE=\S* ?/, "") : loaded.commandLine;
    const kernel = this.#newKernel({ release, version: "#1 SMP PREEMPT_DYNAMIC", commandLine });
    this.#console = this.#newConsole(commandLine);
    const vfs = this.#vfs as Vfs;
    kernel.startInit(emptyTree(this.now, vfs.nextDevice()), bootProgram(this.#bootContext(kernel, this.#console)), ["/init"]);
  }

  #newConsole(commandLine: string): BootConsole {
    return new BootConsole({
      tty: this.#tty(TERMINALS[0]),
      clock: this.#clock,
      random: this.#random,
      quiet: commandLine.split(/\s+/).includes("quiet"),
    });
  }

  #bootContext(kernel: Kernel, console: BootConsole): BootContext {
    return {
      spec: this.spec,
      kernel,
      console,
      consoleName: TERMINALS[0],
      bootId: this.#bootId,
      setPower: (state) => {
        this.#power = state;
        // What "/" is may have changed.
        this.#inspector = undefined;
        if (state === "running") this.#sabotage();
      },
      powerDown: (how) => {
        kernel.isHalted = true;
        this.#next = () => this.#powerDown(how);
      },
      keysTyped: (tty) => this.#keysTyped.get(tty) ?? 0,
    };
  }

  #powerDown({ verb }: PowerDown): void {
    // What was written is there: @simplified `reboot -ff` loses nothing either, though nothing was synced.
    this.#disk.powerCut();
    this.#stopKernel();
    this.#power = "off";
    if (verb === "reboot" || verb === "kexec") this.#startFirmware();
  }

  /** The disk has said that the power went. */
  #lose(): void {
    this.#hasLostPower = this.world.has("power-cut");
    this.world.set("power-cut", false);
    this.#disk.lastsUntil = undefined;
    this.#stopKernel();
    this.#power = "off";
  }

  /** A maintenance shell has no network, unless somebody starts what brings it up. @simplified Else it is always up. */
  #isLinkUp(): boolean {
    if (this.#power !== "emergency") return true;
    const units = this.#kernel && managerOf(this.#kernel)?.activeUnits();
    return units?.some(({ name }) => name === "NetworkManager.service") === true;
  }

  #stopKernel(): void {
    this.#pastTicks += this.#kernel?.ticks ?? 0;
    this.#pastBytes += this.#kernel?.bytesWritten ?? 0;
    this.#kernel = undefined;
    this.#vfs = undefined;
    this.#inspector = undefined;
    this.#next = undefined;
  }

  #newKernel(facts: KernelFacts, saved?: VfsCheckpoint): Kernel {
    // The kernel and its VFS need each other: the environment looks the kernel up when it is asked.
    let kernel: Kernel | undefined = undefined;
    const environment = this.#environment(() => kernel);
    const vfs = new Vfs(environment, saved?.counters);
    kernel = new Kernel({
      hostname: this.spec.hostname,
      ...facts,
      vfs,
      clock: this.#clock,
      random: this.#random,
      programs: this.#programs,
      world: this.world,
      memoryBytes: this.spec.memoryBytes,
      bootId: this.#bootId,
      fault: (message) => this.onFault(message),
      typed: (line) => this.onCommand(line),
    });
    if (saved) vfs.setInitialNamespace(restoreCheckpoint(saved, environment));
    for (const [name, tty] of this.#ttys) kernel.ttys.set(name, tty);
    this.#kernel = kernel;
    this.#vfs = vfs;
    return kernel;
  }

  #environment(kernel: () => Kernel | undefined, disk?: Disk): VfsEnvironment {
    const generated = new Map<string, FileSystem>();
    return {
      now: () => this.#clock.now,
      memory: { bytes: this.spec.memoryBytes, left: () => kernel()?.memory.free ?? Infinity },
      openDevice: (type, device, task) => openDevice(kernel() as Kernel, type, device, task),
      blockDevice: (source) => {
        const partition = this.spec.partitions.find((each) => each.device === source);
        return partition && (disk ?? this.#disk).partition(partition.name);
      },
      generated: (fstype) => {
        const present = kernel();
        if (!present) return undefined;
        let fs = generated.get(fstype);
        if (!fs && fstype === "proc") fs = procfs(present, PROC_DEVICE);
        if (!fs && fstype === "sysfs")
          fs = sysfs(
            present,
            SYS_DEVICE,
            blockDevices(this.spec.partitions, (name) => this.#disk.partition(name)?.statfs().total ?? 0),
          );
        if (fs) generated.set(fstype, fs);
        return fs;
      },
      trace: (event) => {
        if (!this.#isSilent) this.onTrace(event);
      },
      tracing: () => !this.#isSilent && this.#power === "running",
    };
  }

  #makeTerminals(): void {
    this.#ttys = new Map(
      TERMINALS.map((name, index) => [
        name,
        new Tty({
          ...(this.#sizes[index] ?? DEFAULT_SIZE),
          output: (data) => {
            if (!this.#isSilent) this.onOutput(index, data);
          },
          signal: (group, signal) => this.#kernel?.signalGroup(group, signal),
        }),
      ]),
    );
  }

  #tty(name: string): Tty {
    const tty = this.#ttys.get(name);
    if (!tty) throw new Error(`internal error: no terminal ${name}`);
    return tty;
  }

  // ——— checkpoints

  /** The machine as a value; undefined unless only pid 1, its idle services and shells at their prompts live. */
  checkpoint(): MachineCheckpoint | undefined {
    const kernel = this.#kernel;
    const manager = this.#manager;
    if (!kernel || !this.#vfs || !manager || !this.idle || kernel.nextWake) return undefined;
    if (this.#power !== "running" && !(this.#power === "emergency" && manager.emergencyShell !== 0)) return undefined;
    if (manager.pendingJobs.length > 0) return undefined;
    const init = kernel.process(1);
    const children = init && savedChildren(kernel, manager, this.spec.loginShell, TERMINALS[0]);
    if (!init || !children) return undefined;
    return {
      disk: this.#disk.snapshot(),
      vfs: this.#vfs.checkpoint(),
      clock: { now: this.#clock.now, bootedAt: this.#clock.bootedAt },
      random: this.#random.state,
      power: this.#power as MachineCheckpoint["power"],
      bootCount: this.#bootCount,
      kernel: {
        release: kernel.release,
        version: kernel.version,
        hostname: kernel.hostname,
        commandLine: kernel.commandLine,
        nextPid: kernel.nextPid,
      },
      bootId: this.#bootId,
      ring: this.#console?.ring ?? [],
      ttys: [...this.#ttys].map(([name, tty]) => [name, tty.save()] as const),
      keysTyped: [...this.#keysTyped],
      init: { manager: manager.save(), journal: manager.journal.state, ticksUsed: init.ticksUsed, startedAt: init.startedAt },
      units: manager.saveUnits(),
      ...children,
      world: this.world.state,
    };
  }

  /** A machine that goes on from `checkpoint`, independent of the one that it was taken from. */
  static restore(spec: MachineSpec, checkpoint: MachineCheckpoint): Machine {
    const machine = new Machine(spec, Disk.open(checkpoint.disk));
    machine.#restore(checkpoint);
    return machine;
  }

  #restore(saved: MachineCheckpoint): void {
    this.#isSilent = true;
    this.world.restore(saved.world);
    this.#disk.lastsUntil = saved.world.lastsUntil;
    this.#random = new Random(saved.random);
    this.#clock = new Clock(saved.clock.now, saved.clock.bootedAt);
    this.#bootCount = saved.bootCount;
    this.#bootId = saved.bootId;
    this.#keysTyped = new Map(saved.keysTyped);
    saved.ttys.forEach(([, { columns, rows }], index) => (this.#sizes[index] = { columns, rows }));
    this.#makeTerminals();
    const kernel = this.#newKernel(saved.kernel, saved.vfs);
    const console = this.#newConsole(saved.kernel.commandLine);
    console.restore(saved.ring);
    this.#console = console;
    const init = kernel.adoptInit(
      resumedInit(this.#bootContext(kernel, console), saved.init, { files: () => this.#asOf(saved, kernel), ...saved.units }),
      ["/usr/lib/systemd/systemd", "--switched-root", "--system"],
      "/",
    );
    init.name = "systemd";
    reviveChildren(kernel, init, saved, this.spec.loginShell);
    kernel.ticks = 0;
    for (const [name, state] of saved.ttys) this.#tty(name).restore(state);
    this.#clock.restore(saved.clock.now, saved.clock.bootedAt);
    assert(this.#random.state === saved.random, "restoring a machine used up random numbers");
    assert(this.#disk.writes === saved.disk.writes, `restoring a machine wrote to its disk ${this.#disk.writes - saved.disk.writes} times`);
    this.#power = saved.power;
    this.#isSilent = false;
  }

  /** The file systems as they were at `saved`, for reading: by machines that come from this one, too, when it is gone and with it its kernel. */
  #asOf(saved: MachineCheckpoint, kernel: Kernel): Sys {
    const environment = this.#environment(() => kernel, Disk.open(saved.disk));
    const vfs = new Vfs({ ...environment, trace: () => {}, tracing: () => false }, saved.vfs.counters);
    vfs.setInitialNamespace(restoreCheckpoint(saved.vfs, environment));
    return quiet(vfs.task({ pid: 0, credentials: rootCredentials(), umask: 0o022, root: "/", cwd: "/" }));
  }

  /** An independent copy of a machine at rest; undefined when it is not. */
  fork(): Machine | undefined {
    const checkpoint = this.checkpoint();
    return checkpoint && Machine.restore(this.spec, checkpoint);
  }

  /** Whether `moment` has passed on the machine's clock. */
  hasPassed(moment: Timestamp): boolean {
    return compareTimestamps(this.now, moment) >= 0;
  }

  /** The machine's own name for itself: /etc/hostname, or what the spec says. */
  get hostname(): string {
    return this.#kernel?.hostname ?? readTextIfThere(this.inspectDisk(), "/etc/hostname")?.trim() ?? this.spec.hostname;
  }
}
