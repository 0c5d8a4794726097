/** What sudo changes, it changes for one process: typed in the machine, with the answers that any system gives. */
import { expect, test } from "vitest";
import { Lab } from "../lab/lab.ts";
import { labOptions } from "./labs.ts";
import { ScriptRunner } from "./run.ts";
import { readWords } from "./usage.ts";

test("neither credentials nor place, mask or variables of a sudo reach the next command", () => {
  const runner = new ScriptRunner(new Lab(labOptions(readWords([], { flags: [], values: [] }))), false);
  const script = [
    ["id -u", "1000\n"],
    ["sudo id -u", "0\n"],
    ["id -u; id -g; id -Gn | wc -w", "1000\n1000\n2\n"],
    ["sudo id -un | cat; whoami", "root\nlearner\n"],
    ["sudo nosuch 2>/dev/null; id -u", "1000\n"],
    ["sudo -u nobody id -un; id -un", "nobody\nlearner\n"],
    ["cd /tmp; umask 022; sudo sh -c 'cd /; umask 077; x=1'; pwd; umask; echo \"[$x]\"", "/tmp\n0022\n[]\n"],
    ["sudo true; echo made > /etc/made 2>/dev/null || echo refused", "refused\n"],
    ["sudo sh -c 'id -u; exit 3'; echo $?; id -u", "0\n3\n1000\n"],
    ["sudo sleep 0 & wait; id -u", "1000\n"],
  ] as const;
  const answers = [...runner.run(script.map(([line]) => line).join("\n"))].map(({ stdout }) => Buffer.from(stdout).toString());
  expect(runner.faults).toEqual([]);
  expect(answers).toEqual(script.map(([, answer]) => answer));
}, 30_000);

test("a copy of sudo without its bit, and one where the bit does not count, say so", () => {
  const runner = new ScriptRunner(new Lab(labOptions(readWords([], { flags: [], values: [] }))), false);
  const script = [
    ["sudo cp /usr/bin/sudo /tmp/s; /tmp/s id 2>&1", "sudo: /tmp/s must be owned by uid 0 and have the setuid bit set\n"],
    [
      "cd /tmp; ./s id 2>&1; PATH=/tmp:$PATH s id 2>&1 | sed 's/must.*//'",
      "sudo: ./s must be owned by uid 0 and have the setuid bit set\nsudo: /tmp/s \n",
    ],
    ["sudo cp -p /usr/bin/sudo /var/tmp/s; /var/tmp/s id -u", "0\n"],
    [
      "sudo chmod 4111 s; ./s id 2>&1",
      "sudo: effective uid is not 0, is ./s on a file system with the 'nosuid' option set or an NFS file system without root privileges?\n",
    ],
    [
      "sudo mount -t tmpfs -o noexec,mode=755 t /mnt; sudo cp -p /tmp/s /mnt; /mnt/s 2>&1; echo $?",
      "bash: /mnt/s: Permission denied\n126\n",
    ],
    ["ln -s /usr/bin/id /tmp/i; /tmp/i -un", "learner\n"],
  ] as const;
  const answers = [...runner.run(script.map(([line]) => line).join("\n"))].map(({ stdout }) => Buffer.from(stdout).toString());
  expect(runner.faults).toEqual([]);
  expect(answers).toEqual(script.map(([, answer]) => answer));
}, 30_000);
