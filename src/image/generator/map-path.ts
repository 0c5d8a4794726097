/** Where Fedora has what Debian has elsewhere. */
import { posix } from "node:path";

const TRIPLE = "x86_64-linux-gnu";

/** What an image of Fedora has not, or what would only make ours bigger. */
const DROPPED = [
  /^\/(var|usr\/include|usr\/games|usr\/local|boot\/efi)\//,
  /^\/usr\/share\/(lintian|bug|menu|doc-base|perl5|perl|apport|locale|locale-langpack|pkgconfig|gir-1\.0|vala|aclocal|gtk-doc|devhelp|sgml|emacs|pam-configs|initramfs-tools|python3|app-install|xfce4|kde4|nano|info)\//,
  /^\/usr\/share\/(dbus-1\/interfaces|installed-tests|apparmor|insserv|base-files|ufw|icons\/hicolor)\//,
  /^\/usr\/share\/man\/(?!man)/,
  /^\/usr\/share\/man\/man3/,
  /^\/usr\/share\/help\/(?!C\/)/,
  /^\/usr\/share\/help\/C\/.*\/(figures|media)\//,
  /^\/usr\/share\/zoneinfo\/(right|posix)\//,
  /^\/usr\/share\/doc\/[^/]*\/(changelog\.Debian|NEWS\.Debian|README\.Debian|TODO\.Debian|changelog|examples\/|.*\/)/,
  /^\/usr\/share\/doc\/[^/]*$/,
  /^\/etc\/(init\.d|rc.*\.d|default|cron\.[a-z]*|init|alternatives|apparmor\.d|apparmor|kernel|initramfs-tools|update-motd\.d|network|ufw|X11|perl)\//,
  /^\/usr\/lib\/(initramfs-tools|init|lsb|ifupdown|debug|mime|kernel|modules-load\.d\/\.)/,
  /\/(__pycache__|pkgconfig|girepository-1\.0-dev|cmake)\//,
  /^\/etc\/(bash\.bashrc|bash_completion|bindresvport\.blacklist|manpath\.config|libaudit\.conf|magic.*|gai\.conf|ethertypes|xattr\.conf)$/,
  /^\/etc\/(insserv\.conf\.d|logcheck|ifplugd|sv|dhcp|ppp|terminfo|ld\.so\.conf\.d|skel)\//,
  /^\/usr\/share\/(runit|GConf|java|maven-repo|binfmts|tabset|libc-bin|libgcrypt20|gdb|gcc|awk|file|misc\/magic.*)(\/|$)/,
  /^\/usr\/lib\/(pm-utils|policykit-1|networkd-dispatcher|sftp-server|pppd|file)(\/|$)/,
  /gnomerc|systemd-sysv-install|evolution-scan-gconf/,
  /\.(a|la|pc|gir|vapi|cursor)$/,
  /\/gconv\/(?!UTF|ISO8859-1\.|ISO8859-15|CP125|gconv-modules)/,
  /\/(test|tests|lib2to3|idlelib|turtledemo|ensurepip|distutils|encodings\/.*cp|pydoc_data)\//,
  /debian|dpkg|ubuntu|\/apt(\/|\.|$)|update-alternatives|\.diverted/i,
];

/** The path in Fedora's layout; undefined for what Fedora has not. */
export function mapPath(path: string): string | undefined {
  if (DROPPED.some((pattern) => pattern.test(path.replace(/^\/lib\//, "/usr/lib/")))) return undefined;
  const mapped = path
    .replace(/^\/(bin|sbin|lib|lib64)\//, "/usr/$1/")
    .replace(/^\/usr\/sbin\//, "/usr/bin/")
    .replace(`/usr/lib/${TRIPLE}/`, "/usr/lib64/")
    .replace(/^\/usr\/lib64\/libexec\//, "/usr/libexec/")
    .replace(/^\/usr\/lib\/firefox-esr\//, "/usr/lib64/firefox/")
    .replace(/firefox-esr/g, "firefox")
    .replace(/^\/etc\/gdm3\//, "/etc/gdm/")
    .replace(/gdm3/g, "gdm")
    .replace("gnome-settings-daemon-43", "gnome-settings-daemon-49")
    .replace(/^\/usr\/lib\/python3\/dist-packages\//, "/usr/lib/python3.14/site-packages/")
    .replace(/^\/usr\/lib\/python3\.11\//, "/usr/lib64/python3.14/")
    .replace(/\.cpython-311-x86_64-linux-gnu/, ".cpython-314-x86_64-linux-gnu".replace(`-${TRIPLE}`, ""))
    .replace(/python3\.11/g, "python3.14")
    .replace(/^\/usr\/share\/doc\/[^/]*\/copyright$/, "/usr/share/licenses/@PACKAGE@/COPYING")
    .replace(/^\/usr\/share\/doc\/[^/]*\/(.*?)(\.gz)?$/, "/usr/share/doc/@PACKAGE@/$1")
    .replace(/^\/usr\/share\/fonts\/truetype\/noto\//, "/usr/share/fonts/google-noto/")
    .replace(/^\/etc\//, "/usr/etc/");
  return mapped.includes(TRIPLE) || !mapped.startsWith("/usr/") ? undefined : mapped;
}

/** The target of the link at `path`, mapped the same way; relative when it was. */
export function mapTarget(path: string, target: string): string | undefined {
  const absolute = target.startsWith("/") ? target : posix.join(posix.dirname(path), target);
  if (target === "/dev/null") return target;
  const from = mapPath(path);
  const to = mapPath(absolute);
  if (from === undefined || to === undefined) return undefined;
  if (target.startsWith("/")) return from === to ? to : to.replace(/^\/usr\/etc\//, "/etc/");
  return from === to ? to : posix.relative(posix.dirname(from), to);
}
