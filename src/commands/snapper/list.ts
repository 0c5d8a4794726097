/** `snapper list`. Source: openSUSE/snapper:client/snapper/cmd-list.cc. */
import { isoDate, type SnapshotInfo } from "../../engines/snapper/info.ts";
import { usedSpace } from "../../engines/snapper/quota.ts";
import type { Snapshots } from "../../engines/snapper/snapshots.ts";
import type { Run } from "../../machine/program.ts";
import { readAccounts, type Accounts } from "../../machine/users.ts";
import { timestamp } from "../../base/timestamp.ts";
import { formatTime } from "../time-format.ts";
import type { Call, Verb } from "./call.ts";
import { GrammarError } from "./grammar.ts";
import type { Json, TableColumn } from "./tables.ts";

const COLUMNS = [
  "config",
  "subvolume",
  "number",
  "default",
  "active",
  "type",
  "date",
  "user",
  "used-space",
  "cleanup",
  "description",
  "userdata",
  "pre-number",
  "post-number",
  "post-date",
  "read-only",
] as const;
type Column = (typeof COLUMNS)[number];

const TITLES: Readonly<Record<Column, TableColumn>> = {
  config: { title: "Config" },
  subvolume: { title: "Subvolume" },
  number: { title: "#", align: "right" },
  default: { title: "Default" },
  active: { title: "Active" },
  type: { title: "Type" },
  date: { title: "Date" },
  user: { title: "User" },
  "used-space": { title: "Used Space", align: "right" },
  cleanup: { title: "Cleanup" },
  description: { title: "Description" },
  userdata: { title: "Userdata" },
  "pre-number": { title: "Pre #", align: "right" },
  "post-number": { title: "Post #", align: "right" },
  "post-date": { title: "Post Date" },
  "read-only": { title: "Read-Only" },
};
const PAIR_TITLES: Partial<Record<Column, TableColumn>> = { number: { title: "Pre #", align: "right" }, date: { title: "Pre Date" } };

type ListType = "all" | "single" | "pre-post";
const TYPES: readonly ListType[] = ["all", "single", "pre-post"];

const TABLE: Readonly<Record<ListType, readonly Column[]>> = {
  all: ["number", "type", "pre-number", "date", "user", "used-space", "cleanup", "description", "userdata"],
  single: ["number", "date", "user", "used-space", "description", "userdata"],
  "pre-post": ["number", "post-number", "date", "post-date", "description", "userdata"],
};
const MACHINE: Readonly<Record<ListType, readonly Column[]>> = {
  all: ["type", "pre-number", "date", "user", "used-space", "cleanup", "description", "userdata"],
  single: ["date", "user", "used-space", "description", "userdata"],
  "pre-post": ["post-number", "date", "post-date", "description", "userdata"],
};

export const list: Verb = {
  name: "list",
  alsoAs: ["ls"],
  title: "List snapshots",
  operands: "",
  options: [
    { name: "type", short: "t", argument: "<type>", help: "Type of snapshots to list.", values: TYPES },
    { name: "disable-used-space", help: "Disable showing used space." },
    { name: "all-configs", short: "a", help: "List snapshots from all accessible configs." },
    {
      name: "columns",
      argument: "<columns>",
      help:
        "Columns to show separated by comma.\nPossible columns: config, subvolume, number, default, active,\n" +
        "type, date, user, used-space, cleanup, description, userdata,\npre-number, post-number, post-date, read-only.",
      values: COLUMNS,
    },
  ],
  *run(call) {
    call.noArguments("list");
    const asked = call.options.value("type") ?? "all";
    const type = TYPES.find((known) => known === asked);
    if (type === undefined) throw new GrammarError(`Unknown type '${asked}'.\nUse all, single or pre-post.`);
    const usual: readonly Column[] =
      call.format === "table" ? TABLE[type] : ["config", "subvolume", "number", "default", "active", ...MACHINE[type]];
    const wanted = call.columns(COLUMNS, usual);
    const isAll = call.options.has("all-configs");
    const configs = isAll ? (yield* call.configs()).filter((config) => call.mayUse(config)) : [call.config()];
    const lists: { readonly snapshots: Snapshots; readonly rows: readonly Row[] }[] = [];
    for (const config of configs) {
      const snapshots = yield* call.opened(config);
      lists.push({ snapshots, rows: rowsOf(snapshots, type) });
    }
    // Where nobody counts, a table has no such column.
    const isCounted = !call.options.has("disable-used-space") && lists.some(({ snapshots, rows }) => rows.some(({ info }) => usedSpace(snapshots, info.num) !== undefined)); // prettier-ignore
    const columns = wanted.filter((column) => column !== "used-space" || isCounted || call.format !== "table");
    if (call.format === "table")
      for (const [index, { snapshots, rows }] of lists.entries()) {
        if (configs.length > 1) {
          const { name, subvolume } = snapshots.config;
          yield* call.print(`${index === 0 ? "" : "\n"}Config: ${name}, subvolume: ${subvolume}\n`);
        }
        yield* show(call, columns, type, rows);
      }
    else
      yield* show(
        call,
        columns,
        type,
        lists.flatMap(({ rows }) => rows),
      );
    return 0;
  },
};

