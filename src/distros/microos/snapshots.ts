/** What info.xml says of the snapshots, as far as the boot and the picture need it; snapper itself is in engines/snapper. */
import { readTextIfThere } from "../../machine/read-text.ts";
import { isSysError } from "../../vfs/errno.ts";
import type { Sys } from "../../vfs/sys.ts";

export interface SnapshotFacts {
  readonly number: number;
  /** "2026-01-08 09:00:00", UTC. */
  readonly date: string;
  readonly description: string;
  readonly cleanup: string;
  readonly userdata: ReadonlyMap<string, string>;
}

/** By number; `directory` is where .snapshots is. */
export function readSnapshots(sys: Sys, directory: string): SnapshotFacts[] {
  let names: string[];
  try {
    names = sys.readdir(directory).map(({ name }) => name);
  } catch (error) {
    if (isSysError(error)) return [];
    throw error;
  }
  return names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((left, right) => left - right)
    .flatMap((number) => {
      const text = readTextIfThere(sys, `${directory}/${number}/info.xml`);
      return text === undefined ? [] : [factsOf(number, text)];
    });
}

function factsOf(number: number, text: string): SnapshotFacts {
  const value = (key: string): string => unescaped(new RegExp(`<${key}>([^<]*)</${key}>`).exec(text)?.[1] ?? "");
  const userdata = [...text.matchAll(/<key>([^<]*)<\/key>\s*<value>([^<]*)<\/value>/g)].map(([, key = "", data = ""]) => [unescaped(key), unescaped(data)] as const); // prettier-ignore
  return { number, date: value("date"), description: value("description"), cleanup: value("cleanup"), userdata: new Map(userdata) };
}

function unescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
