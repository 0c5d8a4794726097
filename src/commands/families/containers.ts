/** Second roots: containers, and what makes them feel like home. */
import { worldRegistry } from "../../engines/containers/registry.ts";
import { distroboxCommands } from "../distrobox/distrobox.ts";
import { family } from "../family.ts";
import { helloWorld } from "../podman/hello.ts";
import { podmanCommand } from "../podman/podman.ts";
import { toolboxCommand } from "../toolbox/toolbox.ts";

export const containers = family(({ host }) => {
  const registry = worldRegistry(host.catalogue);
  return [...distroboxCommands(registry), helloWorld, podmanCommand(registry), toolboxCommand(registry)];
});
