/** Every program of this folder, for the table that turns `program=<name>` in an executable into what runs. */
import { ATTR } from "./attr/index.ts";
import type { Command } from "./command.ts";
import { COREUTILS } from "./coreutils/index.ts";
import { curl } from "./curl/curl.ts";
import { DIFFUTILS } from "./diffutils/index.ts";
import { E2FSPROGS } from "./e2fsprogs/index.ts";
import { file } from "./file/file.ts";
import { FINDUTILS } from "./findutils/index.ts";
import { gawk } from "./gawk/gawk.ts";
import { getent } from "./glibc/getent.ts";
import { GREP } from "./grep/index.ts";
import { gzip } from "./gzip/gzip.ts";
import { less } from "./less/less.ts";
import { manualCommands } from "./man/man.ts";
import { more } from "./more/more.ts";
import { nano } from "./nano/nano.ts";
import { NCURSES } from "./ncurses/index.ts";
import { PROCPS } from "./procps/index.ts";
import { PSMISC } from "./psmisc/index.ts";
import { RPM } from "./rpm/index.ts";
import { SED } from "./sed/index.ts";
import { SHADOW_UTILS } from "./shadow-utils/index.ts";
import { stty } from "./stty/stty.ts";
import { SUDO } from "./sudo/index.ts";
import { SYSTEMD_COMMANDS } from "./systemd/index.ts";
import { tar } from "./tar/tar.ts";
import { UTIL_LINUX } from "./util-linux/index.ts";
import { WHICH } from "./which/index.ts";

/** Programs that need nothing plugged in; a family's own (ostree, rpm-ostree) come from its distribution. */
export const COMMANDS: readonly Command[] = [
  ...ATTR,
  ...COREUTILS,
  curl,
  ...DIFFUTILS,
  ...E2FSPROGS,
  file,
  ...FINDUTILS,
  gawk,
  getent,
  ...GREP,
  gzip,
  less,
  ...manualCommands(() => COMMANDS),
  more,
  nano,
  ...NCURSES,
  ...PROCPS,
  ...PSMISC,
  ...RPM,
  ...SED,
  ...SHADOW_UTILS,
  stty,
  ...SUDO,
  ...SYSTEMD_COMMANDS,
  tar,
  ...UTIL_LINUX,
  ...WHICH,
];
