/**
 * Making a list of deployments what the machine boots.
 *
 * The new boot entries and boot links are written aside under the other boot version (0 and 1 take turns), everything is
 * brought to the disk, and then one rename of `/boot/loader` makes them count: that is the commit point. When the entries
 * would not change, only the boot links are exchanged under the same version (sub-version 0 and 1 take turns).
 * Order of calls: strace of the real `ostree admin upgrade`; source: ostreedev/ostree:src/libostree/ostree-sysroot-deploy.c.
 */
import { readTextIfThere } from "../../machine/read-text.ts";
import { commitPoint, step, type Update } from "../update-step.ts";
import { bootEntryName, bootTitle, formatBootConfig, formatBootLink, type BootConfig } from "./bls.ts";
import { deploymentDirectory, deploymentKernelArgs, deploymentName, isSameDeployment, type Deployment } from "./deployment.ts";
import { OstreeError, within } from "./errors.ts";
import { isSysError } from "../../vfs/errno.ts";
import {
  baseOf,
  lstat,
  makeDirectories,
  readBytes,
  removeTree,
  replaceFile,
  replaceSymlink,
  syncDirectory,
  writeNewFile,
} from "./files.ts";
import { formatKernelArgs, replaceKernelArg, splitBootOptions } from "./kernel-args.ts";
import { findKernel } from "./kernel-files.ts";
import { STAGED_DEPLOYMENT, type BootVersion, type Sysroot, type SysrootState } from "./sysroot.ts";

/** Undefined when the list was already so. */
export interface WrittenDeployments {
  /** The line that libostree prints. */
  readonly message: string | undefined;
}

/** What decides whether boot entries must be written anew. */
interface PlannedEntry {
  readonly deployment: Deployment;
  readonly bootSerial: number;
}

/** Writes `list` (index 0 boots next; a staged one stays where it is, in /run). `state` is what was read before. */
export function* writeDeployments(sysroot: Sysroot, state: SysrootState, list: readonly Deployment[]): Update<WrittenDeployments> {
  const { sys } = sysroot;
  if (state.staged && !list.some((d) => d.isStaged)) sys.unlink(STAGED_DEPLOYMENT);
  const before = state.deployments.filter((d) => !d.isStaged);
  const after = list.filter((d) => !d.isStaged);
  const swap = before.length !== after.length || after.some((d, i) => !hasSameBootConfig(sysroot, d, before[i]));
  if (!swap && after.every((d, i) => isSameDeployment(d, before[i] as Deployment))) return { message: undefined };

  const planned = withBootSerials(after);
  const bootVersion: BootVersion = swap ? (state.bootVersion === 0 ? 1 : 0) : state.bootVersion;
  let subVersion: BootVersion;
  if (swap) {
    yield* writeEntries(sysroot, planned, bootVersion, new Set(list.map((d) => d.stateroot)).size > 1);
    yield step("boot-links");
    subVersion = makeBootLinks(sysroot, planned, bootVersion);
    replaceSymlink(sys, `boot.${bootVersion}.${subVersion}`, sysroot.path(`ostree/boot.${bootVersion}`));
    // So that paths of entries hold from within the boot partition and from outside.
    if (lstat(sys, `${sysroot.boot}/boot`) === undefined) sys.symlink(".", `${sysroot.boot}/boot`);
    replaceSymlink(sys, `loader.${bootVersion}`, `${sysroot.boot}/loader.tmp`);
    yield step("sync");
    sys.sync();
    yield commitPoint("swap-loader");
    sys.rename(`${sysroot.boot}/loader.tmp`, `${sysroot.boot}/loader`);
    syncDirectory(sys, sysroot.boot);
  } else {
    yield step("boot-links");
    subVersion = makeBootLinks(sysroot, planned, bootVersion);
    yield step("sync");
    sys.sync();
    yield commitPoint("swap-boot-links");
    replaceSymlink(sys, `boot.${bootVersion}.${subVersion}`, sysroot.path(`ostree/boot.${bootVersion}`));
    sys.sync();
  }
  const message =
    `${swap ? "Bootloader updated" : "Transaction complete"}; bootconfig swap: ${swap ? "yes" : "no"}; ` +
    `bootversion: boot.${bootVersion}.${subVersion}, deployment count change: ${after.length - state.deployments.length}`;
  yield step("written", { message });
  return { message };
}

