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
export function formatGrubEnv(variables: ReadonlyMap<string, string>, comments = ""): string {
  let text = HEADER + comments;
  for (const [name, value] of variables) {
    const line = `${name}=${value.replaceAll(/[\\\n]/g, "\\$&")}\n`;
    if (text.length + line.length <= BLOCK_SIZE) text += line;
  }
  return text.padEnd(BLOCK_SIZE, "#");
}

/** The text of a block with other variables, its comments kept. */
export function rewriteGrubEnv(text: string, variables: ReadonlyMap<string, string>): string {
  return formatGrubEnv(variables, /^(?:# [^\n]*\n)*/.exec(text.slice(HEADER.length))?.[0]);
}

/** Whether `text` is a block. */
export function isGrubEnv(text: string): boolean {
  return text.startsWith(HEADER);
}

export interface MenuDecision {
  /** Index of the entry that starts when nobody chooses. */
  readonly selected: number;
  /** The variables to write back, as every boot changes some. */
  readonly changed: ReadonlyMap<string, string>;
  /** The menu is not shown, unless a key is pressed within `timeout`. */
  readonly isHidden: boolean;
  /** Seconds that the menu waits, where the block says so. */
  readonly timeout: number | undefined;
}

/** How long a hidden menu waits for a key (12_menu_auto_hide), and one that was asked for. */
const HIDDEN_SECONDS = 1;
const ASKED_SECONDS = 60;

/**
 * What Fedora's grub.cfg does with the block: `saved_entry` by id, title or number, else the first; boot counting (08_fallback_counting,
 * which greenboot brings: while `boot_success` is 0 a counter runs down with each boot, and at zero the second entry is taken);
 * `boot_success` reset for the system to set again (10_reset_boot_success); the menu hidden after a boot that succeeded, where
 * `menu_auto_hide` is set, and shown where somebody asked for it (12_menu_auto_hide).
 * @simplified Counting needs no greenboot: any `boot_counter` is counted. Nobody but greenboot and the administrator sets `boot_success`:
 * grub-boot-success.timer is not there.
 */
export function decideEntry(entries: readonly BlsEntry[], variables: ReadonlyMap<string, string>): MenuDecision {
  const changed = new Map(variables);
  let selected = findSaved(entries, variables.get("saved_entry"));
  const success = variables.get("boot_success");
  const counter = variables.get("boot_counter") ?? "";
  if (counter !== "" && success === "0") {
    if (counter === "0" || counter === "-1") {
      selected = Math.min(1, entries.length - 1);
      changed.set("boot_counter", "-1");
    } else changed.set("boot_counter", String(Math.max(0, Number.parseInt(counter, 10) - 1 || 0)));
  }

  const indeterminate = variables.get("boot_indeterminate");
  const mayHide = success === "1" || indeterminate === "1";
  if (success === "1") changed.set("boot_indeterminate", "0");
  else if (indeterminate === "1") changed.set("boot_indeterminate", "2");
  changed.set("boot_success", "0");

  const once = variables.get("menu_show_once_timeout") ?? "";
  const isAsked = (variables.get("menu_show_once") ?? "") !== "" || /^[0-9]+$/.test(once);
  changed.delete("menu_show_once");
  changed.delete("menu_show_once_timeout");
  const isHidden = !isAsked && mayHide && (variables.get("menu_auto_hide") ?? "") !== "";
  const timeout = isHidden ? HIDDEN_SECONDS : isAsked ? (once === "" ? ASKED_SECONDS : Number(once)) : undefined;
  return { selected: Math.max(0, selected), changed, isHidden, timeout };
}

function findSaved(entries: readonly BlsEntry[], saved: string | undefined): number {
  if (saved === undefined || saved === "") return 0;
  const named = entries.findIndex((entry) => entry.id === saved || entry.title === saved);
  if (named >= 0) return named;
  return /^[0-9]+$/.test(saved) && Number(saved) < entries.length ? Number(saved) : 0;
}
