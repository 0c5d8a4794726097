/**
 * What is in Vanilla OS's containers: Debian with apt, and its own pico on top.
 *
 * @simplified Both are made of the packages of our Debian (trixie), which has no GPU tools, fonts and so on; Vanilla's are sid.
 */
import { timestamp } from "../../base/timestamp.ts";
import type { ImageSpec } from "../../engines/containers/registry.ts";
import { parseRelations } from "../../image/debian/versions.ts";
import type { Deb, Debs } from "../../image/debian/archive.ts";
import { ACCOUNTS, CONFIGURATION, type InstalledText } from "../debian/installer.ts";
import { layOut, workshop } from "../debian/lay-out.ts";
import { publishedDebs, sealTree, VANILLA_RELEASE } from "./images.ts";
import { BOX_FILES, HOST_PROGRAMS } from "./operator-files.ts";

/** What debootstrap's minbase has of our packages, and what a box is of little use without. */
const BASE = (
  "apt base-files base-passwd bash coreutils dash debconf debianutils diffutils dpkg findutils gawk grep gzip hostname libc-bin login " +
  "mawk mount ncurses-base ncurses-bin passwd perl-base sed sysvinit-utils tar util-linux"
).split(" ");
const FOR_PEOPLE = "bash-completion curl less man-db nano procps psmisc sudo".split(" ");

/** /etc of a machine that no container has. */
const NOT_INSIDE = new Set(["/etc/fstab", "/etc/hostname", "/etc/hosts", "/etc/machine-id", "/etc/motd", "/etc/default/grub", "/etc/sudoers.d/learner", "/etc/subuid", "/etc/subgid"]); // prettier-ignore
const WAVES = 1;

export function containerImages(debs: Debs): readonly ImageSpec[] {
  return [
    {
      repositories: ["docker.io/library/debian"],
      tags: ["latest", "13", "trixie", "stable"],
      megabytes: 49.3,
      config: { cmd: ["bash"] },
      tree: (id, first, owners, { created }) => sealTree(container(debs, [...BASE, "sudo"], created, []), id, first, owners),
    },
    {
      // Where Vanilla OS's stacks have said that it is, in the order of the years.
      repositories: ["ghcr.io/vanilla-os/pico", "registry.vanillaos.org/vanillaos/pico"],
      tags: ["main", "latest"],
      megabytes: 156.2,
      config: { cmd: ["bash"] },
      tree: (id, first, owners, { created }) =>
        sealTree(container(debs, [...BASE, ...FOR_PEOPLE], created, [["/usr/lib/os-release", VANILLA_RELEASE]]), id, first, owners),
    },
    {
      repositories: ["ghcr.io/vanilla-os/vso"],
      tags: ["main", "latest"],
      megabytes: 411.8,
      config: { cmd: ["bash"] },
      tree: (id, first, owners, { created }) => sealTree(operatorsBox(debs, created), id, first, owners),
    },
  ];
}

/** pico, and the ways out of it. */
function operatorsBox(debs: Debs, created: number) {
  const sys = container(debs, [...BASE, ...FOR_PEOPLE], created, [["/usr/lib/os-release", VANILLA_RELEASE], ...BOX_FILES]);
  for (const name of HOST_PROGRAMS) sys.symlink("/usr/bin/host-shell", `/usr/bin/${name}`);
  return sys;
}

function container(debs: Debs, names: readonly string[], created: number, texts: readonly InstalledText[]) {
  const sys = workshop(timestamp(created));
  const accounts = ACCOUNTS.filter(([path]) => !NOT_INSIDE.has(path)).map(withoutLearner);
  layOut(sys, withDependencies(publishedDebs(debs, WAVES), names), [
    ...accounts,
    ...CONFIGURATION.filter(([path]) => !NOT_INSIDE.has(path)),
    ...texts,
  ]);
  return sys;
}

/** The user of a box is made when it starts. */
function withoutLearner([path, text, mode, gid]: InstalledText): InstalledText {
  const lines = text.split("\n").filter((line) => !line.startsWith("learner:"));
  return [path, lines.map((line) => line.replace(/:learner$/, ":")).join("\n"), mode, gid] as unknown as InstalledText;
}

function withDependencies(published: ReadonlyMap<string, Deb>, names: readonly string[]): readonly Deb[] {
  const chosen = new Map<string, Deb>();
  const take = (name: string): boolean => {
    if (chosen.has(name)) return true;
    const deb = published.get(name);
    if (deb === undefined) return false;
    chosen.set(name, deb);
    for (const field of ["Pre-Depends", "Depends"])
      for (const group of parseRelations(deb.control.get(field) ?? "")) group.some((relation) => take(relation.name));
    return true;
  };
  for (const name of names) take(name);
  return [...chosen.values()];
}
