/**
 * Passwords as /etc/shadow keeps them: crypt(3)'s SHA-256 scheme, `$5$salt$hash` (Ulrich Drepper, "Unix crypt using SHA-256 and SHA-512").
 * @simplified Fedora makes yescrypt hashes; those and other schemes match no password here.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { encodeUtf8 } from "../base/utf8.ts";
import type { Random } from "../base/random.ts";
import type { Sys } from "../vfs/sys.ts";
import { TICK, type Run } from "./program.ts";
import { readTextIfThere } from "./read-text.ts";

const ROUNDS = 5000;
/** It is slow on purpose: others run meanwhile. */
const ROUNDS_PER_TICK = 100;
const LETTERS = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** The second field of shadow(5); "*", which no password matches, when there is none. */
export function passwordField(sys: Sys, name: string): string {
  for (const line of (readTextIfThere(sys, "/etc/shadow") ?? "").split("\n")) {
    const [user, secret] = line.split(":");
    if (user === name) return secret ?? "*";
  }
  return "*";
}

/** Whether `password` is the one that the field was made from. */
export function* isPassword(field: string, password: string): Run<boolean> {
  const salt = /^\$5\$([^$]*)\$/.exec(field)?.[1];
  return salt !== undefined && (yield* crypt(password, salt)) === field;
}

/** A new field for `password`. */
export function* hashPassword(password: string, random: Random): Run<string> {
  let salt = "";
  for (let index = 0; index < 16; index++) salt += LETTERS[random.below(LETTERS.length)] ?? "";
  return yield* crypt(password, salt);
}

/** crypt(3) with a salt of this scheme, of which the first sixteen characters count. */
export function* crypt(password: string, given: string): Run<string> {
  const salt = given.slice(0, 16);
  const key = encodeUtf8(password);
  const salted = encodeUtf8(salt);
  const second = hash(key, salted, key);
  const parts = [key, salted, repeated(second, key.length)];
  for (let rest = key.length; rest > 0; rest >>= 1) parts.push(rest & 1 ? second : key);
  let digest = hash(...parts);
  const p = repeated(hash(...Array.from({ length: key.length }, () => key)), key.length);
  const s = repeated(hash(...Array.from({ length: 16 + (digest[0] ?? 0) }, () => salted)), salted.length);
  for (let round = 0; round < ROUNDS; round++) {
    if (round % ROUNDS_PER_TICK === 0) yield TICK;
    const isOdd = round % 2 === 1;
    const middle = [...(round % 3 === 0 ? [] : [s]), ...(round % 7 === 0 ? [] : [p])];
    digest = hash(isOdd ? p : digest, ...middle, isOdd ? digest : p);
  }
  return `$5$${salt}$${encoded(digest)}`;
}

function hash(...parts: readonly Uint8Array[]): Uint8Array {
  const hasher = sha256.create();
  for (const part of parts) hasher.update(part);
  return hasher.digest();
}

/** `bytes` over and over, up to that length. */
function repeated(bytes: Uint8Array, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => bytes[index % bytes.length] ?? 0);
}

/** Three bytes as four letters, the lowest bits first, in the order of the scheme. */
function encoded(digest: Uint8Array): string {
  const letters = (high: number, middle: number, low: number, count: number): string => {
    let value = (high << 16) | (middle << 8) | low;
    let out = "";
    for (let index = 0; index < count; index++) {
      out += LETTERS[value & 63] ?? "";
      value >>= 6;
    }
    return out;
  };
  let out = "";
  let [a, b, c] = [0, 10, 20];
  for (let group = 0; group < 10; group++) {
    out += letters(digest[a] ?? 0, digest[b] ?? 0, digest[c] ?? 0, 4);
    [a, b, c] = [c + 1, a + 1, b + 1];
  }
  return out + letters(0, digest[31] ?? 0, digest[30] ?? 0, 3);
}
