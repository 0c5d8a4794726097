/**
 * Names of container images: as a command line and a status have them, as an origin file keeps them, as a ref of the repository.
 * Source: bootc-dev/bootc:crates/ostree-ext/src/container/mod.rs, refescape.rs.
 */
import { OstreeError } from "./errors.ts";
import type { KeyFile } from "./keyfile.ts";

/** What must be true of a signature: what policy.json says and that this be no blank cheque; what it says; the commit's, by a remote's keys. */
export type ImageSignature = "containerPolicy" | "insecure" | { readonly ostreeRemote: string };

export interface ImageReference {
  /** "registry", "oci", "containers-storage" … */
  readonly transport: string;
  /** "quay.io/fedora/fedora-bootc:43", or a path. */
  readonly image: string;
  readonly signature: ImageSignature;
}

const TRANSPORTS = ["registry", "oci", "oci-archive", "docker-archive", "docker-daemon", "containers-storage", "dir"];

export const ORIGIN_CONTAINER = "container-image-reference";

/** Throws `OstreeError` for a transport that there is not. */
export function imageReference(transport: string, image: string, signature: ImageSignature): ImageReference {
  const known = transport === "docker" ? "registry" : transport;
  if (!TRANSPORTS.includes(known)) throw new OstreeError(`Unknown transport '${transport}'`);
  return { transport: known, image, signature };
}

/** "docker://quay.io/…", "oci:/path". */
export function transportName({ transport, image }: Pick<ImageReference, "transport" | "image">): string {
  return transport === "registry" ? `docker://${image}` : `${transport}:${image}`;
}

/** As origin files have it. */
export function formatImageReference(reference: ImageReference): string {
  const { signature, transport, image } = reference;
  if (signature === "insecure" && transport === "registry") return `ostree-unverified-registry:${image}`;
  const prefix =
    signature === "insecure"
      ? "ostree-unverified-image"
      : signature === "containerPolicy"
        ? "ostree-image-signed"
        : `ostree-remote-image:${signature.ostreeRemote}`;
  return `${prefix}:${transportName(reference)}`;
}

/** Throws `OstreeError` for what is none. */
export function parseImageReference(text: string): ImageReference {
  const at = text.indexOf(":");
  const scheme = at < 0 ? text : text.slice(0, at);
  const rest = text.slice(at + 1);
  const invalid = (): never => {
    throw new OstreeError(`Invalid ostree image reference '${text}'`);
  };
  switch (scheme) {
    case "ostree-unverified-registry":
      return imageReference("registry", rest, "insecure");
    case "ostree-unverified-image":
      return parseTransport(rest, "insecure");
    case "ostree-image-signed":
      return parseTransport(rest, "containerPolicy");
    case "ostree-remote-image":
    case "ostree-remote-registry": {
      const colon = rest.indexOf(":");
      if (colon < 0) return invalid();
      const signature = { ostreeRemote: rest.slice(0, colon) };
      const name = rest.slice(colon + 1);
      return scheme === "ostree-remote-registry" ? imageReference("registry", name, signature) : parseTransport(name, signature);
    }
    default:
      return invalid();
  }
}

function parseTransport(text: string, signature: ImageSignature): ImageReference {
  const at = text.indexOf(":");
  if (at < 0) throw new OstreeError(`Missing ':' in '${text}'`);
  const transport = text.slice(0, at);
  const image = transport === "docker" || transport === "registry" ? text.slice(at + 1).replace(/^\/\//, "") : text.slice(at + 1);
  return imageReference(transport, image, signature);
}

/** What a deployment's origin names; undefined when it follows no image. Throws `OstreeError` for a name that is none. */
export function originImage(origin: KeyFile | undefined): ImageReference | undefined {
  const text = origin?.get("origin", ORIGIN_CONTAINER);
  return text === undefined ? undefined : parseImageReference(text);
}

/** "quay.io/fedora/fedora-bootc:43" in its parts. What names no registry is docker.io's; what names no tag has "latest". */
export function registryName(image: string): { readonly registry: string; readonly repository: string; readonly at: string } {
  const [named = "", digest] = image.split("@");
  const slash = named.indexOf("/");
  const first = slash < 0 ? "" : named.slice(0, slash);
  const isHost = /[.:]/.test(first) || first === "localhost";
  const registry = isHost ? first : "docker.io";
  const rest = isHost ? named.slice(slash + 1) : slash < 0 ? `library/${named}` : named;
  const [, repository = rest, tag = "latest"] = /^(.*?)(?::([\w][\w.-]*))?$/.exec(rest) ?? [];
  return { registry, repository, at: digest ?? tag };
}

/** The ref that leads to the commit of a fetched image, and the one of a layer's. */
export function imageRef(reference: Pick<ImageReference, "transport" | "image">): string {
  return `${IMAGE_REFS}/${escapeForRef(transportName(reference))}`;
}

export function layerRef(digest: string): string {
  return `${LAYER_REFS}/${escapeForRef(digest)}`;
}

export const IMAGE_REFS = "ostree/container/image";
export const LAYER_REFS = "ostree/container/blob";

/** Letters, digits, "-" and single slashes stay; "_" doubles; anything else is its number in hexadecimal between two "_". */
export function escapeForRef(text: string): string {
  let escaped = "";
  let wasPlain = false;
  for (const [i, c] of [...text].entries()) {
    const isPlain = /[A-Za-z0-9]/.test(c);
    if (isPlain || c === "-" || (c === "/" && wasPlain && i < text.length - 1)) escaped += c;
    else if (c === "_") escaped += "__";
    else escaped += `_${(c.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(2, "0")}_`;
    wasPlain = isPlain;
  }
  return escaped;
}

export function unescapeRef(text: string): string {
  return text.replace(/__|_([0-9A-F]+)_/g, (_all, hex?: string) =>
    hex === undefined ? "_" : String.fromCodePoint(Number.parseInt(hex, 16)),
  );
}
