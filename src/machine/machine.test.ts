import xterm from "@xterm/headless";
import { describe, expect, test } from "vitest";
import { PowerLoss, type DiskWrite } from "../vfs/disk-types.ts";
import { readJournal } from "./journal.ts";
import { formatGrubEnv } from "./grub-env.ts";
import { Machine, type MachineSpec } from "./machine.ts";
import { readText } from "./read-text.ts";
import { managerOf } from "./systemd/manager.ts";
import { booted, makeDisk, Rig, ROOT_UUID, spec, START } from "./tiny-machine.fixture.ts";

async function screen(output: string, columns = 80, rows = 24): Promise<string[]> {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(output, resolve));
  return Array.from({ length: rows }, (_, row) => terminal.buffer.active.getLine(row)?.translateToString(true) ?? "");
}

describe("a boot", () => {
  test("goes from firmware to a shell", () => {
    const rig = booted();
    expect(rig.faults).toEqual([]);
    expect(rig.machine.power).toBe("running");
    expect(rig.machine.atPrompt).toBe(true);
    expect(rig.machine.bootCount).toBe(1);
    const plain = rig.output.replaceAll(/\u001b\[[0-9;:]*m/g, "");
    for (const text of [
      "simulated UEFI firmware",
      "GNU GRUB",
      "Booting `Tiny 2 (ostree:0)'",
      "Command line: BOOT_IMAGE=(hd0,gpt2)/ostree/tiny/vmlinuz-6.1.2 root=UUID=",
      "Welcome to Tiny Linux!",
      "[  OK  ] Mounted boot.mount - /boot.",
      "[  OK  ] Reached target graphical.target - Graphical Interface.",
      "Tiny Linux on tty1",
      "tiny login: learner (automatic login)",
      "Welcome.\r\n$ ",
    ])
      expect(plain).toContain(text);
    expect(plain.indexOf("Mounted boot.mount")).toBeLessThan(plain.indexOf("Reached target local-fs.target"));
  });

  test("leaves the system as the files say", () => {
    const rig = booted();
    expect(rig.ask("cat /usr/lib/version")).toBe("deploy2");
    expect(rig.ask("cat /proc/cmdline")).toMatch(/^BOOT_IMAGE=.* deploy=deploy2$/);
    expect(rig.machine.kernelRelease).toBe("6.1.2");
    const mounts = rig.ask("mounts");
    for (const line of [
      "/ /dev/vda3[/root/deploy2] ",
      "/sysroot /dev/vda3[/root] machine",
      "/boot /dev/vda2 machine",
      "/tmp tmpfs boot",
      "/run tmpfs boot",
      "/proc proc boot",
      "/dev devtmpfs boot",
      "/dev/shm tmpfs boot",
    ])
      expect(mounts).toContain(line);
    expect(mounts.split("\n").filter((line) => line.startsWith("/ "))).toHaveLength(1);
    expect(rig.ask("ps")).toContain("/usr/bin/napd --long");
    expect(rig.ask("env")).toContain("HOME=/var/home/learner");
    const { entries } = readJournal(rig.machine.inspect());
    expect(entries.map((entry) => entry.message)).toContain("hello there");
    expect(entries.filter((entry) => entry.unit === "nap.service").map((entry) => entry.message)).toEqual([
      "Started nap.service - Nap Daemon.",
    ]);
  });

  test.each([
    ["yes", false],
    ["no", true],
  ])("keeps what the console showed, with TTYVTDisallocate=%s: %s", async (disallocate, isKept) => {
    const disk = makeDisk((write) =>
      write(
        "/root/deploy2/usr/lib/systemd/system/getty@.service",
        `[Unit]\nDescription=Getty on %I\n[Service]\nExecStart=-/usr/bin/agetty %I\nTTYVTDisallocate=${disallocate}\n`,
      ),
    );
    const shown = (await screen(booted(disk).output, 80, 60)).join("\n");
    expect(shown.includes("Reached target graphical.target")).toBe(isKept);
    expect(shown).toContain("tiny login: learner (automatic login)");
  });

  test("with quiet says little, and a failure anyway", () => {
    const disk = makeDisk((write) => {
      write(
        "/boot/loader.0/entries/ostree-2.conf",
        `title Q\nversion 2\noptions quiet root=UUID=${ROOT_UUID} rootflags=subvol=root deploy=deploy2\nlinux /ostree/tiny/vmlinuz-6.1.2\n`,
      );
      write(
        "/root/deploy2/usr/lib/systemd/system/display.service",
        "[Unit]\nDescription=Display\n[Service]\nType=oneshot\nExecStart=/usr/bin/false\n",
      );
    });
    const { output, machine } = booted(disk);
    expect(machine.power).toBe("running");
    const plain = output.replaceAll(/\u001b\[[0-9;:]*m/g, "");
    expect(plain).not.toContain("Linux version");
    expect(plain).not.toContain("Mounted boot.mount");
    expect(plain).toContain("[FAILED] Failed to start display.service - Display.\r\nSee 'systemctl status display.service' for details.");
    const manager = managerOf(machine.kernel as never);
    expect(manager?.systemState).toBe("degraded");
  });

  test("a key hurries", () => {
    const slow = booted();
    const machine = new Machine(spec(makeDisk()));
    const fast = new Rig(machine);
    machine.powerOn();
    fast.settle(() => machine.power === "booting");
    machine.keys(0, " ");
    fast.settle();
    const seconds = (rig: Rig) => rig.machine.now.sec - START.sec + rig.machine.now.nsec / 1e9;
    expect(fast.machine.power).toBe("running");
    expect(seconds(slow) - seconds(fast)).toBeGreaterThan(0.4);
  });

  test("gives the same bytes in slices of 1, 100 and 10,000 ticks", () => {
    const [one, hundred, many] = [1, 100, 10_000].map((slice) => booted(makeDisk(), {}, slice));
    expect(one?.output).toBe(many?.output);
    expect(hundred?.output).toBe(many?.output);
    expect(one?.machine.ticks).toBe(many?.machine.ticks);
    expect(one?.machine.now).toEqual(many?.machine.now);
  });
});

describe("the menu", () => {
  const atMenu = (more: Partial<MachineSpec> = {}, disk = makeDisk()) => {
    const machine = new Machine(spec(disk, { menuTimeout: 5, ...more }));
    const rig = new Rig(machine);
    machine.powerOn();
    return rig.settle(() => machine.power === "menu");
  };

  test("shows what is on the disk, at any width", async () => {
    for (const columns of [80, 40]) {
      const machine = new Machine(spec(makeDisk()));
      machine.resize(0, columns, 24);
      const rig = new Rig(machine);
      machine.powerOn();
      rig.settle(() => machine.power === "menu");
      rig.machine.run(1000);
      const lines = await screen(rig.output, columns);
      expect(lines.some((line) => line.includes("*Tiny 2 (ostree:0)"))).toBe(true);
      expect(lines.some((line) => line.includes(" Tiny 1 (ostree:1)"))).toBe(true);
    }
  });

  test("an entry chosen by arrow keys is for once", () => {
    const rig = atMenu();
    rig.type("\u001b[B\r");
    expect(rig.ask("cat /usr/lib/version")).toBe("deploy1");
    expect(rig.machine.kernelRelease).toBe("6.1.1");
    rig.ask(":reboot");
    expect(rig.machine.power).toBe("running");
    expect(rig.ask("cat /usr/lib/version")).toBe("deploy2");
  });

  test("edited arguments are for once, too, and are in /proc/cmdline", () => {
    const rig = atMenu();
    // Down to the linux line, to its end.
    rig.type("e");
    rig.type("\u001b[B\u001b[B\u001b[B\u0005 extra=1\u0018");
    expect(rig.ask("cat /proc/cmdline")).toMatch(/ extra=1$/);
    rig.ask(":reboot");
    expect(rig.ask("cat /proc/cmdline")).not.toContain("extra=1");
  });

  test("Esc discards an edit", () => {
    const rig = atMenu();
    rig.type("e\u000b\u000b");
    rig.type("\u001b");
    rig.type("\r");
    expect(rig.machine.power).toBe("running");
  });

  test("c says that it is not built", async () => {
    const rig = atMenu();
    rig.type("c");
    expect((await screen(rig.output)).join("\n")).toContain("not part of the simulator yet");
  });

  test.each([
    [
      "no entries",
      (write: unknown, remove: (path: string) => void) => [1, 2].forEach((n) => remove(`/boot/loader.0/entries/ostree-${n}.conf`)),
      "no entry in (hd0,gpt2)/loader/entries can be booted",
    ],
    ["no link", (write: unknown, remove: (path: string) => void) => remove("/boot/loader"), "file `/loader/entries' not found"],
  ])("with %s says so", (_, change, text) => {
    const machine = new Machine(spec(makeDisk(change)));
    const rig = new Rig(machine);
    machine.powerOn();
    rig.settle();
    expect(rig.output).toContain(text);
    expect(machine.idle).toBe(true);
  });

  test("an entry whose kernel is gone says so and comes back to the menu", () => {
    const rig = atMenu(
      {},
      makeDisk((_, remove) => remove("/boot/ostree/tiny/vmlinuz-6.1.2")),
    );
    rig.type("\r");
    expect(rig.output).toContain("error: file `/ostree/tiny/vmlinuz-6.1.2' not found.");
    rig.type("x");
    rig.type("\u001b[B\r");
    expect(rig.ask("cat /usr/lib/version")).toBe("deploy1");
  });

  test("counts boots down, and falls back", () => {
    const environment = (counter: string) =>
      makeDisk((write) =>
        write(
          "/boot/grub2/grubenv",
          formatGrubEnv(
            new Map([
              ["boot_counter", counter],
              ["boot_success", "0"],
            ]),
          ),
        ),
      );
    expect(booted(environment("1")).ask("cat /usr/lib/version")).toBe("deploy2");
    const rig = booted(environment("0"));
    expect(rig.ask("cat /usr/lib/version")).toBe("deploy1");
    expect(rig.ask("cat /boot/grub2/grubenv")).toContain("boot_counter=-1\n");
  });
});

describe("when something is missing", () => {
  test("a device of fstab: emergency mode, and the older entry still starts", () => {
    const disk = makeDisk((write) => write("/root/deploy2/etc/fstab", "UUID=dead-beef /data ext4 defaults 0 2\n"));
    const rig = booted(disk);
    const plain = rig.output.replaceAll(/\u001b\[[0-9;:]*[mK]/g, "");
    for (const text of [
      "A start job is running for /dev/disk/by-uuid/dead-beef",
      "[ TIME ] Timed out waiting for device dev-disk-by\\x2duuid-dead\\x2dbeef.device - /dev/disk/by-uuid/dead-beef.",
      "[DEPEND] Dependency failed for data.mount - /data.",
      "[DEPEND] Dependency failed for local-fs.target - Local File Systems.",
      "You are in emergency mode.",
      "Press Enter for maintenance",
    ])
      expect(plain).toContain(text);
    expect(rig.machine.power).toBe("emergency");
    rig.type("\n");
    expect(rig.ask("env")).toContain("USER=root");
    expect(rig.ask("cat /run/systemd/generator/data.mount")).toContain("What=/dev/disk/by-uuid/dead-beef");
    rig.machine.keys(0, ":reboot\n");
    rig.settle(() => rig.machine.power === "menu");
    rig.type("\u001b[B\r");
    expect(rig.machine.power).toBe("running");
    expect(rig.ask("cat /usr/lib/version")).toBe("deploy1");
  });

  test("leaving the emergency shell goes on once the cause is gone", () => {
    const disk = makeDisk((write) => write("/root/deploy2/etc/fstab", "UUID=dead-beef /data ext4 defaults 0 2\n"));
    const rig = booted(disk);
    rig.type("\n");
    rig.type("put /run/systemd/generator/data.mount\n");
    rig.type("put /etc/systemd/system/local-fs.target [Unit]\n");
    rig.type("exit\n");
    expect(rig.machine.power).toBe("running");
    expect(rig.ask("env")).toContain("USER=learner");
  });

  test("what the family needs: the initramfs says so and has a shell", () => {
    const disk = makeDisk((write) =>
      write(
        "/boot/loader.0/entries/ostree-2.conf",
        `title Q\noptions root=UUID=${ROOT_UUID} rootflags=subvol=root\nlinux /ostree/tiny/vmlinuz-6.1.2\n`,
      ),
    );
    const rig = booted(disk);
    expect(rig.output).toContain("tiny-prepare-root: no deploy= argument");
    expect(rig.output).toContain("Entering emergency mode. Exit the shell to continue.");
    expect(rig.machine.power).toBe("emergency");
    rig.type("\n");
    expect(rig.ask("mounts")).toContain("/sysroot /dev/vda3[/root]");
    rig.machine.keys(0, ":reboot\n");
    rig.settle(() => rig.machine.power === "menu");
    expect(rig.machine.power).toBe("menu");
  });

  test("the root device", () => {
    const disk = makeDisk((write) =>
      write("/boot/loader.0/entries/ostree-2.conf", "title Q\noptions root=UUID=nope deploy=deploy2\nlinux /ostree/tiny/vmlinuz-6.1.2\n"),
    );
    const rig = booted(disk);
    expect(rig.output).toContain("Timed out waiting for device /dev/disk/by-uuid/nope.");
    expect(rig.machine.power).toBe("emergency");
  });

  test("init itself", () => {
    const rig = booted(makeDisk((_, remove) => remove("/root/deploy2/usr/lib/systemd/systemd")));
    expect(rig.output).toContain("Failed to switch root: Failed to execute /sbin/init: No such file or directory");
    expect(rig.machine.power).toBe("emergency");
  });
});

describe("going down", () => {
  test("a reboot finalises, a power cut and reboot -f do not", () => {
    const finalized = (rig: Rig) => rig.ask("cat /var/finalized");
    const clean = booted();
    clean.ask(":reboot");
    expect(clean.machine.bootCount).toBe(2);
    expect(finalized(clean)).toBe("yes");
    const { entries } = readJournal(clean.machine.inspect());
    expect(entries.filter((entry) => entry.unit === "ostree-finalize-staged.service").map((entry) => entry.message)).toContain(
      "Finalizing staged deployment",
    );
    expect(new Set(entries.map((entry) => entry.boot)).size).toBe(2);

    for (const force of [1, 2]) {
      const forced = booted();
      forced.ask(`:reboot ${force}`);
      expect(forced.machine.bootCount).toBe(2);
      expect(finalized(forced)).toBe("No such file or directory");
    }

    const cut = booted();
    cut.machine.powerCut();
    expect(cut.machine.power).toBe("off");
    cut.machine.powerOn();
    cut.settle();
    expect(finalized(cut)).toBe("No such file or directory");
  });

  test("poweroff leaves it off, and the disk can be looked at", () => {
    const rig = booted();
    rig.ask("put /var/x kept");
    rig.ask("put /tmp/x lost");
    rig.ask(":poweroff");
    expect(rig.machine.power).toBe("off");
    expect(readText(rig.machine.inspect(), "/sysroot/deploy2/var/x")).toBe("kept\n");
    expect(readText(rig.machine.inspect(), "/boot/loader/entries/ostree-2.conf")).toContain("Tiny 2");
    rig.machine.powerOn();
    rig.settle();
    expect(rig.ask("cat /var/x")).toBe("kept");
    expect(rig.ask("cat /tmp/x")).toBe("No such file or directory");
  });

  test("the reset button works in the menu and at the prompt", () => {
    const rig = booted();
    rig.machine.pressReboot();
    rig.settle();
    expect(rig.machine.bootCount).toBe(2);
    rig.machine.pressReboot();
    rig.settle(() => rig.machine.power === "menu");
    rig.machine.pressReboot();
    rig.settle();
    expect(rig.machine.power).toBe("running");
  });

  test("power that goes inside a write ends everything at once", () => {
    const disk = makeDisk();
    const rig = booted(disk);
    const from = disk.writes;
    const writes: DiskWrite[] = [];
    disk.onBeforeWrite = (write) => {
      if (write.n === from + 2) throw new PowerLoss();
      writes.push(write);
    };
    rig.type("put /var/a one\n");
    rig.type("put /var/b two\n");
    expect(rig.machine.power).toBe("off");
    expect(writes).toHaveLength(1);
    disk.onBeforeWrite = undefined;
    rig.machine.powerOn();
    rig.settle();
    expect(rig.machine.power).toBe("running");
  });

  test("a login that ends is offered again", () => {
    const rig = booted();
    rig.type("exit\n");
    expect(rig.machine.atPrompt).toBe(true);
    expect(rig.output.split("(automatic login)")).toHaveLength(3);
  });
});

describe("checkpoints", () => {
  const script = ["put /var/x one", "cat /var/x", "random", "ps", "put /tmp/y two", "mounts", "random", "history"];

  test("a restored machine goes on with the same bytes, to the next boot and beyond", () => {
    const rig = booted();
    rig.ask("put /tmp/before here");
    const copy = rig.machine.fork();
    expect(copy).toBeDefined();
    if (!copy) return;
    const other = new Rig(copy);
    const from = rig.output.length;
    for (const each of [rig, other]) {
      for (const line of script) each.type(`${line}\n`);
      each.type("cat /tmp/before\n");
      each.type(":reboot\n");
      each.type("random\n");
    }
    expect(other.output).toBe(rig.output.slice(from));
    expect(other.output).toContain("here");
    expect(copy.now).toEqual(rig.machine.now);
    expect(copy.diskWrites).toBe(rig.machine.diskWrites);
    expect(copy.bootCount).toBe(rig.machine.bootCount);
    expect(other.faults).toEqual([]);
  });

  test("what a copy does leaves the first alone, and a checkpoint can be used twice", () => {
    const rig = booted();
    const checkpoint = rig.machine.checkpoint();
    if (!checkpoint) throw new Error("no checkpoint at a prompt");
    const [one, two] = [1, 2].map(() => new Rig(Machine.restore(spec(makeDisk()), checkpoint)));
    one?.ask("put /var/x one");
    one?.ask("put /tmp/x one");
    expect(two?.ask("cat /var/x")).toBe("No such file or directory");
    expect(rig.ask("cat /tmp/x")).toBe("No such file or directory");
    expect(one?.machine.lastCommand).toBe("put /tmp/x one");
  });

  test("works in emergency mode, too", () => {
    const disk = makeDisk((write) => write("/root/deploy2/etc/fstab", "UUID=dead-beef /data ext4 defaults 0 2\n"));
    const rig = booted(disk);
    rig.type("\n");
    const copy = rig.machine.fork();
    if (!copy) throw new Error("no checkpoint at the emergency shell's prompt");
    expect(copy.power).toBe("emergency");
    const other = new Rig(copy);
    const from = rig.output.length;
    for (const each of [rig, other])
      for (const line of ["env", "put /etc/systemd/system/local-fs.target [Unit]", "exit", "random", ":reboot"]) each.type(`${line}\n`);
    expect(other.output).toBe(rig.output.slice(from));
    expect(copy.bootCount).toBe(2);
  });

  test("there is none while something lives or is typed", () => {
    const rig = booted();
    rig.machine.keys(0, "sleep 5\n");
    rig.machine.run(1000);
    expect(rig.machine.checkpoint()).toBeUndefined();
    rig.settle();
    expect(rig.machine.checkpoint()).toBeDefined();
  });

  test("is the same after being restored and taken again", () => {
    const rig = booted();
    const first = rig.machine.checkpoint();
    if (!first) throw new Error("no checkpoint at a prompt");
    const again = Machine.restore(spec(makeDisk()), first).checkpoint();
    const plain = (value: typeof first | undefined) => value && { ...value, disk: value.disk.writes, vfs: value.vfs.mounts };
    expect(plain(again)).toEqual(plain(first));
  });
});
