/** `/var/lib/flatpak` as Fedora's desktops come: no apps yet, Fedora's own remotes known. */
import { Repository } from "../../engines/ostree/repo.ts";
import { makeDirectories, writeNewFile } from "../../engines/ostree/files.ts";
import type { Sys } from "../../vfs/sys.ts";

/** By name: the options of the remote. @simplified `fedora` is switched off here, as its apps are images of a registry that is not there. */
const REMOTES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  fedora: { url: "oci+https://registry.fedoraproject.org", "xa.title": "Fedora Flatpaks", "xa.title-is-set": "true", "xa.disable": "true" },
  "fedora-testing": {
    url: "oci+https://registry.fedoraproject.org#testing",
    "xa.title": "Fedora Flatpaks (testing)",
    "xa.title-is-set": "true",
    "xa.disable": "true",
  },
};

/** `state`: what becomes /var. */
export function installFlatpak(sys: Sys, state: string): void {
  const path = `${state}/lib/flatpak/repo`;
  makeDirectories(sys, path);
  const repo = Repository.create(sys, path, "bare-user-only");
  makeDirectories(sys, `${path}/tmp/cache`);
  const config = repo.config;
  config.set("core", "min-free-space-size", "500MB");
  for (const [name, options] of Object.entries(REMOTES)) {
    config.set(`remote "${name}"`, "gpg-verify", "false");
    config.set(`remote "${name}"`, "gpg-verify-summary", "false");
    for (const [key, value] of Object.entries(options)) config.set(`remote "${name}"`, key, value);
  }
  repo.writeConfig(config);
  writeNewFile(sys, `${state}/lib/flatpak/.changed`, new Uint8Array());
}
