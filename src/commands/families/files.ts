/** Files and file systems: copying, links, owners, mounts, sizes, archives. */
import { chgrp, chown } from "../coreutils/chown.ts";
import { cp } from "../coreutils/cp.ts";
import { dd } from "../coreutils/dd.ts";
import { df } from "../coreutils/df.ts";
import { du } from "../coreutils/du.ts";
import { install } from "../coreutils/install.ts";
import { link, ln } from "../coreutils/ln.ts";
import { mkfifo, mknod } from "../coreutils/mknod.ts";
import { mktemp } from "../coreutils/mktemp.ts";
import { mv } from "../coreutils/mv.ts";
import { readlink, realpath } from "../coreutils/realpath.ts";
import { shred } from "../coreutils/shred.ts";
import { stat } from "../coreutils/stat.ts";
import { truncate } from "../coreutils/truncate.ts";
import { family } from "../family.ts";
import { gzip } from "../gzip/gzip.ts";
import { findmnt, mountpoint } from "../util-linux/findmnt.ts";
import { mount, umount } from "../util-linux/mount.ts";

export const files = family(() => [
  chgrp,
  chown,
  cp,
  dd,
  df,
  du,
  findmnt,
  gzip,
  install,
  link,
  ln,
  mkfifo,
  mknod,
  mktemp,
  mount,
  mountpoint,
  mv,
  readlink,
  realpath,
  shred,
  stat,
  truncate,
  umount,
]);
