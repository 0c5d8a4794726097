/**
 * What `bootc status` tells, as one value with bootc's own names: read from the list of deployments, their origins and commits.
 * Source: bootc-dev/bootc:crates/lib/src/{spec,status}.rs.
 */
import { cachedUpdateOf, imageOfCommit, type ImageInfo } from "../../engines/ostree/image-info.ts";
import { isPinnedDeployment, isSameDeployment, type Deployment } from "../../engines/ostree/deployment.ts";
import { originImage, type ImageReference } from "../../engines/ostree/image-reference.ts";
import { canSoftReboot } from "../../engines/ostree/soft-reboot.ts";
import type { Repository } from "../../engines/ostree/repo.ts";
import type { Sysroot, SysrootState } from "../../engines/ostree/sysroot.ts";

export type BootOrder = "default" | "rollback";

export interface ImageSpec {
  readonly image: string;
  readonly transport: string;
  readonly signature?: "containerPolicy" | "insecure" | { readonly ostreeRemote: string };
}

export interface HostSpec {
  readonly image: ImageSpec | null;
  readonly bootOrder: BootOrder;
}

export interface ImageStatus {
  readonly image: ImageSpec;
  readonly version: string | null;
  readonly timestamp: string | null;
  readonly imageDigest: string;
  readonly architecture: string;
}

export interface BootEntry {
  readonly image: ImageStatus | null;
  readonly cachedUpdate: ImageStatus | null;
  /** Packages were layered, or the like: bootc keeps its hands off. */
  readonly incompatible: boolean;
  readonly pinned: boolean;
  readonly softRebootCapable: boolean;
  readonly downloadOnly: boolean;
  readonly store: "ostreeContainer" | null;
  readonly ostree: { readonly stateroot: string; readonly checksum: string; readonly deploySerial: number } | null;
  readonly composefs: null;
}

export interface UsrOverlay {
  readonly accessMode: "readOnly" | "readWrite";
  readonly persistence: "transient" | "persistent";
}

export interface HostStatus {
  readonly staged: BootEntry | null;
  readonly booted: BootEntry | null;
  readonly rollback: BootEntry | null;
  readonly otherDeployments?: readonly BootEntry[];
  readonly rollbackQueued: boolean;
  readonly type: "bootcHost" | null;
  readonly usrOverlay: UsrOverlay | null;
  readonly readOnly: boolean;
}

export interface Host {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: HostSpec;
  readonly status: HostStatus;
}

/** The deployments in bootc's slots. */
export interface Slots {
  readonly staged: Deployment | undefined;
  readonly booted: Deployment | undefined;
  /** The first that neither runs nor is staged, above or below the booted one. */
  readonly rollback: Deployment | undefined;
  readonly other: readonly Deployment[];
  /** The rollback is what boots next. */
  readonly isRollbackQueued: boolean;
}

export function slotsOf({ deployments, booted }: SysrootState): Slots {
  const isBooted = (d: Deployment): boolean => booted !== undefined && isSameDeployment(d, booted);
  const related = deployments.filter((d) => d.stateroot === booted?.stateroot);
  const strangers = deployments.filter((d) => d.stateroot !== booted?.stateroot);
  const [rollback, ...rest] = related.filter((d) => !d.isStaged && !isBooted(d));
  return {
    staged: related.find((d) => d.isStaged),
    booted,
    rollback,
    other: [...rest, ...strangers],
    isRollbackQueued: rollback !== undefined && deployments.indexOf(rollback) < deployments.findIndex(isBooted),
  };
}

export function emptyHost(): Host {
  return hostOf({ image: null, bootOrder: "default" }, {});
}

function hostOf(spec: HostSpec, status: Partial<HostStatus>): Host {
  return {
    apiVersion: "org.containers.bootc/v1",
    kind: "BootcHost",
    metadata: { name: "host" },
    spec,
    status: {
      staged: null,
      booted: null,
      rollback: null,
      rollbackQueued: false,
      type: null,
      usrOverlay: null,
      readOnly: false,
      ...status,
    },
  };
}

/** Throws `OstreeError` when an origin or a commit cannot be read. */
export function readHost(sysroot: Sysroot, state: SysrootState): Host {
  const repo = sysroot.openRepository();
  const slots = slotsOf(state);
  const entry = (deployment: Deployment | undefined): BootEntry | null =>
    deployment === undefined ? null : bootEntry(repo, deployment, state.booted);
  const [staged, booted, rollback] = [entry(slots.staged), entry(slots.booted), entry(slots.rollback)];
  const other = slots.other.map((deployment) => bootEntry(repo, deployment, state.booted));
  const image = (staged ?? booted)?.image?.image;
  const spec: HostSpec = image
    ? { image, bootOrder: slots.isRollbackQueued ? "rollback" : "default" }
    : { image: null, bootOrder: "default" };
  // The order of these is that of the YAML.
  return hostOf(spec, {
    staged,
    booted,
    rollback,
    ...(other.length === 0 ? {} : { otherDeployments: other }),
    rollbackQueued: slots.isRollbackQueued,
    type: booted?.image ? "bootcHost" : null,
    usrOverlay: usrOverlay(slots.booted),
  });
}

function bootEntry(repo: Repository, deployment: Deployment, booted: Deployment | undefined): BootEntry {
  const { checksum, origin } = deployment;
  const incompatible =
    origin?.groups().some((group) => group === "packages" || group === "overrides" || group === "modules" || group === "rpmostree") ??
    false;
  const reference = incompatible ? undefined : originImage(origin);
  const info = reference && imageOfCommit(repo.commit(checksum));
  const cached = reference && cachedUpdateOf(repo, checksum);
  const status = (of: ImageInfo | undefined): ImageStatus | null => (reference && of ? imageStatus(reference, of) : null);
  return {
    image: status(info),
    cachedUpdate: status(cached),
    incompatible,
    pinned: isPinnedDeployment(deployment),
    softRebootCapable: canSoftReboot(deployment, booted),
    downloadOnly: deployment.isStaged && deployment.isFinalizationLocked,
    store: "ostreeContainer",
    ostree: { stateroot: deployment.stateroot, checksum, deploySerial: deployment.serial },
    composefs: null,
  };
}

export function imageSpec({ image, transport, signature }: ImageReference): ImageSpec {
  return { image, transport, ...(signature === "insecure" ? {} : { signature }) };
}

function imageStatus(reference: ImageReference, info: ImageInfo): ImageStatus {
  return {
    image: imageSpec(reference),
    version: info.version ?? null,
    timestamp: info.created ?? null,
    imageDigest: info.digest,
    architecture: info.architecture,
  };
}

function usrOverlay(booted: Deployment | undefined): UsrOverlay | null {
  switch (booted?.unlocked) {
    case "development":
      return { accessMode: "readWrite", persistence: "transient" };
    case "hotfix":
      return { accessMode: "readWrite", persistence: "persistent" };
    case "transient":
      return { accessMode: "readOnly", persistence: "transient" };
    default:
      return null;
  }
}
