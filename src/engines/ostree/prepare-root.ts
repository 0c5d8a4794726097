/**
 * The initramfs half: from `ostree=` among the kernel arguments to a root file system, and what the first units add to it.
 * Sources: ostreedev/ostree:src/switchroot/ostree-prepare-root.c, ostree-remount.c, man ostree-prepare-root(1).
 */
import type { Catalogue } from "../../image/catalogue.ts";
import { parentOf } from "./files.ts";
import type { LogMessage } from "../../machine/journal.ts";
import type { BootEngine, KernelArguments, PreparedRoot } from "../../machine/ports.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { exists, readTextIfThere } from "../../machine/read-text.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import { composefsImageOf } from "./composefs-image.ts";
import { COMPOSEFS_IMAGE, composefsText, isEnabled, prepareRootConfig } from "./deploy.ts";
import type { SealedTree } from "../../vfs/sealed.ts";
import { failureText, OstreeError } from "./errors.ts";
import { parseDeploymentName } from "./deployment.ts";
import { baseOf, lstat, makeDirectories, removeTree, readLink, replaceFile, writeNewFile, listDirectory } from "./files.ts";
import { FINALIZE_FAILURE, finalizeStaged } from "./finalize.ts";
import { kernelArg, parseKernelArgs, replaceKernelArg } from "./kernel-args.ts";
import type { KeyFile } from "./keyfile.ts";
import { bootId, drive, withWritableSysroot } from "./process.ts";
import { makeTmpfiles } from "./tmpfiles.ts";
import { BOOTED_MARK, bootedIdentity, encodeBootedFacts, NEXT_MARK, NEXT_ROOT, Sysroot, type BootedFacts } from "./sysroot.ts";
import { HOTFIX_UPPER, mountHotfix } from "./unlock.ts";

/** Where the physical root is mounted before and after. */
const PHYSICAL = "/sysroot";
/** MESSAGE_ID of what tells which deployment is booted. */
export const BOOTED_DEPLOYMENT_MESSAGE = "7170336a73ba4601bad31af888aa0df7";
/** Where the new root is put together. */
const INITRAMFS_ASSEMBLY = "/sysroot.tmp";
/** Where it is there, systemd-tmpfiles removes the directories of development unlocks at boot. */
const TMPFILES = "/usr/lib/tmpfiles.d/ostree-tmpfiles.conf";
const UNLOCK_REMAINS = /^ostree-unlock-ovl\./;

export function ostreeBootEngine(catalogue: Catalogue): BootEngine {
  return { prepareRoot, afterSwitchRoot, nextRoot, finalize: (init) => finalize(init, catalogue) };
}

function* prepareRoot(init: Process, kargs: KernelArguments): Run<PreparedRoot> {
  const { sys } = init;
  const link = kernelArg(kargs, "ostree");
  if (link === undefined) return failed("No ostree target found; expected ostree= argument");
  let deployment: string;
  try {
    deployment = sys.realpath(PHYSICAL + link);
  } catch (error) {
    if (isSysError(error)) return failed(`Couldn't find specified OSTree root '${PHYSICAL}/${link}': ${error.text}`);
    throw error;
  }
  const identity = sys.stat(deployment);
  try {
    // `rw` among the arguments: the physical root is writable from here on, and /sysroot is made read-only as a mount.
    sys.mount({ source: "none", target: PHYSICAL, flags: ["remount", "rw"] });
    assembleRoot(sys, deployment, kargs);
    return { kind: "ready", logged: [resolved(deployment, identity)] };
  } catch (error) {
    const text = failureText(error);
    if (text === undefined) throw error;
    return failed(text);
  }
}

/** By its fields `rpm-ostree ex history` knows what was booted. */
function resolved(deployment: string, { dev, ino }: { readonly dev: number; readonly ino: number }): LogMessage {
  return {
    identifier: "ostree-prepare-root",
    message: `Resolved OSTree target to: ${deployment}`,
    fields: {
      MESSAGE_ID: BOOTED_DEPLOYMENT_MESSAGE,
      DEPLOYMENT_PATH: deployment.slice(PHYSICAL.length),
      DEPLOYMENT_DEVICE: String(dev),
      DEPLOYMENT_INODE: String(ino),
    },
  };
}

