/** What Flathub offers here: real apps with the permissions, runtimes and sizes that they have there, in January 2026 or near it. */

export interface AppData {
  readonly id: string;
  readonly name: string;
  readonly summary: string;
  /** Oldest first; the last is the newest. */
  readonly versions: readonly string[];
  readonly command: string;
  /** "org.gnome.Platform/49". */
  readonly runtime: string;
  /** Megabytes. */
  readonly download: number;
  readonly installed: number;
  /** The permissions: groups of the metadata after `[Application]`. */
  readonly permissions: string;
  /** What the program says where it finds no display. */
  readonly toolkit: "gtk3" | "gtk4" | "qt" | "firefox" | "electron" | "sdl";
  readonly endOfLife?: string;
  readonly rebasedTo?: string;
}

const context = (shared: string, sockets: string, devices: string, filesystems: string): string =>
  [
    "[Context]",
    ...Object.entries({ shared, sockets, devices, filesystems }).flatMap(([key, value]) => (value === "" ? [] : [`${key}=${value};`])),
  ].join("\n") + "\n";

const talk = (...names: readonly string[]): string => `\n[Session Bus Policy]\n${names.map((name) => `${name}=talk\n`).join("")}`;

export const APPS: readonly AppData[] = [
  {
    id: "org.mozilla.firefox",
    name: "Firefox",
    summary: "Fast, Private & Safe Web Browser",
    versions: ["146.0.1", "147.0"],
    command: "firefox",
    runtime: "org.freedesktop.Platform/25.08",
    download: 112.4,
    installed: 286.3,
    permissions:
      context(
        "network;ipc",
        "x11;wayland;pulseaudio;pcsc;cups",
        "all",
        "xdg-download;/run/.heim_org.h5l.kcm-socket;xdg-run/speech-dispatcher:ro",
      ) + talk("org.freedesktop.FileManager1", "org.a11y.Bus", "org.gtk.vfs.*"),
    toolkit: "firefox",
  },
  {
    id: "org.gnome.Calculator",
    name: "Calculator",
    summary: "Perform arithmetic, scientific or financial calculations",
    versions: ["49.1.1", "49.2"],
    command: "gnome-calculator",
    runtime: "org.gnome.Platform/49",
    download: 1.9,
    installed: 6.4,
    permissions: context("network;ipc", "fallback-x11;wayland", "dri", ""),
    toolkit: "gtk4",
  },
  {
    id: "org.gimp.GIMP",
    name: "GNU Image Manipulation Program",
    summary: "High-end image creation and manipulation",
    versions: ["3.0.6"],
    command: "gimp-3.0",
    runtime: "org.gnome.Platform/49",
    download: 92.5,
    installed: 290.1,
    permissions:
      context("network;ipc", "x11;wayland", "dri", "host;xdg-config/GIMP;xdg-config/gtk-3.0;/tmp") +
      talk("org.freedesktop.FileManager1", "org.gtk.vfs.*"),
    toolkit: "gtk3",
  },
  {
    id: "org.videolan.VLC",
    name: "VLC",
    summary: "VLC media player, the open-source multimedia player",
    versions: ["3.0.21", "3.0.23"],
    command: "/app/bin/vlc",
    runtime: "org.kde.Platform/5.15-25.08",
    download: 46.4,
    installed: 121.7,
    permissions:
      context("network;ipc", "x11;pulseaudio", "all", "host;xdg-config/kdeglobals:ro;xdg-run/gvfs") +
      talk("org.freedesktop.ScreenSaver", "org.freedesktop.secrets"),
    toolkit: "qt",
  },
  {
    id: "com.github.tchx84.Flatseal",
    name: "Flatseal",
    summary: "Manage Flatpak permissions",
    versions: ["2.4.0"],
    command: "com.github.tchx84.Flatseal",
    runtime: "org.gnome.Platform/49",
    download: 0.4,
    installed: 1.3,
    permissions:
      context("ipc", "fallback-x11;wayland", "dri", "/var/lib/flatpak/app:ro;xdg-data/flatpak/app:ro;xdg-data/flatpak/overrides:create") +
      talk("org.gnome.Software", "org.freedesktop.impl.portal.PermissionStore"),
    toolkit: "gtk4",
  },
  {
    id: "org.libreoffice.LibreOffice",
    name: "LibreOffice",
    summary: "The LibreOffice productivity suite",
    versions: ["25.8.4.2"],
    command: "libreoffice",
    runtime: "org.freedesktop.Platform/25.08",
    download: 353.2,
    installed: 1036.4,
    permissions:
      context("network;ipc", "x11;wayland;pulseaudio;cups", "dri", "host;xdg-run/gvfsd;xdg-config/gtk-3.0;xdg-config/fontconfig:ro") +
      talk("org.gtk.vfs.*", "org.libreoffice.LibreOfficeIpc0"),
    toolkit: "gtk3",
  },
  {
    id: "org.inkscape.Inkscape",
    name: "Inkscape",
    summary: "Vector Graphics Editor",
    versions: ["1.4.3"],
    command: "inkscape",
    runtime: "org.gnome.Platform/49",
    download: 107.3,
    installed: 314.8,
    permissions: context("ipc", "x11;wayland", "dri", "host;xdg-run/gvfs") + talk("org.gtk.vfs.*"),
    toolkit: "gtk3",
  },
  {
    id: "org.mozilla.Thunderbird",
    name: "Thunderbird",
    summary: "Thunderbird is a free and open source email, newsfeed, chat, and calendaring client",
    versions: ["140.6.0esr"],
    command: "thunderbird",
    runtime: "org.freedesktop.Platform/25.08",
    download: 104.8,
    installed: 262.2,
    permissions:
      context("network;ipc", "x11;wayland;pulseaudio;pcsc;cups", "all", "xdg-download;~/.gnupg:ro;xdg-run/gnupg:ro") +
      talk("org.a11y.Bus", "org.freedesktop.FileManager1"),
    toolkit: "firefox",
  },
  {
    id: "org.gnome.TextEditor",
    name: "Text Editor",
    summary: "Edit text files",
    versions: ["49.0"],
    command: "gnome-text-editor",
    runtime: "org.gnome.Platform/49",
    download: 1.2,
    installed: 5.7,
    permissions: context("ipc", "fallback-x11;wayland;cups", "dri", "host") + talk("org.gtk.vfs.*", "org.freedesktop.FileManager1"),
    toolkit: "gtk4",
  },
  {
    id: "org.gnome.Evince",
    name: "Document Viewer",
    summary: "Document viewer for popular document formats",
    versions: ["48.1"],
    command: "evince",
    runtime: "org.gnome.Platform/49",
    download: 10.2,
    installed: 32.6,
    permissions: context("ipc", "fallback-x11;wayland;cups", "dri", "host") + talk("org.gtk.vfs.*"),
    toolkit: "gtk3",
  },
  {
    id: "org.kde.krita",
    name: "Krita",
    summary: "Digital Painting, Creative Freedom",
    versions: ["5.2.14"],
    command: "krita",
    runtime: "org.kde.Platform/5.15-25.08",
    download: 144.6,
    installed: 391.9,
    permissions: context("ipc", "x11;wayland;pulseaudio", "dri", "host") + talk("org.kde.kglobalaccel"),
    toolkit: "qt",
  },
  {
    id: "org.kde.kcalc",
    name: "KCalc",
    summary: "Scientific Calculator",
    versions: ["25.12.1"],
    command: "kcalc",
    runtime: "org.kde.Platform/6.10",
    download: 0.9,
    installed: 2.8,
    permissions: context("ipc", "fallback-x11;wayland", "dri", "xdg-config/kdeglobals:ro"),
    toolkit: "qt",
  },
  {
    id: "com.spotify.Client",
    name: "Spotify",
    summary: "Online music streaming service",
    versions: ["1.2.77.358"],
    command: "spotify",
    runtime: "org.freedesktop.Platform/25.08",
    download: 11.2,
    installed: 16.8,
    permissions:
      context("network;ipc", "x11;wayland;pulseaudio", "dri", "xdg-music:ro;xdg-pictures:ro") +
      talk("org.freedesktop.Notifications", "org.gnome.SettingsDaemon.MediaKeys"),
    toolkit: "electron",
  },
  {
    id: "com.visualstudio.code",
    name: "Visual Studio Code",
    summary: "Code editing. Redefined.",
    versions: ["1.108.0"],
    command: "code",
    runtime: "org.freedesktop.Platform/25.08",
    download: 129.3,
    installed: 412.5,
    permissions:
      context("network;ipc", "x11;wayland;pulseaudio;ssh-auth", "all", "host") + talk("org.freedesktop.Flatpak", "org.freedesktop.secrets"),
    toolkit: "electron",
  },
  {
    id: "com.valvesoftware.Steam",
    name: "Steam",
    summary: "Launcher for the Steam software distribution service",
    versions: ["1.0.0.85"],
    command: "steam",
    runtime: "org.freedesktop.Platform/25.08",
    download: 17.6,
    installed: 54.9,
    permissions:
      context("network;ipc", "x11;wayland;pulseaudio", "all", "xdg-music:ro;xdg-pictures:ro;xdg-run/app/com.discordapp.Discord:create") +
      talk("org.kde.StatusNotifierWatcher"),
    toolkit: "sdl",
  },
  {
    id: "org.gnome.gedit",
    name: "gedit",
    summary: "Text editor",
    versions: ["48.1"],
    command: "gedit",
    runtime: "org.gnome.Platform/48",
    download: 3.1,
    installed: 11.8,
    permissions: context("ipc", "fallback-x11;wayland", "dri", "host"),
    toolkit: "gtk3",
    endOfLife: "This application is no longer maintained on Flathub.",
  },
];

