/** The words of `ostree admin status` and package differences: text from values, nothing else. */
import { calendarDate, MONTHS, twoDigits, WEEKDAYS } from "../../base/calendar.ts";
import { evr, nevra, type PackageChange, type PackageDiff } from "../../image/package.ts";
import type { DeploymentStatus } from "./status.ts";

export interface Style {
  /** Written to a terminal: colours. */
  readonly tty: boolean;
}

const RED_BOLD = "\x1b[31m\x1b[1m";

/** Red and bold as ostree has it. */
function red(text: string, style: Style): string {
  return style.tty ? `${RED_BOLD}${text}\x1b[0m\x1b[22m` : text;
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
  const soft = row.isSoftRebootTarget ? " (soft-reboot)" : "";
  const lines = [`${row.isBooted ? "*" : " "} ${row.stateroot} ${row.checksum}.${row.serial}${suffix}${soft}`];
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

/** `%c` in English, "Sat 10 Jan 2026 12:38:33 AM UTC", or as the C locale has it where `env` says so: "Sat Jan 10 00:38:33 2026". As GLib writes it, with a figure space before one digit. */
export function localeTime(seconds: number, env?: ReadonlyMap<string, string>): string {
  const at = calendarDate(seconds);
  const day = (WEEKDAYS[at.weekday] ?? "").slice(0, 3);
  const month = (MONTHS[at.month - 1] ?? "").slice(0, 3);
  const [name = "en_US"] = ["LC_ALL", "LC_TIME", "LANG"].flatMap((key) => env?.get(key) ?? []);
  if (/^(C|POSIX)(\.|$)/.test(name))
    return `${day} ${month} ${String(at.day).padStart(2, "\u2007")} ${twoDigits(at.hour)}:${twoDigits(at.minute)}:${twoDigits(at.second)} ${at.year}`;
  const hour = at.hour % 12 === 0 ? 12 : at.hour % 12;
  return `${day} ${twoDigits(at.day)} ${month} ${at.year} ${twoDigits(hour)}:${twoDigits(at.minute)}:${twoDigits(at.second)} ${at.hour < 12 ? "AM" : "PM"} UTC`;
}

export function signatureVerdict(key: string, owners: KeyOwners): string {
  const owner = owners(key);
  return owner === undefined ? "Can't check signature: public key not found" : `Good signature from "${owner}"`;
}

// ——— packages

export interface DiffGroup {
  readonly title: string;
  readonly lines: readonly string[];
}

export function diffGroups(diff: PackageDiff): DiffGroup[] {
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
export function diffCounts(diff: Readonly<Record<keyof PackageDiff, readonly unknown[]>>): string {
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
