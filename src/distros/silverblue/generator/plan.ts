/** Fedora Silverblue: all that the tables have. */
import type { ProductPlan } from "../../../image/generator/product-plan.ts";
import { RELEASES } from "../../../image/generator/releases.ts";

export const plan: ProductPlan = {
  name: "silverblue",
  folder: new URL(".", import.meta.url),
  title: "Fedora Silverblue",
  ref: "fedora/43/x86_64/silverblue",
  isImage: false,
  sets: [],
  without: [],
  links: [],
  dropped: [],
  releases: RELEASES,
};
