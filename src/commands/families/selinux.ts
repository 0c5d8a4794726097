/** Security contexts of files. */
import { family } from "../family.ts";
import { chcon } from "../selinux/chcon.ts";
import { getenforce, selinuxenabled, sestatus, setenforce } from "../selinux/enforce.ts";
import { matchpathcon } from "../selinux/matchpathcon.ts";
import { restorecon } from "../selinux/restorecon.ts";

export const selinux = family(() => [chcon, getenforce, matchpathcon, restorecon, selinuxenabled, sestatus, setenforce]);
