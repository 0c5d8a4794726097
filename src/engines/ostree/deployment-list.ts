/**
 * What may be done with the list of deployments, as pure functions on it.
 *
 * Index 0 is what boots next. "pending" and "rollback" are computed from where the booted one stands and never stored.
 * Sources: ostreedev/ostree:src/libostree/ostree-sysroot.c (query_deployments_for, simple_write_deployment);
 * coreos/rpm-ostree:src/daemon/rpmostree-sysroot-core.cxx (filter_deployments), rpmostreed-transaction-types.cxx (rollback).
 */
import { isPinnedDeployment, isSameDeployment, type Deployment } from "./deployment.ts";

export interface DeploymentQuery {
  /** The first of the state root above the booted one. */
  readonly pending: Deployment | undefined;
  /** The first of the state root below the booted one. */
  readonly rollback: Deployment | undefined;
}

/** Without a booted deployment of that state root nothing is pending and nothing a way back. */
export function queryDeployments(list: readonly Deployment[], booted: Deployment | undefined, stateroot?: string): DeploymentQuery {
  const os = stateroot ?? booted?.stateroot;
  const same = list.filter((d) => d.stateroot === os);
  const at = booted === undefined ? -1 : same.findIndex((d) => isSameDeployment(d, booted));
  if (at < 0) return { pending: undefined, rollback: undefined };
  return { pending: at > 0 ? same[0] : undefined, rollback: same[at + 1] };
}

/** The deployment whose /etc is carried into a new one: the booted one of that state root, else the pending, else the first. */
export function mergeDeployment(list: readonly Deployment[], booted: Deployment | undefined, stateroot: string): Deployment | undefined {
  if (booted?.stateroot === stateroot) return booted;
  return list.find((d) => d.stateroot === stateroot);
}

export interface WriteFlags {
  /** `--retain`: keep everything. */
  readonly retain?: boolean;
  readonly retainPending?: boolean;
  readonly retainRollback?: boolean;
  /** `--not-as-default`: after the booted (or merge) deployment and not before all. */
  readonly notDefault?: boolean;
}

/**
 * The list with `added` in it. Kept of the old one: other state roots, pinned ones, the booted one and the merge source, and
 * what the flags say. A staged one is only kept where it stays the first.
 */
export function withNewDeployment(
  list: readonly Deployment[],
  added: Deployment,
  booted: Deployment | undefined,
  merge: Deployment | undefined,
  flags: WriteFlags = {},
): Deployment[] {
  const query = queryDeployments(list, booted, added.stateroot);
  const bootedAt = booted === undefined ? -1 : list.findIndex((d) => isSameDeployment(d, booted));
  const result: Deployment[] = [];
  let isAdded = false;
  const add = (): void => {
    result.push(added);
    isAdded = true;
  };
  if (flags.notDefault !== true) add();
  list.forEach((d, index) => {
    const isBooted = booted !== undefined && isSameDeployment(d, booted);
    const isMerge = merge !== undefined && isSameDeployment(d, merge);
    const isAbove = bootedAt >= 0 && index < bootedAt;
    const kept =
      (!d.isStaged || result.length === 0) &&
      (flags.retain === true ||
        d.stateroot !== added.stateroot ||
        isPinnedDeployment(d) ||
        isBooted ||
        isMerge ||
        (flags.retainPending === true && (isAbove || (query.pending !== undefined && isSameDeployment(d, query.pending)))) ||
        (flags.retainRollback === true && bootedAt >= 0 && index > bootedAt));
    if (kept) result.push(d);
    if (!isAdded && (booted === undefined ? isMerge : isBooted)) add();
  });
  if (!isAdded) add();
  return result;
}

/** The list with the deployment at `index` first. */
export function withDefault(list: readonly Deployment[], index: number): Deployment[] {
  const chosen = list[index];
  return chosen === undefined ? [...list] : [chosen, ...list.filter((d) => d !== chosen)];
}

/** What `rpm-ostree rollback` puts first: the rollback entry; if there is none, the booted one when something is pending above it. */
export function rollbackTarget(list: readonly Deployment[], booted: Deployment | undefined): Deployment | undefined {
  const { pending, rollback } = queryDeployments(list, booted);
  if (rollback) return rollback;
  return pending && !pending.isStaged ? booted : undefined;
}

/** `rpm-ostree cleanup -p`/`-r`: without what stands above / below the booted one in its state root; pinned ones stay. */
export function withoutPendingOrRollback(
  list: readonly Deployment[],
  booted: Deployment | undefined,
  what: { readonly pending: boolean; readonly rollback: boolean },
): Deployment[] {
  const at = booted === undefined ? -1 : list.findIndex((d) => isSameDeployment(d, booted));
  if (at < 0) return [...list];
  return list.filter((d, index) => {
    if (index === at || d.stateroot !== booted?.stateroot || (isPinnedDeployment(d) && !d.isStaged)) return true;
    return index < at ? !what.pending : !what.rollback;
  });
}
