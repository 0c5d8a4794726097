/** Fedora Kinoite: KDE in the place of GNOME. */
import type { ProductPlan } from "../../../image/generator/product-plan.ts";
import { RELEASES } from "../../../image/generator/releases.ts";

/** What a desktop of KDE does without: the other desktop. */
const GNOME = [
  "adwaita-*", "evolution-data-server", "fedora-release-identity-silverblue", "fedora-release-silverblue", "gdm", "gjs", "gnome-*", "graphene", "gtk4",
  "libadwaita", "mozjs140", "mutter", "nautilus", "orca", "totem-pl-parser", "webkit2gtk4.1", "xdg-desktop-portal-gnome",
]; // prettier-ignore

export const plan: ProductPlan = {
  name: "kinoite",
  folder: new URL(".", import.meta.url),
  title: "Fedora Kinoite",
  ref: "fedora/43/x86_64/kinoite",
  isImage: false,
  sets: ["kde"],
  without: GNOME,
  links: [["-", "/usr/etc/systemd/system/display-manager.service", "/usr/lib/systemd/system/sddm.service"]],
  dropped: [],
  releases: RELEASES,
};
