/** Paragraphs of fields, as control files, the package database and the lists of an archive have them (deb822(5)). */

/** A paragraph's fields in their order; the lines of a long one after the first keep their blank. */
export type Paragraph = ReadonlyMap<string, string>;

/** All paragraphs of `text`; lines that are none are passed over. */
export function parseParagraphs(text: string): Paragraph[] {
  const paragraphs: Map<string, string>[] = [];
  let current: Map<string, string> | undefined;
  let field = "";
  for (const line of text.split("\n")) {
    if (/^[ \t]*$/.test(line)) {
      current = undefined;
      continue;
    }
    if (line.startsWith("#")) continue;
    if (line.startsWith(" ") || line.startsWith("\t")) {
      if (current !== undefined) current.set(field, `${current.get(field) ?? ""}\n${line}`);
      continue;
    }
    const colon = line.indexOf(":");
    if (colon < 0) continue;
    if (current === undefined) paragraphs.push((current = new Map()));
    field = line.slice(0, colon);
    current.set(field, line.slice(colon + 1).trim());
  }
  return paragraphs;
}

/** Without a blank line at its end. Empty fields are left out. */
export function formatParagraph(paragraph: Iterable<readonly [string, string]>): string {
  let text = "";
  for (const [field, value] of paragraph) if (value !== "") text += `${field}:${value.startsWith("\n") ? "" : " "}${value}\n`;
  return text;
}
