/** What goes wrong when it is made to: each fault with the words of the real tool (facts: how the tools report these failures upstream). */
import { describe, expect, test } from "vitest";
import { Lab, type LabOptions } from "../lab/lab.ts";
import { labOptions, settle } from "./labs.ts";
import { ScriptRunner } from "./run.ts";
import { readWords } from "./usage.ts";

const options = (machine = "silverblue"): LabOptions => labOptions(readWords(["--machine", machine], { flags: [], values: ["machine"] }));

/** What the last line of a script says, both its outputs together, and its exit status. */
function last(...script: string[]): { readonly text: string; readonly exit: number | undefined } {
  const runner = new ScriptRunner(new Lab(options()), false);
  const result = [...runner.run(script.join("\n"))].at(-1);
  expect(runner.faults).toEqual([]);
  if (!result) throw new Error("nothing was run");
  return { text: Buffer.from(result.stdout).toString() + Buffer.from(result.stderr).toString(), exit: result.exit };
}

const HEX = "[0-9a-f]{64}";
const NO_HOST =
  "While pulling fedora/43/x86_64/silverblue: While fetching https://ostree.fedoraproject.org/summary.sig: [6] Could not resolve hostname";
const NO_KEY = `Commit ${HEX}: Signature made \\w{3} \\d\\d \\w{3} 2026 \\d\\d:\\d\\d:\\d\\d [AP]M UTC using RSA key ID D0622462E99D6AD1\nCan't check signature: public key not found`;

describe("each fault is what the real tool says", () => {
  test.each<[fault: string, command: string, says: RegExp, status: number]>([
    ["offline", "rpm-ostree upgrade", new RegExp(`^error: ${literally(NO_HOST)}\n$`), 1],
    ["offline", "rpm-ostree upgrade --check 2>&1 | tail -1", new RegExp(`^error: ${literally(NO_HOST)}\n$`), 0],
    ["offline", "curl -sS https://fedoraproject.org/", /^curl: \(6\) Could not resolve host: fedoraproject\.org\n$/, 6],
    [
      "offline",
      "podman pull -q registry.fedoraproject.org/fedora:43",
      /dial tcp: lookup registry\.fedoraproject\.org: no such host\n$/,
      125,
    ],
    ["offline", "getent hosts ostree.fedoraproject.org", /^$/, 2],
    ["bad-signature", "rpm-ostree upgrade", new RegExp(`^error: While pulling fedora/43/x86_64/silverblue: ${NO_KEY}\n$`), 1],
    [
      "disk-nearly-full",
      "rpm-ostree upgrade",
      /^error: While pulling fedora\/43\/x86_64\/silverblue: Writing content object: min-free-space-percent '3%' would be exceeded, at least [\d.]+.kB requested\n$/,
      1,
    ],
    ["disk-nearly-full", "df --output=pcent /sysroot | tail -1", /^ 99%\n$/, 0],
    [
      "disk-nearly-full",
      "head -c 100M /dev/zero > big",
      /^bash: line \d+: |head: error writing 'standard output': No space left on device\n$/,
      1,
    ],
    [
      "busy-transaction",
      "rpm-ostree upgrade",
      /^error: Transaction in progress: upgrade \(download only\)\n You can cancel the current transaction with `rpm-ostree cancel`\n$/,
      1,
    ],
    [
      "busy-transaction",
      "rpm-ostree status | head -3",
      /^State: busy\nTransaction: upgrade \(download only\)\n {2}Initiator: client\(id:gnome-software .* uid:1000\)\n$/,
      0,
    ],
    ["busy-transaction", "rpm-ostree cancel", /^Cancelling transaction: upgrade \(download only\)\nCancelled\.\n$/, 0],
    ["bad-signature", "sudo ostree pull fedora fedora/43/x86_64/silverblue", new RegExp(`^error: ${NO_KEY}\n$`), 1],
  ])("%s: %s", (fault, command, says, status) => {
    const { text, exit } = last(`:fault ${fault}`, command);
    expect(text).toMatch(says);
    expect(exit).toBe(status);
  });

  test("whose transaction it is follows the desktop", () => {
    const runner = new ScriptRunner(new Lab(options("kinoite")), false);
    const results = [
      ...runner.run(":fault busy-transaction\nrpm-ostree status | head -3\nrpm-ostree cancel\nrpm-ostree upgrade --check > /dev/null"),
    ];
    const [status, cancelled, after] = results.slice(-3).map(({ stdout, exit }) => [Buffer.from(stdout).toString(), exit] as const);
    expect(status?.[0]).toMatch(
      /^State: busy\nTransaction: upgrade\n {2}Initiator: client\(id:cli .*unit:app-org\.kde\.discover.* uid:1000\)\n$/,
    );
    expect(cancelled?.[0]).toBe("Cancelling transaction: upgrade\nCancelled.\n");
    expect(after?.[1]).toBe(0);
  });

  test("and is gone when it is put right", () => {
    expect(last(":fault offline", ":fault offline off", "rpm-ostree upgrade --check > /dev/null 2>&1").exit).toBe(0);
  });

  test("a failed upgrade has changed nothing", () => {
    const status = last("rpm-ostree status").text;
    for (const fault of ["offline", "bad-signature", "disk-nearly-full"]) {
      expect(last(`:fault ${fault}`, "rpm-ostree upgrade > /dev/null 2>&1", "rpm-ostree status").text).toBe(status);
      expect(
        last(`:fault ${fault}`, "rpm-ostree upgrade > /dev/null 2>&1", `:fault ${fault} off`, "rpm-ostree upgrade > /dev/null").exit,
      ).toBe(0);
    }
  });
});

