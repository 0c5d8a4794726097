/** What a machine is made from: plain parts that a distribution puts together. */
import type { Timestamp } from "../base/timestamp.ts";
import type { Disk } from "../vfs/disk.ts";
import type { VolumeDrivers } from "../vfs/volume.ts";
import type { BootMenu } from "./boot-menu.ts";
import type { BootEngine, LoginShell, ProgramTable } from "./ports.ts";
import type { Program } from "./program.ts";
import type { World } from "./world.ts";

export interface PartitionSpec {
  /** The disk's name for it, e.g. "boot". */
  readonly name: string;
  /** e.g. "/dev/vda2". */
  readonly device: string;
  readonly fstype: string;
  readonly uuid: string;
  readonly label?: string;
  /** The file that a loop device is made of. */
  readonly backingFile?: string;
  /** The subvolume that holds the physical root, e.g. "root". */
  readonly rootSubvolume?: string;
  /** Where a boot loader that reads more than one partition finds it, and where a machine that is off shows it, e.g. "/vos-a". */
  readonly shownAt?: string;
}

export interface MachineSpec {
  /** e.g. "silverblue". */
  readonly name: string;
  readonly title: string;
  /** Until /etc/hostname says otherwise. */
  readonly hostname: string;
  /** A disk as the installer left it. Asked for once, and not at all by a machine that is restored. */
  makeDisk(): Disk;
  /** In the order of their numbers. The one called "boot" is what the boot loader reads (without one, /boot of "root" is), "root" what a machine that is off shows at /sysroot. */
  readonly partitions: readonly PartitionSpec[];
  /** File systems of its disk that others do not have (Btrfs); none unless given. */
  readonly drivers?: VolumeDrivers;
  readonly engine: BootEngine;
  /** What name servers know: the address of a host; nothing unless given. */
  addressOf?(name: string): string | undefined;
  /** Asked for once by each machine, with the world that it stands in. */
  programs(world: World): ProgramTable;
  /** Does what a fault of the machine itself (`INSIDE`) means, as root; its arguments are the fault's name and `on` or `off`. */
  readonly saboteur?: Program;
  readonly loginShell: LoginShell;
  readonly seed: number;
  readonly startTime: Timestamp;
  readonly memoryBytes: number;
  /** What the boot loader offers, where that is not what loader entries on the boot partition say. */
  readonly bootMenu?: BootMenu;
  /** What the firmware starts, e.g. "Fedora". */
  readonly firmwareEntry?: { readonly title: string; readonly file: string };
  /** Seconds that the boot menu waits; 0 starts the default at once, negative waits for ever. */
  readonly menuTimeout: number;
  /** Whether the boot loader adds BOOT_IMAGE= to the kernel's arguments, as GRUB does and others do not; yes unless said. */
  readonly namesKernel?: boolean;
  /** What the initramfs mounts where the kernel's arguments say no `root=`; without it that is a failure, as with dracut. */
  readonly defaultRoot?: string;
  /** The program that must be there to become pid 1 where they say no `init=`; /sbin/init unless said. */
  readonly defaultInit?: string;
  /** Who is logged in on the console without being asked; undefined asks. */
  readonly autologin: string | undefined;
}
