/** The texts that Debian's installer writes into /etc: who there is, and what the machine is told. */
import { HOSTNAME, LEARNER, ROOT_UUID } from "./layout.ts";

/** A file of an installed system, root's. */
export type InstalledText = readonly [path: string, text: string, mode?: number, gid?: number];

/** Users as base-passwd has them, those that packages made, and the learner. */
const USERS = [
  "root:x:0:0:root:/root:/bin/bash", "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin", "bin:x:2:2:bin:/bin:/usr/sbin/nologin", "sys:x:3:3:sys:/dev:/usr/sbin/nologin",
  "sync:x:4:65534:sync:/bin:/bin/sync", "games:x:5:60:games:/usr/games:/usr/sbin/nologin", "man:x:6:12:man:/var/cache/man:/usr/sbin/nologin",
  "lp:x:7:7:lp:/var/spool/lpd:/usr/sbin/nologin", "mail:x:8:8:mail:/var/mail:/usr/sbin/nologin", "news:x:9:9:news:/var/spool/news:/usr/sbin/nologin",
  "uucp:x:10:10:uucp:/var/spool/uucp:/usr/sbin/nologin", "proxy:x:13:13:proxy:/bin:/usr/sbin/nologin", "www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin",
  "backup:x:34:34:backup:/var/backups:/usr/sbin/nologin", "list:x:38:38:Mailing List Manager:/var/list:/usr/sbin/nologin", "irc:x:39:39:ircd:/run/ircd:/usr/sbin/nologin",
  "_apt:x:42:65534::/nonexistent:/usr/sbin/nologin", "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin",
  "systemd-network:x:998:998:systemd Network Management:/:/usr/sbin/nologin", "messagebus:x:991:991:System Message Bus:/nonexistent:/usr/sbin/nologin",
  `${LEARNER}:x:1000:1000:Learner,,,:/home/${LEARNER}:/bin/bash`,
]; // prettier-ignore

/** "name:gid" and, after a second colon, members. */
const GROUPS =
  "root:0 daemon:1 bin:2 sys:3 adm:4 tty:5 disk:6 lp:7 mail:8 news:9 uucp:10 man:12 proxy:13 kmem:15 dialout:20 fax:21 voice:22 " +
  `cdrom:24:${LEARNER} floppy:25:${LEARNER} tape:26 sudo:27:${LEARNER} audio:29:${LEARNER} dip:30:${LEARNER} www-data:33 backup:34 operator:37 list:38 irc:39 src:40 ` +
  `shadow:42 utmp:43 video:44:${LEARNER} sasl:45 plugdev:46:${LEARNER} staff:50 games:60 users:100:${LEARNER} nogroup:65534 systemd-journal:999 systemd-network:998 ` +
  `input:996 sgx:995 kvm:994 render:993 messagebus:991 ${LEARNER}:1000`;

const groups = GROUPS.split(" ").map((word) => word.split(":"));
const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join("");

export const ACCOUNTS: readonly InstalledText[] = [
  ["/etc/passwd", lines(USERS)],
  ["/etc/group", lines(groups.map(([name = "", gid = "", members = ""]) => `${name}:x:${gid}:${members}`))],
  [
    "/etc/shadow",
    lines(USERS.map((line) => `${line.split(":", 1)[0] ?? ""}:${line.startsWith(LEARNER) ? "" : "*"}:20710:0:99999:7:::`)),
    0o640,
    42,
  ],
  ["/etc/gshadow", lines(groups.map(([name = "", , members = ""]) => `${name}:${name === LEARNER ? "!" : "*"}::${members}`)), 0o640, 42],
  ["/etc/subuid", `${LEARNER}:100000:65536\n`],
  ["/etc/subgid", `${LEARNER}:100000:65536\n`],
];

export const CONFIGURATION: readonly InstalledText[] = [
  [
    "/etc/fstab",
    `# /etc/fstab: static file system information.
#
# Use 'blkid' to print the universally unique identifier for a
# device; this may be used with UUID= as a more robust way to name devices
# that works even if disks are added and removed. See fstab(5).
#
# <file system> <mount point>   <type>  <options>       <dump>  <pass>
# / was on /dev/vda1 during installation
UUID=${ROOT_UUID} /               ext4    errors=remount-ro 0       1
`,
  ],
  ["/etc/hostname", `${HOSTNAME}\n`],
  [
    "/etc/hosts",
    `127.0.0.1\tlocalhost\n127.0.1.1\t${HOSTNAME}\n\n::1     localhost ip6-localhost ip6-loopback\nff02::1 ip6-allnodes\nff02::2 ip6-allrouters\n`,
  ],
  ["/etc/machine-id", "6b1f4d0c92e84a7d8f35c0a9e7b2d416\n", 0o444],
  [
    "/etc/motd",
    `
The programs included with the Debian GNU/Linux system are free software;
the exact distribution terms for each program are described in the
individual files in /usr/share/doc/*/copyright.

Debian GNU/Linux comes with ABSOLUTELY NO WARRANTY, to the extent
permitted by applicable law.
`,
  ],
  [
    "/etc/profile",
    `# /etc/profile: system-wide .profile file for the Bourne shell (sh(1))
# and Bourne compatible shells (bash(1), ksh(1), ash(1), ...).

if [ "$(id -u)" -eq 0 ]; then
  PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
else
  PATH="/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games"
fi
export PATH

if [ "\${PS1-}" ]; then
  if [ "\${BASH-}" ] && [ "$BASH" != "/bin/sh" ]; then
    # The file bash.bashrc already sets the default PS1.
    # PS1='\\h:\\w\\$ '
    if [ -f /etc/bash.bashrc ]; then
      . /etc/bash.bashrc
    fi
  fi
fi

if [ -d /etc/profile.d ]; then
  for i in /etc/profile.d/*.sh; do
    if [ -r $i ]; then
      . $i
    fi
  done
  unset i
fi
`,
  ],
  [
    "/etc/shells",
    lines([
      "# /etc/shells: valid login shells",
      "/bin/sh",
      "/usr/bin/sh",
      "/bin/bash",
      "/usr/bin/bash",
      "/bin/rbash",
      "/usr/bin/rbash",
      "/usr/bin/dash",
    ]),
  ],
  [
    "/etc/nsswitch.conf",
    "passwd:         files systemd\ngroup:          files systemd\nshadow:         files systemd\nhosts:          files dns\n",
  ],
  [
    "/etc/sudoers.d/learner",
    `# As on a live system: this user is not asked for a password.\n${LEARNER} ALL=(ALL:ALL) NOPASSWD: ALL\n`,
    0o440,
  ],
  [
    "/etc/apt/sources.list",
    `deb http://deb.debian.org/debian/ trixie main
deb http://security.debian.org/debian-security trixie-security main
deb http://deb.debian.org/debian/ trixie-updates main
`,
  ],
  [
    "/etc/default/grub",
    `# If you change this file, run 'update-grub' afterwards to update the boot menu.
GRUB_DEFAULT=0
GRUB_TIMEOUT=5
GRUB_CMDLINE_LINUX_DEFAULT="quiet"
GRUB_CMDLINE_LINUX=""
# The root that the installer made.
GRUB_ROOT_UUID=${ROOT_UUID}
`,
  ],
  ["/var/log/wtmp", "", 0o664, 43],
  ["/var/log/dpkg.log", ""],
  ["/var/lib/apt/extended_states", ""],
];
