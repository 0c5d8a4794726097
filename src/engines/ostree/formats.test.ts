/** The file formats and pure rules of the engine, as tables. */
import { describe, expect, test } from "vitest";
import { bootEntryName, bootTitle, formatBootConfig, parseBootConfig, parseBootLink, formatBootLink } from "./bls.ts";
import { formatSize, formatTransferred } from "./format-size.ts";
import { appendKernelArg, deleteKernelArg, kernelArg, parseKernelArgs, replaceKernelArg, replaceKernelArgValue } from "./kernel-args.ts";
import { KeyFile } from "./keyfile.ts";
import { carriedOrigin, isPinned, newOrigin, withPin } from "./origin.ts";
import { parseTime } from "./parse-time.ts";
import { localeTime } from "./render.ts";

const CHECKSUM = "ff6d610a0f0d84602d9e2878eb3a16a850f2d31faa2f14108006723892a17899";

describe("boot entries", () => {
  // As the real `ostree admin upgrade` wrote it (recorded from 2022.7).
  const TEXT =
    "title Fedora Linux 43 (Silverblue) 43.2 (ostree:0)\nversion 2\n" +
    `options rw quiet ostree=/ostree/boot.0/fedora/${CHECKSUM}/0\n` +
    `linux /ostree/fedora-${CHECKSUM}/vmlinuz-6.17.1\ninitrd /ostree/fedora-${CHECKSUM}/initramfs-6.17.1.img\n`;

  test("are written as they were read", () => expect(formatBootConfig(parseBootConfig(TEXT))).toBe(TEXT));

  test("keep keys that we do not know, after the known ones", () => {
    expect(formatBootConfig(parseBootConfig(`grub_users $x\n# comment\n\n${TEXT}`))).toBe(`${TEXT}grub_users $x\n`);
  });

  test.each([
    ["Fedora Linux 43 (Silverblue)", "43.1", 1, undefined, "Fedora Linux 43 (Silverblue) 43.1 (ostree:1)"],
    ["Fedora Linux 43.20260110.0 (Silverblue)", "43.20260110.0", 0, undefined, "Fedora Linux 43.20260110.0 (Silverblue) (ostree:0)"],
    ["Lab Linux 1", "1.0", 0, "lab", "Lab Linux 1 1.0 (ostree:lab:0)"],
    ["Lab Linux", undefined, 2, undefined, "Lab Linux (ostree:2)"],
  ])("title of %s, version %s, at %i", (name, version, position, stateroot, title) => {
    expect(bootTitle(name, version, position, stateroot)).toBe(title);
  });

  test("the default has the highest number", () => {
    // tests/test-admin-boot-counting-tries.sh, and what bootloader_entry_filename makes of an entry that was there before.
    expect(bootEntryName(0, 1, 3)).toBe("ostree-1+3.conf");
    const before = ["ostree-2+2-1.conf", "ostree-1+0-3.conf", "ostree-1.conf"];
    expect(before.map((name) => bootEntryName(1, 2, 3, name))).toEqual(["ostree-1+2-1.conf", "ostree-1+0-3.conf", "ostree-1.conf"]);
    expect(bootEntryName(0, 1, 0, "ostree-1+3.conf")).toBe("ostree-1.conf");
    expect([0, 1, 2].map((position) => bootEntryName(position, 3))).toEqual(["ostree-3.conf", "ostree-2.conf", "ostree-1.conf"]);
  });

  test("boot links", () => {
    const link = `/ostree/boot.1/fedora/${CHECKSUM}/0`;
    const parsed = parseBootLink(link);
    expect(parsed).toEqual({ bootVersion: 1, stateroot: "fedora", bootChecksum: CHECKSUM, bootSerial: 0 });
    expect(parsed && formatBootLink(parsed)).toBe(link);
    for (const wrong of ["", "/ostree/boot.2/fedora/x/0", "/ostree/boot.1/fedora/x", "ostree/boot.1/fedora/x/0"])
      expect(parseBootLink(wrong)).toBeUndefined();
  });
});

