/** What the interface shows of an ostree system, from the files alone. */
import { defaultBootEntry, readBootEntries } from "../../machine/bootloader.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import { isSameDeployment, parseDeploymentName } from "./deployment.ts";
import { failureText } from "./errors.ts";
import { kernelArg, parseKernelArgs } from "./kernel-args.ts";
import { baseOf, readLink } from "./files.ts";
import type { BootEntryView, DeploymentView } from "../system-view.ts";
import { deploymentStatuses } from "./status.ts";
import { Sysroot, type SysrootState } from "./sysroot.ts";

export interface OstreeViews {
  readonly deployments: readonly DeploymentView[];
  readonly bootEntries: readonly BootEntryView[];
}

/** `sysroot` is where `ostree/` is ("/" on a running system) and `boot` where `loader` is. A disk that cannot be read gives empty lists. */
export function viewsOf(sys: Sys, at = "/", boot?: string): OstreeViews {
  const sysroot = new Sysroot(sys, at, boot);
  return { deployments: viewOfDeployments(sysroot), bootEntries: viewOfBootEntries(sysroot) };
}

function viewOfDeployments(sysroot: Sysroot): DeploymentView[] {
  const state = quietly(() => sysroot.read());
  if (!state) return [];
  const defaultName = deploymentOfDefaultEntry(sysroot);
  return deploymentStatuses(sysroot, state).map((row) => ({
    index: row.index,
    checksum: row.checksum,
    serial: row.serial,
    version: row.version ?? "",
    origin: row.image?.reference.image ?? row.refspec ?? "",
    layers: [...row.layers.active, ...row.layers.local],
    leftOut: row.layers.removed.map(({ name }) => name),
    isBooted: row.isBooted,
    isDefault: !row.isStaged && `${row.checksum}.${row.serial}` === defaultName,
    isStaged: row.isStaged,
    isRollback: row.isRollback,
    isPending: row.isPending,
    isPinned: row.isPinned,
    unlocked: row.unlocked,
  }));
}

/** `<commit>.<serial>` of what the boot loader would start by itself. */
function deploymentOfDefaultEntry(sysroot: Sysroot): string | undefined {
  const entries = readBootEntries(sysroot.sys, sysroot.boot);
  const chosen = entries[defaultBootEntry(sysroot.sys, sysroot.boot)];
  return chosen === undefined ? undefined : deploymentOfOptions(sysroot, chosen.options);
}

function deploymentOfOptions(sysroot: Sysroot, options: string): string | undefined {
  const link = kernelArg(parseKernelArgs(options), "ostree");
  const target = link === undefined ? undefined : readLink(sysroot.sys, sysroot.root + link);
  const name = target === undefined ? undefined : parseDeploymentName(baseOf(target));
  return name === undefined ? undefined : `${name.checksum}.${name.serial}`;
}

function viewOfBootEntries(sysroot: Sysroot): BootEntryView[] {
  const { sys, boot } = sysroot;
  const state: SysrootState | undefined = quietly(() => sysroot.read());
  const booted = state?.deployments.find((d) => state.booted !== undefined && isSameDeployment(d, state.booted));
  const bootedName = booted === undefined ? undefined : `${booted.checksum}.${booted.serial}`;
  const chosen = defaultBootEntry(sys, boot);
  return readBootEntries(sys, boot).map((entry, index) => ({
    file: `${entry.id}.conf`,
    title: entry.title,
    version: entry.version,
    isDefault: index === chosen,
    isBooted: bootedName !== undefined && deploymentOfOptions(sysroot, entry.options) === bootedName,
  }));
}

function quietly<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isSysError(error) || failureText(error) !== undefined) return undefined;
    throw error;
  }
}
