/** Words of dnf: sizes and lists of packages. */
import { evr, type Package } from "../../image/package.ts";
import type { Solvable } from "../../image/rpm-md/rpm-package.ts";
import type { InstalledPackage } from "../../image/rpmdb.ts";
import { padEnd, padStart } from "../table.ts";

/** "445.0 KiB". */
export function binarySize(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? String(value) : value.toFixed(1)} ${units[unit] ?? ""}`;
}

/** In whole units, as the summary of a transaction has it. */
export function roundSize(bytes: number): string {
  return binarySize(bytes).replace(/^(\d+)\.(\d)/, (_, whole: string, tenth: string) =>
    String(Number(whole) + (Number(tenth) >= 5 ? 1 : 0)),
  );
}

/** The name of a package as rows have it: always with the architecture. */
export function nameArch({ name, arch }: Package): string {
  return `${name}.${arch}`;
}

/** Where an installed package came from; an image's are from nowhere in particular. */
export function originOf(solvable: Solvable): string {
  if (solvable.rpm !== undefined) return solvable.repo;
  return (solvable.pkg as InstalledPackage).details?.from ?? "<unknown>";
}

/** `dnf list`: name, version and repository in columns. */
export function listRows(solvables: readonly Solvable[]): string {
  const rows = solvables.map((it) => [nameArch(it.pkg), evr(it.pkg), originOf(it)] as const);
  const first = Math.max(0, ...rows.map(([name]) => name.length));
  const second = Math.max(0, ...rows.map(([, version]) => version.length));
  return rows.map(([name, version, repo]) => `${padEnd(name, first)} ${padStart(version, second)} ${repo}\n`).join("");
}

/** `dnf info` of one package. */
export function infoText(solvable: Solvable): string {
  const { pkg, rpm } = solvable;
  const details = (pkg as InstalledPackage).details;
  const source = `${pkg.name}-${pkg.version}-${pkg.release}.src.rpm`;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["Name", pkg.name],
    ["Epoch", String(pkg.epoch ?? 0)],
    ["Version", pkg.version],
    ["Release", pkg.release],
    ["Architecture", pkg.arch],
    ["Download size", rpm && binarySize(rpm.downloadSize)],
    ["Installed size", binarySize(pkg.size)],
    ["Source", source],
    [rpm === undefined ? "From repository" : "Repository", originOf(solvable)],
    ["Summary", pkg.summary],
    ["URL", pkg.url],
    ["License", pkg.license],
    ["Description", rpm?.description ?? details?.description ?? `${pkg.summary}.`],
    ["Vendor", rpm?.vendor ?? details?.vendor ?? "Fedora Project"],
  ];
  return rows.map(([title, value]) => (value === undefined ? "" : `${title.padEnd(15)}: ${value}\n`)).join("");
}
