/** The machines that there are, by the name that links and `--machine` use. */
import type { Distro } from "./distro.ts";
import { ownCommands, silverblue } from "./silverblue/silverblue.ts";
import { userland } from "./userland.ts";

export interface MachineEntry {
  readonly distro: Distro;
  /** The file in `image/` that has its releases. */
  readonly manifest: string;
}

export const machines: Readonly<Record<string, MachineEntry>> = {
  silverblue: { distro: silverblue(userland(ownCommands())), manifest: "silverblue.manifest.json" },
};
