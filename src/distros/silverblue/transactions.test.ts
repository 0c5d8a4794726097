/** The client and its daemon: one transaction at a time, cancelling, refusals, a release that does not boot. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { viewsOf } from "../../engines/ostree/views.ts";
import { loadCatalogue } from "../../image/catalogue.ts";
import { Rig } from "./rig.fixture.ts";

const catalogue = loadCatalogue(readFileSync(new URL("../../image/silverblue.manifest.json", import.meta.url)));
const plain = (text: string): string => text.replaceAll(/\x1b\[[\d;]*[mK]/g, "").replaceAll("\r", "");

let base: Rig;
beforeAll(() => {
  base = Rig.make({ catalogue }).boot();
}, 60_000);

const versions = (rig: Rig): string[] => viewsOf(rig.machine.inspect()).deployments.map((row) => row.version.slice(3, 11));

describe("a transaction under way", () => {
  /** Starts an upgrade on the terminal and lets it get into the middle of the pull. */
  function upgrading(): Rig {
    const rig = base.fork();
    rig.machine.keys(0, "rpm-ostree upgrade\n");
    rig.settle(() => rig.output.includes("Receiving objects; 1"));
    return rig;
  }

  /** Runs a command in the background, as another terminal would. */
  function beside(rig: Rig, ...argv: string[]): { readonly output: () => string; readonly ended: () => boolean } {
    const init = rig.machine.kernel?.process(1);
    if (!init) throw new Error("no init");
    const credentials = { uid: 1000, gid: 1000, groups: [1000, 10], privileged: false };
    const [reader, writer] = init.sys.pipe();
    const child = init.spawn({
      argv,
      program: { path: `/usr/bin/${argv[0] ?? ""}` },
      credentials,
      newSession: true,
      fds: new Map([
        [1, writer],
        [2, writer],
      ]),
    });
    init.sys.close(writer);
    return {
      output: () => String.fromCharCode(...(init.sys.read(reader, 65_536) ?? [])),
      ended: () => child.state === "zombie" || rig.machine.kernel?.process(child.pid) !== child,
    };
  }

  test("shows in status, and another one is refused", () => {
    const rig = upgrading();
    const status = beside(rig, "rpm-ostree", "status");
    rig.settle(status.ended);
    expect(status.output()).toMatch(
      /^State: busy\nTransaction: upgrade \n {2}Initiator: client\(id:cli dbus:1\.\d+ unit:session-1\.scope uid:1000\)\n/,
    );
    const second = beside(rig, "rpm-ostree", "rollback");
    rig.settle(second.ended);
    expect(second.output()).toBe(
      "error: Transaction in progress: upgrade \n You can cancel the current transaction with `rpm-ostree cancel`\n",
    );
    rig.toPrompt();
    expect(versions(rig)).toEqual(["20260112", "20260110", "20260106"]);
  });

  test("Ctrl-C cancels it and leaves no trace", () => {
    const rig = upgrading();
    rig.machine.keys(0, "\x03");
    rig.toPrompt();
    const said = plain(rig.output);
    expect(said).toContain("Caught SIGINT, cancelling transaction\n");
    expect(said).toMatch(/error: (?:.*: )?Operation was cancelled\n\[1\]\n/);
    expect(versions(rig)).toEqual(["20260110", "20260106"]);
    expect(rig.ask("names /ostree/repo/tmp").trim()).toBe("cache");
    expect(plain(rig.ask("rpm-ostree upgrade"))).toContain('Run "systemctl reboot" to start a reboot\n');
  });

  test("cancel from elsewhere", () => {
    const rig = upgrading();
    const cancel = beside(rig, "rpm-ostree", "cancel");
    rig.settle(cancel.ended);
    expect(cancel.output()).toBe("Cancelling transaction: upgrade \nCancelled.\n");
    rig.toPrompt();
    expect(versions(rig)).toEqual(["20260110", "20260106"]);
  });
});

