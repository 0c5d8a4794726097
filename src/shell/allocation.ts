/** The memory that a shell's variables take, and what happens when there is no more. */
import { encodeUtf8 } from "../base/utf8.ts";
import { isSysError } from "../vfs/errno.ts";
import { ExitShell } from "./errors.ts";
import type { Shell } from "./shell.ts";

/** What is asked of the kernel at once: malloc(3) keeps the rest of it for what comes next. */
const ARENA_BYTES = 65536;
/** What a word of a command takes beside its text. */
const WORD_BYTES = 88;
/** The same while braces are expanded: as text, in a list of texts that grew by one at a time, as a word. */
const BRACES_WORD_BYTES = 275;
/** A long string is there several times over while it becomes a value: as it was read, as a word that grew by doubling, as the value. */
const COPIES = 4;

/** The shell's variables take `bytes` in all from now on; the last of them took `latest`. Dies as bash does when there are not as many. */
export function account(shell: Shell, bytes: number, latest: number): void {
  const arenas = Math.floor(bytes / ARENA_BYTES) * ARENA_BYTES;
  if (latest >= ARENA_BYTES) {
    claim(shell, COPIES * latest, latest, "xmalloc");
    shell.proc.hold(-COPIES * latest);
  }
  claim(shell, arenas - shell.heldForVariables, latest, "xmalloc");
  shell.heldForVariables = arenas;
}

/** Memory for what a command substitution reads, `length` bytes so far; given back with a negative `bytes`. */
export function holdOutput(shell: Shell, bytes: number, length: number): void {
  claim(shell, COPIES * bytes, length, "xrealloc");
}

/** Memory for `count` words of a command, the last of them `latest`. Returns how much, to be given back. */
export function holdWords(shell: Shell, count: number, latest: string, maker: "braces" | "expansion"): number {
  const bytes = count * (latest.length + (maker === "braces" ? BRACES_WORD_BYTES : WORD_BYTES));
  claim(shell, bytes, latest.length, "xmalloc");
  return bytes;
}

function claim(shell: Shell, bytes: number, wanted: number, asker: string): void {
  try {
    shell.proc.hold(bytes);
  } catch (error) {
    if (!isSysError(error, "ENOMEM")) throw error;
    // No trap, no message through a buffer: there is no memory for either.
    shell.proc.sys.write(2, encodeUtf8(`${shell.scriptName()}: ${asker}: cannot allocate ${wanted + 1} bytes\n`));
    throw new ExitShell(2);
  }
}
