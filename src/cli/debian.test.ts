/** The classic machine, where an update that is cut short leaves neither the old system nor the new one. */
import { beforeAll, describe, expect, test } from "vitest";
import { Lab } from "../lab/lab.ts";
import { cutAt, recordWrites, type Cut, type Moment, type Recording } from "./crash.ts";
import { bootToPrompt, labOptions } from "./labs.ts";
import { Session } from "./session.ts";
import { readWords } from "./usage.ts";

const OPTIONS = labOptions(readWords(["--machine", "debian"], { flags: [], values: ["machine"] }));
const UPDATE = "sudo apt-get update\n";
const SCRIPT = `${UPDATE}sudo apt-get -y upgrade\n`;
/** Each so manieth of the writes, and some about where the new files get their names. */
const STRIDE = 97;

describe("an upgrade", () => {
  let recording: Recording;
  let cuts: Cut[];

  const isChange = ({ write }: Moment): boolean => /\.dpkg-new|\.dpkg-tmp/.test(write.path);

  beforeAll(() => {
    recording = recordWrites(OPTIONS, SCRIPT);
    const renames = recording.moments.filter(({ write }) => / -> .*\/usr\/bin\/(nano|sudo|curl)$/.test(write.path));
    const chosen = recording.moments.filter((moment, at) => at % STRIDE === 0 || renames.includes(moment));
    cuts = chosen.map((moment) => cutAt(recording, moment));
  }, 240_000);

  test("writes each file under a temporary name and then renames it", () => {
    const changes = recording.moments.filter(isChange);
    expect(changes.length).toBeGreaterThan(100);
  });

  test("fails the contract of the immutable systems: it has no commit point", () => {
    const count = (verdict: Cut["verdict"]): number => cuts.filter((cut) => cut.verdict === verdict).length;
    expect(count("mixed")).toBeGreaterThan(5);
    // What is mixed begins with the first package and ends with the last one.
    const [first, last] = [cuts[0], cuts.at(-1)];
    expect(first?.verdict).toBe("old");
    const firstMixed = cuts.findIndex(({ verdict }) => verdict === "mixed");
    const lastMixed = cuts.findLastIndex(({ verdict }) => verdict === "mixed");
    expect(cuts.slice(firstMixed, lastMixed + 1).every(({ verdict }) => verdict !== "old")).toBe(true);
    expect(last?.verdict).not.toBe("unbootable");
  });

  test("says where it stands: a package of which half has come", () => {
    const half = cuts.find(({ detail }) => detail.includes("half-installed:reinstreq"));
    expect(half).toBeDefined();
  });
});

/** A machine whose power goes in the middle of an upgrade, after so many writes; it has booted again. */
function interrupted(writes: number): Session {
  const lab = new Lab(OPTIONS);
  bootToPrompt(lab);
  const session = new Session(lab.machine, "learner");
  session.run("sudo apt-get update");
  lab.send({ kind: "fault", name: "power-cut", on: true, write: writes });
  lab.run(0);
  session.run("sudo apt-get -y upgrade");
  expect(lab.machine.power).toBe("off");
  lab.send({ kind: "power-on" });
  lab.run(0);
  bootToPrompt(lab);
  return new Session(lab.machine, "learner");
}

function text({ stdout, stderr }: { readonly stdout: Uint8Array; readonly stderr: Uint8Array }): string {
  return Buffer.from(stdout).toString() + Buffer.from(stderr).toString();
}

describe("after a power cut in the middle of an upgrade", () => {
  test("apt refuses until dpkg --configure -a has been run", () => {
    const session = interrupted(220);
    const refused = session.run("sudo apt-get -y upgrade");
    expect(text(refused)).toContain("E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem.");
    expect(refused.exit).toBe(100);
    session.run("sudo dpkg --configure -a");
    expect(text(session.run("ls /var/lib/dpkg/updates"))).toBe("");
    session.run("sudo apt-get -y upgrade");
  });

  // The whole table of an upgrade: what dpkg can configure it does, and what has come in half must be fetched again.
  test.each([60, 800])("cut before write %i, dpkg --configure -a is not enough, and apt --fix-broken install is", (writes) => {
    const session = interrupted(writes);
    const say = (command: string): string => text(session.run(command));
    expect(say("dpkg --audit")).toContain("They must be reinstalled");
    say("sudo dpkg --configure -a");
    expect(say("dpkg --audit")).toContain("They must be reinstalled");
    expect(say("dpkg --audit")).not.toContain("not yet configured");
    say("sudo apt-get -y --fix-broken install");
    expect(say("dpkg --audit")).toBe("");
    say("sudo apt-get -y upgrade");
    expect(say("dpkg --audit; apt-get -s upgrade | tail -n 1")).toBe("0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n");
  });
});

/** As dpkg 1.22 and apt 3.0 of Debian 13 said it in a chroot. */
describe("words", () => {
  let session: Session;

  beforeAll(() => {
    const lab = new Lab(OPTIONS);
    bootToPrompt(lab);
    session = new Session(lab.machine, "root");
  });

  test.each([
    ["dpkg --frob", "dpkg: error: unknown option --frob\n\nType dpkg --help"],
    ["dpkg -i", "dpkg: error: --install needs at least one package archive file argument\n\nType dpkg --help"],
    ["dpkg -r", "dpkg: error: --remove (without --pending) needs at least one package name argument\n\nType dpkg --help"],
    [
      "dpkg -L",
      "dpkg-query: error: --listfiles needs at least one package name argument\n\nUse --help for help about querying packages.\n",
    ],
    ["dpkg -S", "dpkg-query: error: --search needs at least one file name pattern argument\n\nUse --help"],
    ["dpkg -x a.deb", "dpkg-deb: error: --extract needs .deb filename and directory arguments\n\nType dpkg-deb --help"],
    ["dpkg -i /nothere.deb b.deb; echo $?", "dpkg: error: cannot access archive '/nothere.deb': No such file or directory\n2\n"],
    [
      "dpkg -i /etc/hostname; echo $?",
      "dpkg-deb: error: '/etc/hostname' is not a Debian format archive\ndpkg: error processing archive /etc/hostname (--install):\n" +
        " dpkg-deb --control subprocess returned error exit status 2\nErrors were encountered while processing:\n /etc/hostname\n1\n",
    ],
    ["dpkg --get-selections nothere", "dpkg: no packages found matching nothere\n"],
    ["dpkg -V nothere; echo $?", "dpkg: package 'nothere' is not installed\n1\n"],
    ["echo x >> /etc/nanorc; rm /usr/bin/nano; dpkg -V nano; echo $?", "??5?????? c /etc/nanorc\nmissing     /usr/bin/nano\n0\n"], // prettier-ignore
    ["apt-cache show nothere", "E: No packages found\n"],
  ])("%s", (command, words) => {
    expect(Buffer.from(session.run(`{ ${command}; } 2>&1`).stdout).toString()).toContain(words);
  });
});
