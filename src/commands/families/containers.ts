/** Second roots: containers, and what makes them feel like home. */
import { worldRegistry, type Registry } from "../../engines/containers/registry.ts";
import type { Command } from "../command.ts";
import { distroboxCommands } from "../distrobox/distrobox.ts";
import { family } from "../family.ts";
import { helloWorld } from "../podman/hello.ts";
import { podmanCommand } from "../podman/podman.ts";
import type { Family } from "../programs.ts";
import { toolboxCommand } from "../toolbox/toolbox.ts";

export const containers = family(({ host }) => programsOf(worldRegistry(host.catalogue)));

/** The same with what other registries have. */
export const containersFrom = (registry: Registry): Family => family(() => programsOf(registry));

function programsOf(registry: Registry): readonly Command[] {
  return [...distroboxCommands(registry), helloWorld, podmanCommand(registry), toolboxCommand(registry)];
}
