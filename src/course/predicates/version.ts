/** Which versions of the system are on the disk, and which of them is which. */
import type { DeploymentView } from "../../engines/system-view.ts";
import type { VersionPredicate } from "../lesson.ts";
import { identityOf } from "../marks.ts";
import type { Marks, Place } from "../scene.ts";
import type { Verdict } from "../verdict.ts";
import { isCount } from "./count.ts";

type Which = NonNullable<VersionPredicate["which"]>;

const ROLES: Readonly<Record<Which, { readonly is: (version: DeploymentView) => boolean; readonly name: string }>> = {
  booted: { is: ({ isBooted }) => isBooted, name: "booted" },
  default: { is: ({ isDefault }) => isDefault, name: "the default" },
  staged: { is: ({ isStaged, isPending }) => isStaged || isPending, name: "waiting for the next boot" },
  previous: { is: ({ isRollback }) => isRollback, name: "kept from before" },
  pinned: { is: ({ isPinned }) => isPinned, name: "pinned" },
};

export function lookAtVersions(place: Place, marks: Marks, asked: VersionPredicate): Verdict {
  const { which } = asked;
  const role = which && ROLES[which];
  const found = place.versions.filter((version) => role?.is(version) ?? true);
  const suffix = role ? ` ${role.name}` : "";
  if (asked.absent === true)
    return found.length === 0
      ? { ok: true, evidence: `No version is${suffix || " there"}.` }
      : { ok: false, evidence: `${titleOf(found[0])} is${suffix || " there"}.` };
  if (asked.count !== undefined) {
    const evidence = `${found.length === 1 ? "One version is" : `${found.length} versions are`}${suffix || " on the disk"}.`;
    if (!isCount(found.length, asked.count)) return { ok: false, evidence };
    if (found.length === 0) return { ok: true, evidence };
  }
  const pattern = asked.matches === undefined ? undefined : new RegExp(asked.matches);
  const fits = found.filter(
    (version) =>
      (pattern?.test(titleOf(version)) ?? true) &&
      (asked.pinned === undefined || asked.pinned === version.isPinned) &&
      (asked.changed === undefined || hasChanged(version, which, marks[asked.changed].booted, marks[asked.changed].preset)),
  );
  const [first] = fits;
  if (first) return { ok: true, evidence: `${titleOf(first)} is${suffix || " on the disk"}.` };
  const [nearest] = found;
  if (!nearest) return { ok: false, evidence: `No version is${suffix || " there"}.` };
  const why =
    pattern && !found.some((version) => pattern.test(titleOf(version)))
      ? ""
      : asked.pinned !== undefined && !found.some(({ isPinned }) => isPinned === asked.pinned)
        ? asked.pinned
          ? " and not pinned"
          : " and pinned"
        : asked.changed === undefined
          ? ""
          : " as before";
  return { ok: false, evidence: `${titleOf(nearest)} is${suffix || " there"}${why}.` };
}

function hasChanged(version: DeploymentView, which: Which | undefined, booted: string, preset: string): boolean {
  return identityOf(version) !== (which === "default" ? preset : booted);
}

function titleOf(version: DeploymentView | undefined): string {
  if (!version) return "";
  const name = [version.version, version.name ?? ""].filter((part) => part !== "").join(", ") || "The system";
  return version.layers.length === 0 ? name : `${name} with ${version.layers.join(", ")}`;
}
