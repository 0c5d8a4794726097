/** The words of the interface: what the picture says, what a screen reader hears. Pure: views in, text out. */
import { offerOf, type Tools } from "../distros/offers.ts";
import type { DeploymentView, PowerState, View } from "../lab/view.ts";
import { strerror } from "../vfs/errno.ts";
import type { Lifetime, TraceEvent } from "../vfs/types.ts";
import { stratumOf } from "./picture.ts";

/** What a version is called where it is not a deployment. */
const NOUNS: Readonly<Partial<Record<Tools, string>>> = { "transactional-update": "snapshot", abroot: "root", apt: "system" };

/** "deployment", "snapshot", "root": what a machine has several of. */
export function versionNoun({ machine }: View): string {
  return NOUNS[offerOf(machine.name).tools] ?? "deployment";
}

const LIFETIMES: Readonly<Record<Exclude<Lifetime, "deployment">, string>> = {
  image: "sealed",
  machine: "this machine",
  boot: "until reboot",
  session: "until logout",
};

/** `noun`: what the machine's versions are called. */
export function lifetimeWord(lifetime: Lifetime, noun: string): string {
  return lifetime === "deployment" ? `this ${noun}` : LIFETIMES[lifetime];
}

const POWER: Readonly<Record<PowerState, string>> = {
  off: "The machine is off.",
  firmware: "The machine is starting: firmware.",
  menu: "The boot menu waits. Choose with the arrow keys.",
  booting: "The machine is booting.",
  running: "The machine is running.",
  emergency: "The boot failed. This is the emergency shell.",
  stopping: "The machine is shutting down.",
};

export function powerSentence({ power, deployments }: View): string {
  return power === "emergency" && deployments.length > 1 ? `${POWER[power].slice(0, -1)}; another version still boots.` : POWER[power];
}

/** The error in glibc's words, e.g. "Read-only file system". */
export function refusalTitle(event: TraceEvent): string {
  return event.verdict === "ok" ? "" : strerror(event.verdict);
}

/** One line of why, for a learner; by the rule that refused, and the errno where the rule has no words of ours. */
export function refusalReason(event: TraceEvent): string {
  switch (event.because) {
    case "superblock is read-only":
      return "This whole file system is sealed. Nobody writes here, not even root.";
    case "mount is read-only":
      return "It is mounted read-only. Nobody writes through here, not even root.";
    case "inode is immutable":
      return "It carries the immutable flag (chattr +i), and that holds for root too.";
    case "inode is append-only":
      return "It carries the append-only flag (chattr +a).";
    case "permission bits":
    case "sticky directory":
      return "Its owner and mode do not let you. Root might.";
  }
  switch (event.verdict) {
    case "EROFS":
      return "This part of the machine is read-only, for root too.";
    case "EACCES":
      return "Its owner and mode do not let you. Root might.";
    case "EPERM":
      return "Not allowed here, whatever the mode bits say.";
    default:
      return event.because === "" ? "" : `${event.because.charAt(0).toUpperCase()}${event.because.slice(1)}.`;
  }
}

/** "a", "a and b", "a, b and c". */
export function listWords(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1) ?? ""}`;
}

/** "with htop, without firefox"; "" for a release as it came. */
export function layerWords({ layers, leftOut }: DeploymentView): string {
  const parts = { with: layers, without: leftOut };
  return Object.entries(parts)
    .filter(([, names]) => names.length > 0)
    .map(([word, names]) => `${word} ${listWords(names)}`)
    .join(", ");
}

/** "43.1 with htop". */
export function versionWords(deployment: DeploymentView): string {
  return [deployment.version, layerWords(deployment)].filter((part) => part !== "").join(" ");
}

/** What a deployment is at this moment, in the tools' own nouns. */
export function deploymentMarks(deployment: DeploymentView): string[] {
  const marks: string[] = [];
  if (deployment.isBooted) marks.push("booted");
  if (deployment.isStaged) marks.push("staged");
  else if (deployment.isDefault) marks.push("default");
  if (deployment.isRollback) marks.push("rollback");
  if (deployment.isPinned) marks.push("pinned");
  if (deployment.unlocked !== "none") marks.push(deployment.unlocked === "hotfix" ? "hotfix" : "unlocked");
  return marks;
}

/** What tells a version from others: "a81f3d9" of a commit, "snapshot 2"; "" where there is only one. */
export function nameOf({ name, checksum }: DeploymentView): string {
  return name ?? checksum.slice(0, 7);
}

/** The deployment that boots next: a staged one is written to the boot menu at shutdown and goes first. */
export function nextBoot(view: View): DeploymentView | undefined {
  return view.deployments.find((deployment) => deployment.isStaged) ?? view.deployments.find((deployment) => deployment.isDefault);
}

/** "43.1 with htop", "20260105, snapshot 2": what tells a version from the others. */
function fullWords(deployment: DeploymentView): string {
  return deployment.name === undefined ? versionWords(deployment) : `${versionWords(deployment)}, ${deployment.name}`;
}

/** "Next boot: 42.4, staged." */
export function nextBootSentence(view: View): string {
  const next = nextBoot(view);
  if (next === undefined) return view.bootEntries.length === 0 ? "Next boot: nothing. The boot menu is empty." : "";
  if (next.isBooted) return `Next boot: ${fullWords(next)}, as now.`;
  if (next.isStaged) return `Next boot: ${versionWords(next)}, written to the boot menu at shutdown.`;
  return `Next boot: ${fullWords(next)}.`;
}

/** "412 kB", "6.4 GB": powers of a thousand, two figures at least. */
export function sizeWords(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power > 0 && value < 10 ? value.toFixed(1) : value.toFixed(0)} ${units[power] ?? ""}`;
}

