import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { NOWHERE } from "../../engines/ostree/host.ts";
import { groupHelp, verbHelp, type VerbGroup } from "./goption.ts";
import { ostreeGroup } from "./ostree.ts";

/** What `ostree VERB --help` printed (Debian's ostree 2025.2), by what was asked. */
const RECORDED = JSON.parse(
  gunzipSync(readFileSync(new URL("../../../e2e/oracle/ostree-help.json.gz", import.meta.url))).toString("utf8"),
) as { readonly [words: string]: string };

const group = ostreeGroup({ ...NOWHERE, version: "2025.2" });

function helpOf(words: readonly string[], within: VerbGroup): string {
  const [first, ...rest] = words;
  if (first === undefined) return groupHelp(within);
  const verb = within.verbs.find(({ name }) => name === first);
  if (!verb) return `no verb ${first}`;
  return verb.group ? helpOf(rest, verb.group) : verbHelp(`${within.program} ${first}`, verb);
}

describe("the help of every verb", () => {
  test.each(Object.entries(RECORDED))("%s --help", (words, text) => {
    expect(helpOf(words.split(" ").slice(1), group)).toBe(text);
  });
});
