/** What a path lies on. */
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import type { MountInfo } from "../../vfs/types.ts";
import type { MountPredicate } from "../lesson.ts";
import type { Place } from "../scene.ts";
import type { Verdict } from "../verdict.ts";
import { versionInWords } from "./words.ts";

export function lookAtMount({ sys }: Place, asked: MountPredicate): Verdict {
  const where = versionInWords(asked.in);
  const mount = mountOf(sys, asked.path);
  if (!mount) return { ok: false, evidence: `There is no ${asked.path} in ${where}.` };
  const isReadOnly = mount.options.includes("ro") || mount.superOptions.includes("ro");
  const on = mount.target === asked.path ? "" : `, which lies on ${mount.target},`;
  const evidence = `In ${where}, ${asked.path}${on} is mounted ${isReadOnly ? "read-only" : "writable"} (${mount.fstype}).`;
  const ok =
    (asked.readonly === undefined || asked.readonly === isReadOnly) && (asked.fstype === undefined || asked.fstype === mount.fstype);
  return { ok, evidence };
}

/** The topmost mount that `path` is on. */
function mountOf(sys: Sys, path: string): MountInfo | undefined {
  let real: string;
  try {
    real = sys.realpath(path);
  } catch (error) {
    if (isSysError(error)) return undefined;
    throw error;
  }
  const isOn = ({ target }: MountInfo): boolean => target === "/" || real === target || real.startsWith(`${target}/`);
  const longest = Math.max(
    ...sys
      .mounts()
      .filter(isOn)
      .map(({ target }) => target.length),
  );
  return sys.mounts().findLast((mount) => isOn(mount) && mount.target.length === longest);
}
