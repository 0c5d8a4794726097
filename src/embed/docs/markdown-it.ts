/** A markdown-it plugin (VitePress, Eleventy): a fence that names a machine becomes `<immutable-lab>`, with the fence in it as the host shows it. */
import { labAttributes, readAttributes } from "../../course/docs/console-block.ts";
import { labTag } from "./tag.ts";

/** What of markdown-it is needed here. */
interface Markdown {
  readonly renderer: { readonly rules: { fence?: Fence | undefined } };
}

interface Token {
  readonly info: string;
  readonly content: string;
}

type Fence = (tokens: readonly Token[], index: number, ...rest: readonly unknown[]) => string;

/** `md.use(immutableLab)`; the page loads the component's script itself. */
export default function immutableLab({ renderer: { rules } }: Markdown): void {
  const { fence } = rules;
  if (fence === undefined) throw new Error("immutable-lab: this markdown-it has no rule for fences");
  rules.fence = function (this: unknown, tokens, index, ...rest) {
    const { info = "", content = "" } = tokens[index] ?? {};
    const html = fence.call(this, tokens, index, ...rest);
    const attributes = labAttributes(readAttributes(info.replace(/^\S+/, "")), content);
    return attributes === undefined ? html : labTag(attributes, html);
  };
}
