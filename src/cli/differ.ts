/** `lab differ …`: the real thing and ours side by side, where the real thing can be had. */
import { differKernel } from "./differ-kernel.ts";
import { differOstree } from "./differ-ostree.ts";
import { differScripts } from "./differ-scripts.ts";
import { differShell } from "./differ-shell.ts";
import { UsageError, type Output } from "./usage.ts";

const KINDS: Readonly<Record<string, (words: readonly string[], output: Output) => boolean>> = {
  shell: differShell,
  scripts: differScripts,
  kernel: differKernel,
  ostree: differOstree,
};

/** The verb `differ`. */
export function differCommand([kind = "", ...words]: readonly string[], output: Output): boolean {
  const differ = KINDS[kind];
  if (!differ) throw new UsageError(`say what to compare: ${Object.keys(KINDS).join(" ")}`);
  return differ(words, output);
}
