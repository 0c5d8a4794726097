/** What a part says is to be done, read from its bytes. Source: ostreedev/ostree:src/libostree/ostree-repo-static-delta-processing.c. */
import { OstreeError } from "../errors.ts";
import { OPERATIONS, type DeltaObject, type PartPayload } from "./format.ts";

export type Operation =
  | { readonly kind: "openSpliceClose"; readonly object: DeltaObject; readonly mode: number; readonly size: number; readonly start: number }
  | { readonly kind: "open"; readonly object: DeltaObject; readonly mode: number; readonly size: number }
  | { readonly kind: "write"; readonly size: number; readonly start: number }
  | { readonly kind: "setReadSource"; readonly start: number }
  | { readonly kind: "unsetReadSource" }
  | { readonly kind: "close" }
  | { readonly kind: "bspatch"; readonly start: number; readonly size: number };

/** As `show` lists them. */
export const SHOWN_OPERATIONS: readonly (readonly [Operation["kind"], string])[] = [
  ["openSpliceClose", "openspliceclose"],
  ["open", "open"],
  ["write", "write"],
  ["setReadSource", "setread"],
  ["unsetReadSource", "unsetread"],
  ["close", "close"],
  ["bspatch", "bspatch"],
];

/** Throws `OstreeError` where they are none. `objects`: what they make, in order. */
export function* operationsOf(payload: PartPayload, objects: readonly DeltaObject[]): Generator<Operation, void, void> {
  const { operations: bytes } = payload;
  let position = 0;
  let made = 0;
  const number = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[position++];
      if (byte === undefined) throw new OstreeError("Unexpected EOF reading varint");
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  };
  const object = (): DeltaObject => {
    const next = objects[made];
    if (!next) throw new OstreeError("More operations than objects in static delta part");
    return next;
  };
  for (let count = 0; position < bytes.length; count++) {
    const operation = bytes[position++] ?? 0;
    switch (operation) {
      case OPERATIONS.openSpliceClose: {
        const target = object();
        // What is no file has no mode.
        if (target.kind === "file") {
          const mode = number();
          number();
          yield { kind: "openSpliceClose", object: target, mode, size: number(), start: number() };
        } else yield { kind: "openSpliceClose", object: target, mode: 0, size: number(), start: number() };
        made++;
        break;
      }
      case OPERATIONS.open: {
        const mode = number();
        number();
        yield { kind: "open", object: object(), mode, size: number() };
        break;
      }
      case OPERATIONS.write:
        yield { kind: "write", size: number(), start: number() };
        break;
      case OPERATIONS.setReadSource:
        yield { kind: "setReadSource", start: number() };
        break;
      case OPERATIONS.unsetReadSource:
        yield { kind: "unsetReadSource" };
        break;
      case OPERATIONS.close:
        made++;
        yield { kind: "close" };
        break;
      case OPERATIONS.bspatch:
        yield { kind: "bspatch", start: number(), size: number() };
        break;
      default:
        throw new OstreeError(`Unknown opcode ${operation} at offset ${count}`);
    }
  }
}
