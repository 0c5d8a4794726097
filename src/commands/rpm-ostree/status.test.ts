/** `rpm-ostree status`: laid out as its source does, and saying to people what it says in JSON. */
import { describe, expect, test } from "vitest";
import { Random } from "../../base/random.ts";
import type { Package } from "../../image/package.ts";
import { diffPackages } from "../../image/package.ts";
import type { DeploymentVariant, Json } from "./deployment-variant.ts";
import { queryJson } from "./json-path.ts";
import { printJson, statusValue } from "./status-json.ts";
import { renderStatus, type StatusReport } from "./status-text.ts";

const NEW = "b573d3b8d4bcfeb0bc36ad6f6a4d6e48b30eb537f835e042480a3c7cd68004cf";
const OLD = "50dab07a2a6e59060754de6414bd40b2d21283156834274a24bbca7e179fa870";
const BASE = "1111111111111111111111111111111111111111111111111111111111111111";
const KEY = "C6E7F081CF80E13146676E88829B606631645531";
const OTHER_KEY = "466CF2D8B60BC3057AA9453ED0622462E99D6AD1";

const signature = (valid: boolean, key = KEY): NonNullable<DeploymentVariant["signatures"]>[number] =>
  [valid, false, false, false, !valid, key, 1768005513, 0, "RSA", "SHA256", "Fedora", "f@x", key, 0, 0]; // prettier-ignore

function variant(more: Partial<DeploymentVariant>): DeploymentVariant {
  return {
    id: `fedora-${OLD}.0`,
    osname: "fedora",
    serial: 0,
    checksum: OLD,
    version: "43.1",
    timestamp: 1768005513,
    "base-checksum": undefined,
    "base-version": undefined,
    "base-timestamp": undefined,
    "base-commit-meta": { version: "43.1" },
    "layered-commit-meta": undefined,
    origin: "fedora:fedora/43/x86_64/silverblue",
    "custom-origin": undefined,
    "container-image-reference": undefined,
    "container-image-reference-digest": undefined,
    "remote-error": undefined,
    booted: false,
    staged: false,
    "finalization-locked": false,
    pinned: false,
    unlocked: "none",
    "gpg-enabled": false,
    signatures: undefined,
    "requested-packages": [],
    "requested-local-packages": [],
    "requested-local-fileoverride-packages": [],
    "requested-base-removals": [],
    "requested-base-local-replacements": [],
    "requested-base-remote-replacements": [],
    "requested-modules": [],
    "requested-modules-enabled": [],
    packages: [],
    modules: [],
    "base-removals": [],
    "base-local-replacements": [],
    "base-remote-replacements": {},
    "regenerate-initramfs": false,
    "initramfs-args": undefined,
    "initramfs-etc": [],
    endoflife: undefined,
    "live-inprogress": undefined,
    "live-replaced": undefined,
    cliwrap: false,
    ...more,
  };
}

const STYLE = { tty: false, verbose: false, columns: 80 };
function report(deployments: readonly DeploymentVariant[], more: Partial<StatusReport> = {}): StatusReport {
  return {
    deployments,
    pendingDiff: undefined,
    transaction: undefined,
    finalizeFailure: undefined,
    automaticUpdates: { policy: "none", timer: "" },
    bootedOnly: false,
    ...more,
  };
}

const pkg = (name: string, version: string): Package => ({ name, version, release: "1.fc43", arch: "x86_64", epoch: undefined, summary: "", license: "", size: 0, url: undefined, buildTime: 0 }); // prettier-ignore
const DIFF = diffPackages([pkg("bash", "5.2"), pkg("gone", "1")], [pkg("bash", "5.3"), pkg("new", "1")]);

