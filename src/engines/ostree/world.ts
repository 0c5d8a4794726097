/** The servers as a machine reaches them: not at all without a network, and not all that they send can be trusted. */
import type { World } from "../../machine/world.ts";
import type { OstreeHost } from "./host.ts";

/** Whose signature nobody here can check: an older release's key, which no keyring of this one has. */
export const UNKNOWN_KEY = "466CF2D8B60BC3057AA9453ED0622462E99D6AD1";

/** `host`, as long as nothing in `world` is in trouble. */
export function reachedThrough(world: World, host: OstreeHost): OstreeHost {
  return {
    ...host,
    remoteAt(url) {
      if (world.isOffline) return undefined;
      const remote = host.remoteAt(url);
      return remote && world.has("bad-signature") ? { ...remote, signedBy: UNKNOWN_KEY } : remote;
    },
    registryAt: (name) => (world.isOffline ? undefined : host.registryAt?.(name, world.has("bad-signature"))),
  };
}
