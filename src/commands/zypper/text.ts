/** The shapes in which zypper prints: tables, rows that end in [done], lists of names, sizes. */
import { evr, type Package } from "../../image/package.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { padEnd, textWidth } from "../table.ts";

/** Where "[done]" begins. */
const DONE_AT = 85;
const WIDTH = 78;

/** A row of progress that has come to its end. */
export function doneRow(label: string, result = "done"): string {
  return `${`${label} `.padEnd(DONE_AT, ".")}[${result}]\n`;
}

/** "450.1 KiB", as zypper writes sizes. */
export function byteSize(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB"];
  let value = bytes;
  let at = 0;
  while (value >= 1024 && at < units.length - 1) {
    value /= 1024;
    at++;
  }
  return at === 0 ? `${value}   B` : `${value.toFixed(1)} ${units[at] ?? ""}`;
}

/** Columns with bars between them and a line below the heads. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heads.map((head, i) => Math.max(textWidth(head), ...rows.map((row) => textWidth(row[i] ?? ""))));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (i === cells.length - 1 ? cell : padEnd(cell, widths[i] ?? 0)))
      .join(" | ")
      .trimEnd();
  const rule = widths.map((width, i) => "-".repeat(width + (i === 0 || i === widths.length - 1 ? 1 : 2))).join("+");
  return [line(heads), rule, ...rows.map(line)].map((text) => `${text}\n`).join("");
}

/** Names below one another, as many in a line as it takes. */
export function nameList(names: readonly string[]): string {
  const lines: string[] = [];
  let current = "";
  for (const name of names) {
    if (current !== "" && current.length + 1 + name.length > WIDTH - 2) {
      lines.push(current);
      current = name;
    } else current = current === "" ? name : `${current} ${name}`;
  }
  if (current !== "") lines.push(current);
  return lines.map((line) => `  ${line}\n`).join("");
}

/** "NAME-VERSION-RELEASE.ARCH". */
export function fullName(pkg: Package): string {
  return `${pkg.name}-${evr(pkg)}.${pkg.arch}`;
}

/** Tells how it goes: lines for people, messages with `--xmlout`. */
export function* say(proc: Process, isXml: boolean, text: string): Run<void> {
  yield* proc.print(isXml ? message("info", text) : text);
}

/** Each line that is not empty as a message of `--xmlout`. */
export function message(type: "info" | "warning" | "error", text: string): string {
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => `<message type="${type}">${escapeXml(line)}</message>\n`).join("");
}

export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("'", "&apos;");
}
