import type { Commit } from "../../image/ostree-objects.ts";

/** The refs that `commit` says it belongs to (`ostree.ref-binding`); undefined when it does not say. */
export function refBinding(commit: Pick<Commit, "metadata">): readonly string[] | undefined {
  const found = commit.metadata.find(([name]) => name === "ostree.ref-binding")?.[1];
  return found?.type === "as" ? (found.value as string[]) : undefined;
}
