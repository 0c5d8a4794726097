/**
 * `/.snapshots/N/info.xml`: what snapper knows of a snapshot. Parsed from the disk each time and written in the shape that
 * libsnapper's XmlFile gives it. Source: openSUSE/snapper:snapper/Snapshot.cc.
 */
import { calendarDate, secondsOf } from "../../base/calendar.ts";

export type SnapshotType = "single" | "pre" | "post";

export const SNAPSHOT_TYPES: readonly SnapshotType[] = ["single", "pre", "post"];

export interface SnapshotInfo {
  readonly type: SnapshotType;
  /** 0 is the system as it runs, which has no file. */
  readonly num: number;
  /** Seconds since 1970; undefined for number 0. */
  readonly date: number | undefined;
  readonly uid: number;
  /** Of a post snapshot: its pre snapshot. */
  readonly preNum: number | undefined;
  readonly description: string;
  /** The algorithm that may remove it; empty when none does. */
  readonly cleanup: string;
  readonly userdata: ReadonlyMap<string, string>;
}

export const CURRENT: SnapshotInfo = {
  type: "single",
  num: 0,
  date: undefined,
  uid: 0,
  preNum: undefined,
  description: "current",
  cleanup: "",
  userdata: new Map(),
};

const two = (value: number): string => String(value).padStart(2, "0");

/** "2026-11-24 10:56:42", in UTC. */
export function isoDate(seconds: number): string {
  const { year, month, day, hour, minute, second } = calendarDate(seconds);
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`;
}

function parseIsoDate(text: string): number | undefined {
  const found = /^(\d+)-(\d+)-(\d+)[ T](\d+):(\d+):(\d+)$/.exec(text.trim());
  if (found === null) return undefined;
  const [, year, month, day, hour, minute, second] = found.map(Number);
  return secondsOf(year ?? 0, month ?? 0, day ?? 0, hour ?? 0, minute ?? 0, second ?? 0);
}

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
const unescaped = (text: string): string =>
  text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal?: string, hex?: string, name?: string) =>
    decimal !== undefined
      ? String.fromCodePoint(Number(decimal))
      : hex !== undefined
        ? String.fromCodePoint(parseInt(hex, 16))
        : (ENTITIES[name ?? ""] ?? whole),
  );

export function formatInfo(info: SnapshotInfo): string {
  const lines = [`  <type>${info.type}</type>`, `  <num>${info.num}</num>`, `  <date>${isoDate(info.date ?? 0)}</date>`];
  const add = (name: string, text: string): number => lines.push(`  <${name}>${escaped(text)}</${name}>`);
  if (info.uid !== 0) add("uid", String(info.uid));
  if (info.preNum !== undefined) add("pre_num", String(info.preNum));
  if (info.description !== "") add("description", info.description);
  if (info.cleanup !== "") add("cleanup", info.cleanup);
  for (const [key, value] of [...info.userdata].sort(([a], [b]) => (a < b ? -1 : 1)))
    lines.push("  <userdata>", `    <key>${escaped(key)}</key>`, `    <value>${escaped(value)}</value>`, "  </userdata>");
  return `<?xml version="1.0"?>\n<snapshot>\n${lines.join("\n")}\n</snapshot>\n`;
}

/** Undefined when it is not the description of snapshot `num`, as after somebody's hand in it. */
export function parseInfo(text: string, num: number): SnapshotInfo | undefined {
  const body = /<snapshot>(.*)<\/snapshot>\s*$/s.exec(text)?.[1];
  if (body === undefined) return undefined;
  const userdata = new Map<string, string>();
  const outside = body.replace(/<userdata>(.*?)<\/userdata>/gs, (_, pair: string) => {
    const key = element(pair, "key");
    if (key !== undefined) userdata.set(key, element(pair, "value") ?? "");
    return "";
  });
  const type = SNAPSHOT_TYPES.find((known) => known === element(outside, "type"));
  const date = parseIsoDate(element(outside, "date") ?? "");
  if (type === undefined || date === undefined || Number(element(outside, "num")) !== num) return undefined;
  const preNum = element(outside, "pre_num");
  return {
    type,
    num,
    date,
    uid: Number(element(outside, "uid") ?? 0),
    preNum: preNum === undefined ? undefined : Number(preNum),
    description: element(outside, "description") ?? "",
    cleanup: element(outside, "cleanup") ?? "",
    userdata,
  };
}

function element(text: string, name: string): string | undefined {
  const found = new RegExp(`<${name}>(.*?)</${name}>`, "s").exec(text)?.[1];
  return found === undefined ? (new RegExp(`<${name}/>`).test(text) ? "" : undefined) : unescaped(found);
}
