/** Plans of the systems that are made of MicroOS, release by release. */
import type { ProductPlan } from "../../../image/generator/product-plan.ts";
import { plan as microos } from "./plan.ts";

interface Own {
  readonly name: string;
  readonly folder: URL;
  readonly title: string;
  /** The package that says which system it is, in the place of MicroOS-release; one build for each snapshot. */
  readonly identity: string;
}

export function madeOfMicroOs({ name, folder, title, identity }: Own): ProductPlan {
  return {
    ...microos,
    basis: microos,
    name,
    folder,
    title,
    ref: `opensuse/tumbleweed/x86_64/${name}`,
    without: ["MicroOS-release", "patterns-microos-base"],
    links: microos.links.map(([pkg, path, target]) => [pkg === "MicroOS-release" ? identity : pkg, path, target] as const),
    releases: microos.releases.map((each) => ({ ...each, upgraded: { ...each.upgraded, [identity]: `${each.version}-1.1` } })),
  };
}