function failed(message: string): PreparedRoot {
  return { kind: "failed", message: `ostree-prepare-root: ${message}` };
}

/**
 * The deployment that `ostree admin prepare-soft-reboot` has chosen, finished by now if it was a staged one.
 *
 * @simplified Its root is mounted now, and not at /run/nextroot from the choice on.
 */
function* nextRoot(init: Process): Run<KernelArguments | undefined> {
  const { sys } = init;
  const link = bootLinkOf(sys, bootedIdentity(sys, NEXT_MARK));
  if (link === undefined) return undefined;
  const kargs = replaceKernelArg(parseKernelArgs(readTextIfThere(sys, "/proc/cmdline") ?? ""), "ostree", link);
  const path = sys.realpath(PHYSICAL + link);
  const variables = `${parentOf(parentOf(path))}/var`;
  sys.mount({ source: "none", target: PHYSICAL, flags: ["remount", "bind", "rw"] });
  if (sys.mounts().some((mount) => mount.target === variables)) sys.umount(variables);
  assembleRoot(sys, path, kargs, NEXT_ROOT);
  for (const mark of [BOOTED_MARK, NEXT_MARK]) sys.unlink(mark);
  sys.rmdir(NEXT_ROOT);
  return kargs;
}

/** The boot link (`/ostree/boot.1/fedora/…/0`) to a deployment: /boot, which has the entries, is not mounted any more. */
function bootLinkOf(sys: Sys, target: BootedFacts | undefined): string | undefined {
  const below = (path: string): string[] => listDirectory(sys, path).map(({ name }) => `${path}/${name}`);
  const links = ["/ostree/boot.0", "/ostree/boot.1"].flatMap(below).flatMap(below).flatMap(below);
  return links.find((link) => {
    const { dev, ino } = sys.stat(link);
    return dev === target?.dev && ino === target.ino;
  });
}

/** Leaves the new root at /sysroot, the physical one below it. */
function assembleRoot(sys: Sys, deployment: string, kargs: KernelArguments, assembly = INITRAMFS_ASSEMBLY): void {
  const config = prepareRootConfig(sys, deployment);
  if (lstat(sys, assembly) === undefined) sys.mkdir(assembly, 0o755);
  const image = isComposefs(config, kargs) ? composefsImage(sys, deployment) : undefined;
  if (image === "layered") mountLayered(sys, deployment, assembly);
  else if (image) {
    const objects = `${PHYSICAL}/ostree/repo/objects`;
    sys.mount({
      source: "composefs",
      target: assembly,
      fstype: "composefs",
      flags: ["ro"],
      composefs: { tree: image, objects },
      lifetime: "image",
    });
  } else {
    sys.mount({ source: deployment, target: assembly, flags: ["bind"], lifetime: "deployment" });
    if (lstat(sys, `${deployment}/${HOTFIX_UPPER}`) === undefined) {
      sys.mount({ source: `${assembly}/usr`, target: `${assembly}/usr`, flags: ["bind"], lifetime: "image" });
      sys.mount({ source: "none", target: `${assembly}/usr`, flags: ["remount", "bind", "ro"], lifetime: "image" });
    }
  }
  if (lstat(sys, `${deployment}/${HOTFIX_UPPER}`) !== undefined) mountHotfix(sys, deployment, `${assembly}/usr`);
  sys.mount({ source: `${deployment}/etc`, target: `${assembly}/etc`, flags: ["bind"], lifetime: "deployment" });
  sys.mount({ source: `${parentOf(parentOf(deployment))}/var`, target: `${assembly}/var`, flags: ["bind"], lifetime: "machine" });
  // A /boot that is no partition of its own is made visible where it is looked for.
  if (readLink(sys, `${PHYSICAL}/boot/loader`) !== undefined)
    sys.mount({ source: `${PHYSICAL}/boot`, target: `${assembly}/boot`, flags: ["bind"], lifetime: "machine" });
  const state = `${parentOf(parentOf(deployment))}/var`;
  sys.mount({ source: state, target: state, flags: ["bind"], lifetime: "machine" });
  sys.mount({ source: PHYSICAL, target: `${assembly}/sysroot`, flags: ["move"] });
  if (config.get("sysroot", "readonly") !== "false") {
    sys.mount({ source: "none", target: `${assembly}/sysroot`, flags: ["remount", "bind", "ro"] });
  }
  sys.mount({ source: assembly, target: PHYSICAL, flags: ["move"] });
}

