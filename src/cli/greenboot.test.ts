/** Health checks at boot: an update that does not pass them is tried so often and then given up (fedora-iot/greenboot, grub2/08_greenboot.cfg). */
import { expect, test } from "vitest";
import { Lab } from "../lab/lab.ts";
import { labOptions } from "./labs.ts";
import { ScriptRunner } from "./run.ts";
import { readWords } from "./usage.ts";

const UNITS =
  "greenboot-healthcheck greenboot-task-runner greenboot-status greenboot-grub2-set-counter greenboot-grub2-set-success " +
  "greenboot-rpm-ostree-grub2-check-fallback redboot-task-runner redboot-auto-reboot";
const SET_UP = [
  "rpm-ostree install greenboot greenboot-default-health-checks > /dev/null",
  ":reboot",
  `sudo systemctl enable ${UNITS} > /dev/null 2>&1`,
  ":reboot",
];
const ENVIRONMENT = "sudo grub2-editenv - list | sort";
const VERSION = "sed -n 's/^OSTREE_VERSION=//p' /etc/os-release";
const LIST = "rpm-ostree status | grep -E 'fedora:|Version'";

/** Long enough for a machine that is not healthy to give up. */
const BOOTS_OF_UPDATE = ["sleep 30", "sleep 30", "sleep 30"];

function outputs(...script: string[]): string[] {
  const runner = new ScriptRunner(new Lab(labOptions(readWords([], { flags: [], values: [] }))), false);
  const results = [...runner.run([...SET_UP, ...script].join("\n"))];
  expect(runner.faults).toEqual([]);
  return results
    .slice(SET_UP.filter((line) => !line.startsWith(":")).length)
    .map(({ stdout, stderr }) => Buffer.from(stdout).toString() + Buffer.from(stderr).toString());
}

test("a healthy boot is green and says so", () => {
  const [environment, journal, motd] = outputs(
    ENVIRONMENT,
    "journalctl -b -o cat -u greenboot-healthcheck.service",
    "cat /run/motd.d/boot-status",
  );
  expect(environment).toBe("boot_indeterminate=0\nboot_success=1\n");
  expect(journal).toContain(
    "Running Required Health Check Scripts...\nScript '01_repository_dns_check.sh' SUCCESS\nRunning Wanted Health Check Scripts...\n",
  );
  expect(motd).toBe("Boot Status is GREEN - Health Check SUCCESS\n");
});

test("without a network the machine is not healthy, and there is nothing to go back to by itself", () => {
  const [, environment, journal, motd] = outputs(
    ":fault offline",
    ":reboot",
    "sleep 30",
    ENVIRONMENT,
    "journalctl -b -o cat -u redboot-auto-reboot.service",
    "cat /run/motd.d/boot-status",
  );
  expect(environment).toContain("boot_success=0\n");
  expect(journal).toContain("SYSTEM is UNHEALTHY, but boot_counter is unset in grubenv. Manual intervention necessary.\n");
  expect(motd).toBe("Boot Status is RED - Health Check FAILURE!\n");
});

test("an update that fails its checks is tried three times; then GRUB starts what was before, and that becomes the default", () => {
  const [upgrade, counter, , , , version, list, environment, boots, fallback] = outputs(
    ":fault failing-health-check",
    "rpm-ostree upgrade > /dev/null",
    ENVIRONMENT,
    ":reboot",
    // Each of these ends with the machine restarting by itself.
    ...BOOTS_OF_UPDATE,
    VERSION,
    LIST,
    ENVIRONMENT,
    "journalctl -o cat -u redboot-auto-reboot.service | grep -c Rebooting",
    "journalctl -b -o cat -u greenboot-rpm-ostree-grub2-check-fallback.service | grep FALLBACK",
  );
  expect(upgrade).toBe("");
  expect(counter).toBe("boot_counter=3\nboot_indeterminate=0\nboot_success=0\n");
  expect(version).toBe("'43.20260110.0'\n");
  expect(list).toMatch(/^● fedora:.*\n +Version: 43\.20260110\.0 .*\n {2}fedora:.*\n +Version: 43\.20260112\.0 .*\n$/);
  expect(environment).not.toContain("boot_counter");
  expect(boots).toBe("3\n");
  expect(fallback).toBe("FALLBACK BOOT DETECTED! Default rpm-ostree deployment has been rolled back.\n");
});
