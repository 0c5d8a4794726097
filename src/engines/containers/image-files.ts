/** Files of container images that no package of ours brings: who a system says it is, its accounts, its root directory. */
import type { OwnFile } from "./image-tree.ts";

const USRMERGE: readonly OwnFile[] = [
  { path: "/bin", link: "usr/bin" },
  { path: "/sbin", link: "usr/sbin" },
  { path: "/lib", link: "usr/lib" },
  { path: "/lib64", link: "usr/lib64" },
];

/** What every system's root has, and nobody fills before it runs. */
const ROOT: readonly OwnFile[] = [
  ...["/boot", "/dev", "/home", "/media", "/mnt", "/opt", "/proc", "/run", "/srv", "/sys", "/usr/local/bin", "/usr/local/lib"].map(
    (path) => ({
      path,
    }),
  ),
  { path: "/root", mode: 0o550 },
  { path: "/tmp", mode: 0o1777 },
  { path: "/var/tmp", mode: 0o1777 },
  ...["/var/cache", "/var/lib", "/var/log", "/var/spool"].map((path) => ({ path })),
  { path: "/var/run", link: "../run" },
];

const HOSTS = "127.0.0.1\tlocalhost\n::1\tlocalhost\n";

const FEDORA_PASSWD = `root:x:0:0:Super User:/root:/bin/bash
bin:x:1:1:bin:/bin:/usr/sbin/nologin
daemon:x:2:2:daemon:/sbin:/usr/sbin/nologin
adm:x:3:4:adm:/var/adm:/usr/sbin/nologin
mail:x:8:12:mail:/var/spool/mail:/usr/sbin/nologin
nobody:x:65534:65534:Kernel Overflow User:/:/usr/sbin/nologin
`;
const FEDORA_GROUP = `root:x:0:
bin:x:1:
daemon:x:2:
sys:x:3:
adm:x:4:
tty:x:5:
disk:x:6:
mail:x:12:
wheel:x:10:
users:x:100:
nobody:x:65534:
`;

/** A Fedora of the variant with that name and identifier. */
export function fedoraFiles(variant: string, id: string): readonly OwnFile[] {
  return [
    ...USRMERGE.filter(({ path }) => path !== "/sbin"),
    { path: "/sbin", link: "usr/sbin" },
    { path: "/usr/sbin", link: "bin" },
    ...ROOT,
    { path: "/afs", mode: 0o555 },
    {
      path: "/usr/lib/os-release",
      text: `NAME="Fedora Linux"
VERSION="43 (${variant})"
RELEASE_TYPE=stable
ID=fedora
VERSION_ID=43
VERSION_CODENAME=""
PRETTY_NAME="Fedora Linux 43 (${variant})"
ANSI_COLOR="0;38;2;60;110;180"
LOGO=fedora-logo-icon
CPE_NAME="cpe:/o:fedoraproject:fedora:43"
DEFAULT_HOSTNAME="fedora"
HOME_URL="https://fedoraproject.org/"
DOCUMENTATION_URL="https://docs.fedoraproject.org/en-US/fedora/f43/"
SUPPORT_URL="https://ask.fedoraproject.org/"
BUG_REPORT_URL="https://bugzilla.redhat.com/"
REDHAT_BUGZILLA_PRODUCT="Fedora"
REDHAT_BUGZILLA_PRODUCT_VERSION=43
REDHAT_SUPPORT_PRODUCT="Fedora"
REDHAT_SUPPORT_PRODUCT_VERSION=43
SUPPORT_END=2026-12-02
VARIANT="${variant}"
VARIANT_ID=${id}
`,
    },
    { path: "/etc/passwd", text: FEDORA_PASSWD },
    { path: "/usr/lib/passwd", text: "" },
    { path: "/etc/group", text: FEDORA_GROUP },
    { path: "/usr/lib/group", text: "" },
    { path: "/etc/shadow", text: "root:!locked::0:99999:7:::\n", mode: 0 },
    { path: "/etc/hosts", text: HOSTS },
    { path: "/etc/machine-id", text: "", mode: 0o444 },
    { path: "/usr/lib/sysimage/rpm", link: "../../share/rpm" },
    { path: "/var/lib/rpm", link: "../../usr/lib/sysimage/rpm" },
    { path: "/root/.bashrc", text: "# .bashrc\n\nif [ -f /etc/bashrc ]; then\n    . /etc/bashrc\nfi\n" },
    { path: "/root/.bash_profile", text: "# .bash_profile\n\nif [ -f ~/.bashrc ]; then\n    . ~/.bashrc\nfi\n" },
  ];
}

