/** `rpm-ostree status` for people, from the values that `--json` prints. Source: coreos/rpm-ostree:src/app/rpmostree-builtin-status.cxx. */
import { isoTime } from "../../base/calendar.ts";
import { diffCounts, diffGroups, localeTime, signatureVerdict } from "../../engines/ostree/render.ts";
import { refspecKind } from "../../engines/ostree/origin.ts";
import { formatSize } from "../../engines/ostree/format-size.ts";
import { advisoryCounts, advisoryLines, type AdvisoryVariant } from "./advisories.ts";
import type { CachedUpdate, ModifiedPackage, SinglePackage } from "./cached-update.ts";
import type { PackageDiff } from "../../image/package.ts";
import type { DeploymentVariant, Json, SignatureVariant } from "./deployment-variant.ts";

/** Keys are right-aligned here, two columns further in. */
const KEY_WIDTH = 23;
/** A commit's checksum always fits. */
const LEAST_AREA = 64;

export interface StatusStyle {
  /** Written to a terminal: colours. */
  readonly tty: boolean;
  readonly verbose: boolean;
  /** Advisories one by one; with `verbose` anyway. */
  readonly advisories?: boolean;
  /** Columns of the terminal. */
  readonly columns: number;
}

export interface StatusReport {
  readonly deployments: readonly DeploymentVariant[];
  /** From the booted deployment to the first one, when that is pending. */
  readonly pendingDiff: PackageDiff | undefined;
  /** From the booted deployment to what its /usr shows now (`apply-live`). */
  readonly liveDiff?: PackageDiff | undefined;
  /** A transaction that is running. */
  readonly transaction: { readonly title: string; readonly initiator: string } | undefined;
  /** Words of a finalisation that failed at the last shutdown; "" when it left none. */
  readonly finalizeFailure: string | undefined;
  /** `AutomaticUpdatePolicy` of rpm-ostreed.conf, and what is to be said of its timer. */
  readonly automaticUpdates: { readonly policy: string; readonly timer: string };
  /** What the last look at the server found; shown where updates come by themselves. */
  readonly update?: CachedUpdate | undefined;
  /** `-b`: only the booted one, under another heading. */
  readonly bootedOnly: boolean;
}

export function renderStatus(report: StatusReport, style: StatusStyle): string {
  const { transaction, finalizeFailure, automaticUpdates, bootedOnly, deployments, update } = report;
  const head: string[] = [`State: ${transaction ? "busy" : "idle"}`];
  if (finalizeFailure !== undefined) {
    head.push(
      alarming("Warning: failed to finalize previous deployment", style),
      ...(finalizeFailure === "" ? [] : [`         ${finalizeFailure}`]),
      "         check `journalctl -b -1 -u ostree-finalize-staged.service`",
    );
  }
  if (automaticUpdates.policy !== "none") head.push(`AutomaticUpdates: ${automaticUpdates.policy}; ${automaticUpdates.timer}`);
  else if (style.verbose) head.push("AutomaticUpdates: disabled");
  if (transaction) head.push(`Transaction: ${transaction.title}`, `  Initiator: ${transaction.initiator}`);
  head.push(bootedOnly ? "BootedDeployment:" : "Deployments:");
  const several = new Set(deployments.map((d) => d.osname)).size > 1;
  const anyLive = deployments.some((d) => d["live-replaced"] !== undefined || d["live-inprogress"] !== undefined);
  const [first] = deployments;
  const isShown = update !== undefined && first?.booted === false && first.id === update.deployment;
  const blocks = deployments.flatMap((deployment, index) => {
    if (bootedOnly && !deployment.booted) return [];
    const diff = index === 0 && !deployment.booted ? report.pendingDiff : undefined;
    return [
      renderDeployment(
        deployment,
        {
          ...{ index, several, anyLive, diff, liveDiff: deployment.booted ? report.liveDiff : undefined },
          advisories: index === 0 && isShown ? update.advisories : undefined,
        },
        style,
      ),
    ];
  });
  const available = update && !isShown && automaticUpdates.policy !== "none" ? `\n${renderAvailableUpdate(update, style)}` : "";
  return head.join("\n") + "\n" + blocks.join("\n") + available;
}

