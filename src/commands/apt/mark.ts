/** apt-mark(8): what is held, and what was installed for others' sake. */
import { AptCache, writeAutomatic } from "../../engines/dpkg/sources.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Voice } from "./voice.ts";

export function* mark(voice: Voice, verb: string, words: readonly string[]): Run<ExitStatus> {
  const { sys } = voice.proc;
  const cache = new AptCache(sys);
  const shown = (names: Iterable<string>): Run<void> =>
    voice.out(
      [...names]
        .sort()
        .map((name) => `${name}\n`)
        .join(""),
    );
  const installed = cache.database.known.filter(({ name }) => cache.installed(name)).map(({ name }) => name);
  const isWanted = (name: string): boolean => words.length === 0 || words.includes(name);
  switch (verb) {
    case "showhold":
      yield* shown(installed.filter((name) => cache.isHeld(name) && isWanted(name)));
      return 0;
    case "showauto":
      yield* shown(installed.filter((name) => cache.automatic.has(name) && isWanted(name)));
      return 0;
    case "showmanual":
      yield* shown(installed.filter((name) => !cache.automatic.has(name) && isWanted(name)));
      return 0;
    default:
  }
  const unknown = words.find((name) => !cache.versions.has(name));
  if (words.length === 0 || unknown !== undefined) {
    yield* voice.error(unknown === undefined ? "No packages found" : `Unable to locate package ${unknown}`);
    if (unknown !== undefined) yield* voice.error("No packages found");
    return 100;
  }
  try {
    for (const name of words) yield* markOne(voice, cache, verb, name);
  } catch (error) {
    if (!isSysError(error)) throw error;
    yield* voice.error(`Could not create temporary file for /var/lib/apt/extended_states - mkstemp (13: ${error.text})`);
    return 100;
  }
  return 0;
}

function* markOne(voice: Voice, cache: AptCache, verb: string, name: string): Run<void> {
  const { sys } = voice.proc;
  const record = cache.database.record(name);
  switch (verb) {
    case "hold":
      yield* voice.out(record.want === "hold" ? `${name} was already set on hold.\n` : `${name} set on hold.\n`);
      record.want = "hold";
      cache.database.checkpoint();
      break;
    case "unhold":
      yield* voice.out(record.want === "hold" ? `Canceled hold on ${name}.\n` : `${name} was already not on hold.\n`);
      if (record.want === "hold") record.want = "install";
      cache.database.checkpoint();
      break;
    case "auto":
      yield* voice.out(
        cache.automatic.has(name) ? `${name} was already set to automatically installed.\n` : `${name} set to automatically installed.\n`,
      );
      writeAutomatic(sys, cache.automatic.add(name));
      break;
    default:
      yield* voice.out(
        cache.automatic.has(name) ? `${name} set to manually installed.\n` : `${name} was already set to manually installed.\n`,
      );
      cache.automatic.delete(name);
      writeAutomatic(sys, cache.automatic);
  }
}
