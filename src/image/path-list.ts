/**
 * Lists of paths as the manifest keeps them: a line for each directory that ends in a slash, below it a line for each name in it.
 * After a tab, what a name is: ">TARGET" a symbolic link, "/" a directory (kept though it may be empty); before or instead of it the
 * mode in octal and, when not root, ":UID:GID". A plain file with its usual mode is only its name.
 */

export interface PathEntry {
  /** Absolute. */
  readonly path: string;
  readonly kind: "file" | "dir" | "symlink";
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Of a symbolic link; "" otherwise. */
  readonly target: string;
}

/** The mode that a file has unless the list says otherwise: programs and libraries may be run. */
export function usualMode(path: string): number {
  return /^\/usr\/(bin|libexec)\/|^\/usr\/lib64\/.*\.so(\.[0-9.]+)?$/.test(path) ? 0o755 : 0o644;
}

/** `entries` must not name a path twice. */
export function encodePathList(entries: readonly PathEntry[]): string {
  const lines: string[] = [];
  let current = "";
  for (const entry of [...entries].sort((left, right) => (splitPath(left.path) < splitPath(right.path) ? -1 : 1))) {
    const cut = entry.path.lastIndexOf("/") + 1;
    const directory = entry.path.slice(0, cut);
    if (directory !== current) lines.push(directory);
    current = directory;
    lines.push(entry.path.slice(cut) + suffix(entry));
  }
  return lines.join("\n");
}

/** So that the names of one directory stand together. */
function splitPath(path: string): string {
  const cut = path.lastIndexOf("/");
  return `${path.slice(0, cut)}\u0000${path.slice(cut)}`;
}

function suffix(entry: PathEntry): string {
  const owner = entry.uid === 0 && entry.gid === 0 ? "" : `:${entry.uid}:${entry.gid}`;
  const usual = entry.kind === "file" ? usualMode(entry.path) : entry.kind === "dir" ? 0o755 : 0o777;
  const mode = entry.mode === usual && owner === "" ? "" : entry.mode.toString(8) + owner;
  const kind = entry.kind === "symlink" ? `>${entry.target}` : entry.kind === "dir" ? "/" : "";
  return mode + kind === "" ? "" : `\t${mode}${kind}`;
}

/** Throws `RangeError` for text that is not such a list. */
export function decodePathList(text: string): PathEntry[] {
  const entries: PathEntry[] = [];
  let directory = "";
  for (const line of text === "" ? [] : text.split("\n")) {
    if (isDirectoryLine(line)) directory = line;
    else entries.push(decodePathLine(directory, line));
  }
  return entries;
}

/** Whether a line of a list says which directory the names after it are in. */
export function isDirectoryLine(line: string): boolean {
  return line.endsWith("/") && !line.includes("\t");
}

/** One name of a list, below `directory` (which ends in a slash). Throws `RangeError` for a line that is none. */
export function decodePathLine(directory: string, line: string): PathEntry {
  const tab = line.indexOf("\t");
  const path = directory + (tab < 0 ? line : line.slice(0, tab));
  if (tab < 0) return { path, kind: "file", mode: usualMode(path), uid: 0, gid: 0, target: "" };
  const match = /^([0-7]+)?(?::(\d+):(\d+))?(?:(\/)|>(.*))?$/.exec(line.slice(tab + 1));
  if (match === null) throw new RangeError(`not a path list: "${line}"`);
  const [, mode, uid = "0", gid = "0", slash, target] = match;
  const kind = target !== undefined ? "symlink" : slash !== undefined ? "dir" : "file";
  const usual = kind === "file" ? usualMode(path) : kind === "dir" ? 0o755 : 0o777;
  return {
    path,
    kind,
    mode: mode === undefined ? usual : Number.parseInt(mode, 8),
    uid: Number(uid),
    gid: Number(gid),
    target: target ?? "",
  };
}
