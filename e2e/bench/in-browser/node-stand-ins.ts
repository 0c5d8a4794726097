/** As much of Node's modules as memfs uses, for a browser: the bundler puts this file in the place of node:buffer, node:path and so on. */
import { Buffer as Bytes } from "../../../src/vfs/memfs-stand-ins.ts";

/** Ours has what an array of bytes has not: `copy`. */
export const Buffer = Object.assign(class extends Bytes {}, { isBuffer: (value: unknown): boolean => value instanceof Bytes });

export class EventEmitter {
  emit(): boolean {
    return false;
  }
  on(): this {
    return this;
  }
}

export class Readable extends EventEmitter {}
export class Writable extends EventEmitter {}
export const URL = globalThis.URL;

export const sep = "/";

export function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return (path.startsWith("/") ? "/" : "") + parts.join("/");
}

export function join(...parts: string[]): string {
  return normalize(parts.join("/"));
}

export function isAbsolute(path: string): boolean {
  return path.startsWith("/");
}

export function resolve(...parts: string[]): string {
  let path = "";
  for (const part of parts.reverse()) {
    path = path === "" ? part : `${part}/${path}`;
    if (isAbsolute(path)) break;
  }
  return normalize(isAbsolute(path) ? path : `/${path}`);
}

export function dirname(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf("/")));
}

export function basename(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

export function relative(from: string, to: string): string {
  return to.startsWith(from) ? to.slice(from.length).replace(/^\//, "") : to;
}

export const posix = { sep, normalize, join, isAbsolute, resolve, dirname, basename, relative };
