/**
 * What registries of container images are called and what they answer, in the words of the library that podman, skopeo and, through
 * skopeo, ostree share (containers/image: docker/docker_client.go, docker_image_src.go).
 */

/** Those that everybody can ask. */
export const PUBLIC_REGISTRIES: readonly string[] = [
  "registry.fedoraproject.org",
  "registry.access.redhat.com",
  "docker.io",
  "quay.io",
  "ghcr.io",
  "registry.vanillaos.org",
  "registry.opensuse.org",
];

/** There is no network, or nobody of that name. */
export function unknownHost(host: string): string {
  return `pinging container registry ${host}: Get "https://${host}/v2/": dial tcp: lookup ${host}: no such host`;
}

/** No such tag or digest: `at`. `repository` without its registry. */
export function unknownManifest(host: string, repository: string, at: string): string {
  return `reading manifest ${at} in ${host}/${repository}: manifest unknown`;
}

/** No such repository; most registries do not tell that from one that the asking person may not see. */
export function unknownRepository(host: string, repository: string, at: string): string {
  switch (host) {
    case "registry.fedoraproject.org":
      return unknownManifest(host, repository, at);
    case "ghcr.io":
      return "Requesting bearer token: invalid status code from registry 403 (Forbidden)";
    case "docker.io":
      return `reading manifest ${at} in ${host}/${repository}: requested access to the resource is denied`;
    default:
      return `reading manifest ${at} in ${host}/${repository}: unauthorized: access to the requested resource is not authorized`;
  }
}
