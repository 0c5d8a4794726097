/**
 * GRUB's environment block (`grub2-editenv`), and what Fedora's `grub.cfg` makes of it.
 *
 * The file is always 1024 bytes, so that GRUB can write it in place without knowing how the file system allocates.
 */
import type { BlsEntry } from "./bls.ts";

const HEADER = "# GRUB Environment Block\n";
const BLOCK_SIZE = 1024;

/** The variables of an environment block; empty when it is not one. A backslash keeps the next character, a newline included. */
export function parseGrubEnv(text: string): Map<string, string> {
  const variables = new Map<string, string>();
  if (!text.startsWith(HEADER)) return variables;
  for (const match of text.slice(HEADER.length).matchAll(/(?:[^\n\\]|\\[\s\S])+/g)) {
    const line = match[0].replaceAll(/\\([\s\S])/g, "$1");
    const equals = line.indexOf("=");
    if (equals > 0 && !line.startsWith("#")) variables.set(line.slice(0, equals), line.slice(equals + 1));
  }
  return variables;
}

/** The block's 1024 bytes. Variables that do not fit are left out, as `grub2-editenv` refuses them. */
export function formatGrubEnv(variables: ReadonlyMap<string, string>): string {
  let text = HEADER;
  for (const [name, value] of variables) {
    const line = `${name}=${value.replaceAll(/[\\\n]/g, "\\$&")}\n`;
    if (text.length + line.length <= BLOCK_SIZE) text += line;
  }
  return text.padEnd(BLOCK_SIZE, "#");
}

export interface MenuDecision {
  /** Index of the entry that starts when nobody chooses. */
  readonly selected: number;
  /** The block to write back, when the counting changed it. */
  readonly changed: ReadonlyMap<string, string> | undefined;
}

/**
 * Which entry is highlighted: `saved_entry` by id, title or number, else the first; and boot counting as greenboot sets it up:
 * while `boot_success` is 0 a counter runs down with each boot, and at zero the second entry is taken instead (grub2:08_fallback_counting).
 */
export function decideEntry(entries: readonly BlsEntry[], variables: ReadonlyMap<string, string>): MenuDecision {
  let selected = findSaved(entries, variables.get("saved_entry"));
  let changed: Map<string, string> | undefined;
  const counter = variables.get("boot_counter");
  if (counter !== undefined && counter !== "" && variables.get("boot_success") === "0") {
    changed = new Map(variables);
    if (counter === "0" || counter === "-1") {
      selected = Math.min(1, entries.length - 1);
      changed.set("boot_counter", "-1");
    } else {
      changed.set("boot_counter", String(Math.max(0, Number.parseInt(counter, 10) - 1 || 0)));
    }
  }
  return { selected: Math.max(0, selected), changed };
}

function findSaved(entries: readonly BlsEntry[], saved: string | undefined): number {
  if (saved === undefined || saved === "") return 0;
  const named = entries.findIndex((entry) => entry.id === saved || entry.title === saved);
  if (named >= 0) return named;
  return /^[0-9]+$/.test(saved) && Number(saved) < entries.length ? Number(saved) : 0;
}
