/**
 * A remark plugin (Docusaurus, Starlight, Astro, MDX): a fence that names a machine becomes `<immutable-lab>`, with the fence in it as the host
 * shows it, for who has no script, for print and for search engines.
 */
import type { Code, Parent, Root } from "mdast";
import { labAttributes, readAttributes } from "../../course/docs/console-block.ts";

/** `remarkPlugins: [immutableLab]`; the page loads the component's script itself. */
export default function immutableLab(): (tree: Root) => void {
  return wrapFences;
}

function wrapFences(parent: Parent): void {
  parent.children.forEach((child, index) => {
    const hProperties = child.type === "code" && child.lang ? labAttributes(readAttributes(child.meta ?? ""), child.value) : undefined;
    // By its name in the HTML: as a node of raw HTML it could not stand in MDX.
    if (hProperties) parent.children[index] = lab(child as Code, hProperties);
    else if ("children" in child) wrapFences(child);
  });
}

function lab(fence: Code, hProperties: Readonly<Record<string, string>>): Parent["children"][number] {
  const node: Parent & { readonly type: string } = {
    type: "immutableLab",
    data: { hName: "immutable-lab", hProperties: { ...hProperties } },
    children: [fence],
  };
  return node as unknown as Parent["children"][number];
}
