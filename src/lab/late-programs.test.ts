/** A run is the same run whenever its programs come: see commands/programs.ts and machine/resource.ts. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { decodeUtf8 } from "../base/utf8.ts";
import { FAMILIES } from "../commands/index.ts";
import { familyByProgram, namesIn, type Family } from "../commands/programs.ts";
import { LATE_DISTROS, machines } from "../distros/index.ts";
import { machinesWith } from "../distros/machines.ts";
import { registries, type Registries } from "../distros/fedora-atomic/registry.ts";
import { startParts } from "../distros/fedora-atomic/start-parts.ts";
import { packageServers } from "../image/rpm-md/servers.ts";
import { deltaTools, type DeltaTools } from "../engines/ostree/static-delta/delta-tools.ts";
import { loadCatalogue } from "../image/catalogue.ts";
import { Resource } from "../machine/resource.ts";
import { compilePattern } from "../shell/compile-pattern.ts";
import type { CompilePattern } from "../shell/shell.ts";
import { Lab, type LabOptions } from "./lab.ts";
import type { LabLog } from "./log.ts";
import { prebuild } from "./prebuilt.ts";

const silverblue = machines["silverblue"];
if (silverblue === undefined) throw new Error("no silverblue");
const catalogue = loadCatalogue(JSON.parse(readFileSync(new URL(`../image/${silverblue.manifest}`, import.meta.url), "utf8")));
const KINOITE = "kinoite.manifest.json";
/** Everything is there. */
const early: LabOptions = { distro: silverblue.distro, catalogue };
const prebuilt = prebuild(early);

/** A site of which nothing has come yet. */
class Late {
  readonly options: LabOptions;
  /** What was asked for, in order. */
  readonly asked: string[] = [];
  readonly #families = Object.entries<Family>(FAMILIES).map(([name, family]) => ({ family, resource: new Resource<Family>(name) }));
  readonly #patterns = new Resource<CompilePattern>("patterns");
  readonly #start = new Resource<typeof startParts>("start");
  readonly #repositories = new Resource<typeof packageServers>("repositories");
  readonly #registries = new Resource<Registries>("registries");
  readonly #deltas = new Resource<DeltaTools>("deltas");
  readonly #kinoite = new Resource<unknown>(KINOITE);

