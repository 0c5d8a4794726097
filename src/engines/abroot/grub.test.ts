import { expect, test } from "vitest";
import { exchangedMenu, grubRoles, masterMenu } from "./grub.ts";
import { parseMenu } from "./menu.ts";

const SLOTS = [
  { label: "vos-a", uuid: "aaaa" },
  { label: "vos-b", uuid: "bbbb" },
] as const;

test("the roles are read from the titles, whichever way round they are", () => {
  expect(grubRoles(masterMenu(SLOTS, "vos-a"))).toEqual({ current: "vos-a", previous: "vos-b" });
  expect(grubRoles(masterMenu(SLOTS, "vos-b"))).toEqual({ current: "vos-b", previous: "vos-a" });
  expect(() => grubRoles("set default=0\n")).toThrow("could not find root partitions");
});

test.each(["vos-a", "vos-b"] as const)(
  "the menu made from one that has %s first is what an installer would write for the other",
  (current) => {
    const text = masterMenu(SLOTS, current);
    const other = current === "vos-a" ? "vos-b" : "vos-a";
    expect(exchangedMenu(text, grubRoles(text))).toBe(masterMenu(SLOTS, other));
  },
);

test("the default is the current state, and each row leads to the menu of its root", () => {
  const { entries, selected, timeout } = parseMenu(masterMenu(SLOTS, "vos-b"));
  expect(timeout).toBe(5);
  expect(entries[selected]?.title).toBe("Current State (B)");
  expect(entries.map(({ commands }) => commands)).toEqual(
    ["aaaa", "bbbb"].map((uuid) => [`search --no-floppy --fs-uuid --set=root ${uuid}`, 'configfile "/.system/boot/grub/abroot.cfg"']),
  );
});