describe("for people", () => {
  const rows = [
    variant({ checksum: NEW, version: "43.2", "gpg-enabled": true, signatures: [signature(true)] }),
    variant({ booted: true, "gpg-enabled": true }),
  ];

  test("two deployments", () => {
    expect(renderStatus(report(rows, { pendingDiff: DIFF }), STYLE)).toBe(
      "State: idle\nDeployments:\n  fedora:fedora/43/x86_64/silverblue\n" +
        "                  Version: 43.2 (2026-01-10T00:38:33Z)\n" +
        `                   Commit: ${NEW}\n` +
        `             GPGSignature: Valid signature by ${KEY}\n` +
        "                     Diff: 1 upgraded, 1 removed, 1 added\n" +
        "\n● fedora:fedora/43/x86_64/silverblue\n" +
        "                  Version: 43.1 (2026-01-10T00:38:33Z)\n" +
        `                   Commit: ${OLD}\n` +
        "             GPGSignature: (unsigned)\n",
    );
  });

  test("only the booted one, busy", () => {
    const text = renderStatus(report(rows, { bootedOnly: true, transaction: { title: "upgrade ", initiator: "client(id:cli)" } }), STYLE);
    expect(text.split("\n").slice(0, 5)).toEqual([
      "State: busy",
      "Transaction: upgrade ",
      "  Initiator: client(id:cli)",
      "BootedDeployment:",
      "● fedora:fedora/43/x86_64/silverblue",
    ]);
  });

  test("verbose", () => {
    const lines = renderStatus(report(rows, { pendingDiff: DIFF }), { ...STYLE, verbose: true }).split("\n");
    expect(lines).toContain("AutomaticUpdates: disabled");
    expect(lines).toContain("  fedora:fedora/43/x86_64/silverblue (index: 0)");
    expect(lines).toContain("                   Staged: no");
    expect(lines).toContain("                StateRoot: fedora");
    expect(lines).toContain("             GPGSignature: 1 signature");
    expect(lines).toContain("                 Upgraded: bash 5.2-1.fc43 -> 5.3-1.fc43");
  });

  test("a remote that is gone, a pin, an overlay, an end", () => {
    const odd = variant({ "remote-error": 'Remote "fedora" not found', pinned: true, unlocked: "hotfix", endoflife: "Use another" });
    const text = renderStatus(report([odd]), STYLE);
    expect(text).toContain('       OstreeRemoteStatus: Remote "fedora" not found\n');
    expect(text).toContain("                   Pinned: yes\n                 Unlocked: hotfix\n                EndOfLife: Use another\n");
  });

  test("what is layered, and what it was layered on", () => {
    const layered = variant({
      "base-checksum": BASE,
      packages: ["tmux", "htop"],
      "requested-packages": ["htop", "tmux", "vim-minimal"],
      "base-removals": [
        ["firefox-146.0-1.fc43.x86_64", "firefox", 0, "146.0", "1.fc43", "x86_64"],
        ["firefox-langpacks-146.0-1.fc43.x86_64", "firefox-langpacks", 0, "146.0", "1.fc43", "x86_64"],
      ],
      "requested-base-removals": ["firefox", "firefox-langpacks", "gone"],
    });
    const text = renderStatus(report([layered]), STYLE);
    expect(text).toContain(`               BaseCommit: ${BASE}\n`);
    expect(text).not.toContain(OLD);
    expect(text).toContain("      RemovedBasePackages: firefox firefox-langpacks 146.0-1.fc43\n          LayeredPackages: htop tmux\n");
    const verbose = renderStatus(report([layered]), { ...STYLE, verbose: true });
    expect(verbose).toContain(`                   Commit: ${OLD}\n`);
    expect(verbose).toContain("     InactiveBaseRemovals: gone\n         InactiveRequests: vim-minimal\n");
  });

  test("long lists are cut where the area ends", () => {
    const names = Array.from({ length: 20 }, (_, i) => `package-${String(i).padStart(2, "0")}`);
    const lines = renderStatus(report([variant({ packages: names })]), STYLE)
      .split("\n")
      .filter((line) => line.includes("package-"));
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.map((line) => line.slice(27)).every((line) => line.length <= 64)).toBe(true);
    expect(lines.flatMap((line) => line.slice(27).split(" "))).toEqual(names);
  });

  test("automatic updates", () => {
    const text = renderStatus(
      report(rows, { automaticUpdates: { policy: "stage", timer: "rpm-ostreed-automatic.timer: inactive" } }),
      STYLE,
    );
    expect(text.split("\n")[1]).toBe("AutomaticUpdates: stage; rpm-ostreed-automatic.timer: inactive");
  });
});

/** A list of deployments as it could be. */
function someDeployments(random: Random): DeploymentVariant[] {
  const flip = (): boolean => random.below(2) === 1;
  const count = 1 + random.below(4);
  const booted = random.below(count);
  return Array.from({ length: count }, (_, i) => {
    const isLayered = flip();
    const gpg = flip();
    return variant({
      checksum: i === 0 ? NEW : OLD,
      serial: random.below(3),
      osname: random.below(5) === 0 ? "other" : "fedora",
      version: random.below(4) === 0 ? undefined : `43.${random.below(9)}`,
      "base-checksum": isLayered ? BASE : undefined,
      "base-timestamp": isLayered ? 1768005000 : undefined,
      packages: isLayered ? ["htop", "zsh", "a b"].slice(random.below(3)) : [],
      "requested-packages": isLayered ? ["htop", "zsh", "vim-minimal"] : [],
      booted: i === booted,
      staged: i === 0 && booted > 0 && flip(),
      pinned: flip(),
      unlocked: ["none", "development", "hotfix"][random.below(3)] ?? "none",
      "gpg-enabled": gpg,
      signatures: gpg && flip() ? [signature(flip(), flip() ? KEY : OTHER_KEY)] : undefined,
      "regenerate-initramfs": flip(),
      "initramfs-etc": flip() ? ["/etc/vconsole.conf"] : [],
      "remote-error": random.below(6) === 0 ? 'Remote "fedora" not found' : undefined,
    });
  });
}

