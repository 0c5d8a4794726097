/** Makes a family of programs; it comes with what makes a `Command` run, which a machine at its first prompt can do without. */
import { programOf } from "./program.ts";
import type { Family } from "./programs.ts";

export function family(commands: Family["commands"]): Family {
  return { commands, programOf };
}
