/**
 * What Vanilla OS's image has besides Debian's packages: its own tools, which its recipe copies from their releases, and what they read.
 * Sources: Vanilla-OS/core-image:modules, Vanilla-OS/desktop-image:recipe.yml, Vanilla-OS/vanilla-apx-configs.
 *
 * @simplified Without Android and whatever needs a desktop; of the stacks those whose packages are known here, and two more.
 */
import { CONFIG_SYSTEM, DEFAULT_CONFIG, formatConfig } from "../../engines/abroot/config.ts";
import type { InstalledText } from "../debian/installer.ts";
import { OPERATOR_FILES } from "./operator-files.ts";

const APX = "/usr/share/apx";

/** A stand-in for a program that is no script, as packages' are. */
function program(path: string, name: string, release: string): InstalledText {
  return [path, `\u007fELF\nprogram=${name}\npackage=${release}\npath=${path}\n`, 0o755];
}

function stack(name: string, base: string, manager: string, builtIn: boolean): InstalledText {
  return [
    `${APX}/stacks/${name}.yaml`,
    `name: ${name}\nbase: ${base}\npackages: []\npkgmanager: ${manager}\nbuiltin: ${String(builtIn)}\n`,
  ];
}

function manager(name: string, commands: Readonly<Record<string, string>>): InstalledText {
  const lines = Object.entries(commands).map(([action, command]) => `cmd${action}: ${command}\n`);
  return [`${APX}/package-managers/${name}.yaml`, `name: ${name}\nmodel: 2\nneedsudo: true\n${lines.join("")}builtin: true\n`];
}

/** For who finds a program by its name, and for who runs it by its path. */
const DISTROBOX = [
  "distrobox",
  "distrobox-create",
  "distrobox-enter",
  "distrobox-init",
  "distrobox-list",
  "distrobox-rm",
  "distrobox-stop",
];

export const OWN_FILES: readonly InstalledText[] = [
  [CONFIG_SYSTEM, formatConfig(DEFAULT_CONFIG)],
  program("/usr/bin/abroot", "abroot", "abroot-2.6.0"),
  program("/usr/bin/lpkg", "lpkg", "vanilla-tools-1.0.0"),
  program("/usr/bin/apx", "apx", "apx-2.4.4"),
  ...DISTROBOX.map((name) => program(`${APX}/distrobox/${name}`, name, "distrobox-1.8.0")),
  [`${APX}/apx.json`, `{\n    "apxPath": "${APX}",\n    "distroboxpath": "${APX}/distrobox/distrobox",\n    "storageDriver": "btrfs"\n}\n`],
  // @simplified From memory: where its base is.
  stack("vanilla", "ghcr.io/vanilla-os/pico:main", "apt", false),
  stack("debian", "debian:latest", "apt", true),
  stack("ubuntu", "ubuntu:latest", "apt", false),
  stack("alpine", "alpine:latest", "apk", false),
  stack("fedora", "fedora:latest", "dnf", true),
  manager("apt", {
    autoremove: "apt autoremove",
    clean: "apt clean",
    install: "apt install",
    list: "apt list",
    purge: "apt purge",
    remove: "apt remove",
    search: "apt search",
    show: "apt show",
    update: "apt update",
    upgrade: "apt upgrade",
  }),
  manager("apk", {
    autoremove: "apk",
    clean: "apk",
    install: "apk add",
    list: "apk list",
    purge: "apk del",
    remove: "apk del",
    search: "apk search",
    show: "apk info",
    update: "apk update",
    upgrade: "apk upgrade --available",
  }),
  manager("dnf", {
    autoremove: "dnf autoremove",
    clean: "dnf clean",
    install: "dnf install",
    list: "dnf list",
    purge: "dnf remove",
    remove: "dnf remove",
    search: "dnf search",
    show: "dnf info",
    update: "dnf upgrade --refresh",
    upgrade: "dnf upgrade",
  }),
  ...OPERATOR_FILES,
  ["/etc/containers/registries.conf", 'unqualified-search-registries=["docker.io"]\n'],
  // As containers-common has them.
  [
    "/etc/containers/registries.conf.d/000-shortnames.conf",
    '[aliases]\n  "alpine" = "docker.io/library/alpine"\n  "debian" = "docker.io/library/debian"\n  "fedora" = "registry.fedoraproject.org/fedora"\n  "ubuntu" = "docker.io/library/ubuntu"\n',
  ],
];
