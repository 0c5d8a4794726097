/** The .ini dialect of GLib (GKeyFile): origin files, the repository's config, prepare-root.conf, our staged-deployment file. */

interface Line {
  /** Undefined for comments and blank lines. */
  readonly key: string | undefined;
  readonly value: string;
  /** As it stood in the file. */
  readonly text: string;
}

interface Group {
  readonly name: string;
  readonly lines: Line[];
}

/** A key file that keeps its comments and order when it is changed and written again. */
export class KeyFile {
  readonly #preamble: string[] = [];
  #groups: Group[] = [];

  /** Reads `text`. Lines that are neither group, key nor comment are kept and mean nothing. */
  static parse(text: string): KeyFile {
    const file = new KeyFile();
    let group: Group | undefined;
    for (const line of text.split("\n")) {
      const header = /^\s*\[([^\]]*)\]\s*$/.exec(line);
      if (header) {
        const name = header[1] ?? "";
        group = file.#groups.find((g) => g.name === name);
        if (!group) file.#groups.push((group = { name, lines: [] }));
        continue;
      }
      if (!group) {
        file.#preamble.push(line);
        continue;
      }
      const pair = /^\s*([^#\s=][^=]*?)\s*=\s*(.*)$/.exec(line);
      if (pair) group.lines.push({ key: pair[1] ?? "", value: unescapeValue(pair[2] ?? ""), text: line });
      else group.lines.push({ key: undefined, value: "", text: line });
    }
    // What follows the last line break is no line.
    if (text.endsWith("\n")) (group?.lines ?? file.#preamble).pop();
    return file;
  }

  /** The first line that is neither group, key, comment nor empty, for which GLib refuses the file. */
  static wrongLine(text: string): string | undefined {
    return text.split("\n").find((line) => !/^\s*(?:$|#|\[[^\]]+\]\s*$|[^\s=][^=]*=)/.test(line));
  }

  groups(): string[] {
    return this.#groups.map((g) => g.name);
  }

  keys(group: string): string[] {
    return (this.#find(group)?.lines ?? []).flatMap((l) => (l.key === undefined ? [] : [l.key]));
  }

  has(group: string, key?: string): boolean {
    return key === undefined ? this.#find(group) !== undefined : this.get(group, key) !== undefined;
  }

  /** The last value given to `key`. */
  get(group: string, key: string): string | undefined {
    return this.#find(group)?.lines.findLast((l) => l.key === key)?.value;
  }

  /** g_key_file_get_boolean: "true" and "1" are true; absent is false. */
  getBoolean(group: string, key: string): boolean {
    const value = this.get(group, key);
    return value === "true" || value === "1";
  }

  /** g_key_file_get_string_list: items that end or are parted by ";". */
  getList(group: string, key: string): string[] {
    const value = this.get(group, key);
    if (value === undefined) return [];
    const items = value.split(";");
    if (items.at(-1) === "") items.pop();
    return items;
  }

  set(group: string, key: string, value: string): void {
    let found = this.#find(group);
    if (!found) this.#groups.push((found = { name: group, lines: [] }));
    const line: Line = { key, value, text: `${key}=${escapeValue(value)}` };
    const at = found.lines.findLastIndex((l) => l.key === key);
    if (at >= 0) found.lines[at] = line;
    else found.lines.splice(found.lines.findLastIndex((l) => l.key !== undefined) + 1, 0, line);
  }

  /** Removes a key, or without one the whole group. A group stays when its last key goes, as in GLib. */
  remove(group: string, key?: string): void {
    if (key === undefined) this.#groups = this.#groups.filter((g) => g.name !== group);
    else {
      const found = this.#find(group);
      if (!found) return;
      const kept = found.lines.filter((l) => l.key !== key);
      found.lines.splice(0, found.lines.length, ...kept);
    }
  }

  copy(): KeyFile {
    const file = new KeyFile();
    file.#preamble.push(...this.#preamble);
    file.#groups = this.#groups.map(({ name, lines }) => ({ name, lines: [...lines] }));
    return file;
  }

  /** g_key_file_to_data: an empty line between groups, unless there is one. */
  toString(): string {
    let text = this.#preamble.map((line) => `${line}\n`).join("");
    for (const { name, lines } of this.#groups) {
      if (text !== "" && !text.endsWith("\n\n")) text += "\n";
      text += [`[${name}]`, ...lines.map((line) => line.text)].map((line) => `${line}\n`).join("");
    }
    return text;
  }

  #find(name: string): Group | undefined {
    return this.#groups.find((g) => g.name === name);
  }
}

function escapeValue(value: string): string {
  return value.replace(/^ /, "\\s").replace(/[\\\n\t\r]/g, (c) => ({ "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r" })[c] ?? c);
}

function unescapeValue(text: string): string {
  return text.replace(/\\([sntr\\])/g, (_, c: string) => ({ s: " ", n: "\n", t: "\t", r: "\r", "\\": "\\" })[c] ?? c);
}
