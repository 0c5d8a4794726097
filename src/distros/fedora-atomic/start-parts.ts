/** What it takes to install a machine, to boot it and to shut it down. One that has booted does without for a while. */
import { ostreeBootEngine } from "../../engines/ostree/prepare-root.ts";
import { factoryDisk } from "./factory-disk.ts";

export const startParts = { factoryDisk, ostreeBootEngine };
