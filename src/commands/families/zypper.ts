/** Packages on openSUSE, and GRUB's menu. */
import { family } from "../family.ts";
import { grubMkconfig } from "../grub2/mkconfig.ts";
import { zypperCommand } from "../zypper/zypper.ts";

export const zypper = family(({ host }) => [zypperCommand(host), grubMkconfig]);
