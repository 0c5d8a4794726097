/** Which package owns which path, as `rpm -ql` and `rpm -qf` tell it. */

/** Owns the directories that several packages put files into. */
const COMMON_OWNER = "filesystem";

/**
 * The paths of each package, sorted: its files, and the directories that only its files are in; what several share is filesystem's.
 * Where an image has the defaults of /etc in /usr/etc (`hasEtcInUsr`), they are told as /etc. What belongs to no package has the name "".
 */
export function ownersOf(
  packages: readonly { readonly name: string; readonly paths: readonly string[] }[],
  hasEtcInUsr = true,
): Map<string, string[]> {
  const owned = new Map<string, string[]>();
  const directories = new Map<string, string>();
  for (const { name, paths } of packages) {
    if (name === "") continue;
    const list = hasEtcInUsr ? paths.map(installedPath) : [...paths];
    owned.set(name, list);
    for (const path of list) claimParents(path, name, directories);
  }
  for (const [directory, owner] of directories) owned.get(owner)?.push(directory);
  for (const list of owned.values()) list.sort();
  return owned;
}

function claimParents(path: string, name: string, directories: Map<string, string>): void {
  for (let cut = path.lastIndexOf("/"); cut > 0; cut = path.lastIndexOf("/", cut - 1)) {
    const directory = path.slice(0, cut);
    const owner = directories.get(directory);
    if (owner === name || owner === COMMON_OWNER) return;
    directories.set(directory, owner === undefined ? name : COMMON_OWNER);
  }
}

function installedPath(path: string): string {
  return path.startsWith("/usr/etc/") ? path.slice("/usr".length) : path;
}