type Fields = { readonly [key: string]: Json };

/** What the text has to say of one deployment, from its JSON alone. */
function expectedFacts(d: Fields, several: boolean): Map<string, string> {
  const facts = new Map<string, string>();
  const iso = (seconds: Json | undefined): string => new Date(Number(seconds) * 1000).toISOString().replace(".000Z", "Z");
  const base = d["base-checksum"];
  const time = iso(base === undefined ? d["timestamp"] : d["base-timestamp"]);
  if (d["remote-error"] !== undefined) facts.set("OstreeRemoteStatus", String(d["remote-error"]));
  if (d["version"] === undefined) facts.set("Timestamp", time);
  else facts.set("Version", `${d["version"] as string} (${time})`);
  facts.set(base === undefined ? "Commit" : "BaseCommit", String(base ?? d["checksum"]));
  if (several) facts.set("StateRoot", String(d["osname"]));
  if (d["gpg-enabled"] === true) {
    const [first] = (d["signatures"] ?? []) as readonly (readonly Json[])[];
    const key = String(first?.[5]);
    facts.set("GPGSignature", first === undefined ? "(unsigned)" : first[0] === true ? `Valid signature by ${key}` : `Can't check signature: public key ${key} not found`); // prettier-ignore
  }
  const packages = (d["packages"] as readonly string[]).map((name) => (name.includes(" ") ? `'${name}'` : name)).sort();
  if (packages.length > 0) facts.set("LayeredPackages", packages.join(" "));
  if (d["regenerate-initramfs"] === true) facts.set("Initramfs", "regenerate");
  if ((d["initramfs-etc"] as readonly string[]).length > 0) facts.set("InitramfsEtc", (d["initramfs-etc"] as readonly string[]).join(" "));
  if (d["pinned"] === true) facts.set("Pinned", "yes");
  if (d["unlocked"] !== "none") facts.set("Unlocked", String(d["unlocked"]));
  return facts;
}

test("text and JSON say the same of five hundred systems", () => {
  const random = new Random(43);
  for (let round = 0; round < 500; round++) {
    const deployments = someDeployments(random);
    const json = JSON.parse(printJson(statusValue(deployments, undefined))) as { readonly deployments: readonly Fields[] };
    const several = new Set(json.deployments.map((d) => d["osname"])).size > 1;
    const blocks = renderStatus(report(deployments), STYLE).replace(/^State: idle\nDeployments:\n/, "").split("\n\n"); // prettier-ignore
    expect(blocks).toHaveLength(json.deployments.length);
    blocks.forEach((block, i) => {
      const d = json.deployments[i] ?? {};
      const [head = "", ...lines] = block.trimEnd().split("\n");
      expect(head).toBe(`${d["booted"] === true ? "●" : " "} ${String(d["origin"])}`);
      const facts = new Map(lines.map((line) => [line.slice(0, 25).trim(), line.slice(27)]));
      expect(facts).toEqual(expectedFacts(d, several));
    });
  }
});

test("fields that are not there are not in the JSON", () => {
  const json = JSON.parse(printJson(statusValue([variant({})], undefined))) as { deployments: Fields[] };
  expect(Object.keys(json)).toEqual(["deployments", "transaction", "cached-update", "update-driver"]);
  expect(json.deployments[0]).not.toHaveProperty("base-checksum");
  expect(json.deployments[0]).not.toHaveProperty("endoflife");
});

test.each<readonly [string, Json]>([
  ["$.deployments[0].version", ["43.2"]],
  ["$.deployments[*].booted", [false, true]],
  ["$..serial", [0, 0]],
  ["$.deployments[1]['requested-packages']", [[]]],
  ["$.deployments[0,1].version", ["43.2", "43.1"]],
  ["$.nothing", []],
])("jsonpath %s", (path, found) => {
  expect(
    queryJson(JSON.parse(printJson(statusValue([variant({ version: "43.2" }), variant({ booted: true })], undefined))) as Json, path),
  ).toEqual(found);
});

test("what is no path", () => {
  expect(() => queryJson({}, "deployments")).toThrow("While compiling jsonpath: Only one root node is allowed");
});
