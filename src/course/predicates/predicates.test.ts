/** Each predicate on each machine: before anything was done, after a package was installed, and after the restart. */
import { beforeAll, describe, expect, test } from "vitest";
import { machines } from "../../distros/index.ts";
import { catalogueOf } from "../../cli/labs.ts";
import { arrive, perform } from "../../lab/acts.ts";
import { Lab, type LabOptions } from "../../lab/lab.ts";
import { atOnce } from "../../lab/settle.ts";
import { exportMachine } from "../../machine/checkpoint-export.ts";
import type { Predicate } from "../lesson.ts";
import { markOf, type Mark } from "../marks.ts";
import { Scene } from "../scene.ts";
import type { Verdict } from "../verdict.ts";
import { evaluate } from "./index.ts";

interface System {
  readonly machine: string;
  readonly install: readonly string[];
  /** The core refuses root. */
  readonly isSealed: boolean;
  /** A change counts at the next boot, and the version before is kept. */
  readonly hasVersions: boolean;
}

const SYSTEMS: readonly System[] = [
  { machine: "silverblue", install: ["rpm-ostree install htop"], isSealed: true, hasVersions: true },
  { machine: "kinoite", install: ["rpm-ostree install htop"], isSealed: true, hasVersions: true },
  { machine: "bootc", install: ["sudo dnf install -y htop; sudo bootc upgrade"], isSealed: true, hasVersions: true },
  { machine: "microos", install: ["sudo transactional-update -n pkg install htop"], isSealed: true, hasVersions: true },
  { machine: "vanilla", install: ["sudo abroot pkg add htop", "y", "sudo abroot pkg apply"], isSealed: true, hasVersions: true },
  { machine: "debian", install: ["sudo apt-get update && sudo apt-get install -y htop"], isSealed: false, hasVersions: false },
];

/** What is asked, and what holds: at the start, when the package is installed, after the restart. */
type Row = readonly [goal: Predicate, holds: readonly [start: boolean, installed: boolean, restarted: boolean]];

const ALWAYS = [true, true, true] as const;
const NEVER = [false, false, false] as const;
const SINCE_INSTALLED = [false, true, true] as const;
const SINCE_RESTART = [false, false, true] as const;

function rowsOf({ machine, isSealed, hasVersions }: System): readonly Row[] {
  const whenCounts = hasVersions ? SINCE_RESTART : SINCE_INSTALLED;
  const sealed = isSealed ? ALWAYS : NEVER;
  const open = isSealed ? NEVER : ALWAYS;
  const versioned = hasVersions ? SINCE_RESTART : NEVER;
  // The next version's /etc is a copy, and inode flags are not copied; a snapshot has them.
  const flagged = hasVersions && machine !== "microos" ? ([false, true, false] as const) : SINCE_INSTALLED;
  // MicroOS and Vanilla have one default, which is the new version as soon as it is there; a staged one becomes it at shutdown.
  const isDefaultAtOnce = machine === "microos" || machine === "vanilla";
  // Where the installer leaves one version, and that marked as important.
  const hasOne = machine === "microos";
  // A bootc system is changed where its image is built.
  const takesPackages = machine !== "bootc";
  return [
    [{ file: { path: "/etc/passwd", type: "file", contains: "learner", mode: "0644", owner: "root" } }, ALWAYS],
    [{ file: { path: "/etc/passwd", mode: "0600" } }, NEVER],
    [{ file: { path: "/nowhere", absent: true } }, ALWAYS],
    [{ file: { path: "/home/learner/x", equals: "hi", owner: "learner" } }, SINCE_INSTALLED],
    [{ file: { path: "/home/learner/x", matches: "^h.$", in: "next-boot" } }, SINCE_INSTALLED],
    [{ file: { path: "/tmp/x", in: "next-boot" } }, NEVER],
    [{ file: { path: "/etc/fixed", attributes: "i" } }, flagged],
    [{ file: { path: "/etc/fixed", writable: false } }, flagged],
    [{ file: { path: "/etc", type: "directory", writable: true } }, ALWAYS],
    [{ file: { path: "/usr/bin/ls", writable: true } }, open],
    [{ file: { path: "/usr/bin", writable: false } }, sealed],
    [{ mount: { path: "/usr", readonly: true } }, sealed],
    [{ mount: { path: "/home/learner", readonly: false } }, ALWAYS],
    [{ package: { name: "bash", state: "base" } }, ALWAYS],
    [{ package: { name: "htop", absent: true } }, takesPackages ? (whenCounts.map((is) => !is) as [boolean, boolean, boolean]) : ALWAYS],
    [{ package: { name: "htop", state: "layered" } }, takesPackages ? whenCounts : NEVER],
    [{ package: { name: "htop", in: "next-boot" } }, takesPackages ? SINCE_INSTALLED : NEVER],
    [{ package: { name: "htop", in: "previous", absent: true } }, hasOne ? SINCE_INSTALLED : hasVersions ? ALWAYS : NEVER],
    [{ version: { which: "booted" } }, ALWAYS],
    [{ version: { which: "booted", changed: "start" } }, versioned],
    [{ version: { which: "staged" } }, hasVersions ? [false, true, false] : NEVER],
    [
      { version: { which: "previous" } },
      hasVersions ? [machine !== "microos", machine !== "microos" && machine !== "vanilla", true] : NEVER,
    ],
    [{ version: { which: "pinned", absent: true } }, ALWAYS],
    [{ version: { which: "pinned" } }, NEVER],
    [{ version: { count: ">=1" } }, ALWAYS],
    [{ boot: { count: "1" } }, SINCE_RESTART],
    [{ boot: { into: "default" } }, isDefaultAtOnce ? [true, false, true] : ALWAYS],
    [{ boot: { into: "new" } }, versioned],
    [{ boot: { into: "old" } }, NEVER],
    [{ survives: { path: "/home/learner/x", across: "reboot" } }, SINCE_INSTALLED],
    [{ survives: { path: "/home/learner/x", across: "power-cut" } }, SINCE_INSTALLED],
    [{ survives: { path: "/tmp/x", across: "reboot" } }, NEVER],
    [{ unit: { name: "systemd-journald.service", active: true } }, ALWAYS],
    [{ unit: { name: "nothing.service", active: true } }, NEVER],
    [{ fault: { name: "offline", on: false } }, ALWAYS],
    [{ app: { id: "org.gnome.Calculator" } }, NEVER],
    [{ container: { name: "box", absent: true } }, ALWAYS],
    [{ sh: { script: '[ "$(whoami)" = learner ] && [ -e ~/x ]' } }, SINCE_INSTALLED],
    [{ sh: { script: '[ "$(whoami)" = root ]', user: "root" } }, ALWAYS],
    [{ command: { ran: "^echo hi", exit: 0 } }, SINCE_INSTALLED],
    [{ command: { ran: "^ls /nowhere$", exit: "failed", count: "1" } }, SINCE_INSTALLED],
    [{ output: { matches: "No such file or directory$" } }, SINCE_INSTALLED],
    [{ all: [{ file: { path: "/etc" } }, { not: { file: { path: "/nowhere" } } }] }, ALWAYS],
    [{ any: [{ file: { path: "/nowhere" } }, { file: { path: "/home/learner/x" } }] }, SINCE_INSTALLED],
  ];
}