/** "1,234,567". Without Intl, which browsers load when it is first asked. */
export function countWords(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** One sentence on what the new view brings, for the strip and the live region; "" when there is nothing to tell. */
export function changeSentence(before: View | undefined, after: View): string {
  const refusal = after.lastRefusal;
  if (refusal !== undefined && !sameEvent(refusal, before?.lastRefusal)) {
    const layer = after.strata.find(({ id }) => id === stratumOf(after, refusal));
    return `Refused at ${refusal.path}${layer ? ` (${layer.name})` : ""}: ${refusalTitle(refusal)}. ${refusalReason(refusal)}`;
  }
  if (before === undefined) return "";
  if (before.machine.flavour !== after.machine.flavour) return `A fresh machine, ${after.machine.flavour}.`;
  if (after.power !== before.power || after.bootCount !== before.bootCount) {
    return after.power === "running" && after.booted !== undefined ? `Booted ${after.booted.version}.` : powerSentence(after);
  }
  return deploymentChange(before, after) ?? layerChange(before, after) ?? "";
}

function sameEvent(left: TraceEvent, right: TraceEvent | undefined): boolean {
  return (
    right !== undefined && left.path === right.path && left.verdict === right.verdict && left.pid === right.pid && left.op === right.op
  );
}

/** The same version in two views, and no other one: two slots may hold the same image. */
export function keyOf({ name = "", checksum, serial }: DeploymentView): string {
  return `${name} ${checksum}.${serial}`;
}

function deploymentChange(before: View, after: View): string | undefined {
  const old = new Map(before.deployments.map((deployment) => [keyOf(deployment), deployment]));
  for (const deployment of after.deployments) {
    const was = old.get(keyOf(deployment));
    if (deployment.isStaged && was?.isStaged !== true)
      return `${versionWords(deployment)} is prepared. Nothing that runs has changed; it boots next.`;
    if (was === undefined) return deployment.isDefault ? nextBootSentence(after) : `${fullWords(deployment)} was added.`;
    if (deployment.unlocked !== was.unlocked && deployment.unlocked !== "none") {
      return deployment.unlocked === "hotfix"
        ? "A writable overlay lies over /usr. It stays with this deployment."
        : "A writable overlay lies over /usr. It is gone at the next boot.";
    }
    if (deployment.isPinned !== was.isPinned)
      return `${deployment.version} is ${deployment.isPinned ? "pinned: it stays" : "no longer pinned"}.`;
    if (deployment.isDefault && !was.isDefault) return nextBootSentence(after);
  }
  const kept = new Set(after.deployments.map(keyOf));
  const gone = before.deployments.filter((deployment) => !kept.has(keyOf(deployment))).map((deployment) => deployment.version);
  return gone.length === 0 ? undefined : `${listWords(gone)} ${gone.length === 1 ? "was" : "were"} removed.`;
}

function layerChange(before: View, after: View): string | undefined {
  for (const stratum of after.strata) {
    const was = before.strata.find((other) => other.id === stratum.id);
    if (was === undefined) continue;
    const fresh = stratum.touched.filter((path) => !was.touched.includes(path));
    if (fresh.length > 0 || stratum.touchedCount > was.touchedCount) {
      const what = fresh.length === 1 ? (fresh[0] ?? "") : `${stratum.touchedCount - was.touchedCount || fresh.length} files`;
      return `Changed in ${stratum.target}: ${what}, kept ${lifetimePhrase(stratum.lifetime, versionNoun(after))}.`;
    }
  }
  return undefined;
}

function lifetimePhrase(lifetime: Lifetime, noun: string): string {
  switch (lifetime) {
    case "image":
      return "with the release";
    case "deployment":
      return `with this ${noun}`;
    case "machine":
      return "on this machine";
    case "boot":
      return "until the reboot";
    case "session":
      return "until you log out";
  }
}
