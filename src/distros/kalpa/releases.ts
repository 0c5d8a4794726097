/** Kalpa's releases, with all that they share with MicroOS's. */
import { withBasis } from "../../image/derived-manifest.ts";
import kalpa from "../../image/kalpa.manifest.json" with { type: "json" };
import microos from "../../image/microos.manifest.json" with { type: "json" };

export default withBasis(kalpa, microos);
