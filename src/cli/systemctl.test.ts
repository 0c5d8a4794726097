/** What systemctl tells of timers and jobs, and the drop-ins that it writes. Words: systemd 257. */
import { expect, test } from "vitest";
import { Lab } from "../lab/lab.ts";
import { labOptions } from "./labs.ts";
import { ScriptRunner } from "./run.ts";
import { readWords } from "./usage.ts";

type Row = readonly [command: string, prints: string | RegExp, status: number];

function replay(rows: readonly Row[], onTerminal = false): void {
  const runner = new ScriptRunner(new Lab(labOptions(readWords([], { flags: [], values: [] }))), onTerminal);
  for (const [command, prints, status] of rows) {
    const [result] = [...runner.run(command)];
    const text = Buffer.from(result?.stdout ?? "").toString() + Buffer.from(result?.stderr ?? "").toString();
    if (typeof prints === "string") expect([command, text]).toEqual([command, prints]);
    else expect(text).toMatch(prints);
    expect([command, result?.exit]).toEqual([command, status]);
  }
  expect(runner.faults).toEqual([]);
}

const OVERRIDE = "/etc/systemd/system/sshd.service.d/override.conf";

test("timers, jobs and drop-ins off a terminal", () => {
  replay([
    ["systemctl list-jobs", "No jobs running.\n", 0],
    ["systemctl list-jobs --no-legend", "", 0],
    [
      "systemctl list-timers",
      /^NEXT +LEFT LAST PASSED UNIT +ACTIVATES\n\w{3} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC +\d+min(?: \d+s)? - +- rpm-ostree-countme\.timer +rpm-ostree-countme\.service\n.* systemd-tmpfiles-clean\.timer +systemd-tmpfiles-clean\.service\n\n2 timers listed\.\nPass --all to see loaded but inactive timers, too\.\n$/,
      0,
    ],
    ["systemctl list-timers --no-legend 'rpm*'", /^\S.* rpm-ostree-countme\.service\n$/, 0],
    ["systemctl list-timers --all | grep automatic", /^- +- - +- rpm-ostreed-automatic\.timer +rpm-ostreed-automatic\.service\n$/, 0],
    ["sudo systemctl enable --now -q rpm-ostreed-automatic.timer; systemctl list-timers | grep -c automatic", "1\n", 0],
    ["sudo systemctl edit sshd", "Cannot edit units interactively if not on a tty.\n", 1],
    ["systemctl edit", "Too few arguments.\n", 1],
    ["printf x | systemctl edit --stdin sshd", `Failed to create parent directories for '${OVERRIDE}': Permission denied\n`, 1],
    ["printf x | sudo systemctl edit --stdin nope", "No files found for nope.service.\nRun 'systemctl edit --force --full nope.service' to create a new unit.\n", 1], // prettier-ignore
    ["printf '\\n' | sudo systemctl edit --stdin sshd", "Stripped stdin content is empty, not writing file.\n", 0],
    ["ls /etc/systemd/system | grep -c sshd.service.d", "0\n", 1],
    ["printf '[Service]\\nNice=5\\n\\n' | sudo systemctl edit --stdin sshd", `Successfully installed edited file '${OVERRIDE}'.\n`, 0],
    [`cat ${OVERRIDE}; ls -A /etc/systemd/system/sshd.service.d`, "[Service]\nNice=5\noverride.conf\n", 0],
    ["systemctl cat sshd | tail -3", `# ${OVERRIDE}\n[Service]\nNice=5\n`, 0],
    ["sudo systemctl mask -q sshd; printf x | sudo systemctl edit --stdin sshd", "Cannot edit sshd.service: unit is masked.\n", 1],
  ]);
});

test("an editor on a terminal", () => {
  const runner = new ScriptRunner(new Lab(labOptions(readWords([], { flags: [], values: [] }))), true);
  const shown = (command: string): string => Buffer.concat([...runner.run(command)].map(({ stdout }) => stdout)).toString();
  expect(shown("sudo SYSTEMD_EDITOR=true systemctl edit sshd 2>&1 | cat")).toContain("Cannot edit units interactively if not on a tty.");
  expect(shown("sudo SYSTEMD_EDITOR=true systemctl edit sshd")).toContain(`${OVERRIDE}: after editing, new contents are empty`);
  shown(`printf '#!/bin/bash\\ncp $2 /tmp/seen\\nsed -i "4s/^/[Service]\\\\nNice=7/" $2\\n' > /tmp/ed; chmod +x /tmp/ed`);
  expect(shown("sudo SYSTEMD_EDITOR=/tmp/ed systemctl edit sshd")).toContain(`Successfully installed edited file '${OVERRIDE}'`);
  expect(shown(`cat ${OVERRIDE}`)).toContain("[Service]\r\nNice=7\r\n");
  expect(shown("head -1 /tmp/seen")).toContain(`### Editing ${OVERRIDE}\r\n`);
  expect(shown("grep -c '^# ExecStart' /tmp/seen")).toMatch(/1\r\n/);
  expect(shown("systemctl show -p Nice sshd; systemctl cat sshd")).toContain(`# ${OVERRIDE}`);
  expect(runner.faults).toEqual([]);
});
