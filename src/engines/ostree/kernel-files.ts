/** Where a deployment has its kernel, and the checksum by which /boot tells kernels apart. */
import { sha256 } from "@noble/hashes/sha2.js";
import { toHex } from "../../image/hex.ts";
import type { Sys } from "../../vfs/sys.ts";
import { OstreeError } from "./errors.ts";
import { listDirectory, lstat, readBytes } from "./files.ts";

export interface KernelFiles {
  /** As `uname -r`. */
  readonly release: string;
  readonly vmlinuz: string;
  readonly initramfs: string | undefined;
}

/** The one directory of /usr/lib/modules with a vmlinuz in it. Throws `OstreeError` as a deploy does when there is none. */
export function findKernel(sys: Sys, root: string): KernelFiles {
  for (const entry of listDirectory(sys, `${root}/usr/lib/modules`)) {
    const directory = `${root}/usr/lib/modules/${entry.name}`;
    if (!lstat(sys, `${directory}/vmlinuz`)) continue;
    const initramfs = `${directory}/initramfs.img`;
    return { release: entry.name, vmlinuz: `${directory}/vmlinuz`, initramfs: lstat(sys, initramfs) ? initramfs : undefined };
  }
  throw new OstreeError("Failed to find kernel in /usr/lib/modules, /usr/lib/ostree-boot or /boot");
}

/** SHA-256 over the kernel's bytes and then the initramfs's: "bootcsum". */
export function bootChecksum(sys: Sys, kernel: KernelFiles): string {
  const hash = sha256.create().update(readBytes(sys, kernel.vmlinuz));
  if (kernel.initramfs !== undefined) hash.update(readBytes(sys, kernel.initramfs));
  return toHex(hash.digest());
}
