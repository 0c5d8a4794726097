/** Vanilla OS's operator: one box for everybody, the way out of it to the host, and updates at the hours that suit. */
import { expect, test } from "vitest";
import { Lab } from "../lab/lab.ts";
import { labOptions } from "./labs.ts";
import { ScriptRunner } from "./run.ts";
import { typist } from "./typist.fixture.ts";
import { readWords } from "./usage.ts";

const OPTIONS = labOptions(readWords(["--machine", "vanilla"], { flags: [], values: ["machine"] }));
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

test("the box is made once, is apt's own, and is nobody's subsystem of apx", () => {
  const type = typist("vanilla");
  expect(type("vso install htop")).toContain(" ERROR  The VSO subsystem is not initialized.");
  expect(type("vso pico-init")).toContain(" INFO  Initializing the VSO subsystem...\n");
  expect(type("vso pico-init")).toBe(
    " WARNING  The VSO subsystem is already initialized. Use the --force flag to force the initialization.\n",
  );
  type("vso update");
  expect(type("vso install htop")).toContain("Setting up htop");
  expect(type("vso run sh -c 'command -v htop; echo $CONTAINER_ID'")).toContain("/usr/bin/htop\napx-vso-pico\n");
  expect(type("command -v htop || echo none")).toBe("none\n");
  expect(type("apx subsystems list")).toContain("No subsystems available.");
  expect(type("vso export -b htop && ls ~/.local/bin")).toBe(" SUCCESS  Exported htop\nhtop\n");
  type("sudo abroot upgrade");
  type(":reboot");
  expect(type("vso run sh -c 'command -v htop'")).toContain("/usr/bin/htop\n");
});

test("host-shell is the way out: the host's root, its user, its read-only mounts; root has none", () => {
  const type = typist("vanilla");
  type("vso pico-init; vso run true");
  expect(type("vso run hostname")).toBe("apx-vso-pico.vanilla\n");
  expect(type("vso run host-shell hostname")).toBe("vanilla\n");
  expect(type("vso run host-shell sh -c 'id -un; pwd; echo [$CONTAINER_ID]; cat /proc/self/uid_map'")).toBe(
    "learner\n/var/home/learner\n[]\n         0          0 4294967295\n",
  );
  expect(type("vso run sh -c 'sudo host-shell ls; echo $?'")).toBe("can't run host-shell as root\n55\n");
  expect(type("vso run sh -c 'host-shell touch /usr/bin/x; sudo touch /usr/bin/x && echo fine' 2>&1")).toBe(
    "touch: cannot touch '/usr/bin/x': Read-only file system\nfine\n",
  );
  expect(type("vso run sh -c 'host-shell sh -c \"exit 7\"; echo $?; host-spawn nothere; echo $?' 2>&1")).toBe(
    "7\nFailed to start command: Failed to execute child process “nothere” (No such file or directory)\n127\n",
  );
  expect(type("vso run sh -c 'echo in | host-shell tr a-z A-Z | cat'")).toBe("IN\n");
});

test("what is the host's own is a link: vso, apx, reboot; abroot asks for root's rights", () => {
  const type = typist("vanilla");
  type("vso pico-init; vso run true");
  expect(type("vso run vso config get -k updates.schedule")).toBe("weekly\n");
  expect(type("vso run apx subsystems list")).toContain("No subsystems available.");
  expect(type("vso run abroot status < /dev/null")).toContain("Error executing command as another user: No authentication agent found.\n");
  const up = type("uptime -s");
  type("vso run reboot");
  expect(type("uptime -s")).not.toBe(up);
});

test("a terminal in the box, and out of it and back", () => {
  const runner = new ScriptRunner(new Lab(OPTIONS), true);
  const said = [...runner.run("vso pico-init\nvso run host-shell tty\npkexec id -u")].map(({ stdout }) => textOf(stdout)).join("");
  expect(said).toContain("/dev/tty1");
  expect(said).toContain("==== AUTHENTICATING FOR org.freedesktop.policykit.exec ====");
  expect(said).toMatch(/==== AUTHENTICATION COMPLETE ====\r?\n0\r?\n/);
});

test("pkexec: an action with a rule is granted unasked, everything else is asked for", () => {
  const type = typist("vanilla");
  expect(type("pkexec id < /dev/null")).toBe("Error executing command as another user: No authentication agent found.\n");
  expect(type("pkexec vso sys check < /dev/null")).toContain("There is an update for your system.");
  expect(type("pkexec nothere 2>&1; echo $?")).toBe("Error accessing nothere: No such file or directory\n127\n");
  type("sudo rm -f /etc/polkit-1/rules.d/*; sudo usermod -G users learner");
  expect(type("pkexec vso sys check < /dev/null")).toContain("No authentication agent found.");
});

test("vso sys: what is due by the schedule, and what is done at once", () => {
  const type = typist("vanilla");
  const build = type("grep BUILD_ID /etc/os-release");
  expect(type("vso sys check -x; echo $?")).toBe("1\n");
  expect(type("vso sys upgrade")).toContain("based on your weekly schedule.");
  expect(type("sudo vso config set -k updates.schedule -v hourly")).toContain("invalid value for updates.schedule");
  expect(type("vso config set -k updates.schedule -v never")).toContain("/etc/vso/config.json: permission denied");
  expect(type("sudo vso config set -k updates.schedule -v never")).toContain("'updates.schedule' = 'never'");
  expect(type("vso sys upgrade")).toContain("because you disabled automatic updates");
  type("sudo vso config set -k updates.schedule -v daily; echo '2026-11-01 09:00:00 +0000 UTC' | sudo tee /var/log/vso-check.log");
  expect(type("sudo vso sys upgrade")).toMatch(/^Starting smart update check\.\.\.\n(?:.*\n)*.*Upgrade completed successfully\.\n/);
  type(":reboot");
  expect(type("grep BUILD_ID /etc/os-release")).not.toBe(build);
});
