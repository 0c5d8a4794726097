/**
 * Makes `published.ts` from the lists of packages beside this file, which it checks:
 *
 *     tsx src/image/rpm-md/generator/generate.ts
 *
 * To add a package, write it into the list of its repository and run this.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { paragraphs, parsePackages } from "../parse.ts";

const here = (name: string): URL => new URL(name, import.meta.url);

const lists = Object.fromEntries(
  readdirSync(here("."))
    .filter((name) => name.endsWith(".txt"))
    .sort()
    .map((name) => [name.slice(0, -4), tidy(readFileSync(here(name), "utf8"))]),
);
for (const [name, text] of Object.entries(lists)) if (name !== "image") parsePackages(text, { vendor: name });
writeFileSync(
  here("../published.ts"),
  `/** What repositories publish, by the name of the list that it is from: made by generator/generate.ts, in the form of parse.ts. */\n` +
    `export const PUBLISHED: Readonly<Record<string, string>> = JSON.parse(\n  ${quoted(JSON.stringify(lists))},\n) as Record<string, string>;\n`,
);

/** Without comments. */
function tidy(text: string): string {
  return paragraphs(text)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}

/** A string literal as Prettier leaves it. */
function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
