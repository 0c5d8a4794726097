/** Each line of the table of counterparts, typed on its machine, and what each line becomes on every other one. */
import { expect, test } from "vitest";
import { assert } from "../base/assert.ts";
import { DEEDS } from "../course/counterparts.ts";
import { isWay, translate } from "../course/translate.ts";
import { TOOLS, type Tools } from "../distros/offers.ts";
import { Lab } from "../lab/lab.ts";
import { labOptions } from "./labs.ts";
import { ScriptRunner } from "./run.ts";
import { readWords } from "./usage.ts";

interface Trial {
  readonly machine: string;
  /** What comes before, so that there are two versions and an index of packages. */
  readonly before: string;
  /** Where another image comes from. */
  readonly source: string;
  /** Lines that end otherwise where nothing waits to be done, and in which words. */
  readonly refusals: Readonly<Record<string, string>>;
  /** The line so that nobody is asked; by itself "yes" is said to whatever it asks. */
  readonly unasked?: (line: string) => string;
}

const TRIALS: Readonly<Record<Tools, Trial>> = {
  "rpm-ostree": {
    machine: "silverblue",
    before: "rpm-ostree upgrade",
    source: "fedora:fedora/43/x86_64/testing/silverblue",
    refusals: {
      "sudo rpm-ostree cleanup": "error: cleanup: At least one cleanup option must be specified",
      "sudo rpm-ostree remove htop": "error: Package/capability 'htop' is not currently requested",
      "sudo rpm-ostree apply-live": "error: No target commit specified and no pending deployment",
      "sudo rpm-ostree upgrade --check": "No updates available.",
      "sudo ostree admin unlock": "error: Deployment is already in unlocked state: development",
    },
  },
  bootc: {
    machine: "bootc",
    before: "sudo bootc upgrade",
    source: "quay.io/fedora/fedora-bootc:43",
    refusals: { "sudo bootc usroverlay": "error: Deployment is already in unlocked state: development" },
  },
  "transactional-update": {
    machine: "microos",
    before: "sudo transactional-update -n dup",
    source: "",
    refusals: {},
    // zypper asks at the terminal, and there is none.
    unasked: (line) => line.replace(/^sudo transactional-update /, "$&-n "),
  },
  abroot: {
    machine: "vanilla",
    before: "sudo abroot pkg add -f nano",
    source: "ghcr.io/vanilla-os/desktop:main",
    refusals: {
      "sudo abroot rebase ghcr.io/vanilla-os/desktop:main": "no update available",
      "sudo abroot upgrade --check-only": "No update available.",
    },
  },
  apt: { machine: "debian", before: "sudo apt update", source: "", refusals: {} },
};

function filled(line: string, { source }: Trial): string {
  const words: Readonly<Record<string, string>> = {
    package: "htop",
    word: "htop",
    source,
    number: "1",
    "one..other": "1..2",
    command: "true",
  };
  return line.replace(/<([^>…]+)…?>/g, (_, name: string) => words[name] ?? "?");
}

/** The table's lines for these tools, deed by deed, and others' lines in these tools' words. */
function linesFor(tools: Tools): Map<string, Set<string>> {
  const lines = new Map<string, Set<string>>();
  for (const { name, ways } of DEEDS) {
    const found = new Set<string>();
    for (const from of TOOLS) {
      const way = ways[from];
      if (!isWay(way)) continue;
      for (const line of [...way.lines, ...(way.also ?? [])]) {
        const typed = filled(line, TRIALS[tools]);
        if (from === tools) found.add(asRoot(typed));
        // Another system's image is none of this one's.
        else if (!line.includes("<source>")) for (const each of translate(typed, from, tools)?.lines ?? []) found.add(asRoot(each));
      }
    }
    // What is left open is not offered to be typed.
    lines.set(name, new Set([...found].filter((line) => !line.includes("<"))));
  }
  return lines;
}

/** What must have been done before. */
const AFTER: Readonly<Record<string, string>> = { "remove a package that was added": "install a package" };

/** Lines are recognised without sudo as well. */
function asRoot(line: string): string {
  return line.startsWith("sudo ") ? line : `sudo ${line}`;
}

test.each(TOOLS)("%s", { timeout: 240_000 }, (tools) => {
  const { machine, before, refusals, unasked = (line) => `yes | ${line}` } = TRIALS[tools];
  const lab = new Lab(labOptions(readWords(["--machine", machine], { flags: [], values: ["machine"] })));
  for (const result of new ScriptRunner(lab, false).run(`${before}\n:reboot`)) expect(result.exit ?? 0).toBe(0);
  const lineFor = linesFor(tools);
  for (const [deed, lines] of lineFor) {
    // Each deed on a machine of its own: one after the other they would update it into the release that does not start.
    const fork = lab.fork();
    assert(fork !== undefined, "a machine that stands at its prompt");
    const runner = new ScriptRunner(fork, false);
    for (const line of lineFor.get(AFTER[deed] ?? "") ?? [])
      for (const { exit } of runner.run(`${unasked(line)}\n:reboot`)) expect(exit ?? 0, line).toBe(0);
    for (const line of lines) {
      const [result] = runner.run(line.endsWith(" shell") ? `echo exit | ${line}` : unasked(line));
      const said = [result?.stdout, result?.stderr].map((bytes) => Buffer.from(bytes ?? []).toString()).join("");
      const refusal = result?.exit === 0 ? undefined : refusals[line];
      if (refusal === undefined) expect(result?.exit, `${deed}: ${line}\n${said.slice(-1000)}`).toBe(0);
      else expect(said, line).toContain(refusal);
    }
    expect(runner.faults).toEqual([]);
  }
});
