/** The words of `ostree admin status`, `rpm-ostree status` and package differences: text from values, nothing else. */
import { calendarDate, isoTime, MONTHS, twoDigits, WEEKDAYS } from "../../base/calendar.ts";
import { evr, nevra, type PackageChange, type PackageDiff } from "../../image/package.ts";
import { formatImageReference } from "./image-reference.ts";
import type { DeploymentStatus } from "./status.ts";

export interface Style {
  /** Written to a terminal: colours. */
  readonly tty: boolean;
}

const RED_BOLD = "\x1b[31m\x1b[1m";
const RESET_RED_BOLD = "\x1b[22m\x1b[0m";

/** Red and bold as ostree has it. */
function red(text: string, style: Style): string {
  return style.tty ? `${RED_BOLD}${text}\x1b[0m\x1b[22m` : text;
}

/** Red and bold as rpm-ostree has it. */
function alarming(text: string, style: Style): string {
  return style.tty ? `${RED_BOLD}${text}${RESET_RED_BOLD}` : text;
}

function bold(text: string, style: Style): string {
  return style.tty ? `\x1b[1m${text}\x1b[0m` : text;
}

// ——— ostree admin status (ot-admin-builtin-status.c; recorded)

/** Who the keys belong to, as far as anyone here knows. */
export type KeyOwners = (fingerprint: string) => string | undefined;

export function renderAdminStatus(rows: readonly DeploymentStatus[], style: Style, owners: KeyOwners = () => undefined): string {
  if (rows.length === 0) return "No deployments.\n";
  return rows.map((row) => renderAdminRow(row, style, owners)).join("");
}

function renderAdminRow(row: DeploymentStatus, style: Style, owners: KeyOwners): string {
  const suffix = row.isFinalizationLocked
    ? " (finalization locked)"
    : row.isStaged
      ? " (staged)"
      : row.isPending
        ? " (pending)"
        : row.isRollback
          ? " (rollback)"
          : "";
  const lines = [`${row.isBooted ? "*" : " "} ${row.stateroot} ${row.checksum}.${row.serial}${suffix}`];
  // The commit that an image becomes has no version of its own.
  if (row.version !== undefined && row.image === undefined) lines.push(`    Version: ${row.version}`);
  if (row.unlocked !== "none") lines.push(`    ${red(`Unlocked: ${row.unlocked}`, style)}`);
  if (row.isPinned) lines.push("    Pinned: yes");
  if (!row.hasOrigin) lines.push("    origin: none");
  else lines.push(row.refspec === undefined ? "    origin: <unknown origin type>" : `    origin refspec: ${row.refspec}`);
  if (row.verifiesSignatures && row.timestamp !== undefined) {
    for (const key of row.signatures) {
      lines.push(`    GPG: Signature made ${localeTime(row.timestamp)} using RSA key ID ${key.slice(-16)}`);
      lines.push(`    GPG: ${signatureVerdict(key, owners)}`);
    }
  }
  return lines.join("\n") + "\n";
}

/** `%c` in English: "Sat 10 Jan 2026 12:38:33 AM UTC". */
export function localeTime(seconds: number): string {
  const at = calendarDate(seconds);
  const day = (WEEKDAYS[at.weekday] ?? "").slice(0, 3);
  const month = (MONTHS[at.month - 1] ?? "").slice(0, 3);
  const hour = at.hour % 12 === 0 ? 12 : at.hour % 12;
  return `${day} ${twoDigits(at.day)} ${month} ${at.year} ${twoDigits(hour)}:${twoDigits(at.minute)}:${twoDigits(at.second)} ${at.hour < 12 ? "AM" : "PM"} UTC`;
}

// ——— rpm-ostree status (rpmostree-builtin-status.cxx)

/** Keys are right-aligned here, two columns further in. */
const KEY_WIDTH = 23;

export interface StatusOptions extends Style {
  readonly owners: KeyOwners;
  readonly verbose: boolean;
  /** `-b`: only the booted one, under another heading. */
  readonly bootedOnly: boolean;
  /** Columns of the terminal. */
  readonly columns: number;
  /** A transaction that is running. */
  readonly transaction: { readonly title: string; readonly initiator: string } | undefined;
  /** Words of a finalisation that failed at the last shutdown. */
  readonly finalizeFailure: string | undefined;
  /** `AutomaticUpdatePolicy` of rpm-ostreed.conf. */
  readonly automaticUpdates: string;
}

