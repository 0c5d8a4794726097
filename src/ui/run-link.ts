/**
 * The text of a link that has a run in it: a letter for how it is written, a checksum, the run. Compressed with the browser's own
 * streams where that makes it shorter. Goes into the fragment of an address, which no server sees.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { BadRun } from "../lab/run-script.ts";

const DEFLATED = "d";
const PLAIN = "p";
const CHECKSUM_LETTERS = 4;
/** A run is a few kB; what claims to be more was made to fill memory. */
const MOST_BYTES = 8 * 1024 * 1024;

export async function writeRun(packed: string): Promise<string> {
  const bytes = new TextEncoder().encode(packed);
  const deflated = await through(bytes, new CompressionStream("deflate-raw"));
  const [letter, body] = deflated.length < bytes.length ? [DEFLATED, deflated] : [PLAIN, bytes];
  return letter + checksumOf(body) + base64url(body);
}

/** Throws `BadRun`, with words for people. */
export async function readRun(text: string): Promise<string> {
  const letter = text[0];
  const body = unbase64url(text.slice(1 + CHECKSUM_LETTERS));
  if (letter !== DEFLATED && letter !== PLAIN) throw new BadRun("This link has no run in it that this page can read.");
  if (body === undefined || checksumOf(body) !== text.slice(1, 1 + CHECKSUM_LETTERS))
    throw new BadRun("This link was cut short or changed on its way.");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(
      letter === PLAIN ? body : await through(body, new DecompressionStream("deflate-raw")),
    );
  } catch {
    throw new BadRun("This link has no run in it that this page can read.");
  }
}

async function through(bytes: Uint8Array<ArrayBuffer>, stream: CompressionStream | DecompressionStream): Promise<Uint8Array<ArrayBuffer>> {
  const writer = stream.writable.getWriter();
  // What goes wrong shows where it is read.
  writer.write(bytes).catch(() => {});
  writer.close().catch(() => {});
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = stream.readable.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value);
    length += part.value.length;
    if (length > MOST_BYTES) throw new RangeError("too long");
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function checksumOf(bytes: Uint8Array): string {
  return base64url(sha256(bytes)).slice(0, CHECKSUM_LETTERS);
}

function base64url(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function unbase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]*$/.test(text)) return undefined;
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}
