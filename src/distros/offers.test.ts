import { expect, it } from "vitest";
import { machines } from "./index.ts";
import { OFFERS } from "./offers.ts";

it("offers every machine, by its own title and flavours", () => {
  const told = OFFERS.map(({ name, title, flavours }) => ({ name, title, flavours: flavours.map(({ id }) => id) }));
  const there = Object.entries(machines).map(([name, { distro }]) => ({
    name,
    title: distro.title,
    flavours: distro.flavours.map(({ id }) => id),
  }));
  expect(told.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual(there.toSorted((a, b) => a.name.localeCompare(b.name)));
});
