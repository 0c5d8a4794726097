/** The few commands of an entry as GRUB's editor shows them, and what running them loads. */
import type { BlsEntry } from "./bls.ts";

/** What GRUB hands to the kernel. */
export interface LoadedKernel {
  /** Path on the boot partition. */
  readonly linux: string;
  readonly initrd: readonly string[];
  /** The kernel command line, BOOT_IMAGE included. */
  readonly commandLine: string;
}

/** The commands that `blscfg` makes of an entry (grub2:grub-core/commands/blscfg.c). */
export function entryCommands(entry: BlsEntry): string[] {
  const lines = ["load_video", "set gfxpayload=keep", "insmod gzio", `linux ($root)${entry.linux} ${entry.options}`.trimEnd()];
  if (entry.initrd.length > 0) lines.push(`initrd ${entry.initrd.map((path) => `($root)${path}`).join(" ")}`);
  return lines;
}

/** Commands that change nothing here. */
const SILENT = new Set([
  "load_video",
  "set",
  "insmod",
  "search",
  "setparams",
  "echo",
  "boot",
  "true",
  "terminal_output",
  "unset",
  "export",
]);

export type ScriptResult =
  { readonly kind: "boot"; readonly kernel: LoadedKernel } | { readonly kind: "failed"; readonly errors: readonly string[] };

/**
 * Runs the commands. `device` is what `$root` stands for; `exists` looks on the boot partition.
 * @simplified Words, quotes and `$root` only; no other variables, no conditions.
 */
export function runEntryCommands(lines: readonly string[], device: string, exists: (path: string) => boolean): ScriptResult {
  const errors: string[] = [];
  let linux: string | undefined;
  let options: string[] = [];
  let initrd: string[] = [];
  for (const line of lines) {
    const [command, ...words] = splitWords(line);
    if (command === undefined || command.startsWith("#")) continue;
    if (/^linux(?:16|efi)?$/.test(command)) {
      const path = pathOf(words[0] ?? "", device);
      if (path === "" || !exists(path))
        errors.push(words[0] === undefined ? "error: filename expected." : `error: file \`${path}' not found.`);
      else {
        linux = path;
        // A variable that nobody has set is no word.
        options = words.slice(1).filter((word) => !/^\$\{?\w+\}?$/.test(word));
      }
    } else if (/^initrd(?:16|efi)?$/.test(command)) {
      if (linux === undefined) {
        errors.push("error: you need to load the kernel first.");
        continue;
      }
      const paths = words.map((word) => pathOf(word, device));
      const missing = paths.find((path) => !exists(path));
      if (missing !== undefined) errors.push(`error: file \`${missing}' not found.`);
      initrd = paths.filter((path) => path !== missing);
    } else if (!SILENT.has(command)) errors.push(`error: can't find command \`${command}'.`);
  }
  if (linux === undefined || errors.some((error) => error.includes("not found"))) {
    if (linux === undefined && errors.length === 0) errors.push("error: you need to load the kernel first.");
    return { kind: "failed", errors };
  }
  return { kind: "boot", kernel: { linux, initrd, commandLine: [`BOOT_IMAGE=${device}${linux}`, ...options].join(" ") } };
}

/** `($root)/x`, `(hd0,gpt2)/x` and `/x` are the same file. */
function pathOf(word: string, device: string): string {
  for (const prefix of ["($root)", "($boot)", device]) if (word.startsWith(prefix)) return word.slice(prefix.length);
  return word;
}

function splitWords(line: string): string[] {
  return [...line.matchAll(/(?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+/g)].map((match) =>
    match[0].replaceAll(
      /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/g,
      (_, single?: string, double?: string, escaped?: string) => single ?? double ?? escaped ?? "",
    ),
  );
}
