/** Fedora Kinoite: Silverblue's sister with KDE's desktop. */
import type { Product } from "../fedora-atomic/product.ts";
import { SILVERBLUE } from "../silverblue/silverblue.ts";

export const KINOITE: Product = {
  ...SILVERBLUE,
  name: "kinoite",
  title: "Fedora Kinoite",
  manifest: "kinoite.manifest.json",
  sister: "silverblue.manifest.json",
  hostname: "kinoite",
  desktop: "KDE",
  source: { kind: "ref", remote: "fedora", ref: "fedora/43/x86_64/kinoite" },
  flavours: [
    { id: "composefs", title: "Kinoite as it is today: composefs" },
    { id: "classic", title: "Kinoite as it was: read-only bind mounts" },
  ],
  greeting: `Welcome to Fedora Kinoite, simulated in your browser.
You are "learner", and sudo asks for no password, as on a live image.
`,
};
