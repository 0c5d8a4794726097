/** Fedora bootc: a container image, and one that somebody made of it. */
import type { ProductPlan } from "../../../image/generator/product-plan.ts";
import { RELEASES, type ReleasePlan } from "../../../image/generator/releases.ts";

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

export const plan: ProductPlan = {
  name: "bootc",
  folder: new URL(".", import.meta.url),
  title: "Fedora bootc",
  ref: "quay.io/fedora/fedora-bootc:43",
  isImage: true,
  sets: ["web"],
  without: DESKTOP,
  links: [["systemd", "/usr/lib/systemd/system/default.target", "multi-user.target"]],
  dropped: ["/usr/share/rpm-ostree/treefile.json"],
  releases: RELEASES.flatMap((each) =>
    each.version === "43.20260115.0" ? [WEB, { ...each, removed: [...each.removed, ...WEB.added] }] : [each],
  ),
};
