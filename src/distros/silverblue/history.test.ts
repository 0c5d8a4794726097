/** `rpm-ostree ex history` tells of what was booted, from the journal and from files of the time when it was made. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { loadCatalogue } from "../../image/catalogue.ts";
import { Rig } from "./rig.fixture.ts";

const catalogue = loadCatalogue(readFileSync(new URL("../../image/silverblue.manifest.json", import.meta.url)));

test("boots with what made their deployments", { timeout: 240_000 }, () => {
  const rig = Rig.make({ catalogue }).boot();
  const heads = (options = ""): string[] =>
    rig
      .ask(`rpm-ostree ex history ${options}`)
      .split("\n")
      .filter((line) => /BootCount|CreateCommand|<</.test(line))
      .map((line) => line.replace(/;.*/, "").replaceAll(/\x1b\[\d*m/g, ""));
  expect(heads()).toEqual(["<< No entries found >>"]);
  rig.ask("rpm-ostree kargs --append=one");
  expect(heads()).toEqual(["<< No entries found >>"]);
  rig.reboot();
  expect(heads()).toEqual(["CreateCommand: kargs --append=one"]);
  rig.ask("rpm-ostree kargs --append=two");
  rig.ask("rpm-ostree kargs --append=three");
  rig.reboot();
  rig.reboot();
  expect(heads()).toEqual(["└ BootCount: 2", "CreateCommand: kargs --append=three", "CreateCommand: kargs --append=one"]);
  rig.ask("rpm-ostree rollback");
  rig.reboot();
  const all = [
    "CreateCommand: kargs --append=one",
    "└ BootCount: 2",
    "CreateCommand: kargs --append=three",
    "CreateCommand: kargs --append=one",
  ];
  expect(heads()).toEqual(all);
  expect(heads("-n 1")).toEqual(all.slice(0, 1));
  expect(rig.ask("rpm-ostree ex history --json -n 1")).toContain('"deployment-create-command-line" : "kargs --append=one"');

  rig.ask("sudo rm -r /var/lib/rpm-ostree/history");
  expect(heads("-n 1")).toEqual([...all.slice(0, 1), "  << Missing history information >>"]);
});
