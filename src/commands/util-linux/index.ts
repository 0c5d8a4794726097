import type { Command } from "../command.ts";
import { column } from "./column.ts";
import { dmesg } from "./dmesg.ts";
import { findmnt, mountpoint } from "./findmnt.ts";
import { getopt } from "./getopt.ts";
import { hexdump } from "./hexdump.ts";
import { kill } from "./kill.ts";
import { logger } from "./logger.ts";
import { lsblk } from "./lsblk.ts";
import { mount, umount } from "./mount.ts";
import { rev } from "./rev.ts";
import { su } from "./su.ts";

/** The programs of this folder. */
export const UTIL_LINUX: readonly Command[] = [
  column,
  dmesg,
  findmnt,
  getopt,
  hexdump,
  kill,
  logger,
  lsblk,
  mount,
  mountpoint,
  rev,
  su,
  umount,
];
