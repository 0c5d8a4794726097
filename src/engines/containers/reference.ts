/** Names of images: [REGISTRY/]NAME[:TAG][@DIGEST], and what a name without a registry may stand for (containers-registries.conf(5)). */
import { readTextIfThere } from "../../machine/read-text.ts";
import type { Sys } from "../../vfs/sys.ts";

const ALIASES = "/etc/containers/registries.conf.d/000-shortnames.conf";
const REGISTRIES = "/etc/containers/registries.conf";

export interface ImageName {
  /** With its registry, without tag, e.g. "registry.fedoraproject.org/fedora". */
  readonly repository: string;
  readonly tag: string;
}

/** Whether the first part of `name` is a registry: it has a dot or a port, or is localhost. */
export function hasRegistry(name: string): boolean {
  const first = name.split("/", 1)[0] ?? "";
  return name.includes("/") && (first.includes(".") || first.includes(":") || first === "localhost");
}

/** Takes the tag off, "latest" when there is none. */
export function splitTag(name: string): ImageName {
  const match = /^(.*?)(?::([A-Za-z0-9_][A-Za-z0-9_.-]*))?(?:@sha256:[0-9a-f]{64})?$/.exec(name);
  return { repository: match?.[1] ?? name, tag: match?.[2] ?? "latest" };
}

export function fullName({ repository, tag }: ImageName): string {
  return `${repository}:${tag}`;
}

/** Whether it can be the name of an image at all. */
export function isReference(name: string): boolean {
  return /^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\.[a-z0-9-]+)*(?::[0-9]+)?(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*(?::[A-Za-z0-9_][A-Za-z0-9_.-]*)?(?:@sha256:[0-9a-f]{64})?$/.test(
    name,
  );
}

export type Resolved =
  | { readonly kind: "found"; readonly names: readonly ImageName[]; readonly alias: string | undefined }
  /** Neither an alias nor a registry to look in. */
  | { readonly kind: "unknown" };

/** What a name may stand for, in the order of trying. */
export function resolveName(sys: Sys, name: string): Resolved {
  const given = splitTag(name);
  if (hasRegistry(name)) {
    const isDocker = given.repository.startsWith("docker.io/") && given.repository.split("/").length === 2;
    const repository = isDocker ? given.repository.replace("docker.io/", "docker.io/library/") : given.repository;
    return { kind: "found", names: [{ repository, tag: given.tag }], alias: undefined };
  }
  const alias = aliases(sys).get(given.repository);
  if (alias !== undefined) return { kind: "found", names: [{ repository: alias, tag: given.tag }], alias: ALIASES };
  const registries = searchRegistries(sys);
  if (registries.length === 0) return { kind: "unknown" };
  const names = registries.map((registry) => {
    const path = registry === "docker.io" && !given.repository.includes("/") ? `library/${given.repository}` : given.repository;
    return { repository: `${registry}/${path}`, tag: given.tag };
  });
  return { kind: "found", names, alias: undefined };
}

function aliases(sys: Sys): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of (readTextIfThere(sys, ALIASES) ?? "").split("\n")) {
    const [, name, full] = /^\s*"([^"]+)"\s*=\s*"([^"]+)"/.exec(line) ?? [];
    if (name !== undefined && full !== undefined) found.set(name, full);
  }
  return found;
}

/** `unqualified-search-registries` of registries.conf. */
export function searchRegistries(sys: Sys): readonly string[] {
  const list = /^\s*unqualified-search-registries\s*=\s*\[([^\]]*)\]/m.exec(readTextIfThere(sys, REGISTRIES) ?? "")?.[1] ?? "";
  return [...list.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? "");
}
