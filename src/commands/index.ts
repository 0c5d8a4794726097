/** Every program of this folder, for the table that turns `program=<name>` in an executable into what runs. */
import type { Command } from "./command.ts";
import { base64 } from "./coreutils/base64.ts";
import { cat } from "./coreutils/cat.ts";
import { chmod } from "./coreutils/chmod.ts";
import { chown, chgrp } from "./coreutils/chown.ts";
import { cp } from "./coreutils/cp.ts";
import { cut } from "./coreutils/cut.ts";
import { date } from "./coreutils/date.ts";
import { dd } from "./coreutils/dd.ts";
import { echo } from "./coreutils/echo.ts";
import { env, printenv } from "./coreutils/env.ts";
import { expr } from "./coreutils/expr.ts";
import { head } from "./coreutils/head.ts";
import { id, whoami, groups } from "./coreutils/id.ts";
import { COREUTILS } from "./coreutils/index.ts";
import { install } from "./coreutils/install.ts";
import { tac, nl } from "./coreutils/lines.ts";
import { ln, link } from "./coreutils/ln.ts";
import { ls } from "./coreutils/ls.ts";
import { mkdir, rmdir } from "./coreutils/mkdir.ts";
import { mkfifo, mknod } from "./coreutils/mknod.ts";
import { mktemp } from "./coreutils/mktemp.ts";
import { mv } from "./coreutils/mv.ts";
import { basename, dirname, pwd } from "./coreutils/names.ts";
import { printf } from "./coreutils/printf.ts";
import { realpath, readlink } from "./coreutils/realpath.ts";
import { rm, unlink } from "./coreutils/rm.ts";
import { trueProgram, falseProgram, yes, seq } from "./coreutils/small.ts";
import { sort } from "./coreutils/sort.ts";
import { stat } from "./coreutils/stat.ts";
import { uname, arch, hostname, nproc, tty, sync, sleep } from "./coreutils/system.ts";
import { tail } from "./coreutils/tail.ts";
import { tee } from "./coreutils/tee.ts";
import { test, bracket } from "./coreutils/test.ts";
import { timeout } from "./coreutils/timeout.ts";
import { touch } from "./coreutils/touch.ts";
import { tr } from "./coreutils/tr.ts";
import { truncate } from "./coreutils/truncate.ts";
import { uniq } from "./coreutils/uniq.ts";
import { wc } from "./coreutils/wc.ts";
import { find } from "./findutils/find.ts";
import { DIFFUTILS } from "./diffutils/index.ts";
import { FINDUTILS } from "./findutils/index.ts";
import { xargs } from "./findutils/xargs.ts";
import { grep } from "./grep/grep.ts";
import { GREP } from "./grep/index.ts";
import { less } from "./less/less.ts";
import { more } from "./more/more.ts";
import { nano } from "./nano/nano.ts";
import { NCURSES } from "./ncurses/index.ts";
import { SED } from "./sed/index.ts";
import { stty } from "./stty/stty.ts";
import { SYSTEMD_COMMANDS } from "./systemd/index.ts";
import { sed } from "./sed/sed.ts";

export const COMMANDS: readonly Command[] = [
  base64,
  cat,
  chmod,
  chown,
  chgrp,
  cp,
  cut,
  date,
  dd,
  echo,
  env,
  printenv,
  expr,
  head,
  id,
  whoami,
  groups,
  ...COREUTILS,
  install,
  tac,
  nl,
  ln,
  link,
  ls,
  mkdir,
  rmdir,
  mkfifo,
  mknod,
  mktemp,
  mv,
  basename,
  dirname,
  pwd,
  printf,
  realpath,
  readlink,
  rm,
  unlink,
  trueProgram,
  falseProgram,
  yes,
  seq,
  sort,
  stat,
  uname,
  arch,
  hostname,
  nproc,
  tty,
  sync,
  sleep,
  tail,
  tee,
  test,
  bracket,
  timeout,
  touch,
  tr,
  truncate,
  uniq,
  wc,
  find,
  ...DIFFUTILS, ...FINDUTILS,
  xargs,
  grep,
  ...GREP,
  less,
  more,
  nano,
  ...NCURSES,
  stty,
  ...SED,
  sed,
  ...SYSTEMD_COMMANDS,
];
