/** What each operation does to the list of deployments: the table of the ostree family's rules, row by row, on a machine that runs. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { deploymentStatuses } from "../../engines/ostree/status.ts";
import { Sysroot } from "../../engines/ostree/sysroot.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { loadCatalogue, type Catalogue } from "../../image/catalogue.ts";
import { fedoraHost, FEDORA_URL } from "../fedora-atomic/remote.ts";
import { Rig } from "./rig.fixture.ts";

const catalogue = loadCatalogue(readFileSync(new URL("../../image/silverblue.manifest.json", import.meta.url)));
/** The catalogue's releases, oldest first. Machines begin with `C* A`. */
const LETTERS = ["A", "C", "D", "E"];

function releaseOf(letter: string) {
  const release = catalogue.releases[LETTERS.indexOf(letter)];
  if (!release) throw new Error(`no release ${letter}`);
  return release;
}

/** A server that offers what `published` says. */
class Publisher {
  published = "D";

  hostOf = (of: Catalogue): OstreeHost => {
    const fedora = fedoraHost(of, releaseOf("C"));
    const remote = fedora.remoteAt(FEDORA_URL);
    if (!remote) throw new Error("no server");
    return {
      catalogue: of,
      remoteAt: () => ({ ...remote, refs: () => new Map([[releaseOf(this.published).ref, releaseOf(this.published)]]) }),
    };
  };
}

const publisher = new Publisher();
let base: Rig;

beforeAll(() => {
  base = Rig.make({ catalogue, hostOf: publisher.hostOf }).boot();
}, 60_000);

/** "Ds C* A(p)": letters with serial when above 0, `s` staged, `*` booted, `(p)` pinned. */
function list(rig: Rig): string {
  const sysroot = new Sysroot(rig.machine.inspect());
  return deploymentStatuses(sysroot, sysroot.load())
    .map((row) => {
      const letter = LETTERS[catalogue.releases.findIndex((release) => release.commit === row.checksum)] ?? "?";
      return `${letter}${row.serial > 0 ? `.${row.serial}` : ""}${row.isStaged ? "s" : ""}${row.isBooted ? "*" : ""}${row.isPinned ? "(p)" : ""}`;
    })
    .join(" ");
}

/** Titles of the boot menu as letters. */
function menu(rig: Rig): string {
  const entries = new Sysroot(rig.machine.inspect()).bootEntries();
  return entries
    .map(({ config }) => LETTERS[catalogue.releases.findIndex((release) => config.get("title")?.includes(release.version))] ?? "?")
    .join(" ");
}

interface Step {
  /** A line, or "reboot", "menu N", "power cut", "publish X". */
  readonly do: string;
  readonly list?: string;
  readonly menu?: string;
  readonly says?: string | RegExp;
  readonly status?: number;
}

const NEW_D = { do: "rpm-ostree upgrade", list: "Ds C* A", menu: "C A" };
const PINNED: readonly Step[] = [
  { do: "sudo ostree admin pin 1", says: "Deployment 1 is now pinned\n", list: "C* A(p)" },
  { do: "rpm-ostree upgrade", list: "Ds C* A(p)" },
  { do: "reboot", list: "D* C A(p)" },
];

