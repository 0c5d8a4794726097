/** openSUSE MicroOS. */
import type { Product } from "./product.ts";
import { microOs } from "./microos-like.ts";

const MICROOS: Product = {
  name: "microos",
  title: "openSUSE MicroOS",
  manifest: "microos.manifest.json",
  hostname: "microos",
  greeting: `openSUSE MicroOS is a transactional system: / is read-only.
Update it with "sudo transactional-update dup", install with
"sudo transactional-update pkg install NAME", then reboot.
`,
};

export const microos = microOs(MICROOS);
