/** Runs a case of the shell's tables in our machine. */
import { ENVIRONMENT, invocationOf, PLACE, type ShellCase, type ShellOutcome } from "../../src/shell/oracle/table.ts";
import { SmallMachine } from "./small-machine.ts";

/** Throws when the machine itself failed. */
export function runOurs(each: ShellCase): ShellOutcome {
  const machine = new SmallMachine();
  const outcome = machine.run({ ...invocationOf(each), cwd: PLACE, env: ENVIRONMENT });
  if (machine.faults.length > 0) throw new Error(machine.faults.join("\n"));
  return outcome;
}
