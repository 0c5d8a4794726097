/** A subcommand of podman, as a table and what it does. */
import type { Podman } from "../../engines/containers/podman.ts";
import type { ExitStatus, Run } from "../../machine/program.ts";
import type { Option, ParsedOptions } from "../command.ts";

export interface Verb {
  readonly name: string;
  /** Other spellings, e.g. "ls" of `podman ps`. */
  readonly also?: readonly string[];
  /** After "podman ", as in "run [options] IMAGE [COMMAND [ARG...]]". */
  readonly usage: string;
  readonly help: string;
  readonly description?: string;
  readonly options: readonly Option[];
  /** The first operand ends the options, as what follows is a command. */
  readonly commandFollows?: true;
  /** How many operands; `message` when there are others. */
  readonly operands?: { readonly least?: number; readonly most?: number; readonly message?: string };
  run(podman: Podman, options: ParsedOptions): Run<ExitStatus>;
}
