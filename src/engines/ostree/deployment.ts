/** A deployment as libostree has it: a bootable root directory, its origin and its boot entry. Made by reading the disk, never kept. */
import type { Checksum } from "../../image/ostree-objects.ts";
import type { BootConfig } from "./bls.ts";
import { splitBootOptions, withoutKernelArg } from "./kernel-args.ts";
import type { KeyFile } from "./keyfile.ts";
import { isPinned } from "./origin.ts";

export type UnlockState = "none" | "development" | "transient" | "hotfix";

export interface Deployment {
  /** The state root, "fedora" on Fedora's desktops. */
  readonly stateroot: string;
  readonly checksum: Checksum;
  /** Counts deployments of the same commit. */
  readonly serial: number;
  /** SHA-256 over kernel and initramfs: which directory of /boot/ostree it boots from. */
  readonly bootChecksum: string;
  /** Counts deployments with the same kernel. */
  readonly bootSerial: number;
  /** Its boot entry; a staged deployment has only what will go into it. */
  readonly bootConfig: BootConfig;
  /** The name of the file that it was read from; undefined for one that has none yet. */
  readonly bootEntryFile?: string;
  readonly origin: KeyFile | undefined;
  readonly isStaged: boolean;
  readonly isFinalizationLocked: boolean;
  readonly unlocked: UnlockState;
}

/** `<commit>.<serial>`, the name of its directory. */
export function deploymentName(deployment: Pick<Deployment, "checksum" | "serial">): string {
  return `${deployment.checksum}.${deployment.serial}`;
}

export function parseDeploymentName(name: string): { readonly checksum: Checksum; readonly serial: number } | undefined {
  const m = /^([0-9a-f]{64})\.(\d+)$/.exec(name);
  return m ? { checksum: m[1] ?? "", serial: Number(m[2]) } : undefined;
}

/** Below the sysroot, without a slash before it. */
export function deploymentDirectory(deployment: Pick<Deployment, "stateroot" | "checksum" | "serial">): string {
  return `ostree/deploy/${deployment.stateroot}/deploy/${deploymentName(deployment)}`;
}

/** The same deployment, whatever became of its entry and origin. */
export function isSameDeployment(left: Deployment, right: Deployment): boolean {
  return left.stateroot === right.stateroot && left.checksum === right.checksum && left.serial === right.serial;
}

/** Its kernel arguments without `ostree=`, which is the boot entry's own. */
export function deploymentKernelArgs(deployment: Pick<Deployment, "bootConfig">): string[] {
  return withoutKernelArg(splitBootOptions(deployment.bootConfig.get("options")), "ostree");
}

/** As they stand in its entry, `ostree=` in its place: what a deployment made from this one takes over. */
export function carriedKernelArgs(deployment: Pick<Deployment, "bootConfig"> | undefined): string[] {
  return splitBootOptions(deployment?.bootConfig.get("options"));
}

export function isPinnedDeployment(deployment: Pick<Deployment, "origin">): boolean {
  return isPinned(deployment.origin);
}
