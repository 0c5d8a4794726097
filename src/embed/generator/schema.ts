/** Writes the schema of "imm/1": `npx tsx src/embed/generator/schema.ts`. A test holds it against `protocol.ts`. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { schemaText } from "../protocol-schema.ts";

writeFileSync(fileURLToPath(new URL("../../../public/schema/imm-1.schema.json", import.meta.url)), schemaText());
