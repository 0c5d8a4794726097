/** What programs do on a terminal, as recorded on a real one (transcripts sh-ls-terminal, ro-rm-at-a-terminal, ch-terminal). */
import { beforeAll, describe, expect, test } from "vitest";
import { CommandRig } from "./command-rig.fixture.ts";

const LEARNER = 1000;
const rig = new CommandRig();

beforeAll(() => {
  rig.run(`cd /home/learner; touch 'a file' "it's" plain one two three four five six seven eight nine ten eleven twelve; mkdir dir`, "/");
  rig.run(
    "mkdir -p /usr/share/lab/docs/deep; cd /usr/share/lab; echo alpha > docs/a.txt; printf 'beta\\nbeta two\\n' > docs/b.txt; echo c > docs/deep/c.txt; echo x > readme.txt",
    "/",
  );
  rig.run("mount --bind /usr /usr; mount -o remount,bind,ro /usr; mkdir /var /var/tmp; cd /var/tmp; touch f; chattr +i f", "/");
});

/** Directory order is the file system's own: the lines of a question and its answer stay together. */
function blocks(screen: string): readonly string[] {
  return screen.split(/(?<=\n)(?=rm: (?:remove|descend))/).sort();
}

describe("ls", () => {
  test.each([
    [
      "ls",
      "'a file'   eight    five  \"it's\"   one\t   seven   ten\t   twelve\n dir\t   eleven   four   nine    plain   six\t   three   two\n",
    ],
    [
      "ls -a",
      " .   'a file'   eight\t five  \"it's\"   one     seven   ten     twelve\n ..   dir       eleven\t four   nine    plain   six     three   two\n",
    ],
    ["ls -1 | head -3", "a file\ndir\neight\n"],
    ["ls -m", "'a file', dir, eight, eleven, five, four, \"it's\", nine, one, plain, seven, six,\nten, three, twelve, two\n"],
    ["ls --color=auto -d dir", "\x1b[0m\x1b[01;34mdir\x1b[0m\n"],
  ])("%s", (command, screen) => {
    expect(rig.runOnTerminal(command, [], "/home/learner", LEARNER).screen).toBe(screen);
  });
});

test.each([
  ["grep --color=auto alpha /usr/share/lab/docs/a.txt", "\x1b[01;31m\x1b[Kalpha\x1b[m\x1b[K\n"],
  [
    "diff --color=auto /usr/share/lab/docs/a.txt /usr/share/lab/docs/b.txt",
    "\x1b[36m1c1,2\x1b[0m\n\x1b[31m< alpha\x1b[0m\n---\n\x1b[32m> beta\x1b[0m\n\x1b[32m> beta two\x1b[0m\n",
  ],
])("%s", (command, screen) => {
  expect(rig.runOnTerminal(command, [], "/", LEARNER).screen).toBe(screen);
});

describe("rm asks before what may not be written", () => {
  const question = "rm: remove write-protected regular file '/usr/share/lab/readme.txt'? ";
  const refusal = "rm: cannot remove '/usr/share/lab/readme.txt': Read-only file system\n";

  test("and fails all the same", () => {
    expect(rig.runOnTerminal("rm /usr/share/lab/readme.txt", ["y"], "/", LEARNER)).toEqual({ screen: `${question}y\n${refusal}`, exit: 1 });
  });

  test("no is no failure", () => {
    expect(rig.runOnTerminal("rm /usr/share/lab/readme.txt", ["n"], "/", LEARNER)).toEqual({ screen: `${question}n\n`, exit: 0 });
  });

  test("not root, not with -f, not what is immutable", () => {
    expect(rig.runOnTerminal("rm /usr/share/lab/readme.txt", [], "/")).toEqual({ screen: refusal, exit: 1 });
    expect(rig.runOnTerminal("rm -f /usr/share/lab/readme.txt", [], "/", LEARNER)).toEqual({ screen: refusal, exit: 1 });
    expect(rig.runOnTerminal("rm f", [], "/var/tmp")).toEqual({ screen: "rm: cannot remove 'f': Operation not permitted\n", exit: 1 });
  });

  test("before it goes into a directory, and for each file in there", () => {
    const { screen, exit } = rig.runOnTerminal("rm -r /usr/share/lab/docs", ["y", "y", "y", "y", "y"], "/", LEARNER);
    const file = (name: string): string =>
      `rm: remove write-protected regular file '/usr/share/lab/docs/${name}'? y\nrm: cannot remove '/usr/share/lab/docs/${name}': Read-only file system\n`;
    const directory = (name: string): string => `rm: descend into write-protected directory '/usr/share/lab/${name}'? y\n`;
    expect(blocks(screen)).toEqual([directory("docs"), directory("docs/deep"), file("a.txt"), file("b.txt"), file("deep/c.txt")].sort());
    expect(exit).toBe(1);
  });
});

describe("rm on a read-only superblock, as recorded on a tmpfs", () => {
  const refusal = "rm: cannot remove '/ro/f': Read-only file system\n";

  beforeAll(() => {
    rig.run("mkdir /ro; mount -t tmpfs tmpfs /ro; touch /ro/f; mount -o remount,ro /ro", "/");
  });

  test("asks nobody but root, and root only with -i", () => {
    const asked = { screen: `rm: remove regular empty file '/ro/f'? y\n${refusal}`, exit: 1 };
    expect(rig.runOnTerminal("rm -i /ro/f", ["y"], "/")).toEqual(asked);
    expect(rig.runOnTerminal("rm /ro/f", [], "/")).toEqual({ screen: refusal, exit: 1 });
    for (const command of ["rm /ro/f", "rm -i /ro/f"])
      expect(rig.runOnTerminal(command, [], "/", LEARNER)).toEqual({ screen: refusal, exit: 1 });
  });
});

test("what is typed as a password is not shown", () => {
  const { screen, exit } = rig.runOnTerminal("su -c whoami", ["secret"], "/", LEARNER);
  expect(screen).toBe("Password: \nsu: Authentication failure\n");
  expect(exit).toBe(1);
});

test("Control-C ends what would not end", () => {
  expect(rig.runOnTerminal("tail -f /etc/passwd > /dev/null", ["\x03"], "/")).toEqual({ screen: "^C\n", exit: 128 });
});
