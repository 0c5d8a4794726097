/**
 * MicroOS as a desktop with Plasma. What it has besides: KalpaDesktop/patterns-kalpa:patterns-kalpa.spec.
 *
 * @simplified Of the desktop only a few programs; os-release and versions as remembered.
 */
import { madeOfMicroOs } from "../../microos/generator/made-of.ts";

export const plan = madeOfMicroOs({
  name: "kalpa",
  folder: new URL(".", import.meta.url),
  title: "openSUSE Kalpa",
  identity: "Kalpa-release",
});
