/** Computes a View from a machine: reads its disk and kernel, changes nothing. */
import { isoTime } from "../base/calendar.ts";
import type { Distro, SystemState } from "../distros/distro.ts";
import type { Machine } from "../machine/machine.ts";
import type { Sys } from "../vfs/sys.ts";
import type { MountInfo, TraceEvent } from "../vfs/types.ts";
import { filesBelow, TreeComparison } from "./changed-files.ts";
import type { Stratum, View } from "./view.ts";
import type { DeploymentView } from "../engines/system-view.ts";

/** How many touched paths a stratum lists. */
const LISTED = 20;

export interface ViewInput {
  readonly revision: number;
  readonly machine: Machine;
  readonly flavour: string;
  readonly trace: readonly TraceEvent[];
  readonly lastRefusal: TraceEvent | undefined;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly undoLabel: string;
}

/** What follows from the file systems alone. */
interface DiskPart {
  readonly machine: Machine;
  readonly revision: string;
  readonly system: SystemState;
  readonly strata: readonly Stratum[];
}

/** Makes the views of one lab, and reads the disk again only when something on it has changed. */
export class ViewBuilder {
  readonly #distro: Distro;
  #last: DiskPart | undefined;
  #etc = new TreeComparison();

  constructor(distro: Distro) {
    this.#distro = distro;
  }

  build(input: ViewInput): View {
    const { machine } = input;
    const isUp = isRunning(machine);
    const { system, strata } = this.#diskPart(machine);
    const booted = system.deployments.find((deployment) => deployment.isBooted);
    const space = machine.diskUsage();
    return {
      revision: input.revision,
      machine: { name: this.#distro.name, title: this.#distro.title, flavour: input.flavour },
      power: machine.power,
      atPrompt: machine.atPrompt,
      deployments: system.deployments,
      bootEntries: system.bootEntries,
      booted:
        isUp && booted
          ? { version: booted.version, checksum: booted.checksum, kernel: machine.kernelRelease, kargs: machine.commandLine }
          : undefined,
      strata,
      trace: input.trace.slice(),
      lastRefusal: input.lastRefusal,
      canUndo: input.canUndo,
      canRedo: input.canRedo,
      undoLabel: input.undoLabel,
      faults: machine.world.faults,
      disk: { writes: machine.diskWrites, used: space.used, total: space.total },
      clock: isoTime(machine.now.sec),
      bootCount: machine.bootCount,
    };
  }

  #diskPart(machine: Machine): DiskPart {
    const { revision } = machine;
    if (this.#last?.machine === machine && this.#last.revision === revision) return this.#last;
    if (this.#last?.machine !== machine) this.#etc = new TreeComparison();
    const sys = machine.inspect();
    const system = this.#distro.describe(sys, () => machine.inspectDisk());
    return (this.#last = { machine, revision, system, strata: isRunning(machine) ? strataOf(sys, system, this.#etc) : [] });
  }
}

function isRunning({ power }: Machine): boolean {
  return power === "running" || power === "emergency";
}

/** "42.4, commit a81f3d92bc", "20260105, snapshot 1". */
function versionLine({ version, name, checksum }: DeploymentView): string {
  return [version, name ?? (checksum === "" ? "" : `commit ${checksum.slice(0, 10)}`)].filter((part) => part !== "").join(", ");
}

/** The layers under `/`, bottom to top, as they are mounted now. */
function strataOf(sys: Sys, system: SystemState, etcComparison: TreeComparison): Stratum[] {
  const mounts = sys.mounts();
  const top = (target: string): MountInfo | undefined => mounts.findLast((mount) => mount.target === target);
  const booted = system.deployments.find((deployment) => deployment.isBooted);
  const strata: Stratum[] = [];

  const sysroot = top("/sysroot");
  if (sysroot) strata.push(plain("disk", "Physical disk", sysroot, "The real root of the disk: repository and deployments"));

  const root = top("/");
  const usrBind = mounts.find((mount) => mount.target === "/usr" && mount.fstype !== "overlay");
  const core = usrBind ?? root;
  if (core && booted) {
    const found = plain("core", "Sealed core", core, versionLine(booted));
    // What nobody can write to lasts as long as the version that it belongs to.
    const sealed = { lifetime: core.lifetime === "machine" ? ("image" as const) : core.lifetime };
    strata.push({ ...found, ...(found.readOnly ? sealed : { name: "The system" }), target: "/usr" });
  }

  if (system.etcDefaults !== undefined && booted && core)
    strata.push({ ...plain("usr-etc", "Defaults", core, "The release's own configuration"), target: system.etcDefaults });

  const overlay = mounts.findLast((mount) => mount.target === "/usr" && mount.fstype === "overlay");
  if (overlay) {
    const upper = upperDirectory(overlay);
    const touched = upper === undefined ? [] : filesBelow(sys, upper, "/usr");
    const isHotfix = overlay.lifetime === "deployment";
    strata.push({
      ...plain("overlay", "Writable overlay", overlay, isHotfix ? "Kept for this deployment" : "Gone at the next boot"),
      touched: touched.slice(0, LISTED),
      touchedCount: touched.length,
    });
  }

  const etc = top("/etc");
  if (etc) {
    const changed = system.etcDefaults === undefined ? [] : etcComparison.changedFiles(sys, system.etcDefaults, "/etc");
    strata.push({
      ...plain("etc", "Configuration", etc, "This version's own, carried over to the next"),
      touched: changed.slice(0, LISTED),
      touchedCount: changed.length,
    });
  }

  const simple: readonly (readonly [id: string, name: string, target: string, detail: string])[] = [
    ["var", "Variable data", "/var", "Shared by all versions"],
    ["home", "Your files", "/var/home", "Shared by all versions"],
    ["tmp", "Temporary files", "/tmp", "In memory"],
    ["run", "Run-time state", "/run", "In memory"],
  ];
  for (const [id, name, target, detail] of simple) {
    const mount = top(target);
    if (mount) strata.push(plain(id, name, mount, detail));
  }
  return strata;
}

function plain(id: string, name: string, mount: MountInfo, detail: string): Stratum {
  const readOnly = mount.options.includes("ro") || mount.superOptions.includes("ro");
  return { id, name, target: mount.target, lifetime: mount.lifetime, readOnly, detail, touched: [], touchedCount: 0 };
}

/** The overlay's upper directory as a path that can be read from here. */
function upperDirectory(overlay: MountInfo): string | undefined {
  const option = overlay.superOptions.find((text) => text.startsWith("upperdir="));
  return option?.slice("upperdir=".length);
}
