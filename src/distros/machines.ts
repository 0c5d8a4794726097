/** The machines that there are, by the name that links and `--machine` use, with programs that may come later. */
import type { Missable } from "../machine/program.ts";
import type { Resource } from "../machine/resource.ts";
import { BOOTC } from "./bootc/bootc.ts";
import type { Distro } from "./distro.ts";
import type { Product } from "./fedora-atomic/product.ts";
import { fedoraAtomic, type AtomicParts } from "./fedora-atomic/system.ts";
import { KINOITE } from "./kinoite/kinoite.ts";
import { SILVERBLUE } from "./silverblue/silverblue.ts";
import { userland, type SharedParts } from "./userland.ts";

export interface MachineEntry {
  /** What must be there before `distro` is asked for. */
  readonly needs: Missable | undefined;
  readonly distro: Distro;
  /** The file in `image/` that has its releases. */
  readonly manifest: string;
}

/** A system with all that only it consists of: engine, programs, what an installer does. */
export type MakeDistro = (parts: SharedParts) => Distro;

/** Systems of which nothing comes with a page that shows another. */
export const LATE_MACHINES = {
  aeon: "aeon.manifest.json",
  debian: "debian.manifest.json",
  kalpa: "kalpa.manifest.json",
  microos: "microos.manifest.json",
  vanilla: "debian.manifest.json",
} as const;

export type LateMachine = keyof typeof LATE_MACHINES;

export interface MachineParts extends SharedParts, AtomicParts {
  readonly distros: Readonly<Record<LateMachine, Resource<MakeDistro>>>;
}

const PRODUCTS: readonly Product[] = [SILVERBLUE, KINOITE, BOOTC];

export function machinesWith(parts: MachineParts): Readonly<Record<string, MachineEntry>> {
  const installed = userland(parts);
  const early = PRODUCTS.map(
    (product) =>
      [product.name, { needs: undefined, distro: fedoraAtomic(product, parts, installed), manifest: product.manifest }] satisfies Named,
  );
  const late = Object.entries(LATE_MACHINES).map(([name, manifest]): Named => [
    name,
    lateEntry(manifest, parts.distros[name as LateMachine], parts),
  ]);
  return Object.fromEntries<MachineEntry>([...early, ...late]);
}

type Named = [name: string, entry: MachineEntry];

function lateEntry(manifest: string, make: Resource<MakeDistro>, parts: SharedParts): MachineEntry {
  let made: Distro | undefined;
  return {
    needs: make,
    manifest,
    get distro() {
      return (made ??= make.content(parts));
    },
  };
}
