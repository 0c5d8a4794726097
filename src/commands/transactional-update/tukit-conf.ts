/**
 * tukit.conf(5): the administrator's file stands for the distribution's, snippets beside either come over both, and last what the command
 * line says. Source: openSUSE/transactional-update:lib/Configuration.cpp, libeconf(3).
 */
import { readTextIfThere } from "../../machine/read-text.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";

export type TukitConf = ReadonlyMap<string, string>;

const DEFAULTS: readonly (readonly [string, string])[] = [
  ["LOCKFILE", "/var/run/tukit.lock"],
  ["REBOOT_ALLOW_SOFT_REBOOT", "true"],
  ["REBOOT_ALLOW_KEXEC", "false"],
];

/** `overrides`: KEY=VALUE, as `--option` takes it. */
export function tukitConf(sys: Sys, overrides: readonly string[]): TukitConf {
  const main = readTextIfThere(sys, "/etc/tukit.conf") ?? readTextIfThere(sys, "/usr/etc/tukit.conf") ?? "";
  const snippets = new Map(["/usr/etc/tukit.conf.d", "/etc/tukit.conf.d"].flatMap((directory) => snippetsIn(sys, directory)));
  const texts = [main, ...[...snippets].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text)];
  return new Map([...DEFAULTS, ...texts.flatMap(assignments), ...overrides.map(split)]);
}

/** Of `BINDDIRS[0]`, `BINDDIRS[1]`, …: the values in this order. */
export function arrayOf(conf: TukitConf, key: string): string[] {
  return [...conf].flatMap(([name, value]) => (name.startsWith(`${key}[`) && name.endsWith("]") ? [value] : []));
}

function snippetsIn(sys: Sys, directory: string): [name: string, text: string][] {
  try {
    return sys
      .readdir(directory)
      .filter(({ name }) => name.endsWith(".conf"))
      .map(({ name }) => [name, readTextIfThere(sys, `${directory}/${name}`) ?? ""]);
  } catch (error) {
    if (isSysError(error)) return [];
    throw error;
  }
}

function assignments(text: string): (readonly [string, string])[] {
  return text.split("\n").flatMap((line) => {
    const [key, value] = split(line.replace(/^\s*#.*/, ""));
    return key === "" ? [] : [[key, value.replace(/^"(.*)"$/, "$1")] as const];
  });
}

function split(text: string): readonly [key: string, value: string] {
  const at = text.indexOf("=");
  return at < 0 ? [text.trim(), ""] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}
