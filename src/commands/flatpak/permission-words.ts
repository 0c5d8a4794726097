/** The permissions that an installation announces. Source: flatpak/flatpak:app/flatpak-cli-transaction.c (print_permissions). */
import type { Context } from "../../engines/flatpak/context.ts";
import { KeyFile } from "../../engines/ostree/keyfile.ts";

const PER_ROW = 4;
const INDENT = "    ";

/** Empty when it asks for nothing. `before`: what the installed version had, of which nothing is said again. */
export function permissionWords(
  name: string,
  context: Context,
  metadata: string,
  before: Context | undefined,
  isTerminal: boolean,
): string {
  const given = (set: Context["flags"]["shared"], old: ReadonlyMap<string, boolean> | undefined): string[] =>
    [...set].flatMap(([flag, isGiven]) => (isGiven && old?.get(flag) !== true ? [flag] : [])).sort();
  const flags = (["shared", "sockets", "devices", "features"] as const).map((set) => given(context.flags[set], before?.flags[set]));
  const devices = (flags[2] ?? []).map((device) => (device === "all" ? "devices" : device)).sort();
  const words = [...(flags[0] ?? []), ...(flags[1] ?? []), ...devices, ...(flags[3] ?? [])];
  const places = [...context.filesystems].flatMap(([place, mode]) =>
    mode === undefined || before?.filesystems.get(place) === mode ? [] : [place + mode],
  );
  const bus = (which: "sessionBus" | "systemBus", policy: string): string[] =>
    [...context[which]].flatMap(([busName, has]) => (has === policy && before?.[which].get(busName) !== policy ? [busName] : [])).sort();
  const tags = before === undefined ? KeyFile.parse(metadata).getList("Application", "tags") : [];
  const notes: string[] = [];
  const lists: readonly (readonly [string, readonly string[]])[] = [
    ["file access", places.sort(placeOrder)],
    ["dbus access", bus("sessionBus", "talk")],
    ["bus ownership", bus("sessionBus", "own")],
    ["system dbus access", bus("systemBus", "talk")],
    ["system bus ownership", bus("systemBus", "own")],
    ["tags", tags],
  ];
  for (const [title, items] of lists) {
    if (items.length === 0) continue;
    words.push(`${title} [${notes.length + 1}]`);
    notes.push(`${INDENT}[${notes.length + 1}] ${items.join(", ")}\n`);
  }
  if (words.length === 0) return "";
  const rows: string[][] = [];
  for (let i = 0; i < words.length; i += PER_ROW) rows.push(words.slice(i, i + PER_ROW));
  const bold = isTerminal ? `\x1b[1m${name}\x1b[22m` : name;
  const heading = before === undefined ? `\n${bold} permissions:\n` : `\nNew ${bold} permissions:\n`;
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? [];
  const line = (row: readonly string[]): string =>
    INDENT + (isTerminal ? row.map((word, i) => (i < row.length - 1 ? word.padEnd((widths[i] ?? 0) + 4) : word)).join("") : row.join("\t"));
  return `${heading}${rows.map((row) => `${line(row)}\n`).join("")}${notes.length > 0 ? `\n${notes.join("")}` : ""}`;
}

/** strcmp's order, but what begins with "~" comes last. */
function placeOrder(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
