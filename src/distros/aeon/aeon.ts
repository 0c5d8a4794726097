/**
 * Aeon: MicroOS as a desktop.
 *
 * @simplified Its boot loader is GRUB with a menu of snapshots, as MicroOS has it; the real one is systemd-boot, with an entry for each.
 */
import { microOs } from "../microos/microos-like.ts";

export const aeon = microOs({
  name: "aeon",
  title: "Aeon",
  manifest: "aeon.manifest.json",
  hostname: "aeon",
  greeting: `Aeon keeps its core read-only and updates it by itself.
Apps are Flatpaks, everything else lives in a distrobox.
`,
});
