/**
 * Plain Debian: one root that everything writes to, one package at a time. What the immutable systems are compared with.
 *
 * Nothing of it comes with a page that shows another machine: see distros/machines.ts.
 */
import { timestamp } from "../../base/timestamp.ts";
import { apt } from "../../commands/families/apt.ts";
import { dpkg } from "../../commands/families/dpkg.ts";
import { present, Programs } from "../../commands/programs.ts";
import { NOWHERE } from "../../engines/ostree/host.ts";
import { debsOf } from "../../image/debian/archive.ts";
import { DEBIAN_HOSTS, debianServer, NO_SERVER } from "../../image/debian/server.ts";
import { readBootEntries, defaultBootEntry } from "../../machine/bootloader.ts";
import type { BootEngine } from "../../machine/ports.ts";
import { Resource } from "../../machine/resource.ts";
import { exists, readTextIfThere } from "../../machine/read-text.ts";
import type { Sys } from "../../vfs/sys.ts";
import type { SystemState } from "../distro.ts";
import { diskFiller } from "../fill-disk.ts";
import type { MakeDistro } from "../machines.ts";
import { userland } from "../userland.ts";
import { factoryDisk } from "./factory-disk.ts";
import { HOSTNAME, LEARNER, PARTITIONS } from "./layout.ts";

const NAME = "debian";
const TITLE = "Debian";
/** Tuesday 24 November 2026, 09:00 UTC: all of the archive is published. */
const START = timestamp(1795510800);
const MEMORY = 1024 ** 3;
const MENU_SECONDS = 5;

export const debian: MakeDistro = (parts) => {
  const { families, shells, loginShell } = userland(parts, present({ apt: apt(NOWHERE_REACHED), dpkg }));
  return {
    name: NAME,
    title: TITLE,
    flavours: [{ id: "ext4", title: "one partition" }],
    machine: ({ seed, catalogue }) => ({
      name: NAME,
      title: TITLE,
      hostname: HOSTNAME,
      makeDisk: () => factoryDisk(debsOf(catalogue)),
      partitions: PARTITIONS,
      engine: ENGINE,
      addressOf,
      programs: (world) => {
        const reach = {
          server: debianServer(debsOf(catalogue)),
          isKnown: (host: string) => !world.isOffline && addressOf(host) !== undefined,
        };
        const programs = new Programs(new Map([...families, ...present({ apt: apt(reach) })]), NOWHERE);
        return { find: (name) => shells.get(name) ?? programs.find(name) };
      },
      saboteur: diskFiller,
      loginShell,
      seed,
      startTime: START,
      memoryBytes: MEMORY,
      firmwareEntry: { title: "debian", file: "\\EFI\\debian\\shimx64.efi" },
      menuTimeout: MENU_SECONDS,
      autologin: LEARNER,
    }),
    start: Resource.of(NAME, undefined),
    sealedTree: () => undefined,
    describe,
  };
};

/** For what is asked about programs before there is a machine. */
const NOWHERE_REACHED = { server: NO_SERVER, isKnown: (): boolean => false };

/** @simplified Addresses are those kept for documentation, the same for everybody. */
function addressOf(name: string): string | undefined {
  const at = DEBIAN_HOSTS.findIndex((host) => host === name.toLowerCase());
  return at < 0 ? undefined : `192.0.2.${at + 60}`;
}

/** There is nothing to prepare: the root is the root. It is mounted read-only by the initramfs, and fstab says what comes of that. */
const ENGINE: BootEngine = {
  unit: false,
  *prepareRoot() {
    return { kind: "ready" };
  },
  *afterSwitchRoot({ sys }) {
    const line = /^[^#\s]\S*\s+\/\s+\S+\s+(\S+)/m.exec(readTextIfThere(sys, "/etc/fstab") ?? "");
    if (line !== null && !(line[1] ?? "").split(",").includes("ro")) sys.mount({ source: "none", target: "/", flags: ["remount", "rw"] });
  },
  *finalize() {
    return [];
  },
};

/** One system, of which there is no other version; the kernels are what the boot menu has. */
function describe(sys: Sys): SystemState {
  const root = exists(sys, "/var/lib/dpkg") ? "" : "/sysroot";
  const version = readTextIfThere(sys, `${root}/etc/debian_version`)?.trim() ?? "";
  const entries = readBootEntries(sys, `${root}/boot`);
  const preset = defaultBootEntry(sys, `${root}/boot`);
  const running = /BOOT_IMAGE=\S*\/vmlinuz-(\S+)/.exec(root === "" ? (readTextIfThere(sys, "/proc/cmdline") ?? "") : "")?.[1];
  return {
    deployments: [
      {
        index: 0,
        checksum: "",
        serial: 0,
        version,
        origin: "/dev/vda1",
        layers: [],
        leftOut: [],
        isBooted: root === "",
        isDefault: true,
        isStaged: false,
        isRollback: false,
        isPending: false,
        isPinned: false,
        unlocked: "none",
      },
    ],
    bootEntries: entries.map((entry, index) => ({
      file: `${entry.id}.conf`,
      title: entry.title,
      version: entry.version,
      isDefault: index === preset,
      isBooted: entry.version === running,
    })),
    etcDefaults: undefined,
  };
}
