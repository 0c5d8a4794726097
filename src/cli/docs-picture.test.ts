import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { docsPicture } from "./docs-picture.ts";

const folder = mkdtempSync(join(tmpdir(), "picture-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function draw(lines: readonly string[], ...words: readonly string[]): Promise<string> {
  const script = join(folder, "script");
  writeFileSync(script, lines.join("\n"));
  const printed: string[] = [];
  await docsPicture(["--machine", "silverblue", ...words, script], { line: (text) => printed.push(text), error: () => undefined });
  return printed.join("\n");
}

test("what was typed and printed stands beside the machine, with the write where it bounced", async () => {
  const svg = await draw(["echo '<b>' > note", "sudo touch /usr/bin/hello"]);
  expect(svg).toContain("echo &#39;&lt;b&gt;&#39; &gt; note".replaceAll("&#39;", "'"));
  expect(svg).not.toContain("<b>");
  expect(svg).toMatch(/class="t">touch: cannot touch '\/usr\/bin\/hello': Read-only file system</);
  expect(svg).toMatch(/class="r b">⟂ Read-only file system</);
  expect(svg).toMatch(/class="r t">\/usr\/bin\/hello</);
  // Each tag that is opened is closed.
  const open: string[] = [];
  for (const [, end, name = "", self] of svg.matchAll(/<(\/?)([a-z]+)[^<>]*?(\/?)>/g))
    if (end === "/") expect(open.pop()).toBe(name);
    else if (self !== "/") open.push(name);
  expect(open).toEqual([]);
});

test("a version that waits is drawn beside the one that runs, and named below", async () => {
  const before = await draw(["true"]);
  const after = await draw(["sudo rpm-ostree kargs --append=quiet"]);
  const versions = (svg: string): number => svg.split("data-version=").length - 1;
  expect(versions(after)).toBe(versions(before) + 1);
  expect(before).not.toContain("staged");
  expect(after).toContain("· staged");
  expect(after).toContain('stroke-dasharray="4 3"');
});

test("as text: the same, without the prompt that waits", async () => {
  expect(await draw(["cd /usr", "touch x"], "--text")).toBe(
    "[learner@silverblue ~]$ cd /usr\n[learner@silverblue usr]$ touch x\ntouch: cannot touch 'x': Read-only file system",
  );
});
