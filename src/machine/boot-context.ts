/** What the parts of a boot have in common. */
import type { BootConsole } from "./boot-console.ts";
import { Journal } from "./journal.ts";
import type { Kernel } from "./kernel.ts";
import type { KernelProcess } from "./kernel-process.ts";
import { getty } from "./login.ts";
import type { MachineSpec } from "./machine-spec.ts";
import type { PowerDown, PowerState } from "./power.ts";
import type { LoadedUnits } from "./systemd/load.ts";
import { SystemManager, type ManagerState } from "./systemd/manager.ts";

export interface BootContext {
  readonly spec: Pick<MachineSpec, "title" | "engine" | "loginShell" | "partitions" | "autologin" | "defaultRoot" | "defaultInit">;
  readonly kernel: Kernel;
  readonly console: BootConsole;
  /** /proc/sys/kernel/random/boot_id without dashes. */
  readonly bootId: string;
  /** The name of the console's terminal, e.g. "tty1". */
  readonly consoleName: string;
  setPower(state: PowerState): void;
  /** The kernel is done; nothing runs after this. */
  powerDown(how: PowerDown): void;
  keysTyped(tty: string): number;
}

/** With what the kernel has said so far. */
export function newJournal(context: BootContext, init: KernelProcess): Journal {
  const journal = new Journal(init.sys, context.bootId, context.kernel.hostname);
  for (const { text, priority } of context.console.ring)
    journal.log({ identifier: "kernel", transport: "kernel", message: text, priority });
  for (const message of context.console.early) journal.log(message);
  return journal;
}

function managerOptions(context: BootContext, init: KernelProcess, journal: Journal): ConstructorParameters<typeof SystemManager>[0] {
  const { kernel, console, spec } = context;
  return {
    init,
    console,
    journal,
    commandLine: kernel.commandLine.split(/\s+/),
    getty: (tty, wiped) => (kernel.ttys.has(tty) ? getty(tty, spec.loginShell, spec.autologin, wiped) : undefined),
    keysTyped: context.keysTyped,
  };
}

export function newManager(
  context: BootContext,
  init: KernelProcess,
  journal: Journal,
  saved?: ManagerState,
  loaded?: LoadedUnits,
): SystemManager {
  return new SystemManager(managerOptions(context, init, journal), saved, loaded);
}
