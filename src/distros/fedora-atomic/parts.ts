/** What these systems consist of, all of it there. A page lets it come late, so nothing that a page starts with may import this. */
import { FAMILIES } from "../../commands/index.ts";
import { present, type Family } from "../../commands/programs.ts";
import kinoite from "../../image/kinoite.manifest.json" with { type: "json" };
import silverblue from "../../image/silverblue.manifest.json" with { type: "json" };
import { deltaTools } from "../../engines/ostree/static-delta/delta-tools.ts";
import { packageServers } from "../../image/rpm-md/servers.ts";
import { Resource } from "../../machine/resource.ts";
import { patterns } from "../../shell/compile-pattern.ts";
import type { SharedParts } from "../userland.ts";
import type { AtomicParts } from "./system.ts";
import { registries } from "./registry.ts";
import { startParts } from "./start-parts.ts";

export function systemParts(families: Readonly<Record<string, Family>> = FAMILIES): SharedParts & AtomicParts {
  return {
    families: present(families),
    patterns,
    start: Resource.of("start", startParts),
    registries: Resource.of("registries", registries),
    repositories: Resource.of("repositories", packageServers),
    deltas: Resource.of("deltas", deltaTools),
    manifests: {
      "kinoite.manifest.json": Resource.of<unknown>("kinoite.manifest.json", kinoite),
      "silverblue.manifest.json": Resource.of<unknown>("silverblue.manifest.json", silverblue),
    },
  };
}