export interface RuntimeData {
  readonly id: string;
  readonly branch: string;
  readonly name: string;
  readonly download: number;
  readonly installed: number;
  readonly sdk: string;
  /** Of the runtime itself: which it extends; undefined: it is one that apps use. */
  readonly extends?: string;
  readonly directory?: string;
  readonly endOfLife?: string;
}

const EOL_48 =
  "The GNOME 48 runtime is no longer supported as of March 25, 2026. Please ask your application developer to migrate to a supported platform.";

const locale = (of: string, branch: string, download: number): RuntimeData => ({
  id: `${of}.Locale`, branch, name: "", download, installed: download * 2.4, sdk: "", extends: `${of}/${branch}`, directory: "share/runtime/locale",
}); // prettier-ignore

export const RUNTIMES: readonly RuntimeData[] = [
  { id: "org.freedesktop.Platform", branch: "25.08", name: "Freedesktop Platform", download: 229.4, installed: 632.1, sdk: "org.freedesktop.Sdk" },
  { id: "org.gnome.Platform", branch: "49", name: "GNOME Application Platform version 49", download: 380.6, installed: 1023.7, sdk: "org.gnome.Sdk" },
  { id: "org.gnome.Platform", branch: "48", name: "GNOME Application Platform version 48", download: 371.2, installed: 998.3, sdk: "org.gnome.Sdk", endOfLife: EOL_48 },
  { id: "org.kde.Platform", branch: "5.15-25.08", name: "KDE Application Platform", download: 341.8, installed: 928.5, sdk: "org.kde.Sdk" },
  { id: "org.kde.Platform", branch: "6.10", name: "KDE Application Platform", download: 369.9, installed: 1003.2, sdk: "org.kde.Sdk" },
  { id: "org.freedesktop.Platform.GL.default", branch: "25.08", name: "Mesa", download: 146.2, installed: 483.1, sdk: "", extends: "*", directory: "lib/x86_64-linux-gnu/GL/default" },
  { id: "org.freedesktop.Platform.openh264", branch: "2.5.1", name: "OpenH264", download: 0.9, installed: 2.1, sdk: "", extends: "*", directory: "lib/x86_64-linux-gnu/openh264" },
  locale("org.freedesktop.Platform", "25.08", 367.1),
  locale("org.gnome.Platform", "49", 390.3),
  locale("org.gnome.Platform", "48", 388.9),
  locale("org.kde.Platform", "5.15-25.08", 402.5),
  locale("org.kde.Platform", "6.10", 410.2),
]; // prettier-ignore
