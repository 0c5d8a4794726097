/** What `ostree --version` prints: the release that the images come with. */
export function ostreeVersion(): string {
  return "libostree:\n Version: '2025.7'\n Features:\n  - libcurl\n  - gpgme\n  - composefs\n  - ex-fsverity\n  - libarchive\n  - selinux\n  - systemd\n  - release\n";
}
