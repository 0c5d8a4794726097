import { describe, expect, test } from "vitest";
import type { MachineSpec } from "../../machine/machine.ts";
import type { ProgramTable } from "../../machine/ports.ts";
import { booted, makeDisk, type Rig, spec } from "../../machine/tiny-machine.fixture.ts";
import { programOf } from "../program.ts";
import { World } from "../../machine/world.ts";
import { ago } from "./status.ts";
import { SYSTEMD_COMMANDS } from "./index.ts";

const NAMES = SYSTEMD_COMMANDS.map(({ name }) => name);

/** The tiny machine with the real commands. */
function machine(files: Record<string, string> = {}, more: Partial<MachineSpec> = {}): Rig {
  const disk = makeDisk((write) => {
    for (const name of NAMES) write(`/root/deploy2/usr/bin/${name}`, `\u007fELF\nprogram=${name}\n`);
    // A second name for the same file: the stand-in says systemctl whatever it is called.
    write("/root/deploy2/usr/bin/reboot", "\u007fELF\nprogram=systemctl\n");
    write(
      "/root/deploy2/usr/lib/systemd/system/idle.service",
      "[Unit]\nDescription=Idle Service\nDocumentation=man:idle(8)\n[Service]\nExecStart=/usr/bin/napd\n[Install]\nWantedBy=multi-user.target\n",
    );
    write(
      "/root/deploy2/usr/lib/systemd/system/broken.service",
      "[Unit]\nDescription=Broken\n[Service]\nType=oneshot\nExecStart=/usr/bin/false\n",
    );
    for (const [path, text] of Object.entries(files)) write(`/root/deploy2${path}`, text);
  });
  const own = spec(disk).programs(new World());
  const table = new Map(SYSTEMD_COMMANDS.map((command) => [command.name, programOf(command)]));
  const programs: ProgramTable = { find: (name) => table.get(name) ?? own.find(name) };
  return booted(disk, { programs: () => programs, ...more });
}

