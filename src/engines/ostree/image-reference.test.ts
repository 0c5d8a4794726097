/** Names of images; the escaped ones are those of upstream's documentation and of hosts that people show. */
import { describe, expect, test } from "vitest";
import { escapeForRef, formatImageReference, imageRef, parseImageReference, registryName, unescapeRef } from "./image-reference.ts";

describe("as an origin has them", () => {
  test.each([
    ["ostree-unverified-registry:quay.io/a/b:1", "registry", "quay.io/a/b:1", "insecure"],
    ["ostree-image-signed:docker://ghcr.io/a/b:latest", "registry", "ghcr.io/a/b:latest", "containerPolicy"],
    ["ostree-unverified-image:oci:/var/b", "oci", "/var/b", "insecure"],
    ["ostree-remote-image:fedora:docker://quay.io/a/b:1", "registry", "quay.io/a/b:1", { ostreeRemote: "fedora" }],
  ] as const)("%s", (text, transport, image, signature) => {
    const reference = parseImageReference(text);
    expect(reference).toEqual({ transport, image, signature });
    expect(formatImageReference(reference)).toBe(text);
  });

  test("what is none is refused", () => {
    expect(() => parseImageReference("quay.io/a/b:1")).toThrow("Invalid ostree image reference 'quay.io/a/b:1'");
    expect(() => parseImageReference("ostree-image-signed:pigeon:x")).toThrow("Unknown transport 'pigeon'");
  });
});

test.each([
  ["registry:quay.io/coreos/fedora:latest", "registry_3A_quay_2E_io/coreos/fedora_3A_latest"],
  ["docker://quay.io/a-b/c:1", "docker_3A__2F__2F_quay_2E_io/a-b/c_3A_1"],
  ["a_b", "a__b"],
  ["a//b", "a/_2F_b"],
])("as a ref: %s", (text, escaped) => {
  expect(escapeForRef(text)).toBe(escaped);
  expect(unescapeRef(escaped)).toBe(text);
});

test("the ref of an image", () => {
  expect(imageRef({ transport: "registry", image: "quay.io/fedora/fedora-bootc:43" })).toBe(
    "ostree/container/image/docker_3A__2F__2F_quay_2E_io/fedora/fedora-bootc_3A_43",
  );
});

test.each([
  ["quay.io/fedora/fedora-bootc:43", "quay.io", "fedora/fedora-bootc", "43"],
  ["quay.io/fedora/fedora-bootc", "quay.io", "fedora/fedora-bootc", "latest"],
  ["localhost:5000/os", "localhost:5000", "os", "latest"],
  ["fedora", "docker.io", "library/fedora", "latest"],
  ["quay.io/a/b:1@sha256:00", "quay.io", "a/b", "sha256:00"],
])("where %s is", (image, registry, repository, at) => {
  expect(registryName(image)).toEqual({ registry, repository, at });
});
