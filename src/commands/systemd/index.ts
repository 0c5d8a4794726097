/** Programs that talk to pid 1, the journal or the kernel's ring buffer. */
import type { Command } from "../command.ts";
import { dmesg } from "../util-linux/dmesg.ts";
import { logger } from "../util-linux/logger.ts";
import { hostnamectl } from "./hostnamectl.ts";
import { journalctl } from "./journalctl.ts";
import { loginctl } from "./loginctl.ts";
import { halt, poweroff, reboot, shutdown } from "./power.ts";
import { systemctl } from "./systemctl.ts";
import { systemdCat } from "./systemd-cat.ts";

export const SYSTEMD_COMMANDS: readonly Command[] = [
  systemctl,
  journalctl,
  hostnamectl,
  loginctl,
  reboot,
  poweroff,
  halt,
  shutdown,
  systemdCat,
  dmesg,
  logger,
];
