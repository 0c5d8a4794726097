/** Aeon's releases, with all that they share with MicroOS's. */
import { withBasis } from "../../image/derived-manifest.ts";
import aeon from "../../image/aeon.manifest.json" with { type: "json" };
import microos from "../../image/microos.manifest.json" with { type: "json" };

export default withBasis(aeon, microos);
