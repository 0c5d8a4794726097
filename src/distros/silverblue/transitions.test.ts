/** The rules of the ostree family: what each operation does to the list of deployments, row by row of transitions.tsv. */
import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { packagesOf, baseCommit } from "../../engines/ostree/commit-packages.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { deploymentStatuses } from "../../engines/ostree/status.ts";
import { Sysroot } from "../../engines/ostree/sysroot.ts";
import { loadCatalogue, type Catalogue, type Release } from "../../image/catalogue.ts";
import type { FaultName } from "../../machine/world.ts";
import { BOOTC } from "../bootc/bootc.ts";
import type { Product } from "../fedora-atomic/product.ts";
import { fedoraHost, FEDORA_URL } from "../fedora-atomic/remote.ts";
import { Rig } from "./rig.fixture.ts";
import { SILVERBLUE } from "./silverblue.ts";

/** What an administrator enables to have boots checked and counted. */
const GREENBOOT =
  "greenboot-healthcheck greenboot-task-runner greenboot-status greenboot-grub2-set-counter greenboot-grub2-set-success " +
  "greenboot-rpm-ostree-grub2-check-fallback redboot-task-runner redboot-auto-reboot";

interface Row {
  readonly machine: string;
  readonly number: string;
  readonly before: string;
  readonly operation: string;
  readonly after: string;
  readonly labels: string;
  readonly menu: string;
  readonly says: string;
}

function readTable<T>(name: string): T[] {
  const lines = readFileSync(new URL(name, import.meta.url), "utf8").split("\n");
  const [head = "", ...rows] = lines.filter((line) => line !== "" && !line.startsWith("#"));
  const keys = head.split("\t");
  return rows.map((row) => Object.fromEntries(row.split("\t").map((cell, i) => [keys[i] ?? "", cell])) as T);
}

const ROWS = readTable<Row>("transitions.tsv");
const STATES = new Map(
  readTable<{ machine: string; state: string; commands: string }>("transition-states.tsv").map(({ machine, state, commands }) => [
    `${machine} ${state}`,
    commands,
  ]),
);

const catalogueOf = (product: Product): Catalogue =>
  loadCatalogue(readFileSync(new URL(`../../image/${product.manifest}`, import.meta.url)));
const catalogue = catalogueOf(SILVERBLUE);
const images = catalogueOf(BOOTC);

/** A server that offers what it is told to. */
const publisher = {
  published: catalogue.releases[1] as Release,
  hostOf(of: Catalogue): OstreeHost {
    const fedora = fedoraHost(of, of.releases[1] as Release);
    return {
      ...fedora,
      remoteAt(url) {
        const remote = fedora.remoteAt(url);
        return url === FEDORA_URL && remote ? { ...remote, refs: () => new Map([[publisher.published.ref, publisher.published]]) } : remote;
      },
    };
  },
};

/** The row's letters for the releases: what runs at first is the newest that is installed. */
function lettersOf({ machine, before }: Row): (letter: string) => Release {
  const first = before.replace(/\w\S*s /, "").includes(" ") ? "A" : undefined;
  return (letter) => {
    const names =
      first === undefined
        ? before.startsWith("C")
          ? ["", "A", "C"]
          : ["", "A", "B", "C"]
        : before === "B* A"
          ? ["", "A", "B"]
          : ["A", "C", "D"];
    const { releases } = machine === "bootc" ? images : catalogue;
    const release = releases[names.indexOf(letter)];
    if (letter === "" || !release) throw new Error(`no release ${letter}`);
    return release;
  };
}

/** "D", "C+h": the release, and the first letter of what was put on it. */
function nameOf(rig: Rig, checksum: string, letterOf: (release: Release) => string): string {
  const repo = new Sysroot(rig.machine.inspect()).openRepository();
  const base = baseCommit(repo, checksum);
  const release = catalogue.byCommit(base) ?? images.byCommit(base);
  if (!release) return "?";
  if (base === checksum) return letterOf(release);
  const own = new Set(release.packages.map(({ name }) => name));
  const host = { catalogue, remoteAt: () => undefined };
  const asked = (packagesOf(host, repo, checksum) ?? []).filter(({ name }) => !own.has(name) && (name === "htop" || name === "tmux"));
  return letterOf(release) + asked.map(({ name }) => `+${name.slice(0, 1)}`).join("");
}

function list(rig: Rig, letterOf: (release: Release) => string): string {
  const sysroot = new Sysroot(rig.machine.inspect());
  return deploymentStatuses(sysroot, sysroot.load())
    .map(
      (row) =>
        nameOf(rig, row.checksum, letterOf) +
        (row.serial > 0 ? `.${row.serial}` : "") +
        (row.isStaged ? "s" : "") +
        (row.isBooted ? "*" : "") +
        (row.isPinned ? "(p)" : ""),
    )
    .join(" ");
}

