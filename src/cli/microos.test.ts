/** The machine whose system is a Btrfs snapshot: what is new is in a snapshot of its own, and counts from the next start on. */
import { beforeEach, describe, expect, test } from "vitest";
import { Lab } from "../lab/lab.ts";
import { labOptions } from "./labs.ts";
import { ScriptRunner } from "./run.ts";
import { readWords } from "./usage.ts";

let runner: ScriptRunner;

beforeEach(() => {
  runner = new ScriptRunner(new Lab(labOptions(readWords(["--machine", "microos"], { flags: [], values: ["machine"] }))), false);
});

/** What the last of `commands` says, on both outputs. */
function ask(...commands: string[]): string {
  let said = "";
  for (const command of commands) {
    const [result] = runner.run(command);
    said = [result?.stdout, result?.stderr].map((bytes) => Buffer.from(bytes ?? []).toString()).join("");
  }
  expect(runner.faults).toEqual([]);
  return said;
}

const VERSION = "grep -o 'VERSION_ID=.*' /etc/os-release";

describe("packages", () => {
  test("are there after the next start, and gone after a rollback and one more", () => {
    expect(ask("sudo transactional-update -n pkg install htop")).toContain("\nNew default snapshot is #2 (/.snapshots/2/snapshot).\n");
    expect(ask("rpm -q htop")).toBe("package htop is not installed\n");
    expect(ask(":reboot", "rpm -q htop")).toMatch(/^htop-\d/);
    expect(ask("sudo transactional-update rollback 1")).toContain("\nPlease reboot to finish rollback!\n");
    expect(ask("rpm -q htop")).toMatch(/^htop-\d/);
    expect(ask(":reboot", "rpm -q htop")).toBe("package htop is not installed\n");
  }, 30_000);

  test("that are there already are nothing to update, and leave no snapshot", () => {
    expect(ask("sudo transactional-update -n pkg install bash")).toContain("\nzypper: nothing to update\nRemoving snapshot #2...\n");
    expect(ask("sudo tukit snapshots")).not.toMatch(/^2\t/m);
  }, 30_000);

  test("a second run begins anew from what runs, and says so twice", () => {
    ask("sudo transactional-update -n run touch /usr/share/first");
    // Without -n it warns, and asks where nobody is.
    expect(ask("sudo transactional-update pkg install htop")).toContain(
      "WARNING: You are creating a snapshot from a different base (1) than the\n         current default snapshot (2).\n",
    );
    expect(ask("sudo transactional-update -n pkg install htop")).toContain(
      "WARNING: This snapshot has been created from a different base (1)\n         than the previous default snapshot (2) and does not\n         contain the changes from the latter.\n",
    );
    expect(ask(":reboot", "rpm -q htop")).toMatch(/^htop-\d/);
    expect(ask("ls /usr/share/first")).toContain("No such file or directory");
  }, 30_000);
});

test("an update counts from the next start on, and the way back is the snapshot before", () => {
  const before = ask(VERSION);
  expect(ask("sudo transactional-update -n dup", VERSION)).toBe(before);
  const after = ask(":reboot", VERSION);
  expect(after > before).toBe(true);
  expect(ask("sudo transactional-update rollback last", ":reboot", VERSION)).toBe(before);
}, 30_000);

test("an update that does not pass its health check is taken back by itself", () => {
  const before = ask(VERSION);
  ask(":fault failing-health-check", "sudo transactional-update -n dup", ":reboot");
  expect(ask(VERSION)).toBe(before);
  expect(ask("sudo journalctl --no-pager -b -1 -o cat -u health-checker.service")).toContain(
    "Machine didn't come up correct, do a rollback\n",
  );
  expect(ask("sudo btrfs subvolume get-default /")).toMatch(/ path @\/\.snapshots\/1\/snapshot\n$/);
}, 30_000);

test("/usr refuses root and learner alike, remounted or not", () => {
  const refusal = "touch: cannot touch '/usr/bin/x': Read-only file system\n";
  expect(ask("touch /usr/bin/x")).toBe(refusal);
  expect(ask("sudo touch /usr/bin/x")).toBe(refusal);
  expect(ask("sudo mount -o remount,rw /", "sudo touch /usr/bin/x")).toBe(refusal);
}, 30_000);

test("/etc comes along to the new snapshot, but for what that has of its own", () => {
  ask("sudo transactional-update -n run sh -c 'echo new > /etc/both.conf'");
  ask("echo old | sudo tee /etc/both.conf", "echo late | sudo tee /etc/late.conf", ":reboot");
  expect(ask("cat /etc/both.conf")).toBe("new\n");
  expect(ask("cat /etc/late.conf")).toBe("late\n");
  expect(ask("ls -d /etc/etc.syncpoint")).toContain("No such file or directory");
}, 30_000);

test("a boot that ends in emergency mode has no network, and its journal is there afterwards", () => {
  ask("echo 'UUID=dead-beef /data btrfs defaults 0 0' | sudo tee -a /etc/fstab");
  expect(ask(":reboot", "systemctl is-system-running")).toBe("maintenance\n");
  expect(ask("curl -sS http://download.opensuse.org/")).toBe("curl: (6) Could not resolve host: download.opensuse.org\n");
  expect(ask("zypper ref")).toContain("Error message: Could not resolve host: download.opensuse.org\n");
  ask("sed -i /dead-beef/d /etc/fstab");
  expect(ask(":reboot", "systemctl is-system-running")).toBe("running\n");
  expect(ask("sudo journalctl -b -1 -o cat --no-pager")).toContain("Reached target emergency.target - Emergency Mode.\n");
  expect(ask("sudo zypper ref")).toContain("All repositories have been refreshed.\n");
}, 30_000);

test("quotas: snapper sets up a group for its snapshots, lists what each takes alone, and cleans by space", () => {
  expect(ask("sudo snapper list")).not.toContain("Used Space");
  expect(ask("sudo snapper setup-quota && sudo snapper get-config | grep QGROUP")).toMatch(/QGROUP +│ 1\/0/);
  expect(ask("sudo snapper setup-quota; echo $?")).toBe("1\nQuota error (qgroup already set).\n");
  ask("for n in 1 2 3; do sudo snapper create -c number -d $n; done");
  expect(ask("sudo snapper list --columns number,used-space")).toMatch(/^4 +│ +16\.00 KiB$/m);
  ask("sudo snapper set-config NUMBER_MIN_AGE=0 NUMBER_LIMIT=1-10 SPACE_LIMIT=0 FREE_LIMIT=0; sudo snapper cleanup number");
  expect(ask("sudo snapper list --columns number")).toMatch(/\n4 *\n$/);
  expect(ask("sudo snapper list --columns number")).not.toMatch(/\n2 /);
  expect(ask(":reboot", "sudo btrfs qgroup show -c / | grep ^1/0")).toMatch(/^1\/0 .* 0\/\d+,0\/\d+ /);
}, 30_000);
