/** openSUSE Kalpa: MicroOS as a desktop with KDE's Plasma, and with GRUB as MicroOS has it. Source: KalpaDesktop/patterns-kalpa:patterns-kalpa.spec. */
import { microOs } from "../microos/microos-like.ts";

export const kalpa = microOs({
  name: "kalpa",
  title: "openSUSE Kalpa",
  manifest: "kalpa.manifest.json",
  hostname: "kalpa",
  greeting: `Kalpa keeps its core read-only and updates it by itself.
Apps are Flatpaks, which Discover finds; everything else lives in a distrobox.
`,
});
