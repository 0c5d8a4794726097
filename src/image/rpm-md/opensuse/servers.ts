/** openSUSE's servers, from which MicroOS has everything. */
import type { Package } from "../../package.ts";
import type { ScriptName } from "../rpm-package.ts";
import { serversOf } from "../site.ts";
import { IMAGE, OSS, UPDATE } from "./packages.ts";

const DOWNLOAD = "http://download.opensuse.org";
const GENERATED = 1768525260;

/** `catalogue`: the releases of the image. */
export const microOsServers = serversOf({
  repositories: [
    {
      list: "oss",
      vendor: "openSUSE",
      address: /^https?:\/\/(?:download|cdn)\.opensuse\.org\/tumbleweed\/repo\/oss\/?$/,
      packages: `${DOWNLOAD}/tumbleweed/repo/oss`,
      generated: GENERATED,
      builds: "next",
    },
    {
      list: "update",
      vendor: "openSUSE",
      address: /^https?:\/\/(?:download|cdn)\.opensuse\.org\/update\/tumbleweed\/?$/,
      packages: `${DOWNLOAD}/update/tumbleweed`,
      generated: GENERATED - 90_000,
    },
    {
      list: "non-oss",
      vendor: "openSUSE",
      address: /^https?:\/\/(?:download|cdn)\.opensuse\.org\/tumbleweed\/repo\/non-oss\/?$/,
      packages: `${DOWNLOAD}/tumbleweed/repo/non-oss`,
      generated: GENERATED,
    },
  ],
  downloads: [],
  texts: [],
  lists: { oss: OSS, update: UPDATE, image: IMAGE },
  vendor: "openSUSE",
  scriptsOf,
});

const KERNEL_SCRIPTS = "/usr/lib/module-init-tools/kernel-scriptlets";

function scriptsOf({ name }: Package, kernel: string): ReadonlyMap<ScriptName, string> {
  if (name !== "kernel-default") return new Map();
  return new Map([
    ["posttrans", `${KERNEL_SCRIPTS}/rpm-post ${kernel}\n`],
    ["postun", `${KERNEL_SCRIPTS}/rpm-postun ${kernel}\n`],
  ]);
}
