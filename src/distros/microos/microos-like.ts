/** The machines of the MicroOS family: transactional systems on Btrfs snapshots that differ by data. They come late, with all that only they have. */
import { timestamp } from "../../base/timestamp.ts";
import { present, Programs } from "../../commands/programs.ts";
import { btrfs } from "../../commands/families/btrfs.ts";
import { snapper } from "../../commands/families/snapper.ts";
import { zypper } from "../../commands/families/zypper.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import type { Catalogue } from "../../image/catalogue.ts";
import { microOsServers } from "../../image/rpm-md/opensuse/servers.ts";
import { Resource } from "../../machine/resource.ts";
import { btrfsDriver, BTRFS } from "../../vfs/btrfs/btrfs-volume.ts";
import type { MakeDistro } from "../machines.ts";
import { userland } from "../userland.ts";
import { GRUB } from "./boot-menu.ts";
import { MICROOS_ENGINE } from "./engine.ts";
import { factoryDisk } from "./factory-disk.ts";
import { LEARNER, PARTITIONS } from "./layout.ts";
import type { Product } from "./product.ts";
import { addressOf } from "./remote.ts";
import { sabotage } from "./sabotage.ts";
import { stateOf } from "./views.ts";

/** Friday 16 January 2026, 09:00 UTC: all of the catalogue is published. */
const START = timestamp(1768554000);
const MEMORY = 1024 ** 3;
const MENU_SECONDS = 8;

export function microOs(product: Product): MakeDistro {
  const { name, title, hostname } = product;
  return (parts) => {
    const { families, shells, loginShell } = userland(parts, present({ btrfs, snapper, zypper }));
    return {
      name,
      title,
      flavours: [{ id: "btrfs", title: "Btrfs snapshots" }],
      machine: ({ seed, catalogue }) => ({
        name,
        title,
        hostname,
        makeDisk: () => factoryDisk(product, firstRelease(catalogue)),
        partitions: PARTITIONS,
        drivers: { [BTRFS]: btrfsDriver },
        engine: MICROOS_ENGINE,
        bootMenu: GRUB,
        firmwareEntry: { title: "opensuse", file: "\\EFI\\opensuse\\shim.efi" },
        programs: () => {
          const programs = new Programs(families, hostOf(catalogue));
          return { find: (program) => shells.get(program) ?? programs.find(program) };
        },
        addressOf,
        saboteur: sabotage,
        loginShell,
        seed,
        startTime: START,
        memoryBytes: MEMORY,
        menuTimeout: MENU_SECONDS,
        autologin: LEARNER,
      }),
      start: Resource.of(name, undefined),
      sealedTree: (catalogue, id) => catalogue.tree(id),
      describe: stateOf,
    };
  };
}

function firstRelease({ releases: [first] }: Catalogue): Catalogue["releases"][number] {
  if (!first) throw new RangeError("a catalogue without releases");
  return first;
}

function hostOf(catalogue: Catalogue): OstreeHost {
  return { catalogue, remoteAt: () => undefined, repositories: Resource.of("repositories of openSUSE", microOsServers) };
}
