/**
 * The list of deployments, read from the disk as libostree reads it: the loader link says which set of boot entries counts,
 * each entry's `ostree=` leads over the boot links to a deployment, whose origin lies beside it; a staged one is in /run.
 * Source: ostreedev/ostree:src/libostree/ostree-sysroot.c.
 */
import { decodeUtf8 } from "../../base/utf8.ts";
import { decodeGVariant, encodeGVariant, type GValue, type Variant } from "../../image/gvariant.ts";
import type { Checksum } from "../../image/ostree-objects.ts";
import { exists, readTextIfThere } from "../../machine/read-text.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import { bootEntryVersion, parseBootConfig, parseBootLink, type BootConfig } from "./bls.ts";
import { deploymentDirectory, deploymentName, parseDeploymentName, type Deployment, type UnlockState } from "./deployment.ts";
import { OstreeError, within } from "./errors.ts";
import { baseOf, listDirectory, lstat, readBytes, readLink, replaceFile } from "./files.ts";
import { kernelArg, parseKernelArgs, splitBootOptions } from "./kernel-args.ts";
import { KeyFile } from "./keyfile.ts";
import { Repository } from "./repo.ts";

export const BOOTED_MARK = "/run/ostree-booted";
/** What a soft reboot shall enter: where its root belongs, and its deployment as BOOTED_MARK has that of the running one. */
export const NEXT_ROOT = "/run/nextroot";
export const NEXT_MARK = "/run/ostree/nextroot-booted";
export const STAGED_DEPLOYMENT = "/run/ostree/staged-deployment";
export const STAGED_LOCK = "/run/ostree/staged-deployment-locked";
const RUN_STATE = "/run/ostree/deployment-state";

export type BootVersion = 0 | 1;

/** One reading of the disk. */
export interface SysrootState {
  readonly bootVersion: BootVersion;
  readonly subBootVersion: BootVersion;
  /** Staged first, then by boot entry. */
  readonly deployments: readonly Deployment[];
  readonly booted: Deployment | undefined;
  readonly staged: StagedDeployment | undefined;
  /** Prepared for a soft reboot. */
  readonly softReboot: Deployment | undefined;
}

export interface StagedDeployment {
  readonly deployment: Deployment;
  /** The name `<commit>.<serial>` of the deployment whose /etc will be merged. */
  readonly merge: string | undefined;
  readonly kernelArgs: readonly string[];
}

export class Sysroot {
  readonly sys: Sys;
  readonly root: string;
  readonly boot: string;

  /** `at` is the sysroot ("/" when booted: then `ostree` is a link into /sysroot); its boot directory can be elsewhere. */
  constructor(sys: Sys, at = "/", boot?: string) {
    this.sys = sys;
    this.root = at.replace(/\/+$/, "");
    this.boot = boot ?? `${this.root}/boot`;
  }

  /** Throws `OstreeError` as `ostree admin` does when there is no sysroot here. */
  openRepository(): Repository {
    try {
      this.sys.readdir(`${this.root}/ostree/repo`);
    } catch (error) {
      if (isSysError(error)) throw new OstreeError(`loading sysroot: Opening sysroot repo: opendir(ostree/repo): ${error.text}`);
      throw error;
    }
    return Repository.open(this.sys, `${this.root}/ostree/repo`);
  }

  path(relative: string): string {
    return `${this.root}/${relative}`;
  }

  deploymentPath(deployment: Pick<Deployment, "stateroot" | "checksum" | "serial">): string {
    return this.path(deploymentDirectory(deployment));
  }

  originPath(deployment: Pick<Deployment, "stateroot" | "checksum" | "serial">): string {
    return `${this.deploymentPath(deployment)}.origin`;
  }

  /** Reads everything. Throws `OstreeError` (`loading sysroot: …`) when an entry leads nowhere or the running system has none. */
  load(): SysrootState {
    const state = this.read();
    // Who went on would take the running system for one that nobody needs.
    if (this.root === "" && !state.booted && exists(this.sys, BOOTED_MARK))
      throw new OstreeError(`loading sysroot: Unexpected state: ${BOOTED_MARK} found and in / sysroot, but bootloader entry not found`);
    return state;
  }

