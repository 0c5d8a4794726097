/**
 * `ex history`: which deployments were booted and what they were made with, from what the journal says of both and from what was
 * written down of each when it was made. Sources: coreos/rpm-ostree:rust/src/history.rs, src/app/rpmostree-builtin-status.cxx,
 * src/daemon/rpmostree-sysroot-upgrader.cxx (write_history).
 */
import { isoTime } from "../../base/calendar.ts";
import { listDirectory, lstat, makeDirectories, readBytes, removeTree, replaceFile } from "../../engines/ostree/files.ts";
import { OstreeError } from "../../engines/ostree/errors.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import { BOOTED_DEPLOYMENT_MESSAGE } from "../../engines/ostree/prepare-root.ts";
import { deploymentStatuses } from "../../engines/ostree/status.ts";
import { decodeGVariant, encodeGVariant, type Variant } from "../../image/gvariant.ts";
import { readJournal, type JournalEntry } from "../../machine/journal.ts";
import { managerOf } from "../../machine/systemd/manager.ts";
import type { Sys } from "../../vfs/sys.ts";
import { keyOwners } from "../ostree/admin-status.ts";
import type { Verb } from "../ostree/goption.ts";
import { numberOption } from "../ostree/number-option.ts";
import { deploymentVariant, type DeploymentVariant, type Json } from "./deployment-variant.ts";
import { GLOBAL_OPTIONS } from "./options.ts";
import { printJson } from "./status-json.ts";
import { renderDeployment } from "./status-text.ts";
import type { Transaction } from "./transaction.ts";

const DIRECTORY = "/var/lib/rpm-ostree/history";
const NEW_DEPLOYMENT_MESSAGE = "9bddbda177cd44d891b1b561a8a0ce9e";
const SHOWN = 3;

/** Notes the deployment that was just made, the first of the list: a file named by its time, and a message. */
export function writeHistory(transaction: Transaction, host: OstreeHost): void {
  const { proc, sysroot } = transaction;
  const { sys } = proc;
  const state = sysroot.load();
  const [deployment] = state.deployments;
  const row = deploymentStatuses(sysroot, state, host)[0];
  if (!deployment || !row) return;
  const path = sysroot.deploymentPath(deployment);
  const { ctime, dev, ino } = sys.stat(path);
  const variant = deploymentVariant(sysroot, deployment, row, keyOwners);
  makeDirectories(sys, DIRECTORY, 0o775);
  replaceFile(sys, `${DIRECTORY}/${ctime.sec}`, encodeGVariant("a{sv}", dictionary(variant as unknown as JsonObject)));
  const shown = path.replace(/^\/sysroot/, "");
  managerOf(proc.kernel)?.journal.log({
    identifier: "rpm-ostree",
    pid: proc.pid,
    unit: "rpm-ostreed.service",
    message: `Created new deployment ${shown}`,
    fields: {
      MESSAGE_ID: NEW_DEPLOYMENT_MESSAGE,
      DEPLOYMENT_PATH: shown,
      DEPLOYMENT_TIMESTAMP: String(ctime.sec),
      DEPLOYMENT_DEVICE: String(dev),
      DEPLOYMENT_INODE: String(ino),
      DEPLOYMENT_CHECKSUM: deployment.checksum,
      DEPLOYMENT_REFSPEC: variant.origin ?? variant["container-image-reference"] ?? "",
      DEPLOYMENT_VERSION: row.version ?? "",
      COMMAND_LINE: transaction.title,
      AGENT: "cli",
    },
  });
}

/** What is older than all that the journal still tells of. */
export function pruneHistory({ proc: { sys, kernel } }: Transaction): void {
  if (lstat(sys, DIRECTORY) === undefined) return;
  managerOf(kernel)?.journal.commit();
  const oldest = readJournal(sys).entries.find(({ fields }) => fields["MESSAGE_ID"] === NEW_DEPLOYMENT_MESSAGE)?.fields[
    "DEPLOYMENT_TIMESTAMP"
  ];
  for (const { name, type } of listDirectory(sys, DIRECTORY))
    if (type !== "file" || !/^\d+$/.test(name) || oldest === undefined || Number(name) < Number(oldest))
      removeTree(sys, `${DIRECTORY}/${name}`);
}

