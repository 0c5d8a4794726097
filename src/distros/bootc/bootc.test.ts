/** A machine whose core is a container image: what bootc does with the list of deployments, the registry, the policy, and when the power goes. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { imageOfCommit } from "../../engines/ostree/image-info.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import { Sysroot } from "../../engines/ostree/sysroot.ts";
import { checksumBytes, metadataString } from "../../image/ostree-objects.ts";
import { encodeUtf8 } from "../../base/utf8.ts";
import { loadCatalogue, type Release } from "../../image/catalogue.ts";
import { PowerLoss } from "../../vfs/disk-types.ts";
import { Rig } from "../silverblue/rig.fixture.ts";
import { SILVERBLUE } from "../silverblue/silverblue.ts";
import { BOOTC } from "./bootc.ts";

const catalogue = loadCatalogue(readFileSync(new URL("../../image/bootc.manifest.json", import.meta.url)));
const [first, second, third, web] = catalogue.releases as [Release, Release, Release, Release];
const IMAGE = "quay.io/fedora/fedora-bootc:43";

let base: Rig;

beforeAll(() => {
  base = Rig.make({ catalogue, product: BOOTC }).boot();
}, 120_000);

/** The list as letters: A B C W for the releases, * what runs, s what is staged. */
function list(rig: Rig): string {
  const state = new Sysroot(rig.machine.inspect()).load();
  const letter = (commit: string): string =>
    ["A", "B", "C", "W"][[first, second, third, web].findIndex((release) => release.commit === commit)] ?? "?";
  return state.deployments.map((d) => `${letter(d.checksum)}${d.isStaged ? "s" : ""}${d === state.booted ? "*" : ""}`).join(" ");
}

