/** Programs that match patterns: grep, sed, find, diff, tar and those small ones that would bring the engine with them, too. */
import { ATTR } from "../attr/index.ts";
import { csplit } from "../coreutils/csplit.ts";
import { expr } from "../coreutils/expr.ts";
import { nl, tac } from "../coreutils/lines.ts";
import { DIFFUTILS } from "../diffutils/index.ts";
import { family } from "../family.ts";
import { FINDUTILS } from "../findutils/index.ts";
import { GREP } from "../grep/index.ts";
import { pgrep, pkill } from "../procps/pgrep.ts";
import { killall } from "../psmisc/killall.ts";
import { SED } from "../sed/index.ts";
import { tar } from "../tar/tar.ts";

export const matching = family(() => [
  csplit,
  expr,
  nl,
  tac,
  ...ATTR,
  ...DIFFUTILS,
  ...FINDUTILS,
  ...GREP,
  pgrep,
  pkill,
  killall,
  ...SED,
  tar,
]);
