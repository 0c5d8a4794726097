import { decodeUtf8 } from "../../base/utf8.ts";
import type { Command } from "../command.ts";
import { Failure, reason, warn } from "../complain.ts";
import { extraOperand } from "../operands.ts";
import { stdout } from "../output.ts";
import { quoteFile } from "../quote.ts";
import { readWhole } from "../text-io.ts";

interface Node {
  readonly name: string;
  count: number;
  readonly after: Node[];
}

/** tsort(1). */
export const tsort: Command = {
  name: "tsort",
  package: "coreutils",
  style: "gnu",
  usage: ["tsort [OPTION] [FILE]"],
  about: "Write totally ordered list consistent with the partial ordering in FILE.",
  options: [],
  completes: "files",
  *run(proc, options) {
    const [name = "-", extra] = options.operands;
    if (extra !== undefined) throw extraOperand(extra);
    let text: string;
    try {
      text = decodeUtf8(yield* readWhole(proc, name));
    } catch (error) {
      throw new Failure(`${quoteFile(name)}: ${reason(error)}`);
    }
    const words = text.split(/[ \t\n]+/).filter((word) => word !== "");
    if (words.length % 2 !== 0) throw new Failure(`${quoteFile(name)}: input contains an odd number of tokens`);
    const nodes = new Map<string, Node>();
    const node = (word: string): Node => {
      let known = nodes.get(word);
      if (known === undefined) nodes.set(word, (known = { name: word, count: 0, after: [] }));
      return known;
    };
    for (let at = 0; at < words.length; at += 2) {
      const [before, after] = [node(words[at] ?? ""), node(words[at + 1] ?? "")];
      if (before === after) continue;
      // The successor that came last is looked at first.
      before.after.unshift(after);
      after.count++;
    }
    let status = 0;
    const left = new Set([...nodes.values()].sort((a, b) => (a.name < b.name ? -1 : 1)));
    const queue = [...left].filter(({ count }) => count === 0);
    while (left.size > 0) {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        left.delete(next);
        yield* stdout(proc).print(`${next.name}\n`);
        for (const after of next.after) if (--after.count === 0) queue.push(after);
      }
      if (left.size === 0) break;
      status = 1;
      yield* warn(proc, `${quoteFile(name)}: input contains a loop:`);
      const loop = loopIn(left);
      for (const { name: member } of loop) yield* warn(proc, member);
      const [last, first] = [loop.at(-1), loop[0]];
      if (last === undefined || first === undefined) break;
      last.after.splice(last.after.indexOf(first), 1);
      if (--first.count === 0) queue.push(first);
    }
    return status;
  },
};

/** Nodes that come one after the other in a circle. */
function loopIn(nodes: ReadonlySet<Node>): readonly Node[] {
  const [start] = nodes;
  const path: Node[] = [];
  let node = start;
  while (node !== undefined && !path.includes(node)) {
    path.push(node);
    node = node.after.find((after) => nodes.has(after));
  }
  return node === undefined ? [] : path.slice(path.indexOf(node));
}
