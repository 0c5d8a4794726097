/** getfattr(1) and setfattr(1) of attr: extended attributes. */
import { Pattern } from "../../base/posix-pattern.ts";
import { decodeUtf8, encodeUtf8 } from "../../base/utf8.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Command, ParsedOptions } from "../command.ts";
import { Failure, reason, warnx } from "../complain.ts";
import { UsageError } from "../options.ts";
import { stdout } from "../output.ts";
import { join } from "../paths.ts";
import { isPrintable } from "../quote.ts";
import { below, recursive } from "../recursion.ts";

/** ENODATA has a text of its own here. */
function explain(error: unknown): string {
  return isSysError(error, "ENODATA") ? "No such attribute" : reason(error);
}

const GETFATTR = ["getfattr [-hRLP] [-n name|-d] [-e en] [-m pattern] path..."];
const SETFATTR = ["setfattr {-n name} [-v value] [-h] file...", "setfattr {-x name} [-h] file..."];

/** What both say of a wrong command line: the first usage after the word, the others below it. */
function usageOf(usage: readonly string[]): (name: string) => string {
  return (name) => {
    const lines = usage.map((line, at) => `${at === 0 ? "Usage:" : "      "} ${name}${line.replace(/^\w+/, "")}\n`);
    return `${lines.join("")}Try \`${name} --help' for more information.\n`;
  };
}

/** getfattr(1). */
export const getfattr: Command = {
  name: "getfattr",
  package: "attr",
  style: "gnu",
  usage: GETFATTR,
  about: "Get extended attributes.",
  options: [
    { name: "name", short: "n", argument: "name", help: "get the named extended attribute value" },
    { name: "dump", short: "d", help: "get all extended attribute values" },
    {
      name: "encoding",
      short: "e",
      argument: "encoding",
      help: "encode values (as 'text', 'hex' or 'base64')",
      values: ["text", "hex", "base64"],
    },
    { name: "match", short: "m", argument: "pattern", help: "only get attributes with names matching pattern" },
    { name: "only-values", help: "print the bare values only" },
    { name: "no-dereference", short: "h", help: "do not dereference symbolic links" },
    { name: "one-file-system", help: "skip files on different filesystems", fidelity: "ignored" },
    { name: "absolute-names", help: "don't strip leading '/' in pathnames" },
    { name: "recursive", short: "R", help: "recurse into subdirectories" },
    { name: "logical", short: "L", help: "logical walk, follow symbolic links" },
    { name: "physical", short: "P", help: "physical walk, do not follow symbolic links" },
    { name: "version", help: "print version and exit" },
  ],
  usageStatus: 2,
  usageHint: usageOf(GETFATTR),
  completes: "files",
  *run(proc, options) {
    if (options.operands.length === 0) throw new UsageError("");
    const encoding = options.value("encoding");
    if (encoding !== undefined && !["text", "hex", "base64"].includes(encoding)) throw new UsageError("");
    let stripped = false;
    let status = 0;
    for (const path of options.operands) {
      if (path.startsWith("/") && !options.has("absolute-names") && !stripped) {
        yield* warnx(proc, "Removing leading '/' from absolute path names");
        stripped = true;
      }
      if (!(yield* recursive(show(proc, path, options)))) status = 1;
    }
    return status;
  },
};

