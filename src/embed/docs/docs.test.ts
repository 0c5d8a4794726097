/** The plugins print one and the same element, whatever the language they are written in. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Root } from "mdast";
import rehypeStringify from "rehype-stringify";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import { unified } from "unified";
import { describe, expect, test } from "vitest";
import { Random } from "../../base/random.ts";
import { labAttributes } from "../../course/docs/console-block.ts";
import immutableLabIt from "./markdown-it.ts";
import immutableLab from "./remark.ts";
import { labTag } from "./tag.ts";

const folder = fileURLToPath(new URL(".", import.meta.url));

describe("remark", () => {
  const html = (markdown: string): string =>
    String(unified().use(remarkParse).use(immutableLab).use(remarkRehype).use(rehypeStringify).processSync(markdown));

  test("a fence that names a machine stands in a lab", () => {
    expect(html('- ```console immutable="microos" view="terminal"\n  $ a "b"\n  # <c>\n  ```\n')).toContain(
      '<immutable-lab machine="microos" view="terminal" run="a &#x22;b&#x22;"><pre><code class="language-console">$ a "b"\n# &#x3C;c>\n</code></pre></immutable-lab>',
    );
  });

  test("other fences and code are left alone", () => {
    const markdown = "```console\n$ ls\n```\n\n```\nimmutable\n```\n\n    immutable\n";
    const tree = unified().use(remarkParse).parse(markdown);
    const before = JSON.stringify(tree);
    immutableLab()(tree as Root);
    expect(JSON.stringify(tree)).toBe(before);
  });
});

describe("markdown-it", () => {
  const rules = { fence: (tokens: readonly { content: string }[], index: number): string => `<pre>${tokens[index]?.content ?? ""}</pre>` };
  immutableLabIt({ renderer: { rules } });
  const html = (info: string): string => rules.fence([{ info, content: "$ ls\n" } as { content: string }], 0);

  test("a fence that names a machine stands in a lab, as the host shows it", () => {
    expect(html('console immutable="debian"')).toBe('<immutable-lab machine="debian" run="ls"><pre>$ ls\n</pre></immutable-lab>');
    expect(html("console")).toBe("<pre>$ ls\n</pre>");
    expect(html("immutable")).toBe("<pre>$ ls\n</pre>");
  });
});

const hasPython = spawnSync("python3", ["--version"]).status === 0;

/** Reads blocks (machine, options, text) and prints the element of each. */
const TAGS = `
import json, sys
sys.path.insert(0, sys.argv[1])
import immutable_lab
json.dump([immutable_lab.tag(*block, "-") for block in json.load(sys.stdin)], sys.stdout)
`;

test.skipIf(!hasPython)("Python prints what TypeScript prints", () => {
  const random = new Random(5);
  const STARTS = [
    ...["$ ", "# ", "> ", "$", "#", ">", "", "$x", "[learner@silverblue ~]$ ", "[root@silverblue ~]# ", "⬢ [learner@toolbx ~]$ "],
    ...["learner@microos:~> ", "microos:~ # ", "root@debian:/etc# ", "  $ ", "name: value", "a: # b"],
  ];
  const RESTS = ["ls -l", 'echo "<&>\'"', "", "cat <<X", "größe"];
  const blocks = Array.from({ length: 2000 }, () => {
    const lines = Array.from({ length: 1 + random.below(5) }, () => random.pick(STARTS) + random.pick(RESTS));
    const options: Record<string, string> = random.below(2) === 0 ? {} : { view: "terminal", run: 'cd "/etc"', accent: "a'b" };
    return ["silverblue", options, lines.join("\n")] as const;
  });
  const asked = spawnSync("python3", ["-B", "-c", TAGS, folder], { input: JSON.stringify(blocks), encoding: "utf8" });
  expect(asked.stderr).toBe("");
  const printed = (JSON.parse(asked.stdout) as readonly string[]).map((tag) => tag.replaceAll("&#x27;", "'"));
  const ours = blocks.map(([machine, options, text]) =>
    labTag(labAttributes(new Map([["immutable", machine], ...Object.entries(options)]), text) ?? {}, "-"),
  );
  expect(printed).toEqual(ours);
});
