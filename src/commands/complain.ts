/** What programs say when something goes wrong, in the shape of error(3): `name: what: why`. */
import { isAsciiLocale } from "../base/locale.ts";
import { bytewise, encodeUtf8 } from "../base/utf8.ts";
import { isSysError } from "../vfs/errno.ts";
import type { Process } from "../machine/process.ts";
import type { ExitStatus, Run } from "../machine/program.ts";
import { stdout } from "./output.ts";
import { baseName } from "./paths.ts";
import { quote } from "./quote.ts";

/** Ends the program with `name: message` and a status; `programOf` catches it. */
export class Failure extends Error {
  readonly status: ExitStatus;

  constructor(message: string, status: ExitStatus = 1) {
    super(message);
    this.name = "Failure";
    this.status = status;
  }
}

/** malloc(3) found nothing: the program says so and ends, whatever it was doing. `programOf` catches it. */
export class MemoryExhausted extends Error {
  /** What it was wanted for, where the program tells. */
  constructor(what = "") {
    super(`memory exhausted${what}`);
    this.name = "MemoryExhausted";
  }
}

/** Holds `bytes` more of memory, or gives back. Throws MemoryExhausted. */
export function allocate(proc: Process, bytes: number, what?: string): void {
  try {
    proc.hold(bytes);
  } catch (error) {
    throw isSysError(error, "ENOMEM") ? new MemoryExhausted(what) : error;
  }
}

/** The name a GNU program gives itself: argv[0] as it was called. */
export function ownName(proc: Process): string {
  return proc.argv[0] ?? proc.name;
}

/** Whether a program's locale knows ASCII only. */
export function knowsAsciiOnly({ env }: Process): boolean {
  return isAsciiLocale((name) => env.get(name));
}

/** A name as the locale has its characters: bytes, where it knows ASCII only. */
export function asShown(proc: Process, name: string): string {
  return knowsAsciiOnly(proc) ? bytewise(name) : name;
}

/** A message as the locale can write it: without the quotes of UTF-8, and with escapes in what they hold. */
function inLocale(proc: Process, message: string): string {
  if (/^[\x00-\x7f]*$/.test(message) || !knowsAsciiOnly(proc)) return message;
  return message.replace(/‘((?:\\.|[^’])*)’/gsu, (_, name: string) => `'${octal(name.replaceAll("\\’", "’"))}'`);
}

/** Names that stand in a message without those quotes, in the shell's. */
function escaped(message: string): string {
  if (/^[\x00-\x7f]*$/.test(message)) return message;
  return message.replace(/'((?:[^']|'\\'')*)'(?!\$')|[^\s:']+/gu, (word, inner: string | undefined) =>
    /^[\x00-\x7f]*$/.test(word) ? word : quote(bytewise(inner ?? word)),
  );
}

function octal(text: string): string {
  return text.replace(/[^\x00-\x7f]/gu, (character) => [...encodeUtf8(character)].map((byte) => `\\${byte.toString(8)}`).join(""));
}

/** Prints `name: message` on stderr. On a terminal what was printed before stands before it. */
export function* complain(proc: Process, message: string): Run<void> {
  const out = stdout(proc);
  if (out.toTerminal) yield* out.flush();
  yield* proc.printError(`${ownName(proc)}: ${inLocale(proc, message)}\n`);
}

/** `complain` of util-linux and attr, whose programs give the last part of their name: warnx(3). */
export function* warnx(proc: Process, message: string): Run<void> {
  const out = stdout(proc);
  if (out.toTerminal) yield* out.flush();
  const shown = inLocale(proc, message);
  yield* proc.printError(`${baseName(ownName(proc))}: ${knowsAsciiOnly(proc) ? escaped(shown) : shown}\n`);
}

/** `complain` of coreutils: error(3), which writes what was printed before it says anything. */
export function* warn(proc: Process, message: string): Run<void> {
  yield* stdout(proc).flush();
  yield* warnx(proc, message);
}

/** strerror(3) of what a system call threw; anything else is a mistake of ours and goes on. */
export function reason(error: unknown): string {
  if (isSysError(error)) return error.text;
  throw error;
}

/** The value of `call`, or undefined if the kernel refuses: for questions whose answer may be no. */
export function orUndefined<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    reason(error);
    return undefined;
  }
}
