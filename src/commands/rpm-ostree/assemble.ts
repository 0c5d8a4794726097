/** From a base and what is asked for on top of it to the commit that is deployed. */
import type { OstreeHost } from "../../engines/ostree/host.ts";
import type { Checksum } from "../../image/ostree-objects.ts";
import type { Run } from "../../machine/program.ts";
import type { Change } from "./change.ts";
import type { Transaction } from "./transaction.ts";

/** What has been resolved and fetched, and not yet made. */
export interface Assembly {
  /** Other packages than those of the deployment that it builds on, though base and requests may be the same. */
  readonly isChanged: boolean;
  /** Makes the commit and gives its checksum. */
  build(): Run<Checksum>;
}

/** The base itself when nothing is layered on it. */
export function* assemble(transaction: Transaction, _host: OstreeHost, change: Change): Run<Assembly> {
  yield* transaction.proc.tick();
  return {
    isChanged: false,
    *build() {
      yield* transaction.proc.tick();
      return change.base;
    },
  };
}