function* show(proc: Process, path: string, options: ParsedOptions): Run<boolean> {
  const { sys } = proc;
  const follow = !options.has("no-dereference");
  yield* proc.tick();
  let names: readonly string[];
  let ok = true;
  try {
    if (follow) sys.stat(path);
    else sys.lstat(path);
    const wanted = options.value("name");
    const match = options.value("match") ?? "^user\\.";
    const pattern = match === "-" ? undefined : Pattern.compile(match, { syntax: "extended" });
    names =
      wanted !== undefined
        ? [wanted]
        : sys
            .listxattr(path, { follow })
            .filter((name) => pattern?.test(name) ?? true)
            .sort();
  } catch (error) {
    yield* warnx(proc, `${path}: ${explain(error)}`);
    return false;
  }
  const lines: string[] = [];
  for (const name of names) {
    try {
      if (options.has("only-values") || options.has("dump") || options.has("name")) {
        const value = sys.getxattr(path, name, { follow });
        if (options.has("only-values")) yield* stdout(proc).print(value);
        else lines.push(value.length === 0 ? name : `${name}=${encoded(value, options.value("encoding"))}`);
      } else lines.push(name);
    } catch (error) {
      yield* proc.printError(`${path}: ${name}: ${explain(error)}\n`);
      ok = false;
    }
  }
  if (lines.length > 0) {
    const shown = options.has("absolute-names") ? path : path.replace(/^\/+/, "");
    yield* stdout(proc).print(
      `# file: ${shown.replace(/[\\\n]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`)}\n${lines.join("\n")}\n\n`,
    );
  }
  if (options.has("recursive") && sys.lstat(path).type === "dir") {
    for (const entry of sys.readdir(path)) if (!(yield* below(show(proc, join(path, entry.name), options)))) ok = false;
  }
  return ok;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Text in quotes if it is text, base64 otherwise. */
function encoded(value: Uint8Array, encoding: string | undefined): string {
  const text = decodeUtf8(value.at(-1) === 0 ? value.subarray(0, -1) : value);
  const isText = [...text].every((character) => isPrintable(character) || character === "\n" || character === "\t");
  if (encoding === "text" || (encoding === undefined && isText)) {
    const whole = encoding === "text" ? decodeUtf8(value) : text;
    return `"${[...whole].map((character) => (character === "\\" || character === '"' ? `\\${character}` : isPrintable(character) ? character : [...encodeUtf8(character)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join(""))).join("")}"`;
  }
  if (encoding === "hex") return `0x${[...value].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  let out = "0s";
  for (let i = 0; i < value.length; i += 3) {
    const [a = 0, b, c] = value.subarray(i, i + 3);
    out +=
      (ALPHABET[a >> 2] ?? "") +
      (ALPHABET[((a & 3) << 4) | ((b ?? 0) >> 4)] ?? "") +
      (b === undefined ? "=" : (ALPHABET[((b & 15) << 2) | ((c ?? 0) >> 6)] ?? "")) +
      (c === undefined ? "=" : (ALPHABET[c & 63] ?? ""));
  }
  return out;
}

/** setfattr(1). */
export const setfattr: Command = {
  name: "setfattr",
  package: "attr",
  style: "gnu",
  usage: SETFATTR,
  about: "Set extended attributes.",
  options: [
    { name: "name", short: "n", argument: "name", help: "set the value of the named extended attribute" },
    { name: "value", short: "v", argument: "value", help: "use value as the attribute value" },
    { name: "remove", short: "x", argument: "name", help: "remove the named extended attribute" },
    { name: "no-dereference", short: "h", help: "do not dereference symbolic links" },
    { name: "restore", argument: "file", help: "restore extended attributes", fidelity: "unbuilt" },
    { name: "raw", help: "attribute value is not encoded" },
    { name: "version", help: "print version and exit" },
  ],
  usageStatus: 2,
  usageHint: usageOf(SETFATTR),
  completes: "files",
  *run(proc, options) {
    const [set, remove] = [options.value("name"), options.value("remove")];
    if (options.operands.length === 0 || (set === undefined) === (remove === undefined)) throw new UsageError("");
    const follow = !options.has("no-dereference");
    let status = 0;
    for (const path of options.operands) {
      yield* proc.tick();
      try {
        if (set !== undefined)
          proc.sys.setxattr(
            path,
            set,
            options.has("raw") ? encodeUtf8(options.value("value") ?? "") : decoded(options.value("value") ?? ""),
            { follow },
          );
        else proc.sys.removexattr(path, remove ?? "", { follow });
      } catch (error) {
        yield* warnx(proc, `${path}: ${explain(error)}`);
        status = 1;
      }
    }
    return status;
  },
};

/** `0x…`, `0s…`, text, or text in quotes with octal escapes. */
function decoded(text: string): Uint8Array {
  if (/^0x/i.test(text)) {
    if (!/^0x(?:[0-9a-f]{2})*$/i.test(text)) throw new Failure(`bad input encoding`);
    return Uint8Array.from((text.slice(2).match(/../g) ?? []).map((pair) => parseInt(pair, 16)));
  }
  if (/^0s/i.test(text)) {
    const bits = [...text.slice(2).replace(/=+$/, "")].map((character) => ALPHABET.indexOf(character));
    const out: number[] = [];
    for (let i = 0; i < bits.length; i += 4) {
      const [a = 0, b = 0, c, d] = bits.slice(i, i + 4);
      out.push((a << 2) | (b >> 4));
      if (c !== undefined) out.push(((b & 15) << 4) | (c >> 2));
      if (c !== undefined && d !== undefined) out.push(((c & 3) << 6) | d);
    }
    return Uint8Array.from(out, (byte) => byte & 255);
  }
  const bare = /^".*"$/s.test(text) ? text.slice(1, -1) : text;
  return encodeUtf8(
    bare.replace(/\\([0-7]{3}|.)/g, (_, what: string) => (/^[0-7]{3}$/.test(what) ? String.fromCharCode(parseInt(what, 8)) : what)),
  );
}
