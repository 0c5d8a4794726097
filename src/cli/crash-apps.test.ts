/** The power goes while an app or an image comes: what is there afterwards is the old one or the new one, and the next run gets there. */
import { beforeAll, describe, expect, test } from "vitest";
import { Machine } from "../machine/machine.ts";
import { recordWrites, type Moment, type Recording } from "./crash.ts";
import { bootToPrompt, labOptions } from "./labs.ts";
import { completeCommands, Session } from "./session.ts";
import { readWords } from "./usage.ts";

const OPTIONS = labOptions(readWords([], { flags: [], values: [] }));
/** Cuts of each script, evenly spread, besides the last few writes. */
const SAMPLES = 9;
const LAST = 3;

const APP = "org.gnome.Calculator";
const REMOTE = "flatpak remote-add --user --if-not-exists flathub https://dl.flathub.org/repo/flathub.flatpakrepo\n";
const INSTALL = `flatpak install --user -y --noninteractive flathub ${APP}\n`;
const LIST = "flatpak list --user --columns=ref,version | sort";
const IMAGE = "registry.fedoraproject.org/fedora:43";

interface Row {
  readonly name: string;
  readonly before: string;
  readonly script: string;
  /** Answered in the old way or in the new one; nothing else. */
  readonly ask: string;
  readonly seeds: readonly (number | undefined)[];
}

/** Flatpak syncs an app's files before they get their name (flatpak-dir.c), but nothing after that, so only the order of writes is kept. */
const IN_ORDER = [undefined];

const TABLE: readonly Row[] = [
  {
    name: "flatpak install",
    seeds: IN_ORDER,
    before: REMOTE,
    script: INSTALL,
    ask: `flatpak info --user ${APP} | grep -v Date; flatpak run ${APP} --version`,
  },
  {
    name: "flatpak update",
    seeds: IN_ORDER,
    before: `${REMOTE}${INSTALL}rpm-ostree upgrade\n:reboot\n`,
    script: "flatpak update --user -y --noninteractive\n",
    ask: `${LIST} | grep ${APP}; flatpak run ${APP} --version`,
  },
  {
    name: "flatpak uninstall",
    seeds: IN_ORDER,
    before: REMOTE + INSTALL,
    script: `flatpak uninstall --user -y --noninteractive ${APP}\n`,
    ask: `${LIST} | grep ${APP}/; flatpak run ${APP} --version`,
  },
  {
    name: "podman pull",
    seeds: [undefined, 1],
    before: "",
    script: `podman pull -q ${IMAGE}\n`,
    ask: `podman images --noheading --format "{{.Repository}} {{.ID}}"; podman run --pull=never --rm ${IMAGE} cat /etc/os-release`,
  },
];

describe.each(TABLE)("$name", ({ before, script, ask, seeds }) => {
  let recording: Recording;
  let chosen: readonly Moment[];
  let old: string;
  let fresh: string;

  beforeAll(() => {
    recording = recordWrites(OPTIONS, `${before}:count\n${script}`);
    const { moments } = recording;
    const stride = Math.ceil(moments.length / SAMPLES);
    chosen = moments.filter((_, at) => at % stride === 0 || at >= moments.length - LAST);
    const session = restarted(recording, moments[0]);
    old = answer(session, ask);
    answer(session, script);
    fresh = answer(session, ask);
  }, 120_000);

  test("makes a difference", () => {
    expect(chosen.length).toBeGreaterThan(SAMPLES);
    expect(fresh).not.toBe(old);
  });

  test.each(seeds)(
    "old or new, and done again it is new (seed %s of what is lost and reordered)",
    (seed) => {
      const found = new Set<string>();
      for (const moment of chosen) {
        const session = restarted(recording, moment, seed);
        const now = answer(session, ask);
        expect([old, fresh], told(moment)).toContain(now);
        found.add(now);
        answer(session, script);
        expect(answer(session, ask), told(moment)).toBe(fresh);
      }
      expect(found).toContain(old);
    },
    120_000,
  );
});

function told({ write }: Moment): string {
  return `${write.n} ${write.op} ${write.path}`;
}

/** A learner at the prompt of the machine whose power went before that write. */
function restarted({ spec }: Recording, moment: Moment | undefined, seed?: number): Session {
  if (moment === undefined) throw new Error("nothing was written");
  const disk = moment.disk.fork();
  disk.powerCut(seed === undefined ? {} : { seed: seed + moment.write.n });
  const machine = new Machine(spec, disk);
  machine.powerOn();
  bootToPrompt({ machine });
  return new Session(machine, "learner");
}

function answer(session: Session, script: string): string {
  return [...completeCommands(script)]
    .map((command) => session.run(command))
    .map(({ stdout, stderr, exit }) => `${Buffer.from(stdout).toString()}${Buffer.from(stderr).toString()}[${String(exit)}]\n`)
    .join("");
}
