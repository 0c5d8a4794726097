/** All builtins, by name. */
import type { Builtin } from "../builtin.ts";
import { aliasBuiltins } from "./alias.ts";
import { ulimit } from "./ulimit.ts";
import { declareBuiltins } from "./declare.ts";
import { directoryBuiltins } from "./directory.ts";
import { evaluateBuiltins } from "./evaluate.ts";
import { interactiveBuiltins } from "./interactive.ts";
import { jobBuiltins } from "./jobs.ts";
import { printBuiltins } from "./print.ts";
import { readBuiltins } from "./read.ts";
import { setBuiltins } from "./set.ts";
import { simpleBuiltins } from "./simple.ts";
import { testBuiltins } from "./test.ts";
import { typeBuiltins } from "./type.ts";

const ALL: readonly Builtin[] = [
  ...aliasBuiltins,
  ulimit,
  ...declareBuiltins,
  ...directoryBuiltins,
  ...evaluateBuiltins,
  ...interactiveBuiltins,
  ...jobBuiltins,
  ...printBuiltins,
  ...readBuiltins,
  ...setBuiltins,
  ...simpleBuiltins,
  ...testBuiltins,
  ...typeBuiltins,
];

export const BUILTINS: ReadonlyMap<string, Builtin> = new Map(
  [...ALL].sort((a, b) => (a.name < b.name ? -1 : 1)).map((builtin) => [builtin.name, builtin]),
);
