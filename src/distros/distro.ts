/** What a distribution is to the rest: how to build its machine, and how to read its state for the interface. Nearly all data. */
import type { BootEntryView, DeploymentView } from "../engines/system-view.ts";
import type { Catalogue } from "../image/catalogue.ts";
import type { MachineSpec } from "../machine/machine.ts";
import type { Missable } from "../machine/program.ts";
import type { SealedTree } from "../vfs/sealed.ts";
import type { Sys } from "../vfs/sys.ts";

export interface Flavour {
  /** In links and on the command line, e.g. "composefs". */
  readonly id: string;
  readonly title: string;
}

export interface SystemState {
  readonly deployments: readonly DeploymentView[];
  readonly bootEntries: readonly BootEntryView[];
  /** Where the pristine defaults of the running system's /etc are, e.g. "/usr/etc"; undefined where there are none. */
  readonly etcDefaults: string | undefined;
}

export interface MachineOptions {
  /** One of the distro's `flavours`. */
  readonly flavour: string;
  readonly seed: number;
  readonly catalogue: Catalogue;
}

export interface Distro {
  /** As in `--machine silverblue`. */
  readonly name: string;
  readonly title: string;
  readonly flavours: readonly [Flavour, ...Flavour[]];
  /** What must be there before a machine is made that did not come up elsewhere. */
  readonly start: Missable;
  /** A machine that is off, with the disk an installer left. */
  machine(options: MachineOptions): MachineSpec;
  /** The sealed tree of that id, for disks that were exported; undefined when this build has none. */
  sealedTree(catalogue: Catalogue, id: string): SealedTree | undefined;
  /** Reads the disk through `sys`; never a list of our own. Works on a running system and on the bare partitions of one that is off; `disk` sees those in any case. */
  describe(sys: Sys, disk: () => Sys): SystemState;
}
