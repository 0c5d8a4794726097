/** Reads the `@simplified` tags out of source text. */

export interface Simplification {
  /** Below src/. */
  readonly path: string;
  /** One or more sentences. */
  readonly text: string;
}

/** Every tag in `source`: its text goes on to the next tag, a blank line, or the end of the comment. */
export function simplifications(path: string, source: string): Simplification[] {
  const comments = source.match(/\/\*\*[\s\S]*?\*\/|(?:^[ \t]*\/\/.*\n)+/gm) ?? [];
  return comments.flatMap((comment) => {
    const plain = comment.replace(/^\/\*\*|\*\/$/g, "").replace(/^[ \t]*(?:\*|\/\/)[ \t]?/gm, "");
    return [...plain.matchAll(/@simplified\s([\s\S]*?)(?=@\w|\n[ \t]*\n|$(?![\s\S]))/g)].map((match) => ({
      path,
      text: sentence(match[1] ?? ""),
    }));
  });
}

/** One line, with a capital and a full stop. */
function sentence(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  const capital = line.charAt(0) === "`" ? line : line.charAt(0).toUpperCase() + line.slice(1);
  return /[.:!?]$/.test(capital) ? capital : `${capital}.`;
}