/** Boots of one deployment that nothing came between. Seconds since 1970. */
interface Entry {
  readonly made: number;
  readonly command: string;
  readonly lastBoot: number;
  firstBoot: number;
  boots: number;
}

/** Newest first. A boot whose deployment nobody noted is left out, as that of an installer. */
function entriesOf(journal: readonly JournalEntry[]): Entry[] {
  const entries: Entry[] = [];
  const told = journal.filter(({ fields }) => [BOOTED_DEPLOYMENT_MESSAGE, NEW_DEPLOYMENT_MESSAGE].includes(fields["MESSAGE_ID"] ?? ""));
  const place = ({ fields }: JournalEntry): string => `${fields["DEPLOYMENT_DEVICE"] ?? ""} ${fields["DEPLOYMENT_INODE"] ?? ""}`;
  for (const [i, boot] of [...told.entries()].reverse()) {
    if (boot.fields["MESSAGE_ID"] !== BOOTED_DEPLOYMENT_MESSAGE) continue;
    const path = boot.fields["DEPLOYMENT_PATH"];
    const maker = told.slice(0, i).findLast(({ fields }) => fields["MESSAGE_ID"] === NEW_DEPLOYMENT_MESSAGE && fields["DEPLOYMENT_PATH"] === path); // prettier-ignore
    if (!maker || place(maker) !== place(boot)) continue;
    const made = Number(maker.fields["DEPLOYMENT_TIMESTAMP"]);
    const last = entries.at(-1);
    if (last?.made === made) {
      last.firstBoot = boot.time.sec;
      last.boots++;
    } else entries.push({ made, command: maker.fields["COMMAND_LINE"] ?? "", lastBoot: boot.time.sec, firstBoot: boot.time.sec, boots: 1 });
  }
  return entries;
}

export const history: Verb = {
  name: "history",
  about: "Inspect rpm-ostree history of the system",
  options: [
    { name: "verbose", short: "v", help: "Print additional fields (e.g. StateRoot)" },
    { name: "json", help: "Output JSON" },
    { name: "limit", short: "n", argument: "N", help: "Limit number of entries to output (default: 3)" },
    { name: "all", help: "Output all entries" },
    ...GLOBAL_OPTIONS,
  ],
  *run({ proc, options }) {
    const limit = numberOption(options, "limit") ?? SHOWN;
    if (limit <= 0) throw new OstreeError("Limit must be positive integer");
    managerOf(proc.kernel)?.journal.commit();
    const entries = entriesOf(readJournal(proc.sys).entries).slice(0, options.has("all") ? undefined : limit);
    const now = proc.now().sec;
    const time = (seconds: number): string => `${isoTime(seconds)} (${relativeTime(seconds, now)})\n`;
    const tty = proc.sys.isatty(1);
    const bold = (text: string): string => (tty ? `\x1b[1m${text}\x1b[0m` : text);
    for (const entry of entries) {
      const deployment = notedDeployment(proc.sys, entry.made);
      if (options.has("json")) {
        yield* proc.print(printJson(jsonOf(entry, deployment)));
      } else {
        yield* proc.print(`BootTimestamp: ${time(entry.lastBoot)}`);
        if (entry.boots > 1) yield* proc.print(`└ BootCount: ${entry.boots}; first booted on ${time(entry.firstBoot)}`);
        yield* proc.print(`CreateTimestamp: ${time(entry.made)}`);
        if (entry.command !== "") yield* proc.print(`CreateCommand: ${bold(entry.command)}\n`);
        const style = { tty, verbose: options.has("verbose"), columns: 80 };
        const around = { index: -1, several: false, anyLive: false, diff: undefined };
        yield* proc.print(deployment ? renderDeployment(deployment, around, style) : "  << Missing history information >>\n");
      }
      yield* proc.print("\n");
    }
    if (entries.length === 0) yield* proc.print("<< No entries found >>\n");
    return 0;
  },
};

