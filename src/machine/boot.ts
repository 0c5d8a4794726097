/** Pid 1 from the kernel's first line to the last: initramfs, systemd, logins, and down again. */
import { isSysError } from "../vfs/errno.ts";
import { O } from "../vfs/types.ts";
import { encodeUtf8 } from "../base/utf8.ts";
import { newJournal, newManager, type BootContext } from "./boot-context.ts";
import { enterEmergency, initramfsShell, waitInEmergency } from "./emergency.ts";
import { enterRoot, runInitramfs, valueOf } from "./initramfs.ts";
import { Journal, type JournalState } from "./journal.ts";
import { kernelStarts } from "./kernel-messages.ts";
import type { KernelProcess } from "./kernel-process.ts";
import { sulogin } from "./login.ts";
import { shutDown } from "./power.ts";
import type { Process } from "./process.ts";
import type { ExitStatus, Program, Run } from "./program.ts";
import { exists, readTextIfThere } from "./read-text.ts";
import { generateMounts, parseFstab } from "./systemd/fstab-generator.ts";
import type { LoadedUnits } from "./systemd/load.ts";
import type { ManagerState, SystemManager } from "./systemd/manager.ts";
import { escapePath } from "./systemd/unit-name.ts";

/** What is kept of pid 1 in a checkpoint. Plain data. */
export interface SavedInit {
  readonly manager: ManagerState;
  readonly journal: JournalState;
}

/** The whole of pid 1 for a kernel that has just been loaded. */
export function bootProgram(context: BootContext): Program {
  return function* (proc) {
    const init = proc as KernelProcess;
    const { kernel, console, spec } = context;
    const kargs = kernel.commandLine.split(/\s+/).filter((word) => word !== "");
    context.setPower("booting");
    yield* kernelStarts(kernel, console, spec.title);
    const { engine, partitions, defaultRoot, defaultInit } = spec;
    const result = yield* runInitramfs({ init, console, engine, partitions, kargs, defaultRoot, defaultInit });
    let failure = result.kind === "failed" ? result.message : undefined;
    for (let asked = result.kind === "break"; failure !== undefined || asked; asked = false) {
      if (!(yield* initramfsShell(context, init, failure))) return 0;
      failure = enterRoot(init, kargs, defaultInit);
    }
    yield* spec.engine.afterSwitchRoot(init, kargs);
    const replaced = valueOf(kargs, "init");
    if (replaced !== undefined && !isSystemd(init, replaced)) return yield* otherInit(context, init, replaced);
    return yield* systemd(context, init, kargs);
  };
}

/** Pid 1 of a machine restored from a checkpoint: everything is up, and it goes on waiting. */
export function resumedInit(context: BootContext, saved: SavedInit, units: LoadedUnits): Program {
  return function* (proc) {
    const init = proc as KernelProcess;
    init.name = "systemd";
    const { kernel, console } = context;
    console.muted = true;
    const journal = new Journal(init.sys, context.bootId, kernel.hostname, saved.journal);
    const manager = newManager(context, init, journal, saved.manager, units);
    manager.isUp = true;
    return yield* runSystem(context, manager);
  };
}

function isSystemd(init: Process, path: string): boolean {
  try {
    return init.sys.realpath(path).endsWith("/systemd");
  } catch (error) {
    if (isSysError(error)) return false;
    throw error;
  }
}

