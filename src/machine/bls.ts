/**
 * Boot Loader Specification entries, and the order in which GRUB's `blscfg` command shows them.
 *
 * Sources: uapi-group.org/specifications/specs/boot_loader_specification; for the order, grub2:grub-core/commands/blscfg.c as Fedora patches it.
 */

/** One entry of the menu: what a file in `loader/entries` says. */
export interface BlsEntry {
  /** The file's name without `.conf`, by which grubenv's `saved_entry` may name it. */
  readonly id: string;
  readonly title: string;
  readonly version: string;
  /** Path of the kernel on the boot partition. */
  readonly linux: string;
  readonly initrd: readonly string[];
  /** The kernel's arguments, all `options` lines joined. */
  readonly options: string;
}

/**
 * Reads one entry. Undefined when it cannot be booted: no `linux` line, and GRUB passes over it in silence.
 * `$name` in the options is replaced by the variable of that name, as GRUB does with `$kernelopts`.
 */
export function parseBlsEntry(file: string, text: string, variables: ReadonlyMap<string, string> = new Map()): BlsEntry | undefined {
  const values = new Map<string, string[]>();
  for (const line of text.split("\n")) {
    const match = /^[ \t]*([^ \t#]+)[ \t]+(.*?)[ \t\r]*$/.exec(line);
    if (match?.[1] === undefined || match[2] === undefined) continue;
    const list = values.get(match[1]);
    if (list === undefined) values.set(match[1], [match[2]]);
    else list.push(match[2]);
  }
  const linux = values.get("linux")?.[0];
  if (linux === undefined) return undefined;
  const id = file.replace(/\.conf$/, "");
  const options = (values.get("options") ?? [])
    .join(" ")
    .replaceAll(/\$\{?([A-Za-z_]\w*)\}?/g, (_, name: string) => variables.get(name) ?? "");
  return {
    id,
    title: values.get("title")?.[0] ?? id,
    version: values.get("version")?.[0] ?? "",
    linux,
    initrd: (values.get("initrd") ?? []).flatMap((names) => names.split(/[ \t]+/).filter((name) => name !== "")),
    options,
  };
}

/** Top of the menu first: by file name, the highest version first. */
export function sortBlsEntries(entries: readonly BlsEntry[]): BlsEntry[] {
  return [...entries].sort((left, right) => compareEntryIds(right.id, left.id));
}

/** Negative, zero or positive as GRUB sorts the names `left` and `right`: as `name-version-release`, each part as rpm compares versions. */
export function compareEntryIds(left: string, right: string): number {
  const [leftName, leftVersion, leftRelease] = splitId(left);
  const [rightName, rightVersion, rightRelease] = splitId(right);
  return compareVersions(leftName, rightName) || compareVersions(leftVersion, rightVersion) || compareVersions(leftRelease, rightRelease);
}

/** From the right: release after the last dash, version after the one before; with one dash only it is name and version. */
function splitId(id: string): [name: string, version: string, release: string] {
  const parts = id.split("-");
  if (parts.length <= 2) return [parts[0] ?? "", parts[1] ?? "", ""];
  return [parts.slice(0, -2).join("-"), parts.at(-2) ?? "", parts.at(-1) ?? ""];
}

/** rpm's order of versions (rpmvercmp): runs of digits as numbers, runs of letters as text, numbers above letters, `~` below everything, `^` above the end only. */
export function compareVersions(left: string, right: string): number {
  if (left === right) return 0;
  let a = left;
  let b = right;
  for (;;) {
    a = a.replace(/^[^A-Za-z0-9~^]+/, "");
    b = b.replace(/^[^A-Za-z0-9~^]+/, "");
    if (a.startsWith("~") || b.startsWith("~")) {
      if (!a.startsWith("~")) return 1;
      if (!b.startsWith("~")) return -1;
      a = a.slice(1);
      b = b.slice(1);
      continue;
    }
    if (a.startsWith("^") || b.startsWith("^")) {
      if (a === "") return -1;
      if (b === "") return 1;
      if (!a.startsWith("^")) return 1;
      if (!b.startsWith("^")) return -1;
      a = a.slice(1);
      b = b.slice(1);
      continue;
    }
    if (a === "" || b === "") return a.length === b.length ? 0 : a === "" ? -1 : 1;
    const numeric = /^[0-9]/.test(a);
    const run = numeric ? /^[0-9]+/ : /^[A-Za-z]+/;
    const first = run.exec(a)?.[0] ?? "";
    const second = run.exec(b)?.[0] ?? "";
    if (second === "") return numeric ? 1 : -1;
    const order = numeric ? compareNumbers(first, second) : compareText(first, second);
    if (order !== 0) return order;
    a = a.slice(first.length);
    b = b.slice(second.length);
  }
}

function compareNumbers(left: string, right: string): number {
  const a = left.replace(/^0+/, "");
  const b = right.replace(/^0+/, "");
  return a.length - b.length || compareText(a, b);
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
