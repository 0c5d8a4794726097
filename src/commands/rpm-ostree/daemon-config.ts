/** `/etc/rpm-ostreed.conf`. Source: rpm-ostreed.conf(5). */
import { KeyFile } from "../../engines/ostree/keyfile.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import type { Sys } from "../../vfs/sys.ts";

const PATH = "/etc/rpm-ostreed.conf";

function daemonConfig(sys: Sys): KeyFile {
  return KeyFile.parse(readTextIfThere(sys, PATH) ?? "");
}

/** What the timer does: nothing, look, stage, or stage and restart. */
export type UpdatePolicy = "none" | "check" | "stage" | "apply";

/** `AutomaticUpdatePolicy`; anything unknown counts as none. `ex-stage` is what "stage" was called first. */
export function automaticUpdatePolicy(sys: Sys): UpdatePolicy {
  const value = daemonConfig(sys).get("Daemon", "AutomaticUpdatePolicy");
  if (value === "ex-stage") return "stage";
  return value === "check" || value === "stage" || value === "apply" ? value : "none";
}

/** `LockLayering`: nothing may be layered or overridden. */
export function isLayeringLocked(sys: Sys): boolean {
  return daemonConfig(sys).getBoolean("Daemon", "LockLayering");
}
