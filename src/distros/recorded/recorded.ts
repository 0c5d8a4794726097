/**
 * The machines that command sessions were recorded on, for replaying them: a small Debian userland in an ostree deployment.
 * Not a distribution that anybody is offered.
 */
import { btrfs } from "../../commands/btrfs/btrfs.ts";
import { flatpakCommand } from "../../commands/flatpak/flatpak.ts";
import { ostreeCommand } from "../../commands/ostree/ostree.ts";
import { snapperCommand } from "../../commands/snapper/snapper.ts";
import { COMMANDS } from "../../commands/index.ts";
import { programOf } from "../../commands/program.ts";
import { NOWHERE, type OstreeHost } from "../../engines/ostree/host.ts";
import { deltaTools } from "../../engines/ostree/static-delta/delta-tools.ts";
import { ostreeBootEngine } from "../../engines/ostree/prepare-root.ts";
import type { MachineSpec } from "../../machine/machine-spec.ts";
import type { BootEngine } from "../../machine/ports.ts";
import type { Program } from "../../machine/program.ts";
import { Resource } from "../../machine/resource.ts";
import { makeBash } from "../../shell/bash.ts";
import { patterns } from "../../shell/compile-pattern.ts";
import { BashLoginShell } from "../../shell/login-shell.ts";
import { btrfsDriver } from "../../vfs/btrfs/btrfs-volume.ts";
import { Disk, type DiskSnapshot } from "../../vfs/disk.ts";
import { RECORDER_MENU } from "./boot-menu.ts";
import { withUnits } from "./first-process.ts";
import { FLATPAK_EXTRAS, FLATPAK_VERSION } from "./flatpak-repository.ts";
import { overlayRoot } from "./overlay-root.ts";
import { PARTITIONS, RECORDED_AT, recordedDisk } from "./disk.ts";
import { SNAPSHOT_ENGINE, SNAPSHOT_PARTITIONS, snapshotDisk } from "./snapshot-disk.ts";

/** "any": with flatpak, which wants no certain system. */
export type RecordedMachine = "ostree" | "ostree-composefs" | "microos" | "any";

const MEMORY = 4 * 1024 ** 3;
/** Long enough that whoever wants another entry is never late. */
const MENU_SECONDS = 5;

/** All remotes are repositories on the machine itself. */
const HOST: OstreeHost = { ...NOWHERE, version: "2025.2", deltas: Resource.of("deltas", deltaTools) };

/** Debian 13's. */
const SNAPPER = { version: "0.10.6", libVersion: "7.2.0", lines: false };

/** Makes machines that are off; each kind from a disk that is made once. */
export class RecordedMachines {
  readonly #programs: ReadonlyMap<string, Program>;
  readonly #disks = new Map<"ostree" | "microos" | "any", DiskSnapshot>();

  constructor() {
    const bash = makeBash({ patterns });
    this.#programs = new Map<string, Program>([
      ...[...COMMANDS, btrfs, ostreeCommand(HOST), flatpakCommand(() => undefined, FLATPAK_VERSION), snapperCommand(SNAPPER)].map(
        (command) => [command.name, programOf(command)] as const,
      ),
      ["bash", bash],
      ["sh", bash],
    ]);
  }

  /** Whether this build has a program of that name. */
  hasProgram(name: string): boolean {
    return this.#programs.has(name);
  }

  spec(name: RecordedMachine): MachineSpec {
    return {
      name,
      title: "Lab Linux",
      hostname: "lab",
      makeDisk: () => Disk.open(this.#diskOf(name)),
      partitions: name === "microos" ? SNAPSHOT_PARTITIONS : PARTITIONS,
      ...(name === "microos" ? { drivers: { btrfs: btrfsDriver } } : { bootMenu: RECORDER_MENU }),
      engine: withUnits(engineOf(name)),
      programs: () => ({ find: (program) => this.#programs.get(program) }),
      loginShell: new BashLoginShell({ patterns }),
      seed: 1,
      startTime: RECORDED_AT,
      memoryBytes: MEMORY,
      menuTimeout: MENU_SECONDS,
      namesKernel: false,
      // The recorder mounts its one disk, whatever the arguments say.
      defaultRoot: "LABEL=labroot",
      defaultInit: "/bin/bash",
      autologin: undefined,
    };
  }

  #diskOf(name: RecordedMachine): DiskSnapshot {
    const kind = name === "ostree-composefs" ? "ostree" : name;
    const disk = this.#disks.get(kind) ?? this.#makeDisk(kind).snapshot();
    this.#disks.set(kind, disk);
    return disk;
  }

  #makeDisk(kind: "ostree" | "microos" | "any"): Disk {
    const isBuilt = (program: string): boolean => this.hasProgram(program);
    if (kind === "microos") return snapshotDisk(isBuilt);
    return recordedDisk(HOST.catalogue, isBuilt, kind === "any" ? FLATPAK_EXTRAS : undefined);
  }
}

function engineOf(name: RecordedMachine): BootEngine {
  switch (name) {
    case "any":
    case "ostree":
      return ostreeBootEngine(HOST.catalogue);
    case "ostree-composefs":
      return overlayRoot(ostreeBootEngine(HOST.catalogue));
    case "microos":
      return SNAPSHOT_ENGINE;
  }
}
