import { describe, expect, test } from "vitest";
import { deviceOfSpec, generateMounts, parseFstab } from "./fstab-generator.ts";
import { planStart, sortByOrder } from "./transaction.ts";
import { parseUnitFile } from "./unit-file.ts";
import { escapeName, escapePath, mangleUnitName, splitInstance, unescapeName, unitPath } from "./unit-name.ts";
import type { Unit } from "./unit.ts";

// systemd-escape(1) of systemd 252
test.each([
  ["/var/home", "var-home"],
  ["/", "-"],
  ["/dev/disk/by-uuid/0f-1a", "dev-disk-by\\x2duuid-0f\\x2d1a"],
  ["//a//b/", "a-b"],
  ["/.hidden/x", "\\x2ehidden-x"],
  ["/a b", "a\\x20b"],
])("escapePath(%s)", (path, name) => {
  expect(escapePath(path)).toBe(name);
  expect(unitPath(`${name}.mount`)).toBe(path === "//a//b/" ? "/a/b" : path);
});

test("names", () => {
  expect(escapeName("a/b-c.d")).toBe("a-b\\x2dc.d");
  expect(unescapeName("a-b\\x2dc")).toBe("a/b-c");
  expect(["sshd", "/boot", "/dev/vda2", "x.target"].map(mangleUnitName)).toEqual([
    "sshd.service",
    "boot.mount",
    "dev-vda2.device",
    "x.target",
  ]);
  expect(splitInstance("getty@tty1.service")).toEqual({ prefix: "getty", instance: "tty1", template: "getty@.service" });
  expect(splitInstance("a.service")).toEqual({ prefix: "a", instance: undefined, template: undefined });
});

test("unit files: repeats, resets, continuations, comments", () => {
  const file = parseUnitFile(`# comment
[Unit]
Description = A thing
Wants=a.service b.service
Wants=c.service
After=x.service
After=
After=y.service
[Service]
ExecStart=/usr/bin/thing \\
  # in between
  --long "two words"
RemainAfterExit=yes
; other comment
`);
  expect(file.last("Unit", "Description")).toBe("A thing");
  expect(file.words("Unit", "Wants")).toEqual(["a.service", "b.service", "c.service"]);
  expect(file.words("Unit", "After")).toEqual(["y.service"]);
  expect(file.words("Service", "ExecStart")).toEqual(["/usr/bin/thing", "--long", "two words"]);
  expect(file.flag("Service", "RemainAfterExit", false)).toBe(true);
  expect(file.flag("Unit", "DefaultDependencies", true)).toBe(true);
});

describe("fstab", () => {
  const text = `# /etc/fstab
UUID=11-22 /boot ext4 defaults 1 2
UUID=ab / btrfs subvol=root 0 0
/dev/vda9\t/data\text4\tnofail,ro 0 0
LABEL=x\\040y /mnt/a\\040b vfat noauto 0 0
none /swap swap sw 0 0
`;
  test("fields", () => {
    expect(parseFstab(text).map(({ spec, target }) => [spec, target])).toEqual([
      ["UUID=11-22", "/boot"],
      ["UUID=ab", "/"],
      ["/dev/vda9", "/data"],
      ["LABEL=x y", "/mnt/a b"],
      ["none", "/swap"],
    ]);
  });
  test("mount units", () => {
    const units = generateMounts(parseFstab(text));
    expect(units.map(({ name, linkedFrom }) => [name, linkedFrom])).toEqual([
      ["boot.mount", "local-fs.target.requires"],
      ["data.mount", "local-fs.target.wants"],
      ["mnt-a\\x20b.mount", undefined],
    ]);
    expect(parseUnitFile(units[0]?.text ?? "").last("Mount", "What")).toBe("/dev/disk/by-uuid/11-22");
    expect(parseUnitFile(units[1]?.text ?? "").last("Mount", "Options")).toBe("nofail,ro");
  });
  test("deviceOfSpec", () => {
    expect(deviceOfSpec('LABEL="a b"')).toBe("/dev/disk/by-label/a\\x20b");
    expect(deviceOfSpec("/dev/vda2")).toBe("/dev/vda2");
  });
});

function unit(name: string, more: Partial<Unit> = {}): Unit {
  const sections = parseUnitFile("");
  return {
    name,
    type: "service",
    names: [name],
    load: "loaded",
    file: "",
    dropIns: [],
    sections,
    description: name,
    wants: [],
    requires: [],
    conflicts: [],
    after: [],
    before: [],
    onFailure: [],
    ...more,
  };
}

describe("transactions", () => {
  const units = new Map(
    [
      unit("goal", { wants: ["b", "a", "gone"], requires: ["c"] }),
      unit("a", { after: ["b"] }),
      unit("b", { requires: ["needed-but-gone"] }),
      unit("c", { before: ["a", "b", "goal"] }),
      unit("unrelated"),
    ].map((each) => [each.name, each]),
  );
  const load = (name: string) => units.get(name) ?? unit(name, { load: "not-found" });

  test("pulls in, orders, reports what is required and missing", () => {
    const plan = planStart("goal", load);
    const names = plan.order.map((each) => each.name);
    expect(new Set(names)).toEqual(new Set(["goal", "a", "b", "c"]));
    expect(names.indexOf("c")).toBeLessThan(names.indexOf("b"));
    expect(names.indexOf("b")).toBeLessThan(names.indexOf("a"));
    expect(plan.missing).toEqual([{ name: "needed-but-gone", by: "b" }]);
  });

  test("what is active is left alone", () => {
    expect(planStart("goal", load, (name) => name === "c").order.map((each) => each.name)).not.toContain("c");
  });

  test("a circle is broken and told, and everything is still there once", () => {
    const { order, dropped } = sortByOrder([unit("x", { after: ["y"] }), unit("y", { after: ["z"] }), unit("z", { after: ["x"] })]);
    expect(order.map((each) => each.name).sort()).toEqual(["x", "y", "z"]);
    expect(dropped).toHaveLength(1);
  });

  test("the order holds for any set of edges without circles", () => {
    for (let seed = 1; seed <= 30; seed++) {
      const count = 12;
      let state = seed;
      const next = (limit: number) => (state = (state * 1103515245 + 12345) % 2147483648) % limit;
      const made = Array.from({ length: count }, (_, index) =>
        unit(`u${index}`, {
          after: index === 0 ? [] : [`u${next(index)}`],
          before: index < count - 1 && next(2) ? [`u${index + 1 + next(count - index - 1)}`] : [],
        }),
      );
      const shuffled = made
        .map((each) => ({ each, key: next(1000) }))
        .sort((a, b) => a.key - b.key)
        .map(({ each }) => each);
      const { order, dropped } = sortByOrder(shuffled);
      expect(dropped).toEqual([]);
      const at = new Map(order.map((each, index) => [each.name, index]));
      for (const each of made) {
        for (const name of each.after) expect(at.get(name)).toBeLessThan(at.get(each.name) as number);
        for (const name of each.before) expect(at.get(name)).toBeGreaterThan(at.get(each.name) as number);
      }
    }
  });
});
