/** The machines that there are, by the name that links and `--machine` use, with programs that may come later. */
import type { Distro } from "./distro.ts";
import { silverblue, type SystemParts } from "./silverblue/silverblue.ts";
import { userland } from "./userland.ts";

export interface MachineEntry {
  readonly distro: Distro;
  /** The file in `image/` that has its releases. */
  readonly manifest: string;
}

export function machinesWith(parts: SystemParts): Readonly<Record<string, MachineEntry>> {
  return { silverblue: { distro: silverblue(userland(parts)), manifest: "silverblue.manifest.json" } };
}