function jsonOf(entry: Entry, deployment: DeploymentVariant | undefined): Json {
  return {
    ...(deployment ? { deployment: deployment as unknown as Json } : {}),
    "deployment-create-timestamp": entry.made,
    ...(entry.command === "" ? {} : { "deployment-create-command-line": entry.command }),
    "boot-count": entry.boots,
    "first-boot-timestamp": entry.firstBoot,
    "last-boot-timestamp": entry.lastBoot,
  };
}

function notedDeployment(sys: Sys, made: number): DeploymentVariant | undefined {
  const path = `${DIRECTORY}/${made}`;
  if (lstat(sys, path) === undefined) return undefined;
  const entries = decodeGVariant("a{sv}", readBytes(sys, path)) as [string, Variant][];
  return Object.fromEntries(entries.map(([key, value]) => [key, plain(value)])) as unknown as DeploymentVariant;
}

type JsonObject = { readonly [key: string]: Json | undefined };

/** @simplified Numbers and lists have the type that their values suggest, which is not always the daemon's. */
function dictionary(value: JsonObject): [string, Variant][] {
  return Object.entries(value).flatMap(([key, each]): [string, Variant][] =>
    each === undefined || each === null ? [] : [[key, variantOf(each)]],
  );
}

function variantOf(value: NonNullable<Json>): Variant {
  if (typeof value === "string") return { type: "s", value };
  if (typeof value === "boolean") return { type: "b", value };
  if (typeof value === "number") return { type: "x", value: BigInt(value) };
  if (!Array.isArray(value)) return { type: "a{sv}", value: dictionary(value as JsonObject) };
  const items = value as readonly Json[];
  if (items.every((item) => typeof item === "string")) return { type: "as", value: items };
  return { type: "av", value: items.flatMap((item) => (item === null ? [] : [variantOf(item)])) };
}

function plain({ type, value }: Variant): Json {
  if (type === "x") return Number(value);
  if (type === "av") return (value as readonly Variant[]).map(plain);
  if (type === "a{sv}") return Object.fromEntries((value as readonly [string, Variant][]).map(([key, each]) => [key, plain(each)]));
  return value as Json;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
const YEAR = 31_557_600;
const MONTH = YEAR / 12;

/** As systemd tells how long ago something was: its two largest units. */
function relativeTime(at: number, now: number): string {
  const gone = Math.abs(now - at);
  const word = now > at ? "ago" : "left";
  const count = (seconds: number, unit: number, name: string): string => {
    const many = Math.floor(seconds / unit);
    return `${many} ${name}${many === 1 ? "" : "s"}`;
  };
  const whole = (seconds: number, unit: number): number => Math.floor(seconds / unit);
  if (gone >= YEAR) return `${count(gone, YEAR, "year")} ${count(gone % YEAR, MONTH, "month")} ${word}`;
  if (gone >= MONTH) return `${count(gone, MONTH, "month")} ${count(gone % MONTH, DAY, "day")} ${word}`;
  if (gone >= WEEK) return `${count(gone, WEEK, "week")} ${count(gone % WEEK, DAY, "day")} ${word}`;
  if (gone >= 2 * DAY) return `${whole(gone, DAY)} days ${word}`;
  if (gone >= 25 * HOUR) return `1 day ${whole(gone - DAY, HOUR)}h ${word}`;
  if (gone >= 6 * HOUR) return `${whole(gone, HOUR)}h ${word}`;
  if (gone >= HOUR) return `${whole(gone, HOUR)}h ${whole(gone % HOUR, MINUTE)}min ${word}`;
  if (gone >= 5 * MINUTE) return `${whole(gone, MINUTE)}min ${word}`;
  if (gone >= MINUTE) return `${whole(gone, MINUTE)}min ${gone % MINUTE}s ${word}`;
  return gone > 0 ? `${gone}s ${word}` : "now";
}