export function renderStatus(rows: readonly DeploymentStatus[], options: StatusOptions): string {
  const head: string[] = [`State: ${options.transaction ? "busy" : "idle"}`];
  if (options.finalizeFailure !== undefined) {
    head.push(
      alarming("Warning: failed to finalize previous deployment", options),
      `         ${options.finalizeFailure}`,
      "         check `journalctl -b -1 -u ostree-finalize-staged.service`",
    );
  }
  if (options.automaticUpdates !== "none" || options.verbose) {
    head.push(
      options.automaticUpdates === "none"
        ? "AutomaticUpdates: disabled"
        : `AutomaticUpdates: ${options.automaticUpdates}; rpm-ostreed-automatic.timer: inactive`,
    );
  }
  if (options.transaction) head.push(`Transaction: ${options.transaction.title}`, `  Initiator: ${options.transaction.initiator}`);
  const shown = options.bootedOnly ? rows.filter((row) => row.isBooted) : rows;
  head.push(options.bootedOnly ? "BootedDeployment:" : "Deployments:");
  const several = new Set(rows.map((row) => row.stateroot)).size > 1;
  const blocks = shown.map((row) => renderStatusRow(row, options, several));
  return head.join("\n") + "\n" + blocks.join("\n");
}

function renderStatusRow(row: DeploymentStatus, options: StatusOptions, several: boolean): string {
  const index = options.verbose ? ` (index: ${row.index})` : "";
  const lines = [`${row.isBooted ? "● " : "  "}${originText(row)}${index}`];
  const add = (key: string, ...values: readonly string[]): void => {
    values.forEach((value, i) => lines.push(`  ${(i === 0 ? key : "").padStart(KEY_WIDTH)}${i === 0 ? ":" : " "} ${value}`));
  };
  if (row.missingRemote !== undefined) add("OstreeRemoteStatus", alarming(`Remote "${row.missingRemote}" not found`, options));
  const time = row.timestamp === undefined ? undefined : isoTime(row.timestamp);
  if (row.image?.info) add("Digest", row.image.info.digest);
  if (row.version !== undefined) add("Version", `${bold(row.version, options)}${time === undefined ? "" : ` (${time})`}`);
  else if (time !== undefined) add("Timestamp", time);
  const live = row.live === undefined ? "" : "Booted";
  const isLayered = row.base !== row.checksum;
  if (isLayered) add(`${live}BaseCommit`, row.base);
  if (isLayered ? options.verbose : row.image === undefined || options.verbose) add(`${live}Commit`, row.checksum);
  if (row.live) {
    add("LiveCommit", alarming(row.live.commit, options));
    if (row.live.diff && diffCounts(row.live.diff) !== "") add("LiveDiff", diffCounts(row.live.diff));
  }
  if (options.verbose) add("Staged", row.isStaged ? "yes" : "no");
  if (options.verbose || several) add("StateRoot", row.stateroot);
  if (row.verifiesSignatures) {
    if (row.signatures.length === 0) add("GPGSignature", "(unsigned)");
    else if (options.verbose) {
      const time = row.timestamp === undefined ? "" : localeTime(row.timestamp);
      add(
        "GPGSignature",
        `${row.signatures.length} signature${row.signatures.length === 1 ? "" : "s"}`,
        ...row.signatures.flatMap((key) => [
          `Signature made ${time} using RSA key ID ${key.slice(-16)}`,
          signatureVerdict(key, options.owners),
        ]),
      );
    } else for (const key of row.signatures) add("GPGSignature", `Valid signature by ${key}`);
  }
  if (row.diff) {
    if (options.verbose) for (const group of diffGroups(row.diff)) add(group.title, ...group.lines);
    else if (diffCounts(row.diff) !== "") add("Diff", diffCounts(row.diff));
  }
  for (const [key, items] of layerLines(row.layers, options.verbose)) add(key, ...wrapped(items, options.columns));
  if (row.isPinned) add("Pinned", "yes");
  if (row.unlocked !== "none") add("Unlocked", alarming(row.unlocked, options));
  return lines.join("\n") + "\n";
}

/** What is layered and overridden, in the order in which it is told; `verbose` tells also what has no effect. */
function layerLines(layers: DeploymentStatus["layers"], verbose: boolean): (readonly [key: string, items: readonly string[]])[] {
  const { active, inactive, removed, inactiveRemovals, replaced, local, forcedLocal } = layers;
  const lines: (readonly [string, readonly string[]])[] = [
    ["RemovedBasePackages", removed.map(({ name, evr: version }) => `${name} ${version}`)],
    ["LocalOverrides", replaced.map(({ from, to }) => `${from.name} ${evr(from)} -> ${evr(to)}`)],
    ["InactiveBaseRemovals", verbose ? inactiveRemovals : []],
    ["InactiveRequests", verbose ? inactive : []],
    ["LayeredPackages", active],
    ["LocalPackages", local],
    ["LocalForcedPackages", forcedLocal],
  ];
  return lines.filter(([, items]) => items.length > 0);
}

