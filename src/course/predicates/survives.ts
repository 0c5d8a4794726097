/** What would become of a file: it is done, on a copy. */
import type { Paced } from "../../lab/settle.ts";
import { readBytes } from "../../engines/ostree/files.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";
import type { SurvivesPredicate } from "../lesson.ts";
import type { Scene } from "../scene.ts";
import type { Verdict } from "../verdict.ts";

const ACROSS: Readonly<Record<SurvivesPredicate["across"], string>> = {
  reboot: "a reboot",
  update: "an update",
  rollback: "going back to the version before",
  "power-cut": "a power cut",
};

export function* lookWhetherSurvives(scene: Scene, { path, across }: SurvivesPredicate): Paced<Verdict> {
  const before = contentsOf((yield* scene.place("booted")).sys, path);
  if (before === undefined) return { ok: false, evidence: `${path} is not there now.` };
  const after = contentsOf((yield* scene.after(across)).sys, path);
  if (after === undefined) return { ok: false, evidence: `After ${ACROSS[across]}, ${path} is gone.` };
  return before === after
    ? { ok: true, evidence: `After ${ACROSS[across]}, ${path} is as it is now.` }
    : { ok: false, evidence: `After ${ACROSS[across]}, ${path} is there, but it is not what it is now.` };
}

/** Equal for what is equal; undefined where there is nothing. */
function contentsOf(sys: Sys, path: string): string | undefined {
  try {
    const { type } = sys.stat(path);
    return type === "file" ? `file ${readBytes(sys, path).join()}` : type;
  } catch (error) {
    if (isSysError(error)) return undefined;
    throw error;
  }
}
