/** Bluefin: Silverblue's packages with others upon them, published as a container image alone. Source: ublue-os/bluefin. */
import type { OfferedImage } from "../fedora-atomic/registry.ts";
import manifest from "./image.ts";

/** @simplified All streams are of one Fedora and lead to the same image. */
export const BLUEFIN: OfferedImage = {
  repository: "ghcr.io/ublue-os/bluefin",
  tags: ["stable", "stable-daily", "latest", "43"],
  versionTags: ["stable-@VERSION@", "latest-@VERSION@", "@VERSION@"],
  manifest,
};
