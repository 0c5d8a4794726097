import { expect, test } from "vitest";
import { CommandRig } from "../command-rig.fixture.ts";

/** As curl 7.88 says on a machine without a network. */
test.each<[string, string, number]>([
  ["curl -sS http://nohost.invalid", "curl: (6) Could not resolve host: nohost.invalid\n", 6],
  ["curl -s http://nohost.invalid/x", "", 6],
  ["curl -sS user@nohost.invalid:8080/x", "curl: (6) Could not resolve host: nohost.invalid\n", 6],
  [
    "curl http://nohost.invalid",
    "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n\r  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0curl: (6) Could not resolve host: nohost.invalid\n",
    6,
  ],
])("%s", (line, stderr, exit) => {
  expect(new CommandRig().run(line, "/")).toEqual({ stdout: "", stderr, exit });
});