/** `AvailableUpdate:`, beside the list and after `upgrade --check`. */
export function renderAvailableUpdate(update: CachedUpdate, style: StatusStyle): string {
  const lines = ["AvailableUpdate:"];
  const add = (key: string, ...values: readonly string[]): void => {
    values.forEach((value, i) => lines.push(`  ${(i === 0 ? key : "").padStart(13)}${i === 0 ? ":" : " "} ${value}`));
  };
  const time = isoTime(update.timestamp);
  if (update["ref-has-new-commit"]) {
    if (update.version === undefined) add("Timestamp", time);
    else add("Version", `${bold(update.version, style)} (${time})`);
    add("Commit", update.checksum);
    if (update["gpg-enabled"]) add("GPGSignature", ...signatureLines(update.signatures ?? [], style.verbose));
  }
  const diff = update["rpm-diff"];
  if (diff && update.advisories) lines.push(...advisoriesBlock(update.advisories, "SecAdvisories".length, style));
  if (diff && style.verbose) {
    const changed = (list: readonly ModifiedPackage[]): string[] => list.map(([, name, [from], [to]]) => `${name} ${from} -> ${to}`);
    const single = (list: readonly SinglePackage[]): string[] => list.map(([, name, evr, arch]) => `${name}-${evr}.${arch}`);
    add("Upgraded", ...changed(diff.upgraded));
    add("Downgraded", ...changed(diff.downgraded));
    add("Removed", ...single(diff.removed));
    add("Added", ...single(diff.added));
  } else if (diff && diffCounts(diff) !== "") add("Diff", diffCounts(diff));
  const layers = update["manifest-diff"];
  if (layers) {
    add("Total layers", String(layers.total));
    add("Size", formatSize(layers["total-size"]));
    // One blank less than the others: rpmostree-clientlib.cxx.
    lines.push(` ${"Removed layers".padStart(13)}: ${layers["n-removed"]}`);
    add("Size", formatSize(layers["removed-size"]));
    add("Added layers", String(layers["n-added"]));
    add("Size", formatSize(layers["added-size"]));
  }
  return lines.join("\n") + "\n";
}

interface Surroundings {
  /** In the list; -1 for one that is told of outside of it. */
  readonly index: number;
  /** More than one state root. */
  readonly several: boolean;
  readonly anyLive: boolean;
  readonly diff: PackageDiff | undefined;
  readonly liveDiff?: PackageDiff | undefined;
  readonly advisories?: readonly AdvisoryVariant[] | undefined;
}

