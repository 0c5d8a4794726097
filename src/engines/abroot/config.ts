/** ABRoot's settings: JSON files of which the last one that has a key decides. Source: Vanilla-OS/ABRoot:settings/config.go. */
import { readTextIfThere } from "../../machine/read-text.ts";
import type { Sys } from "../../vfs/sys.ts";

export const CONFIG_SYSTEM = "/usr/share/abroot/abroot.json";
export const CONFIG_ADMIN = "/etc/abroot/abroot.json";

export interface AbrootConfig {
  readonly registry: string;
  /** e.g. "vanilla-os/desktop". */
  readonly name: string;
  readonly tag: string;
  readonly iPkgMngPre: string;
  readonly iPkgMngPost: string;
  readonly iPkgMngAdd: string;
  readonly iPkgMngRm: string;
  /** 0: `pkg` does not exist; 1: it does; 2: it asks for an agreement first. */
  readonly iPkgMngStatus: number;
  readonly [key: string]: unknown;
}

/** Keys in the order in which the file has them. */
export const DEFAULT_CONFIG: AbrootConfig = {
  maxParallelDownloads: 2,
  registry: "ghcr.io",
  registryService: "registry.ghcr.io",
  registryAPIVersion: "v2",
  name: "vanilla-os/desktop",
  tag: "main",
  iPkgMngPre: "lpkg --unlock",
  iPkgMngPost: "lpkg --lock",
  iPkgMngAdd: "apt-get install -y",
  iPkgMngRm: "apt-get remove -y --autoremove",
  iPkgMngApi: "https://packages.vanillaos.org/api/pkg/{packageName}",
  iPkgMngStatus: 2,
  updateInitramfsCmd: "lpkg --unlock && /usr/sbin/update-initramfs -u && lpkg --lock",
  updateGrubCmd: "/usr/sbin/grub-mkconfig -o '%s'",
  differURL: "https://differ.vanillaos.org",
  partLabelVar: "vos-var",
  partLabelA: "vos-a",
  partLabelB: "vos-b",
  partLabelBoot: "vos-boot",
  partLabelEfi: "vos-efi",
  PartCryptVar: "",
  thinProvisioning: false,
  thinInitVolume: "",
};

export function readConfig(sys: Sys): AbrootConfig {
  let config: AbrootConfig = DEFAULT_CONFIG;
  for (const path of [CONFIG_SYSTEM, CONFIG_ADMIN]) config = { ...config, ...parsed(readTextIfThere(sys, path)) };
  return config;
}

export function formatConfig(config: AbrootConfig): string {
  return `${JSON.stringify(config, undefined, 4)}\n`;
}

/** The image that is followed, e.g. "ghcr.io/vanilla-os/desktop:main". */
export function imageWithTag({ registry, name, tag }: AbrootConfig): string {
  return `${registry}/${name}:${tag}`;
}

function parsed(text: string | undefined): Partial<AbrootConfig> {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
