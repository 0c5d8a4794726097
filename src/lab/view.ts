/** What the interface sees of a machine: plain frozen data, derived from the virtual disk and the kernel at each prompt. */
import type { BootEntryView, DeploymentView } from "../engines/system-view.ts";
import type { FaultName } from "../machine/world.ts";
import type { Lifetime, TraceEvent } from "../vfs/types.ts";

export type { DeploymentView };

export type PowerState = "off" | "firmware" | "menu" | "booting" | "running" | "emergency" | "stopping";

export interface View {
  /** Counts up with each view. */
  readonly revision: number;
  readonly machine: { readonly name: string; readonly title: string; readonly flavour: string };
  readonly power: PowerState;
  /** The shell waits at its prompt. */
  readonly atPrompt: boolean;
  /** e.g. "composefs" or "classic": which mechanism keeps the core read-only. */
  readonly deployments: readonly DeploymentView[];
  /** What the boot loader would start if the power came on now, top first; `isDefault` is the first. */
  readonly bootEntries: readonly BootEntryView[];
  readonly booted: { readonly version: string; readonly checksum: string; readonly kernel: string; readonly kargs: string } | undefined;
  /** Bottom to top, as LOOK.md draws them. */
  readonly strata: readonly Stratum[];
  /** Refusals and writes since the last command line was entered, oldest first. */
  readonly trace: readonly TraceEvent[];
  readonly lastRefusal: TraceEvent | undefined;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** The command that undo would take back, e.g. "rpm-ostree upgrade". */
  readonly undoLabel: string;
  /** What has been put in trouble, as `LabEvent` names it. */
  readonly faults: readonly FaultName[];
  readonly disk: { readonly writes: number; readonly used: number; readonly total: number };
  /** Local time of the machine, ISO 8601. */
  readonly clock: string;
  readonly bootCount: number;
}

export interface Stratum {
  /** "disk", "core", "usr-etc", "etc", "var", "home", "overlay", "tmp", "run". */
  readonly id: string;
  readonly name: string;
  /** Mount point shown, e.g. "/usr". */
  readonly target: string;
  readonly lifetime: Lifetime;
  readonly readOnly: boolean;
  /** One line in words: version and checksum of the core, "mounted read-only", … */
  readonly detail: string;
  /** Paths written to or changed there since boot (overlay, /etc: differing from the defaults), newest first, at most 20. */
  readonly touched: readonly string[];
  /** How many there are in all. */
  readonly touchedCount: number;
}
