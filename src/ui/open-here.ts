/** A host on the page itself, for a browser that lets the page have no worker. Loaded only then. */
import { SiteLabs } from "./lab-factory.ts";
import { LabHost } from "./lab-host.ts";
import { RunStore } from "./run-store.ts";

export function openHere(): LabHost {
  return new LabHost(new SiteLabs(), new RunStore());
}
