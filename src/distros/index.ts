/** The machines that there are, with everything that runs on them. A page lets it come late, so nothing that a page starts with may import this. */
import { Resource } from "../machine/resource.ts";
import { aeon } from "./aeon/aeon.ts";
import { debian } from "./debian/debian.ts";
import { systemParts } from "./fedora-atomic/parts.ts";
import { kalpa } from "./kalpa/kalpa.ts";
import { microos } from "./microos/microos.ts";
import { machinesWith, type LateMachine, type MakeDistro } from "./machines.ts";
import { vanilla } from "./vanilla/vanilla.ts";

/** Those of them of which a page has nothing until it shows one. */
export const LATE_DISTROS: Readonly<Record<LateMachine, Resource<MakeDistro>>> = {
  aeon: Resource.of("aeon", aeon),
  debian: Resource.of("debian", debian),
  kalpa: Resource.of("kalpa", kalpa),
  microos: Resource.of("microos", microos),
  vanilla: Resource.of("vanilla", vanilla),
};

export const machines = machinesWith({ ...systemParts(), distros: LATE_DISTROS });
