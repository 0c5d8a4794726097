/** What replaces the core. */
import { family } from "../family.ts";
import { ostreeCommand } from "../ostree/ostree.ts";
import { rpmOstreeCommand } from "../rpm-ostree/rpm-ostree.ts";

export const ostree = family(({ host }) => [ostreeCommand(host), rpmOstreeCommand(host)]);
