/**
 * Origin files: where a deployment came from and what is remembered about it (`<commit>.<serial>.origin`).
 * Sources: ostreedev/ostree:src/libostree/ostree-deployment.c; coreos/rpm-ostree:rust/src/origin.rs, src/daemon/rpmostreed-utils.cxx.
 */
import { OstreeError } from "./errors.ts";
import { formatImageReference, ORIGIN_CONTAINER, type ImageReference } from "./image-reference.ts";
import { KeyFile } from "./keyfile.ts";

/** What belongs to one deployment and must not be carried into the next. */
const TRANSIENT = "libostree-transient";

export function newOrigin(refspec: string): KeyFile {
  const origin = new KeyFile();
  origin.set("origin", "refspec", refspec);
  return origin;
}

/** Of a system that is a container image. */
export function newImageOrigin(reference: ImageReference): KeyFile {
  const origin = new KeyFile();
  origin.set("origin", ORIGIN_CONTAINER, formatImageReference(reference));
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

/** A part of a ref's name, which is what a remote may be called, too (ostree-core.c). */
const FRAGMENT = String.raw`[\p{L}\p{N}_][-.\p{L}\p{N}_]*`;
const REMOTE_NAME = new RegExp(`^${FRAGMENT}$`, "u");
const REF_NAME = new RegExp(`^${FRAGMENT}(?:/${FRAGMENT})*$`, "u");

export function isRemoteName(text: string): boolean {
  return REMOTE_NAME.test(text);
}

export function isRefName(text: string): boolean {
  return REF_NAME.test(text);
}

/** Throws `OstreeError` for what can be neither a ref nor a remote's. */
export function checkRefspec(refspec: string): void {
  const { remote, ref } = parseRefspec(refspec);
  if ((remote !== undefined && !isRemoteName(remote)) || !isRefName(ref)) throw new OstreeError(`Invalid refspec ${refspec}`);
}

/** What an origin can follow: a branch, one commit, or an image in a registry. */
export type RefspecKind = "ostree" | "checksum" | "container";

const CONTAINER = /^(?:ostree-(?:image-signed|unverified-image|remote-image|remote-registry|unverified-registry):|docker:\/\/)/;
const CHECKSUM = /^[0-9a-f]{64}$/;

export function refspecKind(refspec: string): RefspecKind {
  if (CONTAINER.test(refspec)) return "container";
  return CHECKSUM.test(parseRefspec(refspec).ref) ? "checksum" : "ostree";
}

/**
 * `given` completed from what is followed now: `remote:` keeps the branch, a bare branch the remote, `:branch` has none.
 * Throws `OstreeError` when the other half is not known.
 */
export function completedRefspec(given: string, current: string | undefined): string {
  if (given.startsWith(":")) return given.slice(1);
  const now = current === undefined ? undefined : parseRefspec(current);
  if (given.endsWith(":")) {
    if (now === undefined) throw new OstreeError("Could not determine default ref to pull.");
    return `${given}${now.ref}`;
  }
  if (given.includes(":") || CHECKSUM.test(given)) return given;
  if (now === undefined) throw new OstreeError("Could not determine default remote to pull.");
  return now.remote === undefined ? given : `${now.remote}:${given}`;
}

const SOURCES = ["refspec", "baserefspec", "override-commit", ORIGIN_CONTAINER, "custom-url", "custom-description"];

/** Makes `origin` follow something else; what was said of the old source goes. */
export function follow(origin: KeyFile, refspec: string): void {
  followUnder(origin, origin.has("origin", "baserefspec") ? "baserefspec" : "refspec", refspec);
}

/** The same for a container image. */
export function followImage(origin: KeyFile, reference: ImageReference): void {
  followUnder(origin, ORIGIN_CONTAINER, formatImageReference(reference));
}

function followUnder(origin: KeyFile, key: string, source: string): void {
  for (const old of SOURCES) if (old !== key) origin.remove("origin", old);
  origin.set("origin", key, source);
}