/** The entries of the boot menu, topmost first, by the deployments that they lead to. */
function menu(rig: Rig, letterOf: (release: Release) => string): string {
  const sys = rig.machine.inspect();
  const names = new Sysroot(sys).bootEntries().map(({ config }) => {
    const link = /(?:^| )ostree=(\S+)/.exec(config.get("options") ?? "")?.[1] ?? "";
    return nameOf(rig, /([0-9a-f]{64})\.\d+$/.exec(sys.readlink(link))?.[1] ?? "", letterOf);
  });
  return names.join(" ");
}

const plain = (text: string): string => text.replaceAll(/\x1b\[[\d;]*[mK]/g, "").replaceAll("\r", "");

/** "0=staged 2=rollback", as `ostree admin status` calls them. */
function labels(rig: Rig): string {
  const rows = plain(rig.ask("ostree admin status")).match(/^[* ] \S+ [0-9a-f]{64}.*$/gm) ?? [];
  return rows.flatMap((row, i) => /\((staged|pending|rollback)\)$/.exec(row)?.[1] === undefined ? [] : [`${i}=${/\((\w+)\)$/.exec(row)?.[1]}`]).join(" "); // prettier-ignore
}

function matches(line: string, pattern: string): boolean {
  const source = pattern.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*"); // prettier-ignore
  return new RegExp(`^${source}$`).test(line);
}

let base: Rig;
let imageBase: Rig;
beforeAll(() => {
  imageBase = Rig.make({ catalogue: images, product: BOOTC }).boot();
  base = Rig.make({ catalogue, hostOf: (of) => publisher.hostOf(of) }).boot();
}, 60_000);

test("the table has all rules", () => {
  const numbers = Array.from({ length: 32 }, (_, i) => String(i + 1));
  expect(new Set(ROWS.map((row) => row.number))).toEqual(new Set([...numbers, "20b", "20c"]));
  expect(ROWS.map((row) => `${row.machine} ${row.before}`).filter((state) => !STATES.has(state))).toEqual([]);
});

test.each(ROWS)("$number: $before, $operation", { timeout: 90_000 }, (row) => {
  const release = lettersOf(row);
  const letterOf = (wanted: Release): string => "ABCD".split("").find((letter) => tried(() => release(letter)) === wanted) ?? "?";
  publisher.published = catalogue.releases[1] as Release;
  const rig = (row.machine === "bootc" ? imageBase : base).fork();
  const perform = (step: string): string => {
    const words = step
      .replace(/\bREF\b/, publisher.published.ref)
      .replace(/\bGREENBOOT\b/, GREENBOOT)
      .replace(/ ([A-D])$/, (_, letter: string) => ` ${release(letter).commit}`);
    if (step === "") return "";
    if (step === "reboot") rig.reboot();
    else if (step === "power cut") rig.powerCut();
    else if (step === "break finalising") breakFinalising(rig);
    else if (step === "red") rig.untilItRestarts();
    else if (step.startsWith("fault ")) rig.machine.setFault(step.slice(6) as FaultName, true);
    else if (step.startsWith("menu ")) rig.rebootInto(Number(step.slice(5)));
    else if (step.startsWith("publish ")) publisher.published = release(step.slice(8));
    else if (step.startsWith("list ")) expect(list(rig, letterOf), step).toBe(step.slice(5));
    else if (step.startsWith("labels ")) expect(labels(rig), step).toBe(step.slice(7));
    else return plain(rig.ask(words));
    return "";
  };
  for (const step of (STATES.get(`${row.machine} ${row.before}`) ?? "").split("; ")) perform(step);
  expect(list(rig, letterOf), "before").toBe(row.before);
  let said = "";
  for (const step of row.operation.split("; ")) said = perform(step);
  expect(list(rig, letterOf), said).toBe(row.after);
  expect(menu(rig, letterOf)).toBe(row.menu);
  expect(labels(rig)).toBe(row.labels);
  if (row.says !== "")
    expect(
      said.split("\n").filter((line) => matches(line, row.says)),
      said,
    ).not.toEqual([]);
  expect(rig.faults).toEqual([]);
});

function tried<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** Takes the staged deployment's /etc away, into which the changes are to be merged. */
function breakFinalising(rig: Rig): void {
  const staged = new Sysroot(rig.machine.inspect()).load().staged?.deployment;
  const writer = rig.machine.kernel?.process(1)?.sys.fork(0);
  writer?.unshareMounts();
  writer?.mount({ source: "none", target: "/sysroot", flags: ["remount", "bind", "rw"] });
  writer?.dropTree(`/sysroot/ostree/deploy/fedora/deploy/${staged?.checksum}.${staged?.serial}/etc`);
  writer?.exit();
}
