/**
 * What outlives what: changes are made on each machine, then each thing that may happen is done on a copy of it, and the change is looked
 * for. Sources of the cells: ABRoot:core/system.go (roots, an upper directory of /etc for each), transactional-update:man and
 * snapper/50-etc (subvolumes, /etc in the snapshot), ostree:man/ostree-admin-deploy (one /etc for each deployment, one /var), hier(7).
 */
import { describe, expect, test } from "vitest";
import { Scene } from "../course/scene.ts";
import { perform } from "../lab/acts.ts";
import { Lab } from "../lab/lab.ts";
import { atOnce } from "../lab/settle.ts";
import { bootToPrompt, labOptions } from "./labs.ts";
import { readWords } from "./usage.ts";

const HAPPENINGS = ["reboot", "update", "rollback", "power-cut"] as const;
type Happening = (typeof HAPPENINGS)[number];
/** What becomes of a change that was made; or it was refused, and nothing became of it. */
type Fate = Readonly<Partial<Record<Happening, "kept" | "gone">>> | "refused";

interface Change {
  /** Root's commands; their status says whether the machine let it be done. */
  readonly make: string;
  /** Succeeds where it is there. */
  readonly look: string;
  readonly fate: Fate;
}

interface Row {
  readonly machine: string;
  /** A package on top of the core: the version that has it runs when the other changes are made, the one without it is the one to go back to. */
  readonly layered?: { readonly add: string; readonly look: string };
  readonly changes: Readonly<Record<string, Change>>;
  /** Changes that cannot be made for want of a program, which its repositories have not either. */
  readonly missing?: Readonly<Record<string, string>>;
}

/** What every machine is asked about. */
const ASKED = ["a file in /usr", "a file in /etc", "a file in /var", "a file at home", "a package", "container", "flatpak"];

const ALWAYS: Fate = { reboot: "kept", update: "kept", rollback: "kept", "power-cut": "kept" };
const WITH_ITS_VERSION: Fate = { ...ALWAYS, rollback: "gone" };
/** Where nothing can be rolled back. */
const ON_ONE_ROOT: Fate = { reboot: "kept", update: "kept", "power-cut": "kept" };
/** What is in memory. */
const NEVER: Fate = { reboot: "gone", update: "gone", rollback: "gone", "power-cut": "gone" };

const file = (path: string, fate: Fate): Change => ({ make: `echo mine > ${path}`, look: `grep -q mine ${path}`, fate });
const as = (user: string, line: string): string => `sudo -u ${user} ${line}`;

/** What people have beside any core. */
const BESIDE: Readonly<Record<string, Change>> = {
  "a file in /var": file("/var/lib/mine", ALWAYS),
  "a file at home": file("/home/learner/mine", ALWAYS),
  "a file of memory": file("/run/mine", NEVER),
};

const CONTAINER: Change = {
  make: as("learner", "podman create --name box docker.io/library/alpine"),
  look: as("learner", "podman container exists box"),
  fate: ALWAYS,
};

const FLATPAK: Change = {
  make:
    "flatpak remote-add --if-not-exists flathub https://dl.flathub.org/repo/flathub.flatpakrepo && " +
    "flatpak install -y --noninteractive flathub org.gnome.Calculator",
  look: "flatpak info org.gnome.Calculator",
  fate: ALWAYS,
};

const OF_SNAPSHOTS = {
  layered: { add: "transactional-update --no-selfupdate -n pkg install htop", look: "test -e /usr/bin/htop" },
  changes: {
    "a file in /usr": file("/usr/bin/mine", "refused"),
    "a file in /usr, after a remount": { make: "mount -o remount,rw / && echo mine > /usr/bin/mine", look: "false", fate: "refused" },
    "a file in /usr, with the snapshot's property changed": {
      make: "mount -o remount,rw / && btrfs property set -ts / ro false && echo mine > /usr/bin/mine",
      look: "test -e /usr/bin/mine",
      fate: WITH_ITS_VERSION,
    },
    "a file in /etc": file("/etc/mine", WITH_ITS_VERSION),
    ...BESIDE,
    container: CONTAINER,
  },
} satisfies Omit<Row, "machine">;