/** A line: a snapshot, or a pre snapshot with its post snapshot. */
interface Row {
  readonly snapshots: Snapshots;
  readonly info: SnapshotInfo;
  readonly post: SnapshotInfo | undefined;
  readonly isActive: (num: number) => boolean;
  readonly isDefault: (num: number) => boolean;
}

function rowsOf(snapshots: Snapshots, type: ListType): Row[] {
  const { active, default: next } = snapshots;
  return snapshots.all
    .map((info) => ({
      snapshots,
      info,
      post: snapshots.postOf(info),
      isActive: (num: number) => num === active,
      isDefault: (num: number) => num === next,
    }))
    .filter(({ info, post }) => type === "all" || (type === "single" ? info.type === "single" : post !== undefined));
}

function* show(call: Call, columns: readonly Column[], type: ListType, rows: readonly Row[]): Run<void> {
  const accounts = readAccounts(call.proc.sys);
  const titles = columns.map((key) => ({ ...TITLES[key], ...(type === "pre-post" ? PAIR_TITLES[key] : {}), key }));
  const cells = rows.map((row) => columns.map((column) => cellOf(call, row, column, accounts)));
  yield* call.list(titles, cells, () => {
    const byConfig: Record<string, Json> = {};
    for (const row of rows) {
      const entry: Record<string, Json> = {};
      for (const column of columns) if (column !== "config") entry[column] = valueOf(call, row, column, accounts);
      byConfig[row.snapshots.config.name] = [...((byConfig[row.snapshots.config.name] ?? []) as readonly Json[]), entry];
    }
    return byConfig;
  });
}

/** "" or "-" (mounted), "+" (next), "*" (both); a blank for none. */
function sign({ isActive, isDefault }: Row, num: number): string {
  if (isActive(num)) return isDefault(num) ? "*" : "-";
  return isDefault(num) ? "+" : " ";
}

function valueOf(call: Call, row: Row, column: Column, accounts: Accounts): Json {
  const { info, post, snapshots } = row;
  switch (column) {
    case "number":
      return info.num;
    case "default":
      return row.isDefault(info.num);
    case "active":
      return row.isActive(info.num);
    case "read-only":
      return snapshots.isReadOnly(info.num);
    case "pre-number":
      return info.preNum ?? null;
    case "post-number":
      return post?.num ?? null;
    case "post-date":
      return post === undefined ? null : dateText(call, post.date);
    case "used-space":
      return info.num === 0 || call.options.has("disable-used-space") ? null : (usedSpace(snapshots, info.num) ?? null);
    case "userdata":
      return info.userdata.size === 0 ? null : Object.fromEntries(info.userdata);
    case "config":
      return snapshots.config.name;
    case "subvolume":
      return snapshots.config.subvolume;
    case "type":
    case "description":
    case "cleanup":
      return info[column];
    case "date":
      return dateText(call, info.date);
    case "user":
      return accounts.userById(info.uid)?.name ?? (info.uid === 0 ? "root" : `unknown (${info.uid})`);
  }
}

function cellOf(call: Call, row: Row, column: Column, accounts: Accounts): string {
  const isTable = call.format === "table";
  if (column === "number" && isTable) return `${row.info.num}${sign(row, row.info.num)}`;
  if (column === "post-number" && isTable) return row.post === undefined ? "" : `${row.post.num}${sign(row, row.post.num)}`;
  if (column === "userdata") return [...row.info.userdata].map(([key, value]) => `${key}=${value}`).join(", ");
  const value = valueOf(call, row, column, accounts);
  if (column === "used-space" && isTable && typeof value === "number") return humanSize(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  return value === null ? "" : String(value);
}

function humanSize(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log2(bytes || 1) / 10)));
  return power === 0 ? `${bytes} B` : `${(bytes / 1024 ** power).toFixed(2)} ${UNITS[power] ?? ""}`;
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** As asctime(3) has it, or ISO where that is wanted or a program reads. */
function dateText(call: Call, seconds: number | undefined): string {
  if (seconds === undefined) return "";
  if (call.format !== "table" || call.globals.has("iso")) return isoDate(seconds);
  return formatTime("%a %b %e %H:%M:%S %Y", timestamp(seconds));
}
