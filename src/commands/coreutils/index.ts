import type { Command } from "../command.ts";
import { base32, base64, basenc } from "./basenc.ts";
import { cat } from "./cat.ts";
import { CHECKSUMS } from "./checksums.ts";
import { cksum, sum } from "./cksum.ts";
import { chmod } from "./chmod.ts";
import { chgrp, chown } from "./chown.ts";
import { expand, fold, join, paste, unexpand } from "./columns.ts";
import { comm } from "./comm.ts";
import { cp } from "./cp.ts";
import { csplit } from "./csplit.ts";
import { cut } from "./cut.ts";
import { date } from "./date.ts";
import { dd } from "./dd.ts";
import { df } from "./df.ts";
import { du } from "./du.ts";
import { echo } from "./echo.ts";
import { env, printenv } from "./env.ts";
import { chroot, hostid, logname, nice, nohup, stdbuf, users, who } from "./environment.ts";
import { expr } from "./expr.ts";
import { fmt } from "./fmt.ts";
import { head } from "./head.ts";
import { groups, id, whoami } from "./id.ts";
import { install } from "./install.ts";
import { nl, tac } from "./lines.ts";
import { link, ln } from "./ln.ts";
import { dir, ls, vdir } from "./ls.ts";
import { mkdir, rmdir } from "./mkdir.ts";
import { mkfifo, mknod } from "./mknod.ts";
import { mktemp } from "./mktemp.ts";
import { mv } from "./mv.ts";
import { basename, dirname, pwd } from "./names.ts";
import { factor, numfmt, shuf } from "./numbers.ts";
import { od } from "./od.ts";
import { printf } from "./printf.ts";
import { pathchk } from "./pathchk.ts";
import { readlink, realpath } from "./realpath.ts";
import { rm, unlink } from "./rm.ts";
import { shred } from "./shred.ts";
import { falseProgram, seq, trueProgram, yes } from "./small.ts";
import { sort } from "./sort.ts";
import { split } from "./split.ts";
import { stat } from "./stat.ts";
import { arch, hostname, nproc, sleep, sync, tty, uname } from "./system.ts";
import { tail } from "./tail.ts";
import { tsort } from "./tsort.ts";
import { tee } from "./tee.ts";
import { bracket, test } from "./test.ts";
import { timeout } from "./timeout.ts";
import { touch } from "./touch.ts";
import { tr } from "./tr.ts";
import { truncate } from "./truncate.ts";
import { uniq } from "./uniq.ts";
import { wc } from "./wc.ts";

/** The programs of this folder. */
export const COREUTILS: readonly Command[] = [
  arch,
  base32,
  base64,
  basenc,
  basename,
  bracket,
  cat,
  chgrp,
  chmod,
  chown,
  chroot,
  ...CHECKSUMS.values(),
  cksum,
  comm,
  cp,
  csplit,
  cut,
  date,
  dd,
  df,
  dir,
  dirname,
  du,
  echo,
  env,
  expand,
  expr,
  factor,
  falseProgram,
  fmt,
  fold,
  groups,
  head,
  hostname,
  hostid,
  id,
  install,
  join,
  link,
  ln,
  logname,
  ls,
  mkdir,
  mkfifo,
  mknod,
  mktemp,
  mv,
  nice,
  nl,
  nohup,
  nproc,
  numfmt,
  od,
  paste,
  pathchk,
  printenv,
  printf,
  pwd,
  readlink,
  realpath,
  rm,
  rmdir,
  seq,
  shred,
  shuf,
  sleep,
  sort,
  split,
  stat,
  sync,
  stdbuf,
  sum,
  tac,
  tail,
  tee,
  test,
  timeout,
  touch,
  tr,
  trueProgram,
  truncate,
  tsort,
  tty,
  uname,
  unexpand,
  uniq,
  unlink,
  users,
  vdir,
  wc,
  who,
  whoami,
  yes,
];
