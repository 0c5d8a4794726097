/** Fedora Silverblue: an ostree system with a composefs root, and as it was before that. */
import type { Product } from "../fedora-atomic/product.ts";

export const SILVERBLUE: Product = {
  name: "silverblue",
  title: "Fedora Silverblue",
  manifest: "silverblue.manifest.json",
  sister: "kinoite.manifest.json",
  hostname: "silverblue",
  stateroot: "fedora",
  source: { kind: "ref", remote: "fedora", ref: "fedora/43/x86_64/silverblue" },
  flavours: [
    { id: "composefs", title: "Silverblue as it is today: composefs" },
    { id: "classic", title: "Silverblue as it was: read-only bind mounts" },
  ],
  kernelArgs: ["rhgb", "quiet"],
  greeting: `Welcome to Fedora Silverblue, simulated in your browser.
You are "learner", and sudo asks for no password, as on a live image.
`,
  desktop: "GNOME",
  homeDirectories: ["Desktop", "Documents", "Downloads", "Music", "Pictures", "Public", "Templates", "Videos"],
};
