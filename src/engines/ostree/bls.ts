/** Boot loader entries (systemd's BOOT_LOADER_SPECIFICATION, type 1) as libostree reads and writes them: /boot/loader/entries/ostree-N.conf. */

/** Written first and in this order (seen in real files); other keys follow in the order in which they came. */
const ORDER = ["title", "version", "options", "linux", "initrd"];

/** The keys and values of one entry. */
export type BootConfig = ReadonlyMap<string, string>;

/** Lines `key value`, the value with all its blanks; lines that begin with no letter are dropped, of a repeated key the last counts. */
export function parseBootConfig(text: string): BootConfig {
  const entry = new Map<string, string>();
  for (const line of text.split("\n")) {
    const pair = /^([A-Za-z][^ \t]*)[ \t](.*)$/.exec(line);
    if (pair) entry.set(pair[1] ?? "", pair[2] ?? "");
  }
  return entry;
}

export function formatBootConfig(entry: BootConfig): string {
  const first = ORDER.filter((key) => entry.has(key));
  const rest = [...entry.keys()].filter((key) => !ORDER.includes(key));
  return [...first, ...rest].map((key) => `${key} ${entry.get(key) ?? ""}\n`).join("");
}

/**
 * `ostree-N.conf` with the HIGHEST N for the default: boot loaders sort names descending. Where boots are counted (`tries` is not 0), a new
 * entry may be tried so often, "ostree-2+3.conf"; one that there is already (`before` is its name) keeps what a boot loader has left of it.
 */
export function bootEntryName(position: number, count: number, tries = 0, before?: string): string {
  const [, left = "0", done = "0"] = /\+(\d+)(?:-(\d+))?\.conf$/.exec(before ?? "") ?? [];
  const isCounted = Number(left) > 0 || Number(done) > 0;
  const counter = tries === 0 ? "" : before === undefined ? `+${tries}` : isCounted ? `+${left}-${done}` : "";
  return `ostree-${count - position}${counter}.conf`;
}

/** What `version` says, which is libostree's order: highest first. */
export function bootEntryVersion(entry: BootConfig): number {
  const value = Number.parseInt(entry.get("version") ?? "", 10);
  return Number.isFinite(value) ? value : 0;
}

/** The title that libostree writes: the system's PRETTY_NAME, its version unless that says it already, and the position. */
export function bootTitle(prettyName: string, version: string | undefined, position: number, stateroot?: string): string {
  const name = version !== undefined && version !== "" && !prettyName.includes(version) ? `${prettyName} ${version}` : prettyName;
  return `${name} (ostree:${stateroot === undefined ? "" : `${stateroot}:`}${position})`;
}

/** `ostree=/ostree/boot.1/fedora/<bootcsum>/0`, cut up; undefined when it is not of that form. */
export interface BootLink {
  readonly bootVersion: number;
  readonly stateroot: string;
  readonly bootChecksum: string;
  readonly bootSerial: number;
}

export function parseBootLink(value: string): BootLink | undefined {
  const m = /^\/ostree\/boot\.([01])\/([^/]+)\/([^/]+)\/(\d+)$/.exec(value);
  if (!m) return undefined;
  return { bootVersion: Number(m[1]), stateroot: m[2] ?? "", bootChecksum: m[3] ?? "", bootSerial: Number(m[4]) };
}

export function formatBootLink(link: BootLink): string {
  return `/ostree/boot.${link.bootVersion}/${link.stateroot}/${link.bootChecksum}/${link.bootSerial}`;
}
