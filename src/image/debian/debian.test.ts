/** Versions as dpkg compares them (compare-versions.tsv), relations, and .deb files. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { decodeUtf8 } from "../../base/utf8.ts";
import { loadCatalogue } from "../catalogue.ts";
import { debsOf } from "./archive.ts";
import { formatParagraph, parseParagraphs } from "./control.ts";
import { decodeDeb } from "./deb-file.ts";
import { debianServer } from "./server.ts";
import { compareVersions, parseRelations, satisfies } from "./versions.ts";

const rows = readFileSync(new URL("compare-versions.tsv", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => line.split("\t") as [string, string, string]);
const debs = debsOf(loadCatalogue(readFileSync(new URL("../debian.manifest.json", import.meta.url))));

test.each(rows)("%s against %s", (left, right, wanted) => {
  expect(Math.sign(compareVersions(left, right))).toBe(Number(wanted));
  expect(Math.sign(compareVersions(right, left))).toBe(0 - Number(wanted));
});

test("relations", () => {
  const [first, second] = parseRelations("libc6 (>= 2.38), default-mta | mail-transport-agent, perl:any");
  expect(first).toEqual([{ name: "libc6", operator: ">=", version: "2.38" }]);
  expect(second?.map(({ name }) => name)).toEqual(["default-mta", "mail-transport-agent"]);
  expect(satisfies("2.41-12", { name: "libc6", operator: ">=", version: "2.38" })).toBe(true);
  expect(satisfies("2.41-12", { name: "libc6", operator: "<<", version: "2.41-12" })).toBe(false);
});

test("a .deb holds what its package says", () => {
  for (const deb of debs.installed.slice(0, 40)) {
    const file = decodeDeb(deb.bytes());
    expect(file?.data.map(({ path }) => path)).toEqual(deb.entries.map(({ path }) => path));
    const [control] = parseParagraphs(decodeUtf8(file?.control.get("control")?.bytes ?? new Uint8Array()));
    expect(formatParagraph(control ?? [])).toBe(formatParagraph(deb.control));
  }
});

test("what an installer puts onto a disk has all that it depends on", () => {
  const installed = new Map(debs.installed.map((deb) => [deb.name, deb]));
  const provided = new Set(
    debs.installed.flatMap(({ control }) => parseRelations(control.get("Provides") ?? "").map(([one]) => one?.name)),
  );
  for (const { name, control } of debs.installed)
    for (const group of parseRelations(`${control.get("Pre-Depends") ?? ""}, ${control.get("Depends") ?? ""}`)) {
      const isMet = group.some(
        (one) => provided.has(one.name) || (installed.has(one.name) && satisfies(installed.get(one.name)?.version ?? "", one)),
      );
      expect(isMet, `${name}: ${group.map((one) => one.name).join(" | ")}`).toBe(true);
    }
});

test("the next wave is for whoever has the one before", () => {
  const server = debianServer(debs);
  const url = "http://security.debian.org/debian-security/dists/trixie-security/main/binary-amd64/Packages";
  const first = new Map(debs.installed.map(({ name, version }) => [name, version]));
  expect(decodeUtf8(server.file(url, first) ?? new Uint8Array())).toBe("");
  const updated = new Map([...first, ...Object.entries(debs.waves[0]?.versions ?? {}).filter(([name]) => first.has(name))]);
  expect(decodeUtf8(server.file(url, updated) ?? new Uint8Array())).toContain("Package: libc6\n");
});
