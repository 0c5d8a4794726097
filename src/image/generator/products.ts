/** The products that releases are made of, each with a manifest of its own: parts of the same packages. */
import { MICROOS_RELEASES } from "./microos-releases.ts";
import { RELEASES, type ReleasePlan } from "./releases.ts";

export interface ProductPlan {
  /** Of its manifest, and of its own texts in products/NAME.txt. */
  readonly name: string;
  /** The product whose tables and texts it has, too, its own coming before them. */
  readonly basis?: string;
  /** Before the version in a commit's subject. */
  readonly title: string;
  /** The ref that its commits are published under, or the name of the image with its tag. */
  readonly ref: string;
  readonly isImage: boolean;
  /** Packages of packages.tsv that it has not. "*" at the end of a name stands for anything. */
  readonly without: readonly string[];
  /** As in links.tsv, and before them: package, path, target. */
  readonly links: readonly (readonly [string, string, string])[];
  /** Paths of its packages that it has not. */
  readonly dropped: readonly string[];
  readonly releases: readonly ReleasePlan[];
  /** Where a system of another family has what these tables have somewhere, with who has it; undefined where that is left out. */
  place?(path: string, pkg: string): Place | undefined;
  /** Files are as old as the build of their package, not all of 1970. */
  readonly keepsTimes?: true;
}

/** The products whose tables a product has, its own last. */
export function lineage({ basis, name }: ProductPlan): string[] {
  return basis === undefined ? [name] : [basis, name];
}

export interface Place {
  readonly path: string;
  /** "" where it belongs to none. */
  readonly pkg: string;
}

/** What a system without a screen does without. */
const DESKTOP = [
  "ModemManager", "NetworkManager-wifi", "accountsservice*", "adwaita-*", "alsa-lib", "appstream", "at-spi2-*", "atk", "avahi*", "bluez*",
  "bolt", "cairo", "colord*", "cups*", "dconf", "desktop-file-utils", "evolution-data-server", "exfatprogs", "fedora-release-identity-silverblue",
  "fedora-release-silverblue", "fedora-repos-ostree", "firefox", "flatpak*", "fontconfig", "freetype", "gcr", "gdk-pixbuf2", "gdm", "geoclue2",
  "gjs", "glib-networking", "gnome-*", "gobject-introspection", "google-noto-*", "graphene", "gsettings-desktop-schemas", "gstreamer1*", "gtk3",
  "gtk4", "gvfs", "harfbuzz", "hicolor-icon-theme", "hunspell*", "hyphen", "ibus*", "iio-sensor-proxy", "iso-codes", "libX*", "libadwaita",
  "libdrm", "libepoxy", "libevdev", "libgudev", "libinput", "libjpeg-turbo", "libjxl", "liblc3", "libnotify", "libpng", "libsoup3", "libtiff",
  "libwayland-*", "libwebp", "libxcb", "libxkbcommon", "mesa-*", "mozjs140", "mutter", "nautilus", "ntfs-3g", "orca", "pango", "pipewire*",
  "pixman", "plymouth", "popt", "pulseaudio-libs", "realmd", "rtkit", "switcheroo-control", "totem-pl-parser", "upower", "webkit2gtk4.1",
  "wireplumber", "wpa_supplicant", "xdg-*", "xkeyboard-config", "xorg-x11-*", "wget2",
]; // prettier-ignore

/** What a desktop of KDE does without: the other desktop. */
const GNOME = [
  "adwaita-*", "evolution-data-server", "fedora-release-identity-silverblue", "fedora-release-silverblue", "gdm", "gjs", "gnome-*", "graphene", "gtk4",
  "libadwaita", "mozjs140", "mutter", "nautilus", "orca", "totem-pl-parser", "webkit2gtk4.1", "xdg-desktop-portal-gnome",
]; // prettier-ignore

/** A web server in an image of its own, built upon the release before it. */
const WEB: ReleasePlan = {
  version: "1.0",
  image: "registry.example.com/web:1",
  date: "2026-01-12T14:20:00Z",
  kernel: "6.18.3-200.fc43.x86_64",
  added: ["nginx-core", "nginx-filesystem"],
  removed: [],
  upgraded: {},
  dropped: [],
  links: [["nginx-core", "/usr/etc/systemd/system/multi-user.target.wants/nginx.service", "/usr/lib/systemd/system/nginx.service"]],
};

