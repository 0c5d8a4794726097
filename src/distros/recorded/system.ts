/** What the recorded machine needs to be a system: links of its root, and accounts. */
import type { PlantedFile } from "./planted.ts";

/** Symbolic links, from the root of a commit. */
export const LINKS: readonly (readonly [path: string, target: string])[] = [
  ["home", "var/home"],
  ["root", "var/roothome"],
  ["srv", "var/srv"],
  ["opt", "var/opt"],
  ["mnt", "var/mnt"],
  ["media", "run/media"],
  ["ostree", "sysroot/ostree"],
  ["bin", "usr/bin"],
  ["sbin", "usr/sbin"],
  ["lib", "usr/lib"],
  ["lib64", "usr/lib64"],
  ["usr/local", "../var/usrlocal"],
  ["usr/lib64/ld-linux-x86-64.so.2", "../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2"],
  ["usr/etc/os-release", "../usr/lib/os-release"],
  ["usr/etc/localtime", "/usr/share/zoneinfo/Etc/UTC"],
  ["usr/etc/rmt", "/usr/sbin/rmt"],
  ["usr/etc/alternatives/awk", "/usr/bin/mawk"],
  ["usr/etc/alternatives/nawk", "/usr/bin/mawk"],
  ["usr/etc/alternatives/pager", "/bin/more"],
  ["usr/etc/alternatives/pinentry", "/usr/bin/pinentry-curses"],
  ["usr/etc/alternatives/rmt", "/usr/sbin/rmt-tar"],
  ["usr/etc/alternatives/which", "/usr/bin/which.debianutils"],
];

/** Names that run another one's program. @simplified Debian's sh is dash, its awk mawk. */
export const PROGRAM_OF: Readonly<Record<string, string>> = {
  awk: "gawk",
  gunzip: "gzip",
  zcat: "gzip",
  dash: "bash",
  mawk: "gawk",
  nawk: "gawk",
  rbash: "bash",
  sh: "bash",
};

/** Bytes of programs whose size matters to somebody. */
export const SIZES: Readonly<Record<string, number>> = { bash: 1298416 };

/** Accounts as Debian's base-passwd has them, and the learner. */
const USERS = `root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
bin:x:2:2:bin:/bin:/usr/sbin/nologin
sys:x:3:3:sys:/dev:/usr/sbin/nologin
sync:x:4:65534:sync:/bin:/bin/sync
games:x:5:60:games:/usr/games:/usr/sbin/nologin
man:x:6:12:man:/var/cache/man:/usr/sbin/nologin
lp:x:7:7:lp:/var/spool/lpd:/usr/sbin/nologin
mail:x:8:8:mail:/var/mail:/usr/sbin/nologin
news:x:9:9:news:/var/spool/news:/usr/sbin/nologin
uucp:x:10:10:uucp:/var/spool/uucp:/usr/sbin/nologin
proxy:x:13:13:proxy:/bin:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
backup:x:34:34:backup:/var/backups:/usr/sbin/nologin
list:x:38:38:Mailing List Manager:/var/list:/usr/sbin/nologin
irc:x:39:39:ircd:/run/ircd:/usr/sbin/nologin
_apt:x:42:65534::/nonexistent:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
learner:x:1000:1000:Learner:/home/learner:/bin/bash
`;

const GROUPS =
  "root:0 daemon:1 bin:2 sys:3 adm:4 tty:5 disk:6 lp:7 mail:8 news:9 uucp:10 man:12 proxy:13 kmem:15 dialout:20 fax:21 voice:22 " +
  "cdrom:24 floppy:25 tape:26 sudo:27 audio:29 dip:30 www-data:33 backup:34 operator:37 list:38 irc:39 src:40 shadow:42 utmp:43 " +
  "video:44 sasl:45 plugdev:46 staff:50 games:60 users:100 nogroup:65534 learner:1000";

const groupLines = GROUPS.split(" ")
  .map((entry) => `${entry.replace(":", ":x:")}:\n`)
  .join("");

const shadowLines = USERS.split("\n")
  .filter((line) => line !== "")
  .map((line) => `${line.split(":", 1)[0] ?? ""}:${line.startsWith("learner:") ? "!:19000" : "*:20000"}:0:99999:7:::\n`)
  .join("");

export const ACCOUNTS: readonly PlantedFile[] = [
  { path: "usr/etc/passwd", text: USERS },
  { path: "usr/etc/group", text: groupLines },
  { path: "usr/etc/shadow", text: shadowLines, mode: 0o640 },
  { path: "usr/etc/gshadow", text: groupLines.replaceAll(/:x:\d+:/g, ":*::"), mode: 0o640 },
  { path: "usr/etc/hostname", text: "lab\n" },
  { path: "usr/etc/hosts", text: "127.0.0.1 localhost lab\n" },
  { path: "usr/etc/debian_version", text: "13.1\n" },
  { path: "usr/etc/issue", text: "Debian GNU/Linux 13 \\n \\l\n\n" },
  { path: "usr/etc/issue.net", text: "Debian GNU/Linux 13\n" },
  {
    path: "usr/etc/shells",
    text: "# /etc/shells: valid login shells\n/bin/sh\n/usr/bin/sh\n/bin/bash\n/usr/bin/bash\n/bin/rbash\n/usr/bin/rbash\n/usr/bin/dash\n",
  },
  { path: "usr/etc/environment", text: "" },
];
