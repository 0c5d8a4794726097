/** Silverblue once more, as the container image that Fedora publishes beside the branch. */
import type { OfferedImage } from "../fedora-atomic/registry.ts";
import manifest from "./image.ts";

export const SILVERBLUE_IMAGE: OfferedImage = {
  repository: "quay.io/fedora/fedora-silverblue",
  tags: ["43", "latest"],
  versionTags: ["@VERSION@"],
  manifest,
};
