import { isSysError } from "../../../vfs/errno.ts";
import { OstreeError } from "../errors.ts";

/** Runs `work`; where the kernel refuses, `call` is named as what it refused, whatever we asked it in its stead. */
export function refusedAs<T>(call: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw isSysError(error) ? new OstreeError(`${call}: ${error.text}`) : error;
  }
}