/** `init=/bin/bash`: pid 1 is a shell, and when it ends so does everything. */
function* otherInit(context: BootContext, init: KernelProcess, path: string): Run<ExitStatus> {
  const { console, spec } = context;
  console.kernel(`Run ${path} as init process`);
  context.setPower("emergency");
  console.muted = true;
  const status = yield* sulogin(context.consoleName, spec.loginShell, undefined)(init);
  console.kernel(`Kernel panic - not syncing: Attempted to kill init! exitcode=0x${(status * 256).toString(16).padStart(8, "0")}`, 0);
  console.kernel("---[ end Kernel panic - not syncing: Attempted to kill init! ]---", 0);
  context.powerDown({ verb: "halt", synced: false });
  return status;
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** systemd in the real root, from its first words to the last. `kept` is the journal of the same boot that goes on. */
function* systemd(context: BootContext, init: KernelProcess, kargs: readonly string[], kept?: Journal): Run<ExitStatus> {
  const { kernel, console } = context;
  const { sys } = init;
  init.name = "systemd";
  init.argv = ["/usr/lib/systemd/systemd", "--switched-root", "--system"];
  if (kept === undefined) mountMore(init);
  kernel.hostname = (readTextIfThere(sys, "/etc/hostname") ?? "").trim() || kernel.hostname;
  const machineId = machineIdOf(context, init);
  const journal = kept ?? newJournal(context, init);
  if (kept === undefined) journal.open(machineId);
  const release = readTextIfThere(sys, "/etc/os-release") ?? readTextIfThere(sys, "/usr/lib/os-release") ?? "";
  const field = (key: string) => new RegExp(`^${key}="?([^"\\n]*)"?$`, "m").exec(release)?.[1];
  const say = (message: string) => journal.log({ identifier: "systemd", pid: 1, message });
  console.kernel("systemd[1]: running in system mode");
  console.kernel(`systemd[1]: Hostname set to <${kernel.hostname}>.`);
  say("systemd running in system mode (x86-64)");
  say(`Hostname set to <${kernel.hostname}>.`);
  const colour = field("ANSI_COLOR") ?? "1";
  console.write(`\nWelcome to \u001b[${colour}m${field("PRETTY_NAME") ?? "Linux"}\u001b[0m!\n\n`);
  yield* console.pause(60);

  writeGeneratedUnits(init);
  const manager = newManager(context, init, journal);
  adoptMounts(manager);
  yield* reach(context, manager, goalOf(kargs));
  return yield* runSystem(context, manager);
}

/** Local file systems first, for what comes after needs the journal on disk; then the goal. */
function* reach(context: BootContext, manager: SystemManager, goal: string): Run<void> {
  const { journal, console, init } = manager;
  if (manager.load(goal).load !== "loaded") {
    const message = `Failed to load ${goal}: Unit ${goal} not found.`;
    journal.log({ identifier: "systemd", pid: 1, message, priority: 3 });
    console.write(`${message}\n`);
    manager.emergency = goal;
  } else if (goal === "emergency.target" || goal === "rescue.target") manager.emergency = goal;
  else {
    yield* manager.start("local-fs.target");
    // A file system that is missing keeps nobody from writing down that it is, where there is a place for that.
    journal.flush(machineIdOf(context, init));
    if (manager.emergency === undefined) yield* manager.start(goal);
  }
  journal.commit();
  if (manager.emergency !== undefined || manager.power) return;
  journal.log({ identifier: "systemd", pid: 1, message: `Startup finished in ${context.kernel.clock.uptime.toFixed(3)}s.` });
  yield* manager.becomeUp(context.consoleName);
  journal.commit();
  context.setPower("running");
}

/** Waits for work until the power goes; emergency mode is a stop on the way. */
function* runSystem(context: BootContext, manager: SystemManager): Run<ExitStatus> {
  for (;;) {
    if (manager.power) {
      context.setPower("stopping");
      const down = yield* shutDown(manager, context.spec.engine, manager.power);
      if (down === undefined) return yield* softReboot(context, manager);
      context.powerDown(down);
      return 0;
    }
    if (manager.emergency !== undefined) yield* enterEmergency(context, manager);
    else if (manager.emergencyShell === 0) yield* manager.serve();
    else if (yield* waitInEmergency(context, manager)) yield* reach(context, manager, "default.target");
  }
}

/** systemd-soft-reboot.service(8): the same kernel and /run, and userspace from the beginning, in the root that was prepared or the old one. */
function* softReboot(context: BootContext, { init, journal }: SystemManager): Run<ExitStatus> {
  const { engine, defaultInit } = context.spec;
  context.setPower("booting");
  const next = yield* engine.nextRoot?.(init) ?? nothing();
  if (next !== undefined && enterRoot(init, next, defaultInit) === undefined) yield* engine.afterSwitchRoot(init, next);
  return yield* systemd(context, init, context.kernel.commandLine.split(/\s+/), journal);
}

function* nothing(): Run<undefined> {}

/** kernel-command-line(7): what to reach. */
function goalOf(kargs: readonly string[]): string {
  const named = valueOf(kargs, "systemd.unit");
  if (named !== undefined) return named;
  for (const word of kargs.toReversed()) {
    switch (word) {
      case "emergency":
      case "-b":
        return "emergency.target";
      case "single":
      case "s":
      case "S":
      case "1":
      case "rescue":
        return "rescue.target";
      case "2":
      case "3":
      case "4":
        return "multi-user.target";
      case "5":
        return "graphical.target";
      default:
    }
  }
  return "default.target";
}

/** The file systems that systemd itself mounts besides those of the initramfs. */
function mountMore(init: KernelProcess): void {
  for (const [path, data] of [
    ["/dev/shm", "mode=1777"],
    ["/dev/pts", "mode=755"],
  ] as const) {
    try {
      if (!exists(init.sys, path)) init.sys.mkdir(path, 0o755);
      if (path === "/dev/shm")
        init.sys.mount({ source: "tmpfs", target: path, fstype: "tmpfs", flags: ["nosuid", "nodev"], data, lifetime: "boot" });
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
  }
}

/** machine-id(5): read, or made at the first boot and kept if /etc can be written. */
function machineIdOf({ bootId, spec }: BootContext, init: KernelProcess): string {
  const { sys } = init;
  const known = readTextIfThere(sys, "/etc/machine-id")?.trim();
  if (known !== undefined && /^[0-9a-f]{32}$/.test(known)) return known;
  // Only systemd makes one.
  if (spec.defaultInit !== undefined) return bootId;
  const made = hex(init.kernel.random.bytes(16));
  try {
    const fd = sys.open("/etc/machine-id", O.WRONLY | O.CREAT | O.TRUNC, 0o444);
    sys.write(fd, encodeUtf8(`${made}\n`));
    sys.close(fd);
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
  return made;
}

/** /run/systemd/system says who pid 1 is (sd_booted(3)); the generator's units are files there, too. */
function writeGeneratedUnits(init: KernelProcess): void {
  const { sys } = init;
  for (const directory of ["/run/systemd", "/run/systemd/system", "/run/systemd/generator"])
    if (!exists(sys, directory)) sys.mkdir(directory, 0o755);
  const canonical = (path: string): string => {
    try {
      return sys.realpath(path);
    } catch (error) {
      if (isSysError(error)) return path;
      throw error;
    }
  };
  for (const unit of generateMounts(parseFstab(readTextIfThere(sys, "/etc/fstab") ?? ""), canonical)) {
    const path = `/run/systemd/generator/${unit.name}`;
    if (exists(sys, path)) continue;
    const fd = sys.open(path, O.WRONLY | O.CREAT, 0o644);
    sys.write(fd, encodeUtf8(unit.text));
    sys.close(fd);
    if (unit.linkedFrom === undefined) continue;
    const directory = `/run/systemd/generator/${unit.linkedFrom}`;
    if (!exists(sys, directory)) sys.mkdir(directory, 0o755);
    sys.symlink(`../${unit.name}`, `${directory}/${unit.name}`);
  }
}

/** systemd makes no units of the kernel's own file systems. */
function isApiMount(target: string): boolean {
  return /^\/(?:proc|sys|dev|run|dev\/shm|dev\/pts|sys\/.*)$/.test(target);
}

/** What the initramfs has mounted is active without a job. */
function adoptMounts(manager: SystemManager): void {
  for (const { target } of manager.init.sys.mounts()) if (!isApiMount(target)) manager.adopt(`${escapePath(target)}.mount`, "mounted");
}