  constructor() {
    const families = familyByProgram(this.#families.map(({ family, resource }) => [resource, namesIn(family)]));
    const entry = machinesWith({
      families,
      patterns: this.#patterns,
      start: this.#start,
      registries: this.#registries,
      repositories: this.#repositories,
      deltas: this.#deltas,
      manifests: { [KINOITE]: this.#kinoite },
      distros: LATE_DISTROS,
    })["silverblue"];
    if (entry === undefined) throw new Error("no silverblue");
    this.options = { distro: entry.distro, catalogue, prebuilt };
  }

  provide(name: string): void {
    this.asked.push(name);
    if (name === "start") this.#start.provide(startParts);
    if (name === "repositories") this.#repositories.provide(packageServers);
    if (name === "registries") this.#registries.provide(registries);
    if (name === "deltas") this.#deltas.provide(deltaTools);
    if (name === KINOITE) this.#kinoite.provide(JSON.parse(readFileSync(new URL(`../image/${KINOITE}`, import.meta.url), "utf8")));
    if (name === "patterns") this.#patterns.provide(compilePattern);
    for (const { family, resource } of this.#families) if (resource.name === name) resource.provide(family);
  }
}

/** Runs until nothing happens any more, or something is missing; jumps over every wait. */
function settle(lab: Lab, slice: number): void {
  for (let rounds = 0; rounds < 5_000_000; rounds++) {
    lab.run(slice);
    if (lab.missing !== undefined) return;
    if (!lab.idle) continue;
    if (lab.sleepsFor === undefined) return;
    lab.wake();
  }
  throw new Error("the lab never comes to rest");
}

function rest(lab: Lab, late: Late | undefined, slice = 10_000): void {
  for (settle(lab, slice); lab.missing !== undefined; settle(lab, slice)) {
    if (late === undefined) throw new Error(`nothing should be missing, but ${lab.missing.name} is`);
    const before = [lab.tick, lab.machine.now, lab.screen(0)];
    lab.run(1000);
    expect([lab.tick, lab.machine.now, lab.screen(0)]).toEqual(before);
    late.provide(lab.missing.name);
  }
}

function type(lab: Lab, text: string): void {
  lab.send({ kind: "keys", tty: 0, text });
}

const screen = (lab: Lab): string => decodeUtf8(lab.screen(0));

interface Outcome {
  readonly screen: string;
  readonly tick: number;
  readonly clock: unknown;
  readonly revision: string;
}

/** What can be told of where a lab stands. */
function outcome(lab: Lab): Outcome {
  return { screen: screen(lab), tick: lab.tick, clock: lab.machine.now, revision: lab.machine.revision };
}

const LINES = [
  "cat /etc/os-release | grep VERSION_ID",
  "[[ abc =~ b(.) ]] && echo ${BASH_REMATCH[1]}",
  "seq 20 | sed -n 5p | awk '{ print $1 * 2 }'; echo $$ $RANDOM",
  "systemctl --fai\t >/dev/null; (exec date)",
  "find /etc -name 'os-*' & tar c /etc/os-release | wc -c; wait",
  "man ls | head -3; whatis chown",
  "sudo ostree pull --commit-metadata-only fedora fedora/43/x86_64/silverblue",
  "ostree remote refs fedora",
  "sudo rpm-ostree kargs --append=quiet2",
];

function session(options: LabOptions, late: Late | undefined, slice: number): { readonly states: Outcome[]; readonly log: LabLog } {
  const lab = new Lab(options);
  const states: Outcome[] = [];
  const reached = (): void => {
    rest(lab, late, slice);
    states.push(outcome(lab));
  };
  for (const line of LINES) {
    type(lab, `${line}\r`);
    reached();
  }
  lab.undo();
  reached();
  lab.redo();
  reached();
  lab.undo();
  type(lab, "ls / | sort | tail -2\r");
  reached();
  lab.send({ kind: "reboot" });
  reached();
  type(lab, "cat /proc/cmdline | tr ' ' '\\n' | grep quiet\r");
  reached();
  return { states, log: lab.log() };
}

describe("a run does not depend on when its programs come", () => {
  const whole = session({ ...early, prebuilt }, undefined, 10_000);

  test("it does what it should", () => {
    const text = whole.states.map((state) => state.screen).join("");
    for (const printed of [
      "=43",
      "fedora:fedora/43/x86_64/kinoite\r\n",
      "\x1b[?2004l\rc\r\n",
      "\x1b[?2004l\r10\r\n",
      "--failed",
      "/etc/os-release\r\n",
      "chown (1)",
      "LS(1)",
    ])
      expect(text).toContain(printed);
  });

  test.each([1, 100, 10_000])("slices of %i ticks", (slice) => {
    const late = new Late();
    expect(session(late.options, late, slice)).toEqual(whole);
    // A family whose programs no package of the image has is asked for by nobody.
    const families = Object.keys(FAMILIES).filter((name) => name !== "layered");
    expect(new Set(late.asked)).toEqual(new Set([...families, "patterns", "start", KINOITE]));
  });

  test("of another product nothing comes for its sister's own branch", () => {
    const late = new Late();
    const lab = new Lab(late.options);
    rest(lab, late);
    type(lab, "sudo ostree pull --commit-metadata-only fedora fedora/43/x86_64/silverblue\r");
    rest(lab, late);
    expect(screen(lab)).toContain("metadata, 0 content objects fetched");
    expect(late.asked).not.toContain(KINOITE);
  });

  test("registries, and the releases in them, come when somebody asks one", () => {
    const late = new Late();
    const lab = new Lab(late.options);
    rest(lab, late);
    type(lab, "rpm-ostree rebase ostree-unverified-registry:ghcr.io/ublue-os/blufin:stable\r");
    rest(lab, late);
    expect(screen(lab)).toContain("403 (Forbidden)");
    expect(late.asked.filter((name) => !(name in FAMILIES))).toEqual(["registries"]);
    type(lab, "rpm-ostree rebase -q ostree-unverified-registry:ghcr.io/ublue-os/bluefin:stable\r");
    rest(lab, late);
    expect(screen(lab)).toContain("Changes queued for next boot.");
    expect(late.asked).not.toContain(KINOITE);
    expect(outcome(Lab.replay({ ...early, prebuilt }, lab.log()))).toEqual(outcome(lab));
  });

  test("replayed on a page that has nothing yet, and where everything is there", () => {
    const last = whole.states.at(-1);
    expect(outcome(Lab.replay({ ...early, prebuilt }, whole.log))).toEqual(last);
    const late = new Late();
    const run = Lab.replaying(late.options, whole.log);
    let step = run.next();
    for (; step.done !== true; step = run.next()) late.provide(step.value.name);
    expect(outcome(step.value)).toEqual(last);
    expect(late.asked).toContain("system");
  });

  test("from the power button", () => {
    const late = new Late();
    const starting = Lab.starting({ ...late.options, prebuilt: undefined });
    let step = starting.next();
    for (; step.done !== true; step = starting.next()) late.provide(step.value.name);
    const lab = step.value;
    rest(lab, late);
    expect([lab.tick, screen(lab)]).toEqual([prebuilt.tick, decodeUtf8(new Lab({ ...early, prebuilt }).screen(0))]);
  });
});

describe("while a program is on its way", () => {
  /** A lab that misses what `line` needs. */
  function held(line: string): { readonly lab: Lab; readonly late: Late } {
    const late = new Late();
    const lab = new Lab(late.options);
    settle(lab, 1000);
    type(lab, line);
    settle(lab, 1000);
    expect(lab.missing).toBeDefined();
    return { lab, late };
  }

  /** The same events where everything is there. */
  function again(lab: Lab): Outcome {
    return outcome(Lab.replay({ ...early, prebuilt }, lab.log()));
  }

  test("the lab is not at rest, and what is typed ahead is not lost", () => {
    const { lab, late } = held("sed -n /^ID=/p /etc/os-release\r");
    expect(lab.idle).toBe(false);
    type(lab, "echo ahead\r");
    rest(lab, late);
    expect(screen(lab)).toMatch(/ID=fedora\r\n[^]*\$ echo ahead\r\n[^]*ahead\r\n/);
    expect(again(lab)).toEqual(outcome(lab));
  });

  test("Ctrl-C gives the command up, and it is not fetched for its sake", () => {
    const { lab, late } = held("sed -n /^ID=/p /etc/os-release\r");
    type(lab, "\x03");
    settle(lab, 1000);
    expect([lab.missing, lab.idle, late.asked]).toEqual([undefined, true, []]);
    expect(screen(lab)).toMatch(/\^C\r\n\S*\[learner@silverblue ~\]\$ $/);
    expect(again(lab)).toEqual(outcome(lab));
  });

  test("Ctrl-Z stops it, fg goes on with the wait", () => {
    const { lab, late } = held("sed -n /^ID=/p /etc/os-release\r");
    type(lab, "\x1a");
    settle(lab, 1000);
    expect([lab.missing, lab.idle]).toEqual([undefined, true]);
    type(lab, "fg\r");
    settle(lab, 1000);
    expect(lab.missing?.name).toBe("matching");
    rest(lab, late);
    expect(screen(lab)).toContain("ID=fedora");
    expect(again(lab)).toEqual(outcome(lab));
  });

  test("in the background, the shell in front answers what needs nothing", () => {
    const { lab, late } = held("sed -n /^ID=/p /etc/os-release &\r");
    type(lab, "echo in front\r");
    lab.run(1000);
    rest(lab, late);
    expect(screen(lab)).toMatch(/ID=fedora/);
    expect(again(lab)).toEqual(outcome(lab));
  });

  test("the plug can be pulled, and the machine boots", () => {
    const { lab, late } = held("echo one > note; awk 1 note > copy; sync\r");
    lab.send({ kind: "power-cut", seed: 3 });
    settle(lab, 1000);
    expect([lab.missing, lab.machine.power]).toEqual([undefined, "off"]);
    lab.send({ kind: "power-on" });
    rest(lab, late);
    expect(lab.machine.atPrompt).toBe(true);
    expect(again(lab)).toEqual(outcome(lab));
  });

  test("undo takes the command back", () => {
    const { lab } = held("sed -n /^ID=/p /etc/os-release\r");
    lab.undo();
    settle(lab, 1000);
    expect([lab.missing, lab.idle, lab.log().events]).toEqual([undefined, true, []]);
  });

  test("a reboot asked for meanwhile happens when it has come", () => {
    const { lab, late } = held("sed -n /^ID=/p /etc/os-release\r");
    lab.send({ kind: "reboot" });
    settle(lab, 1000);
    expect(lab.missing?.name).toBe("matching");
    rest(lab, late);
    expect([lab.machine.bootCount, lab.machine.atPrompt]).toEqual([2, true]);
    expect(again(lab)).toEqual(outcome(lab));
  });
});
