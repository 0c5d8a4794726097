/** Errors as the kernel gives them: a closed set of names. Text is made at the edge, in glibc's words. */

/** glibc 2.4x, C.UTF-8: string/strerror. */
const TEXTS = {
  EPERM: "Operation not permitted",
  ENOENT: "No such file or directory",
  ESRCH: "No such process",
  EINTR: "Interrupted system call",
  EIO: "Input/output error",
  ENXIO: "No such device or address",
  E2BIG: "Argument list too long",
  ENOEXEC: "Exec format error",
  EBADF: "Bad file descriptor",
  ECHILD: "No child processes",
  EAGAIN: "Resource temporarily unavailable",
  ENOMEM: "Cannot allocate memory",
  EACCES: "Permission denied",
  EFAULT: "Bad address",
  ENOTBLK: "Block device required",
  EBUSY: "Device or resource busy",
  EEXIST: "File exists",
  EXDEV: "Invalid cross-device link",
  ENODEV: "No such device",
  ENOTDIR: "Not a directory",
  EISDIR: "Is a directory",
  EINVAL: "Invalid argument",
  ENFILE: "Too many open files in system",
  EMFILE: "Too many open files",
  ENOTTY: "Inappropriate ioctl for device",
  ETXTBSY: "Text file busy",
  EFBIG: "File too large",
  ENOSPC: "No space left on device",
  ESPIPE: "Illegal seek",
  EROFS: "Read-only file system",
  EMLINK: "Too many links",
  EPIPE: "Broken pipe",
  EDOM: "Numerical argument out of domain",
  ERANGE: "Numerical result out of range",
  ENAMETOOLONG: "File name too long",
  ENOSYS: "Function not implemented",
  ENOTEMPTY: "Directory not empty",
  ELOOP: "Too many levels of symbolic links",
  ENODATA: "No data available",
  EOVERFLOW: "Value too large for defined data type",
  EOPNOTSUPP: "Operation not supported",
  ENOTCONN: "Transport endpoint is not connected",
  ESTALE: "Stale file handle",
  EDQUOT: "Disk quota exceeded",
} as const;

export type Errno = keyof typeof TEXTS;

/** What `strerror(3)` says. */
export function strerror(errno: Errno): string {
  return TEXTS[errno];
}

/** An `Error` to everybody who asks, made without the stack, which costs ten times as much as the call that failed: a search along $PATH throws a dozen. */
const ErrorWithoutStack = function () {} as unknown as new () => Error;
ErrorWithoutStack.prototype = Object.create(Error.prototype) as Error;

/**
 * What a failing system call throws. The errno is the meaning; `because` says in the kernel's terms which rule refused (for the trace, never for decisions).
 * The code that refuses need not know which call it serves: `Task` fills in `syscall` and `path` with `locate`.
 */
export class SysError extends ErrorWithoutStack {
  readonly errno: Errno;
  readonly because: string;
  #syscall: string;
  #path: string;

  constructor(errno: Errno, syscall = "", path = "", because = "") {
    super();
    this.errno = errno;
    this.because = because;
    this.#syscall = syscall;
    this.#path = path;
  }

  override get name(): string {
    return "SysError";
  }

  override get message(): string {
    return `${this.errno} ${this.#syscall} ${this.#path}`;
  }

  /** The system call that failed, e.g. "open". */
  get syscall(): string {
    return this.#syscall;
  }

  /** The path as the caller gave it; "" for a call on a descriptor. */
  get path(): string {
    return this.#path;
  }

  /** Says which call failed, unless that is known already. */
  locate(syscall: string, path: string): void {
    if (this.#syscall !== "") return;
    this.#syscall = syscall;
    this.#path = path;
  }

  /** The text a program prints after its own prefix. */
  get text(): string {
    return strerror(this.errno);
  }
}

/** Whether `error` is the kernel's refusal `errno` (or any refusal). */
export function isSysError(error: unknown, ...errnos: readonly Errno[]): error is SysError {
  return error instanceof SysError && (errnos.length === 0 || errnos.includes(error.errno));
}