const MICROOS: ProductPlan = {
  name: "microos",
  title: "openSUSE MicroOS",
  ref: "opensuse/tumbleweed/x86_64/microos",
  isImage: false,
  without: [],
  links: [
    ["systemd", "/usr/lib/systemd/system/default.target", "multi-user.target"],
    ["-", "/usr/etc/systemd/system/multi-user.target.wants/sshd.service", "/usr/lib/systemd/system/sshd.service"],
    ["-", "/usr/etc/systemd/system/multi-user.target.wants/health-checker.service", "/usr/lib/systemd/system/health-checker.service"],
    ["-", "/usr/etc/systemd/system/timers.target.wants/transactional-update.timer", "/usr/lib/systemd/system/transactional-update.timer"],
    [
      "-",
      "/usr/etc/systemd/system/timers.target.wants/transactional-update-cleanup.timer",
      "/usr/lib/systemd/system/transactional-update-cleanup.timer",
    ],
    ["MicroOS-release", "/usr/etc/os-release", "../usr/lib/os-release"],
    ["MicroOS-release", "/usr/etc/issue", "../usr/lib/issue"],
    ["filesystem", "/var/run", "/run"],
  ],
  dropped: [],
  releases: MICROOS_RELEASES,
  place: placeInMicroOs,
  keepsTimes: true,
};

/** MicroOS as a desktop. @simplified Of the desktop only what people call from a terminal; os-release as remembered. */
const AEON: ProductPlan = {
  ...MICROOS,
  basis: "microos",
  name: "aeon",
  title: "Aeon",
  ref: "opensuse/tumbleweed/x86_64/aeon",
  without: ["MicroOS-release", "patterns-microos-base"],
  links: MICROOS.links.map(([name, path, target]) => [name === "MicroOS-release" ? "Aeon-release" : name, path, target] as const),
};

export const PRODUCTS: readonly ProductPlan[] = [
  {
    name: "silverblue",
    title: "Fedora Silverblue",
    ref: "fedora/43/x86_64/silverblue",
    isImage: false,
    without: [],
    links: [],
    dropped: [],
    releases: RELEASES,
  },
  {
    name: "kinoite",
    title: "Fedora Kinoite",
    ref: "fedora/43/x86_64/kinoite",
    isImage: false,
    without: GNOME,
    links: [["-", "/usr/etc/systemd/system/display-manager.service", "/usr/lib/systemd/system/sddm.service"]],
    dropped: [],
    releases: RELEASES,
  },
  {
    name: "bootc",
    title: "Fedora bootc",
    ref: "quay.io/fedora/fedora-bootc:43",
    isImage: true,
    without: DESKTOP,
    links: [["systemd", "/usr/lib/systemd/system/default.target", "multi-user.target"]],
    dropped: ["/usr/share/rpm-ostree/treefile.json"],
    releases: RELEASES.flatMap((plan) =>
      plan.version === "43.20260115.0" ? [WEB, { ...plan, removed: [...plan.removed, ...WEB.added] }] : [plan],
    ),
  },
  MICROOS,
  AEON,
];

/** Programs that have to do with the system itself; what users have is in /usr/bin. */
const SYSTEM_PROGRAMS =
  /^\/usr\/bin\/(btrfs|chroot|grub2-mkconfig|groupadd|groupdel|health-checker|halt|init|poweroff|reboot|shutdown|transactional-update|tukit|useradd|userdel|usermod)$/;
/** What vendors say is in /usr/etc, where /etc says nothing else. */
const VENDOR =
  /^\/usr\/etc\/(environment|login\.defs|nanorc|nsswitch\.conf|protocols|services|transactional-update\.conf|tukit\.conf|zypp\/zypp\.conf.*)$/;
const NOT_THERE =
  /^\/(home|media|mnt|opt|ostree|root|srv|sysroot|usr\/sbin|usr\/local|usr\/tmp|usr\/lib\/sysimage\/rpm)$|ostree|fedora|^\/usr\/etc\/(bashrc|redhat-release|filesystems|systemd\/system\/multi-user.target.wants\/firewalld.service)$|^\/usr\/lib\/(passwd|group)$|initramfs\.img$|^\/usr\/etc\/(systemd\/system\/.*(resolve1|systemd-resolved|systemd-oomd|userdbd).*|resolv\.conf)$/;

function placeInMicroOs(path: string, pkg: string): Place | undefined {
  if (NOT_THERE.test(path)) return undefined;
  const owner = /^\/(bin|lib|lib64|sbin)$/.test(path) ? "filesystem" : path.startsWith("/usr/lib/modules/") ? "kernel-default" : pkg;
  if (SYSTEM_PROGRAMS.test(path)) return { path: path.replace("/usr/bin/", "/usr/sbin/"), pkg: owner };
  return { path: VENDOR.test(path) ? path : path.replace(/^\/usr\/etc\//, "/etc/"), pkg: owner };
}
