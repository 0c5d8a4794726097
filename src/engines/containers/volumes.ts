/**
 * Named volumes: a directory each below `volumes/` of the storage.
 *
 * @simplified A real one keeps labels and times in its database; here the directory's time is the volume's, and labels lie beside `_data`.
 */
import { isoTime } from "../../base/calendar.ts";
import { decodeUtf8, encodeUtf8 } from "../../base/utf8.ts";
import { listDirectory, lstat, readBytes, writeNewFile } from "../ostree/files.ts";
import { PodmanError, type Podman } from "./podman.ts";

export interface NamedVolume {
  readonly name: string;
  readonly mountpoint: string;
  /** RFC 3339. */
  readonly created: string;
  readonly labels: Readonly<Record<string, string>>;
}

const LABELS = "labels.json";

const directoryOf = (podman: Podman, name: string): string => `${podman.storage.root}/volumes/${name}`;

/** By name. */
export function volumes(podman: Podman): readonly NamedVolume[] {
  const names = listDirectory(podman.proc.sys, `${podman.storage.root}/volumes`).map(({ name }) => name);
  return names.sort().flatMap((name) => findVolume(podman, name) ?? []);
}

export function findVolume(podman: Podman, name: string): NamedVolume | undefined {
  const { sys } = podman.proc;
  const mountpoint = `${directoryOf(podman, name)}/_data`;
  const stat = name === "" || name.includes("/") ? undefined : lstat(sys, mountpoint);
  if (stat === undefined) return undefined;
  const file = `${directoryOf(podman, name)}/${LABELS}`;
  const labels = lstat(sys, file) === undefined ? {} : (JSON.parse(decodeUtf8(readBytes(sys, file))) as Record<string, string>);
  return { name, mountpoint, created: isoTime(stat.ctime.sec), labels };
}

/** Makes a volume. Throws PodmanError for a name that cannot be. */
export function createVolume(podman: Podman, name: string, labels: NamedVolume["labels"] = {}): NamedVolume {
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name))
    throw new PodmanError("running volume create option: names must match [a-zA-Z0-9][a-zA-Z0-9_.-]*: invalid argument");
  const { sys } = podman.proc;
  const directory = directoryOf(podman, name);
  if (lstat(sys, directory) === undefined) sys.mkdir(directory, 0o755);
  if (lstat(sys, `${directory}/_data`) === undefined) sys.mkdir(`${directory}/_data`, 0o755);
  if (Object.keys(labels).length > 0) writeNewFile(sys, `${directory}/${LABELS}`, encodeUtf8(JSON.stringify(labels)), { mode: 0o644 });
  const made = findVolume(podman, name);
  if (made === undefined) throw new PodmanError(`no volume with name "${name}" found: no such volume`);
  return made;
}

/** Identifiers of the containers that have it, running or not. */
export function usersOf(podman: Podman, { mountpoint }: NamedVolume): readonly string[] {
  return podman.library
    .containers()
    .filter(({ config }) => config.volumes.some(({ source }) => source === mountpoint))
    .map(({ config }) => config.id);
}

export function removeVolume(podman: Podman, { name }: NamedVolume): void {
  podman.proc.sys.dropTree(directoryOf(podman, name));
}
