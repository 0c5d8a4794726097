/** What systems promise, tried on each in its own words: who may write the core, when an update counts, what survives which step. */
import { describe, expect, test } from "vitest";
import { Lab } from "../lab/lab.ts";
import { labOptions } from "./labs.ts";
import { ScriptRunner } from "./run.ts";
import { readWords } from "./usage.ts";

/** Whether what was written is there afterwards: after a reboot, after an update, and in the older system that one went back to. */
interface Survival {
  readonly reboot: boolean;
  readonly update: boolean;
  readonly rollback: boolean;
}

interface Contract {
  readonly machine: string;
  readonly update: string;
  /** Lines that bring the version before the last update back; undefined where there is no way. */
  readonly rollback?: string;
  readonly refuses: boolean;
  readonly survives: Readonly<Record<string, Survival>>;
}

const ALWAYS: Survival = { reboot: true, update: true, rollback: true };
/** /etc belongs to one version: an update takes a copy along, and what was written since then is not in the older one. */
const WITH_ITS_VERSION: Survival = { reboot: true, update: true, rollback: false };
/** ABRoot: an upper directory for each root (ABRoot:core/system.go); MicroOS: /etc is in the snapshot; ostree: one /etc for each deployment, one /var for all. */
const OF_IMMUTABLE = { "/etc/x": WITH_ITS_VERSION, "/var/x": ALWAYS, "/home/learner/x": ALWAYS };

const CONTRACTS: readonly Contract[] = [
  {
    machine: "silverblue",
    update: "sudo rpm-ostree upgrade",
    rollback: "sudo rpm-ostree rollback\n:reboot",
    refuses: true,
    survives: OF_IMMUTABLE,
  },
  {
    machine: "vanilla",
    update: "sudo abroot upgrade",
    rollback: ":reboot 0\nsudo abroot rollback\n:reboot",
    refuses: true,
    survives: OF_IMMUTABLE,
  },
  { machine: "bootc", update: "sudo bootc upgrade", rollback: "sudo bootc rollback\n:reboot", refuses: true, survives: OF_IMMUTABLE },
  {
    machine: "microos",
    update: "sudo transactional-update --no-selfupdate --non-interactive dup",
    rollback: "sudo transactional-update rollback 1\n:reboot",
    refuses: true,
    survives: OF_IMMUTABLE,
  },
  {
    machine: "debian",
    update: "sudo apt-get update && sudo apt-get -y upgrade",
    refuses: false,
    survives: { "/etc/x": ALWAYS, "/var/x": ALWAYS, "/home/learner/x": ALWAYS },
  },
];

describe.each(CONTRACTS)("$machine", ({ machine, update, rollback, refuses, survives }) => {
  test("keeps its contract", { timeout: 240_000 }, () => {
    const runner = new ScriptRunner(new Lab(labOptions(readWords(["--machine", machine], { flags: [], values: ["machine"] }))), false);
    const type = (lines: string): string =>
      [...runner.run(lines)].map(({ stdout, stderr }) => Buffer.from(stdout).toString() + Buffer.from(stderr).toString()).join("");
    /** What the core is: how each program looks. */
    const core = (): string => type("ls -lLR --time-style=full-iso /usr/bin /usr/lib/os-release | cksum");
    const write = (text: string): void =>
      void type(
        Object.keys(survives)
          .map((path) => `echo ${text} | sudo tee -a ${path}`)
          .join("\n"),
      );
    const has = (text: string): Record<string, boolean> =>
      Object.fromEntries(Object.keys(survives).map((path) => [path, type(`sudo grep -c ${text} ${path}`) === "1\n"]));
    const promised = (step: keyof Survival): Record<string, boolean> =>
      Object.fromEntries(Object.entries(survives).map(([path, survival]) => [path, survival[step]]));

    const refused = type("sudo touch /usr/bin/x && echo written");
    expect(refused.includes("written")).toBe(!refuses);
    if (refuses) expect(refused).toContain("Read-only file system");
    else type("sudo rm /usr/bin/x");

    write("first");
    type(":reboot");
    expect(has("first")).toEqual(promised("reboot"));

    const before = core();
    type(update);
    expect(core() === before).toBe(refuses);
    type(":reboot");
    const after = core();
    expect(after).not.toBe(before);
    expect(has("first")).toEqual(promised("update"));

    if (rollback !== undefined) {
      write("second");
      type(rollback);
      expect(core()).toBe(before);
      expect(has("second")).toEqual(promised("rollback"));
    }
    expect(runner.faults).toEqual([]);
  });
});
