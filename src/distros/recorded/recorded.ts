/**
 * The machines that command sessions were recorded on, for replaying them: a small Debian userland in an ostree deployment.
 * Not a distribution that anybody is offered.
 */
import { ostreeCommand } from "../../commands/ostree/ostree.ts";
import { COMMANDS } from "../../commands/index.ts";
import { programOf } from "../../commands/program.ts";
import { NOWHERE, type OstreeHost } from "../../engines/ostree/host.ts";
import { ostreeBootEngine } from "../../engines/ostree/prepare-root.ts";
import type { MachineSpec } from "../../machine/machine-spec.ts";
import type { Program } from "../../machine/program.ts";
import { makeBash } from "../../shell/bash.ts";
import { patterns } from "../../shell/compile-pattern.ts";
import { BashLoginShell } from "../../shell/login-shell.ts";
import { Disk, type DiskSnapshot } from "../../vfs/disk.ts";
import { overlayRoot } from "./overlay-root.ts";
import { PARTITIONS, RECORDED_AT, recordedDisk } from "./disk.ts";

export type RecordedMachine = "ostree" | "ostree-composefs";

const MEMORY = 4 * 1024 ** 3;
/** Long enough that whoever wants another entry is never late. */
const MENU_SECONDS = 5;

/** All remotes are repositories on the machine itself. */
const HOST: OstreeHost = { ...NOWHERE, version: "2025.2" };

/** Makes machines that are off, all from one disk. */
export class RecordedMachines {
  readonly #programs: ReadonlyMap<string, Program>;
  #disk: DiskSnapshot | undefined;

  constructor() {
    const bash = makeBash({ patterns });
    this.#programs = new Map<string, Program>([
      ...[...COMMANDS, ostreeCommand(HOST)].map((command) => [command.name, programOf(command)] as const),
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
      makeDisk: () => Disk.open((this.#disk ??= recordedDisk(HOST.catalogue, (program) => this.#programs.has(program)).snapshot())),
      partitions: PARTITIONS,
      engine: name === "ostree" ? ostreeBootEngine(HOST.catalogue) : overlayRoot(ostreeBootEngine(HOST.catalogue)),
      programs: { find: (program) => this.#programs.get(program) },
      loginShell: new BashLoginShell({ patterns }),
      seed: 1,
      startTime: RECORDED_AT,
      memoryBytes: MEMORY,
      menuTimeout: MENU_SECONDS,
      namesKernel: false,
      autologin: undefined,
    };
  }
}