/** Changes the kernel arguments of the entries that count, each file replaced in its place. */
export function* editBootEntries(sysroot: Sysroot, edit: (args: readonly string[]) => readonly string[]): Update<void> {
  const { bootVersion } = sysroot.load();
  for (const { file, config } of sysroot.bootEntries(bootVersion)) {
    const options = formatKernelArgs(edit(splitBootOptions(config.get("options"))));
    yield step("boot-entry");
    replaceFile(
      sysroot.sys,
      `${sysroot.boot}/loader.${bootVersion}/entries/${file}`,
      formatBootConfig(new Map([...config, ["options", options]])),
      {
        sync: true,
      },
    );
  }
}

/** Same kernel, arguments, version and state root at the same place: the entry can stay. */
function hasSameBootConfig(sysroot: Sysroot, deployment: Deployment, before: Deployment | undefined): boolean {
  if (!before || deployment.bootChecksum !== before.bootChecksum || deployment.stateroot !== before.stateroot) return false;
  const args = (d: Deployment): string => formatKernelArgs(deploymentKernelArgs(d));
  return args(deployment) === args(before) && versionOf(sysroot, deployment) === versionOf(sysroot, before);
}

function versionOf(sysroot: Sysroot, deployment: Deployment): string | undefined {
  return sysroot.openRepository().version(deployment.checksum);
}

/** Deployments with the same kernel are told apart by a number that counts from the top of the list. */
function withBootSerials(list: readonly Deployment[]): PlannedEntry[] {
  const next = new Map<string, number>();
  return list.map((deployment) => {
    const bootSerial = next.get(deployment.bootChecksum) ?? 0;
    next.set(deployment.bootChecksum, bootSerial + 1);
    return { deployment, bootSerial };
  });
}

function* writeEntries(sysroot: Sysroot, planned: readonly PlannedEntry[], bootVersion: BootVersion, several: boolean): Update<void> {
  const { sys, boot } = sysroot;
  const entries = `${boot}/loader.${bootVersion}/entries`;
  yield step("boot-entries", { done: 0, total: planned.length });
  removeTree(sys, entries);
  makeDirectories(sys, entries);
  const tries = bootTries(sysroot);
  for (const [position, entry] of planned.entries()) {
    const kernel = within("Installing kernel", () => installKernel(sysroot, entry.deployment));
    const config = entryFor(sysroot, entry, position, planned.length, bootVersion, several, kernel);
    replaceFile(
      sys,
      `${entries}/${bootEntryName(position, planned.length, tries, entry.deployment.bootEntryFile)}`,
      formatBootConfig(config),
    );
    yield step("boot-entries", { done: position + 1, total: planned.length });
  }
}

/** How often a boot loader may try a new entry (`sysroot.boot-counting-tries`). @simplified GRUB, as Fedora has it, counts nothing. */
function bootTries(sysroot: Sysroot): number {
  const text = sysroot.openRepository().config.get("sysroot", "boot-counting-tries") ?? "0";
  if (!/^\d+$/.test(text)) throw new OstreeError(`Parsing sysroot.boot-counting-tries: “${text}” is not an unsigned number`);
  if (Number(text) > 5) throw new OstreeError(`Parsing sysroot.boot-counting-tries: Number “${text}” is out of bounds [0, 5]`);
  return Number(text);
}

interface InstalledKernel {
  readonly linux: string;
  readonly initrd: string | undefined;
}

