/** What the kernel says while it starts, dmesg(1). Facts of this machine, in the kernel's usual order and words. */
import type { BootConsole } from "./boot-console.ts";
import type { Kernel } from "./kernel.ts";
import type { PartitionSpec } from "./machine-spec.ts";
import type { Run } from "./program.ts";

/** From the first line to the start of the initramfs. */
export function* kernelStarts(kernel: Kernel, console: BootConsole, title: string): Run<void> {
  const memory = Math.floor(kernel.memoryBytes / 1024);
  const early = [
    `Linux version ${kernel.release} (gcc, GNU ld) ${kernel.version}`,
    `Command line: ${kernel.commandLine}`,
    "BIOS-provided physical RAM map:",
    "NX (Execute Disable) protection: active",
    `DMI: Immutable Lab ${title}, simulated`,
    "tsc: the clock of this machine is virtual",
    `Memory: ${Math.floor(memory * 0.94)}K/${memory}K available`,
    `Kernel command line: ${kernel.commandLine}`,
  ];
  for (const line of early) console.kernel(line);
  yield* console.pause(60);
  for (const line of [
    "rcu: Hierarchical RCU implementation.",
    "Console: colour dummy device 80x25",
    "printk: console [tty0] enabled",
    "LSM: initializing lsm=lockdown,capability,yama,selinux,bpf",
  ])
    console.kernel(line);
  yield* console.pause(80);
  for (const line of ["smp: Bringing up secondary CPUs ...", "devtmpfs: initialized", "NET: Registered PF_INET protocol family"])
    console.kernel(line);
  yield* console.pause(80);
  for (const line of ["Trying to unpack rootfs image as initramfs...", "Freeing initrd memory", "Run /init as init process"])
    console.kernel(line);
  yield* console.pause(40);
}

/** The disk's driver, as it finds the partitions. */
export function* disksAppear(console: BootConsole, partitions: readonly PartitionSpec[]): Run<void> {
  const disks = new Map<string, string[]>();
  for (const { device } of partitions) {
    const disk = device.replace(/^\/dev\//, "").replace(/p?\d+$/, "");
    disks.set(disk, [...(disks.get(disk) ?? []), device.replace(/^\/dev\//, "")]);
  }
  for (const [disk, names] of disks) {
    console.kernel(`virtio_blk virtio1: [${disk}] new disk`);
    console.kernel(` ${disk}: ${names.join(" ")}`);
  }
  yield* console.pause(30);
}
