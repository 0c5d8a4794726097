import { build } from "vite";
import { expect, test } from "vitest";
import { lessons } from "./lessons-plugin.ts";

const ENTRY = "virtual:entry";

test("a build has an index, a late chunk for each lesson, and a page to read for each", async () => {
  const result = await build({
    configFile: false,
    logLevel: "error",
    build: { write: false, minify: false, rolldownOptions: { input: ENTRY, preserveEntrySignatures: "strict" } },
    plugins: [
      lessons({ handouts: true }),
      {
        name: "entry",
        resolveId: (id) => (id === ENTRY ? `\0${id}` : undefined),
        load: (id) =>
          id === `\0${ENTRY}`
            ? 'import index from "virtual:lessons"; import load from "virtual:lessons/load"; export { index, load };'
            : undefined,
      },
    ],
  });
  const { output } = Array.isArray(result) ? result[0]! : (result as Exclude<typeof result, unknown[] | { close: unknown }>);
  const entry = output.find((each) => each.type === "chunk" && each.isEntry);
  const pages = output.filter(({ fileName }) => /^lessons\/.+\/index\.html$/.test(fileName));
  const chunks = output.filter((each) => each.type === "chunk" && each.moduleIds.some((id) => id.startsWith("\0virtual:lesson/")));
  expect(pages.length).toBeGreaterThan(0);
  expect(chunks).toHaveLength(pages.length);
  expect(entry?.type === "chunk" && entry.dynamicImports).toHaveLength(chunks.length);
  expect(output.map(({ fileName }) => fileName)).toContain("lessons/index.html");
  // Learners get lessons, not what compiles them.
  expect(output.some((each) => each.type === "chunk" && each.moduleIds.some((id) => /authoring|node_modules/.test(id)))).toBe(false);
  for (const page of pages) expect(page.type === "asset" && String(page.source)).not.toMatch(/<script|<button|javascript:/);
}, 120_000);
