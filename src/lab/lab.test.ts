import xterm from "@xterm/headless";
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { machines } from "../distros/index.ts";
import { loadCatalogue } from "../image/catalogue.ts";
import { decodeUtf8 } from "../base/utf8.ts";
import { Lab, type LabOptions } from "./lab.ts";
import { encodeLatin1 } from "../base/latin1.ts";
import type { FirstSight } from "./first-sight.ts";
import { firstSight, prebuild } from "./prebuilt.ts";

const entry = machines["silverblue"];
if (!entry) throw new Error("no silverblue");
const catalogue = loadCatalogue(JSON.parse(readFileSync(new URL(`../image/${entry.manifest}`, import.meta.url), "utf8")));
const options: LabOptions = { distro: entry.distro, catalogue };

/** Runs until nothing happens any more, jumping over every wait. */
function rest(lab: Lab, slice = 100_000): void {
  for (let rounds = 0; rounds < 5_000_000; rounds++) {
    lab.run(slice);
    if (!lab.idle) continue;
    if (lab.sleepsFor === undefined) return;
    lab.wake();
  }
  throw new Error("the lab never comes to rest");
}

function type(lab: Lab, line: string, slice?: number): void {
  lab.send({ kind: "keys", tty: 0, text: `${line}\r` });
  rest(lab, slice);
}

const screen = (lab: Lab): string => decodeUtf8(lab.screen(0));

function booted(more: Partial<LabOptions> = {}): Lab {
  const lab = new Lab({ ...options, ...more });
  rest(lab);
  return lab;
}

const SESSION = [
  "touch /usr/bin/x; echo $?",
  "echo hello > note; cat note",
  "sleep 3; date",
  "echo $RANDOM $$",
  "for i in 1 2 3; do echo $i; done | tac",
  "rpm-ostree upgrade",
];

function sessionBytes(slice: number): string {
  const lab = new Lab(options);
  rest(lab, slice);
  for (const line of SESSION) type(lab, line, slice);
  lab.send({ kind: "reboot" });
  rest(lab, slice);
  type(lab, "cat /etc/os-release", slice);
  return `${screen(lab)}\n${lab.tick}`;
}

describe("a run depends on its events alone", () => {
  const whole = sessionBytes(10_000);

  test("it comes to the new release", () => {
    expect(whole).toContain("43.20260112.0");
    expect(whole).toContain("touch: cannot touch '/usr/bin/x': Read-only file system");
  });

  test.each([1, 100])("slices of %i ticks give the same bytes", (slice) => {
    expect(sessionBytes(slice)).toBe(whole);
  });

  describe("no clock and no dice of the platform", () => {
    const { Date: realDate, performance: realPerformance } = globalThis;
    const realRandom = Math.random;
    afterEach(() => {
      globalThis.Date = realDate;
      globalThis.performance = realPerformance;
      Math.random = realRandom;
    });

    test("the same bytes while Date, Math.random and performance throw", () => {
      const never = (name: string) => (): never => {
        throw new Error(`${name} was asked inside the core`);
      };
      const Forbidden = new Proxy(realDate, { construct: never("new Date"), apply: never("Date"), get: never("Date") });
      let bytes: string;
      try {
        globalThis.Date = Forbidden;
        globalThis.performance = new Proxy(realPerformance, { get: never("performance") });
        Math.random = never("Math.random");
        bytes = sessionBytes(10_000);
      } finally {
        globalThis.Date = realDate;
        globalThis.performance = realPerformance;
        Math.random = realRandom;
      }
      expect(bytes).toBe(whole);
    });
  });
});

describe("undo", () => {
  test("takes back a command and gives it again", () => {
    const lab = booted();
    type(lab, "echo one > f");
    type(lab, "echo two > f");
    const before = screen(lab);
    expect(lab.view().undoLabel).toBe("echo two > f");
    lab.undo();
    type(lab, "cat f");
    expect(screen(lab)).toContain("cat f\r\n");
    expect(screen(lab).trimEnd()).toMatch(/one\r\n[^\n]*\$$/);
    lab.undo();
    expect(lab.view().canRedo).toBe(true);
    lab.redo();
    expect(screen(lab)).toContain("one");
    expect(before).toContain("echo two");
  });

  test("goes back across a reboot", () => {
    const lab = booted();
    type(lab, "echo kept > /var/home/learner/kept; sudo rpm-ostree usroverlay");
    const boots = lab.machine.bootCount;
    lab.send({ kind: "reboot" });
    rest(lab);
    expect(lab.machine.bootCount).toBe(boots + 1);
    lab.undo();
    expect(lab.machine.bootCount).toBe(boots);
    expect(lab.machine.atPrompt).toBe(true);
    type(lab, "findmnt -n /usr");
    expect(screen(lab)).toContain("overlay");
  });

  test("a machine that came up elsewhere still finds its units when everything was undone", () => {
    const lab = new Lab({ ...options, prebuilt: prebuild(options) });
    rest(lab);
    type(lab, "date");
    lab.undo();
    type(lab, "systemctl reboot");
    expect([lab.machine.bootCount, lab.machine.atPrompt]).toEqual([2, true]);
  });

  test("a power cut can be undone, too", () => {
    const lab = booted();
    type(lab, "echo x > /tmp/x");
    lab.send({ kind: "power-cut" });
    rest(lab);
    expect(lab.machine.power).toBe("off");
    lab.undo();
    type(lab, "cat /tmp/x");
    expect(screen(lab)).toContain("cat /tmp/x\r\n");
    expect(lab.machine.power).toBe("running");
  });
});

