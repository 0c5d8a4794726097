import type { Errno, SysError } from "../../vfs/errno.ts";

/** A refusal in snapper's own words, without a program's name in front. */
export class SnapperError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "SnapperError";
  }
}

/** Linux's numbers of what file systems say. */
const NUMBERS: Partial<Record<Errno, number>> = {
  EPERM: 1,
  ENOENT: 2,
  EIO: 5,
  EACCES: 13,
  EBUSY: 16,
  EEXIST: 17,
  EXDEV: 18,
  ENOTDIR: 20,
  EISDIR: 21,
  EINVAL: 22,
  ETXTBSY: 26,
  EFBIG: 27,
  ENOSPC: 28,
  EROFS: 30,
  EMLINK: 31,
  ENOTEMPTY: 39,
  EOPNOTSUPP: 95,
};

/** What a failed system call looks like in libsnapper's messages, e.g. "errno:30 (Read-only file system)". */
export function errnoText({ errno, text }: SysError): string {
  return `errno:${NUMBERS[errno] ?? 0} (${text})`;
}
