/** Origin files: where a deployment came from and what is remembered about it (`<commit>.<serial>.origin`). */
import { KeyFile } from "./keyfile.ts";

/** What belongs to one deployment and must not be carried into the next. */
const TRANSIENT = "libostree-transient";

export function newOrigin(refspec: string): KeyFile {
  const origin = new KeyFile();
  origin.set("origin", "refspec", refspec);
  return origin;
}

/** `remote:ref` that upgrades follow; layered systems call it baserefspec. */
export function originRefspec(origin: KeyFile | undefined): string | undefined {
  return origin?.get("origin", "refspec") ?? origin?.get("origin", "baserefspec");
}

/** The origin for a deployment made from this one: without pin, hotfix mark and version override (ostree_deployment_origin_remove_transient_state). */
export function carriedOrigin(origin: KeyFile): KeyFile {
  const next = origin.copy();
  next.remove(TRANSIENT);
  next.remove("origin", "override-commit");
  next.remove("origin", "unlocked");
  return next;
}

export function isPinned(origin: KeyFile | undefined): boolean {
  return origin?.getBoolean(TRANSIENT, "pinned") ?? false;
}

export function withPin(origin: KeyFile, pinned: boolean): KeyFile {
  const next = origin.copy();
  if (pinned) next.set(TRANSIENT, "pinned", "true");
  else next.remove(TRANSIENT, "pinned");
  return next;
}

/** `remote:ref` cut in two; a plain ref has no remote. */
export function parseRefspec(refspec: string): { readonly remote: string | undefined; readonly ref: string } {
  const at = refspec.indexOf(":");
  return at < 0 ? { remote: undefined, ref: refspec } : { remote: refspec.slice(0, at), ref: refspec.slice(at + 1) };
}
