/** A host where this is loaded: in the worker, or on the page itself in a browser that lets it have none. */
import { SiteLabs } from "./lab-factory.ts";
import { LabHost } from "./lab-host.ts";

export function openHere(): LabHost {
  return new LabHost(new SiteLabs());
}
