/** `lab docs`: what writers of documentation need. */
import { docsPicture } from "./docs-picture.ts";
import { docsTest } from "./docs-test.ts";
import { UsageError, type Output } from "./usage.ts";

/** The lines of `lab`'s usage about documentation. */
export const DOCS_USAGE = `  docs test [--update] FILE|DIR…
                        type what the console blocks of Markdown, reStructuredText and AsciiDoc show, and compare what is printed
  docs picture --machine NAME [--flavour NAME] [--seed N] [--text] SCRIPT|-
                        draw a machine after the lines of a script, as an SVG; with --text print what its terminal shows
`;

/** Finds the verb; throws `UsageError` when there is none of that name. */
export function docsCommand([name = "", ...words]: readonly string[], output: Output): Promise<boolean> {
  if (name === "test") return docsTest(words, output);
  if (name === "picture") return docsPicture(words, output);
  throw new UsageError(`docs: no verb ${JSON.stringify(name)}; there are: test picture`);
}
