/** What the first minutes need. A page fetches it beside the machine. */
import { cat } from "../coreutils/cat.ts";
import { chmod } from "../coreutils/chmod.ts";
import { echo } from "../coreutils/echo.ts";
import { groups, id, whoami } from "../coreutils/id.ts";
import { dir, ls, vdir } from "../coreutils/ls.ts";
import { mkdir, rmdir } from "../coreutils/mkdir.ts";
import { basename, dirname, pwd } from "../coreutils/names.ts";
import { rm, unlink } from "../coreutils/rm.ts";
import { falseProgram, seq, trueProgram, yes } from "../coreutils/small.ts";
import { arch, hostname, nproc, sleep, sync, tty, uname } from "../coreutils/system.ts";
import { touch } from "../coreutils/touch.ts";
import { family } from "../family.ts";
import { SUDO } from "../sudo/index.ts";

export const first = family(() => [
  arch,
  basename,
  cat,
  chmod,
  dir,
  dirname,
  echo,
  falseProgram,
  groups,
  hostname,
  id,
  ls,
  mkdir,
  nproc,
  pwd,
  rm,
  rmdir,
  seq,
  sleep,
  sync,
  touch,
  trueProgram,
  tty,
  uname,
  unlink,
  vdir,
  whoami,
  yes,
  ...SUDO,
]);
