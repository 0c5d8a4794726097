import { isSysError, type SysError } from "../../vfs/errno.ts";

/** A failure in libostree's own words: what follows `error: `. Anything else thrown is the kernel's refusal or our mistake. */
export class OstreeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "OstreeError";
  }
}

/** Runs `work`; a failure comes out as `prefix: failure`, which is how libostree chains its contexts. */
export function within<T>(prefix: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw prefixed(prefix, error);
  }
}

/** `error` with its context before it. Errors that are neither libostree's nor the kernel's come back as they are. */
export function prefixed(prefix: string, error: unknown): unknown {
  const text = failureText(error);
  return text === undefined ? error : new OstreeError(`${prefix}: ${text}`);
}

/** The words for what went wrong; undefined when it is our own mistake or a power loss. */
export function failureText(error: unknown): string | undefined {
  if (error instanceof OstreeError) return error.message;
  if (isSysError(error)) return sysErrorText(error);
  return undefined;
}

/** libglnx names the call before the errno where it knows it: `mkdirat: File exists`. */
function sysErrorText(error: SysError): string {
  const call = AT_CALLS[error.syscall] ?? error.syscall;
  return call === "" || error.errno === "EACCES" || error.errno === "EPERM" ? error.text : `${call}: ${error.text}`;
}

const AT_CALLS: { readonly [call: string]: string } = {
  mkdir: "mkdirat",
  rename: "renameat",
  unlink: "unlinkat",
  rmdir: "unlinkat",
  link: "linkat",
  symlink: "symlinkat",
  readlink: "readlinkat",
  readdir: "opendir",
};