/** openSUSE Tumbleweed. */
export function tumbleweedFiles(): readonly OwnFile[] {
  return [
    ...USRMERGE,
    ...ROOT,
    {
      path: "/usr/lib/os-release",
      text: `NAME="openSUSE Tumbleweed"
# VERSION="20260105"
ID="opensuse-tumbleweed"
ID_LIKE="opensuse suse"
VERSION_ID="20260105"
PRETTY_NAME="openSUSE Tumbleweed"
ANSI_COLOR="0;32"
CPE_NAME="cpe:2.3:o:opensuse:tumbleweed:20260105:*:*:*:*:*:*:*"
BUG_REPORT_URL="https://bugzilla.opensuse.org"
SUPPORT_URL="https://bugs.opensuse.org"
HOME_URL="https://www.opensuse.org"
DOCUMENTATION_URL="https://en.opensuse.org/Portal:Tumbleweed"
LOGO="distributor-logo-Tumbleweed"
`,
    },
    { path: "/etc/os-release", link: "../usr/lib/os-release" },
    { path: "/etc/passwd", text: SMALL_PASSWD },
    { path: "/etc/group", text: "root:x:0:\ntty:x:5:\nwheel:x:497:\nusers:x:100:\nnobody:x:65533:\nnogroup:x:65534:\n" },
    { path: "/etc/shadow", text: "root:*:20461::::::\n", mode: 0o640 },
    { path: "/etc/hosts", text: HOSTS },
  ];
}

/** What makes an image fit for toolbox(1): members of wheel need no password. */
export function toolboxFiles(): readonly OwnFile[] {
  return [
    ...fedoraFiles("Toolbx Container Image", "toolbx"),
    { path: "/etc/sudoers.d/toolbox", text: "%wheel ALL=(ALL) NOPASSWD: ALL\n", mode: 0o440 },
  ];
}

/** What the simulator has of an ordinary userland; anything else of those systems is not there. */
const COREUTILS =
  "arch b2sum base32 base64 basename basenc cat chgrp chmod chown chroot cksum comm cp csplit cut date dd df dir dirname du echo env expand " +
  "expr factor false fmt fold groups head hostid id install join link ln logname ls md5sum mkdir mkfifo mknod mktemp mv nice nl nohup nproc " +
  "numfmt od paste pathchk printenv printf pwd readlink realpath rm rmdir seq sha1sum sha224sum sha256sum sha384sum sha512sum shred shuf " +
  "sleep sort split stat stdbuf stty sum sync tac tail tee test timeout touch tr true truncate tsort tty uname unexpand uniq unlink users " +
  "vdir wc who whoami yes";
const DEBIAN_PROGRAMS: Readonly<Record<string, string>> = {
  bash: "bash",
  coreutils: COREUTILS,
  diffutils: "cmp diff",
  findutils: "find xargs",
  grep: "grep",
  gzip: "gzip",
  hostname: "hostname",
  "ncurses-bin": "tput",
  sed: "sed",
  tar: "tar",
  "util-linux": "findmnt getopt lsblk mountpoint su",
  mount: "mount umount",
  passwd: "passwd useradd userdel usermod groupadd groupdel",
  apt: "apt apt-get",
  dpkg: "dpkg",
};

function programFile(path: string, program: string, origin: string): OwnFile {
  return { path, text: `\u007fELF\nprogram=${program}\npackage=${origin}\npath=${path}\n`, mode: 0o755 };
}

