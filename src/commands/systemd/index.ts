/** Programs of the systemd package. */
import type { Command } from "../command.ts";
import { hostnamectl } from "./hostnamectl.ts";
import { systemd } from "./init.ts";
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
  systemd,
];
