import { describe, expect, test } from "vitest";
import { compareVersions, parseBlsEntry, sortBlsEntries } from "./bls.ts";
import { decideEntry, formatGrubEnv, parseGrubEnv } from "./grub-env.ts";

describe("parseBlsEntry", () => {
  test("reads what ostree writes", () => {
    const text =
      "title Fedora Linux 43 (Silverblue) (ostree:0)\nversion 2\noptions quiet rw ostree=/ostree/boot.1/fedora/abc/0\nlinux /ostree/fedora-abc/vmlinuz-6.18\ninitrd /ostree/fedora-abc/initramfs-6.18.img\n";
    expect(parseBlsEntry("ostree-2.conf", text)).toEqual({
      id: "ostree-2",
      title: "Fedora Linux 43 (Silverblue) (ostree:0)",
      version: "2",
      linux: "/ostree/fedora-abc/vmlinuz-6.18",
      initrd: ["/ostree/fedora-abc/initramfs-6.18.img"],
      options: "quiet rw ostree=/ostree/boot.1/fedora/abc/0",
    });
  });
  test("joins options, takes tabs, passes over comments, replaces variables", () => {
    const entry = parseBlsEntry(
      "x.conf",
      "# title no\nlinux\t/k\noptions a\noptions b $kernelopts ${more}\n",
      new Map([["kernelopts", "c=d"]]),
    );
    expect(entry?.options).toBe("a b c=d ");
    expect(entry?.title).toBe("x");
  });
  test("is undefined without a kernel", () => {
    expect(parseBlsEntry("x.conf", "title T\noptions a\n")).toBeUndefined();
    expect(parseBlsEntry("x.conf", "")).toBeUndefined();
  });
});

test("the menu's order", () => {
  const ids = (names: string[]) =>
    sortBlsEntries(names.map((id) => ({ id, title: id, version: "", linux: "/k", initrd: [], options: "" }))).map((entry) => entry.id);
  expect(ids(["ostree-1", "ostree-2", "ostree-10"])).toEqual(["ostree-10", "ostree-2", "ostree-1"]);
  expect(ids(["ostree-1-fedora", "ostree-2-fedora"])).toEqual(["ostree-2-fedora", "ostree-1-fedora"]);
  expect(ids(["f00d-0-rescue", "f00d-6.9.4-200.fc40.x86_64", "f00d-6.10.1-200.fc40.x86_64"])).toEqual([
    "f00d-6.10.1-200.fc40.x86_64",
    "f00d-6.9.4-200.fc40.x86_64",
    "f00d-0-rescue",
  ]);
});

// `rpmdev-vercmp` of rpm 4.18
test.each([
  ["1.0", "1.0", 0],
  ["1.0", "2.0", -1],
  ["2.0.1", "2.0", 1],
  ["10abc", "10.1abc", -1],
  ["5.5p10", "5.5p9", 1],
  ["xyz10", "xyz10.1", -1],
  ["6.0", "6.0.rc1", -1],
  ["1.0~rc1", "1.0", -1],
  ["1.0^git1", "1.0", 1],
  ["1.0^git1", "1.01", -1],
  ["a", "1", -1],
  ["007", "7", 0],
  ["1_0", "1.0", 0],
])("compareVersions(%s, %s)", (left, right, sign) => {
  expect(Math.sign(compareVersions(left, right))).toBe(sign);
  expect(Math.sign(compareVersions(right, left))).toBe(sign === 0 ? 0 : -sign);
});

describe("grubenv", () => {
  test("is 1024 bytes and comes back", () => {
    const variables = new Map([
      ["saved_entry", "ostree-2"],
      ["odd", "a\\b\nc"],
    ]);
    const text = formatGrubEnv(variables);
    expect(text).toHaveLength(1024);
    expect(parseGrubEnv(text)).toEqual(variables);
  });
  test("anything else holds nothing", () => {
    expect(parseGrubEnv("saved_entry=1\n").size).toBe(0);
  });

  const entries = ["ostree-2", "ostree-1"].map((id) => ({ id, title: `T ${id}`, version: "", linux: "/k", initrd: [], options: "" }));
  test.each([
    [{}, 0, undefined],
    [{ saved_entry: "ostree-1" }, 1, undefined],
    [{ saved_entry: "T ostree-1" }, 1, undefined],
    [{ saved_entry: "1" }, 1, undefined],
    [{ saved_entry: "9" }, 0, undefined],
    // reference/ostree-family.md §8.2
    [{ boot_counter: "3", boot_success: "0" }, 0, "2"],
    [{ boot_counter: "1", boot_success: "0" }, 0, "0"],
    [{ boot_counter: "0", boot_success: "0" }, 1, "-1"],
    [{ boot_counter: "-1", boot_success: "0" }, 1, "-1"],
    [{ boot_counter: "2", boot_success: "1" }, 0, "2"],
  ])("decides by %j", (variables, selected, counter) => {
    const decision = decideEntry(entries, new Map(Object.entries(variables) as [string, string][]));
    expect(decision.selected).toBe(selected);
    expect(decision.changed.get("boot_counter")).toBe(counter);
    expect(decision.changed.get("boot_success")).toBe("0");
  });

  // grub2:10_reset_boot_success, 12_menu_auto_hide: https://fedoraproject.org/wiki/Changes/HiddenGrubMenu
  test.each([
    [{}, false, undefined],
    [{ boot_success: "1" }, false, undefined],
    [{ menu_auto_hide: "1", boot_success: "1" }, true, 1],
    [{ menu_auto_hide: "1", boot_success: "0" }, false, undefined],
    [{ menu_auto_hide: "1", boot_success: "0", boot_indeterminate: "1" }, true, 1],
    [{ menu_auto_hide: "1", boot_success: "0", boot_indeterminate: "2" }, false, undefined],
    [{ menu_auto_hide: "1", boot_success: "1", menu_show_once: "1" }, false, 60],
    [{ menu_auto_hide: "1", boot_success: "1", menu_show_once_timeout: "7" }, false, 7],
  ])("hides the menu by %j", (variables, isHidden, timeout) => {
    const decision = decideEntry(entries, new Map(Object.entries(variables) as [string, string][]));
    expect(decision).toMatchObject({ isHidden, timeout });
    expect([...decision.changed.keys()].filter((name) => name.startsWith("menu_show_once"))).toEqual([]);
  });
});
