/** MicroOS as a desktop. @simplified Of the desktop only what people call from a terminal; os-release as remembered. */
import type { ProductPlan } from "../../../image/generator/product-plan.ts";
import { plan as microos } from "../../microos/generator/plan.ts";

export const plan: ProductPlan = {
  ...microos,
  basis: microos,
  name: "aeon",
  folder: new URL(".", import.meta.url),
  title: "Aeon",
  ref: "opensuse/tumbleweed/x86_64/aeon",
  without: ["MicroOS-release", "patterns-microos-base"],
  links: microos.links.map(([name, path, target]) => [name === "MicroOS-release" ? "Aeon-release" : name, path, target] as const),
};
