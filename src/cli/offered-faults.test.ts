/** Every fault that a machine is offered with changes what somebody on it sees, and every other one is refused with a reason. */
import { describe, expect, test } from "vitest";
import { faultsOf } from "../distros/faults.ts";
import { OFFERS, type Tools } from "../distros/offers.ts";
import { Lab } from "../lab/lab.ts";
import { FAULTS, type FaultName } from "../machine/world.ts";
import { labOptions } from "./labs.ts";
import { ScriptRunner } from "./run.ts";
import { readWords, UsageError } from "./usage.ts";

/** What shows a fault. */
type Probes = Readonly<Partial<Record<FaultName, string>>>;

const ANYWHERE: Probes = {
  "disk-nearly-full": "df -h /var",
  "power-cut": "for n in 1 2 3; do echo $n > ~/$n; sync; done; ls",
};
const OSTREE: Probes = {
  ...ANYWHERE,
  offline: "rpm-ostree upgrade --check",
  "bad-signature": "rpm-ostree upgrade",
  "dead-repository":
    "printf '[chrome]\\nname=chrome\\nbaseurl=https://dl.google.com/linux/chrome/rpm/stable/x86_64\\nenabled=1\\ngpgcheck=0\\n' | " +
    "sudo tee /etc/yum.repos.d/chrome.repo; sudo rpm-ostree refresh-md -f",
  "dependency-conflict": "sudo rpm-ostree install htop",
  "failing-scriptlet": "sudo rpm-ostree install tmux",
  "failing-health-check":
    "rpm-ostree upgrade > /dev/null\n:reboot\nfor each in /etc/greenboot/check/required.d/*; do bash $each || echo failed; done",
  "busy-transaction": "rpm-ostree status",
};
const SNAPSHOTS: Probes = {
  ...ANYWHERE,
  offline: "sudo zypper -n ref",
  "bad-signature": "sudo transactional-update -n pkg install htop",
  "dependency-conflict": "sudo transactional-update -n pkg install htop",
  "failing-scriptlet": "sudo transactional-update -n pkg install htop",
  "failing-health-check":
    "sudo transactional-update -n dup > /dev/null\n:reboot\nfor each in /usr/local/libexec/health-checker/*; do bash $each check || echo failed; done",
};
const PROBES: Readonly<Record<Tools, Probes>> = {
  "rpm-ostree": OSTREE,
  bootc: { ...OSTREE, offline: "sudo bootc upgrade --check" },
  "transactional-update": SNAPSHOTS,
  apt: {
    ...ANYWHERE,
    offline: "sudo apt-get update",
    "failing-scriptlet": "sudo apt-get update > /dev/null; sudo apt-get install -y htop",
  },
  abroot: {
    ...ANYWHERE,
    offline: "sudo abroot upgrade",
    "failing-scriptlet": "sudo abroot pkg add -f htop; sudo abroot pkg apply",
  },
};

const runnerOn = (machine: string): ScriptRunner =>
  new ScriptRunner(new Lab(labOptions(readWords(["--machine", machine], { flags: [], values: ["machine"] }))), false);

const said = (machine: string, ...lines: string[]): string =>
  [...runnerOn(machine).run(lines.join("\n"))].map(({ stdout, stderr }) => Buffer.from(stdout).toString() + Buffer.from(stderr)).join("");

describe.each(OFFERS)("$name", ({ name: machine, tools }) => {
  const offered = faultsOf(machine);

  test.each(offered)(
    "%s is noticed",
    (fault) => {
      const probe = PROBES[tools][fault] ?? "";
      expect(probe).not.toBe("");
      expect(said(machine, `:fault ${fault}`, probe)).not.toBe(said(machine, probe));
    },
    60_000,
  );

  test("the others are refused", () => {
    for (const fault of FAULTS.filter((each) => !offered.includes(each)))
      expect(() => said(machine, `:fault ${fault}`)).toThrow(new RegExp(`^there is no fault ${fault} on .+: .+`));
    expect(() => said(machine, ":fault nonsense")).toThrow(UsageError);
  });
});
