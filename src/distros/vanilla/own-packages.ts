/**
 * What Vanilla OS's image has of Debian's packages that our Debian has not.
 *
 * @simplified Each is a program alone; versions and sizes are from memory.
 */
import type { ArchivePackage } from "../../image/debian/archive-data.ts";

function own(name: string, version: string, size: number, summary: string, paths: readonly string[]): ArchivePackage {
  return {
    control: {
      Package: name,
      Version: version,
      Architecture: "amd64",
      Maintainer: "Debian Maintainers <packages@packages.debian.org>",
      "Installed-Size": String(size),
      Section: "admin",
      Priority: "optional",
      Description: summary,
    },
    paths: paths.join("\n"),
  };
}

export const OWN_PACKAGES: readonly ArchivePackage[] = [
  own("flatpak", "1.16.1-1", 7434, "application deployment framework for desktop apps", [
    "/usr/bin/",
    "flatpak",
    "/usr/libexec/",
    "flatpak-session-helper",
  ]),
  own("podman", "5.4.2+ds1-2", 80000, "tool to manage containers and pods", ["/usr/bin/", "podman"]),
  own("pkexec", "126-2", 90, "run commands as another user with polkit authorization", ["/usr/bin/", "pkexec\t4755"]),
];