const RELEASES = {
  debian: {
    osRelease: `PRETTY_NAME="Debian GNU/Linux 13 (trixie)"
NAME="Debian GNU/Linux"
VERSION_ID="13"
VERSION="13 (trixie)"
VERSION_CODENAME=trixie
DEBIAN_VERSION_FULL=13.2
ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
`,
    debianVersion: "13.2\n",
  },
  ubuntu: {
    osRelease: `PRETTY_NAME="Ubuntu 24.04.3 LTS"
NAME="Ubuntu"
VERSION_ID="24.04"
VERSION="24.04.3 LTS (Noble Numbat)"
VERSION_CODENAME=noble
ID=ubuntu
ID_LIKE=debian
HOME_URL="https://www.ubuntu.com/"
SUPPORT_URL="https://help.ubuntu.com/"
BUG_REPORT_URL="https://bugs.launchpad.net/ubuntu/"
PRIVACY_POLICY_URL="https://www.ubuntu.com/legal/terms-and-policies/privacy-policy"
UBUNTU_CODENAME=noble
LOGO=ubuntu-logo
`,
    debianVersion: "trixie/sid\n",
  },
} as const;

const SMALL_PASSWD =
  "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";

/** Debian or Ubuntu. @simplified apt and dpkg are there and say that they are not part of the simulator. */
export function debianFiles(name: keyof typeof RELEASES): readonly OwnFile[] {
  const { osRelease, debianVersion } = RELEASES[name];
  return [
    ...USRMERGE,
    ...ROOT,
    ...Object.entries(DEBIAN_PROGRAMS).flatMap(([origin, programs]) =>
      programs.split(" ").map((program) => programFile(`/usr/bin/${program}`, program, origin)),
    ),
    { path: "/usr/sbin", mode: 0o755 },
    { path: "/usr/lib64" },
    { path: "/usr/bin/sh", link: "bash" },
    { path: "/usr/lib/os-release", text: osRelease },
    { path: "/etc/os-release", link: "../usr/lib/os-release" },
    { path: "/etc/debian_version", text: debianVersion },
    { path: "/etc/passwd", text: SMALL_PASSWD },
    { path: "/etc/group", text: "root:x:0:\ndaemon:x:1:\nsudo:x:27:\nnogroup:x:65534:\n" },
    { path: "/etc/shadow", text: "root:*:20461:0:99999:7:::\n", mode: 0o640 },
    { path: "/etc/hosts", text: HOSTS },
    { path: "/root/.bashrc", text: "# ~/.bashrc: read by bash(1) for non-login shells.\n" },
  ];
}

/** Alpine. @simplified Its programs are ours, not BusyBox's, and its shell is bash as sh; apk is not built. */
export function alpineFiles(): readonly OwnFile[] {
  const programs = `${COREUTILS} cmp diff find xargs grep gzip hostname sed tar su mount umount ps kill less free uptime`;
  return [
    ...ROOT,
    ...programs.split(" ").map((program) => programFile(`/bin/${program}`, program, "busybox")),
    programFile("/bin/sh", "sh", "busybox"),
    { path: "/bin/ash", link: "sh" },
    programFile("/sbin/apk", "apk", "apk-tools"),
    { path: "/usr/bin" },
    { path: "/usr/sbin" },
    { path: "/lib" },
    {
      path: "/etc/os-release",
      text: `NAME="Alpine Linux"
ID=alpine
VERSION_ID=3.23.2
PRETTY_NAME="Alpine Linux v3.23"
HOME_URL="https://alpinelinux.org/"
BUG_REPORT_URL="https://gitlab.alpinelinux.org/alpine/aports/-/issues"
`,
    },
    { path: "/etc/alpine-release", text: "3.23.2\n" },
    {
      path: "/etc/passwd",
      text: "root:x:0:0:root:/root:/bin/sh\nbin:x:1:1:bin:/bin:/sbin/nologin\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n",
    },
    { path: "/etc/group", text: "root:x:0:root\nbin:x:1:root,bin,daemon\nwheel:x:10:root\nnobody:x:65534:\n" },
    { path: "/etc/hosts", text: HOSTS },
    { path: "/etc/profile", text: "export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n" },
  ];
}

export const HELLO_FILES: readonly OwnFile[] = [
  programFile("/usr/local/bin/podman_hello_world", "podman_hello_world", "podman"),
  ...["/dev", "/etc", "/proc", "/run", "/sys"].map((path) => ({ path })),
];