const ROWS: readonly Row[] = [
  {
    machine: "silverblue",
    layered: { add: "rpm-ostree install htop", look: "test -e /usr/bin/htop" },
    changes: {
      "a file in /usr": file("/usr/bin/mine", "refused"),
      "a file in /usr, unlocked": {
        make: "rpm-ostree usroverlay && echo mine > /usr/bin/mine",
        look: "test -e /usr/bin/mine",
        fate: NEVER,
      },
      "a file in /etc": file("/etc/mine", WITH_ITS_VERSION),
      ...BESIDE,
      container: CONTAINER,
      flatpak: FLATPAK,
    },
  },
  // A server. @simplified The real repositories have Flatpak, too.
  { machine: "microos", ...OF_SNAPSHOTS, missing: { flatpak: "flatpak" } },
  ...["aeon", "kalpa"].map((machine) => ({ machine, ...OF_SNAPSHOTS, changes: { ...OF_SNAPSHOTS.changes, flatpak: FLATPAK } })),
  {
    machine: "vanilla",
    layered: { add: "abroot pkg add -f htop && abroot pkg apply -f", look: "test -e /usr/bin/htop" },
    changes: {
      "a file in /usr": file("/usr/bin/mine", "refused"),
      "a file in /etc": file("/etc/mine", WITH_ITS_VERSION),
      ...BESIDE,
      container: CONTAINER,
      flatpak: FLATPAK,
    },
  },
  {
    machine: "debian",
    // A server. @simplified The real archive has both.
    missing: { container: "podman", flatpak: "flatpak" },
    changes: {
      "a file in /usr": file("/usr/bin/mine", ON_ONE_ROOT),
      "a file in /etc": file("/etc/mine", ON_ONE_ROOT),
      "a file in /var": file("/var/lib/mine", ON_ONE_ROOT),
      "a file at home": file("/home/learner/mine", ON_ONE_ROOT),
      "a package": { make: "apt-get update && apt-get install -y htop", look: "test -e /usr/bin/htop", fate: ON_ONE_ROOT },
    },
  },
];

describe.each(ROWS)("on $machine", ({ machine, layered, changes, missing = {} }) => {
  test("everything is asked", () => {
    const answered = [...Object.keys(changes), ...Object.keys(missing), ...(layered ? ["a package"] : [])];
    expect(ASKED.filter((name) => !answered.includes(name))).toEqual([]);
  });

  test("this outlives that", { timeout: 240_000 }, () => {
    const options = labOptions(readWords(["--machine", machine], { flags: [], values: ["machine"] }));
    const lab = new Lab(options);
    bootToPrompt(lab);
    const does = (line: string): boolean => {
      atOnce(perform(lab, [{ kind: "type", line: `sudo bash -c '${line}'` }]));
      return lab.machine.lastStatus === 0;
    };
    const wanted: Record<string, Fate> = Object.fromEntries(Object.entries(changes).map(([name, { fate }]) => [name, fate]));
    const looks = new Map<string, string>();
    const found: Record<string, Fate> = {};
    if (layered) {
      expect(does(layered.add)).toBe(true);
      expect(does(layered.look)).toBe(false);
      atOnce(perform(lab, [{ kind: "reboot" }]));
      wanted["a package"] = WITH_ITS_VERSION;
      looks.set("a package", layered.look);
    }
    for (const program of Object.values(missing)) expect([program, does(`command -v ${program}`)]).toEqual([program, false]);
    for (const [name, { make, look }] of Object.entries(changes)) {
      if (!does(make)) found[name] = "refused";
      else looks.set(name, look);
    }
    for (const [name, look] of looks) expect([name, does(look)]).toEqual([name, true]);
    const scene = new Scene(lab, options);
    const possible = HAPPENINGS.filter((happening) => layered !== undefined || happening !== "rollback");
    for (const happening of possible) {
      const place = atOnce(scene.after(happening));
      for (const [name, look] of looks) {
        const fate = atOnce(place.run({ text: look, user: "root" })).exit === 0 ? "kept" : "gone";
        found[name] = { ...(found[name] as object | undefined), [happening]: fate };
      }
    }
    expect(found).toEqual(wanted);
  });
});
