/** The releases, oldest first: what each changes. New contents of files are in releases/VERSION.txt. */

export interface ReleasePlan {
  readonly version: string;
  /** Of the release that it is made of, where that has another. */
  readonly basis?: string;
  /** Where it is published, if not where the product is: an image that somebody derived from the release before. */
  readonly image?: string;
  /** Of the commit, UTC. */
  readonly date: string;
  readonly kernel: string;
  /** Packages of packages.tsv that are not in a release before this one. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** New builds, "[EPOCH:]VERSION-RELEASE" without ".fc43". Packages whose versions move together are named with "*" in their end. */
  readonly upgraded: { readonly [name: string]: string };
  /** Files of the releases before that are gone, though their package stays. */
  readonly dropped: readonly string[];
  /** New links: package, path, target. */
  readonly links: readonly (readonly [string, string, string])[];
}

export const RELEASES: readonly ReleasePlan[] = [
  {
    version: "43.20260106.0",
    date: "2026-01-06T00:38:33Z",
    kernel: "6.17.12-300.fc43.x86_64",
    added: [],
    removed: [],
    upgraded: {},
    dropped: [],
    links: [],
  },
  {
    version: "43.20260110.0",
    date: "2026-01-10T00:38:33Z",
    kernel: "6.17.12-300.fc43.x86_64",
    added: ["google-noto-color-emoji-fonts"],
    removed: ["totem-pl-parser"],
    upgraded: {
      "NetworkManager*": "1:1.54.3-1",
      chrony: "4.8-2",
      curl: "8.15.0-5",
      libcurl: "8.15.0-5",
      firefox: "146.0.1-1",
      glib2: "2.86.3-2",
      "glibc*": "2.42-6",
      gnutls: "3.8.11-2",
      libpng: "2:1.6.53-2",
      less: "679-3",
      podman: "5:5.7.1-1",
      "systemd*": "258.3-1",
      tzdata: "2025c-2",
      "vim-*": "2:9.1.2050-1",
      fwupd: "2.0.19-1",
    },
    dropped: [],
    links: [],
  },
  {
    version: "43.20260112.0",
    date: "2026-01-12T00:41:07Z",
    kernel: "6.18.3-200.fc43.x86_64",
    added: ["libjxl"],
    removed: ["wget2"],
    upgraded: {
      "kernel*": "6.18.3-200",
      bash: "5.3.0-3",
      "coreutils*": "9.7-7",
      firefox: "146.0.1-2",
      "gnome-shell": "49.3-1",
      "gnome-software*": "49.3-1",
      "mesa-*": "25.3.3-1",
      mutter: "49.3-1",
      nano: "8.7-1",
      nautilus: "49.3-1",
      ostree: "2026.1-1",
      "ostree-libs": "2026.1-1",
      "rpm-ostree*": "2026.1-1",
      "selinux-policy*": "42.20-1",
      "linux-firmware": "20260110-1",
      toolbox: "0.3-2",
      "containers-common": "5:0.64.2-2",
      "webkit2gtk4.1": "2.50.4-2",
    },
    dropped: ["/usr/etc/filesystems"],
    links: [],
  },
  {
    version: "43.20260115.0",
    date: "2026-01-15T00:40:12Z",
    kernel: "6.18.3-200.fc43.x86_64",
    added: [],
    removed: [],
    upgraded: {
      firefox: "147.0-1",
      "openssl-libs": "1:3.5.4-2",
      "selinux-policy*": "42.21-1",
      sudo: "1.9.17-8.p2",
      gtk4: "4.20.3-2",
      libadwaita: "1.8.3-1",
    },
    dropped: [],
    // What breaks it: a mount that the system must have before it is up, of a disk that no machine has.
    links: [["-", "/usr/lib/systemd/system/local-fs.target.requires/var-srv-media.mount", "../var-srv-media.mount"]],
  },
];