function optionsOf(name: string): LabOptions {
  const entry = machines[name];
  if (!entry) throw new Error(`no ${name}`);
  return {
    distro: entry.distro,
    catalogue: catalogueOf(entry.manifest),
  };
}

/** All that a machine at rest is, to the byte. */
function whole(lab: Lab): string {
  const checkpoint = lab.machine.checkpoint();
  if (!checkpoint) throw new Error("not at rest");
  return JSON.stringify([exportMachine(checkpoint), lab.log(), lab.mark(), lab.machine.diskWrites, lab.machine.ticks]);
}

describe.each(SYSTEMS)("$machine", (system) => {
  const rows = rowsOf(system);
  const seen: (readonly (Verdict | string)[])[] = [];
  const states: [before: string, after: string][] = [];

  beforeAll(() => {
    const options = optionsOf(system.machine);
    const lab = new Lab(options);
    atOnce(arrive(lab));
    const mark: Mark = markOf(lab, options);
    const ask = (): void => {
      const before = whole(lab);
      const scene = new Scene(lab, options);
      seen.push(
        rows.map(([goal]) => {
          try {
            return atOnce(evaluate(scene, { start: mark, step: mark }, goal));
          } catch (error) {
            return String(error);
          }
        }),
      );
      states.push([before, whole(lab)]);
    };
    const type = (line: string) => ({ kind: "type", line }) as const;
    ask();
    atOnce(
      perform(lab, [
        type("echo hi > x; cp x /tmp/x"),
        type("sudo touch /etc/fixed; sudo chattr +i /etc/fixed"),
        type("ls  /nowhere "),
        ...system.install.map(type),
      ]),
    );
    ask();
    atOnce(perform(lab, [{ kind: "reboot" }]));
    ask();
  }, 300_000);

  test.each(rows.map(([goal, holds], index) => [JSON.stringify(goal), holds, index] as const))("%s", (_, holds, index) => {
    const verdicts = seen.map((each) => each[index]);
    expect(
      verdicts.map((verdict) => (typeof verdict === "object" ? verdict.ok : verdict)),
      JSON.stringify(verdicts),
    ).toEqual(holds);
  });

  test("each says what was seen", () => {
    for (const verdict of seen.flat())
      expect(typeof verdict === "object" && verdict.evidence, JSON.stringify(verdict)).toMatch(/\S.*\.$|^It is/);
  });

  test("the learner's machine is what it was, to the byte", () => {
    for (const [before, after] of states) expect(after).toBe(before);
  });
});
