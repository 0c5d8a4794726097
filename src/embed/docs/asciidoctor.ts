/**
 * An Asciidoctor.js extension (Antora): a listing that names a machine becomes `<immutable-lab>`, with the listing in it, and
 * `immutable-lab::silverblue[lesson=ID]` is a lab without one.
 */
import { labAttributes } from "../../course/docs/console-block.ts";
import { labTags } from "./tag.ts";

/** What of Asciidoctor.js is needed here. */
interface Block {
  getContext(): string;
  getAttribute(name: string): unknown;
  getAttributes(): Readonly<Record<string, unknown>>;
  getBlocks(): Block[];
  getSource(): string;
}

interface Processor {
  named(name: string): void;
  positionalAttributes(...names: readonly string[]): void;
  process(handler: (...parts: readonly never[]) => unknown): void;
  createBlock(parent: Block, context: "pass", source: string): Block;
}

export interface Registry {
  treeProcessor(define: (this: Processor) => void): void;
  blockMacro(define: (this: Processor) => void): void;
}

/** `register(registry)`, with the extensions of Asciidoctor.js or of Antora; the page loads the component's script itself. */
export function register(registry: Registry): void {
  registry.treeProcessor(function () {
    this.process((document: Block) => {
      wrapListings(this, document);
      return document;
    });
  });
  registry.blockMacro(function () {
    this.named("immutable-lab");
    this.process((parent: Block, target: string, attributes: Readonly<Record<string, unknown>>) =>
      this.createBlock(parent, "pass", labTags({ machine: target, ...named(attributes) }).join("")),
    );
  });
}

function wrapListings(processor: Processor, parent: Block): void {
  const blocks = parent.getBlocks();
  for (let at = 0; at < blocks.length; at++) {
    const block = blocks[at] as Block;
    const isListing = block.getContext() === "listing" || block.getContext() === "literal";
    const attributes = isListing ? labAttributes(new Map(Object.entries(named(block.getAttributes()))), block.getSource()) : undefined;
    if (attributes !== undefined) {
      const [opening, closing] = labTags(attributes);
      blocks.splice(at, 1, processor.createBlock(parent, "pass", opening), block, processor.createBlock(parent, "pass", closing));
      at += 2;
    } else if (!isListing && Array.isArray(blocks[at]?.getBlocks?.())) wrapListings(processor, block);
  }
}

/** Of Asciidoctor's own attributes nothing is for the lab. */
const OWN = ["style", "language", "title", "linenums", "indent", "subs", "id", "role", "opts", "options"];

function named(attributes: Readonly<Record<string, unknown>>): Record<string, string> {
  const ours = Object.entries(attributes).filter(([name]) => /^[a-z]/.test(name) && !OWN.includes(name) && !name.endsWith("-option"));
  return Object.fromEntries(ours.map(([name, value]) => [name, String(value)]));
}
