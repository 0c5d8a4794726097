/** Views made by hand, one for each state that a designer must look at. */
import type { DeploymentView, Stratum, View } from "../../src/lab/view.ts";
import type { TraceEvent } from "../../src/vfs/types.ts";

function deployment(version: string, index: number, more: Partial<DeploymentView>): DeploymentView {
  return {
    index,
    checksum:
      { "42.20250623.0": "5c1e0f7aa1", "42.20250707.0": "a81f3d92bc", "42.20250714.0": "e07b6c4519", "42.20250721.0": "0d94be7723" }[
        version
      ] ?? "ffffffffff",
    serial: 0,
    version,
    origin: "fedora:fedora/42/x86_64/silverblue",
    layers: [],
    leftOut: [],
    isBooted: false,
    isDefault: false,
    isStaged: false,
    isRollback: false,
    isPending: false,
    isPinned: false,
    unlocked: "none",
    ...more,
  };
}

const booted = deployment("42.20250707.0", 0, { isBooted: true, isDefault: true });
const older = deployment("42.20250623.0", 1, { isRollback: true });

function stratum(
  id: string,
  name: string,
  target: string,
  lifetime: Stratum["lifetime"],
  detail: string,
  touched: readonly string[] = [],
): Stratum {
  return { id, name, target, lifetime, readOnly: lifetime === "image" || id === "disk", detail, touched, touchedCount: touched.length };
}

const strata: readonly Stratum[] = [
  stratum("disk", "Physical disk", "/sysroot", "machine", "The real root of the disk: repository and deployments"),
  stratum("core", "Sealed core", "/usr", "image", "42.20250707.0, commit a81f3d92bc"),
  stratum("usr-etc", "Defaults", "/usr/etc", "image", "The release's own configuration"),
  stratum("etc", "Configuration", "/etc", "deployment", "This deployment's own copy, merged into the next"),
  stratum("var", "Variable data", "/var", "machine", "Shared by all deployments"),
  stratum("home", "Your files", "/var/home", "machine", "Shared by all deployments"),
  stratum("tmp", "Temporary files", "/tmp", "boot", "In memory"),
  stratum("run", "Run-time state", "/run", "boot", "In memory"),
];

const base: View = {
  revision: 1,
  machine: { name: "silverblue", title: "Fedora Silverblue", flavour: "composefs" },
  power: "running",
  atPrompt: true,
  deployments: [booted, older],
  bootEntries: [
    { file: "ostree-2.conf", title: "Fedora Linux 42.20250707.0 (Silverblue) (ostree:0)", version: "2", isDefault: true, isBooted: true },
    { file: "ostree-1.conf", title: "Fedora Linux 42.20250623.0 (Silverblue) (ostree:1)", version: "1", isDefault: false, isBooted: false },
  ],
  booted: { version: "42.20250707.0", checksum: "a81f3d92bc", kernel: "6.15.4-200.fc42.x86_64", kargs: "rhgb quiet" },
  strata,
  trace: [],
  lastRefusal: undefined,
  canUndo: true,
  canRedo: false,
  undoLabel: "sudo touch /usr/bin/hello",
  disk: { writes: 1284, used: 6_400_000_000, total: 20_000_000_000 },
  clock: "2025-07-16T09:30:00",
  faults: [],
  bootCount: 1,
};

const refusal: TraceEvent = {
  op: "open",
  path: "/usr/bin/hello",
  mount: "/",
  lifetime: "image",
  verdict: "EROFS",
  because: "superblock is read-only",
  pid: 812,
};
const staged = deployment("42.20250714.0", 0, { isStaged: true, isPending: true });

function touch(id: string, ...paths: string[]): readonly Stratum[] {
  return strata.map((stratum) => (stratum.id === id ? { ...stratum, touched: paths, touchedCount: paths.length } : stratum));
}

export const VIEWS: Readonly<Record<string, readonly View[]>> = {
  first: [base],
  refused: [base, { ...base, revision: 2, lastRefusal: refusal, trace: [refusal] }],
  etc: [
    base,
    { ...base, revision: 2, strata: touch("etc", "/etc/motd", "/etc/hostname", "/etc/ssh/sshd_config.d/50-mine.conf", "/etc/issue") },
  ],
  unlocked: [
    base,
    {
      ...base,
      revision: 2,
      deployments: [{ ...booted, unlocked: "development" }, older],
      strata: [
        ...touch("etc", "/etc/motd").slice(0, 3),
        stratum("overlay", "Writable overlay", "/usr", "boot", "Gone at the next boot", ["/usr/bin/hello", "/usr/lib/os-release"]),
        ...touch("etc", "/etc/motd").slice(3),
      ],
    },
  ],
  staged: [base, { ...base, revision: 2, deployments: [staged, { ...booted, isDefault: true }, { ...older, isPinned: true }] }],
  rolledback: [
    base,
    {
      ...base,
      revision: 2,
      deployments: [
        { ...older, isRollback: false, isDefault: true, isPending: true },
        { ...booted, isDefault: false },
        deployment("42.20250714.0", 2, { isRollback: true }),
      ],
    },
  ],
  booting: [
    base,
    {
      ...base,
      revision: 2,
      power: "menu",
      atPrompt: false,
      booted: undefined,
      strata: [],
      deployments: [{ ...staged, isStaged: false, isDefault: true }, { ...booted, isDefault: false, isBooted: false }, older],
    },
  ],
  broken: [
    base,
    {
      ...base,
      revision: 2,
      bootCount: 2,
      power: "emergency",
      deployments: [
        deployment("42.20250721.0", 0, { isBooted: true, isDefault: true }),
        { ...booted, isBooted: false, isDefault: false, isRollback: true },
        older,
      ],
      booted: { version: "42.20250721.0", checksum: "0d94be7723", kernel: "6.15.7", kargs: "" },
    },
  ],
  off: [
    base,
    {
      ...base,
      revision: 2,
      power: "off",
      atPrompt: false,
      booted: undefined,
      strata: [],
      deployments: [{ ...booted, isBooted: false }, older],
    },
  ],
};