const plain = (text: string) => text.replaceAll(/\u001b\[[0-9;]*m/g, "");

describe("systemctl", () => {
  const rig = machine();
  const ask = (line: string) => plain(rig.ask(line));

  // Words of systemd 257; statuses of systemctl(1). A status other than 0 is the last line, in brackets.
  test.each([
    ["systemctl is-active nap", "active"],
    ["systemctl is-active idle", "inactive\n[3]"],
    ["systemctl is-active nope", "inactive\n[4]"],
    ["systemctl is-active -q nap", ""],
    ["systemctl is-enabled idle", "disabled\n[1]"],
    ["systemctl is-enabled nap", "static"],
    ["systemctl is-enabled boot.mount", "generated"],
    ["systemctl is-enabled default.target", "alias"],
    ["systemctl is-enabled nope", "not-found\n[4]"],
    ["systemctl is-system-running", "running"],
    ["systemctl is-failed nap", "active\n[3]"],
    ["systemctl status nope", "Unit nope.service could not be found.\n[4]"],
    ["systemctl start nope", "Failed to start nope.service: Unit nope.service not found.\n[5]"],
    ["systemctl stop nope", "Failed to stop nope.service: Unit nope.service not loaded.\n[5]"],
    ["systemctl cat nope", "No files found for nope.service.\n[1]"],
    ["systemctl enable nope", "Failed to enable unit: Unit nope.service does not exist\n[1]"],
    ["systemctl frob", "Unknown command verb 'frob'.\n[1]"],
    ["systemctl start", "Too few arguments.\n[1]"],
    ["systemctl --frob", "systemctl: unrecognized option '--frob'\n[1]"],
    ["systemctl kexec", "systemctl: 'kexec' is not built in Immutable Lab\n[1]"],
    ["systemctl get-default", "graphical.target"],
    ["systemctl show -P ActiveState nap", "active"],
    ["systemctl show -p Id,LoadState,SubState nope", "Id=nope.service\nLoadState=not-found\nSubState=dead"],
    [
      "systemctl isolate nap",
      "Failed to isolate nap.service: Operation refused, unit may not be isolated.\nSee system logs and 'systemctl status nap.service' for details.\n[1]",
    ],
  ])("%s", (line, expected) => {
    expect(ask(line)).toBe(expected);
  });

  test("cat shows the file under its name", () => {
    expect(ask("systemctl cat nap")).toBe(
      "# /usr/lib/systemd/system/nap.service\n[Unit]\nDescription=Nap Daemon\n[Service]\nExecStart=/usr/bin/napd --long",
    );
  });

  test("list-units", () => {
    expect(ask("systemctl list-units -t service --no-legend").split("\n")).toEqual([
      "  getty@tty1.service loaded active running Getty on tty1",
      "  greet.service      loaded active exited  Say hello",
      "  nap.service        loaded active running Nap Daemon",
    ]);
    const whole = ask("systemctl list-units -t target");
    expect(whole).toMatch(/^ {2}UNIT +LOAD +ACTIVE SUB +DESCRIPTION\n/);
    expect(whole).toContain("\n\nLegend: LOAD   → Reflects whether the unit definition was properly loaded.\n");
    expect(whole).toContain(
      "6 loaded units listed. Pass --all to see loaded but inactive units, too.\nTo show all installed unit files use 'systemctl list-unit-files'.",
    );
  });

  test("list-dependencies", () => {
    expect(ask("systemctl list-dependencies getty.target")).toBe("getty.target\n● └─getty@tty1.service");
  });

  test("status of a service", () => {
    const pid = ask("systemctl show -P MainPID nap");
    expect(
      ask("systemctl status nap")
        .replaceAll(/since .* ago/g, "since X ago")
        .replaceAll(/^\w{3} \d\d \d\d:\d\d:\d\d /gm, "T "),
    ).toBe(
      `● nap.service - Nap Daemon
     Loaded: loaded (/usr/lib/systemd/system/nap.service; static)
     Active: active (running) since X ago
   Main PID: ${pid} (napd)
     CGroup: /system.slice/nap.service
             └─${pid} /usr/bin/napd --long

T tiny systemd[1]: Started nap.service - Nap Daemon.`,
    );
  });
});

describe("what systemctl changes", () => {
  test("start, stop, restart", () => {
    const rig = machine();
    expect(rig.ask("systemctl start idle")).toBe("");
    const pid = rig.ask("systemctl show -P MainPID idle");
    expect(rig.ask("ps")).toMatch(new RegExp(`^${pid} /usr/bin/napd$`, "m"));
    rig.ask("systemctl restart idle");
    expect(rig.ask("systemctl show -P MainPID idle")).not.toBe(pid);
    rig.ask("systemctl stop idle");
    expect(rig.ask("systemctl is-active idle")).toBe("inactive\n[3]");
    expect(rig.ask("ps")).not.toMatch(/napd$/m);
  });

  test("a failure", () => {
    const rig = machine();
    expect(rig.ask("systemctl start broken")).toBe(
      'Job for broken.service failed because the control process exited with error code.\nSee "systemctl status broken.service" and "journalctl -xeu broken.service" for details.\n[1]',
    );
    expect(plain(rig.ask("systemctl --failed --no-legend"))).toBe("● broken.service loaded failed failed Broken");
    expect(rig.ask("systemctl is-system-running")).toBe("degraded\n[1]");
    const status = plain(rig.ask("systemctl status broken"));
    expect(status).toContain("× broken.service - Broken\n");
    expect(status).toContain("Active: failed (Result: exit-code) since");
    expect(status).toContain("broken.service: Main process exited, code=exited, status=1/FAILURE\n");
    rig.ask("systemctl reset-failed");
    expect(rig.ask("systemctl is-system-running")).toBe("running");
  });

  test("enable makes the link that the next boot follows; disable takes it away", () => {
    const rig = machine();
    const link = "/etc/systemd/system/multi-user.target.wants/idle.service";
    expect(rig.ask("systemctl enable idle")).toBe(`Created symlink '${link}' → '/usr/lib/systemd/system/idle.service'.`);
    expect(rig.ask("systemctl is-enabled idle")).toBe("enabled");
    rig.ask("systemctl reboot");
    expect(rig.ask("systemctl is-active idle")).toBe("active");
    expect(rig.ask("systemctl disable --now idle")).toBe(`Removed '${link}'.`);
    expect(rig.ask("systemctl is-active idle")).toBe("inactive\n[3]");
    expect(rig.ask("systemctl enable nap")).toContain("The unit files have no installation config (WantedBy=, RequiredBy=, UpheldBy=,");
  });

  test("mask and set-default", () => {
    const rig = machine();
    expect(rig.ask("systemctl mask idle")).toBe("Created symlink '/etc/systemd/system/idle.service' → '/dev/null'.");
    expect(rig.ask("systemctl start idle")).toBe("Failed to start idle.service: Unit idle.service is masked.\n[1]");
    expect(rig.ask("systemctl unmask idle")).toBe("Removed '/etc/systemd/system/idle.service'.");
    expect(rig.ask("systemctl set-default multi-user")).toBe(
      "Failed to set default target: Unit file multi-user.service does not exist\n[1]",
    );
    expect(rig.ask("systemctl set-default multi-user.target")).toBe(
      "Created symlink '/etc/systemd/system/default.target' → '/usr/lib/systemd/system/multi-user.target'.",
    );
    rig.ask("systemctl reboot");
    expect(rig.ask("systemctl is-active graphical.target")).toBe("inactive\n[3]");
    expect(rig.ask("systemctl get-default")).toBe("multi-user.target");
  });

  test("a unit written by hand runs, and its words are in the journal", () => {
    const rig = machine({ "/etc/systemd/system/mine.service": "[Service]\nExecStart=/usr/bin/hello from me\n" });
    rig.ask("systemctl start mine");
    expect(rig.ask("journalctl -u mine -o cat")).toContain("hello from me\n");
    expect(rig.ask("systemctl show -P Result mine")).toBe("success");
  });

  test("a service that ends again and again is given up", () => {
    const rig = machine({ "/etc/systemd/system/flap.service": "[Service]\nExecStart=/usr/bin/true\nRestart=always\nRestartSec=200ms\n" });
    rig.ask("systemctl start flap");
    expect(rig.ask("systemctl show -P Result flap")).toBe("start-limit-hit");
    expect(rig.ask("journalctl -u flap -o cat")).toContain("flap.service: Start request repeated too quickly.");
    expect(rig.ask("journalctl -u flap -o cat").split("Started flap.service")).toHaveLength(6);
  });

  test("somebody who is no administrator may look and reboot, and nothing else", () => {
    const rig = machine({ "/etc/group": "root:x:0:\nwheel:x:10:\nlearner:x:1000:\n" });
    expect(rig.ask("systemctl is-active nap")).toBe("active");
    expect(rig.ask("systemctl start idle")).toBe("Failed to start idle.service: Interactive authentication required.\n[1]");
    expect(rig.ask("journalctl -n 1")).toContain("No journal files were opened due to insufficient permissions.\n[1]");
    expect(rig.ask("reboot -f")).toBe("Failed to reboot system: Operation not permitted\n[1]");
    rig.ask("reboot");
    expect(rig.machine.bootCount).toBe(2);
  });

  test("emergency and rescue, and back", () => {
    const rig = machine();
    for (const [verb, text] of [
      ["emergency", "You are in emergency mode."],
      ["rescue", "You are in rescue mode."],
    ] as const) {
      rig.type(`systemctl ${verb}\n`);
      expect(rig.machine.power).toBe("emergency");
      expect(rig.output).toContain(text);
      rig.type("\n");
      rig.type("exit\n");
      expect(rig.machine.power).toBe("running");
    }
  });

  test("a second terminal has a login of its own", () => {
    const rig = machine();
    let second = "";
    const { onOutput } = rig.machine;
    rig.machine.onOutput = (tty, data) => (tty === 1 ? (second += String.fromCharCode(...data)) : onOutput(tty, data));
    rig.machine.openTty(1);
    rig.settle();
    expect(second).toContain("Tiny Linux on tty2");
    rig.machine.keys(1, "env\n");
    rig.settle();
    expect(second).toContain("USER=learner");
    expect(rig.ask("loginctl --no-legend").split("\n")).toHaveLength(2);
    expect(rig.machine.checkpoint()?.sessions).toHaveLength(2);
  });
});

describe("journalctl", () => {
  const rig = machine();
  rig.ask("systemctl start idle");
  rig.ask("systemctl reboot");

  test("knows the boots", () => {
    const rows = rig.ask("journalctl --list-boots").split("\n");
    expect(rows[0]).toMatch(/^IDX BOOT ID +FIRST ENTRY +LAST ENTRY$/);
    expect(rows[1]).toMatch(/^ -1 [0-9a-f]{32} Mon 2026-01-12 09:14:\d\d UTC Mon 2026-01-12 09:14:\d\d UTC$/);
    expect(rows[2]).toMatch(/^ {2}0 [0-9a-f]{32} /);
    expect(rows).toHaveLength(3);
  });

  test.each([
    [
      "journalctl -b -1 -u idle -o cat",
      "Started idle.service - Idle Service.\nStopping idle.service - Idle Service...\nidle.service: Deactivated successfully.\nStopped idle.service - Idle Service.",
    ],
    ["journalctl -b -u idle", "-- No entries --"],
    ["journalctl -b -1 -u idle -r -n 1 -o cat", "Stopped idle.service - Idle Service."],
    ["journalctl -t hello -b -o cat", "hello there"],
    ["journalctl -b -5", "Data from the specified boot (-5) is not available: No such boot ID in journal\n[1]"],
    ["journalctl -o nope", "Unknown output format 'nope'.\n[1]"],
    ["journalctl --since tomorrow", "-- No entries --"],
    ["journalctl -p nope", "Unknown log level nope\n[1]"],
    ["journalctl --nope", "journalctl: unrecognized option '--nope'\n[1]"],
  ])("%s", (line, expected) => {
    expect(rig.ask(line)).toBe(expected);
  });

  test("flush and sync have nothing to say", () => {
    for (const option of ["--flush", "--sync"]) expect(rig.ask(`journalctl ${option}`)).toBe("");
  });

  test("stamps as syslog does, kernel lines without a number", () => {
    expect(rig.ask("journalctl -b -u greet -n 1")).toMatch(/^Jan 12 09:14:\d\d tiny systemd\[1\]: Finished greet\.service - Say hello\.$/);
    expect(rig.ask("journalctl -k -b 0").split("\n")[0]).toMatch(/^Jan 12 09:14:\d\d tiny kernel: Linux version 6\.1\.2 /);
    expect(rig.ask("journalctl -k -o short-monotonic -n 1")).toMatch(/^\[ {4}\d\.\d{6}\] tiny kernel: /);
  });

  test("separates boots", () => {
    const { length } = rig
      .ask("journalctl -o short")
      .split("\n")
      .filter((line) => line.startsWith("-- Boot "));
    expect(length).toBe(1);
  });

  test("as JSON", () => {
    const entry = JSON.parse(rig.ask("journalctl -b -u greet -t systemd -n 1 -o json")) as Record<string, string>;
    expect(entry["MESSAGE"]).toBe("Finished greet.service - Say hello.");
    expect(entry["PRIORITY"]).toBe("6");
    expect(entry["UNIT"]).toBe("greet.service");
  });

  test("follows until it is interrupted", () => {
    rig.machine.keys(0, "journalctl -f -n 0\n");
    for (let i = 0; i < 5; i++) {
      rig.machine.run(10_000);
      rig.machine.skipToNextWake();
    }
    rig.machine.kernel?.process(1);
    rig.machine.keys(0, "\u0003");
    rig.settle();
    expect(rig.machine.power).toBe("running");
  });
});

test("hostnamectl changes the name for good", () => {
  const rig = machine();
  expect(rig.ask("hostnamectl hostname")).toBe("tiny");
  rig.ask("hostnamectl set-hostname other");
  expect(rig.ask("cat /etc/hostname")).toBe("other");
  rig.ask("systemctl reboot");
  expect(rig.ask("hostnamectl hostname")).toBe("other");
  expect(rig.ask("hostnamectl")).toContain("Operating System: Tiny Linux\n");
});

// systemd's format_timestamp_relative
test.each([
  [0, "0"],
  [5, "5s"],
  [65, "1min 5s"],
  [600, "10min"],
  [3600, "1h"],
  [3660, "1h 1min"],
  [90000, "1 day 1h"],
  [200000, "2 days 7h"],
])("ago(%i s)", (seconds, text) => {
  expect(ago({ sec: 0, nsec: 0 }, { sec: seconds, nsec: 0 })).toBe(seconds === 0 ? "0ms" : text);
});
