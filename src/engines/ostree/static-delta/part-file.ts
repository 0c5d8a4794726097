/** A part's file unpacked. Source: ostreedev/ostree:src/libostree/ostree-repo-static-delta-core.c (_ostree_static_delta_part_open). */
import { CorruptData, decodeXz, NotXz } from "../../../base/xz/xz.ts";
import { checksumBytes, type Checksum } from "../../../image/ostree-objects.ts";
import { OstreeError } from "../errors.ts";
import { decodePayload, type PartPayload } from "./format.ts";
import { PACKED_AS_XZ } from "./part-builder.ts";

const NOT_PACKED = 0;

/** `expected`: its checksum, where it is to be checked. Throws `OstreeError`. */
export function* openPart(file: Uint8Array, expected?: Checksum): Generator<void, PartPayload, void> {
  const [packing = NOT_PACKED] = file;
  if (packing !== NOT_PACKED && packing !== PACKED_AS_XZ) throw new OstreeError(`Invalid compression type '${packing}'`);
  try {
    const bytes = packing === NOT_PACKED ? file.subarray(1) : yield* decodeXz(file.subarray(1));
    const actual = checksumBytes(file);
    if (expected !== undefined && actual !== expected)
      throw new OstreeError(`Checksum mismatch in static delta part; expected=${expected} actual=${actual}`);
    return decodePayload(bytes);
  } catch (error) {
    if (error instanceof NotXz) throw new OstreeError("File format not recognized");
    if (error instanceof CorruptData || error instanceof RangeError) throw new OstreeError("Data is corrupt");
    throw error;
  }
}
