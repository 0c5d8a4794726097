/** Moments that predicates count from: what had been typed and shown by then, and which versions there were. */
import type { DeploymentView } from "../engines/system-view.ts";
import type { Lab, LabOptions } from "../lab/lab.ts";
import type { LabMark } from "../lab/records.ts";

export interface Mark extends LabMark {
  /** Identities of versions. */
  readonly booted: string;
  readonly preset: string;
  /** What had been replaced already. */
  readonly older: readonly string[];
}

export function markOf(lab: Lab, options: LabOptions): Mark {
  const found = versionsOf(lab, options);
  const of = (is: (version: DeploymentView) => boolean): string[] => found.filter(is).map(identityOf);
  return {
    ...lab.mark(),
    booted: of(({ isBooted }) => isBooted)[0] ?? "",
    preset: of(({ isDefault }) => isDefault)[0] ?? "",
    older: of(({ isRollback }) => isRollback),
  };
}

/** As the disk of the lab's machine has them. */
export function versionsOf({ machine }: Lab, { distro }: LabOptions): readonly DeploymentView[] {
  return distro.describe(machine.inspect(), () => machine.inspectDisk()).deployments;
}

/** Differs for two versions that differ, and stays when one is booted or becomes the default. */
export function identityOf({ checksum, name, serial, version, layers, leftOut }: DeploymentView): string {
  return [checksum, name ?? "", checksum === "" ? serial : "", version, layers.join(), leftOut.join()].join("|");
}
