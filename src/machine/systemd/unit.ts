/** A unit as loaded from its files. What it is doing is kept by the manager. */
import type { UnitSections } from "./unit-file.ts";
import type { UnitType } from "./unit-name.ts";

export type LoadState = "loaded" | "not-found" | "masked" | "bad-setting";

export interface Unit {
  readonly name: string;
  readonly type: UnitType;
  /** Every name that leads to it, its own first. */
  readonly names: readonly string[];
  readonly load: LoadState;
  /** The file it comes from; "" when there is none (devices, slices made on the way). */
  readonly file: string;
  readonly dropIns: readonly string[];
  readonly sections: UnitSections;
  /** `Description=`, or the name. */
  readonly description: string;

  readonly wants: readonly string[];
  readonly requires: readonly string[];
  readonly conflicts: readonly string[];
  readonly after: readonly string[];
  readonly before: readonly string[];
  /** Units whose job starts when this one's fails. */
  readonly onFailure: readonly string[];
}

/** The short form used in status lines since systemd 249: `name - Description`, or one of them when they say the same. */
export function displayName(unit: Pick<Unit, "name" | "description">): string {
  return unit.description === unit.name ? unit.name : `${unit.name} - ${unit.description}`;
}
