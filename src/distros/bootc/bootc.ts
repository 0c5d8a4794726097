/** A server whose core is a container image: quay.io/fedora/fedora-bootc. */
import type { Product } from "../fedora-atomic/product.ts";

export const BOOTC: Product = {
  name: "bootc",
  title: "Fedora bootc",
  manifest: "bootc.manifest.json",
  hostname: "server",
  stateroot: "default",
  source: { kind: "image", reference: "ostree-unverified-registry:quay.io/fedora/fedora-bootc:43" },
  flavours: [{ id: "composefs", title: "An image-based server as it is today: composefs" }],
  kernelArgs: [],
  greeting: `Welcome to Fedora as a bootable container, simulated in your browser.
You are "learner", and sudo asks for no password, as on a live image.
`,
  homeDirectories: [],
};
