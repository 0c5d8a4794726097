/** How a running system goes down: what systemd does between `systemctl reboot` and the last line of the kernel. */
import { compareTimestamps } from "../base/timestamp.ts";
import { encodeUtf8 } from "../base/utf8.ts";
import { isSysError } from "../vfs/errno.ts";
import { O } from "../vfs/types.ts";
import { parseGrubEnv, rewriteGrubEnv } from "./grub-env.ts";
import type { BootEngine } from "./ports.ts";
import { TICK, type Run } from "./program.ts";
import { readTextIfThere } from "./read-text.ts";
import type { SystemManager } from "./systemd/manager.ts";
import { displayName } from "./systemd/unit.ts";
import type { PowerRequest, PowerVerb } from "./systemd/unit-state.ts";

/** As lab/view.ts has it, which ranks above. */
export type PowerState = "off" | "firmware" | "menu" | "booting" | "running" | "emergency" | "stopping";

/** What the machine does when the kernel has gone. */
export interface PowerDown {
  readonly verb: PowerVerb;
  /** Whether everything written is on the disk. */
  readonly synced: boolean;
}

/** The unit whose stop is the point of the whole shutdown on an ostree system. */
const FINALIZE = "ostree-finalize-staged.service";
/** How long processes have after SIGTERM, in virtual seconds (DefaultTimeoutStopSec= is 90 in life). */
const GRACE = 2;

const TARGETS: Record<PowerRequest["verb"], readonly [target: string, message: string]> = {
  reboot: ["reboot.target", "reboot: Restarting system"],
  poweroff: ["poweroff.target", "reboot: Power down"],
  halt: ["halt.target", "reboot: System halted"],
  kexec: ["kexec.target", "kexec_core: Starting new kernel"],
  "soft-reboot": ["soft-reboot.target", ""],
};

/** Stops everything that the request leaves time for. What is written after this is lost. Undefined: the kernel goes on (a soft reboot). */
export function* shutDown(manager: SystemManager, engine: BootEngine, request: PowerRequest): Run<PowerDown | undefined> {
  const { init, journal } = manager;
  const console = manager.console;
  const { verb } = request;
  if (request.force === 2 && verb !== "soft-reboot") {
    console.muted = false;
    console.kernel(TARGETS[verb][1], 3);
    return { verb, synced: false };
  }
  journal.log({
    identifier: "systemd-logind",
    message: verb === "poweroff" || verb === "halt" ? "The system will power off now!" : "The system will reboot now!",
    priority: 5,
  });
  console.muted = false;
  console.hurry = false;
  console.write("\n");
  if (request.menuTimeout !== undefined) showMenuOnce(manager, request.menuTimeout);
  if (request.force === 0) {
    for (const job of manager.pollPaths()) yield* manager.start(job.unit);
    const units = manager.activeUnits();
    const sessions = units.filter((unit) => unit.name.includes("getty@"));
    for (const unit of sessions) yield* manager.stopUnit(unit);
    yield* finalize(manager, engine);
    const first = units.filter(
      (unit) =>
        !sessions.includes(unit) &&
        (unit.type === "service" || unit.type === "timer" || unit.type === "socket" || unit.type === "path") &&
        unit.name !== FINALIZE,
    );
    const rest = units.filter((unit) => unit.type === "target");
    yield* manager.stop([...first.filter((unit) => unit.type !== "service" || !isEarly(unit.name)), ...rest]);
  }
  yield* killProcesses(manager);
  journal.commit();
  if (request.force === 0) {
    const mounts = manager
      .activeUnits()
      .filter((unit) => unit.type === "mount" && !(verb === "soft-reboot" && unit.name.startsWith("sysroot-")))
      .filter((unit) => !["-.mount", "sysroot.mount", "etc.mount", "usr.mount", "var.mount"].includes(unit.name));
    for (const unit of mounts.toReversed()) yield* manager.stopUnit(unit);
    const target = manager.load(TARGETS[verb][0]);
    console.status("ok", "Reached target", displayName(target), { milestone: true });
    yield* console.pause(30);
  }
  init.sys.sync();
  if (verb === "soft-reboot") return undefined;
  console.kernel(TARGETS[verb][1], 3);
  yield TICK;
  return { verb, synced: true };
}

