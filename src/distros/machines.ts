/** The machines that there are, by the name that links and `--machine` use, with programs that may come later. */
import { BOOTC } from "./bootc/bootc.ts";
import type { Distro } from "./distro.ts";
import type { Product } from "./fedora-atomic/product.ts";
import { fedoraAtomic, type SystemParts } from "./fedora-atomic/system.ts";
import { KINOITE } from "./kinoite/kinoite.ts";
import { SILVERBLUE } from "./silverblue/silverblue.ts";
import { userland } from "./userland.ts";

export interface MachineEntry {
  readonly distro: Distro;
  /** The file in `image/` that has its releases. */
  readonly manifest: string;
}

const PRODUCTS: readonly Product[] = [SILVERBLUE, KINOITE, BOOTC];

export function machinesWith(parts: SystemParts): Readonly<Record<string, MachineEntry>> {
  const installed = userland(parts);
  return Object.fromEntries(
    PRODUCTS.map((product) => [product.name, { distro: fedoraAtomic(product, installed), manifest: product.manifest }]),
  );
}