/** One deployment, as in the list; `ex history` shows it, too. */
export function renderDeployment(d: DeploymentVariant, around: Surroundings, style: StatusStyle): string {
  const { verbose } = style;
  const custom = d["custom-origin"];
  const kind = d.origin === undefined ? undefined : refspecKind(d.origin);
  const source = d["container-image-reference"] ?? custom?.[0] ?? d.origin ?? d.checksum;
  const lines = [`${d.booted ? "● " : "  "}${source}${verbose && around.index >= 0 ? ` (index: ${around.index})` : ""}`];
  const add = (key: string, ...values: readonly string[]): void => {
    values.forEach((value, i) => lines.push(`  ${(i === 0 ? key : "").padStart(KEY_WIDTH)}${i === 0 ? ":" : " "} ${value}`));
  };
  const alarm = (key: string, value: string): void => {
    add(key, value);
    lines.push(alarming(lines.pop() ?? "", style));
  };
  const words = (key: string, items: readonly string[]): void => {
    if (items.length > 0) add(key, ...wrapped([...items].map(quoted).sort(), style.columns));
  };

  if (d["container-image-reference-digest"] !== undefined) add("Digest", d["container-image-reference-digest"]);
  if (custom) add("CustomOrigin", custom[1]);
  if (d["remote-error"] !== undefined) alarm("OstreeRemoteStatus", d["remote-error"]);
  const sourceTitle = d["base-commit-meta"]["ostree.source-title"];
  if (typeof sourceTitle === "string") lines.push(`  └─ ${sourceTitle}`);
  const base = d["base-checksum"];
  const seconds = base === undefined ? d.timestamp : d["base-timestamp"];
  const time = seconds === undefined ? undefined : isoTime(seconds);
  if (d.version !== undefined) add("Version", `${bold(d.version, style)}${time === undefined ? "" : ` (${time})`}`);
  else if (time !== undefined) add("Timestamp", time);
  const live = d["live-replaced"] !== undefined || d["live-inprogress"] !== undefined;
  if (verbose || (d["container-image-reference"] === undefined && kind !== "container")) {
    if (base !== undefined) {
      add(live ? "BootedBaseCommit" : "BaseCommit", base);
      if (verbose || around.anyLive) add("Commit", d.checksum);
    } else {
      if (live) add("BootedCommit", d.checksum);
      if (!live || verbose) add("Commit", d.checksum);
    }
  }
  for (const [key, value] of [["InterruptedLiveCommit", d["live-inprogress"]], ["LiveCommit", d["live-replaced"]]] as const) {
    if (value === undefined) continue;
    if (d.booted) alarm(key, value);
    else add(key, value);
  } // prettier-ignore
  if (around.liveDiff && diffCounts(around.liveDiff) !== "") add("LiveDiff", diffCounts(around.liveDiff));
  if (verbose && (d.staged || around.index === 0)) add("Staged", d.staged ? "yes" : "no");
  if (verbose || around.several) add("StateRoot", d.osname);
  if (d["gpg-enabled"]) add("GPGSignature", ...signatureLines(d.signatures ?? [], verbose));
  if (around.advisories) lines.push(...advisoriesBlock(around.advisories, KEY_WIDTH, style));
  if (around.diff) {
    if (verbose) for (const group of diffGroups(around.diff)) add(group.title, ...group.lines);
    else if (diffCounts(around.diff) !== "") add("Diff", diffCounts(around.diff));
  }
  const removals = groupedRemovals(d["base-removals"]);
  if (removals !== "") add("RemovedBasePackages", removals);
  const replacements = groupedReplacements(d["base-local-replacements"]);
  if (replacements !== "") add("LocalOverrides", replacements);
  for (const [source, pairs] of Object.entries(d["base-remote-replacements"])) {
    if (!Array.isArray(pairs) || pairs.length === 0) continue;
    const rows = (pairs as readonly Json[])
      .map((pair) => `${text(item(pair, 0), 1)} ${evrOf(item(pair, 1))} -> ${evrOf(item(pair, 0))}`)
      .sort();
    add("RemoteOverrides", source, ...rows.map((row, i) => `${i === rows.length - 1 ? "└─" : "├─"} ${row}`));
  }
  if (verbose) {
    const removed = d["base-removals"].map((each) => text(each, 1));
    words(
      "InactiveBaseRemovals",
      d["requested-base-removals"].filter((name) => !removed.includes(name)),
    );
    const replaced = d["base-local-replacements"].map((pair) => text(item(pair, 0), 0));
    words(
      "InactiveBaseReplacements",
      d["requested-base-local-replacements"].filter((name) => !replaced.includes(name)),
    );
    words(
      "InactiveRequests",
      d["requested-packages"].filter((name) => !d.packages.includes(name)),
    );
  }
  words("LayeredPackages", d.packages);
  words("LocalPackages", d["requested-local-packages"]);
  words("LocalForcedPackages", d["requested-local-fileoverride-packages"]);
  if (d["regenerate-initramfs"]) {
    const args = d["initramfs-args"] ?? [];
    add("Initramfs", args.length === 0 ? "regenerate" : args.map((arg) => `${quoted(arg)} `).join(""));
  }
  words("InitramfsEtc", d["initramfs-etc"]);
  if (d.cliwrap) add("Cliwrap", "enabled");
  if (d.pinned) add("Pinned", "yes");
  if (d.unlocked !== "none") alarm("Unlocked", d.unlocked);
  if (d.endoflife !== undefined) alarm("EndOfLife", d.endoflife);
  return lines.join("\n") + "\n";
}

