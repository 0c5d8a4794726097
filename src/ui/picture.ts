/** What the picture draws, computed from a view: which layers are shared and which belong to one version, and where a refusal bounced. */
import type { DeploymentView, Stratum, View } from "../lab/view.ts";
import type { TraceEvent } from "../vfs/types.ts";

/** Layers that belong to the version that runs; every other one lies across all versions. */
const OWN = new Set(["core", "usr-etc", "overlay", "etc"]);
const GROUND = "disk";

export interface Cutaway {
  /** Across all versions, topmost first. */
  readonly shared: readonly Stratum[];
  /** Of the version that runs, topmost first; empty when none runs. */
  readonly own: readonly Stratum[];
  readonly ground: Stratum | undefined;
  readonly booted: DeploymentView | undefined;
  /** The other versions, in the tools' order. */
  readonly others: readonly DeploymentView[];
}

export function cutaway(view: View): Cutaway {
  const topFirst = view.strata.toReversed();
  const overlay = topFirst.find((stratum) => stratum.id === "overlay");
  const own = topFirst.filter((stratum) => OWN.has(stratum.id) && stratum !== overlay);
  // The overlay lies on /usr itself, so it is drawn on the core.
  if (overlay !== undefined)
    own.splice(
      Math.max(
        0,
        own.findIndex((stratum) => stratum.id === "core"),
      ),
      0,
      overlay,
    );
  return {
    shared: topFirst.filter((stratum) => !OWN.has(stratum.id) && stratum.id !== GROUND),
    own,
    ground: topFirst.find((stratum) => stratum.id === GROUND),
    booted: view.deployments.find((deployment) => deployment.isBooted),
    others: view.deployments.filter((deployment) => !deployment.isBooted),
  };
}

/** Id of the layer that decided an operation: the topmost one mounted where the deciding mount is or above it, else the core, which is `/`. */
export function stratumOf(view: View, event: TraceEvent): string {
  const covers = ({ target }: Stratum): boolean => event.mount === target || event.mount.startsWith(`${target}/`);
  const deepest = view.strata
    .filter(covers)
    .reduce<Stratum | undefined>((best, stratum) => ((best?.target.length ?? 0) > stratum.target.length ? best : stratum), undefined);
  return deepest?.id ?? "core";
}

/** How far a version has come on the way from prepared through committed to booted. */
export type Station = "prepared" | "committed" | "booted";

export interface StationView {
  readonly station: Station;
  readonly versions: readonly string[];
}

/** Who stands where. A staged version is prepared; the default that does not run yet is committed. */
export function stations(view: View): readonly StationView[] {
  const at = (station: Station, test: (deployment: DeploymentView) => boolean): StationView => ({
    station,
    versions: view.deployments.filter(test).map((deployment) => deployment.version),
  });
  return [
    at("prepared", (deployment) => deployment.isStaged),
    at("committed", (deployment) => deployment.isDefault && !deployment.isBooted && !deployment.isStaged),
    at("booted", (deployment) => deployment.isBooted),
  ];
}
