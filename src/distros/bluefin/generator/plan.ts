/**
 * Bluefin: Silverblue without what it takes away, with the keys and the policy of its images, and with a name of its own.
 * Sources: ublue-os/bluefin:build_files/base/{00-image-info,04-packages}.sh, Justfile; ublue-os/packages:packages/ublue-os-signing.
 *
 * @simplified Of the hundred packages that it adds only what tells the systems apart; a build of it for each of Silverblue's, at the same time.
 */
import type { ProductPlan } from "../../../image/generator/product-plan.ts";
import { plan as silverblue } from "../../silverblue/generator/plan.ts";

export const plan: ProductPlan = {
  ...silverblue,
  basis: silverblue,
  name: "bluefin",
  folder: new URL(".", import.meta.url),
  title: "Bluefin",
  ref: "ghcr.io/ublue-os/bluefin:stable",
  isImage: true,
  labels: {
    "org.opencontainers.image.description":
      "The next generation Linux workstation, designed for reliability, performance, and sustainability.",
    "org.opencontainers.image.title": "bluefin",
    "org.opencontainers.image.url": "https://projectbluefin.io",
    "org.opencontainers.image.vendor": "ublue-os",
  },
  without: ["firefox", "gnome-software", "gnome-software-rpm-ostree"],
  // Counted by the day, without the build of the day that Fedora's versions end in.
  // Without what breaks one of Silverblue's releases, too.
  releases: silverblue.releases.map((each) => ({
    ...each,
    basis: each.version,
    version: each.version.replace(/\.0$/, ""),
    dropped: [...each.dropped, ...(each.links.length === 0 ? [] : ["/usr/lib/systemd/system/var-srv-media.mount"])],
    links: [],
  })),
};