/** Services that stay to the end, as their DefaultDependencies=no has it. */
function isEarly(name: string): boolean {
  return /^systemd-(?:journald|udevd|remount-fs|tmpfiles-setup.*|sysctl|modules-load|random-seed)\.service$/.test(name);
}

function* finalize(manager: SystemManager, engine: BootEngine): Run<void> {
  const unit = manager.load(FINALIZE);
  // Where the unit exists it runs only when something was staged, for then its path unit has started it.
  if (unit.load === "loaded" && manager.state(FINALIZE).active !== "active") return;
  const name = unit.load === "loaded" ? displayName(unit) : `${FINALIZE} - OSTree Finalize Staged Deployment`;
  const { journal } = manager;
  try {
    // The engine's own process takes the next number.
    const pid = manager.init.kernel.nextPid;
    const lines = yield* manager.withoutSignals(() => engine.finalize(manager.init));
    if (lines.length === 0) return;
    journal.log({ identifier: "systemd", pid: 1, unit: FINALIZE, message: `Stopping ${name}...` });
    for (const message of lines) journal.log({ identifier: "ostree", pid, unit: FINALIZE, transport: "stdout", message });
    if (lines.at(-1)?.startsWith("error: ") === true) sayFailed(manager);
    else journal.log({ identifier: "systemd", pid: 1, unit: FINALIZE, message: `${FINALIZE}: Deactivated successfully.` });
  } catch (error) {
    if (!isSysError(error)) throw error;
    journal.log({ identifier: "ostree", unit: FINALIZE, transport: "stdout", message: `error: ${error.text}`, priority: 3 });
    sayFailed(manager);
  }
  journal.log({ identifier: "systemd", pid: 1, unit: FINALIZE, message: `Stopped ${name}.` });
  journal.commit();
  manager.console.status("ok", "Stopped", name, { milestone: true });
  manager.markStopped(FINALIZE);
}

/** A unit whose ExecStop= failed has stopped all the same; only the journal tells. */
function sayFailed({ journal }: SystemManager): void {
  const say = (message: string, priority: number): void => {
    journal.log({ identifier: "systemd", pid: 1, unit: FINALIZE, message: `${FINALIZE}: ${message}`, priority });
  };
  say("Control process exited, code=exited, status=1/FAILURE", 5);
  say("Failed with result 'exit-code'.", 4);
}

function* killProcesses(manager: SystemManager): Run<void> {
  const { init } = manager;
  const others = () => init.kernel.processes().filter((process) => process.pid !== 1 && process.state !== "zombie");
  for (const process of others()) {
    process.signal("TERM");
    process.signal("CONT");
  }
  const limit = init.kernel.in(GRACE);
  while (others().length > 0 && compareTimestamps(init.now(), limit) < 0 && !manager.console.hurry)
    yield { kind: "until", reason: "child", ready: () => others().length === 0 || manager.console.hurry, deadline: limit };
  for (const process of others()) process.signal("KILL");
  while (others().length > 0) yield TICK;
}

/** `systemctl reboot --boot-loader-menu=`: a word to GRUB in its environment block. */
function showMenuOnce(manager: SystemManager, seconds: number): void {
  const file = "/boot/grub2/grubenv";
  const { sys } = manager.init;
  const text = readTextIfThere(sys, file) ?? "";
  const variables = parseGrubEnv(text);
  variables.set("menu_show_once_timeout", String(seconds));
  try {
    const fd = sys.open(file, O.WRONLY);
    sys.pwrite(fd, encodeUtf8(rewriteGrubEnv(text, variables)), 0);
    sys.close(fd);
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}
