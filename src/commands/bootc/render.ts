/** The words of `bootc status`: for people, as YAML, as JSON. Text from a value, nothing else. */
import { canonicalJson, type Json } from "../../image/container-image.ts";
import type { BootEntry, Host, HostStatus, ImageStatus } from "./host.ts";

type Slot = "staged" | "booted" | "rollback" | "other";

const IMAGE_TITLES: Readonly<Record<Slot, string>> = {
  staged: "  Staged image",
  booted: "● Booted image",
  rollback: "  Rollback image",
  other: "   Other image",
};

const OSTREE_TITLES: Readonly<Record<Slot, string>> = {
  staged: "  Staged ostree",
  booted: "● Booted ostree",
  rollback: "  Rollback ostree",
  other: " Other ostree",
};

/** A line of a slot; keys are aligned to the right. */
type AddRow = (key: string, value: string) => void;

export function renderHost({ status }: Host, verbose: boolean): string {
  if (status.booted === null) return "System is not deployed via bootc.\n";
  const blocks = [
    ...(["staged", "booted", "rollback"] as const).map((slot): [Slot, BootEntry | null] => [slot, status[slot]]),
    ...(status.otherDeployments ?? []).map((entry): [Slot, BootEntry | null] => ["other", entry]),
  ].flatMap(([slot, entry]) => (entry === null ? [] : [renderSlot(slot, entry, status, verbose)]));
  return blocks.join("\n");
}

function renderSlot(slot: Slot, entry: BootEntry, status: HostStatus, verbose: boolean): string {
  const { image, ostree } = entry;
  if (image === null && ostree === null) return `Current ${slot} state is unknown\n`;
  const title = image === null ? OSTREE_TITLES[slot] : IMAGE_TITLES[slot];
  // Of an ostree deployment bootc counts the bytes of its title, where the bullet has three.
  const width = title.length + (image === null && title.startsWith("●") ? 2 : 0);
  const lines = [image === null ? title : `${title}: ${displayName(image)}`];
  const add: AddRow = (key, value) => lines.push(`${key.padStart(width)}: ${value}`);
  if (image === null) add("Commit", ostree?.checksum ?? "");
  else {
    add("Digest", `${image.imageDigest} (${image.architecture})`);
    if (image.version !== null) add("Version", withTime(image.version, image.timestamp));
    else if (image.timestamp !== null) add("Timestamp", wholeSeconds(image.timestamp));
  }
  if (entry.pinned) add("Pinned", "yes");
  if (image !== null && entry.cachedUpdate !== null) addUpdate(add, entry.cachedUpdate, image);
  if (slot === "booted" && status.usrOverlay) {
    const { persistence, accessMode } = status.usrOverlay;
    add("/usr overlay", `${persistence}, ${accessMode === "readOnly" ? "read-only" : "read/write"}`);
  }
  if (verbose) addDetails(add, slot, entry);
  return lines.join("\n") + "\n";
}

function displayName({ image: { image, transport } }: ImageStatus): string {
  return transport === "registry" ? image : `${transport}:${image}`;
}

function addUpdate(add: AddRow, update: ImageStatus, current: ImageStatus): void {
  if (update.imageDigest === current.imageDigest) return;
  if (update.version === null) add("Update", "Available");
  else add("UpdateVersion", withTime(update.version, update.timestamp));
  add("UpdateDigest", update.imageDigest);
}

function addDetails(add: AddRow, slot: Slot, { image, ostree, softRebootCapable, downloadOnly }: BootEntry): void {
  if (ostree) {
    add("StateRoot", ostree.stateroot);
    add("Deploy serial", String(ostree.deploySerial));
    add("Staged", slot === "staged" ? "yes" : "no");
    if (image) add("Commit", ostree.checksum);
  }
  const signature = image?.image.signature;
  if (signature !== undefined) {
    add(
      "Signature",
      signature === "containerPolicy"
        ? "container-policy"
        : signature === "insecure"
          ? "insecure"
          : `ostree-remote:${signature.ostreeRemote}`,
    );
  }
  add("Soft-reboot", softRebootCapable ? "yes" : "no");
  if (slot === "staged") add("Download-only", downloadOnly ? "yes" : "no");
}

function withTime(version: string, timestamp: string | null): string {
  return timestamp === null ? version : `${version} (${wholeSeconds(timestamp)})`;
}

/** People are spared the fractions of a second. */
function wholeSeconds(timestamp: string): string {
  return timestamp.replace(/\.\d+(?=Z$)/, "");
}

// ——— for programs

export function hostJson(host: Host): string {
  return canonicalJson(host as unknown as Json);
}

/** As serde_yaml writes it. */
export function hostYaml(host: Host): string {
  return mapping(host as unknown as Json, "");
}

function mapping(value: Json, indent: string): string {
  return Object.entries(value as object)
    .map(([key, each]: [string, Json]) => `${indent}${key}:${child(each, indent)}`)
    .join("");
}

function child(value: Json, indent: string): string {
  if (value === null || typeof value !== "object") return ` ${scalar(value)}\n`;
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map((item) => `${indent}- ${mapping(item, `${indent}  `).slice(indent.length + 2)}`);
    return items.length === 0 ? " []\n" : `\n${items.join("")}`;
  }
  // An enumeration's case that carries something is a tag.
  const [only, ...others] = Object.entries(value);
  if (only?.[0] === "ostreeRemote" && others.length === 0) return ` !ostreeRemote ${scalar(only[1] as string)}\n`;
  return `\n${mapping(value, `${indent}  `)}`;
}

/** Words that would be read as something else stand in quotes. */
function scalar(value: string | number | boolean | null): string {
  if (typeof value !== "string") return String(value);
  const isPlain =
    /^[\w/(.][^#]*$/.test(value) &&
    !/: |^\s|\s$/.test(value) &&
    !/^(?:true|false|null|~|[-+]?(?:\d[\d_]*)?\.?\d+(?:e[-+]?\d+)?|0x[\da-f]+)$/i.test(value);
  return isPlain ? value : `'${value.replaceAll("'", "''")}'`;
}
