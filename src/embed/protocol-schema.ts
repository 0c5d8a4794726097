/** "imm/1" as JSON Schema, for who writes the other half. */
import * as z from "zod/mini";
import { EVENTS, MESSAGES, REQUESTS } from "./protocol.ts";
import { OF_GUEST, OF_HOLDER } from "./session/protocol.ts";

export function schemaText(): string {
  const all = (schemas: Readonly<Record<string, z.ZodMiniType>>): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(schemas).map(([name, schema]) => [name, z.toJSONSchema(schema, { io: "input", unrepresentable: "any" })]),
    );
  const schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "imm/1: a page and the lab in its frame",
    $defs: {
      messages: { $defs: all(MESSAGES) },
      requests: { $defs: all(REQUESTS) },
      events: { $defs: all(EVENTS) },
      session: { $defs: { ofHolder: { $defs: all(OF_HOLDER) }, ofGuest: { $defs: all(OF_GUEST) } } },
    },
  };
  return `${JSON.stringify(schema)}\n`;
}
