/** Hosts that a system of this family asks, in the order of their (documentation's) addresses. */
const HOSTS = ["download.opensuse.org", "cdn.opensuse.org", "codecs.opensuse.org", "registry.opensuse.org", "dl.flathub.org"];

/** @simplified Addresses are those kept for documentation, the same for everybody. */
export function addressOf(name: string): string | undefined {
  const at = HOSTS.indexOf(name.toLowerCase());
  return at < 0 ? undefined : `192.0.2.${at + 100}`;
}