describe("key files", () => {
  // Recorded: what `ostree admin pin` and `pin -u` make of an origin; the emptied group stays.
  const ORIGIN = "[origin]\nrefspec=fedora:f/43\n";
  const PINNED = `${ORIGIN}\n[libostree-transient]\npinned=true\n`;

  test("pin and unpin", () => {
    const pinned = withPin(newOrigin("fedora:f/43"), true);
    expect(pinned.toString()).toBe(PINNED);
    expect(isPinned(KeyFile.parse(PINNED))).toBe(true);
    expect(withPin(pinned, false).toString()).toBe(`${ORIGIN}\n[libostree-transient]\n`);
  });

  test("what belongs to one deployment is not carried over", () => {
    const origin = KeyFile.parse(`${PINNED}`);
    origin.set("origin", "unlocked", "hotfix");
    origin.set("origin", "override-commit", CHECKSUM);
    // Recorded, too: the empty line before the group that went stays.
    expect(carriedOrigin(origin).toString()).toBe(`${ORIGIN}\n`);
  });

  test("comments and order stay", () => {
    const text = '# top\n\n[core]\nrepo_version=1\n# why\nmode=bare\n\n[remote "fedora"]\nurl=https://example.org/\ngpg-verify=false\n';
    expect(KeyFile.parse(text).toString()).toBe(text);
  });

  test("lists, booleans and escapes", () => {
    const file = KeyFile.parse("[a]\nlist=x;y;\nyes=true\nno=0\ntext=one\\ntwo\\sthree\n");
    expect([file.getList("a", "list"), file.getBoolean("a", "yes"), file.getBoolean("a", "no"), file.get("a", "text")]).toEqual([
      ["x", "y"],
      true,
      false,
      "one\ntwo three",
    ]);
    expect(file.get("a", "nothing")).toBeUndefined();
  });
});

describe("kernel arguments", () => {
  const args = parseKernelArgs("rhgb quiet root=UUID=x ostree=/old console=tty0 console=ttyS0");

  test.each<readonly [string, () => string[] | string | undefined, string | undefined]>([
    ["value", () => kernelArg(args, "root"), "UUID=x"],
    ["last value", () => kernelArg(args, "console"), "ttyS0"],
    ["bare", () => kernelArg(args, "quiet"), ""],
    ["absent", () => kernelArg(args, "debug"), undefined],
    [
      "ostree= in its place",
      () => replaceKernelArg(args, "ostree", "/new"),
      "rhgb quiet root=UUID=x ostree=/new console=tty0 console=ttyS0",
    ],
    ["ostree= when new", () => replaceKernelArg(["rw"], "ostree", "/new"), "rw ostree=/new"],
    ["append", () => appendKernelArg(["rw"], "foo=bar"), "rw foo=bar"],
    ["delete", () => deleteKernelArg(["rw", "quiet"], "quiet"), "rw"],
    ["delete one of several", () => deleteKernelArg(args, "console=tty0"), "rhgb quiet root=UUID=x ostree=/old console=ttyS0"],
    ["replace", () => replaceKernelArgValue(["a=1"], "a=2"), "a=2"],
    [
      "replace one of several",
      () => replaceKernelArgValue(args, "console=tty0=tty1"),
      "rhgb quiet root=UUID=x ostree=/old console=tty1 console=ttyS0",
    ],
  ])("%s", (_, run, expected) => {
    const result = run();
    expect(Array.isArray(result) ? result.join(" ") : result).toBe(expected);
  });

  test.each([
    [() => deleteKernelArg(args, "debug"), "No key 'debug' found"],
    [() => deleteKernelArg(args, "root=UUID=y"), "No karg 'root=UUID=y' found"],
    [() => deleteKernelArg(args, "console"), "Multiple values for key 'console' found"],
    [() => replaceKernelArgValue(args, "debug=1"), "No key 'debug' found"],
  ])("refusal %#", (run, message) => expect(run).toThrow(message));
});

test.each([
  [0, "0 bytes", "0 B"],
  [1, "1 byte", "1 B"],
  [788, "788 bytes", "788 B"],
  [1432, "1.4\u00a0kB", "1 KiB"],
  [126_000, "126.0\u00a0kB", "123 KiB"],
  [45_100_000, "45.1\u00a0MB", "44042 KiB"],
])("%i bytes", (bytes, size, transferred) => expect([formatSize(bytes), formatTransferred(bytes)]).toEqual([size, transferred]));

test.each([
  ["@1700000000", 1700000000],
  ["2024-01-01 00:00:00 +0000", 1704067200],
  ["2024-01-01T01:00:00+01:00", 1704067200],
  ["2024-01-01", 1704067200],
  ["1970-01-01 00:00:05 +0000", 5],
])("--timestamp=%s", (text, seconds) => expect(parseTime(text)).toBe(seconds));

test("a date that is none", () => expect(() => parseTime("foo")).toThrow("Could not parse 'foo'"));

test("dates as %c has them in English", () => expect(localeTime(1768005513)).toBe("Sat 10 Jan 2026 12:38:33 AM UTC"));
