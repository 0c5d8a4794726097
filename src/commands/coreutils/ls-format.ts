/** Layouts of ls: long lines, columns, commas. Pure text. */
import type { Timestamp } from "../../base/timestamp.ts";
import { padEnd, padStart, textWidth } from "../table.ts";
import { formatTime, longIso } from "../time-format.ts";

/** A name ready to print: with its quotes, colour and indicator. */
export interface Label {
  readonly text: string;
  /** Cells on the terminal, without colours. */
  readonly width: number;
}

/** Blanks and tabs from one column to another, as ls saves bytes. */
function indent(from: number, to: number, tabs: boolean): string {
  let out = "";
  let at = from;
  while (at < to) {
    if (tabs && Math.floor(to / 8) > Math.floor((at + 1) / 8)) {
      out += "\t";
      at += 8 - (at % 8);
    } else {
      out += " ";
      at++;
    }
  }
  return out;
}

/** Names in columns, sorted downwards or across, as many columns as fit into `lineLength`. Tabs and colours do not go together on some terminals. */
export function columns(labels: readonly Label[], lineLength: number, across: boolean, tabs: boolean): string {
  if (labels.length === 0) return "";
  const most = Math.max(1, Math.min(labels.length, Math.floor(lineLength / 3)));
  let widths: number[] = [];
  for (let count = most; count >= 1; count--) {
    widths = new Array<number>(count).fill(3);
    const rows = Math.ceil(labels.length / count);
    labels.forEach((label, index) => {
      const column = across ? index % count : Math.floor(index / rows);
      const width = label.width + (column === count - 1 ? 0 : 2);
      if (width > (widths[column] ?? 0)) widths[column] = width;
    });
    if (widths.reduce((sum, width) => sum + width, 0) < lineLength || count === 1) break;
  }
  const count = widths.length;
  const rows = Math.ceil(labels.length / count);
  let out = "";
  for (let row = 0; row < rows; row++) {
    let position = 0;
    for (let column = 0; column < count; column++) {
      const label = labels[across ? row * count + column : column * rows + row];
      if (label === undefined) break;
      out += label.text;
      const next = across ? labels[row * count + column + 1] : labels[(column + 1) * rows + row];
      if (column === count - 1 || next === undefined) break;
      out += indent(position + label.width, position + (widths[column] ?? 0), tabs);
      position += widths[column] ?? 0;
    }
    out += "\n";
  }
  return out;
}

/** `ls -m`. */
export function commas(labels: readonly Label[], lineLength: number): string {
  let out = "";
  let position = 0;
  labels.forEach((label, index) => {
    if (index > 0) {
      if (lineLength === 0 || position + label.width + 2 < lineLength) {
        out += ", ";
        position += 2;
      } else {
        out += ",\n";
        position = 0;
      }
    }
    out += label.text;
    position += label.width;
  });
  return labels.length === 0 ? "" : out + "\n";
}

/** The cells of one line of `ls -l`, before they are aligned. */
export interface LongRow {
  readonly inode: string;
  readonly blocks: string;
  readonly mode: string;
  readonly links: string;
  readonly owner: string;
  readonly group: string;
  readonly context: string;
  /** A size, or a device's major and minor. */
  readonly size: string | readonly [major: string, minor: string];
  readonly time: string;
  readonly name: string;
}

export interface LongColumns {
  readonly inode: boolean;
  readonly blocks: boolean;
  readonly owner: boolean;
  readonly group: boolean;
  readonly author: boolean;
  readonly context: boolean;
}

/** Rows with numbers to the right and names to the left. */
export function longLines(rows: readonly LongRow[], shown: LongColumns): string[] {
  const widest = (cell: (row: LongRow) => string): number => Math.max(0, ...rows.map((row) => textWidth(cell(row))));
  const major = widest((row) => (typeof row.size === "string" ? "" : row.size[0]));
  const minor = widest((row) => (typeof row.size === "string" ? "" : row.size[1]));
  const device = major === 0 ? 0 : major + 2 + minor;
  const size = Math.max(
    device,
    widest((row) => (typeof row.size === "string" ? row.size : "")),
  );
  const widths = {
    inode: widest((row) => row.inode),
    blocks: widest((row) => row.blocks),
    links: widest((row) => row.links),
    owner: widest((row) => row.owner),
    group: widest((row) => row.group),
    context: widest((row) => row.context),
    time: widest((row) => row.time),
  };
  return rows.map((row) => {
    const cells: string[] = [];
    if (shown.inode) cells.push(padStart(row.inode, widths.inode));
    if (shown.blocks) cells.push(padStart(row.blocks, widths.blocks));
    cells.push(row.mode, padStart(row.links, widths.links));
    if (shown.owner) cells.push(padEnd(row.owner, widths.owner));
    if (shown.group) cells.push(padEnd(row.group, widths.group));
    if (shown.author) cells.push(padEnd(row.owner, widths.owner));
    if (shown.context) cells.push(padEnd(row.context, widths.context));
    cells.push(
      typeof row.size === "string"
        ? padStart(row.size, size)
        : `${padStart(row.size[0], size - minor - 2)}, ${padStart(row.size[1], minor)}`,
    );
    cells.push(padStart(row.time, widths.time), row.name);
    return cells.join(" ");
  });
}

/** Half of an average Gregorian year: what is older shows its year. */
const HALF_YEAR = 31556952 / 2;

/** The date column; `style` is "locale", "iso", "long-iso", "full-iso" or "+FORMAT" (two lines: old and recent). */
export function fileTime(moment: Timestamp, now: Timestamp, style: string): string {
  const isRecent = moment.sec > now.sec - HALF_YEAR && (moment.sec < now.sec || (moment.sec === now.sec && moment.nsec <= now.nsec));
  if (style.startsWith("+")) {
    const [old = "", recent = old] = style.slice(1).split("\n");
    return formatTime(isRecent ? recent : old, moment);
  }
  switch (style.replace(/^posix-/, "")) {
    case "full-iso":
      return formatTime("%Y-%m-%d %H:%M:%S.%N %z", moment);
    case "long-iso":
      return longIso(moment);
    case "iso":
      return formatTime(isRecent ? "%m-%d %H:%M" : "%Y-%m-%d ", moment);
    default:
      return formatTime(isRecent ? "%b %e %H:%M" : "%b %e  %Y", moment);
  }
}
