/** Bluefin's releases, with all that they share with Silverblue's. */
import { withBasis } from "../../image/derived-manifest.ts";
import bluefin from "../../image/bluefin.manifest.json" with { type: "json" };
import silverblue from "../../image/silverblue.manifest.json" with { type: "json" };

export default withBasis(bluefin, silverblue);
