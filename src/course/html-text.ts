/** What HTML of a compiled lesson says, without a DOM. */

/** The text of HTML of one line. */
export function textOf(html: string): string {
  return unescaped(html.replace(/<[^>]*>/g, ""));
}

/** The commands in it that a press runs, in reading order; see `Piece`. */
export function commandsIn(html: string): readonly string[] {
  return [...html.matchAll(/data-do="(?:run|interrupt)" data-command="([^"]*)"/g)].map(([, command = ""]) => unescaped(command));
}

function unescaped(text: string): string {
  return text
    .replace(/&#x([0-9a-f]+);/gi, (_, code: string) => String.fromCodePoint(parseInt(code, 16)))
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}
