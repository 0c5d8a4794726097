/** Apps beside the system. */
import { flathub, FLATHUB_URL } from "../../engines/flatpak/flathub/flathub.ts";
import { flatpakCommand } from "../flatpak/flatpak.ts";
import { family } from "../family.ts";

/** Its repository, and the file that describes it, which flathub.org links to. */
const ADDRESSES = [FLATHUB_URL, "https://flathub.org/repo/", "https://www.flathub.org/repo/"];

export const flatpak = family(() => {
  const server = flathub();
  return [flatpakCommand((url) => (ADDRESSES.some((address) => `${url}/`.startsWith(address)) ? server : undefined))];
});
