/** `lab docs`: what writers of documentation need. */
import { docsTest } from "./docs-test.ts";
import { UsageError, type Output } from "./usage.ts";

/** The lines of `lab`'s usage about documentation. */
export const DOCS_USAGE = `  docs test [--update] FILE|DIR…
                        type what the console blocks of Markdown, reStructuredText and AsciiDoc show, and compare what is printed
`;

/** Finds the verb; throws `UsageError` when there is none of that name. */
export function docsCommand([name = "", ...words]: readonly string[], output: Output): Promise<boolean> {
  if (name !== "test") throw new UsageError(`docs: no verb ${JSON.stringify(name)}; there is: test`);
  return docsTest(words, output);
}
