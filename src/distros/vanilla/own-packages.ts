/**
 * The packages of Vanilla OS that are not Debian's.
 *
 * @simplified Without apx and vso; versions, sizes and summaries are made up, not those of Vanilla OS's repository.
 */
import type { ArchivePackage } from "../../image/debian/archive-data.ts";

function own(name: string, version: string, size: number, summary: string, programs: readonly string[]): ArchivePackage {
  return {
    control: {
      Package: name,
      Version: version,
      Architecture: "amd64",
      Maintainer: "Vanilla OS Team <team@vanillaos.org>",
      "Installed-Size": String(size),
      Section: "admin",
      Priority: "optional",
      Description: summary,
    },
    paths: ["/usr/bin/", ...programs].join("\n"),
  };
}

export const OWN_PACKAGES: readonly ArchivePackage[] = [
  own("abroot", "2.1.0", 32768, "utility for managing immutability and atomicity by transacting between two root partitions", ["abroot"]),
  own("flatpak", "1.16.1-1", 7434, "application deployment framework for desktop apps", ["flatpak"]),
  own("podman", "5.4.2+ds1-2", 80000, "tool to manage containers and pods", ["podman"]),
  own("lpkg", "0.2.0", 24, "locks and unlocks the package manager", ["lpkg"]),
];