describe("what is done to the machine can be found and mended there", () => {
  test("the core dump that fills the disk", () => {
    const { text } = last(
      ":fault disk-nearly-full",
      "sudo find /var -xdev -size +100M",
      "sudo rm /var/lib/systemd/coredump/core.*",
      "rpm-ostree upgrade | tail -1",
    );
    expect(text).toBe('Run "systemctl reboot" to start a reboot\n');
  });

  test("the transaction, which ends by itself or is cancelled", () => {
    expect(last(":fault busy-transaction", "sleep 130", "rpm-ostree upgrade | tail -1").text).toBe(
      'Run "systemctl reboot" to start a reboot\n',
    );
    expect(last(":fault busy-transaction", "rpm-ostree cancel", "rpm-ostree status | head -1").text).toBe("State: idle\n");
    expect(last(":fault busy-transaction", ":fault busy-transaction off", "sleep 1; rpm-ostree status | head -1").text).toBe(
      "State: idle\n",
    );
  });
});

describe("power-cut", () => {
  test("before the N-th write from now, and only once", () => {
    const version = "sed -n 's/^OSTREE_VERSION=//p' /etc/os-release";
    // Two writes are too few for anything to have come of it.
    expect(last(":fault power-cut=3", "rpm-ostree upgrade > /dev/null", version).text).toBe("'43.20260110.0'\n");
    expect(last(":fault power-cut=3", "rpm-ostree upgrade", "rpm-ostree upgrade > /dev/null", ":reboot", version).text).toBe(
      "'43.20260112.0'\n",
    );
  });

  test("puts off exactly what was not written yet", () => {
    const write = (name: string): string => `echo ${name} > ${name}; sync`;
    const lines = [write("a"), write("b"), "ls"];
    expect(last(...lines).text).toContain("b");
    expect(last(":fault power-cut=1", ...lines).text).not.toContain("a\n");
  });
});

describe("a fault is an event of the run", () => {
  const type = (lab: Lab, line: string): void => {
    lab.send({ kind: "keys", tty: 0, text: `${line}\r` });
    rest(lab);
  };
  const rest = (lab: Lab): void => {
    settle(lab, ({ idle, atPrompt }) => idle && atPrompt);
  };
  const screen = (lab: Lab): string => Buffer.from(lab.screen(0)).toString();

  test("a log with faults gives the same bytes again", () => {
    const lab = new Lab(options());
    rest(lab);
    lab.send({ kind: "fault", name: "offline", on: true });
    type(lab, "rpm-ostree upgrade");
    lab.send({ kind: "fault", name: "offline", on: false });
    type(lab, "rpm-ostree upgrade");
    lab.send({ kind: "fault", name: "power-cut", on: true, write: 2 });
    type(lab, "touch a b c");
    expect(lab.machine.power).toBe("off");
    const again = Lab.replay(options(), lab.log());
    expect(again.machine.power).toBe("off");
    expect(screen(again)).toBe(screen(lab));
    expect(again.machine.diskWrites).toBe(lab.machine.diskWrites);
  });

  test("undo takes it back, redo brings it", () => {
    const lab = new Lab(options());
    rest(lab);
    lab.send({ kind: "fault", name: "offline", on: true });
    lab.run(1);
    expect(lab.view()).toMatchObject({ faults: ["offline"], canUndo: true, undoLabel: "fault offline" });
    lab.undo();
    expect(lab.view().faults).toEqual([]);
    lab.redo();
    expect(lab.view().faults).toEqual(["offline"]);
    type(lab, "rpm-ostree upgrade");
    lab.undo();
    type(lab, "rpm-ostree upgrade");
    expect(screen(lab)).toContain("Could not resolve hostname");
  });
});

function literally(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
