/** Status texts from values: `ostree admin status` as recorded from 2022.7 and 2025.2. */
import { describe, expect, test } from "vitest";
import { diffPackages, type Package } from "../../image/package.ts";
import { NO_LAYERING } from "./layer-origin.ts";
import { renderAdminStatus, renderPackageDiff, renderPackageDiffLines } from "./render.ts";
import type { DeploymentStatus } from "./status.ts";

const NEW = "b573d3b8d4bcfeb0bc36ad6f6a4d6e48b30eb537f835e042480a3c7cd68004cf";
const OLD = "50dab07a2a6e59060754de6414bd40b2d21283156834274a24bbca7e179fa870";

const NO_LAYERS: DeploymentStatus["layers"] = {
  layering: NO_LAYERING,
  active: [],
  inactive: [],
  removed: [],
  inactiveRemovals: [],
  replaced: [],
  replacedFrom: new Map(),
  local: [],
  forcedLocal: [],
};

function row(more: Partial<DeploymentStatus>): DeploymentStatus {
  return {
    index: 0,
    stateroot: "fedora",
    checksum: OLD,
    serial: 0,
    refspec: "fedora:fedora/43/x86_64/silverblue",
    image: undefined,
    hasOrigin: true,
    missingRemote: undefined,
    version: "43.1",
    timestamp: 1768005513,
    isBooted: false,
    isStaged: false,
    isFinalizationLocked: false,
    isSoftRebootTarget: false,
    isPending: false,
    isRollback: false,
    isPinned: false,
    unlocked: "none",
    verifiesSignatures: false,
    signatures: [],
    diff: undefined,
    base: more.checksum ?? OLD,
    layers: NO_LAYERS,
    live: undefined,
    ...more,
  };
}

function pkg(name: string, version: string): Package {
  return {
    name,
    epoch: undefined,
    version,
    release: "1.fc43",
    arch: "x86_64",
    summary: "",
    license: "",
    size: 0,
    url: undefined,
    buildTime: 0,
  };
}

const DIFF = diffPackages(
  [pkg("bash", "5.2"), pkg("gone", "1"), pkg("nano", "9")],
  [pkg("bash", "5.3"), pkg("nano", "8"), pkg("new", "1")],
);

describe("ostree admin status", () => {
  test("pending, booted and unlocked, rollback", () => {
    const rows = [
      row({ checksum: NEW, version: "43.3", isPending: true }),
      row({ isBooted: true, unlocked: "development" }),
      row({ checksum: NEW, serial: 1, version: "43.3", isRollback: true, isPinned: true }),
    ];
    expect(renderAdminStatus(rows, { tty: false })).toBe(
      `  fedora ${NEW}.0 (pending)\n    Version: 43.3\n    origin refspec: fedora:fedora/43/x86_64/silverblue\n` +
        `* fedora ${OLD}.0\n    Version: 43.1\n    Unlocked: development\n    origin refspec: fedora:fedora/43/x86_64/silverblue\n` +
        `  fedora ${NEW}.1 (rollback)\n    Version: 43.3\n    Pinned: yes\n    origin refspec: fedora:fedora/43/x86_64/silverblue\n`,
    );
  });

  test.each<readonly [string, Partial<DeploymentStatus>, string]>([
    ["staged", { isStaged: true, isPending: true }, " (staged)"],
    ["locked", { isStaged: true, isPending: true, isFinalizationLocked: true }, " (finalization locked)"],
  ])("%s", (_, more, suffix) => expect(renderAdminStatus([row(more)], { tty: false }).split("\n")[0]).toBe(`  fedora ${OLD}.0${suffix}`));

  test("nothing at all, no origin", () => {
    expect(renderAdminStatus([], { tty: false })).toBe("No deployments.\n");
    expect(renderAdminStatus([row({ hasOrigin: false, refspec: undefined, version: undefined })], { tty: false })).toBe(
      `  fedora ${OLD}.0\n    origin: none\n`,
    );
  });
});

test("packages", () => {
  expect(renderPackageDiff(DIFF)).toBe(
    "Upgraded:\n  bash 5.2-1.fc43 -> 5.3-1.fc43\nDowngraded:\n  nano 9-1.fc43 -> 8-1.fc43\nRemoved:\n  gone-1-1.fc43.x86_64\nAdded:\n  new-1-1.fc43.x86_64\n",
  );
  expect(renderPackageDiffLines(DIFF).split("\n")[0]).toBe("!bash-5.2-1.fc43.x86_64");
});
