/** What `ostree static-delta generate` is asked for. Source: ostreedev/ostree:src/ostree/ot-builtin-static-delta.c. */
import { OstreeError } from "../errors.ts";
import type { CompileOptions } from "./compile.ts";

/** What stands on its command line. */
export interface GivenOptions {
  has(name: string): boolean;
  value(name: string): string | undefined;
}

export interface DeltaRequest extends CompileOptions {
  /** Numbers lie the highest byte first. */
  readonly isBigEndian: boolean;
  readonly isInline: boolean;
  /** Where the superblock goes instead of into the repository, its parts beside it. */
  readonly filename: string | undefined;
}

const MEGABYTE = 1000 * 1000;

/** Throws `OstreeError`. */
export function deltaRequest(options: GivenOptions): DeltaRequest {
  const megabytes = (name: string, usual: number): number => number(options.value(name), usual) * MEGABYTE;
  return {
    isBigEndian: isBigEndian(options),
    isInline: options.has("inline"),
    filename: options.value("filename"),
    usesBsdiff: !options.has("disable-bsdiff"),
    leastFallback: megabytes("min-fallback-size", 4),
    mostBsdiff: megabytes("max-bsdiff-size", 128),
    mostChunk: megabytes("max-chunk-size", 32),
  };
}

/** This computer's is little. */
function isBigEndian(options: GivenOptions): boolean {
  const wanted = options.value("set-endianness") ?? "l";
  if (wanted !== "l" && wanted !== "B") throw new OstreeError(`Invalid endianness '${wanted}'`);
  return (wanted === "B") !== options.has("swap-endianness");
}

/** What stands there before anything that is no digit. */
function number(text: string | undefined, usual: number): number {
  return text === undefined ? usual : Number(/^\s*\+?(\d*)/.exec(text)?.[1] ?? "0");
}