describe("refusals", () => {
  test.each<readonly [string, string, number]>([
    ["rpm-ostree cancel", "No active transaction.\n", 0],
    ["rpm-ostree cleanup", "error: cleanup: At least one cleanup option must be specified\n", 1],
    ["rpm-ostree usroverlay", "error: This command requires root privileges\n", 1],
    ["rpm-ostree status --frob", "error: Unknown option --frob\n", 1],
    ["rpm-ostree upgrade --check --reboot", "error: Cannot specify both --reboot and --check\n", 1],
    ["sudo rpm-ostree kargs --delete=nothing", "error: No key 'nothing' found\n", 1],
    ["ostree admin pin 0", "error: Read-only file system\n", 1],
    ["ostree admin config-diff", "error: You must be root to perform this command\n", 1],
    ["sudo ostree admin pin 9", "error: Out of range deployment index 9, expected < 2\n", 1],
    ["sudo ostree admin pin booted", "Deployment 0 is now pinned\n", 0],
    ["sudo ostree admin pin pending", "error: Deployment type not found: pending\n", 1],
    ["sudo ostree admin set-default x", "", 0],
    [
      "sudo ostree admin switch fedora:fedora/43/x86_64/silverblue",
      "error: Old and new refs are equal: fedora:fedora/43/x86_64/silverblue\n",
      1,
    ],
    ["sudo ostree admin deploy nothing", "error: Refspec 'nothing' not found\n", 1],
    [
      "sudo ostree admin deploy --os=other fedora:fedora/43/x86_64/silverblue",
      "error: Deploying tree: Initializing deployment: No such stateroot: other\n",
      1,
    ],
    ["ostree refs nosuch", "", 0],
    ["ostree rev-parse zzz", "error: Refspec 'zzz' not found\n", 1],
    ["ostree --repo=nope refs", "error: opening repo: opendir(/var/home/learner/nope): No such file or directory\n", 1],
    ["ostree remote list -u", "fedora  https://ostree.fedoraproject.org\n", 0],
    ["ostree config get core.mode", "bare\n", 0],
    ["ostree config get core.zzz", "error: Key file does not have key “zzz” in group “core”\n", 1],
  ])("%s", (line, said, status) => {
    const rig = base.fork();
    expect(plain(rig.ask(line))).toBe(said);
    expect(rig.status).toBe(status);
  });

  test("somebody who is not in wheel", () => {
    const rig = base.fork();
    const init = rig.machine.kernel?.process(1);
    const [reader, writer] = init?.sys.pipe() ?? [0, 0];
    const credentials = { uid: 1001, gid: 1001, groups: [1001], privileged: false };
    const child = init?.spawn({
      argv: ["rpm-ostree", "upgrade"],
      program: { path: "/usr/bin/rpm-ostree" },
      credentials,
      newSession: true,
      fds: new Map([[2, writer]]),
    });
    rig.settle(() => child?.state === "zombie" || rig.machine.kernel?.process(child?.pid ?? 0) !== child);
    expect(String.fromCharCode(...(init?.sys.read(reader, 4096) ?? []))).toBe("error: UpdateDeployment not allowed for user\n");
  });
});

test("a release that does not boot: emergency mode, and the older entry still works", { timeout: 60_000 }, () => {
  const rig = base.fork();
  rig.ask("rpm-ostree upgrade");
  rig.reboot();
  rig.ask("rpm-ostree upgrade");
  expect(versions(rig)).toEqual(["20260115", "20260112", "20260110"]);
  rig.output = "";
  rig.machine.keys(0, "sudo restart\n");
  rig.settle(() => rig.machine.power === "emergency");
  expect(rig.output).toContain("You are in emergency mode");
  rig.machine.powerCut();
  rig.output = "";
  rig.machine.powerOn();
  rig.settle(() => rig.machine.power === "menu");
  rig.machine.keys(0, "\x1b[B\r");
  rig.settle(() => rig.machine.power !== "menu").toPrompt();
  const [pending, booted] = viewsOf(rig.machine.inspect()).deployments;
  expect([pending?.isPending, pending?.isDefault, booted?.isBooted]).toEqual([true, true, true]);
  expect(plain(rig.ask("rpm-ostree rollback"))).toMatch(/Moving '[0-9a-f]{64}\.0' to be first deployment/);
  rig.reboot();
  expect(viewsOf(rig.machine.inspect()).deployments[0]?.version).toBe("43.20260112.0");
});

test("a finalisation that fails leaves the old system, and status tells", { timeout: 60_000 }, () => {
  const rig = base.fork();
  rig.ask("rpm-ostree upgrade");
  const staged = viewsOf(rig.machine.inspect()).deployments[0]?.checksum ?? "";
  const writer = rig.machine.kernel?.process(1)?.sys.fork(0);
  writer?.unshareMounts();
  writer?.mount({ source: "none", target: "/sysroot", flags: ["remount", "bind", "rw"] });
  // What is to be merged into is gone.
  writer?.dropTree(`/sysroot/ostree/deploy/fedora/deploy/${staged}.0/etc`);
  writer?.exit();
  rig.reboot();
  expect(versions(rig)).toEqual(["20260110", "20260106"]);
  expect(plain(rig.ask("rpm-ostree status"))).toMatch(
    /^State: idle\nWarning: failed to finalize previous deployment\n {9}error: During \/etc merge: opendir\(etc\): No such file or directory\n {9}check `journalctl -b -1 -u ostree-finalize-staged\.service`\nDeployments:\n/,
  );
  rig.reboot();
  expect(plain(rig.ask("rpm-ostree status"))).toMatch(/^State: idle\nDeployments:\n/);
});