  /** What the disk says, even where the running system is no longer among it. Throws `OstreeError` when an entry leads nowhere. */
  read(): SysrootState {
    this.openRepository();
    return within("loading sysroot", () => {
      const bootVersion = this.#bootVersion();
      const entries = this.bootEntries(bootVersion).map(({ config, file }) => this.#deploymentOf(config, file));
      const stagedDeployment = this.#staged();
      const deployments = stagedDeployment ? [stagedDeployment.deployment, ...entries] : entries;
      return {
        bootVersion,
        subBootVersion: this.#subBootVersion(bootVersion),
        deployments,
        booted: this.#booted(deployments),
        staged: stagedDeployment,
        softReboot: this.#softReboot(deployments),
      };
    });
  }

  /** The entries that libostree wrote, default first. */
  bootEntries(bootVersion: BootVersion = this.#bootVersion()): { readonly file: string; readonly config: BootConfig }[] {
    const directory = `${this.boot}/loader.${bootVersion}/entries`;
    return listDirectory(this.sys, directory)
      .filter((entry) => entry.name.startsWith("ostree-") && entry.name.endsWith(".conf"))
      .map((entry) => ({ file: entry.name, config: parseBootConfig(decodeUtf8(readBytes(this.sys, `${directory}/${entry.name}`))) }))
      .sort((left, right) => bootEntryVersion(right.config) - bootEntryVersion(left.config));
  }

  #bootVersion(): BootVersion {
    const target = readLink(this.sys, `${this.boot}/loader`);
    if (target === undefined) return 0;
    if (target === "loader.0") return 0;
    if (target === "loader.1") return 1;
    throw new OstreeError(`Invalid target '${target}' in boot/loader`);
  }