/** Copies kernel and initramfs to `/boot/ostree/<os>-<bootcsum>` unless they are there; paths are on the boot partition. */
function installKernel(sysroot: Sysroot, deployment: Deployment): InstalledKernel {
  const { sys, boot } = sysroot;
  const kernel = findKernel(sys, sysroot.deploymentPath(deployment));
  const directory = `/ostree/${deployment.stateroot}-${deployment.bootChecksum}`;
  makeDirectories(sys, boot + directory, 0o775);
  const copy = (source: string, name: string): string => {
    const target = `${boot}${directory}/${name}`;
    if (lstat(sys, target) === undefined) {
      const temporary = `${target}.tmp`;
      removeTree(sys, temporary);
      writeNewFile(sys, temporary, readBytes(sys, source), { mode: 0o644, sync: true });
      sys.rename(temporary, target);
    }
    return `${directory}/${name}`;
  };
  return {
    linux: copy(kernel.vmlinuz, `vmlinuz-${kernel.release}`),
    initrd: kernel.initramfs === undefined ? undefined : copy(kernel.initramfs, `initramfs-${kernel.release}.img`),
  };
}

function entryFor(
  sysroot: Sysroot,
  { deployment, bootSerial }: PlannedEntry,
  position: number,
  count: number,
  bootVersion: BootVersion,
  several: boolean,
  kernel: InstalledKernel,
): BootConfig {
  const link = formatBootLink({ bootVersion, stateroot: deployment.stateroot, bootChecksum: deployment.bootChecksum, bootSerial });
  const args = replaceKernelArg(splitBootOptions(deployment.bootConfig.get("options")), "ostree", link);
  const title = bootTitle(
    prettyName(sysroot, deployment),
    versionOf(sysroot, deployment),
    position,
    several ? deployment.stateroot : undefined,
  );
  return new Map([
    ...deployment.bootConfig,
    ["title", title],
    ["version", String(count - position)],
    ["options", formatKernelArgs(args)],
    ["linux", kernel.linux],
    ...(kernel.initrd === undefined ? [] : ([["initrd", kernel.initrd]] as const)),
    // Written for Android's boot loader, whether there is such a file or not.
    ["aboot", `/${deploymentDirectory(deployment)}/usr/lib/ostree-boot/aboot.img`],
    ["abootcfg", `/${deploymentDirectory(deployment)}/usr/lib/ostree-boot/aboot.cfg`],
  ]);
}

/** From the deployment's own os-release. Throws `OstreeError` when it has none. */
function prettyName(sysroot: Sysroot, deployment: Deployment): string {
  const root = sysroot.deploymentPath(deployment);
  const text = readTextIfThere(sysroot.sys, `${root}/usr/lib/os-release`) ?? readTextIfThere(sysroot.sys, `${root}/etc/os-release`);
  if (text === undefined)
    throw new OstreeError("Installing kernel: Reading /etc/os-release: openat(etc/os-release): No such file or directory");
  const values = new Map<string, string>();
  for (const line of text.split("\n")) {
    const m = /^([A-Z_0-9]+)=(.*)$/.exec(line);
    if (m) values.set(m[1] ?? "", (m[2] ?? "").replace(/^(["'])(.*)\1$/, "$2"));
  }
  return values.get("PRETTY_NAME") ?? values.get("ID") ?? "";
}

/** `ostree/boot.V.S/<os>/<bootcsum>/<serial>` for every entry; returns S, the one not in use. */
function makeBootLinks(sysroot: Sysroot, planned: readonly PlannedEntry[], bootVersion: BootVersion): BootVersion {
  const { sys } = sysroot;
  const current = lstat(sys, sysroot.path(`ostree/boot.${bootVersion}`)) ? sys.readlink(sysroot.path(`ostree/boot.${bootVersion}`)) : "";
  const subVersion: BootVersion = current.endsWith(".1") ? 0 : 1;
  const directory = sysroot.path(`ostree/boot.${bootVersion}.${subVersion}`);
  try {
    removeTree(sys, directory);
    sys.mkdir(directory, 0o755);
  } catch (error) {
    if (isSysError(error)) throw new OstreeError(`Creating new current bootlinks: mkdir(${baseOf(directory)}): ${error.text}`);
    throw error;
  }
  for (const { deployment, bootSerial } of planned) {
    const parent = `${directory}/${deployment.stateroot}/${deployment.bootChecksum}`;
    makeDirectories(sys, parent);
    replaceSymlink(sys, `../../../deploy/${deployment.stateroot}/deploy/${deploymentName(deployment)}`, `${parent}/${bootSerial}`);
  }
  return subVersion;
}
