/** Drives a transaction, showing how far it is: bars on a terminal, nothing elsewhere but what verbose mode adds. */
import type { Update } from "../../engines/update-step.ts";
import type { Process } from "../../machine/process.ts";
import { TICK, type Run } from "../../machine/program.ts";

const WIDTH = 40;

export function* drive(proc: Process, update: Update<void>, verbose: boolean): Run<void> {
  const isTerminal = proc.sys.isatty(1);
  let shown = "";
  for (;;) {
    const { done, value } = update.next();
    if (done === true) break;
    const { name, message = "", bytes, total } = value;
    if (verbose && /^[0-9]$/.test(name)) yield* proc.printError(`[Stage ${name}] -------- ABSystemRunOperation\n`);
    else if (verbose && name === "sync") yield* proc.print(` INFO  ${message} synced\n`);
    else if (isTerminal && name === "pull" && bytes !== undefined && total !== undefined) {
      const title = `${message.replace("sha256:", "").slice(0, 12)} [${megabytes(bytes)}/${megabytes(total)}]`.padEnd(36);
      const filled = Math.round((bytes / total) * WIDTH);
      yield* proc.print(
        `\r${title} ${"■".repeat(filled).padEnd(WIDTH)} ${String(Math.round((bytes / total) * 100)).padStart(3)}%${bytes === total ? "\n" : ""}`,
      );
      yield* proc.sleep(0.05);
    } else if (isTerminal && name === "sync") {
      const line = `\rSyncing ${message.slice(-40).padEnd(40)}`;
      if (line !== shown) yield* proc.print((shown = line));
    }
    yield TICK;
  }
  if (shown !== "") yield* proc.print("\n");
}

function megabytes(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${Math.round(bytes / 1_000_000)} MB`;
}
