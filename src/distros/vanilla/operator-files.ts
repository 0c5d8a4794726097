/**
 * The operator's files: on the host its box's recipe, its settings, its shell; in the box the way out to the host.
 * Sources: Vanilla-OS/vanilla-system-operator:usr, polkit (2.0.5), Vanilla-OS/desktop-image:modules/00-vanilla-system-operator.yml,
 * Vanilla-OS/vso-image:recipe.yml, includes.container.
 *
 * @simplified The scripts are written anew: they do what the real ones do, without their desktop's dialogues.
 */
import type { InstalledText } from "../debian/installer.ts";

const VSO = "/usr/share/vso";

function program(name: string, release: string): InstalledText {
  return [`/usr/bin/${name}`, `\u007fELF\nprogram=${name}\npackage=${release}\npath=/usr/bin/${name}\n`, 0o755];
}

/** An action of polkit that is a program called with that first word. */
function action(id: string, argument: string): string {
  return `  <action id="${id}">
    <description>Check for system package updates</description>
    <message>Authentication is required to check for updates</message>
    <defaults>
      <allow_any>auth_admin</allow_any>
      <allow_inactive>auth_admin</allow_inactive>
      <allow_active>auth_admin_keep</allow_active>
    </defaults>
    <annotate key="org.freedesktop.policykit.exec.path">/usr/bin/vso</annotate>
    <annotate key="org.freedesktop.policykit.exec.argv1">${argument}</annotate>
  </action>
`;
}

const SYS = "org.vanillaos.vso.sys";

export const OPERATOR_FILES: readonly InstalledText[] = [
  program("vso", "vso-2.0.5"),
  [`${VSO}/apx/stacks/vso-pico.yaml`, "name: vso-pico\nbase: ghcr.io/vanilla-os/vso:main\npackages: []\npkgmanager: apt\nbuiltin: true\n"],
  [
    `${VSO}/apx/package-managers/apt.yaml`,
    `name: apt\nneedsudo: true\n${["autoremove", "clean", "install", "list", "purge", "remove", "search", "show", "update", "upgrade"].map((verb) => `cmd${verb}: ${verb}\n`).join("")}builtin: true\n`,
  ],
  ["/etc/vso/config.json", '{\n  "updates": {\n    "schedule": "weekly",\n    "smart": true\n  }\n}\n'],
  [
    "/usr/share/polkit-1/actions/org.vanillaos.vso.policy",
    `<?xml version="1.0" encoding="UTF-8"?>\n<policyconfig>\n  <vendor>Vanilla OS</vendor>\n${action(SYS, "sys")}${action(`${SYS}-upgrade`, "sys-upgrade")}</policyconfig>\n`,
  ],
  [
    "/usr/share/polkit-1/rules.d/org.vanillaos.vso.rules",
    `polkit.addRule(function (action, subject) {\n  var isOurs = action.id == "${SYS}" || action.id == "${SYS}-upgrade";\n  if (isOurs && subject.isInGroup("sudo")) return polkit.Result.YES;\n});\n`,
  ],
  ["/etc/environment", 'PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/games:/usr/local/games"\n'],
  ["/etc/default/useradd", "# Default values for useradd(8)\nSHELL=/usr/bin/vso-os-shell\n"],
  [
    "/usr/bin/vso-os-shell",
    `#!/bin/sh
# A shell in the operator's box: what users of this system have for theirs.
if [ -z "$(podman ps -a --filter name=apx-vso-pico -q)" ]; then
  echo "VSO Pico is not initialized. Do you want to initialize it now? (y/n)"
  read answer
  [ "$answer" = y ] || exit 1
  vso pico-init
fi
reset=
if [ "$1" = -n ] || [ "$1" = --no-reset ]; then
  reset=--no-reset
  shift
fi
log=~/.vso-os-shell/history
mkdir -p $log
echo "($(date +%Y%m%d-%H:%M:%S)) -> $*" >> $log/$(date +%Y%m%d).log
/usr/bin/vso run $reset /usr/bin/os-shell "$@"
`,
    0o755,
  ],
  [
    "/usr/bin/reset-vso",
    `#!/bin/bash
echo "Are you sure you want to reset the VSO? This will remove all your installed software in the subsystem. [y/N]"
read -r answer
if [ "$answer" == y ]; then
  podman rm -f apx-vso-pico
fi
`,
    0o755,
  ],
];

/** What the box has besides its packages. */
export const BOX_FILES: readonly InstalledText[] = [
  program("host-spawn", "host-spawn-1.6.0"),
  [
    "/usr/bin/host-shell",
    `#!/bin/bash
# Runs something on the host: what it is called as, or else what it is given, or else the user's shell there.
if [ "$EUID" -eq 0 ]; then
  echo "can't run host-shell as root"
  exit 55
fi
called="$(basename "$0")"
if [ "$called" = host-shell ]; then
  shell="$(grep "^$USER:" /run/host/etc/passwd | cut -d: -f7)"
  called="\${1:-\${shell:-/bin/bash}}"
  shift
fi
host-spawn "$called" "$@"
exit $?
`,
    0o755,
  ],
  ["/usr/bin/os-shell", `#!/bin/sh\n# The user's shell in this box.\nexec "$(getent passwd "$USER" | cut -d: -f7)" "$@"\n`, 0o755],
  ["/usr/bin/abroot", '#!/bin/bash\nhost-shell pkexec abroot "$@"\n', 0o755],
];

/** What is the host's own, whoever calls it in the box. */
export const HOST_PROGRAMS = ["apx", "vanilla-sideload", "vso", "shutdown", "reboot", "poweroff", "gsettings"];
