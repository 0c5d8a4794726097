/**
 * Vanilla OS 2: two roots, of which one runs and the other is the next or the last one.
 *
 * Nothing of it comes with a page that shows another machine: see distros/machines.ts.
 */
import { timestamp } from "../../base/timestamp.ts";
import { abroot } from "../../commands/families/abroot.ts";
import { apt } from "../../commands/families/apt.ts";
import { apx } from "../../commands/families/apx.ts";
import { containersFrom } from "../../commands/families/containers.ts";
import { dpkg } from "../../commands/families/dpkg.ts";
import { present, Programs } from "../../commands/programs.ts";
import { abrootMenu } from "../../engines/abroot/menu.ts";
import { mountSystem, sealRoot } from "../../engines/abroot/mount-sys.ts";
import { NO_SERVERS } from "../../engines/abroot/registry.ts";
import { worldRegistry } from "../../engines/containers/registry.ts";
import { NOWHERE } from "../../engines/ostree/host.ts";
import { debsOf } from "../../image/debian/archive.ts";
import { DEBIAN_HOSTS, debianServer, NO_SERVER } from "../../image/debian/server.ts";
import type { BootEngine } from "../../machine/ports.ts";
import { Resource } from "../../machine/resource.ts";
import { isSysError } from "../../vfs/errno.ts";
import { diskFiller } from "../fill-disk.ts";
import type { MakeDistro } from "../machines.ts";
import { userland } from "../userland.ts";
import { containerImages } from "./container-images.ts";
import { factoryDisk } from "./factory-disk.ts";
import { sealedImage } from "./images.ts";
import { HOSTNAME, LEARNER, PARTITIONS, SHOWN, SLOT_A, SLOT_B, VARIABLE } from "./layout.ts";
import { describe } from "./describe.ts";
import { vanillaServers } from "./servers.ts";

const NAME = "vanilla";
const TITLE = "Vanilla OS";
/** Tuesday 24 November 2026, 09:00 UTC. */
const START = timestamp(1795510800);
const MEMORY = 1024 ** 3;
const MENU_SECONDS = 5;

export const vanilla: MakeDistro = (parts) => {
  const { families, shells, loginShell } = userland(
    parts,
    present({ abroot: abroot(NO_SERVERS), apt: apt(NOTHING_REACHED), apx: apx(NO_IMAGES), dpkg }),
  );
  return {
    name: NAME,
    title: TITLE,
    flavours: [{ id: "abroot", title: "two roots" }],
    machine: ({ seed, catalogue }) => ({
      name: NAME,
      title: TITLE,
      hostname: HOSTNAME,
      makeDisk: () => factoryDisk(debsOf(catalogue)),
      partitions: PARTITIONS,
      engine: ENGINE,
      bootMenu: abrootMenu(SHOWN),
      firmwareEntry: { title: "vanilla", file: "\\EFI\\vanilla\\shimx64.efi" },
      programs: (world) => {
        const registry = worldRegistry(catalogue, containerImages(debsOf(catalogue)));
        const own = present({
          abroot: abroot(vanillaServers(debsOf(catalogue), world)),
          apx: apx(registry),
          containers: containersFrom(registry),
          apt: apt({
            server: debianServer(debsOf(catalogue)),
            isKnown: (host) => !world.isOffline && DEBIAN_HOSTS.some((known) => known === host),
          }),
        });
        const programs = new Programs(new Map([...families, ...own]), NOWHERE);
        return { find: (name) => shells.get(name) ?? programs.find(name) };
      },
      saboteur: diskFiller,
      loginShell,
      seed,
      startTime: START,
      memoryBytes: MEMORY,
      menuTimeout: MENU_SECONDS,
      autologin: LEARNER,
    }),
    start: Resource.of(NAME, undefined),
    sealedTree: (catalogue, id) => sealedImage(debsOf(catalogue), id),
    describe,
  };
};

const NO_IMAGES = worldRegistry(NOWHERE.catalogue);
const NOTHING_REACHED = { server: NO_SERVER, isKnown: () => false };

const ENGINE: BootEngine = {
  unit: false,
  *prepareRoot({ sys }) {
    const device = sys.mounts().findLast(({ target }) => target === "/sysroot")?.source;
    const slot = [SLOT_A, SLOT_B].find((each) => each.device === device);
    if (slot === undefined) return { kind: "failed", message: "present partition not found" };
    try {
      mountSystem(sys, "/sysroot", slot, VARIABLE);
    } catch (error) {
      if (isSysError(error))
        return { kind: "failed", message: `[init] (err): Error running hook: /usr/share/init.d/100-abroot-mount-sys.sh` };
      throw error;
    }
    return { kind: "ready" };
  },
  *afterSwitchRoot({ sys }) {
    sealRoot(sys);
  },
  *finalize() {
    return [];
  },
};