const ROWS: readonly { readonly row: string; readonly steps: readonly Step[] }[] = [
  { row: "1", steps: [NEW_D] },
  {
    row: "2",
    steps: [
      NEW_D,
      { do: "rpm-ostree rollback", says: /error: .*Staged deployment \(remove with cleanup -p\)/, status: 1, list: "Ds C* A" },
    ],
  },
  { row: "3", steps: [NEW_D, { do: "publish E" }, { do: "rpm-ostree upgrade", list: "Es C* A", menu: "C A" }] },
  {
    row: "4",
    steps: [
      NEW_D,
      { do: "power cut", list: "C* A" },
      { do: "rpm-ostree upgrade", list: /* the old directory is still there */ "D.1s C* A" },
    ],
  },
  {
    row: "5",
    steps: [
      NEW_D,
      { do: "sudo put /etc/late.conf x" },
      { do: "reboot", list: "D* C", menu: "D C" },
      { do: "get /etc/late.conf", says: "x\n" },
    ],
  },
  { row: "6", steps: [NEW_D, { do: "rpm-ostree cleanup -p", list: "C* A" }] },
  {
    row: "6 by undeploy",
    steps: [
      NEW_D,
      { do: "sudo ostree admin undeploy 0", says: /^(Freed objects: .*\n)?Deleted deployment [0-9a-f]{64}\.0\n$/, list: "C* A" },
    ],
  },
  { row: "7", steps: [NEW_D, { do: "sudo ostree admin pin 0", says: /Cannot pin staged deployment/, status: 1 }] },
  { row: "11", steps: PINNED },
  { row: "12", steps: [...PINNED, { do: "rpm-ostree cleanup -r", list: "D* A(p)" }] },
  { row: "13", steps: [...PINNED, { do: "sudo ostree admin undeploy 2", list: "D* C" }] },
  {
    row: "14, 15",
    steps: [
      { do: "rpm-ostree rollback", list: "A C*", menu: "A C" },
      { do: "rpm-ostree rollback", list: "C* A", menu: "C A" },
    ],
  },
  { row: "16", steps: [...PINNED, { do: "rpm-ostree rollback", list: "C D* A(p)" }, { do: "rpm-ostree rollback", list: "A(p) C D*" }] },
  {
    row: "17, 18",
    steps: [
      { do: "rpm-ostree rollback", list: "A C*" },
      { do: "reboot", list: "A* C" },
      { do: "publish C" },
      { do: "rpm-ostree upgrade", list: "C.1s A* C" },
      { do: "reboot", list: "C.1* A" },
    ],
  },
  {
    row: "19, 20, 20b, 20c",
    steps: [
      { do: "menu 1", list: "C A*", menu: "C A" },
      { do: "publish C" },
      { do: "rpm-ostree upgrade", says: /No upgrade available\.\n$/, list: "C A*", status: 0 },
      { do: "rpm-ostree upgrade --unchanged-exit-77", says: /No upgrade available\.\n$/, status: 77 },
      {
        do: "sudo ostree admin upgrade",
        says: /Transaction complete; bootconfig swap: no; bootversion: boot\.0\.0, deployment count change: 0/,
        list: "C.1 A*",
      },
      { do: "sudo ostree admin upgrade --stage" },
      { do: "sudo ostree admin upgrade --stage", list: "C.3s C.1 A*" },
    ],
  },
  {
    row: "19 and back",
    steps: [
      { do: "menu 1", list: "C A*" },
      { do: "reboot", list: "C* A" },
    ],
  },
  {
    row: "21",
    steps: [
      { do: "menu 1", list: "C A*" },
      { do: "rpm-ostree cleanup -p", list: "A*", menu: "A" },
    ],
  },
  {
    row: "22",
    steps: [
      {
        do: "sudo ostree admin upgrade",
        says: /Bootloader updated; bootconfig swap: yes; bootversion: boot\.1\.1, deployment count change: 0/,
        list: "D C*",
        menu: "D C",
      },
    ],
  },
  { row: "23", steps: [{ do: `sudo ostree admin deploy --retain ${releaseOf("A").commit}`, list: "A.1 C* A" }] },
  { row: "24", steps: [{ do: `sudo ostree admin deploy --not-as-default --retain ${releaseOf("A").commit}`, list: "C* A.1 A" }] },
  {
    row: "25",
    steps: [
      { do: "sudo ostree admin upgrade", list: "D C*" },
      { do: "sudo ostree admin unlock --hotfix", says: /Hotfix mode enabled/, list: "C* C.1" },
    ],
  },
  {
    row: "26",
    steps: [
      { do: "sudo ostree admin unlock", says: /Development mode enabled/, list: "C* A" },
      { do: "sudo put /usr/bin/new x" },
      { do: "sudo put /etc/new x" },
      { do: "sudo put /var/new x" },
      { do: "reboot", list: "C* A" },
      { do: "get /usr/bin/new", says: /No such file/ },
      { do: "get /etc/new", says: "x\n" },
      { do: "get /var/new", says: "x\n" },
    ],
  },
  {
    row: "27",
    steps: [{ do: "sudo ostree admin undeploy 0", says: /Cannot undeploy currently booted deployment 0/, status: 1, list: "C* A" }],
  },
  {
    row: "28",
    steps: [
      {
        do: "rpm-ostree kargs --append=foo",
        says: /Changes queued for next boot\. Run "systemctl reboot" to start a reboot\n$/,
        list: "C.1s C* A",
      },
      { do: "reboot", list: "C.1* C" },
      { do: "get /proc/cmdline", says: / foo$/m },
    ],
  },
  {
    row: "rollback with one deployment",
    steps: [
      { do: "rpm-ostree cleanup -r", list: "C*" },
      { do: "rpm-ostree rollback", says: /No rollback deployment found/, status: 1 },
    ],
  },
  { row: "nothing to clean", steps: [{ do: "rpm-ostree cleanup -p", says: "Deployments unchanged.\n", list: "C* A" }] },
];

describe.each(ROWS)("row $row", ({ steps }) => {
  test(steps.map((step) => step.do).join(", "), { timeout: 60_000 }, () => {
    publisher.published = "D";
    const rig = base.fork();
    for (const step of steps) {
      const before = list(rig);
      let said = "";
      if (step.do === "reboot") rig.reboot();
      else if (step.do === "power cut") rig.powerCut();
      else if (step.do.startsWith("menu ")) rig.rebootInto(Number(step.do.slice(5)));
      else if (step.do.startsWith("publish ")) publisher.published = step.do.slice(8);
      else said = rig.ask(step.do);
      const after = `${before} --(${step.do})--> `;
      if (typeof step.says === "string") expect(said).toBe(step.says);
      else if (step.says) expect(said.replaceAll(/\x1b\[[\d;]*m/g, "")).toMatch(step.says);
      if (step.status !== undefined) expect(rig.status).toBe(step.status);
      if (step.list !== undefined) expect(after + list(rig)).toBe(after + step.list);
      if (step.menu !== undefined) expect(menu(rig)).toBe(step.menu);
    }
    expect(rig.faults).toEqual([]);
  });
});
