/** Runs that somebody might play, recorded as lessons: the draft lints, and its solutions bring about the goals that it asks for. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Random } from "../base/random.ts";
import { Lab } from "../lab/lab.ts";
import { packRun, proofOf } from "../lab/packed-run.ts";
import { writeRun } from "../ui/run-link.ts";
import { bootToPrompt, labOptions, settle } from "./labs.ts";
import { lessonCommand } from "./lesson.ts";
import { UsageError } from "./usage.ts";

let folder = "";
let told: string[] = [];
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "recorded-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const lesson = async (...words: string[]): Promise<boolean> => {
  told = [];
  return lessonCommand(words, { line: (text) => told.push(text), error: (text) => told.push(text) });
};
const draft = (): string => readFileSync(join(folder, "lesson/lesson.md"), "utf8");

function machine(name: string): Lab {
  const lab = new Lab(labOptions({ flags: new Set(), operands: [], values: new Map([["machine", name]]) }));
  bootToPrompt(lab);
  return lab;
}

/** As a person does: each key when the machine waits for it. */
function type(lab: Lab, keys: readonly string[]): void {
  for (const key of keys) {
    lab.send({ kind: "keys", tty: 0, text: key });
    lab.run(1);
    settle(lab, ({ idle, power, atPrompt }) => idle && (power === "menu" || atPrompt));
  }
}

const line = (text: string): readonly string[] => [...text, "\r"];

/** Records what was played and plays the draft. */
async function isLesson(lab: Lab): Promise<void> {
  const file = join(folder, "run.json");
  writeFileSync(file, JSON.stringify(lab.log()));
  expect(await lesson("record", file, "--to", join(folder, "lesson")), told.join("\n")).toBe(true);
  expect(await lesson("lint", "--strict", join(folder, "lesson")), `${told.join("\n")}\n${draft()}`).toBe(true);
  expect(await lesson("test", join(folder, "lesson")), `${told.join("\n")}\n${draft()}`).toBe(true);
}

const WAYS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  silverblue: [
    line("echo hello | sudo tee /etc/motd"),
    line("mkdir -p ~/a/b"),
    line("cd /tmp"),
    line("cd"),
    line("touch here"),
    line("ls -l"),
    line('name=there; echo "it\'s $name" > ~/said'),
    line("cp ~/said $name"),
    line("chmod 600 ~/said"),
    line("rm -rf ~/a here"),
    line("sudo ostree admin pin 0"),
    line("sudo rpm-ostree kargs --append=lab=1"),
    line("sudo chattr +i ~/said"),
    line("sudo touch /usr/bin/hello"),
    [..."nano ~/list", "\r", ..."milk", "\r", ..."bread", "\x0f", "\r", "\x18"],
    [..."cat > ~/two", "\r", ..."lines", "\r", "\x04"],
    line("for i in 1 2; do\rtouch ~/file$i\rdone"),
    ["t", "x", "\x7f", ..."ouch ~/slip", "\x1b[D", "s", "\r"],
    line("systemctl reboot"),
  ],
  debian: [
    line("sudo touch /usr/bin/hello"),
    line("sudo mkdir /opt/mine"),
    line("sudo rm /usr/bin/hello"),
    line("echo x >> ~/.profile"),
    line("sudo -i"),
    line("touch /etc/root-was-here"),
    line("exit"),
    line("systemctl reboot"),
  ],
};

test.each([
  ["silverblue", 1],
  ["silverblue", 2],
  ["silverblue", 3],
  ["debian", 4],
] as const)(
  "a random run on %s is a lesson (seed %i)",
  async (name, seed) => {
    const random = new Random(seed);
    const lab = machine(name);
    const ways = WAYS[name] ?? [];
    // One that changes something, whatever the others do.
    type(lab, ways[0] ?? []);
    for (let at = 0; at < 7; at++) type(lab, ways[random.below(ways.length)] ?? []);
    await isLesson(lab);
  },
  240_000,
);

test("restarts into another entry, keys of programs and what was interrupted", async () => {
  const lab = machine("silverblue");
  type(lab, line("echo hello | sudo tee /etc/motd"));
  lab.send({ kind: "keys", tty: 0, text: "yes > /dev/null\r" });
  lab.run(5000);
  type(lab, ["\x03"]);
  type(lab, [..."systemctl reboot --boot-loader-menu=60", "\r", "\x1b[B", "\r"]);
  await isLesson(lab);
  expect(draft()).toContain("\n:reboot 1\n");
  expect(draft()).not.toContain("yes >");
}, 120_000);

test("a link has a run in it, too", async () => {
  const lab = machine("silverblue");
  type(lab, line("touch ~/mine"));
  const link = `https://example.org/lab/#run=${await writeRun(packRun(lab.log(), proofOf(lab)))}`;
  expect(await lesson("record", link, "--to", join(folder, "lesson"), "--title", 'A "new" file')).toBe(true);
  expect(draft()).toContain("$ touch ~/mine");
  expect(await lesson("lint", "--strict", join(folder, "lesson")), draft()).toBe(true);
});

test("what `lab run --json` printed; a run that changes nothing is no lesson", async () => {
  const file = join(folder, "run.jsonl");
  writeFileSync(file, '{"cmd":"ls","stdout":"","stderr":"","exit":0}\n');
  await expect(lesson("record", file, "--to", join(folder, "lesson"))).rejects.toThrow(UsageError);
  writeFileSync(file, '{"cmd":"cd /tmp"}\n{"cmd":"touch x"}\n');
  expect(await lesson("record", file, "--to", join(folder, "lesson"), "--machine", "debian")).toBe(true);
  expect(draft()).toContain("machine: debian");
  expect(draft()).toContain("$ cd /tmp\n$ touch x");
  await expect(lesson("record", file, "--to", join(folder, "lesson"))).rejects.toThrow("is there already");
});