  #subBootVersion(bootVersion: BootVersion): BootVersion {
    const target = readLink(this.sys, this.path(`ostree/boot.${bootVersion}`));
    if (target === undefined) return 0;
    if (target === `boot.${bootVersion}.0`) return 0;
    if (target === `boot.${bootVersion}.1`) return 1;
    throw new OstreeError(`Invalid target '${target}' in ostree/boot.${bootVersion}`);
  }

  #deploymentOf(config: BootConfig, file: string): Deployment {
    const value = kernelArg(parseKernelArgs(config.get("options") ?? ""), "ostree");
    if (value === undefined) throw new OstreeError("No ostree= kernel argument found");
    const link = parseBootLink(value);
    if (!link) {
      throw new OstreeError(`Invalid ostree= argument '${value}', expected ostree=/ostree/boot.BOOTVERSION/OSNAME/BOOTCSUM/TREESERIAL`);
    }
    const target = readLink(this.sys, this.root + value);
    if (target === undefined) {
      throw new OstreeError(`Parsing deployment ${value} in stateroot '${link.stateroot}': readlinkat: No such file or directory`);
    }
    const name = parseDeploymentName(baseOf(target));
    if (!name) throw new OstreeError(`Invalid deploy name '${baseOf(target)}', expected CHECKSUM.TREESERIAL`);
    return this.#assemble({
      stateroot: link.stateroot,
      ...name,
      bootChecksum: link.bootChecksum,
      bootSerial: link.bootSerial,
      bootConfig: config,
      bootEntryFile: file,
      isStaged: false,
    });
  }

  #assemble(
    known: Pick<
      Deployment,
      "stateroot" | "checksum" | "serial" | "bootChecksum" | "bootSerial" | "bootConfig" | "bootEntryFile" | "isStaged"
    > & { readonly isLocked?: boolean },
  ): Deployment {
    const { isLocked = false, ...facts } = known;
    const origin = this.readOrigin(known);
    return {
      ...facts,
      origin,
      isFinalizationLocked: known.isStaged && (isLocked || exists(this.sys, STAGED_LOCK)),
      unlocked: origin?.get("origin", "unlocked") === "hotfix" ? "hotfix" : this.#runState(known),
    };
  }

  readOrigin(deployment: Pick<Deployment, "stateroot" | "checksum" | "serial">): KeyFile | undefined {
    const text = readTextIfThere(this.sys, this.originPath(deployment));
    return text === undefined ? undefined : KeyFile.parse(text);
  }

  #runState(deployment: Pick<Deployment, "checksum" | "serial">): UnlockState {
    const directory = runStateDirectory(deployment);
    if (exists(this.sys, `${directory}/unlocked-development`)) return "development";
    return exists(this.sys, `${directory}/unlocked-transient`) ? "transient" : "none";
  }

  /** libostree compares device and inode of the running root with each deployment's directory; the initramfs left the pair in /run/ostree-booted. */
  #booted(deployments: readonly Deployment[]): Deployment | undefined {
    const identity = this.root === "" ? bootedIdentity(this.sys) : undefined;
    return (
      identity &&
      this.#at(
        identity,
        deployments.filter(({ isStaged }) => !isStaged),
      )
    );
  }

  #softReboot(deployments: readonly Deployment[]): Deployment | undefined {
    const identity = this.root === "" ? bootedIdentity(this.sys, NEXT_MARK) : undefined;
    return identity && this.#at(identity, deployments);
  }

  /** The deployment in that directory. */
  #at(identity: BootedFacts, deployments: readonly Deployment[]): Deployment | undefined {
    return deployments.find((deployment) => {
      const found = lstat(this.sys, this.deploymentPath(deployment));
      return found !== undefined && found.dev === identity.dev && found.ino === identity.ino;
    });
  }

  #staged(): StagedDeployment | undefined {
    if (this.root !== "" || !exists(this.sys, BOOTED_MARK) || !exists(this.sys, STAGED_DEPLOYMENT)) return undefined;
    return within("Loading staged deployment", () => {
      const facts = decodeStaged(readBytes(this.sys, STAGED_DEPLOYMENT));
      if (lstat(this.sys, this.deploymentPath(facts)) === undefined) return undefined;
      const kernelArgs = facts.kernelArgs ?? this.#kernelArgsOf(facts);
      const deployment = this.#assemble({
        stateroot: facts.stateroot,
        checksum: facts.checksum,
        serial: facts.serial,
        bootChecksum: facts.bootChecksum,
        bootSerial: 0,
        bootConfig: new Map([["options", kernelArgs.join(" ")]]),
        isStaged: true,
        isLocked: facts.isLocked,
      });
      return { deployment, merge: facts.merge, kernelArgs };
    });
  }

  /** Those in the boot entry of the deployment whose /etc is to be merged. */
  #kernelArgsOf(facts: StagedFacts): string[] {
    const entry = this.bootEntries()
      .map(({ config, file }) => this.#deploymentOf(config, file))
      .find((deployment) => deploymentName(deployment) === facts.merge);
    return splitBootOptions(entry?.bootConfig.get("options"));
  }

  /** The first serial that no directory of this commit has. */
  nextSerial(stateroot: string, checksum: Checksum): number {
    const taken = listDirectory(this.sys, this.path(`ostree/deploy/${stateroot}/deploy`)).flatMap((entry) => {
      const name = parseDeploymentName(entry.name);
      return name?.checksum === checksum ? [name.serial] : [];
    });
    return Math.max(-1, ...taken) + 1;
  }

  /** Throws `OstreeError` unless this system runs from one of its deployments. */
  requireBooted(state: SysrootState = this.load()): Deployment {
    if (!state.booted) throw new OstreeError("Not currently booted into an OSTree system");
    return state.booted;
  }
}

export function runStateDirectory(deployment: Pick<Deployment, "checksum" | "serial">): string {
  return `${RUN_STATE}/${deploymentName(deployment)}`;
}

// ——— /run/ostree-booted

/** What the initramfs notes about the root it mounted (ostree-mount-util.h: a{sv}). */
export interface BootedFacts {
  readonly dev: number;
  readonly ino: number;
  readonly composefs: boolean;
}

const FACTS = "a{sv}";

export function encodeBootedFacts(facts: BootedFacts): Uint8Array {
  return encodeGVariant(FACTS, [
    ["composefs", { type: "b", value: facts.composefs }],
    ["root.backing-device-inode", { type: "(tt)", value: [BigInt(facts.dev), BigInt(facts.ino)] }],
  ]);
}