function plain(text: string): string {
  return text.replaceAll(/\x1b\[[0-9;]*[A-Za-z]/g, "");
}

describe("transitions", () => {
  test("A rollback is queued at once, and a second one takes it back", () => {
    const rig = base.fork();
    expect(list(rig)).toBe("B* A");
    expect(rig.ask("sudo bootc rollback")).toBe("Next boot: rollback deployment\n");
    expect(list(rig)).toBe("A B*");
    expect(rig.ask("sudo bootc rollback")).toBe("notice: Reverting queued rollback state\nNext boot: current deployment\n");
    expect(list(rig)).toBe("B* A");
    rig.ask("sudo bootc rollback");
    expect(rig.reboot().ask("get /run/reboot-required")).toBe("No such file or directory\n");
    expect(list(rig)).toBe("A* B");
  });

  test("What is staged is given up by a rollback", () => {
    const rig = base.fork();
    rig.ask("sudo bootc upgrade");
    expect(list(rig)).toBe("Cs B* A");
    expect(rig.ask("sudo bootc rollback")).toBe("Next boot: rollback deployment\n");
    expect(list(rig)).toBe("A B*");
    expect(rig.reboot() && list(rig)).toBe("A* B");
  });

  test("An upgrade is staged, taken at the reboot, and lost with the power before", () => {
    const rig = base.fork();
    const said = plain(rig.ask("sudo bootc upgrade"));
    expect(said).toContain(`Queued for next boot: ${IMAGE}\n  Version: 43.20260112.0\n`);
    expect(readTextIfThere(rig.machine.inspect(), "/run/reboot-required")).toBe(
      `bootc: Reboot required for image: ${third.image?.digest ?? ""}`,
    );
    const cut = rig.settle().fork().powerCut();
    expect(list(cut)).toBe("B* A");
    expect(rig.reboot() && list(rig)).toBe("C* B");
    expect(rig.ask("sudo bootc status --booted --format humanreadable")).toContain(
      `● Booted image: ${IMAGE}\n        Digest: ${third.image?.digest ?? ""} (amd64)\n`,
    );
  });

  test("What was only downloaded waits for the word", () => {
    const rig = base.fork();
    rig.ask("sudo bootc upgrade --download-only");
    expect(list(rig.settle())).toBe("Cs B* A");
    expect(rig.ask("sudo bootc status -v --format humanreadable")).toContain(" Download-only: yes\n");
    expect(list(rig.fork().reboot())).toBe("B* A");
    expect(rig.ask("sudo bootc upgrade --from-downloaded")).toBe("Staged deployment will now be applied on reboot\n");
    expect(list(rig.reboot())).toBe("C* B");
  });

  test("A look into the registry stages nothing and is remembered", () => {
    const rig = base.fork();
    const said = rig.ask("sudo bootc upgrade --check");
    expect(said).toContain(
      `Update available for: docker://${IMAGE}\n  Version: 43.20260112.0\n  Digest: ${third.image?.digest ?? ""}\nTotal new layers: `,
    );
    expect(list(rig)).toBe("B* A");
    expect(rig.ask("sudo bootc status --format humanreadable")).toContain(
      ` UpdateVersion: 43.20260112.0 (2026-01-12T00:41:07Z)\n  UpdateDigest: ${third.image?.digest ?? ""}\n`,
    );
  });
});

describe("another image", () => {
  test("switch, and back by its tag or by a digest", { timeout: 120_000 }, () => {
    const rig = base.fork();
    rig.ask("sudo bootc switch registry.example.com/web:1");
    expect(list(rig.reboot())).toBe("W* B");
    expect(readTextIfThere(rig.machine.inspect(), "/usr/share/nginx/html/index.html")).toContain("registry.example.com/web:1");
    expect(rig.ask("sudo bootc switch registry.example.com/web:1")).toBe("Image specification is unchanged.\n");
    rig.ask(`sudo bootc switch quay.io/fedora/fedora-bootc@${second.image?.digest ?? ""}`);
    expect(list(rig)).toBe("Bs W* B");
    expect(rig.ask("rpm-ostree status")).toContain(
      `  ostree-unverified-registry:quay.io/fedora/fedora-bootc@${second.image?.digest ?? ""}\n`,
    );
  });

  test.each([
    [IMAGE.replace(":43", ":99"), "reading manifest 99 in quay.io/fedora/fedora-bootc: manifest unknown"],
    ["quay.io/a/b", "reading manifest latest in quay.io/a/b: unauthorized: access to the requested resource is not authorized"],
    ["ghcr.io/a/b:1", "Requesting bearer token: invalid status code from registry 403 (Forbidden)"],
    [
      "ghcr.example/a/b:1",
      'pinging container registry ghcr.example: Get "https://ghcr.example/v2/": dial tcp: lookup ghcr.example: no such host',
    ],
  ])("%s is not to be had", (image, why) => {
    const rig = base.fork();
    const prefix = "error: Switching: Switching (ostree): Preparing import: Fetching manifest: ";
    const open = "failed to invoke method OpenImage: failed to invoke method OpenImage: ";
    expect(rig.ask(`sudo bootc switch ${image}`)).toBe(`${prefix}${open}${why}\n`);
    expect(rig.status).toBe(1);
    expect(list(rig)).toBe("B* A");
  });
});

describe("signatures", () => {
  const WEB = "registry.example.com/web:1";
  const KEY = "/etc/pki/containers/example.pub";
  const policy = (requirement: string): string =>
    `sudo put /etc/containers/policy.json {"default":[{"type":"reject"}],"transports":{"docker":{"registry.example.com":[${requirement}]}}}`;
  const signed = policy(`{"type":"sigstoreSigned","keyPath":"${KEY}"}`);
  const failure = (rig: Rig, line: string): string =>
    rig
      .ask(line)
      .replace(/^error: .*OpenImage: |^error: .*manifest: /, "")
      .trimEnd();

  test("a policy that accepts anything is no policy", () => {
    expect(failure(base.fork(), `sudo bootc switch --enforce-container-sigpolicy ${WEB}`)).toBe(
      "containers-policy.json specifies a default of `insecureAcceptAnything`; refusing usage",
    );
  });

  test("an image that has none is refused, and one that the policy rejects", () => {
    const rig = base.fork();
    rig.ask(signed);
    // Nobody has said that signatures are attached to the images there.
    expect(failure(rig, `sudo bootc switch ${WEB}`)).toBe("A signature was required, but no signature exists");
    expect(failure(rig, "sudo bootc upgrade")).toBe(`Running image docker://${IMAGE} is rejected by policy.`);
  });

  test("a good one is taken, and the origin says that it must be", () => {
    const rig = base.fork();
    rig.ask(signed);
    rig.ask("sudo put /etc/containers/registries.d/example.yaml docker:");
    expect(failure(rig, `sudo bootc switch ${WEB}`)).toBe("A signature was required, but no signature exists");
    rig.ask("sudo put /etc/containers/registries.d/default.yaml use-sigstore-attachments: true");
    rig.ask("sudo bootc switch --enforce-container-sigpolicy registry.example.com/web:1");
    expect(list(rig)).toBe("Ws B* A");
    expect(rig.ask("rpm-ostree status")).toContain(`  ostree-image-signed:docker://${WEB}\n`);
    expect(rig.ask("sudo bootc status -v --format humanreadable")).toContain("     Signature: container-policy\n");
    rig.ask("sudo put /etc/pki/containers/example.pub another");
    expect(failure(rig, "sudo bootc upgrade")).toBe(
      "cryptographic signature verification failed: invalid signature when validating ASN.1 encoded signature",
    );
  });
});

test("who is not root is refused", () => {
  const rig = base.fork();
  const why = "Preparing for write: Querying root privilege: This command must be executed as the root user\n";
  expect(rig.ask("bootc upgrade")).toBe(`error: Initializing storage: ${why}`);
  expect(rig.ask("bootc status")).toBe(`error: Status: ${why}`);
  expect(plain(rig.ask("bootc frob"))).toContain("error: unrecognized subcommand 'frob'");
  expect(rig.status).toBe(2);
});

test("digests are those of the manifests, and the commit of an image has them", () => {
  for (const release of catalogue.releases) {
    const { image, commitObject } = release;
    expect(image?.digest).toBe(`sha256:${checksumBytes(encodeUtf8(metadataString(commitObject, "ostree.manifest") ?? ""))}`);
    expect(imageOfCommit(commitObject)).toMatchObject({ digest: image?.digest, version: release.version, architecture: "amd64" });
    const manifest = JSON.parse(image?.manifest ?? "") as { config: { digest: string } };
    expect(manifest.config.digest).toBe(`sha256:${checksumBytes(encodeUtf8(image?.config ?? ""))}`);
  }
  expect(imageOfCommit(web.commitObject)?.layers.filter(({ isDerived }) => isDerived)).toHaveLength(1);
});

test("Silverblue is no such machine, and bootc says so", { timeout: 120_000 }, () => {
  const other = loadCatalogue(readFileSync(new URL("../../image/silverblue.manifest.json", import.meta.url)));
  const rig = Rig.make({ catalogue: other, product: SILVERBLUE }).boot();
  expect(rig.ask("sudo bootc upgrade")).toBe("error: Upgrading: No image source specified\n");
  expect(rig.ask("sudo bootc rollback")).toBe("error: Rollback: Rollback (ostree): Rollback is not container image based\n");
  expect(rig.ask("sudo bootc status --format humanreadable")).toBe(
    `● Booted ostree\n           Commit: ${other.releases[1]?.commit ?? ""}\n\n  Rollback ostree\n           Commit: ${other.releases[0]?.commit ?? ""}\n`,
  );
});

/** Every so manieth write; `CRASH=all` tries each. */
const EVERY = process.env["CRASH"] === "all" ? 1 : 211;

test("the power goes before any write of a switch: the old image boots or the new one", { timeout: 3_600_000 }, () => {
  const run = (rig: Rig): void => {
    rig.machine.keys(0, "sudo bootc switch registry.example.com/web:1\n");
    rig.settle(() => rig.machine.power === "off" || (rig.isAtPrompt && rig.machine.idle && rig.output.includes("Digest")));
    if (rig.machine.power === "off") return;
    rig.machine.keys(0, "sudo restart\n");
    rig.settle(() => rig.machine.power !== "running" && rig.machine.power !== "stopping");
  };
  const whole = base.fork();
  const before = whole.machine.disk.writes;
  let commit = 0;
  const stop = whole.machine.disk.listen((write) => {
    if (write.op === "rename" && /^boot:\/loader\.tmp -> \/loader$/.test(write.path)) commit = write.n - before;
  });
  run(whole);
  stop();
  const count = whole.machine.disk.writes - before;
  expect(commit).toBeGreaterThan(0);

  const odd: string[] = [];
  for (let n = 1; n <= count; n++) {
    if (n % EVERY !== 0 && Math.abs(n - commit) > 2) continue;
    const rig = base.fork();
    const { disk } = rig.machine;
    const start = disk.writes;
    let isCut = false;
    disk.onBeforeWrite = (write) => {
      if (isCut || write.n !== start + n) return;
      isCut = true;
      throw new PowerLoss();
    };
    rig.machine.keys(0, "sudo bootc switch registry.example.com/web:1\n");
    rig.settle(() => isCut || (rig.isAtPrompt && rig.machine.idle && rig.output.includes("Digest")));
    if (!isCut) {
      rig.machine.keys(0, "sudo restart\n");
      rig.settle(() => isCut);
    }
    disk.onBeforeWrite = undefined;
    if (rig.machine.power !== "off") rig.machine.powerCut({ seed: n });
    rig.output = "";
    rig.boot();
    const booted = list(rig);
    if (!(n <= commit ? ["B* A"] : ["W* B", "W* B A"]).includes(booted)) odd.push(`${n}: ${booted}`);
    // What was interrupted can be done again.
    if (n <= commit && n % 2 === 0) {
      rig.ask("sudo bootc switch registry.example.com/web:1");
      if (list(rig) !== "Ws B* A") odd.push(`${n}, again: ${list(rig)}`);
    }
  }
  expect(odd).toEqual([]);
});
