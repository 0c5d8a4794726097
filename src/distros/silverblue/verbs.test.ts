/** What rpm-ostree's verbs say and leave behind, on a machine that runs. Words: coreos/rpm-ostree:src/app, src/daemon. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { originRefspec } from "../../engines/ostree/origin.ts";
import { Sysroot } from "../../engines/ostree/sysroot.ts";
import { loadCatalogue, type Release } from "../../image/catalogue.ts";
import { fedoraHost } from "../fedora-atomic/remote.ts";
import { Rig } from "./rig.fixture.ts";

const catalogue = loadCatalogue(readFileSync(new URL("../../image/silverblue.manifest.json", import.meta.url)));
const [A, C, D] = catalogue.releases as [Release, Release, Release];
const REF = C.ref;
const TESTING = "fedora/43/x86_64/testing/silverblue";

let base: Rig;
let updates: Rig;
beforeAll(() => {
  updates = Rig.make({ catalogue, hostOf: (of) => fedoraHost(of, C) }).boot();
  base = Rig.make({
    catalogue,
    hostOf: (of) => ({
      ...fedoraHost(of, C),
      remoteAt: (url) => {
        const remote = fedoraHost(of, C).remoteAt(url);
        return remote && { ...remote, refs: () => new Map([[REF, C], [TESTING, D]]) }; // prettier-ignore
      },
    }),
  }).boot();
}, 60_000);

/** Without colours, and without what was drawn over. */
const plain = (text: string): string =>
  text
    .replaceAll(/\x1b\[[\d;]*m/g, "")
    .replaceAll(/[^\n]*\x1b\[2K/g, "")
    .replaceAll("\r", "");
const HINT = 'Run "systemctl reboot" to start a reboot';

/** Source: coreos/rpm-ostree:src/libpriv/rpmostree-rpm-util.cxx (rpmhdrs_rpmdbv). */
function versionOf({ packages }: Release): string {
  const hash = createHash("sha256");
  for (const { name, epoch, version, release, arch } of packages)
    hash.update(`${epoch ? `${epoch}:` : ""}${name}-${version}-${release}.${arch}`);
  return `${packages.length}:${hash.digest("hex")}`;
}

interface Step {
  readonly do: string;
  /** Lines that it prints, among others; "!" before one that it must not. */
  readonly says?: readonly string[];
  readonly status?: number;
  /** What the first deployment follows afterwards, and its commit. */
  readonly follows?: string;
  readonly commit?: string;
}

const CASES: readonly (readonly [what: string, ...steps: Step[]])[] = [
  [
    "rebase to another branch of the remote, and back",
    {
      do: `rpm-ostree rebase ${TESTING}`,
      says: ["Staging deployment... done", "Upgraded:", `Changes queued for next boot. ${HINT}`],
      follows: `fedora:${TESTING}`,
      commit: D.commit,
    },
    { do: "ostree refs", says: [`fedora:${TESTING}`, `!fedora:${REF}`] },
    { do: "reboot" },
    { do: "rpm-ostree upgrade", says: ["No upgrade available."], status: 0 },
    { do: "rpm-ostree upgrade --unchanged-exit-77", says: ["No upgrade available."], status: 77 },
    { do: `rpm-ostree rebase fedora:${REF}`, follows: `fedora:${REF}`, commit: C.commit, says: ["Downgraded:"], status: 0 },
  ],
  [
    "rebase keeps the old ref when asked",
    { do: `rpm-ostree rebase --skip-purge -b ${TESTING}`, commit: D.commit },
    { do: "ostree refs", says: [`fedora:${TESTING}`, `fedora:${REF}`] },
  ],
  [
    "rebase to another remote only",
    { do: "sudo ostree remote add --no-gpg-verify mirror https://ostree.fedoraproject.org" },
    {
      do: "rpm-ostree rebase -m mirror",
      says: [`Rebasing to mirror:${REF}`, `Changes queued for next boot. ${HINT}`, "!Upgraded:"],
      follows: `mirror:${REF}`,
      commit: C.commit,
    },
  ],
  ["rebase to the same", { do: `rpm-ostree rebase fedora:${REF}`, says: [`error: Old and new refs are equal: fedora:${REF}`], status: 1 }],
  [
    "rebase to what is not there",
    {
      do: "rpm-ostree rebase fedora/99/x86_64/silverblue",
      says: ["error: While pulling fedora/99/x86_64/silverblue: No such branch 'fedora/99/x86_64/silverblue' in repository summary"],
      status: 1,
    },
  ],
  [
    "rebase without a word",
    { do: "rpm-ostree rebase", says: ["error: usage error: Must specify refspec, or -b branch or -m remote"], status: 1 },
  ],
  ["rebase with too many", { do: "rpm-ostree rebase a b c", says: ["error: usage error: Too many arguments"], status: 1 }],
  ["rebase to nothing", { do: "rpm-ostree rebase ostree://", says: ["error: Refspec is empty"], status: 1 }],
  [
    "rebase only forward",
    { do: `rpm-ostree rebase ${TESTING}` },
    { do: "reboot" },
    { do: `rpm-ostree rebase --disallow-downgrade ${REF}`, says: ["error: While checking against deployment timestamp: …"], status: 1 },
  ],
  [
    "pinned to a commit",
    { do: `rpm-ostree rebase ${A.commit}`, follows: A.commit, commit: A.commit, says: ["Staging deployment... done"] },
    { do: "rpm-ostree upgrade", says: ["Pinned to commit; no upgrade available"], status: 0 },
    { do: "rpm-ostree deploy 43.20260110.0", says: ["error: Cannot look up version while pinned to commit"], status: 1 },
  ],
  [
    "pinned to a commit with a name",
    { do: `rpm-ostree rebase --custom-origin-url=lab:x --custom-origin-description=Mine ${A.commit}`, commit: A.commit },
    { do: "rpm-ostree upgrade", says: ["Pinned to commit by custom origin: Mine"] },
    { do: "rpm-ostree status", says: ["  lab:x", "             CustomOrigin: Mine"] },
    {
      do: `rpm-ostree rebase --custom-origin-url=lab:x ${A.commit}`,
      says: ["error: --custom-origin-description must be supplied with --custom-origin-url"],
      status: 1,
    },
  ],
  [
    "deploy of an older version",
    {
      do: "rpm-ostree deploy 43.20260106.0",
      says: ["Resolving version '43.20260106.0'", "Downgraded:", HINT, `!Changes queued for next boot. ${HINT}`],
      follows: `fedora:${REF}`,
      commit: A.commit,
    },
    { do: "reboot" },
    { do: "rpm-ostree upgrade", says: ["Upgraded:", HINT], commit: C.commit },
  ],
  [
    "deploy of a checksum",
    { do: `rpm-ostree deploy revision=${A.commit}`, says: [`Validating checksum '${A.commit}'`], commit: A.commit },
    {
      do: `rpm-ostree deploy ${C.commit.replace(/./, (c) => (c === "0" ? "1" : "0"))}`,
      says: ["error: Checksum … not found in fedora:…"],
      status: 1,
    },
  ],
  [
    "deploy of what runs",
    { do: "rpm-ostree deploy version=43.20260110.0", says: ["No change."], status: 0, commit: C.commit },
    { do: "rpm-ostree deploy --unchanged-exit-77 43.20260110.0", says: ["No change."], status: 77 },
    { do: "rpm-ostree deploy 1.2", says: [`error: Version 1.2 not found in fedora:${REF}`], status: 1 },
    { do: "rpm-ostree deploy", says: ["error: usage error: REVISION must be specified"], status: 1 },
    {
      do: "rpm-ostree deploy --disallow-downgrade 43.20260106.0",
      says: ["error: While checking against deployment timestamp: …"],
      status: 1,
    },
    { do: "rpm-ostree deploy --preview 43.20260106.0", says: ["Downgraded:", `!${HINT}`], commit: C.commit, status: 0 },
  ],
  [
    "db diff",
    { do: "rpm-ostree db diff", says: [`ostree diff commit from: rollback deployment (${A.commit})`, "Upgraded:"], status: 0 },
    { do: "rpm-ostree db diff --format=json", says: [`  "ostree-commit-from" : "${A.commit}",`, '  "pkgdiff" : ['], status: 0 },
    { do: "rpm-ostree db diff -F diff", says: ["=curl-…"] },
    { do: "rpm-ostree db diff -F x", says: ["error: usage error: Format argument is invalid, pick one of: diff, block, json"], status: 1 },
    { do: `rpm-ostree db list ${A.commit} bash`, says: [`ostree commit: ${A.commit}`, " bash-…"] },
    {
      do: "rpm-ostree db diff -c",
      says: ["Upgraded:", "  curl …", "    * …", "    - Update to …"],
      status: 0,
    },
    { do: "rpm-ostree db diff -c -F json", says: ["error: usage error: json format and --changelogs not supported"], status: 1 },
  ],
  [
    "db version: the number of packages, and a checksum of their names",
    {
      do: `rpm-ostree db version ${A.commit} ${REF}`,
      says: [
        `ostree commit: ${A.commit}`,
        `  rpmdbv is: ${versionOf(A)}`,
        `ostree commit: ${REF} (${C.commit})`,
        `  rpmdbv is: ${versionOf(C)}`,
      ],
      status: 0,
    },
  ],
  [
    "what an administrator is asked for, and not again within five minutes",
    {
      do: "rpm-ostree kargs --append=foo=1",
      says: [
        "==== AUTHENTICATING FOR org.projectatomic.rpmostree1.bootconfig ====",
        "Authentication is required to change boot configuration",
        "==== AUTHENTICATION COMPLETE ====",
      ],
      status: 0,
    },
    { do: "rpm-ostree kargs --append=foo=2", says: ["!==== AUTHENTICATION COMPLETE ===="], status: 0 },
    { do: "rpm-ostree install htop", says: ["!==== AUTHENTICATION COMPLETE ===="], status: 0 },
    { do: "rpm-ostree override remove nano", says: ["==== AUTHENTICATION COMPLETE ===="], status: 0 },
    { do: "sudo rpm-ostree kargs --append=foo=3", says: ["!==== AUTHENTICATION COMPLETE ===="], status: 0 },
  ],
  [
    "a repository's builds instead of the base's, until they are reset",
    {
      do: "sudo rpm-ostree override replace --experimental --from repo=updates nosuch",
      says: ['error: Package "nosuch" not found'],
      status: 1,
    },
    {
      do: "sudo rpm-ostree override replace --from repo=updates nano",
      says: ["error: Must specify --experimental to use --freeze or --from"],
      status: 1,
    },
    {
      do: "sudo rpm-ostree override replace --experimental --from repo=copr nano",
      says: ["error: No matches for 'nano' in repo 'copr'"],
      status: 1,
    },
    {
      do: "sudo rpm-ostree override replace --experimental --from repo=updates nano",
      says: ["Applying 1 override", "Upgraded:", "  nano … -> 8.7-1.fc43", 'Use "rpm-ostree override reset" to undo overrides'],
      status: 0,
    },
    { do: "rpm-ostree status", says: ["          RemoteOverrides: repo=updates", "                           └─ nano … -> 8.7-1.fc43"] },
    { do: "rpm-ostree status -J $.deployments[0].requested-base-remote-replacements", says: ['      "repo=updates",'] },
    {
      do: "sudo rpm-ostree override replace --experimental --from repo=updates nano",
      says: ["error: Override already exists for package 'nano'"],
      status: 1,
    },
    { do: "reboot" },
    { do: "rpm -q nano", says: ["nano-8.7-1.fc43.x86_64"] },
    { do: "sudo rpm-ostree override reset nano", says: ["Downgraded:"], status: 0 },
    { do: "rpm-ostree status", says: ["                     Diff: 1 downgraded"] },
  ],
  [
    "LockLayering",
    { do: "sudo bash -c printf${IFS}'[Daemon]\\nLockLayering=true\\n'>/etc/rpm-ostreed.conf" },
    ...["install htop", "override remove nano", "initramfs --enable", "initramfs-etc --track=/etc/locale.conf"].map((words) => ({
      do: `rpm-ostree ${words}`,
      says: ["error: Cannot operate; `LockLayering=true` in configuration."],
      status: 1,
    })),
    { do: "rpm-ostree kargs --append=foo", says: ["Staging deployment... done"], status: 0 },
  ],
  [
    "db diff of what is layered, and of its base",
    { do: "rpm-ostree install htop" },
    { do: "rpm-ostree db diff", says: ["ostree diff commit to:   pending deployment (…)", "Added:", "  htop-…"] },
    { do: "rpm-ostree db diff --base", says: [`ostree diff commit to:   pending deployment (${C.commit})`, "!Added:"] },
  ],
  ["nothing to reset", { do: "rpm-ostree reset", says: ["No change."], status: 0 }],
  [
    "initramfs",
    { do: "rpm-ostree initramfs", says: ["Initramfs regeneration: disabled"] },
    { do: "rpm-ostree initramfs --enable --arg=-I --arg=/etc/x", says: ["Initramfs regeneration is now: enabled"], commit: C.commit },
    { do: "rpm-ostree initramfs", says: ["Initramfs regeneration: enabled", "Initramfs args: -I /etc/x "] },
    { do: "rpm-ostree status", says: ["                Initramfs: -I /etc/x "] },
    {
      do: "rpm-ostree initramfs --enable --arg=-I --arg=/etc/x",
      says: ["error: initramfs regeneration state is already enabled"],
      status: 1,
    },
    { do: "rpm-ostree initramfs --disable", says: ["Initramfs will be reset to default on next reboot."] },
    { do: "rpm-ostree initramfs --arg=x", says: ["error: --arg must be used with --enable"], status: 1 },
  ],
  [
    "initramfs-etc",
    { do: "rpm-ostree initramfs-etc", says: ["No tracked files."] },
    { do: "rpm-ostree initramfs-etc --track /etc/vconsole.conf", says: [HINT], status: 0 },
    { do: "rpm-ostree initramfs-etc", says: ["Tracked files:", "  /etc/vconsole.conf"] },
    { do: "rpm-ostree status", says: ["             InitramfsEtc: /etc/vconsole.conf"] },
    { do: "rpm-ostree initramfs-etc --track /var/x", says: ["error: Path outside /etc forbidden: /var/x"], status: 1 },
    { do: "rpm-ostree reset -i", says: [`Changes queued for next boot. ${HINT}`] },
    { do: "rpm-ostree initramfs-etc", says: ["No tracked files."] },
  ],
  [
    "kargs",
    { do: "rpm-ostree kargs --append-if-missing=quiet", says: ["No changes."], status: 0 },
    { do: "rpm-ostree kargs --append-if-missing=quiet --unchanged-exit-77", says: ["No changes."], status: 77 },
    { do: "rpm-ostree kargs --delete-if-present=nothing", says: ["No changes."] },
    { do: "rpm-ostree kargs --delete=quiet --append=a=1 --append=a=2", says: [`Changes queued for next boot. ${HINT}`] },
    { do: "rpm-ostree kargs", says: ["rhgb root=UUID=… a=1 a=2"] },
    { do: "rpm-ostree kargs --deploy-index=1", says: ["rhgb quiet root=UUID=…", "!… a=1 a=2"] },
    { do: "rpm-ostree kargs --import-proc-cmdline", says: ["rhgb quiet root=UUID=…"] },
    { do: "rpm-ostree kargs --replace=a=2=3", says: [`Changes queued for next boot. ${HINT}`] },
    { do: "rpm-ostree kargs", says: ["rhgb root=UUID=… a=1 a=3"] },
    { do: "rpm-ostree kargs --replace=a=4", says: ["error: Multiple values for key 'a' found"], status: 1 },
    { do: "rpm-ostree kargs --delete=b", says: ["error: No key 'b' found"], status: 1 },
    { do: "rpm-ostree kargs --delete=a=9", says: ["error: No karg 'a=9' found"], status: 1 },
    { do: "rpm-ostree kargs --reboot", says: ["error: Cannot reboot when kernel arguments not changed"], status: 1 },
    { do: "rpm-ostree kargs --delete=a --replace=a=1", says: ["error: Cannot specify both --delete and --replace"], status: 1 },
    {
      do: "rpm-ostree kargs --editor --append=x",
      says: ["error: Cannot specify --editor with --replace, --delete, --append, --delete-if-present or --append-if-missing"],
      status: 1,
    },
    { do: "rpm-ostree kargs --deploy-index=7", says: ["error: Out of range deployment index 7, expected < 3"], status: 1 },
  ],
  [
    "finalisation locked until somebody says so",
    { do: `rpm-ostree rebase --lock-finalization ${TESTING}` },
    { do: "ostree admin status", says: [`  fedora ${D.commit}.0 (finalization locked)`] },
    {
      do: `rpm-ostree finalize-deployment ${A.commit}`,
      says: [`error: Expected staged base checksum ${A.commit}, but found ${D.commit}`],
      status: 1,
    },
    {
      do: "rpm-ostree finalize-deployment",
      says: ["error: usage error: Must provide expected CHECKSUM or --allow-missing-checksum"],
      status: 1,
    },
    { do: "reboot" },
    {
      do: "rpm-ostree finalize-deployment --allow-missing-checksum",
      says: ["error: No pending staged deployment found"],
      status: 1,
      commit: C.commit,
    },
    { do: `rpm-ostree rebase ${TESTING}` },
    { do: `rpm-ostree finalize-deployment ${D.commit}`, says: ["error: Staged deployment already unlocked"], status: 1 },
    { do: `rpm-ostree kargs --append=x --lock-finalization` },
    { do: `restarts: rpm-ostree finalize-deployment ${D.commit}`, commit: D.commit },
    { do: "get /proc/cmdline", says: ["… x"] },
  ],
  [
    "automatic updates",
    { do: "rpm-ostree upgrade --trigger-automatic-update-policy", says: ["Automatic updates are not enabled; exiting..."], status: 0 },
  ],
  [
    "cleanup",
    { do: "rpm-ostree cleanup -p", says: ["Deployments unchanged."], status: 0 },
    { do: "rpm-ostree cleanup -b", status: 0, says: ["!Deployments unchanged."] },
    {
      do: "rpm-ostree cleanup -r",
      says: ["Bootloader updated; bootconfig swap: yes; bootversion: boot.… deployment count change: -1", "Freed: …"],
    },
    { do: "rpm-ostree rollback", says: ["error: No rollback deployment found"], status: 1 },
  ],
];

/** With a server that has something newer. */
const UPDATES: typeof CASES = [
  [
    "what could be had is remembered, and shown where updates come by themselves",
    {
      do: "rpm-ostree upgrade --check",
      says: [
        "… metadata, 0 content objects fetched; …",
        "AvailableUpdate:",
        `        Version: ${D.version} (…)`,
        `         Commit: ${D.commit}`,
        "   GPGSignature: Valid signature by …",
        "           Diff: … upgraded…",
      ],
      status: 0,
    },
    { do: "rpm-ostree status", says: ["State: idle", "!AvailableUpdate:"] },
    {
      do: "rpm-ostree status --json",
      says: ['  "cached-update" : {', `    "checksum" : "${D.commit}",`, `    "update-sha256" : "${C.commit}"`],
    },
    { do: "sudo bash -c printf${IFS}'[Daemon]\\nAutomaticUpdatePolicy=check\\n'>/etc/rpm-ostreed.conf" },
    { do: "rpm-ostree status", says: ["AvailableUpdate:", `         Commit: ${D.commit}`] },
    { do: "rpm-ostree kargs --append=foo=1", says: ["Staging deployment... done"], status: 0 },
    { do: "rpm-ostree upgrade --preview", says: ["AvailableUpdate:", "       Upgraded: …"], status: 0 },
    { do: "rpm-ostree upgrade", says: ["Upgraded:", HINT], commit: D.commit, status: 0 },
    { do: "rpm-ostree status", says: ["!AvailableUpdate:", "                     Diff: …"] },
    { do: "rpm-ostree status --json", says: [`    "deployment" : "fedora-${D.commit}.0",`] },
    { do: "reboot" },
    { do: "rpm-ostree status --json", says: ['  "cached-update" : null,'] },
  ],
];

function matches(line: string, pattern: string): boolean {
  const source = pattern.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")); // prettier-ignore
  return new RegExp(`^${source.join(".*")}$`).test(line);
}

const rows = [...CASES.map((row) => ({ row, rig: () => base })), ...UPDATES.map((row) => ({ row, rig: () => updates }))];

test.each(rows.map(({ row: [what, ...steps], rig }) => ({ what, steps, rig })))("$what", { timeout: 60_000 }, ({ steps, rig: start }) => {
  const rig = start().fork();
  for (const step of steps) {
    let said = "";
    if (step.do === "reboot") rig.reboot();
    else if (step.do.startsWith("restarts: ")) {
      rig.output = "";
      rig.machine.keys(0, `${step.do.slice(10)}\n`);
      rig.settle(() => rig.machine.power !== "running" && rig.machine.power !== "stopping").toPrompt();
    } else said = plain(rig.ask(step.do));
    for (const line of step.says ?? []) {
      const isWanted = !line.startsWith("!");
      const found = said.split("\n").some((each) => matches(each, line.replace(/^!/, "")));
      expect(found, `${step.do}: ${line}\n${said}`).toBe(isWanted);
    }
    if (step.status !== undefined) expect(`${step.do}: ${rig.status}`).toBe(`${step.do}: ${step.status}`);
    const first = new Sysroot(rig.machine.inspect()).load().deployments[0];
    if (step.follows !== undefined) expect(originRefspec(first?.origin)).toBe(step.follows);
    if (step.commit !== undefined) expect(first?.checksum).toBe(step.commit);
  }
  expect(rig.faults).toEqual([]);
});
