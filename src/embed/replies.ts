/** Answers requests of "imm/1": each is read by its schema before anything is done. */
import type * as z from "zod/mini";
import type { Reply, Request } from "./protocol.ts";

/** Does what is asked and gives what is answered. A sentence thrown is told as it is. */
export type Answerer = (parameters: never) => unknown;

export class Refused extends Error {}

/** By the requests' names: how each must look, and who answers it. */
export type Schemas = Readonly<Record<string, z.ZodMiniType>>;
export type Answerers = Readonly<Record<string, Answerer | undefined>>;

export async function replyTo({ id, m, p }: Request, schemas: Schemas, answerers: Answerers): Promise<Reply> {
  const failed = (code: "malformed" | "unknown" | "refused" | "failed", msg: string): Reply => ({ id, ok: false, e: { code, msg } });
  const schema = Object.hasOwn(schemas, m) ? schemas[m] : undefined;
  if (schema === undefined) return failed("unknown", "there is no such request");
  const answer = answerers[m];
  if (answer === undefined) return failed("refused", "this lab does not do that");
  const parameters = schema.safeParse(p);
  if (!parameters.success)
    return failed("malformed", parameters.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "));
  try {
    const result = await answer(parameters.data as never);
    return { id, ok: true, ...(result !== undefined && { r: result }) };
  } catch (error) {
    if (error instanceof Refused) return failed("refused", error.message);
    return failed("failed", error instanceof Error ? error.message : String(error));
  }
}