/** `width`: of the keys that it stands among. */
function advisoriesBlock(advisories: readonly AdvisoryVariant[], width: number, style: StatusStyle): string[] {
  const key = `  ${"SecAdvisories".padStart(width)}: `;
  if (!style.verbose && style.advisories !== true) return [alarming(`${key}${advisoryCounts(advisories)}`, style)];
  const [first = "", ...rest] = advisoryLines(advisories);
  return [`${alarming(key, style)}${first}`, ...rest.map((line) => `${" ".repeat(width + 4)}${line}`)];
}

function signatureLines(signatures: readonly SignatureVariant[], verbose: boolean): string[] {
  if (signatures.length === 0) return ["(unsigned)"];
  if (verbose) {
    return [
      `${signatures.length} signature${signatures.length === 1 ? "" : "s"}`,
      ...signatures.flatMap(([valid, , , , , key, made, , , , name, address]) => [
        `Signature made ${localeTime(made)} using RSA key ID ${key.slice(-16)}`,
        signatureVerdict(key, () => (valid ? `${name} <${address}>` : undefined)),
      ]),
    ];
  }
  return signatures.map(([valid, , , , , key]) =>
    valid ? `Valid signature by ${key}` : `Can't check signature: public key ${key} not found`,
  );
}

/** A package in a commit's metadata: [nevra, name, epoch, version, release, architecture]. */
function item(value: Json | undefined, at: number): Json | undefined {
  return Array.isArray(value) ? (value as readonly Json[])[at] : undefined;
}

function text(value: Json | undefined, at: number): string {
  const found = item(value, at);
  return typeof found === "string" ? found : "";
}

function evrOf(value: Json | undefined): string {
  const epoch = Number(item(value, 2) ?? 0);
  return `${epoch > 0 ? `${epoch}:` : ""}${text(value, 3)}-${text(value, 4)}`;
}

/** "firefox firefox-langpacks 145.0-1.fc43": those of one build together. */
function groupedRemovals(removals: readonly Json[]): string {
  return grouped(removals.map((removed) => [evrOf(removed), text(removed, 1)] as const));
}

function groupedReplacements(pairs: readonly Json[]): string {
  return grouped(pairs.map((pair) => [`${evrOf(item(pair, 1))} -> ${evrOf(item(pair, 0))}`, text(item(pair, 0), 1)] as const));
}

function grouped(entries: readonly (readonly [what: string, name: string])[]): string {
  const groups = new Map<string, string[]>();
  for (const [what, name] of entries) groups.set(what, [...(groups.get(what) ?? []), name]);
  return [...groups].map(([what, names]) => `${names.join(" ")} ${what}`).join(", ");
}

/** Words in lines that fit beside the key. */
function wrapped(words: readonly string[], columns: number): string[] {
  const width = Math.max(LEAST_AREA, columns - KEY_WIDTH - 4);
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** As a shell would have to be given it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Red and bold as rpm-ostree has it. */
function alarming(line: string, style: StatusStyle): string {
  return style.tty ? `\x1b[31m\x1b[1m${line}\x1b[22m\x1b[0m` : line;
}

function bold(word: string, style: StatusStyle): string {
  return style.tty ? `\x1b[1m${word}\x1b[0m` : word;
}
