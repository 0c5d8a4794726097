/** `bootc status` for people: hosts as values, and what bootc's own renderer makes of such hosts (bootc-dev/bootc:crates/lib/src/status.rs). */
import { describe, expect, test } from "vitest";
import { emptyHost, type BootEntry, type Host, type HostStatus, type ImageStatus } from "./host.ts";
import { hostJson, hostYaml, renderHost } from "./render.ts";

const A = `sha256:${"a".repeat(64)}`;
const B = `sha256:${"b".repeat(64)}`;
const C = `sha256:${"c".repeat(64)}`;
const COMMIT = "5".repeat(64);

function image(
  imageDigest: string,
  more: Partial<ImageStatus> & { readonly name?: string; readonly transport?: string } = {},
): ImageStatus {
  const { name = "quay.io/example/os:1", transport = "registry", ...rest } = more;
  return {
    image: { image: name, transport },
    version: "1.7",
    timestamp: "2026-01-02T03:04:05Z",
    imageDigest,
    architecture: "arm64",
    ...rest,
  };
}

function entry(of: ImageStatus | null, more: Partial<BootEntry> = {}): BootEntry {
  return {
    image: of,
    cachedUpdate: null,
    incompatible: false,
    pinned: false,
    softRebootCapable: false,
    downloadOnly: false,
    store: "ostreeContainer",
    ostree: { stateroot: "default", checksum: COMMIT, deploySerial: 0 },
    composefs: null,
    ...more,
  };
}

function host(status: Partial<HostStatus>): Host {
  const empty = emptyHost();
  return { ...empty, status: { ...empty.status, ...status } };
}

interface Case {
  readonly what: string;
  readonly host: Partial<HostStatus>;
  readonly verbose?: true;
  readonly text: readonly string[];
}

