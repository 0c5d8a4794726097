/** transactional-update and tukit beyond packages: the shell, the boot files, transactions by hand, and what goes wrong on the way. */
import { expect, test } from "vitest";
import { Lab } from "../lab/lab.ts";
import { labOptions } from "./labs.ts";
import { ScriptRunner } from "./run.ts";
import { readWords } from "./usage.ts";

interface Answer {
  readonly out: string;
  readonly err: string;
  readonly exit: number | undefined;
}

/** A MicroOS; `ask` gives what the last of some commands says. */
function microOs({ tty = false } = {}): (...commands: string[]) => Answer {
  const runner = new ScriptRunner(new Lab(labOptions(readWords(["--machine", "microos"], { flags: [], values: ["machine"] }))), tty);
  const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString();
  return (...commands) => {
    let last: Answer = { out: "", err: "", exit: undefined };
    for (const command of commands)
      for (const { stdout, stderr, exit } of runner.run(command))
        last = { out: text(stdout).replaceAll("\r", ""), err: text(stderr), exit };
    expect(runner.faults).toEqual([]);
    return last;
  };
}

const RUN = "sudo transactional-update --no-selfupdate";

test("the shell is a second one in the new snapshot, whose end makes that the default", () => {
  const ask = microOs({ tty: true });
  const opened = ask(`${RUN} shell`).out;
  expect(opened).toContain("Opening chroot in snapshot 2, continue with 'exit'\n");
  expect(opened).toMatch(/transactional update \/# $/);
  expect(ask("touch /usr/share/made", "tukit open").out).toContain(
    "ERROR: Cannot open a new transaction from within a running transaction.\n",
  );
  expect(ask("transactional-update run true").out).toContain(
    "Cannot call transactional-update from within transactional-update environment!",
  );
  expect(ask("snapper list").out).toContain("Failure (org.freedesktop.DBus.Error.FileNotFound).");
  const closed = ask("exit 3").out;
  expect(closed).toContain("Application returned with exit status 3.\n");
  expect(closed).toContain("\nNew default snapshot is #2 (/.snapshots/2/snapshot).\ntransactional-update finished\n");
  expect(ask("ls /usr/share/made").out).toContain("No such file or directory");
  expect(ask(":reboot", "ls /usr/share/made").out).toContain("l/usr/share/made\n");
}, 30_000);

test("a shell has the prompt of /etc/bash.bashrc, also below sudo", () => {
  const ask = microOs({ tty: true });
  expect(ask("sudo bash").out).toMatch(/microos:\/home\/learner # $/);
}, 30_000);

test("initrd, bootloader and grub.cfg are made in a snapshot of their own", () => {
  const ask = microOs();
  const { out, err, exit } = ask(`${RUN} initrd bootloader`);
  const heads = ["Creating new initrd", "Creating a new grub2 config", "Writing new bootloader", "Please reboot"].map((head) =>
    out.indexOf(`\n${head}`),
  );
  expect(heads).toEqual([...heads].sort((a, b) => a - b));
  expect(heads[0]).toBeGreaterThan(0);
  expect(out).toContain("`bash -c /usr/sbin/grub2-mkconfig --output=/boot/grub2/grub.cfg`:\nGenerating grub configuration file ...\n");
  expect(err).toMatch(/^dracut\[I\]: \*\*\* Creating initramfs image file '\/boot\/initrd-\S+' done \*\*\*$/m);
  expect(exit).toBe(0);
  expect(ask("cat /run/reboot-needed").out).toBe("reboot");
  expect(ask(":reboot", "sudo btrfs subvolume get-default /").out).toContain(" path @/.snapshots/2/snapshot\n");
}, 30_000);

test("without a crash kernel, kdump is a snapshot in which nothing was done", () => {
  expect(microOs()(`${RUN} kdump`).out).toContain("\nNew default snapshot is #2 (/.snapshots/2/snapshot).\n");
}, 30_000);

test("with -d a snapshot in which nothing was changed goes, and /etc comes into the running system", () => {
  const ask = microOs();
  const { out } = ask(`${RUN} -d run touch /etc/made`);
  expect(out).toContain("No changes to the root file system - discarding snapshot.\nMerging changes in /etc into the running system.\n");
  expect(ask("ls /etc/made").out).toBe("/etc/made\n");
  expect(ask("sudo tukit snapshots").out).not.toMatch(/^2\t/m);
}, 30_000);

test("what SUSE's customers have says that it is not there", () => {
  const ask = microOs();
  expect(ask(`${RUN} register -r CODE`)).toEqual({ out: "SUSEConnect does not exist on this system.\n", err: "", exit: 1 });
  const { out, err, exit } = ask(`${RUN} -n migration`);
  expect(out).toContain("In case 'migration' is not a typo it's probably not a built-in command");
  expect(err).toContain("ERROR: zypper migration --no-snapshots --no-selfupdate on /.snapshots/2/snapshot failed with exit code 2!\n");
  expect(exit).toBe(1);
}, 30_000);

test("transactions by hand: open, call, abort; one tukit at a time", () => {
  const ask = microOs();
  expect(ask("sudo tukit --quiet open").out).toBe("ID: 2\n");
  expect(ask("sudo tukit -q call 2 touch /usr/share/made").exit).toBe(0);
  expect(ask("sudo tukit -q callext 2 ls {}/usr/share/made").out).toMatch(/^\/tmp\/transactional-update-\w{6}\/usr\/share\/made\n$/);
  expect(ask("sudo tukit call 2 bash -c 'kill -9 $$'")).toMatchObject({ exit: 9 });
  const [busy] = [ask("(sudo tukit -q call 2 sleep 3 & sleep 1; sudo tukit snapshots; wait) 2>&1").out];
  expect(busy).toBe("ERROR: Another instance of tukit is already running: Resource temporarily unavailable\n");
  expect(ask("sudo ls /.snapshots/2/snapshot/var").out).toBe("cache\nlib\nlog\ntmp\n");
  expect(ask("sudo tukit abort 2").out).toContain("Discarding snapshot 2.\nTransaction completed.\n");
  expect(ask("sudo tukit close 2").err).toBe("ERROR: Snapshot 2 does not exist.\n");
  expect(ask("sudo tukit close 1").err).toBe("ERROR: Snapshot 1 is not an open transaction.\n");
}, 30_000);

test("packages signed with an unknown key are not taken", () => {
  const ask = microOs();
  const { out, err, exit } = ask(":fault bad-signature", `${RUN} -n pkg install htop`);
  expect(out).toContain("is signed with an unknown key '9C41E07D2B5A8F36'. Continue? [yes/no] (no): no\n");
  expect(err).toContain("History:\n - Signature verification failed for repomd.xml\n - Can't provide /repodata/repomd.xml\n\n");
  expect(err).toContain("No provider of 'htop' found.\nERROR: zypper install on /.snapshots/2/snapshot failed with exit code 104!\n");
  expect(exit).toBe(1);
  expect(ask("sudo tukit snapshots").out).not.toMatch(/^2\t/m);
}, 30_000);

test("a package whose script fails is no good for a snapshot", () => {
  const ask = microOs();
  const { out, err } = ask(":fault failing-scriptlet", `${RUN} -n pkg install htop`);
  expect(out).toMatch(/\[done\]\nAdditional rpm output:\nwarning: %post\(htop-\S+\) scriptlet failed, exit status 1\n\n\n/);
  expect(err).toContain("failed with exit code 107!\n");
  expect(ask("sudo tukit snapshots").out).not.toMatch(/^2\t/m);
}, 30_000);

test("zypper knows no other flags and commands than its own", () => {
  const ask = microOs();
  expect(ask("zypper lr --nonsense")).toEqual({ out: "", err: "The flag --nonsense is not known.\n", exit: 2 });
  expect(ask("zypper nonsense --flag")).toMatchObject({ err: "Unknown command 'nonsense'\n", exit: 2 });
}, 30_000);
