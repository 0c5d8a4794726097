/** What transactional-update remembers between two runs: its state file, and how much of a reboot is needed. */
import { readTextIfThere } from "../../machine/read-text.ts";
import { overwrite } from "../../engines/snapper/files.ts";
import type { Sys } from "../../vfs/sys.ts";

export const STATE_FILE = "/var/lib/misc/transactional-update.state";
export const NEEDS_RESTARTING = "/run/reboot-needed";

export const LEVELS = ["none", "soft-reboot", "kexec", "reboot"] as const;
export type RebootLevel = (typeof LEVELS)[number];

export const higher = (a: RebootLevel, b: RebootLevel): RebootLevel => (LEVELS.indexOf(a) > LEVELS.indexOf(b) ? a : b);

export function neededLevel(sys: Sys): RebootLevel {
  const text = readTextIfThere(sys, NEEDS_RESTARTING)?.trim();
  return LEVELS.find((level) => level === text) ?? "none";
}

/** The shell variables of the state file. */
export class State {
  /** Those that ran, the latest first. */
  working: readonly string[];
  /** Those that were made and may not have been used. */
  unused: readonly string[];
  #lastBooted: string;
  #reboots: ReadonlyMap<string, string>;
  readonly #sys: Sys;

  constructor(sys: Sys) {
    this.#sys = sys;
    const text = readTextIfThere(sys, STATE_FILE) ?? "";
    const value = (key: string): string => new RegExp(`^${key}="([^"]*)"`, "m").exec(text)?.[1] ?? "";
    const words = (key: string): readonly string[] =>
      value(key)
        .split(/\s+/)
        .filter((word) => word !== "");
    this.working = words("LAST_WORKING_SNAPSHOTS");
    this.unused = words("UNUSED_SNAPSHOTS");
    this.#lastBooted = value("LAST_BOOTED");
    this.#reboots = new Map([...text.matchAll(/^REBOOT_ASSOCS\[(\d+)\]=(\S+)$/gm)].map(([, num = "", level = ""]) => [num, level]));
  }

  /** A snapshot that works is one to go back to. */
  addWorking(id: string): void {
    if (!this.working.includes(id)) this.working = [id, ...this.working];
  }

  /** `made` is the new snapshot with the reboot that it needs. */
  save(booted: string, made?: { readonly id: string; readonly level: RebootLevel }): void {
    const reboots = new Map(this.#lastBooted === booted ? this.#reboots : []);
    this.#lastBooted = booted;
    if (made !== undefined) reboots.set(made.id, made.level);
    this.#reboots = reboots;
    const list = (words: readonly string[]): string => words.map((word) => `${word} `).join("");
    const lines = [
      `LAST_WORKING_SNAPSHOTS="${list(this.working)}"`,
      `UNUSED_SNAPSHOTS="${list(this.unused)}"`,
      `LAST_BOOTED="${booted}"`,
      ...[...reboots].map(([num, level]) => `REBOOT_ASSOCS[${num}]=${level}`),
      'FORCE_REFRESH="0"',
    ];
    overwrite(this.#sys, STATE_FILE, `${lines.join("\n")}\n`, 0o644);
  }
}
