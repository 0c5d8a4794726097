import { expect, test } from "vitest";
import { LatePart } from "./late-part.ts";

test("is fetched once, however often it is asked for, and again after a failure", async () => {
  const answers = [Promise.reject(new Error("offline")), Promise.resolve(42)];
  let asked = 0;
  const part = new LatePart("answer", () => answers[asked++] ?? Promise.reject(new Error("asked too often")));
  const first = [part.fetch(), part.fetch()];
  for (const failed of first) await expect(failed).rejects.toThrow("offline");
  expect(part.resource.isThere).toBe(false);
  await Promise.all([part.fetch(), part.fetch()]);
  await part.fetch();
  expect([asked, part.resource.isThere, part.resource.content]).toEqual([2, true, 42]);
});
