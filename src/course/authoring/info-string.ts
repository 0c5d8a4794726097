/** The words after a fence's name: `id=listed title="I listed the deployments" optional`. */
import type { Place, Problems } from "./problem.ts";

export interface Info {
  readonly place: Place;
  readonly values: ReadonlyMap<string, string>;
}

const WORD = /\s*(?:([\w-]+)(?:=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^\s"'`]+)))?(?=\s|$)|(\S+(?:\s+\S*["'])?))/y;

/** A word alone counts as `true`; what cannot be read is a problem and left out. */
export function readInfo(text: string, place: Place, problems: Problems): Info {
  const values = new Map<string, string>();
  WORD.lastIndex = 0;
  for (let match = WORD.exec(text); match !== null && match[0] !== ""; match = WORD.exec(text)) {
    const [, name, double, single, bare, odd] = match;
    if (name === undefined) {
      const isUnclosed = /=["'][^"']*$/.test(odd ?? "");
      problems.error(place, {
        read: `\`${odd ?? ""}\` after the fence's name`,
        expected: 'key=word, key="several words" or a single word',
        remedy: isUnclosed ? "Close the quotation mark." : 'Put what has spaces or signs into quotation marks: title="What is asked".',
      });
      // What follows may be the rest of the same words.
      break;
    }
    if (values.has(name))
      problems.error(place, { read: `\`${name}\` a second time`, expected: "each key once", remedy: `Keep one \`${name}=\`.` });
    values.set(name, double?.replaceAll('\\"', '"') ?? single ?? bare ?? "true");
  }
  return { place, values };
}

/** Complains about keys that a fence or a container does not take. */
export function allowKeys(info: Info, what: string, known: readonly string[], problems: Problems): void {
  for (const name of info.values.keys()) if (!known.includes(name)) problems.unknown(info.place, `key of ${what},`, name, known);
}
