/** The element that stands in a page for a lab. */

/** `fallback`: HTML for who has no script. */
export function labTag(attributes: Readonly<Record<string, string>>, fallback: string): string {
  const [opening, closing] = labTags(attributes);
  return `${opening}${fallback}${closing}`;
}

/** What comes before the fallback, and what after it. */
export function labTags(attributes: Readonly<Record<string, string>>): readonly [opening: string, closing: string] {
  const words = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(value)}"`);
  return [`<immutable-lab${words.join("")}>`, "</immutable-lab>"];
}

function escaped(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\n", "&#10;");
}