/** Words in lines of the room that is left beside the keys, 64 columns at least. */
function wrapped(items: readonly string[], columns: number): string[] {
  const room = Math.max(64, columns - KEY_WIDTH - 4);
  const lines: string[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + item.length <= room) lines[lines.length - 1] = `${last} ${item}`;
    else lines.push(item);
  }
  return lines;
}

function originText(row: DeploymentStatus): string {
  return row.image === undefined ? (row.refspec ?? row.checksum) : formatImageReference(row.image.reference);
}

function signatureVerdict(key: string, owners: KeyOwners): string {
  const owner = owners(key);
  return owner === undefined ? "Can't check signature: public key not found" : `Good signature from "${owner}"`;
}

// ——— packages

interface DiffGroup {
  readonly title: string;
  readonly lines: readonly string[];
}

function diffGroups(diff: PackageDiff): DiffGroup[] {
  const groups: DiffGroup[] = [
    { title: "Upgraded", lines: byName(diff.upgraded).map(({ from, to }) => `${from.name} ${evr(from)} -> ${evr(to)}`) },
    { title: "Downgraded", lines: byName(diff.downgraded).map(({ from, to }) => `${from.name} ${evr(from)} -> ${evr(to)}`) },
    { title: "Removed", lines: diff.removed.map(nevra) },
    { title: "Added", lines: diff.added.map(nevra) },
  ];
  return groups.filter((group) => group.lines.length > 0);
}

function byName(changes: readonly PackageChange[]): PackageChange[] {
  return [...changes].sort((left, right) => (left.to.name < right.to.name ? -1 : 1));
}

/** As after `rpm-ostree upgrade` and in `rpm-ostree db diff`; empty when nothing differs. */
export function renderPackageDiff(diff: PackageDiff): string {
  return diffGroups(diff)
    .map((group) => [`${group.title}:`, ...group.lines.map((line) => `  ${line}`)].join("\n") + "\n")
    .join("");
}

/** "12 upgraded, 1 removed, 3 added". */
export function diffCounts(diff: PackageDiff): string {
  const counts: [number, string][] = [
    [diff.upgraded.length, "upgraded"],
    [diff.downgraded.length, "downgraded"],
    [diff.removed.length, "removed"],
    [diff.added.length, "added"],
  ];
  return counts.flatMap(([n, word]) => (n > 0 ? [`${n} ${word}`] : [])).join(", ");
}

/** `rpm-ostree db diff --format=diff`. */
export function renderPackageDiffLines(diff: PackageDiff): string {
  const lines = [
    ...diff.upgraded.flatMap(({ from, to }) => [`!${nevra(from)}`, `=${nevra(to)}`]),
    ...diff.downgraded.flatMap(({ from, to }) => [`!${nevra(from)}`, `=${nevra(to)}`]),
    ...diff.removed.map((pkg) => `-${nevra(pkg)}`),
    ...diff.added.map((pkg) => `+${nevra(pkg)}`),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** `AvailableUpdate:` of `rpm-ostree upgrade --check`. */
export function renderAvailableUpdate(
  update: {
    readonly version: string;
    readonly timestamp: number;
    readonly commit: string;
    readonly signatures: readonly string[];
    readonly diff: PackageDiff | undefined;
  },
  verbose: boolean,
): string {
  const lines = ["AvailableUpdate:"];
  const add = (key: string, ...values: readonly string[]): void => {
    values.forEach((value, i) => lines.push(`  ${(i === 0 ? key : "").padStart(13)}${i === 0 ? ":" : " "} ${value}`));
  };
  add("Version", `${update.version} (${isoTime(update.timestamp)})`);
  add("Commit", update.commit);
  if (update.signatures.length > 0)
    add("GPGSignature", `${update.signatures.length} signature${update.signatures.length === 1 ? "" : "s"}`);
  if (update.diff) {
    if (verbose) for (const group of diffGroups(update.diff)) add(group.title, ...group.lines);
    else if (diffCounts(update.diff) !== "") add("Diff", diffCounts(update.diff));
  }
  return lines.join("\n") + "\n";
}
