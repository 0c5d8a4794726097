/** Silverblue as a container image: the same trees. */
import type { ProductPlan } from "../../../image/generator/product-plan.ts";
import { plan as silverblue } from "../../silverblue/generator/plan.ts";

export const plan: ProductPlan = {
  ...silverblue,
  basis: silverblue,
  name: "silverblue-image",
  folder: new URL(".", import.meta.url),
  ref: "quay.io/fedora/fedora-silverblue:43",
  isImage: true,
};
