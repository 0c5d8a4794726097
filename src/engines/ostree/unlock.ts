/**
 * A writable overlay on /usr (`ostree admin unlock`).
 *
 * development: its upper directory is in /var/tmp and nothing mounts it at the next boot. transient: the same, mounted
 * read-only, for whoever remounts it in a mount namespace of his own. hotfix: the upper lies in the
 * deployment's own directory and the initramfs mounts it again; before that the deployment is cloned, so that there is a way
 * back. Sources: ostreedev/ostree:src/libostree/ostree-sysroot.c (ostree_sysroot_deployment_unlock); recordings of 2025.2.
 */
import type { Sys } from "../../vfs/sys.ts";
import { type Update } from "../update-step.ts";
import { carriedKernelArgs, deploymentDirectory, type Deployment } from "./deployment.ts";
import { deployNow, writeOrigin } from "./deploy.ts";
import { OstreeError } from "./errors.ts";
import { makeDirectories, temporaryName, writeNewFile } from "./files.ts";
import { sealedTreeOf, type OstreeHost } from "./host.ts";
import { carriedOrigin } from "./origin.ts";
import { runStateDirectory, type Sysroot } from "./sysroot.ts";

export type UnlockMode = "development" | "hotfix" | "transient";

/** Below the deployment's directory; the initramfs looks for the second. */
export const HOTFIX_UPPER = ".usr-ovl-upper";
export const HOTFIX_WORK = ".usr-ovl-work";

/** Where the physical root is mounted for a moment. */
const PRIVATE = "/run/ostree/.private";

/** Throws `OstreeError` when that cannot be. */
export function requireUnlockable(sysroot: Sysroot): Deployment {
  const booted = sysroot.requireBooted();
  if (booted.unlocked !== "none") throw new OstreeError(`Deployment is already in unlocked state: ${booted.unlocked}`);
  return booted;
}

/**
 * The part on the disk, in a mount namespace where /sysroot can be written: the clone for a hotfix, directories, the origin.
 * Without composefs the deployment's root loses its `chattr +i`, too, for good.
 */
export function* prepareUnlock(host: OstreeHost, sysroot: Sysroot, mode: UnlockMode): Update<void> {
  const { sys } = sysroot;
  const booted = requireUnlockable(sysroot);
  const path = sysroot.path(deploymentDirectory(booted));
  if (mode === "hotfix") {
    if (!booted.origin) throw new OstreeError("No origin known for booted deployment");
    yield* deployNow(
      sysroot,
      { treeOf: (commit) => sealedTreeOf(host, commit) },
      {
        stateroot: booted.stateroot,
        checksum: booted.checksum,
        origin: carriedOrigin(booted.origin),
        kernelArgs: carriedKernelArgs(booted),
        flags: { notDefault: true },
      },
    );
  }
  const flags = sys.getFlags(path);
  if (flags.includes("i")) sys.setFlags(path, flags.replace("i", ""));
  if (mode !== "hotfix") return;
  sys.mkdir(`${path}/${HOTFIX_UPPER}`, 0o755);
  sys.mkdir(`${path}/${HOTFIX_WORK}`, 0o755);
  const origin = booted.origin?.copy();
  origin?.set("origin", "unlocked", "hotfix");
  writeOrigin(sysroot, { ...booted, origin }, true);
}

/** The mount, in everybody's namespace, and the mark that says so. `deployment` is the booted one. */
export function mountUnlocked(sys: Sys, deployment: Deployment, mode: UnlockMode): void {
  sys.chdir("/");
  if (mode === "hotfix") {
    // The upper layer must be on a mount that can be written, and /sysroot is not: the overlay keeps what it was given.
    makeDirectories(sys, PRIVATE);
    sys.mount({ source: "/sysroot", target: PRIVATE, flags: ["bind", "rw"] });
    mountHotfix(sys, `${PRIVATE}/${deploymentDirectory(deployment)}`, "/usr");
    sys.umount(PRIVATE, { lazy: true });
    return;
  }
  const backing = temporaryName(sys, "/var/tmp/ostree-unlock-ovl.");
  sys.mkdir(backing, 0o755);
  sys.mkdir(`${backing}/upper`, 0o755);
  sys.mkdir(`${backing}/work`, 0o755);
  sys.mount({
    source: "overlay",
    target: "/usr",
    fstype: "overlay",
    flags: mode === "transient" ? ["ro"] : [],
    data: `lowerdir=usr,upperdir=${backing}/upper,workdir=${backing}/work`,
    lifetime: "boot",
  });
  const state = runStateDirectory(deployment);
  makeDirectories(sys, state);
  writeNewFile(sys, `${state}/unlocked-${mode}`, new Uint8Array());
}

/** Also what the initramfs does for a deployment that was unlocked so before. `root` is the deployment's directory, `target` its /usr. */
export function mountHotfix(sys: Sys, root: string, target: string): void {
  sys.mount({
    source: "overlay",
    target,
    fstype: "overlay",
    flags: [],
    data: `lowerdir=${target},upperdir=${root}/${HOTFIX_UPPER},workdir=${root}/${HOTFIX_WORK}`,
    lifetime: "deployment",
  });
}

/** What `ostree admin unlock` prints when it is done. */
export function unlockMessage(mode: UnlockMode): string {
  if (mode === "transient")
    return "A writable overlayfs is prepared for /usr, but is mounted read-only by default.\nAll changes there will be discarded on reboot.\n";
  return mode === "development"
    ? "Development mode enabled.  A writable overlayfs is now mounted on /usr.\nAll changes there will be discarded on reboot.\n"
    : "Hotfix mode enabled.  A writable overlayfs is now mounted on /usr\nfor this booted deployment.  A non-hotfixed clone has been created\nas the non-default rollback target.\n";
}
