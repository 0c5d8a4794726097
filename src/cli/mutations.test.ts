import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { mutate } from "../../e2e/mutations/mutations.ts";
import { MUTATIONS } from "../../e2e/mutations/table.ts";

test.each(MUTATIONS.map((mutation) => [mutation.name, mutation] as const))("%s: what is to be broken is there", (_, mutation) => {
  const source = readFileSync(fileURLToPath(new URL(`../../${mutation.file}`, import.meta.url)), "utf8");
  expect(mutate(source, mutation)).not.toBe(source);
});
