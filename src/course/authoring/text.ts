/** The words of a piece of Markdown, and the names that are made of them. */
import type { Nodes } from "mdast";

/** Without any marks. */
export function textOf(node: Nodes): string {
  if ("value" in node) return node.type === "html" || node.type === "yaml" ? "" : node.value;
  return "children" in node ? node.children.map(textOf).join("") : node.type === "break" ? "\n" : "";
}

/** "Look before you leap" as an id: `look-before-you-leap`. */
export function slug(text: string): string {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/['’`]/g, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
}
