import { expect, test } from "vitest";
import { CommandRig } from "../command-rig.fixture.ts";

/** As psmisc 23.6 says. */
test.each<[string, string, string, number]>([
  ["killall nope", "", "nope: no process found\n", 1],
  ["killall -q nope", "", "", 1],
  ["killall -s FOO x", "", "FOO: unknown signal; killall -l lists signals.\n", 1],
  ["killall -u nobodyhere", "", "Cannot find user nobodyhere\n", 1],
  ["pstree nobodyhere", "", "No such user name: nobodyhere\n", 1],
  ["sleep 9 & sleep 9 & sleep 0.1; pstree; true", "init───bash─┬─pstree\n            └─2*[sleep]\n", "", 0],
  ["sleep 9 & sleep 0.1; pstree -A; true", "init---bash-+-pstree\n            `-sleep\n", "", 0],
  ["sleep 9 & sleep 0.1; killall -TERM sleep; wait; killall sleep; echo $?", "1\n", "sleep: no process found\n", 0],
  ["sleep 9 & sleep 0.1; p=$(pidof sleep); [ $p = $! ]; echo $?; kill $!; wait; pidof sleep; echo $?", "0\n1\n", "", 0],
])("%s", (line, stdout, stderr, exit) => {
  const outcome = new CommandRig().run(line, "/");
  expect({ ...outcome, stderr: outcome.stderr.replace(/^.*Terminated.*\n/m, "") }).toEqual({ stdout, stderr, exit });
});

test("watch runs a command again and again, until Ctrl-C", () => {
  const { screen } = new CommandRig().runOnTerminal("watch -n 2 'echo now' & sleep 3; kill -INT $!; wait $!; echo [$?]", [], "/");
  expect(screen.match(/\nnow/g)).toHaveLength(2);
  expect(screen).toMatch(/^\x1b\[\?1049h[^]*Every 2\.0s: echo now +lab: [A-Z][a-z]{2} [^]*\x1b\[\?1049l[^]*\[0\]\n$/);
});
