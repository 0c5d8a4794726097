/** Writes the schemas for editors: `npx tsx src/course/authoring/generator/schemas.ts`. A test holds them against `schema.ts`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { jsonSchema, PUBLISHED } from "../schema.ts";

const folder = fileURLToPath(new URL("../../../../public/schema/", import.meta.url));
mkdirSync(folder, { recursive: true });
for (const [name, schema] of Object.entries(PUBLISHED)) writeFileSync(`${folder}${name}`, `${JSON.stringify(jsonSchema(schema))}\n`);
