import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { jsonSchema, PUBLISHED } from "./schema.ts";

test.each(Object.entries(PUBLISHED))("%s is what editors get", (name, schema) => {
  const published = readFileSync(new URL(`../../../public/schema/${name}`, import.meta.url), "utf8");
  expect(JSON.parse(published), "run npx tsx src/course/authoring/generator/schemas.ts").toEqual(
    JSON.parse(JSON.stringify(jsonSchema(schema))),
  );
});
