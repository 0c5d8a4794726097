/** A soft reboot on a whole machine: the kernel and /run stay, userspace begins anew, and a prepared deployment becomes its root. */
import { expect, test } from "vitest";
import { Lab } from "../lab/lab.ts";
import { labOptions } from "./labs.ts";
import { ScriptRunner } from "./run.ts";
import { readWords } from "./usage.ts";

/** What each line of a script says, both its outputs together. */
function outputs(...script: string[]): string[] {
  return outputsOn("silverblue", ...script);
}

function outputsOn(machine: string, ...script: string[]): string[] {
  const runner = new ScriptRunner(new Lab(labOptions(readWords(["--machine", machine], { flags: [], values: ["machine"] }))), false);
  const results = [...runner.run(script.join("\n"))];
  expect(runner.faults).toEqual([]);
  return results.map(({ stdout, stderr }) => Buffer.from(stdout).toString() + Buffer.from(stderr).toString());
}

const BOOT_ID = "cat /proc/sys/kernel/random/boot_id";
const MOUNTS = "findmnt -rn -o TARGET,SOURCE,FSTYPE | sed 's/[0-9a-f]\\{64\\}/COMMIT/g' | sort";
const LIST = "ostree admin status | sed -n 's/^\\([* ]\\) fedora [0-9a-f]*\\(.*\\)/\\1\\2/p'";

test("the same root again: what was in RAM is gone but for /run", () => {
  const [bootId, mounts, , , after, mountsAfter, ls, boots] = outputs(
    BOOT_ID,
    MOUNTS,
    "sudo touch /run/kept /tmp/gone /etc/kept",
    "sudo systemctl soft-reboot",
    BOOT_ID,
    MOUNTS,
    "ls /run/kept /tmp/gone /etc/kept",
    "journalctl --list-boots | wc -l",
  );
  expect(after).toBe(bootId);
  expect(mountsAfter).toBe(mounts);
  expect(ls).toBe("/etc/kept\n/run/kept\nls: cannot access '/tmp/gone': No such file or directory\n");
  expect(boots).toBe("2\n");
});

test("a prepared deployment: finished, entered under the old kernel, and as after a reboot", () => {
  const [, bootId, , list, , , after, listAfter, inside, mounts, cold] = outputs(
    "sudo rpm-ostree install htop > /dev/null",
    BOOT_ID,
    "sudo ostree admin prepare-soft-reboot 0",
    LIST,
    "echo late | sudo tee /etc/late",
    "sudo systemctl reboot",
    BOOT_ID,
    LIST,
    "rpm -q htop; cat /etc/late; touch /usr/x; ls /run/nextroot",
    MOUNTS,
    ":reboot",
    MOUNTS,
  );
  expect(list).toBe(" .0 (staged) (soft-reboot)\n*.0\n .0 (rollback)\n");
  expect(after).toBe(bootId);
  expect(listAfter).toBe("*.0\n .0 (rollback)\n");
  expect(inside).toMatch(
    /^htop-.*\nlate\ntouch: cannot touch '\/usr\/x': Read-only file system\nls: cannot access '\/run\/nextroot': No such file or directory\n$/,
  );
  expect(mounts).toBe(cold);
});

test("what cannot be prepared", () => {
  const [booted, range, none, other, reset] = outputs(
    "sudo ostree admin prepare-soft-reboot 0",
    "sudo ostree admin prepare-soft-reboot 7",
    "sudo ostree admin prepare-soft-reboot 2>&1 | tail -1",
    "sudo rpm-ostree kargs --append=quiet2 > /dev/null; sudo ostree admin prepare-soft-reboot 0",
    "sudo ostree admin prepare-soft-reboot --reset; echo $?",
  );
  expect(booted).toBe("error: Cannot prepare for soft-reboot currently booted deployment 0\n");
  expect(range).toBe("error: Out of range deployment index 7, expected < 2\n");
  expect(none).toBe("error: INDEX must be specified\n");
  expect(other).toBe("error: Cannot soft-reboot to deployment with different kernel state\n");
  expect(reset).toBe("0\n");
});

test("bootc: where the kernel is the same, and only there", { timeout: 60_000 }, () => {
  const version = "sudo bootc status --booted --format humanreadable | sed -n 's/^ *Version: \\([^ ]*\\).*/\\1/p'";
  const [refused, bootId, before, prepared, after, now] = outputsOn(
    "bootc",
    "sudo bootc upgrade --quiet --soft-reboot=required 2>&1 | tail -1",
    BOOT_ID,
    version,
    "sudo bootc rollback --soft-reboot=auto --apply",
    BOOT_ID,
    version,
  );
  expect(refused).toBe(
    "error: Upgrading: Handling staged soft reboot: Handling soft reboot: Soft reboot was required but staged deployment is not soft-reboot capable\n",
  );
  expect(prepared).toBe("Next boot: rollback deployment\nRollback deployment is soft-reboot capable, preparing for soft-reboot...\n");
  expect([before, after, now]).toEqual(["43.20260110.0\n", bootId, "43.20260106.0\n"]);
});