/**
 * The image that `.ostree.cfs` names; undefined when there is none, as with a commit made on this machine: then the deployment is
 * bound as without composefs. Throws `OstreeError` when the file is not what was written at the deploy.
 */
function composefsImage(sys: Sys, deployment: string): SealedTree | "layered" | undefined {
  const text = readTextIfThere(sys, `${deployment}/${COMPOSEFS_IMAGE}`);
  const tree = sys.sealedTreeAt(deployment);
  if (text === undefined || tree === undefined) return undefined;
  const checksum = tree.id.slice(tree.id.indexOf(":") + 1);
  if (text === composefsText(checksum)) return composefsImageOf(tree);
  const own = parseDeploymentName(baseOf(deployment))?.checksum;
  if (own !== undefined && text === composefsText(own)) return "layered";
  throw new OstreeError("composefs: failed to mount: Invalid argument");
}

/**
 * The root of a commit with layered packages.
 *
 * @simplified Its names are read from the deployment's directory through an overlay that nobody can write, and not from an image; the
 * mount shows the layers that the image would have.
 */
function mountLayered(sys: Sys, deployment: string, assembly: string): void {
  if (lstat(sys, `${deployment}/etc`) === undefined) throw new OstreeError("composefs: failed to mount: No such file or directory");
  // An overlay without an upper layer has two lower ones: the mount point of /sysroot is an empty directory.
  sys.mount({
    source: "composefs",
    target: assembly,
    fstype: "composefs",
    flags: ["ro"],
    data: `lowerdir=${deployment}/sysroot:${deployment}`,
    lifetime: "image",
  });
}

function isComposefs(config: KeyFile, kargs: KernelArguments): boolean {
  const argument = kernelArg(kargs, "ostree.prepare-root.composefs");
  const wanted = argument ?? config.get("composefs", "enabled") ?? "no";
  return isEnabled(wanted);
}

function* afterSwitchRoot(init: Process, kargs: KernelArguments): Run<void> {
  const { sys } = init;
  const link = kernelArg(kargs, "ostree");
  if (link === undefined) return;
  const root = sys.stat(PHYSICAL + link);
  const composefs = sys.mounts().some((mount) => mount.target === "/" && mount.fstype !== "btrfs" && mount.source.startsWith("composefs"));
  makeDirectories(sys, parentOf(BOOTED_MARK));
  if (!exists(sys, BOOTED_MARK)) writeNewFile(sys, BOOTED_MARK, encodeBootedFacts({ dev: root.dev, ino: root.ino, composefs }));
  makeDirectories(sys, "/run/ostree");
  // @simplified What the image's own tmpfiles.d asks for is there from the installation on; layered packages' is made here.
  if (/^baserefspec=/m.test(readTextIfThere(sys, `${sys.realpath(PHYSICAL + link)}.origin`) ?? "")) makeTmpfiles(sys);
  if (!exists(sys, TMPFILES)) return;
  for (const entry of listDirectory(sys, "/var/tmp")) if (UNLOCK_REMAINS.test(entry.name)) sys.dropTree(`/var/tmp/${entry.name}`);
}

/** The unit's process. A failure leaves a stamp in /boot and the old deployments as they were. */
function* finalize(init: Process, catalogue: Catalogue): Run<readonly string[]> {
  const lines: string[] = [];
  yield* withWritableSysroot(init, { argv: ["ostree", "admin", "finalize-staged"] }, function* (child) {
    const sysroot = new Sysroot(child.sys);
    const stamp = `${sysroot.boot}/${FINALIZE_FAILURE}`;
    try {
      yield* drive(child, finalizeStaged(sysroot, catalogue, bootId(child.sys)), function* (step) {
        if (step.message !== undefined) lines.push(step.message);
      });
      removeTree(child.sys, stamp);
    } catch (error) {
      const text = failureText(error);
      if (text === undefined) throw error;
      lines.push(`error: ${text}`);
      makeDirectories(child.sys, parentOf(stamp));
      replaceFile(child.sys, stamp, `${text}\n`, { sync: true });
    }
  });
  return lines;
}
