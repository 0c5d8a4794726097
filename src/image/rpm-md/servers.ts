/** Fedora's servers: repositories, and what else people download. */
import { FEDORA_ADVISORIES } from "./fedora-advisories.ts";
import { PUBLISHED } from "./published.ts";
import { serversOf, type Published, type Site } from "./site.ts";

export type { PackageServers, Repository } from "./site.ts";

const FEDORA = "https://dl.fedoraproject.org/pub/fedora/linux";
const FUSION = "https://download1.rpmfusion.org/free/fedora";
const RELEASED = 1761088320;
const UPDATED = 1768525260;

const REPOSITORIES: readonly Published[] = [
  {
    list: "fedora",
    vendor: "Fedora Project",
    address: /[?&]repo=fedora-43(&|$)/,
    packages: `${FEDORA}/releases/43/Everything/x86_64/os`,
    generated: RELEASED,
    builds: "oldest",
  },
  {
    list: "updates",
    vendor: "Fedora Project",
    address: /[?&]repo=updates-released-f43(&|$)/,
    packages: `${FEDORA}/updates/43/Everything/x86_64`,
    generated: UPDATED,
    builds: "newest",
    advisories: FEDORA_ADVISORIES,
  },
  {
    list: "fedora-cisco-openh264",
    vendor: "Fedora Project",
    address: /[?&]repo=fedora-cisco-openh264-43(&|$)/,
    packages: "https://codecs.fedoraproject.org/openh264/43/x86_64/os",
    generated: RELEASED - 4_000_000,
  },
  {
    list: "rpmfusion-free",
    vendor: "RPM Fusion",
    address: /[?&]repo=free-fedora-43(&|$)/,
    packages: `${FUSION}/releases/43/Everything/x86_64/os`,
    generated: RELEASED + 90_000,
  },
  {
    list: "rpmfusion-free-updates",
    vendor: "RPM Fusion",
    address: /[?&]repo=free-fedora-updates-released-43(&|$)/,
    packages: `${FUSION}/updates/43/x86_64`,
    generated: UPDATED - 50_000,
  },
  {
    list: "google-chrome",
    vendor: "Google LLC",
    address: /^https?:\/\/dl\.google\.com\/linux\/chrome\/rpm\/stable\/x86_64\/?$/,
    packages: "https://dl.google.com/linux/chrome/rpm/stable/x86_64",
    generated: UPDATED - 20_000,
  },
  {
    list: "copr-atim-starship",
    vendor: "Fedora Copr - user atim",
    address: /copr\.fedorainfracloud\.org\/results\/atim\/starship\/fedora-43-x86_64\/?$/,
    packages: "https://download.copr.fedorainfracloud.org/results/atim/starship/fedora-43-x86_64",
    generated: UPDATED - 600_000,
  },
];

const DOWNLOADS: Site["downloads"] = [
  [/^https?:\/\/(?:mirrors|download1)\.rpmfusion\.org\/free\/fedora\/rpmfusion-free-release-43\.noarch\.rpm$/, "rpmfusion-free", "rpmfusion-free-release"],
  [/^https?:\/\/dl\.google\.com\/linux\/direct\/google-chrome-stable_current_x86_64\.rpm$/, "google-chrome", "google-chrome-stable"],
  [/^https?:\/\/download\.brother\.com\/.*brscan4-0\.4\.11-1\.x86_64\.rpm$/, "downloads", "brscan4"],
  [/^https?:\/\/download\.ebz\.epson\.net\/.*epson-inkjet-printer-escpr-1\.8\.6-1\.x86_64\.rpm$/, "downloads", "epson-inkjet-printer-escpr"],
]; // prettier-ignore

const TEXTS: Site["texts"] = [
  [
    /^https?:\/\/copr\.fedorainfracloud\.org\/coprs\/atim\/starship\/repo\/fedora-43\/.*\.repo$/,
    "[copr:copr.fedorainfracloud.org:atim:starship]\nname=Copr repo for starship owned by atim\n" +
      "baseurl=https://download.copr.fedorainfracloud.org/results/atim/starship/fedora-$releasever-$basearch/\ntype=rpm-md\n" +
      "skip_if_unavailable=True\ngpgcheck=1\ngpgkey=https://download.copr.fedorainfracloud.org/results/atim/starship/pubkey.gpg\n" +
      "repo_gpgcheck=0\nenabled=1\nenabled_metadata=1\n",
  ],
];

const FEDORA_SITE: Site = { repositories: REPOSITORIES, downloads: DOWNLOADS, texts: TEXTS, lists: PUBLISHED, vendor: "Fedora Project" };

/** `catalogue`: the releases of the image, whose builds are in Fedora's repositories, too. */
export const packageServers = serversOf(FEDORA_SITE);
