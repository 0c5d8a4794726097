/** What `systemctl soft-reboot` shall enter: a deployment whose kernel runs already. Source: ostreedev/ostree:src/libostree/ostree-sysroot.c. */
import { deploymentKernelArgs, isSameDeployment, type Deployment } from "./deployment.ts";
import { lstat, makeDirectories, replaceFile } from "./files.ts";
import { formatKernelArgs } from "./kernel-args.ts";
import { bootedIdentity, encodeBootedFacts, NEXT_MARK, NEXT_ROOT, type Sysroot } from "./sysroot.ts";

/**
 * A user space can be exchanged under a running kernel when kernel and arguments are the same.
 *
 * @simplified The real one also compares SELinux policies.
 */
export function canSoftReboot(deployment: Deployment, booted: Deployment | undefined): boolean {
  if (booted === undefined || isSameDeployment(deployment, booted)) return false;
  const args = (d: Deployment): string => formatKernelArgs(deploymentKernelArgs(d));
  return deployment.bootChecksum === booted.bootChecksum && args(deployment) === args(booted);
}

export function prepareSoftReboot(sysroot: Sysroot, deployment: Deployment): void {
  const { sys } = sysroot;
  const found = lstat(sys, sysroot.deploymentPath(deployment));
  const composefs = bootedIdentity(sys)?.composefs === true;
  makeDirectories(sys, NEXT_ROOT);
  replaceFile(sys, NEXT_MARK, encodeBootedFacts({ dev: found?.dev ?? 0, ino: found?.ino ?? 0, composefs }));
}
