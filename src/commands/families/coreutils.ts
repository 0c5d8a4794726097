/** The rest of coreutils. */
import { base32, base64, basenc } from "../coreutils/basenc.ts";
import { CHECKSUMS } from "../coreutils/checksums.ts";
import { cksum, sum } from "../coreutils/cksum.ts";
import { expand, fold, join, paste, unexpand } from "../coreutils/columns.ts";
import { comm } from "../coreutils/comm.ts";
import { cut } from "../coreutils/cut.ts";
import { date } from "../coreutils/date.ts";
import { env, printenv } from "../coreutils/env.ts";
import { chroot, hostid, logname, nice, nohup, stdbuf, users, who } from "../coreutils/environment.ts";
import { fmt } from "../coreutils/fmt.ts";
import { head } from "../coreutils/head.ts";
import { factor, numfmt, shuf } from "../coreutils/numbers.ts";
import { od } from "../coreutils/od.ts";
import { pathchk } from "../coreutils/pathchk.ts";
import { pr } from "../coreutils/pr.ts";
import { printf } from "../coreutils/printf.ts";
import { sort } from "../coreutils/sort.ts";
import { split } from "../coreutils/split.ts";
import { tail } from "../coreutils/tail.ts";
import { tee } from "../coreutils/tee.ts";
import { bracket, test } from "../coreutils/test.ts";
import { timeout } from "../coreutils/timeout.ts";
import { tr } from "../coreutils/tr.ts";
import { tsort } from "../coreutils/tsort.ts";
import { uniq } from "../coreutils/uniq.ts";
import { wc } from "../coreutils/wc.ts";
import { family } from "../family.ts";

export const coreutils = family(() => [
  base32,
  base64,
  basenc,
  bracket,
  chroot,
  ...CHECKSUMS.values(),
  cksum,
  comm,
  cut,
  date,
  env,
  expand,
  factor,
  fmt,
  fold,
  head,
  hostid,
  join,
  logname,
  nice,
  nohup,
  numfmt,
  od,
  paste,
  pathchk,
  pr,
  printenv,
  printf,
  shuf,
  sort,
  split,
  stdbuf,
  sum,
  tail,
  tee,
  test,
  timeout,
  tr,
  tsort,
  unexpand,
  uniq,
  users,
  wc,
  who,
]);