describe("a checkpoint equals a replay", () => {
  test("a run with undo in it is the run of what was not undone", () => {
    const lab = booted();
    type(lab, "echo one > f");
    type(lab, "rm f");
    lab.undo();
    type(lab, "cat f; date; echo $RANDOM");
    const again = Lab.replay(options, lab.log());
    expect(screen(again)).toBe(screen(lab));
    expect(again.tick).toBe(lab.tick);
    type(lab, "date; echo $RANDOM $!; ls -li /tmp f");
    type(again, "date; echo $RANDOM $!; ls -li /tmp f");
    expect(screen(again)).toBe(screen(lab));
  });

  test("a shell forgets what was undone", () => {
    const lab = booted();
    type(lab, "echo kept");
    const knows = "history; history -a; cat .bash_history; dirs; set; set -o; alias; trap; enable -n; complete -p; hash";
    type(lab, "pushd /; set -- a b; set -u; f() { :; }; a=(1 2); a[5]=3; alias l=ls; trap : USR1; enable -n test; complete -W x l; id");
    lab.undo();
    type(lab, knows);
    const again = Lab.replay(options, lab.log());
    expect(screen(again)).toBe(screen(lab));
    expect(screen(lab)).toContain("echo kept\r\n    2  history");
  });
});

/** All that a terminal holds after `data`: its lines with what scrolled away, colours and all, and the cursor. */
async function painted(data: Uint8Array, cols: number, rows: number): Promise<unknown> {
  const terminal = new xterm.Terminal({ cols, rows, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(data, resolve));
  const { active } = terminal.buffer;
  const cells = Array.from({ length: active.length }, (_, row) =>
    Array.from({ length: cols }, (_, column) => {
      const cell = active.getLine(row)?.getCell(column);
      return `${cell?.getChars()}/${cell?.getFgColor()}/${cell?.isBold()}/${cell?.isInverse()}`;
    }),
  );
  return { cells, cursor: [active.cursorX, active.cursorY], modes: terminal.modes };
}

describe.each(entry.distro.flavours.map(({ id }) => id))("a prebuilt boot of %s equals a real one", (flavour) => {
  test("what a page shows before the lab is there is what the lab shows", async () => {
    const prebuilt = prebuild({ ...options, flavour });
    const early = JSON.parse(JSON.stringify(firstSight({ ...options, flavour, prebuilt }))) as FirstSight;
    const chunks = booted({ flavour }).show();
    const views = chunks.flatMap((chunk) => (chunk.kind === "view" ? [{ ...chunk.view, revision: 0, trace: [] }] : []));
    expect(views).toEqual([early.view]);
    const shown = chunks.flatMap((chunk) => (chunk.kind === "screen" ? [chunk.data] : []));
    expect(shown).toHaveLength(early.screens.length);
    for (const [columns, rows] of [
      [80, 24],
      [132, 50],
    ] as const)
      for (const [tty, screen] of early.screens.entries())
        expect(await painted(encodeLatin1(screen), columns, rows)).toEqual(await painted(shown[tty] ?? new Uint8Array(), columns, rows));
  });

  test("same screen, same view, same bytes ever after", () => {
    const real = booted({ flavour });
    const prebuilt = JSON.parse(JSON.stringify(prebuild({ ...options, flavour }))) as ReturnType<typeof prebuild>;
    const quick = new Lab({ ...options, flavour, prebuilt });
    rest(quick);
    expect(screen(quick)).toBe(screen(real));
    expect(quick.tick).toBe(real.tick);
    const { revision: _a, trace: _t, lastRefusal: _l, ...quickView } = quick.view();
    const { revision: _b, trace: _u, lastRefusal: _m, ...realView } = real.view();
    expect(quickView).toEqual(realView);
    for (const line of [
      "ls -li /usr/bin | head; ls -li /etc /run /tmp; findmnt",
      "date; echo $RANDOM $$ $!",
      "sudo touch /usr/x; sudo mkdir /data; touch /usr/bin/ls",
      "ps aux; journalctl -b | tail -3",
    ]) {
      type(real, line);
      type(quick, line);
      expect(screen(quick)).toBe(screen(real));
    }
    expect(screen(Lab.replay({ ...options, flavour }, quick.log()))).toBe(screen(real));
  });

  test("a power cut that loses what was not synced loses the same", () => {
    for (const seed of [1, 2, 3]) {
      const labs = [booted({ flavour }), new Lab({ ...options, flavour, prebuilt: prebuild({ ...options, flavour }) })];
      const [real, quick] = labs.map((lab) => {
        rest(lab);
        type(lab, "echo lost > lost; sudo sh -c 'echo lost > /etc/lost'");
        lab.send({ kind: "power-cut", seed });
        lab.send({ kind: "power-on" });
        rest(lab);
        return { screen: screen(lab), disk: lab.machine.disk.export() };
      });
      expect(quick).toEqual(real);
    }
  });
});
