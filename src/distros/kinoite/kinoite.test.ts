/** Kinoite is Silverblue's machine with other data. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { loadCatalogue } from "../../image/catalogue.ts";
import { readTextIfThere } from "../../machine/read-text.ts";
import { Rig } from "../silverblue/rig.fixture.ts";
import { KINOITE } from "./kinoite.ts";

const catalogue = loadCatalogue(readFileSync(new URL("../../image/kinoite.manifest.json", import.meta.url)));

test("it boots, knows its own branch, and upgrades along it", { timeout: 120_000 }, () => {
  const rig = Rig.make({ catalogue, product: KINOITE }).boot();
  expect(rig.ask("rpm-ostree status").match(/fedora:fedora\/43\/x86_64\/kinoite$/gm)).toHaveLength(2);
  rig.ask("rpm-ostree upgrade");
  rig.reboot();
  expect(readTextIfThere(rig.machine.inspect(), "/etc/os-release")).toContain('PRETTY_NAME="Fedora Linux 43.20260112.0 (Kinoite)"\n');
});
