import { expect, test } from "vitest";
import { CommandRig } from "../command-rig.fixture.ts";

function library(): CommandRig {
  const rig = new CommandRig();
  rig.run(
    "mkdir -p /usr/share/man/man1 /usr/share/man/man5 && cd /usr/share/man && touch man1/{ls,grep,passwd,nothere}.1.gz man5/{passwd,group}.5.gz && ln -s ls.1.gz man1/dir.1.gz",
    "/",
  );
  return rig;
}

/** As man-db 2.11 says. */
test.each<[string, string, string, number]>([
  ["man nosuch", "", "No manual entry for nosuch\n", 16],
  ["man", "", "What manual page do you want?\nFor example, try 'man man'.\n", 1],
  ["man 9 ls", "", "No manual entry for ls in section 9\n", 16],
  ["man 1 nosuch", "", "No manual entry for nosuch in section 1\n", 16],
  ["man -k nosuchword", "", "nosuchword: nothing appropriate.\n", 16],
  ["man -f nosuch", "", "nosuch: nothing appropriate.\n", 16],
  ["whatis", "", "whatis what?\n", 1],
  ["apropos", "", "apropos what?\n", 1],
  ["man -w ls", "/usr/share/man/man1/ls.1.gz\n", "", 0],
  ["man -w 5 passwd", "/usr/share/man/man5/passwd.5.gz\n", "", 0],
  ["man -aw passwd", "/usr/share/man/man1/passwd.1.gz\n/usr/share/man/man5/passwd.5.gz\n", "", 0],
])("%s", (line, stdout, stderr, exit) => {
  expect(library().run(line, "/")).toEqual({ stdout, stderr, exit });
});

test("whatis and apropos have a line for each page", () => {
  const rig = library();
  expect(rig.run("whatis ls", "/").stdout).toMatch(/^ls \(1\) {15}- [a-z].*[^.]\n$/);
  expect(rig.run("apropos -e directory", "/").stdout).toContain("ls (1) ");
  expect(rig.run("man -k accounts", "/").stdout).toBe(rig.run("whatis -s 5 passwd", "/").stdout);
});

test("a page is there as long as its file is", () => {
  const rig = library();
  expect(rig.run("man ls", "/").exit).toBe(0);
  rig.run("rm /usr/share/man/man1/ls.1.gz", "/");
  expect(rig.run("man ls", "/")).toMatchObject({ stderr: "No manual entry for ls\n", exit: 16 });
});

test("a page has the program's options, and no line is too wide", () => {
  const { stdout } = library().run("MANWIDTH=60 man grep", "/");
  expect(stdout).toMatch(/^GREP\(1\) +User Commands +GREP\(1\)\n/);
  expect(stdout).toContain("\n       -i, --ignore-case\n");
  expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBe(58);
});

test("less shows it on a terminal, with man's prompt", () => {
  const { screen } = library().runOnTerminal("man ls", ["q"], "/");
  expect(screen).toContain("\x1b[1mNAME");
  expect(screen).toMatch(/Manual page ls\(1\) line 1 \(press h for help or q to quit\)/);
});
