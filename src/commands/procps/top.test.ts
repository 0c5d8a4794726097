import { expect, test } from "vitest";
import { CommandRig } from "../command-rig.fixture.ts";

test("a list of processes for other programs", () => {
  const { stdout } = new CommandRig().run("sleep 9 & sleep 0.1; top -bn2 -d1; true", "/");
  const [first = "", second = ""] = stdout.split("\n\ntop -");
  expect(first).toMatch(
    /^top - \d\d:\d\d:\d\d up 0 min, {2}0 user, {2}load average: \d\.\d\d, \d\.\d\d, \d\.\d\d\nTasks: +\d+ total, +1 running, +\d+ sleeping, +0 stopped, +0 zombie\n%Cpu\(s\):/,
  );
  expect(second).toMatch(/\n +\d+ root +20 +0 +\d+ +\d+ +\d+ S +0\.0 +0\.\d +0:00\.\d\d sleep\n/);
});

test("on a terminal it stays until q", () => {
  const { screen, exit } = new CommandRig().runOnTerminal("top; exit $?", ["M", "q"], "/");
  expect(exit).toBe(0);
  expect(screen.match(/top - /g)?.length).toBeGreaterThanOrEqual(2);
  expect(screen).toContain("\x1b[7m    PID USER ");
});

/** As procps-ng 4.0 says. */
test.each([
  ["top -bd x", "top: bad delay interval 'x'\n"],
  ["top -bn x", "top: bad iterations argument 'x'\n"],
  ["top -bo FOO", "top: unrecognized field name 'FOO'\n"],
  ["top -bu nobodyhere", "top: Invalid user\n"],
  ["top < /dev/null", "top: failed tty get\n"],
])("%s", (line, stderr) => {
  expect(new CommandRig().run(line, "/")).toEqual({ stdout: "", stderr, exit: 1 });
});
