/** How the verbs about static deltas get at what makes, shows and applies them, and let others have their turn meanwhile. */
import { OstreeError } from "../../engines/ostree/errors.ts";
import type { OstreeHost } from "../../engines/ostree/host.ts";
import type { DeltaTools } from "../../engines/ostree/static-delta/delta-tools.ts";
import type { Process } from "../../machine/process.ts";
import type { Run } from "../../machine/program.ts";

/** Throws `OstreeError` where there are none. */
export function* toolsOf({ deltas }: OstreeHost): Run<DeltaTools> {
  if (deltas === undefined) throw new OstreeError("static deltas are not built in Immutable Lab");
  return yield* deltas.get();
}

/** Does the work a tick at a time, and shows what it tells as it goes, in the end also when it fails. */
export function* watched<T>(
  proc: Process,
  work: (tell: (line: string) => void) => Generator<void, T, void>,
  where: "output" | "errors",
): Run<T> {
  let told = "";
  const working = work((line) => (told += line));
  for (;;) {
    try {
      const next = working.next();
      if (next.done === true) return next.value;
    } finally {
      const lines = told;
      told = "";
      if (lines !== "") yield* where === "output" ? proc.print(lines) : proc.printError(lines);
    }
    yield* proc.tick();
  }
}
