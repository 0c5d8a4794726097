/** A machine at rest as a value: what it is made of, and how its processes are written down and brought to life again. */
import type { Timestamp } from "../base/timestamp.ts";
import type { DiskSnapshot } from "../vfs/disk.ts";
import type { Credentials } from "../vfs/types.ts";
import type { VfsCheckpoint } from "../vfs/vfs.ts";
import type { KernelMessage } from "./boot-console.ts";
import type { SavedInit } from "./boot.ts";
import type { Kernel } from "./kernel.ts";
import type { KernelProcess } from "./kernel-process.ts";
import { resumeSession, type SavedSession } from "./login.ts";
import type { LoginShell } from "./ports.ts";
import type { LoadedUnits } from "./systemd/load.ts";
import { gettyTerminal, type SystemManager } from "./systemd/manager.ts";
import { daemon } from "./systemd/services.ts";
import type { TtyState } from "./tty.ts";
import type { WorldState } from "./world.ts";

/** Enough for anything that has to be run to its next wait without being counted. */
const SETTLE_TICKS = 1_000_000;

/** What differs from kernel to kernel. */
export interface KernelFacts {
  readonly release: string;
  readonly version: string;
  readonly commandLine: string;
  readonly hostname?: string;
  readonly nextPid?: number;
}

interface SavedDaemon {
  readonly pid: number;
  readonly argv: readonly string[];
  readonly env: readonly (readonly [string, string])[];
  readonly credentials: Credentials;
  readonly name: string;
  readonly startedAt: Timestamp;
  readonly ticksUsed: number;
}

/** A machine at rest. Immutable; trees are shared with it, everything else is plain data. */
export interface MachineCheckpoint {
  readonly disk: DiskSnapshot;
  readonly vfs: VfsCheckpoint;
  readonly clock: { readonly now: Timestamp; readonly bootedAt: Timestamp };
  readonly random: number;
  readonly power: "running" | "emergency";
  readonly bootCount: number;
  readonly kernel: Required<KernelFacts>;
  readonly bootId: string;
  readonly ring: readonly KernelMessage[];
  readonly ttys: readonly (readonly [string, TtyState])[];
  readonly keysTyped: readonly (readonly [string, number])[];
  readonly init: SavedInit & { readonly ticksUsed: number; readonly startedAt: Timestamp };
  /** Without `files`: as this checkpoint has them. */
  readonly units: Omit<LoadedUnits, "files"> & Partial<LoadedUnits>;
  readonly sessions: readonly SavedSession[];
  readonly daemons: readonly SavedDaemon[];
  readonly world: WorldState;
}

type SavedChildren = Pick<MachineCheckpoint, "sessions" | "daemons">;

/** What runs beside pid 1; undefined unless that is only idle services and shells at their prompts. `console`: where an emergency shell sits. */
export function savedChildren(kernel: Kernel, manager: SystemManager, loginShell: LoginShell, console: string): SavedChildren | undefined {
  const sessions: SavedSession[] = [];
  const daemons: SavedDaemon[] = [];
  for (const process of kernel.processes()) {
    if (process.pid === 1) continue;
    const unit = manager.unitOf(process.pid);
    const tty = process.pid === manager.emergencyShell ? console : unit === undefined ? undefined : gettyTerminal(unit);
    const common = {
      pid: process.pid,
      argv: process.argv,
      env: [...process.env],
      credentials: process.sys.credentials,
      name: process.name,
      startedAt: process.startedAt,
      ticksUsed: process.ticksUsed,
    };
    if (tty !== undefined) {
      const shell = loginShell.checkpoint(process);
      if (!shell) return undefined;
      const { sys } = process;
      sessions.push({ ...common, tty, shell, cwd: sys.getcwd(), umask: sys.mask, limits: [...process.limits] });
    } else if (unit !== undefined && manager.isIdleService(process.pid)) daemons.push(common);
    else return undefined;
  }
  return { sessions, daemons };
}

/** Lets everything that `saved` names live again below `init`; what it took to get there was no part of the machine's life. */
export function reviveChildren(kernel: Kernel, init: KernelProcess, saved: MachineCheckpoint, loginShell: LoginShell): void {
  const children = [
    ...saved.daemons.map((each) => ({ ...each, program: daemon })),
    ...saved.sessions.map((each) => ({ ...each, program: resumeSession(each, loginShell) })),
  ].sort((left, right) => left.pid - right.pid);
  for (const { pid, argv, env, program } of children)
    kernel.spawn(init, { argv, env: new Map(env), program, newSession: true, fds: new Map() }, pid);
  kernel.run(SETTLE_TICKS);
  for (const { pid, name, argv, startedAt, ticksUsed } of [{ pid: 1, name: init.name, argv: init.argv, ...saved.init }, ...children]) {
    const process = kernel.process(pid);
    if (process) Object.assign(process, { name, argv, startedAt, ticksUsed });
  }
  for (const { pid, credentials } of children) {
    const process = kernel.process(pid);
    if (process) process.sys.credentials = credentials;
  }
}
