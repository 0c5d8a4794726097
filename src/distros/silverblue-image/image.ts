/** The image's releases: Silverblue's, of which only the commits are others. */
import { withBasis } from "../../image/derived-manifest.ts";
import image from "../../image/silverblue-image.manifest.json" with { type: "json" };
import silverblue from "../../image/silverblue.manifest.json" with { type: "json" };

export default withBasis(image, silverblue);