/** Device and inode of the directory that the running system's root was made from; undefined when not booted into ostree. */
export function bootedIdentity(sys: Sys, mark = BOOTED_MARK): BootedFacts | undefined {
  let bytes: Uint8Array;
  try {
    bytes = readBytes(sys, mark);
  } catch (error) {
    if (isSysError(error)) return undefined;
    throw error;
  }
  const facts = new Map(bytes.length === 0 ? [] : (readVariants(bytes) ?? []));
  const pair = facts.get("root.backing-device-inode")?.value as [bigint, bigint] | undefined;
  if (!pair) {
    const root = sys.stat("/");
    return { dev: root.dev, ino: root.ino, composefs: false };
  }
  return { dev: Number(pair[0]), ino: Number(pair[1]), composefs: facts.get("composefs")?.value === true };
}

// ——— /run/ostree/staged-deployment

export interface StagedFacts {
  readonly stateroot: string;
  readonly checksum: Checksum;
  readonly serial: number;
  readonly bootChecksum: string;
  readonly merge: string | undefined;
  readonly mergeStateroot: string | undefined;
  readonly mergeBootChecksum: string | undefined;
  /** Undefined: as those of the merge deployment. */
  readonly kernelArgs: readonly string[] | undefined;
  /** It was staged not to be finished at the shutdown; STAGED_LOCK says so of one that was locked later. */
  readonly isLocked: boolean;
}

/** The file's real form: a GVariant a{sv} with `target`, `merge-deployment` and, where they differ from that one's, `kargs`. */
export function encodeStaged(facts: StagedFacts): Uint8Array {
  const target = deploymentVariant(deploymentName(facts), facts.stateroot, facts.bootChecksum);
  const merge: GValue[] =
    facts.merge === undefined
      ? []
      : [["merge-deployment", deploymentVariant(facts.merge, facts.mergeStateroot ?? facts.stateroot, facts.mergeBootChecksum ?? "")]];
  const kernelArgs: GValue[] = facts.kernelArgs === undefined ? [] : [["kargs", { type: "as", value: [...facts.kernelArgs] }]];
  const locked: GValue[] = facts.isLocked ? [["locked", { type: "b", value: true }]] : [];
  return encodeGVariant(FACTS, [["target", target], ...merge, ...kernelArgs, ...locked]);
}

function deploymentVariant(name: string, stateroot: string, bootChecksum: string): Variant {
  return {
    type: FACTS,
    value: [
      ["name", { type: "s", value: name }],
      ["osname", { type: "s", value: stateroot }],
      ["bootcsum", { type: "s", value: bootChecksum }],
    ],
  };
}

function decodeStaged(bytes: Uint8Array): StagedFacts {
  const facts = new Map(readVariants(bytes) ?? []);
  const target = new Map((facts.get("target")?.value ?? []) as [string, Variant][]);
  const merge = new Map((facts.get("merge-deployment")?.value ?? []) as [string, Variant][]);
  const name = parseDeploymentName(String(target.get("name")?.value ?? ""));
  if (!name) throw new OstreeError(`Invalid deploy name '${String(target.get("name")?.value ?? "")}', expected CHECKSUM.TREESERIAL`);
  return {
    ...name,
    stateroot: String(target.get("osname")?.value ?? ""),
    bootChecksum: String(target.get("bootcsum")?.value ?? ""),
    merge: merge.has("name") ? String(merge.get("name")?.value) : undefined,
    mergeStateroot: merge.has("osname") ? String(merge.get("osname")?.value) : undefined,
    mergeBootChecksum: merge.has("bootcsum") ? String(merge.get("bootcsum")?.value) : undefined,
    kernelArgs: facts.get("kargs")?.value as string[] | undefined,
    isLocked: facts.get("locked")?.value === true,
  };
}

/** What is staged will be finished at the shutdown again, however it was locked. */
export function unlockStaged(sys: Sys): void {
  if (exists(sys, STAGED_LOCK)) sys.unlink(STAGED_LOCK);
  const facts = decodeStaged(readBytes(sys, STAGED_DEPLOYMENT));
  if (facts.isLocked) replaceFile(sys, STAGED_DEPLOYMENT, encodeStaged({ ...facts, isLocked: false }));
}

function readVariants(bytes: Uint8Array): [string, Variant][] | undefined {
  try {
    return decodeGVariant(FACTS, bytes) as [string, Variant][];
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
