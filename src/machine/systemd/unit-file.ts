/** The format of unit files, systemd.syntax(7): sections, assignments that may repeat, an empty one that starts over. */

/** Section → key → values in order. */
export class UnitSections {
  readonly #sections = new Map<string, Map<string, string[]>>();

  /** Every value given for the key, since the last empty assignment. */
  all(section: string, key: string): readonly string[] {
    return this.#sections.get(section)?.get(key) ?? [];
  }

  /** The last value: the one that counts for keys that hold one. */
  last(section: string, key: string): string | undefined {
    return this.all(section, key).at(-1);
  }

  /** The values as lists of words, joined. */
  words(section: string, key: string): string[] {
    return this.all(section, key).flatMap(splitWords);
  }

  /** systemd's booleans; `fallback` when absent or none of them. */
  flag(section: string, key: string, fallback: boolean): boolean {
    const value = this.last(section, key)?.toLowerCase();
    if (value !== undefined && ["1", "yes", "y", "true", "t", "on"].includes(value)) return true;
    if (value !== undefined && ["0", "no", "n", "false", "f", "off"].includes(value)) return false;
    return fallback;
  }

  has(section: string): boolean {
    return this.#sections.has(section);
  }

  keys(section: string): readonly string[] {
    return [...(this.#sections.get(section)?.keys() ?? [])];
  }

  /** Adds what `text` says; a drop-in is added after the file that it extends. */
  add(text: string): void {
    let section: Map<string, string[]> | undefined;
    for (const line of logicalLines(text)) {
      const header = /^\[(.+)\]$/.exec(line);
      if (header?.[1] !== undefined) {
        section = this.#sections.get(header[1]) ?? new Map<string, string[]>();
        this.#sections.set(header[1], section);
        continue;
      }
      const equals = line.indexOf("=");
      if (equals < 0 || !section) continue;
      const key = line.slice(0, equals).trim();
      const value = line.slice(equals + 1).trim();
      if (value === "") section.set(key, []);
      else section.set(key, [...(section.get(key) ?? []), value]);
    }
  }
}

export function parseUnitFile(text: string): UnitSections {
  const sections = new UnitSections();
  sections.add(text);
  return sections;
}

/** Trimmed lines without blank ones and comments, those that end in a backslash joined with the next (comments between them left out). */
function* logicalLines(text: string): Generator<string> {
  let pending = "";
  for (const raw of text.split("\n")) {
    const line = raw.trim();
    if (line.startsWith("#") || line.startsWith(";")) continue;
    if (line.endsWith("\\")) {
      pending += `${line.slice(0, -1)} `;
      continue;
    }
    const whole = (pending + line).trim();
    pending = "";
    if (whole !== "") yield whole;
  }
  if (pending.trim() !== "") yield pending.trim();
}

/** Words with quotes taken off, as in command lines and lists of units. */
export function splitWords(text: string): string[] {
  return [...text.matchAll(/(?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+/g)].map((match) =>
    match[0].replaceAll(/'([^']*)'|"((?:[^"\\]|\\.)*)"/g, (_, single?: string, double?: string) => single ?? double ?? ""),
  );
}