const CASES: readonly Case[] = [
  { what: "nothing that bootc deployed", host: {}, text: ["System is not deployed via bootc."] },
  {
    what: "only what runs",
    host: { booted: entry(image(A)) },
    text: ["● Booted image: quay.io/example/os:1", `        Digest: ${A} (arm64)`, "       Version: 1.7 (2026-01-02T03:04:05Z)"],
  },
  {
    what: "an image without a version says when it was made, without fractions of a second",
    host: { booted: entry(image(A, { version: null, timestamp: "2026-01-02T03:04:05.25Z" })) },
    text: ["● Booted image: quay.io/example/os:1", `        Digest: ${A} (arm64)`, "     Timestamp: 2026-01-02T03:04:05Z"],
  },
  {
    what: "a version without a time stands alone",
    host: { booted: entry(image(A, { timestamp: null })) },
    text: ["● Booted image: quay.io/example/os:1", `        Digest: ${A} (arm64)`, "       Version: 1.7"],
  },
  {
    what: "a staged image comes first",
    host: { staged: entry(image(B, { version: "1.8" })), booted: entry(image(A)) },
    text: [
      "  Staged image: quay.io/example/os:1",
      `        Digest: ${B} (arm64)`,
      "       Version: 1.8 (2026-01-02T03:04:05Z)",
      "",
      "● Booted image: quay.io/example/os:1",
      `        Digest: ${A} (arm64)`,
      "       Version: 1.7 (2026-01-02T03:04:05Z)",
    ],
  },
  {
    what: "what can be gone back to comes after what runs, its keys two columns further right",
    host: { booted: entry(image(A)), rollback: entry(image(C, { version: "1.6" })) },
    text: [
      "● Booted image: quay.io/example/os:1",
      `        Digest: ${A} (arm64)`,
      "       Version: 1.7 (2026-01-02T03:04:05Z)",
      "",
      "  Rollback image: quay.io/example/os:1",
      `          Digest: ${C} (arm64)`,
      "         Version: 1.6 (2026-01-02T03:04:05Z)",
    ],
  },
  {
    what: "a pinned one of no slot is an other image",
    host: { booted: entry(image(A)), otherDeployments: [entry(image(C), { pinned: true })] },
    text: [
      "● Booted image: quay.io/example/os:1",
      `        Digest: ${A} (arm64)`,
      "       Version: 1.7 (2026-01-02T03:04:05Z)",
      "",
      "   Other image: quay.io/example/os:1",
      `        Digest: ${C} (arm64)`,
      "       Version: 1.7 (2026-01-02T03:04:05Z)",
      "        Pinned: yes",
    ],
  },
  {
    what: "an image that is in no registry is named with its transport",
    host: { booted: entry(image(A, { name: "/var/images/os", transport: "oci" })) },
    text: ["● Booted image: oci:/var/images/os", `        Digest: ${A} (arm64)`, "       Version: 1.7 (2026-01-02T03:04:05Z)"],
  },
  {
    what: "an update that was found",
    host: { booted: entry(image(A), { cachedUpdate: image(B, { version: "1.8", timestamp: "2026-02-02T00:00:00Z" }) }) },
    text: [
      "● Booted image: quay.io/example/os:1",
      `        Digest: ${A} (arm64)`,
      "       Version: 1.7 (2026-01-02T03:04:05Z)",
      " UpdateVersion: 1.8 (2026-02-02T00:00:00Z)",
      `  UpdateDigest: ${B}`,
    ],
  },
  {
    what: "an update that was found and has no version",
    host: { booted: entry(image(A), { cachedUpdate: image(B, { version: null }) }) },
    text: [
      "● Booted image: quay.io/example/os:1",
      `        Digest: ${A} (arm64)`,
      "       Version: 1.7 (2026-01-02T03:04:05Z)",
      "        Update: Available",
      `  UpdateDigest: ${B}`,
    ],
  },
  {
    what: "what was found and runs by now is no update",
    host: { booted: entry(image(A), { cachedUpdate: image(A) }) },
    text: ["● Booted image: quay.io/example/os:1", `        Digest: ${A} (arm64)`, "       Version: 1.7 (2026-01-02T03:04:05Z)"],
  },
  {
    what: "an overlay on /usr is told of what runs",
    host: {
      booted: entry(image(A)),
      rollback: entry(image(C)),
      usrOverlay: { accessMode: "readOnly", persistence: "transient" },
    },
    text: [
      "● Booted image: quay.io/example/os:1",
      `        Digest: ${A} (arm64)`,
      "       Version: 1.7 (2026-01-02T03:04:05Z)",
      "  /usr overlay: transient, read-only",
      "",
      "  Rollback image: quay.io/example/os:1",
      `          Digest: ${C} (arm64)`,
      "         Version: 1.7 (2026-01-02T03:04:05Z)",
    ],
  },
  {
    what: "a system that ostree pulled from a remote has a commit and no image",
    host: { booted: entry(null) },
    text: ["● Booted ostree", `           Commit: ${COMMIT}`],
  },
  {
    what: "from such a system to an image, which is staged",
    host: { staged: entry(image(B)), booted: entry(null) },
    text: [
      "  Staged image: quay.io/example/os:1",
      `        Digest: ${B} (arm64)`,
      "       Version: 1.7 (2026-01-02T03:04:05Z)",
      "",
      "● Booted ostree",
      `           Commit: ${COMMIT}`,
    ],
  },
  {
    what: "such a system to go back to",
    host: { booted: entry(image(A)), rollback: entry(null) },
    text: [
      "● Booted image: quay.io/example/os:1",
      `        Digest: ${A} (arm64)`,
      "       Version: 1.7 (2026-01-02T03:04:05Z)",
      "",
      "  Rollback ostree",
      `           Commit: ${COMMIT}`,
    ],
  },
  {
    what: "-v of a staged one that is only downloaded",
    verbose: true,
    host: {
      staged: entry(image(B), { downloadOnly: true, softRebootCapable: true }),
      booted: entry({ ...image(A), image: { image: "quay.io/example/os:1", transport: "registry", signature: "containerPolicy" } }),
    },
    text: [
      "  Staged image: quay.io/example/os:1",
      `        Digest: ${B} (arm64)`,
      "       Version: 1.7 (2026-01-02T03:04:05Z)",
      "     StateRoot: default",
      " Deploy serial: 0",
      "        Staged: yes",
      `        Commit: ${COMMIT}`,
      "   Soft-reboot: yes",
      " Download-only: yes",
      "",
      "● Booted image: quay.io/example/os:1",
      `        Digest: ${A} (arm64)`,
      "       Version: 1.7 (2026-01-02T03:04:05Z)",
      "     StateRoot: default",
      " Deploy serial: 0",
      "        Staged: no",
      `        Commit: ${COMMIT}`,
      "     Signature: container-policy",
      "   Soft-reboot: no",
    ],
  },
  {
    what: "-v of an image whose signature is a remote's",
    verbose: true,
    host: {
      booted: entry({
        ...image(A),
        image: { image: "quay.io/example/os:1", transport: "registry", signature: { ostreeRemote: "example" } },
      }),
    },
    text: [
      "● Booted image: quay.io/example/os:1",
      `        Digest: ${A} (arm64)`,
      "       Version: 1.7 (2026-01-02T03:04:05Z)",
      "     StateRoot: default",
      " Deploy serial: 0",
      "        Staged: no",
      `        Commit: ${COMMIT}`,
      "     Signature: ostree-remote:example",
      "   Soft-reboot: no",
    ],
  },
];

describe("for people", () => {
  test.each(CASES)("$what", ({ host: status, verbose, text }) => {
    expect(renderHost(host(status), verbose === true)).toBe(`${text.join("\n")}\n`);
  });
});

describe("for programs", () => {
  const value = host({ booted: entry(image(A, { version: "1.0" })), type: "bootcHost" });

  test("JSON has sorted keys and nothing between them", () => {
    const json = hostJson(value);
    expect(
      json.startsWith(
        '{"apiVersion":"org.containers.bootc/v1","kind":"BootcHost","metadata":{"name":"host"},"spec":{"bootOrder":"default",',
      ),
    ).toBe(true);
    expect(JSON.parse(json)).toEqual(value);
  });

  test("YAML has bootc's order, and quotes what would not be read as a word", () => {
    expect(hostYaml(host({}))).toBe(
      "apiVersion: org.containers.bootc/v1\nkind: BootcHost\nmetadata:\n  name: host\nspec:\n  image: null\n  bootOrder: default\n" +
        "status:\n  staged: null\n  booted: null\n  rollback: null\n  rollbackQueued: false\n  type: null\n  usrOverlay: null\n  readOnly: false\n",
    );
    expect(hostYaml(value)).toContain("      version: '1.0'\n      timestamp: 2026-01-02T03:04:05Z\n");
  });

  test("YAML of several others is a list", () => {
    const text = hostYaml(host({ booted: entry(null), otherDeployments: [entry(null), entry(null)] }));
    expect(text).toContain("  otherDeployments:\n  - image: null\n    cachedUpdate: null\n");
    expect(text.match(/^ {2}- image: null$/gm)).toHaveLength(2);
  });
});
