/** Looking after a system: units, processes, packages, terminals, accounts, devices. */
import { curlCommand } from "../curl/curl.ts";
import { E2FSPROGS } from "../e2fsprogs/index.ts";
import { family } from "../family.ts";
import { file } from "../file/file.ts";
import { getent } from "../glibc/getent.ts";
import { grubEditenv } from "../grub2/editenv.ts";
import { NCURSES } from "../ncurses/index.ts";
import { free, uptime } from "../procps/free.ts";
import { pidof } from "../procps/pidof.ts";
import { ps } from "../procps/ps.ts";
import { top } from "../procps/top.ts";
import { watch } from "../procps/watch.ts";
import { pstree } from "../psmisc/pstree.ts";
import { SHADOW_UTILS } from "../shadow-utils/index.ts";
import { stty } from "../stty/stty.ts";
import { SYSTEMD_COMMANDS } from "../systemd/index.ts";
import { column } from "../util-linux/column.ts";
import { dmesg } from "../util-linux/dmesg.ts";
import { getopt } from "../util-linux/getopt.ts";
import { hexdump } from "../util-linux/hexdump.ts";
import { kill } from "../util-linux/kill.ts";
import { logger } from "../util-linux/logger.ts";
import { lsblk } from "../util-linux/lsblk.ts";
import { namei } from "../util-linux/namei.ts";
import { renice } from "../util-linux/renice.ts";
import { rev } from "../util-linux/rev.ts";
import { flock } from "../util-linux/flock.ts";
import { setsid } from "../util-linux/setsid.ts";
import { su } from "../util-linux/su.ts";
import { whereis } from "../util-linux/whereis.ts";
import { WHICH } from "../which/index.ts";

export const system = family(({ host }) => [
  curlCommand(host),
  ...E2FSPROGS,
  file,
  getent,
  grubEditenv,
  ...NCURSES,
  free,
  uptime,
  pidof,
  ps,
  top,
  watch,
  pstree,
  ...SHADOW_UTILS,
  stty,
  ...SYSTEMD_COMMANDS,
  column,
  dmesg,
  getopt,
  hexdump,
  kill,
  logger,
  lsblk,
  namei,
  renice,
  rev,
  flock,
  setsid,
  su,
  whereis,
  ...WHICH,
]);
