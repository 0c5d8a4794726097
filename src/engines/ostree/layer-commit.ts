/** The commit of a container image's layer, which a machine that was installed from an image has, too. */
import { stringVariant, type Checksum } from "../../image/ostree-objects.ts";
import type { Transaction } from "./transaction.ts";

/**
 * What the ref of a layer leads to.
 *
 * @simplified It is empty: the files that came with the layer are only in the image's own commit.
 */
export function writeLayerCommit(transaction: Transaction, digest: string, timestamp: number): Checksum {
  return transaction.writeCommit({
    metadata: [["ostree.layer-digest", stringVariant(digest)]],
    parent: undefined,
    subject: "",
    body: "",
    timestamp,
    dirtree: transaction.writeDirtree({ files: [], dirs: [] }),
    dirmeta: transaction.writeDirmeta({ mode: 0o755, uid: 0, gid: 0 }),
  });
}
