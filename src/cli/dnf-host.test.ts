/** dnf5 on an image: what it refuses, in the words of its own source (dnf5/main.cpp), and what it does all the same. */
import { expect, test } from "vitest";
import { Lab } from "../lab/lab.ts";
import { labOptions } from "./labs.ts";
import { ScriptRunner } from "./run.ts";
import { readWords } from "./usage.ts";

interface Said {
  readonly text: string;
  readonly exit: number | undefined;
}

function run(machine: string, script: readonly string[]): Said[] {
  const runner = new ScriptRunner(new Lab(labOptions(readWords(["--machine", machine], { flags: [], values: ["machine"] }))), false);
  const results = [...runner.run(script.join("\n"))];
  expect(runner.faults).toEqual([]);
  return results.map(({ stdout, stderr, exit }) => ({ text: Buffer.from(stdout).toString() + Buffer.from(stderr).toString(), exit }));
}

const PRIVILEGES = /^The requested operation requires superuser privileges\. /;
const READ_ONLY = /^Error: \/usr is configured to be read-only\. You may be running an image-based or immutable operating system\. /;
const BOOTC =
  /^Error: this bootc system is configured to be read-only\. Pass --transient to perform this operation in a transient overlay /;

const CHANGES = [
  "autoremove",
  "distro-sync",
  "downgrade bash",
  "swap a b",
  "mark user bash",
  "group install x",
  "history undo last",
  "offline clean",
];

test("what would change the system", () => {
  const asked = CHANGES.flatMap((words) => [`dnf ${words}`, `sudo dnf ${words}`]);
  const said = run("silverblue", asked);
  expect(said.map(({ text }) => (PRIVILEGES.test(text) ? "privileges" : READ_ONLY.test(text) ? "read-only" : text))).toEqual(
    CHANGES.flatMap(() => ["privileges", "read-only"]),
  );
  expect(said.map(({ exit }) => exit)).toEqual(asked.map(() => 1));
  expect(run("silverblue", ["sudo ostree admin unlock", "sudo dnf install --transient htop"]).at(-1)).toEqual({
    text: "Error: transient transactions are only supported on bootc systems.\n",
    exit: 1,
  });
});

test("other people's repositories are files in /etc", () => {
  const file = "/etc/yum.repos.d/_copr:copr.fedorainfracloud.org:atim:starship.repo";
  const [enabled, listed, disabled, off, removed, gone, again, plain] = run("silverblue", [
    "sudo dnf copr enable -y atim/starship",
    "dnf copr list",
    "sudo dnf copr disable atim/starship",
    "dnf copr list",
    "sudo dnf copr remove atim/starship",
    "dnf copr list",
    "sudo dnf copr remove atim/starship",
    "dnf copr enable -y atim/starship",
  ]);
  expect(enabled?.text).toMatch(/^Enabling a Copr repository\. Please note/);
  expect(listed?.text).toBe("copr.fedorainfracloud.org/atim/starship\n");
  expect(disabled?.text).toBe(`Copr repository 'copr.fedorainfracloud.org/atim/starship' in '${file}' disabled.\n`);
  expect(off?.text).toBe("copr.fedorainfracloud.org/atim/starship (disabled)\n");
  expect(removed?.text).toBe(`Repo file ${file} successfully removed\n`);
  expect(gone?.text).toBe("");
  expect(again).toEqual({ text: "Repository 'copr:copr.fedorainfracloud.org:atim:starship' not found on this system\n", exit: 1 });
  expect(plain?.text).toMatch(/filesystem error: cannot set permissions: No such file or directory \[/);
});

test("a transient overlay on a bootc system", { timeout: 120_000 }, () => {
  const said = run("bootc", [
    "sudo dnf install -y htop",
    "sudo dnf install -y --setopt=persistence=persist htop",
    "sudo dnf install -y --transient htop",
    "test -x /usr/bin/htop",
    "sudo touch /usr/bin/x",
    "sudo dnf install -y --transient strace",
    "dnf history list | tail -n 2 | sed 's/ *2026-.*//'",
    ":reboot",
    "test -x /usr/bin/htop",
    "dnf history list",
  ]);
  const texts = said.map(({ text }) => text);
  expect(texts[0]).toMatch(BOOTC);
  expect(texts[1]).toMatch(/^Error: persistent transactions aren't supported on bootc systems\. Pass --transient to /);
  expect(texts[2]).toContain("A transient overlay will be created on /usr that will be discarded on reboot. Keep in mind ");
  expect(said[3]?.exit).toBe(0);
  expect(texts[4]).toContain("Read-only file system");
  expect(said[5]?.exit).toBe(0);
  expect(texts[5]).not.toContain("A transient overlay will be created");
  expect(texts[6]).toBe(" 2 dnf install -y --transient strace\n 1 dnf install -y --transient htop\n");
  expect(said.at(-2)?.exit).toBe(1);
  expect(texts.at(-1)).toBe("");
});

test("what may be fetched by anybody, looked at, and verified against what is installed", () => {
  const said = run("silverblue", [
    "cd /tmp && dnf -q download htop",
    "ls *.rpm",
    "rpm -qp htop-*.rpm",
    "rpm -Vp --nodeps htop-*.rpm | head -1",
    "dnf -q download --destdir /usr htop",
    "dnf -q download nosuch htop",
    "dnf -q download --skip-unavailable nosuch",
  ]);
  expect(said.map(({ text, exit }) => [text.replace(/^(\[1\/1\] \S+).*$/m, "$1").replace(/\n-{80}[^]*/, ""), exit])).toEqual([
    ["Downloading Packages:\n[1/1] htop-0:3.4.1-2.fc43.x86_64", 0],
    ["htop-3.4.1-2.fc43.x86_64.rpm\n", 0],
    ["htop-3.4.1-2.fc43.x86_64\n", 0],
    ["missing     /usr/bin/htop\n", 0],
    [
      "Downloading Packages:\nFailed to download packages\n Librepo error: Cannot open /usr/htop-3.4.1-2.fc43.x86_64.rpm: Read-only file system\n",
      1,
    ],
    ['No package "nosuch" available; You might want to use --skip-unavailable option.\n', 1],
    ["", 0],
  ]);
});
